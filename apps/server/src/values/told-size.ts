// Sizes of values as they may be told: those of Secrets are rounded.
import { isSecretPlace, roundedSize } from '@registree/kube'
import type { KeyValue } from '../sources/source.ts'
import type { Policy } from './policy.ts'

type Masking = Pick<Policy, 'reveal'>

/**
 * The size of a value as it may be told: exact, or rounded up where its key says that it is a Secret's, because the length of a short
 * password could be told from it.
 */
export function toldSize(masking: Masking, { key, value }: Pick<KeyValue, 'key' | 'value'>): number {
  return roundsSizes(masking, key) ? roundedSize(value.length) : value.length
}

/** Whether sizes of values at this key are told rounded. */
export function roundsSizes(masking: Masking, key: Uint8Array | string): boolean {
  return !masking.reveal && isSecretPlace(key)
}

/** Whether those of what lies in a directory are. */
export function roundsSizesBelow(masking: Masking, directory: string): boolean {
  return roundsSizes(masking, `${directory}namespace/name`)
}
