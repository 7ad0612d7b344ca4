// One stored value opened as far as its fields are needed, masked, for everything that looks at many: the catalogue, tables, findings, relations. And
// where Kubernetes keeps them.
import {
  type DecodedValue,
  decode,
  decodeFields,
  type FieldSelection,
  isEncrypted,
  isSecretPlace,
  type KubeObject,
  maskDecoded,
  roundedSize,
} from '@registree/kube'
import type { Cluster, Masking } from './cluster.ts'
import type { KeyValue } from './sources/source.ts'

/** The directory of the CustomResourceDefinitions. */
export const DEFINITIONS = 'apiextensions.k8s.io/customresourcedefinitions'

/** The Kubernetes prefix as the API server spells it, with a slash at both ends. */
export function kubernetesRoot(cluster: Pick<Cluster, 'kubernetesPrefix'>): string {
  const segments = cluster.kubernetesPrefix.split('/').filter(Boolean)
  return segments.length === 0 ? '/' : `/${segments.join('/')}/`
}

/** `object` with the selected fields (all of them without a selection), masked, or the reason why there is none. The reason quotes nothing of the value. */
export interface OpenedObject {
  object?: KubeObject
  /** Also there beside an object that is damaged in part. */
  problem?: string
  /** Set where the value is encrypted and no key opened it; `tried` when one of that name was given. */
  encrypted?: { tried: boolean }
}

/** Where a value is opened: its keys and its masking. */
export type Opener = Pick<Cluster, 'decryptor' | 'masking'>

/** Total: whatever the bytes are, this answers and does not throw. */
export function openObject(cluster: Opener, kv: Pick<KeyValue, 'key' | 'value'>, fields: FieldSelection | undefined): OpenedObject {
  const { decoded, raw, ...opened } = openUnmasked(cluster, kv, fields)
  if (decoded === undefined) return opened
  const { object } = maskDecoded(decoded, { key: kv.key, ...cluster.masking, raw, objectOnly: true }).decoded
  return { ...opened, ...(object === undefined ? {} : { object }) }
}

/** What {@link openObject} masks. Nothing of it may be shown before it is masked by its caller. */
export function openUnmasked(
  cluster: Opener,
  kv: Pick<KeyValue, 'key' | 'value'>,
  fields: FieldSelection | undefined,
): OpenedObject & { decoded?: DecodedValue; raw: Uint8Array } {
  let bytes = kv.value
  if (isEncrypted(bytes)) {
    const opened = cluster.decryptor(bytes, kv.key)
    if (!opened.ok) {
      return {
        raw: bytes,
        problem: `Encrypted at rest (${opened.provider}): ${opened.reason} What would open it: ${opened.whatWouldOpenIt}`,
        encrypted: { tried: opened.tried },
      }
    }
    bytes = opened.plaintext
  }
  const decoded = fields === undefined ? decode(bytes, { key: kv.key }) : decodeFields(bytes, fields, { key: kv.key })
  if (decoded.object === undefined) {
    return {
      raw: bytes,
      problem:
        decoded.encoding === 'empty' ? 'The value is empty.' : `The value is no object: ${decoded.encoding}, ${sizeInWords(cluster, kv)}.`,
    }
  }
  if (decoded.schemaless)
    return { raw: bytes, problem: `The value is protobuf of a kind that Registree has no field names for: ${sizeInWords(cluster, kv)}.` }
  const damaged = decoded.problems.some((problem) => problem.severity === 'error')
  return {
    raw: bytes,
    object: decoded.object,
    decoded,
    ...(damaged ? { problem: 'Part of the value did not decode; open it to see what.' } : {}),
  }
}

function sizeInWords({ masking }: Opener, kv: Pick<KeyValue, 'key' | 'value'>): string {
  const told = toldSize(masking, kv)
  return told === kv.value.length ? `${told} bytes` : `up to ${told} bytes`
}

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
