// The keys that identify the elements of a list, so that two versions of it can be compared element by element.
import { listKeys } from '../protobuf/list-keys.ts'
import { descriptorName, type ListKeys } from '../protobuf/plan.ts'
import { objectAt, textAt, textsAt } from '../value/fields.ts'
import type { KubeObject } from '../value/value.ts'

/**
 * Finds the keys of a list; undefined if the list is replaced as a whole, or nothing is known of it.
 * @param names the members on the way to the list, without list elements: `['spec', 'containers', 'ports']`
 */
export type FindListKeys = (apiVersion: string, kind: string, names: readonly string[]) => ListKeys | undefined

/** Any object: metadata is the same in all of them. */
const ANY_OBJECT = 'core.v1.Pod'

/** The entries of `managedFields` have no merge key in the API; these members identify one. */
const MANAGED_FIELDS = ['manager', 'operation', 'apiVersion', 'subresource']

/** The merge keys of the Kubernetes API. */
export const builtInListKeys: FindListKeys = (apiVersion, kind, names) => {
  if (names[0] === 'metadata') return names[1] === 'managedFields' && names.length === 2 ? MANAGED_FIELDS : listKeys(ANY_OBJECT, names)
  const descriptor = descriptorName(apiVersion, kind)
  return descriptor === undefined ? undefined : listKeys(descriptor, names)
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
        return 'value'
      case 'atomic':
        return undefined
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
