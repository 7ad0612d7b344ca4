// Displayed sizes of values: those of Secrets are rounded.
import { isSecretPlace, roundedSize } from '@registree/kube'
import type { KeyValue } from '../sources/source.ts'
import type { Policy } from './policy.ts'

type Masking = Pick<Policy, 'reveal'>

/** The displayed size of a value: exact, or rounded up if its key belongs to a Secret, because it could reveal the length of a short password. */
export function toldSize(masking: Masking, { key, value }: Pick<KeyValue, 'key' | 'value'>): number {
  return roundsSizes(masking, key) ? roundedSize(value.length) : value.length
}

/** Whether sizes of values at this key are rounded. */
export function roundsSizes(masking: Masking, key: Uint8Array | string): boolean {
  return !masking.reveal && isSecretPlace(key)
}

/** Whether sizes of values in this directory are rounded. */
export function roundsSizesBelow(masking: Masking, directory: string): boolean {
  return roundsSizes(masking, `${directory}namespace/name`)
}
