// Compiles the descriptor table into decoder plans: per message, an array of fields by number.
import type { Selection } from '../value/selection.ts'
import { DESCRIPTORS, RELEASES } from './descriptors.generated.ts'

/** The newest Kubernetes release in the table, as `1.37` or `1.38 (beta)`. */
export const NEWEST_RELEASE = releaseInWords(RELEASES.at(-1) ?? '')

function releaseInWords(release: string): string {
  const [, minor = release, stage] = /^v(\d+\.\d+)\.\d+(?:-([a-z]+))?/.exec(release) ?? []
  return stage === undefined ? minor : `${minor} (${stage})`
}

/** How a field's bytes become a JSON value. */
export const STRING = 0
export const BOOL = 1
export const INT32 = 2
export const INT64 = 3
export const BYTES = 4
export const DOUBLE = 5
export const MESSAGE = 6
export const MAP = 7
type FieldType = typeof STRING | typeof BOOL | typeof INT32 | typeof INT64 | typeof BYTES | typeof DOUBLE | typeof MESSAGE | typeof MAP

/** Messages whose JSON is not an object of their fields: Go has a custom MarshalJSON for them. */
type Special =
  | 'time'
  | 'micro-time'
  | 'duration'
  | 'quantity'
  | 'int-or-string'
  | 'embedded'
  | 'fields'
  | 'items'
  | 'schema-or-bool'
  | 'schema-or-array'
  | 'schema-or-strings'

/** The members that together identify an element of a list of objects, or `value` if the element identifies itself. */
export type ListKeys = readonly string[] | 'value'

export interface FieldPlan {
  readonly number: number
  readonly name: string
  readonly type: FieldType
  /** The type of a map's values; otherwise the same as `type`. */
  readonly element: FieldType
  readonly message: MessagePlan | undefined
  readonly repeated: boolean
  readonly inline: boolean
  /** Zero values are not printed: Go's `omitempty` on a member that is not a pointer, slice or struct. */
  readonly dropZero: boolean
  /** `omitzero` (Go 1.24) on a time: see DecodeOptions.zeroCreationTimestamp. */
  readonly omitZeroTime: boolean
  /** For a list: what identifies an element; undefined if only its position does. */
  readonly keys: ListKeys | undefined
  /** For a list of messages: only their number is needed. */
  readonly counted?: true
}

export interface MessagePlan {
  readonly name: string
  readonly special: Special | undefined
  /** By field number; holes are unknown numbers. */
  fields: (FieldPlan | undefined)[]
  /** Names that print as null if absent: pointers, slices and maps without `omitempty`. */
  nullNames: string[]
  /** True if fields were omitted on purpose: numbers without a plan are then skipped, not reported. */
  readonly partial: boolean
}

const SPECIALS: Record<string, Special> = {
  'meta.v1.Time': 'time',
  'meta.v1.MicroTime': 'micro-time',
  'meta.v1.Duration': 'duration',
  'resource.Quantity': 'quantity',
  'intstr.IntOrString': 'int-or-string',
  'runtime.RawExtension': 'embedded',
  'meta.v1.FieldsV1': 'embedded',
  'apiextensions.v1.JSON': 'embedded',
  'apiextensions.v1beta1.JSON': 'embedded',
  'meta.v1.Fields': 'fields',
  'meta.v1.Verbs': 'items',
  'apiextensions.v1.JSONSchemaPropsOrBool': 'schema-or-bool',
  'apiextensions.v1beta1.JSONSchemaPropsOrBool': 'schema-or-bool',
  'apiextensions.v1.JSONSchemaPropsOrArray': 'schema-or-array',
  'apiextensions.v1beta1.JSONSchemaPropsOrArray': 'schema-or-array',
  'apiextensions.v1.JSONSchemaPropsOrStringArray': 'schema-or-strings',
  'apiextensions.v1beta1.JSONSchemaPropsOrStringArray': 'schema-or-strings',
}

const SCALARS: Record<string, FieldType> = { string: STRING, bool: BOOL, int32: INT32, int64: INT64, bytes: BYTES, double: DOUBLE }

// API groups whose Go package directory differs from the group. OpenShift has apps.openshift.io and the like, so the first label proves nothing: only
// groups owned by Kubernetes are mapped.
const GROUP_DIRS: Record<string, string> = {
  '': 'core',
  apps: 'apps',
  autoscaling: 'autoscaling',
  batch: 'batch',
  extensions: 'extensions',
  federation: 'federation',
  policy: 'policy',
  'internal.apiserver.k8s.io': 'apiserverinternal',
  'flowcontrol.apiserver.k8s.io': 'flowcontrol',
  'rbac.authorization.k8s.io': 'rbac',
}

// `metrics.k8s.io` and other groups of aggregated servers also end in .k8s.io, but have no package in the table.
const OWN_GROUP = /^([a-z]+)\.k8s\.io$/

let lines: Map<string, string> | undefined
const plans = new Map<string, MessagePlan>()

// The table has some 1,300 lines; splitting it takes well under a millisecond, and a message is compiled at first use.
function table(): Map<string, string> {
  if (lines === undefined) {
    lines = new Map()
    for (const line of DESCRIPTORS.split('\n')) {
      const bar = line.indexOf('|')
      const name = bar < 0 ? line : line.slice(0, bar)
      if (name !== '') lines.set(name, bar < 0 ? '' : line.slice(bar + 1))
    }
  }
  return lines
}

/** The plan of a message in the table such as `core.v1.Pod`; `undefined` if it is not there. */
export function messagePlan(name: string): MessagePlan | undefined {
  const known = plans.get(name)
  if (known !== undefined) return known
  const line = table().get(name)
  if (line === undefined) return undefined
  const special = SPECIALS[name] ?? (name.endsWith('.ExtraValue') ? 'items' : undefined)
  const plan: MessagePlan = { name, special, fields: [], nullNames: [], partial: false }
  // Registered before its fields are compiled: messages may refer to themselves (JSONSchemaProps).
  plans.set(name, plan)
  if (line !== '') for (const text of line.split('|')) addField(plan, text)
  return plan
}

function addField(plan: MessagePlan, text: string): void {
  const [number, name, type, flags, keys] = text.split(' ') as [string, string, string, string?, string?]
  const has = (flag: string): boolean => flags?.includes(flag) ?? false
  const map = /^map<string,(.+)>$/.exec(type)
  const elementName = map?.[1] ?? type
  const element = SCALARS[elementName] ?? MESSAGE
  const pointer = has('p')
  const repeated = has('r')
  const sliceOrMap = repeated || map !== null || element === BYTES
  const field: FieldPlan = {
    number: Number(number),
    name,
    type: map ? MAP : element,
    element,
    message: element === MESSAGE ? messagePlan(elementName) : undefined,
    repeated,
    inline: has('i') && plan.special === undefined,
    dropZero: has('o') && !pointer && !repeated && map === null && element !== MESSAGE,
    omitZeroTime: has('z'),
    keys: keys === '=' ? 'value' : keys?.split(','),
  }
  plan.fields[field.number] = field
  if (plan.special === undefined && !has('o') && !has('l') && !has('i') && (pointer || sliceOrMap)) plan.nullNames.push(name)
}

/** The table's name for an object, `core.v1.Pod` for `v1`/`Pod`; `undefined` for groups not owned by Kubernetes and unknown kinds. */
export function descriptorName(apiVersion: string, kind: string): string | undefined {
  const slash = apiVersion.indexOf('/')
  const group = slash < 0 ? '' : apiVersion.slice(0, slash)
  const version = slash < 0 ? apiVersion : apiVersion.slice(slash + 1)
  const dir = Object.hasOwn(GROUP_DIRS, group) ? GROUP_DIRS[group] : OWN_GROUP.exec(group)?.[1]
  if (dir === undefined) return undefined
  const name = `${dir}.${version}.${kind}`
  if (table().has(name)) return name
  // metav1 kinds are registered in every group-version; only Status may be stored.
  return kind === 'Status' ? 'meta.v1.Status' : undefined
}

const selected = new WeakMap<Selection, Map<MessagePlan, MessagePlan>>()

/** The selected part of a plan. Cached per selection, so that it is compiled once per table, not per object. */
export function selectPlan(plan: MessagePlan, selection: Selection): MessagePlan {
  let known = selected.get(selection)
  if (known === undefined) {
    known = new Map()
    selected.set(selection, known)
  }
  const existing = known.get(plan)
  if (existing !== undefined) return existing
  const part: MessagePlan = {
    name: plan.name,
    special: undefined,
    fields: [],
    nullNames: plan.nullNames.filter((name) => selection.has(name)),
    partial: true,
  }
  known.set(plan, part)
  for (const field of plan.fields) {
    if (field === undefined) continue
    if (field.inline && field.message !== undefined) {
      part.fields[field.number] = { ...field, message: selectPlan(field.message, selection) }
      continue
    }
    const wanted = selection.get(field.name)
    if (wanted === undefined) continue
    const ofMessage = field.message !== undefined && field.message.special === undefined && field.type === MESSAGE
    if (wanted === 'count') part.fields[field.number] = ofMessage && field.repeated ? { ...field, counted: true } : field
    else
      part.fields[field.number] =
        ofMessage && wanted !== true ? { ...field, message: selectPlan(field.message as MessagePlan, wanted) } : field
  }
  return part
}
