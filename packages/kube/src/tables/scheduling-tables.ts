// kubectl's tables of pods scheduled together, and of eviction requests.
// Facts: kubernetes pkg/printers/internalversion/printers.go.

import { agoInWords, humanDuration } from '../summary/human-duration.ts'
import { integerAt, objectAt, objectsAt, textAt } from '../value/fields.ts'
import type { KubeObject } from '../value/value.ts'
import { addedIn, age, goneIn, member, name, tableOf, text, wide } from './columns.ts'
import { byBytes } from './selectors.ts'
import type { TableContext } from './types.ts'

export const workloads = tableOf(name, age)

const policy = text('Policy', ['.spec.schedulingPolicy'], (group) =>
  objectAt(group, 'spec', 'schedulingPolicy', 'gang') === undefined ? 'Basic' : 'Gang',
)

/** In v1alpha2 the workload was inside a reference to one of its templates. */
const workload = text(
  'Workload',
  ['.spec.workloadRef', '.spec.podGroupTemplateRef'],
  (group) => {
    const reference = objectAt(group, 'spec', 'workloadRef') ?? objectAt(group, 'spec', 'podGroupTemplateRef', 'workload')
    return reference === undefined ? '<none>' : textAt(reference, 'workloadName')
  },
  'column-workload',
)

/** `scheduled` is the condition's type. */
function groupStatus(group: KubeObject, scheduled: string): string {
  const last = (type: string) => objectsAt(group, 'status', 'conditions').findLast((condition) => textAt(condition, 'type') === type)
  const disrupted = last('DisruptionTarget')
  if (disrupted !== undefined) return textAt(disrupted, 'reason')
  const condition = last(scheduled)
  if (condition === undefined) return 'Pending'
  return textAt(condition, 'status') === 'True' ? 'Scheduled' : 'Unschedulable'
}

const statusBy = (scheduled: string) => text('Status', ['.status.conditions'], (group) => groupStatus(group, scheduled))

export const podGroups = tableOf(
  name,
  policy,
  workload,
  goneIn(37, statusBy('PodGroupScheduled')),
  addedIn(37, statusBy('PodGroupInitiallyScheduled')),
  age,
)

export const compositePodGroups = tableOf(name, policy, workload, age)

const target = [
  text('Target', ['.spec.target'], (object) => targetPod(object, 'name')),
  text('Target Type', ['.spec.target'], (object) => (objectAt(object, 'spec', 'target', 'pod') === undefined ? '<unset>' : 'Pod')),
]

function targetPod(object: KubeObject, field: string): string {
  const pod = objectAt(object, 'spec', 'target', 'pod')
  return pod === undefined ? '<unset>' : textAt(pod, field)
}

const evictionStatus = text('Status', ['.status.observedGeneration', '.status.conditions'], (object) => {
  const first = (type: string) => objectsAt(object, 'status', 'conditions').find((condition) => textAt(condition, 'type') === type)
  for (const type of ['TargetEvicted', 'Failed']) {
    const condition = first(type)
    if (condition !== undefined && textAt(condition, 'status') === 'True') return `${type} (${textAt(condition, 'reason')})`
  }
  return (integerAt(object, 'status', 'observedGeneration') ?? 0) > 0 ? 'Progressing' : 'Pending'
})

export const evictionRequests = tableOf(
  name,
  ...target,
  evictionStatus,
  member('Requester', '.spec.requester'),
  member('Intent', '.spec.intent'),
  age,
)

const PROCESSED = ['Canceled', 'Interrupted', 'Completed']

/** The active responder, else the last active one; and how many of all have begun. */
function activeResponder(eviction: KubeObject): { name: string | undefined; state: string; begun: number; total: number } {
  const all = objectsAt(eviction, 'status', 'targetResponders')
  const stateOf = (responder: KubeObject) => textAt(responder, 'state')
  const begun = all.filter((responder) => stateOf(responder) === 'Active' || PROCESSED.includes(stateOf(responder)))
  const active = begun.findLast((responder) => stateOf(responder) === 'Active') ?? begun.at(-1)
  return { name: active && textAt(active, 'name'), state: active ? stateOf(active) : '', begun: begun.length, total: all.length }
}

/** The active responder's own status. */
function responderOf(eviction: KubeObject): { state: string; told: KubeObject | undefined } {
  const { name: active, state } = activeResponder(eviction)
  const told =
    active === undefined ? undefined : objectsAt(eviction, 'status', 'responders').find((each) => textAt(each, 'name') === active)
  return { state, told }
}

function ago(time: string, context: TableContext): string {
  return agoInWords(time, context.now?.getTime() ?? null)
}

function responderStatus(eviction: KubeObject, context: TableContext): string {
  const { state, told } = responderOf(eviction)
  if (told === undefined) return '<unset>'
  const at = (field: string) => textAt(told, field)
  if (state === 'Active' && at('startTime') !== '') return `Started (${ago(at('startTime'), context)})`
  if (state === 'Completed' && at('completionTime') !== '') return `${state} (${ago(at('completionTime'), context)})`
  return state
}

function expectedFinish(eviction: KubeObject, context: TableContext): string {
  const { state, told } = responderOf(eviction)
  if (told === undefined) return '<unknown>'
  if (PROCESSED.includes(state)) return '-'
  const expected = textAt(told, 'expectedCompletionTime')
  if (state !== 'Active' || textAt(told, 'startTime') === '' || expected === '') return '<unknown>'
  if (context.now === null) return expected
  const left = Date.parse(expected) - context.now.getTime()
  return left > 0 ? `in ${humanDuration(left)}` : ago(expected, context)
}

function requesters(eviction: KubeObject): string {
  const all = objectsAt(eviction, 'status', 'requesters')
  const names = all.filter((each) => textAt(each, 'intent') !== 'Withdrawn').map((each) => textAt(each, 'name'))
  names.sort(byBytes)
  if (names.length === 0) return all.length > 0 ? '<withdrawn>' : '<none>'
  return names.length > 1 ? `${names[0]} + ${names.length - 1} more...` : (names[0] ?? '')
}

const RESPONDERS = ['.status.targetResponders', '.status.responders']

export const evictions = tableOf(
  name,
  ...target,
  evictionStatus,
  text('Active Responder', RESPONDERS, (eviction) => {
    const { name: active, begun, total } = activeResponder(eviction)
    return `${active ?? '<unset>'} (${begun}/${total})`
  }),
  text('Responder Status', RESPONDERS, responderStatus),
  text('Responder Expected Finish', RESPONDERS, expectedFinish),
  text('Requesters', ['.status.requesters'], requesters),
  age,
  wide('Responder Heartbeat', RESPONDERS, (eviction, context) => {
    const heartbeat = textAt(responderOf(eviction).told, 'heartbeatTime')
    return heartbeat === '' ? '<unset>' : ago(heartbeat, context)
  }),
  wide('Responder Status Message', RESPONDERS, (eviction) => textAt(responderOf(eviction).told, 'message').trim() || '<unset>'),
)
