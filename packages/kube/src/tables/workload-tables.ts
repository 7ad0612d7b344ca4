// kubectl's tables of workloads: pods, templates and controllers, autoscalers and disruption budgets.
// Facts: kubernetes pkg/printers/internalversion/printers.go.

import { humanDuration } from '../summary/human-duration.ts'
import { podStatus, restartsText } from '../summary/pod-status.ts'
import { integerAt, objectAt, objectsAt, textAt, valueAt } from '../value/fields.ts'
import type { KubeObject } from '../value/value.ts'
import { autoscalerTargets } from './autoscaler-targets.ts'
import {
  addedIn,
  age,
  column,
  containers,
  count,
  goneIn,
  integerCell,
  isTold,
  member,
  name,
  type ReleaseTable,
  scalarText,
  since,
  tableOf,
  text,
  wide,
} from './columns.ts'
import { formatLabelSelector, formatLabels, selectorText } from './selectors.ts'
import type { ResourceTable, TableContext } from './types.ts'

const template = '.spec.template.spec'

function labelSelector() {
  return wide('Selector', ['.spec.selector'], (object) => formatLabelSelector(valueAt(object, 'spec', 'selector')))
}

/** Desired replicas: on reading, the API server defaults an absent number to 1. */
function desiredReplicas(object: KubeObject): number {
  return integerAt(object, 'spec', 'replicas') ?? 1
}

const desired = column('Desired', 'integer', ['.spec.replicas'], desiredReplicas, { says: 'column-desired' })

const readyOfDesired = text(
  'Ready',
  ['.spec.replicas', '.status.readyReplicas'],
  (object) => `${integerAt(object, 'status', 'readyReplicas') ?? 0}/${desiredReplicas(object)}`,
  'column-ready-pods',
)

/** The fields of a container that `podStatus` reads: not its image, ids, or state messages. */
const containerState = (list: string): string[] =>
  ['name', 'ready', 'started', 'restartCount', 'lastState.terminated.finishedAt', 'state.waiting.reason', 'state.running']
    .concat(['reason', 'signal', 'exitCode'].map((name) => `state.terminated.${name}`))
    .map((path) => `.status.${list}[*].${path}`)

/** What the four cells of a pod's state are computed from. */
const POD_STATE = [
  '.metadata.deletionTimestamp',
  '.spec.containers[*].name',
  '.spec.initContainers[*].name',
  '.spec.initContainers[*].restartPolicy',
  '.spec.readinessGates',
  '.status.phase',
  '.status.reason',
  '.status.conditions[*].type',
  '.status.conditions[*].status',
  '.status.conditions[*].reason',
  ...containerState('containerStatuses'),
  ...containerState('initContainerStatuses'),
]

/** What each cell reads, in the order of the columns. */
const POD_CELLS: readonly (readonly string[])[] = [
  ['.metadata.name'],
  POD_STATE,
  POD_STATE,
  POD_STATE,
  ['.metadata.creationTimestamp'],
  ['.status.podIP', '.status.podIPs'],
  ['.spec.nodeName'],
  ['.status.nominatedNodeName'],
  POD_STATE,
]

/**
 * One evaluation of the pod's status fills four cells, so this table is not composed of columns. The newest release's is used for all: before 1.22
 * Restarts lacked the last restart's time, and later releases corrected Status for sidecars and finished containers, which is useful for an old
 * cluster too.
 */
const podTable: ResourceTable = {
  columns: [
    { name: 'Name', type: 'string', priority: 0, format: 'name', says: 'column-pod-name' },
    { name: 'Ready', type: 'string', priority: 0, says: 'column-ready-containers' },
    { name: 'Status', type: 'string', priority: 0, says: 'column-pod-status' },
    { name: 'Restarts', type: 'string', priority: 0, says: 'column-restarts' },
    { name: 'Age', type: 'string', priority: 0, says: 'column-pod-age' },
    { name: 'IP', type: 'string', priority: 1, says: 'column-pod-ip' },
    { name: 'Node', type: 'string', priority: 1, says: 'column-node' },
    { name: 'Nominated Node', type: 'string', priority: 1, says: 'column-nominated-node' },
    { name: 'Readiness Gates', type: 'string', priority: 1, says: 'column-readiness-gates' },
  ],
  cells(pod, context) {
    const status = podStatus(pod)
    const gates = status.readinessGates
    const cells = [
      textAt(pod, 'metadata', 'name'),
      `${status.ready}/${status.total}`,
      status.status,
      restartsText(status, context.now?.getTime() ?? null),
      since(valueAt(pod, 'metadata', 'creationTimestamp'), context),
      textAt(objectsAt(pod, 'status', 'podIPs')[0], 'ip') || textAt(pod, 'status', 'podIP') || '<none>',
      textAt(pod, 'spec', 'nodeName') || '<none>',
      textAt(pod, 'status', 'nominatedNodeName') || '<none>',
      gates.total === 0 ? '<none>' : `${gates.ready}/${gates.total}`,
    ]
    return cells.map((cell, at) => (isTold(pod, context, POD_CELLS[at]) ? cell : null))
  },
  paths: [...new Set(POD_CELLS.flat())],
}
export const pods: ReleaseTable = { at: () => podTable, changes: [] }

export const podTemplates = tableOf(
  name,
  ...containers('.template.spec', 0),
  text('Pod Labels', ['.template.metadata.labels'], (object) => formatLabels(valueAt(object, 'template', 'metadata', 'labels'))),
)

export const replicationControllers = tableOf(
  name,
  desired,
  count('Current', '.status.replicas'),
  count('Ready', '.status.readyReplicas'),
  age,
  ...containers(template),
  wide('Selector', ['.spec.selector'], (object) => formatLabels(valueAt(object, 'spec', 'selector'))),
)

export const replicaSets = tableOf(
  name,
  desired,
  count('Current', '.status.replicas'),
  count('Ready', '.status.readyReplicas'),
  age,
  ...containers(template),
  labelSelector(),
)

export const deployments = tableOf(
  name,
  readyOfDesired,
  column('Up-to-date', 'string', ['.status.updatedReplicas'], (object) => integerAt(object, 'status', 'updatedReplicas') ?? 0),
  column('Available', 'string', ['.status.availableReplicas'], (object) => integerAt(object, 'status', 'availableReplicas') ?? 0),
  age,
  ...containers(template),
  wide('Selector', ['.spec.selector'], (object) => selectorText(valueAt(object, 'spec', 'selector')) ?? '<invalid>'),
)

export const statefulSets = tableOf(name, readyOfDesired, age, ...containers(template))

export const daemonSets = tableOf(
  name,
  count('Desired', '.status.desiredNumberScheduled'),
  count('Current', '.status.currentNumberScheduled'),
  count('Ready', '.status.numberReady'),
  count('Up-to-date', '.status.updatedNumberScheduled'),
  count('Available', '.status.numberAvailable'),
  text('Node Selector', [`${template}.nodeSelector`], (object) =>
    formatLabels(valueAt(object, 'spec', 'template', 'spec', 'nodeSelector')),
  ),
  age,
  ...containers(template),
  labelSelector(),
)

function jobCompletions(job: KubeObject): string {
  const succeeded = integerAt(job, 'status', 'succeeded') ?? 0
  const completions = integerAt(job, 'spec', 'completions')
  if (completions !== undefined) return `${succeeded}/${completions}`
  const parallelism = integerAt(job, 'spec', 'parallelism') ?? 1
  return parallelism > 1 ? `${succeeded}/1 of ${parallelism}` : `${succeeded}/1`
}

function jobDuration(job: KubeObject, { now }: TableContext): string {
  const start = Date.parse(textAt(job, 'status', 'startTime'))
  if (Number.isNaN(start)) return ''
  const end = Date.parse(textAt(job, 'status', 'completionTime'))
  if (Number.isNaN(end) && now === null) return ''
  return humanDuration((Number.isNaN(end) && now !== null ? now.getTime() : end) - start)
}

function jobStatus(job: KubeObject): string {
  const conditions = objectsAt(job, 'status', 'conditions')
  const is = (type: string) =>
    textAt(
      conditions.find((condition) => textAt(condition, 'type') === type),
      'status',
    ) === 'True'
  if (is('Complete')) return 'Complete'
  if (is('Failed')) return 'Failed'
  if (textAt(job, 'metadata', 'deletionTimestamp') !== '') return 'Terminating'
  return ['Suspended', 'FailureTarget', 'SuccessCriteriaMet'].find(is) ?? 'Running'
}

export const jobs = tableOf(
  name,
  addedIn(30, text('Status', ['.status.conditions', '.metadata.deletionTimestamp'], jobStatus, 'column-job-status')),
  text('Completions', ['.status.succeeded', '.spec.completions', '.spec.parallelism'], jobCompletions),
  text('Duration', ['.status.startTime', '.status.completionTime'], jobDuration, 'column-duration'),
  age,
  ...containers(template),
  labelSelector(),
)

export const cronJobs = tableOf(
  name,
  member('Schedule', '.spec.schedule'),
  addedIn(
    30,
    text('Timezone', ['.spec.timeZone'], (object) => {
      const zone = valueAt(object, 'spec', 'timeZone')
      return typeof zone === 'string' ? zone : '<none>'
    }),
  ),
  // The server declares a boolean and sends its Go text; absent means the default, false.
  column('Suspend', 'boolean', ['.spec.suspend'], (object) => (valueAt(object, 'spec', 'suspend') === true ? 'True' : 'False')),
  column('Active', 'integer', ['.status.active'], (object) => objectsAt(object, 'status', 'active').length),
  text('Last Schedule', ['.status.lastScheduleTime'], (object, context) => {
    const time = textAt(object, 'status', 'lastScheduleTime')
    return time === '' ? '<none>' : since(time, context)
  }),
  age,
  ...containers('.spec.jobTemplate.spec.template.spec'),
  wide('Selector', ['.spec.jobTemplate.spec.selector'], (object) =>
    formatLabelSelector(valueAt(object, 'spec', 'jobTemplate', 'spec', 'selector')),
  ),
)

function intOrString(field: string) {
  return (object: KubeObject) => scalarText(valueAt(object, 'spec', field)) ?? 'N/A'
}

export const podDisruptionBudgets = tableOf(
  name,
  text('Min Available', ['.spec.minAvailable'], intOrString('minAvailable')),
  text('Max Unavailable', ['.spec.maxUnavailable'], intOrString('maxUnavailable')),
  count('Allowed Disruptions', '.status.disruptionsAllowed', 'column-disruptions'),
  age,
)

/** Until autoscaling/v2 the scale target was `scaleRef` in extensions/v1beta1. */
function scaleTarget(object: KubeObject): string {
  const target = objectAt(object, 'spec', 'scaleTargetRef') ?? objectAt(object, 'spec', 'scaleRef')
  return `${textAt(target, 'kind')}/${textAt(target, 'name')}`
}

export function horizontalPodAutoscalers(apiVersion: string): ReleaseTable {
  const targets = (named: boolean) => {
    const { paths, text: make } = autoscalerTargets(apiVersion, named)
    return text('Targets', paths, make, 'column-targets')
  }
  return tableOf(
    name,
    text('Reference', ['.spec.scaleTargetRef', '.spec.scaleRef'], scaleTarget),
    goneIn(30, targets(false)),
    addedIn(30, targets(true)),
    text('MinPods', ['.spec.minReplicas'], (object) => String(integerAt(object, 'spec', 'minReplicas') ?? 1)),
    column('MaxPods', 'string', ['.spec.maxReplicas'], (object) => integerAt(object, 'spec', 'maxReplicas') ?? 0),
    column('Replicas', 'string', ['.status.currentReplicas'], (object) => integerAt(object, 'status', 'currentReplicas') ?? 0),
    age,
  )
}

function controllerOf(object: KubeObject): string {
  const owner = objectsAt(object, 'metadata', 'ownerReferences').find((reference) => valueAt(reference, 'controller') === true)
  if (!owner) return '<none>'
  const apiVersion = textAt(owner, 'apiVersion')
  const group = apiVersion.includes('/') ? `.${apiVersion.slice(0, apiVersion.indexOf('/'))}` : ''
  return `${(textAt(owner, 'kind') + group).toLowerCase()}/${textAt(owner, 'name')}`
}

export const controllerRevisions = tableOf(
  name,
  text('Controller', ['.metadata.ownerReferences'], controllerOf),
  column('Revision', 'string', ['.revision'], (object) => integerCell(valueAt(object, 'revision'))),
  age,
)
