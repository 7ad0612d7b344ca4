// kubectl's tables of nodes, namespaces, events, leases, configuration, quotas and priorities.
// Facts: kubernetes pkg/printers/internalversion/printers.go.
import { integerAt, isObject, objectAt, objectsAt, textAt, valueAt } from '../value/fields.ts'
import type { KubeObject, KubeValue } from '../value/value.ts'
import { addedIn, age, column, goneIn, integerCell, member, name, scalarText, since, tableOf, text, wide } from './columns.ts'
import { byBytes } from './selectors.ts'
import type { TableContext } from './types.ts'

function nodeStatus(node: KubeObject): string {
  // The last condition of a type counts, as in the server's map.
  const ready = objectsAt(node, 'status', 'conditions').findLast((condition) => textAt(condition, 'type') === 'Ready')
  const status = ready === undefined ? 'Unknown' : textAt(ready, 'status') === 'True' ? 'Ready' : 'NotReady'
  return valueAt(node, 'spec', 'unschedulable') === true ? `${status},SchedulingDisabled` : status
}

const ROLE_LABEL = 'node-role.kubernetes.io/'

function nodeRoles(node: KubeObject): string {
  const labels = objectAt(node, 'metadata', 'labels') ?? {}
  const roles = new Set<string>()
  for (const label of Object.keys(labels)) {
    if (label.startsWith(ROLE_LABEL)) roles.add(label.slice(ROLE_LABEL.length))
    else if (label === 'kubernetes.io/role') roles.add(textAt(labels, label))
  }
  roles.delete('')
  return [...roles].sort(byBytes).join(',') || '<none>'
}

function nodeAddress(header: string, type: string) {
  return wide(header, ['.status.addresses'], (node) => {
    const address = objectsAt(node, 'status', 'addresses').find((each) => textAt(each, 'type') === type)
    return address === undefined ? '<none>' : textAt(address, 'address')
  })
}

function nodeInfo(header: string, field: string) {
  return wide(header, [`.status.nodeInfo.${field}`], (node) => textAt(node, 'status', 'nodeInfo', field) || '<unknown>')
}

const kernel = nodeInfo('Kernel-Version', 'kernelVersion')
const kernelWithArchitecture = wide('Kernel-Version', ['.status.nodeInfo.kernelVersion', '.status.nodeInfo.architecture'], (node) => {
  const architecture = textAt(node, 'status', 'nodeInfo', 'architecture')
  return (textAt(node, 'status', 'nodeInfo', 'kernelVersion') || '<unknown>') + (architecture === '' ? '' : ` (${architecture})`)
})

export const nodes = tableOf(
  name,
  text('Status', ['.status.conditions', '.spec.unschedulable'], nodeStatus),
  text('Roles', ['.metadata.labels'], nodeRoles),
  age,
  member('Version', '.status.nodeInfo.kubeletVersion'),
  nodeAddress('Internal-IP', 'InternalIP'),
  nodeAddress('External-IP', 'ExternalIP'),
  nodeInfo('OS-Image', 'osImage'),
  goneIn(36, kernel),
  addedIn(36, kernelWithArchitecture),
  nodeInfo('Container-Runtime', 'containerRuntimeVersion'),
)

export const namespaces = tableOf(name, member('Status', '.status.phase', 'Active'), age)

/** An event of either API: events.k8s.io renamed most of core's members. */
function eventTimes(event: KubeObject, context: TableContext): { first: string; last: string } {
  const firstTime = textAt(event, 'firstTimestamp') || textAt(event, 'deprecatedFirstTimestamp') || textAt(event, 'eventTime')
  const lastTime = textAt(event, 'lastTimestamp') || textAt(event, 'deprecatedLastTimestamp') || firstTime
  const series = objectAt(event, 'series')
  return { first: since(firstTime, context), last: since(series ? valueAt(series, 'lastObservedTime') : lastTime, context) }
}

function eventObject(event: KubeObject): KubeObject | undefined {
  return objectAt(event, 'involvedObject') ?? objectAt(event, 'regarding')
}

function eventSource(event: KubeObject): string {
  const source = objectAt(event, 'source') ?? objectAt(event, 'deprecatedSource')
  const component = textAt(source, 'component') || textAt(event, 'reportingComponent') || textAt(event, 'reportingController')
  const host = textAt(source, 'host') || textAt(event, 'reportingInstance')
  return host === '' ? component : `${component}, ${host}`
}

const firstPaths = ['.firstTimestamp', '.deprecatedFirstTimestamp', '.eventTime']
const lastPaths = [...firstPaths, '.lastTimestamp', '.deprecatedLastTimestamp', '.series']

export const events = tableOf(
  text('Last Seen', lastPaths, (event, context) => eventTimes(event, context).last),
  member('Type', '.type'),
  member('Reason', '.reason'),
  text('Object', ['.involvedObject', '.regarding'], (event) => {
    const object = eventObject(event)
    const kind = textAt(object, 'kind').toLowerCase()
    const objectName = textAt(object, 'name')
    return objectName === '' ? kind : `${kind}/${objectName}`
  }),
  wide('Subobject', ['.involvedObject', '.regarding'], (event) => textAt(eventObject(event), 'fieldPath')),
  wide('Source', ['.source', '.deprecatedSource', '.reportingComponent', '.reportingController', '.reportingInstance'], eventSource),
  text('Message', ['.message', '.note'], (event) => (textAt(event, 'message') || textAt(event, 'note')).trim()),
  wide('First Seen', firstPaths, (event, context) => eventTimes(event, context).first),
  wide('Count', ['.count', '.deprecatedCount', '.series'], (event) => {
    const series = objectAt(event, 'series')
    // In the newer API a single event has no count.
    return series ? (integerAt(series, 'count') ?? 0) : integerAt(event, 'count') || integerAt(event, 'deprecatedCount') || 1
  }),
  { ...name, priority: 1 },
)

export const leases = tableOf(name, member('Holder', '.spec.holderIdentity'), age)

export const leaseCandidates = tableOf(
  name,
  member('LeaseName', '.spec.leaseName'),
  member('BinaryVersion', '.spec.binaryVersion'),
  member('EmulationVersion', '.spec.emulationVersion'),
  age,
)

function size(value: KubeValue | undefined): number {
  return isObject(value) ? Object.keys(value).length : 0
}

export const configMaps = tableOf(
  name,
  column('Data', 'string', ['.data', '.binaryData'], (object) => size(valueAt(object, 'data')) + size(valueAt(object, 'binaryData'))),
  age,
)

export const secrets = tableOf(
  name,
  member('Type', '.type', 'Opaque'),
  column('Data', 'string', ['.data'], (object) => size(valueAt(object, 'data'))),
  age,
)

export const serviceAccounts = tableOf(
  name,
  goneIn(
    35,
    column('Secrets', 'string', ['.secrets'], (object) => objectsAt(object, 'secrets').length),
  ),
  age,
)

function quota(limits: boolean) {
  return (object: KubeObject) => {
    const hard = objectAt(object, 'status', 'hard') ?? {}
    return Object.keys(hard)
      .filter((resource) => resource.startsWith('limits.') === limits)
      .sort(byBytes)
      .map((resource) => {
        const used = scalarText(valueAt(object, 'status', 'used', resource)) ?? '0'
        return `${resource}: ${used}/${scalarText(valueAt(hard, resource)) ?? '0'}`
      })
      .join(', ')
  }
}

export const resourceQuotas = tableOf(
  name,
  goneIn(33, age),
  text('Request', ['.status.hard', '.status.used'], quota(false), 'column-quota-requests'),
  text('Limit', ['.status.hard', '.status.used'], quota(true), 'column-quota-limits'),
  addedIn(33, age),
)

export const priorityClasses = tableOf(
  name,
  column('Value', 'integer', ['.value'], (object) => integerCell(valueAt(object, 'value'))),
  column('Global-Default', 'boolean', ['.globalDefault'], (object) => valueAt(object, 'globalDefault') === true),
  age,
  addedIn(32, member('PreemptionPolicy', '.preemptionPolicy', 'PreemptLowerPriority')),
)

export const runtimeClasses = tableOf(
  name,
  // v1alpha1 had the handler inside spec.
  text('Handler', ['.handler', '.spec.runtimeHandler'], (object) => textAt(object, 'handler') || textAt(object, 'spec', 'runtimeHandler')),
  age,
)

export const flowSchemas = tableOf(
  name,
  member('PriorityLevel', '.spec.priorityLevelConfiguration.name'),
  column('MatchingPrecedence', 'string', ['.spec.matchingPrecedence'], (object) => integerAt(object, 'spec', 'matchingPrecedence') ?? 0),
  text('DistinguisherMethod', ['.spec.distinguisherMethod'], (object) => {
    const method = objectAt(object, 'spec', 'distinguisherMethod')
    return method === undefined ? '<none>' : textAt(method, 'type')
  }),
  age,
  text('MissingPL', ['.status.conditions'], (object) => {
    const dangling = objectsAt(object, 'status', 'conditions').find((condition) => textAt(condition, 'type') === 'Dangling')
    return dangling === undefined ? '?' : textAt(dangling, 'status')
  }),
)

/** Named assured up to v1beta2 and nominal since; the server prints one word for all stored versions. */
function shares(header: string) {
  return column(header, 'string', ['.spec.limited'], (object) => {
    const limited = objectAt(object, 'spec', 'limited')
    if (limited === undefined) return '<none>'
    return integerAt(limited, 'nominalConcurrencyShares') ?? integerAt(limited, 'assuredConcurrencyShares') ?? 0
  })
}

function queuing(header: string, field: string) {
  return column(header, 'string', ['.spec.limited'], (object) => {
    const queues = objectAt(object, 'spec', 'limited', 'limitResponse', 'queuing')
    return queues === undefined ? '<none>' : (integerAt(queues, field) ?? 0)
  })
}

export const priorityLevelConfigurations = tableOf(
  name,
  member('Type', '.spec.type'),
  goneIn(26, shares('AssuredConcurrencyShares')),
  addedIn(26, shares('NominalConcurrencyShares')),
  queuing('Queues', 'queues'),
  queuing('HandSize', 'handSize'),
  queuing('QueueLengthLimit', 'queueLengthLimit'),
  age,
)
