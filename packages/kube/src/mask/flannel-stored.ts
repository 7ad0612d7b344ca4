// What flannel stores (its config, its leases), as text that may be read on and shown: its keys and whatever else is secret in it are masked.
import type { KubeValue } from '../value/value.ts'
import { holdsFlannelSecret, maskFlannelText, mayHoldFlannelSecret } from './flannel-secrets.ts'
import { type MaskContext, maskerOf, maskShownText } from './mask-decoded.ts'

/** JSON stays JSON, with its secret values replaced; text that is no JSON and may hold a key is masked as a whole. */
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
