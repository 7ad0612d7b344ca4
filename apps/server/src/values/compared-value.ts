// One stored value for a comparison: decrypted, decoded and masked, with its bytes only if they may be shown.
import { type DecodedValue, isEncrypted, roundedSize } from '@registree/kube'
import type { ComparedValue } from '@registree/kube/diff'
import { decode, maskDecoded } from '@registree/kube/open'
import type { KeyValue } from '../sources/source.ts'
import { digest } from './digest.ts'
import type { Opener } from './policy.ts'

export interface OpenedForComparison {
  compared: ComparedValue
  /** Size of the stored value, in bytes; rounded up if something in it is masked. */
  size: number
  rounded: boolean
  /** Whether it has more members than are read, so that a comparison would be wrong. */
  incomplete: boolean
}

/** A value, and its key; of the v2 keyspace its path. */
type Placed = Pick<KeyValue, 'key' | 'value'> & { path?: string | undefined }

/** Never throws, whatever the bytes. It may take long, so it runs in worker threads. */
export function openCompared({ decryptor, masking }: Opener, { key, path, value }: Placed): OpenedForComparison {
  const isV3 = path === undefined
  const opened = isEncrypted(value) ? decryptor(value, isV3 ? key : new Uint8Array()) : null
  const plain = opened === null ? value : opened.ok ? opened.plaintext : null
  const decoded: DecodedValue =
    plain === null
      ? { encoding: 'encrypted', layers: [], schemaless: false, problems: [], unknownFields: [] }
      : decode(plain, isV3 ? { key } : {})
  const raw = plain ?? value
  const result = maskDecoded(decoded, { ...(isV3 ? { key } : { path }), ...masking, digest, raw })
  const whole = result.masked.find(({ path }) => path === '')
  return {
    compared: {
      decoded: result.decoded,
      ...(result.rawMasked ? { masked: { size: whole?.size ?? null, digest: whole?.digest ?? null } } : { raw }),
    },
    size: result.rawMasked ? roundedSize(value.length) : value.length,
    rounded: result.rawMasked,
    incomplete: decoded.incomplete === true,
  }
}
