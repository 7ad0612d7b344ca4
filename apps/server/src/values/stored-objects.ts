// One stored value opened as far as its fields are needed, for whoever looks at many: the catalogue, tables, findings, relations. And where Kubernetes keeps them.
import { type DecodedValue, decode, decodeFields, type FieldSelection, isEncrypted, type KubeObject } from '@registree/kube'
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
  /** Also there beside an object that is damaged in part. */
  problem?: string
  /** Set where the value is encrypted and no key opened it; `tried` when one of that name was given. */
  encrypted?: { tried: boolean }
}

/** Total: whatever the bytes are, this answers and does not throw. */
export function openObject(
  cluster: Pick<Cluster, 'decryptor'>,
  kv: Pick<KeyValue, 'key' | 'value'>,
  fields: FieldSelection | undefined,
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
  if (decoded.schemaless)
    return { problem: `The value is protobuf of a kind that Registree has no field names for: ${kv.value.length} bytes.` }
  const damaged = decoded.problems.some((problem) => problem.severity === 'error')
  return { object: decoded.object, decoded, ...(damaged ? { problem: 'Part of the value did not decode; open it to see what.' } : {}) }
}
