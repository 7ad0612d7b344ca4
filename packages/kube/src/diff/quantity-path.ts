// Tells where a value is a Kubernetes quantity: by the API's types, a custom resource's schema, or a known path, but never by the text.
import { fieldAt } from '../protobuf/list-keys.ts'
import { descriptorName } from '../protobuf/plan.ts'
import { textAt } from '../value/fields.ts'
import type { KubeObject } from '../value/value.ts'
import { schemaAt } from './list-keys.ts'

/** Whether the member at `names` of an object of this type is a quantity. */
export function isQuantityAt(apiVersion: string, kind: string, names: readonly string[], schema: KubeObject | undefined): boolean {
  const descriptor = descriptorName(apiVersion, kind)
  if (descriptor !== undefined) return fieldAt(descriptor, names)?.message?.special === 'quantity'
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
