// Tells where a value is a Kubernetes quantity: by the API's types, a custom resource's schema, or a known path, but never by the text.
import { descriptorName, type FieldPlan, MAP, type MessagePlan, messagePlan } from '../protobuf/plan.ts'
import { textAt } from '../summary/fields.ts'
import type { KubeObject } from '../value.ts'
import { schemaAt } from './list-keys.ts'

/** Whether the member at `names` of an object of this type is a quantity. */
export function isQuantityAt(apiVersion: string, kind: string, names: readonly string[], schema: KubeObject | undefined): boolean {
  const descriptor = descriptorName(apiVersion, kind)
  if (descriptor !== undefined) return typeAt(descriptor, names)?.special === 'quantity'
  if (schema !== undefined && isQuantitySchema(schemaAt(schema, names))) return true
  // ResourceRequirements in a custom resource.
  const [resources, amounts] = names.slice(-3)
  return names.length >= 3 && resources === 'resources' && (amounts === 'limits' || amounts === 'requests')
}

/** The pattern that controller-gen writes for quantities. */
const QUANTITY_PATTERN =
  '^(\\+|-)?(([0-9]+(\\.[0-9]*)?)|(\\.[0-9]+))(([KMGTPE]i)|[numkMGTPE]|([eE](\\+|-)?(([0-9]+(\\.[0-9]*)?)|(\\.[0-9]+))))?$'

function isQuantitySchema(schema: KubeObject | undefined): boolean {
  return textAt(schema, 'pattern') === QUANTITY_PATTERN
}

function typeAt(descriptor: string, names: readonly string[]): MessagePlan | undefined {
  let plan = messagePlan(descriptor)
  for (let i = 0; i < names.length; i++) {
    const field = plan === undefined ? undefined : memberOf(plan, names[i] as string)
    if (field === undefined) return undefined
    plan = field.message
    // The name after a map is one of its keys.
    if (field.type === MAP) i += 1
  }
  return plan
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
