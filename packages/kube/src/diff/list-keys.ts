// The keys that identify the elements of a list, so that two versions of it can be compared element by element.
import { descriptorName } from '../protobuf/plan.ts'
import { objectAt, textAt, textsAt } from '../summary/fields.ts'
import type { KubeObject } from '../value.ts'

/**
 * The members that together identify an element; `set` if the element identifies itself; `atomic` for lists that are replaced as a whole.
 * Undefined if nothing is known.
 */
export type ListKeys = readonly string[] | 'set' | 'atomic' | undefined

/** Finds the keys of a list. `names` are the members on the way to it, without list elements: `['spec', 'containers', 'ports']`. */
export type FindListKeys = (apiVersion: string, kind: string, names: readonly string[]) => ListKeys

const NAME = ['name']

/** Lists in the metadata of every object. */
const METADATA: Record<string, ListKeys> = {
  ownerReferences: ['uid'],
  finalizers: 'set',
  managedFields: ['manager', 'operation', 'apiVersion', 'subresource'],
}

/** By the name of the list, or the names of its parent and itself: a pod template has the same lists wherever it is. */
const BUILT_IN: Record<string, ListKeys> = {
  containers: NAME,
  initContainers: NAME,
  ephemeralContainers: NAME,
  env: NAME,
  'containers.ports': ['containerPort', 'protocol'],
  'initContainers.ports': ['containerPort', 'protocol'],
  'spec.ports': ['port', 'protocol'],
  volumes: NAME,
  volumeMounts: ['mountPath'],
  volumeDevices: ['devicePath'],
  imagePullSecrets: NAME,
  secrets: NAME,
  hostAliases: ['ip'],
  topologySpreadConstraints: ['topologyKey', 'whenUnsatisfiable'],
  resourceClaims: NAME,
  conditions: ['type'],
  podIPs: ['ip'],
  'status.addresses': ['type'],
  webhooks: NAME,
}

/** The merge keys of the Kubernetes API (`patchMergeKey`, `listMapKey`, `listType=set`). */
export const builtInListKeys: FindListKeys = (apiVersion, kind, names) => {
  const last = names.at(-1) ?? ''
  if (names.length === 2 && names[0] === 'metadata') return Object.hasOwn(METADATA, last) ? METADATA[last] : undefined
  if (descriptorName(apiVersion, kind) === undefined) return undefined
  const two = `${names.at(-2) ?? ''}.${last}`
  if (Object.hasOwn(BUILT_IN, two)) return BUILT_IN[two]
  return Object.hasOwn(BUILT_IN, last) ? BUILT_IN[last] : undefined
}

/** The keys in a custom resource's schema: `x-kubernetes-list-type` and `x-kubernetes-list-map-keys`. */
export function schemaListKeys(schema: KubeObject): FindListKeys {
  return (apiVersion, kind, names) => {
    const list = schemaAt(schema, names)
    const keys = textsAt(list, 'x-kubernetes-list-map-keys')
    switch (textAt(list, 'x-kubernetes-list-type')) {
      case 'map':
        return keys.length > 0 ? keys : undefined
      case 'set':
        return 'set'
      case 'atomic':
        return 'atomic'
      default:
        // Schemas do not describe metadata.
        return builtInListKeys(apiVersion, kind, names)
    }
  }
}

/** The schema of the member at `names`, which are without list elements. */
export function schemaAt(schema: KubeObject, names: readonly string[]): KubeObject | undefined {
  let at: KubeObject | undefined = schema
  for (const name of names) {
    const element: KubeObject | undefined = objectAt(at, 'items') ?? at
    at = objectAt(element, 'properties', name) ?? objectAt(element, 'additionalProperties')
    if (at === undefined) return undefined
  }
  return at
}

/** Lists with keys whose order matters nevertheless: init containers run in order, and variables can use earlier ones. */
const ORDERED = new Set(['containers', 'initContainers', 'env'])

/** Whether a new order of a list with keys is a change and not noise. */
export function doesOrderMatter(names: readonly string[]): boolean {
  return ORDERED.has(names.at(-1) ?? '')
}
