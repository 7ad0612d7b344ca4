// One stored value opened as far as its fields are needed, masked, for everything that looks at many: the catalogue, tables, findings, relations. And
// where Kubernetes keeps them.
import {
  checkValue,
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
import type { Cluster, Masking } from '../clusters/cluster.ts'
import type { KeyValue } from '../sources/source.ts'

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
  /**
   * Set instead of `object` where the value is of a kind that Registree does not know, which is no damage: `apiVersion`, `kind` and metadata.
   * Masked, as `object` is.
   */
  outline?: KubeObject
  /** Also there beside an object that is damaged in part. */
  problem?: string
  /** Set where the value is encrypted and no key opened it; `tried` when one of that name was given. */
  encrypted?: { tried: boolean }
}

/** Where a value is opened: its keys and its masking. */
export type Opener = Pick<Cluster, 'decryptor' | 'masking'>

/**
 * Total: whatever the bytes are, this answers and does not throw.
 * @param check look for damage in all of the value, not only in the selected fields
 */
export function openObject(
  cluster: Opener,
  kv: Pick<KeyValue, 'key' | 'value'>,
  fields: FieldSelection | undefined,
  how: { check?: boolean } = {},
): OpenedObject {
  const { decoded, raw, object: _object, outline, ...opened } = openUnmasked(cluster, kv, fields, how)
  if (decoded === undefined) return opened
  const { object } = maskDecoded(decoded, { key: kv.key, ...cluster.masking, raw, objectOnly: true }).decoded
  if (object === undefined) return opened
  return { ...opened, ...(outline === undefined ? { object } : { outline: outlineOf(object) }) }
}

/** What {@link openObject} masks. Nothing of it may be shown before it is masked by its caller. */
export function openUnmasked(
  cluster: Opener,
  kv: Pick<KeyValue, 'key' | 'value'>,
  fields: FieldSelection | undefined,
  { check = false } = {},
): OpenedObject & { decoded?: DecodedValue; raw: Uint8Array } {
  let raw = kv.value
  if (isEncrypted(raw)) {
    const opened = cluster.decryptor(raw, kv.key)
    if (!opened.ok) {
      return {
        raw,
        problem: `Encrypted at rest (${opened.provider}): ${opened.reason} What would open it: ${opened.whatWouldOpenIt}`,
        encrypted: { tried: opened.tried },
      }
    }
    raw = opened.plaintext
  }
  const decoded = fields === undefined ? decode(raw, { key: kv.key }) : decodeFields(raw, fields, { key: kv.key })
  if (decoded.object === undefined) {
    const empty = decoded.encoding === 'empty'
    return { raw, problem: empty ? 'The value is empty.' : `The value is no object: ${decoded.encoding}, ${sizeInWords(cluster, kv)}.` }
  }
  const problem = check
    ? damageOf(raw)
    : decoded.problems.some(({ severity }) => severity === 'error')
      ? 'Part of the value did not decode; open it to see what.'
      : undefined
  if (!decoded.schemaless) return { raw, object: decoded.object, decoded, ...(problem === undefined ? {} : { problem }) }
  if (problem !== undefined) return { raw, problem }
  const outline = outlineOf(decoded.object)
  if (outline.kind === '') return { raw, problem: 'The value is protobuf and does not say of which kind.' }
  return { raw, outline, decoded }
}

function outlineOf({ apiVersion = '', kind = '', metadata = {} }: KubeObject): KubeObject {
  return { apiVersion, kind, metadata }
}

/** Why there is no object, for whoever needs its fields. */
export function whyUnread({ problem, outline }: OpenedObject): string {
  if (problem !== undefined || outline === undefined) return problem ?? 'The value could not be read.'
  return `The value is of a kind that Registree does not know: ${String(outline.apiVersion)} ${String(outline.kind)}.`
}

/** Where the API server would fail to decode the value, and why; quotes nothing of it. */
function damageOf(bytes: Uint8Array): string | undefined {
  const { fault } = checkValue(bytes)
  if (fault === undefined) return undefined
  return `The value does not decode${fault.path === '' ? '' : ` at ${fault.path}`}, from byte ${fault.at} on: ${fault.message}.`
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
