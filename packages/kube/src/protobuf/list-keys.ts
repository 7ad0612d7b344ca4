// The members that identify list elements in the Kubernetes API, so that two versions of an object can be compared element by element.
import { type FieldPlan, type ListKeys, MAP, type MessagePlan, messagePlan } from './plan.ts'

/**
 * The keys by which the API server merges a list (`listMapKey`, `listType=set`, or the older `patchMergeKey`); undefined for lists that are replaced
 * as a whole, for other fields and unknown messages.
 * @param descriptor the message, as `core.v1.Pod` (see {@link DecodedValue.descriptor})
 * @param path member names and map keys, without list elements: `['spec', 'containers', 'ports']`
 */
export function listKeys(descriptor: string, path: readonly string[]): ListKeys | undefined {
  return fieldAt(descriptor, path)?.keys
}

/**
 * The field at a path, with its value's type (for a map, its values' type); undefined if unknown.
 * @param descriptor and `path` as in {@link listKeys}
 */
export function fieldAt(descriptor: string, path: readonly string[]): FieldPlan | undefined {
  let plan = messagePlan(descriptor)
  let field: FieldPlan | undefined
  for (let i = 0; i < path.length; i++) {
    field = plan === undefined ? undefined : memberOf(plan, path[i] as string)
    if (field === undefined) return undefined
    plan = field.message
    // The step after a map is one of its keys.
    if (field.type === MAP && i < path.length - 1) i += 1
  }
  return field
}

function memberOf(plan: MessagePlan, name: string): FieldPlan | undefined {
  for (const field of plan.fields) {
    if (field === undefined) continue
    if (!field.inline) {
      if (field.name === name) return field
      continue
    }
    const inside = field.message === undefined ? undefined : memberOf(field.message, name)
    if (inside !== undefined) return inside
  }
  return undefined
}
