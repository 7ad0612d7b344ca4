// A value stored by flannel (config, leases) as text that may be shown: its keys and all other secrets are masked.
import type { KubeValue } from '../value/value.ts'
import { holdsFlannelSecret, maskFlannelText, mayHoldFlannelSecret } from './flannel-secrets.ts'
import { type MaskContext, maskerOf, maskShownText } from './mask-decoded.ts'

/** JSON stays JSON with its secret values replaced; other text that may contain a key is masked completely. */
export function maskFlannelStored(text: string, context: Pick<MaskContext, 'key' | 'path' | 'reveal' | 'salt' | 'digest'>): string {
  if (context.reveal) return text
  if (!mayHoldFlannelSecret(text)) return maskShownText(text, context)
  const masker = maskerOf(context)
  let parsed: KubeValue
  try {
    parsed = JSON.parse(text) as KubeValue
  } catch {
    return masker.text('', text, 'flannel-key')
  }
  return maskShownText(holdsFlannelSecret(parsed) ? maskFlannelText(text, '', masker) : text, context)
}
