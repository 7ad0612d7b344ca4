// One stored value opened as far as its fields are needed, for whoever looks at many: the catalogue, tables, findings, relations. And where Kubernetes keeps them.
import { checkValue, type DecodedValue, decode, decodeFields, type FieldSelection, isEncrypted, type KubeObject } from '@registree/kube'
import type { Cluster } from '../clusters/cluster.ts'
import type { KeyValue } from '../sources/source.ts'

/** The directory of the CustomResourceDefinitions. */
export const DEFINITIONS = 'apiextensions.k8s.io/customresourcedefinitions'

/** The Kubernetes prefix as the API server spells it, with a slash at both ends. */
export function kubernetesRoot(cluster: Pick<Cluster, 'kubernetesPrefix'>): string {
  const segments = cluster.kubernetesPrefix.split('/').filter(Boolean)
  return segments.length === 0 ? '/' : `/${segments.join('/')}/`
}

/** `object` with the selected fields (all of them without a selection), or the reason why there is none. The reason quotes nothing of the value. */
export interface OpenedObject {
  object?: KubeObject
  decoded?: DecodedValue
  /**
   * Set instead of `object` where the value is of a kind that Registree does not know, which is no damage: `apiVersion`, `kind` and metadata.
   * `decoded` has the rest by field number.
   */
  outline?: KubeObject
  /** Also there beside an object that is damaged in part. */
  problem?: string
  /** Set where the value is encrypted and no key opened it; `tried` when one of that name was given. */
  encrypted?: { tried: boolean }
}

/**
 * Total: whatever the bytes are, this answers and does not throw.
 * @param check look for damage in all of the value, not only in the selected fields
 */
export function openObject(
  cluster: Pick<Cluster, 'decryptor'>,
  kv: Pick<KeyValue, 'key' | 'value'>,
  fields: FieldSelection | undefined,
  { check = false } = {},
): OpenedObject {
  let bytes = kv.value
  if (isEncrypted(bytes)) {
    const opened = cluster.decryptor(bytes, kv.key)
    if (!opened.ok) {
      return {
        problem: `Encrypted at rest (${opened.provider}): ${opened.reason} What would open it: ${opened.whatWouldOpenIt}`,
        encrypted: { tried: opened.tried },
      }
    }
    bytes = opened.plaintext
  }
  const decoded = fields === undefined ? decode(bytes, { key: kv.key }) : decodeFields(bytes, fields, { key: kv.key })
  if (decoded.object === undefined) {
    return {
      problem:
        decoded.encoding === 'empty' ? 'The value is empty.' : `The value is no object: ${decoded.encoding}, ${kv.value.length} bytes.`,
    }
  }
  const problem = check
    ? damageOf(bytes)
    : decoded.problems.some(({ severity }) => severity === 'error')
      ? 'Part of the value did not decode; open it to see what.'
      : undefined
  if (!decoded.schemaless) return { object: decoded.object, decoded, ...(problem === undefined ? {} : { problem }) }
  if (problem !== undefined) return { problem }
  const { apiVersion = '', kind = '', metadata = {} } = decoded.object
  if (kind === '') return { problem: 'The value is protobuf and does not say of which kind.' }
  return { outline: { apiVersion, kind, metadata }, decoded }
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
