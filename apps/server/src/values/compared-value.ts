// One stored value as a comparison sees it: decrypted, decoded and masked, with its bytes only where they may be shown.
import { type DecodedValue, decode, isEncrypted, maskDecoded, roundedSize } from '@registree/kube'
import type { ComparedValue } from '@registree/kube/diff'
import type { Cluster } from '../clusters/cluster.ts'
import type { KeyValue } from '../sources/source.ts'
import { digest } from './digest.ts'

export interface OpenedForComparison {
  compared: ComparedValue
  /** Bytes of the stored value; rounded up where something in it is masked. */
  size: number
  rounded: boolean
}

/** Total: whatever the bytes are, this answers and does not throw. */
export function openCompared(
  { decryptor, masking }: Pick<Cluster, 'decryptor' | 'masking'>,
  { key, value }: Pick<KeyValue, 'key' | 'value'>,
): OpenedForComparison {
  const opened = isEncrypted(value) ? decryptor(value, key) : null
  const plain = opened === null ? value : opened.ok ? opened.plaintext : null
  const decoded: DecodedValue =
    plain === null ? { encoding: 'encrypted', layers: [], schemaless: false, problems: [], unknownFields: [] } : decode(plain, { key })
  const raw = plain ?? value
  const result = maskDecoded(decoded, { key, ...masking, digest, raw })
  const whole = result.masked.find(({ path }) => path === '')
  return {
    compared: {
      decoded: result.decoded,
      ...(result.rawMasked ? { masked: { size: whole?.size ?? null, digest: whole?.digest ?? null } } : { raw }),
    },
    size: result.rawMasked ? roundedSize(value.length) : value.length,
    rounded: result.rawMasked,
  }
}
