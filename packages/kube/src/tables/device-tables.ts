// kubectl's tables of dynamic resources: claims, classes, devices and pool status requests.
// Facts: kubernetes pkg/printers/internalversion/printers.go.
import { integerAt, objectAt, objectsAt, textAt, valueAt } from '../value/fields.ts'
import type { KubeObject } from '../value/value.ts'
import { addedIn, age, column, goneIn, member, name, since, tableOf, text } from './columns.ts'
import type { TableContext } from './types.ts'

/** Claims were allocated by class and mode until 1.30, and by device requests since. */
const BY_DEVICES = 31

function claimState(claim: KubeObject, withDeallocation: boolean): string {
  const deleted = textAt(claim, 'metadata', 'deletionTimestamp') !== ''
  const states = deleted ? ['deleted'] : []
  if (objectAt(claim, 'status', 'allocation') === undefined) return deleted ? 'deleted' : 'pending'
  states.push('allocated')
  if (objectsAt(claim, 'status', 'reservedFor').length > 0) states.push('reserved')
  else if (withDeallocation && (deleted || valueAt(claim, 'status', 'deallocationRequested') === true)) states.push('deallocating')
  return states.join(',')
}

const state = (withDeallocation: boolean) =>
  text('State', ['.metadata.deletionTimestamp', '.status'], (claim) => claimState(claim, withDeallocation), 'column-claim-state')

function byClass(spec: string) {
  return [
    goneIn(BY_DEVICES, member('ResourceClassName', `${spec}.resourceClassName`)),
    goneIn(BY_DEVICES, member('AllocationMode', `${spec}.allocationMode`, 'WaitForFirstConsumer')),
  ]
}

export const resourceClaims = tableOf(name, ...byClass('.spec'), goneIn(32, state(true)), addedIn(32, state(false)), age)

export const resourceClaimTemplates = tableOf(name, ...byClass('.spec.spec'), age)

/** Slices had no spec and no pool in 1.30. */
export const resourceSlices = tableOf(
  name,
  goneIn(BY_DEVICES, member('Node', '.nodeName')),
  goneIn(BY_DEVICES, member('Driver', '.driverName')),
  addedIn(BY_DEVICES, member('Node', '.spec.nodeName')),
  addedIn(BY_DEVICES, member('Driver', '.spec.driver')),
  addedIn(BY_DEVICES, member('Pool', '.spec.pool.name')),
  age,
)

export const resourceClasses = tableOf(name, member('DriverName', '.driverName'), age)

/** For classes and claims, only in 1.30. */
export const resourceParameters = tableOf(
  name,
  text('GeneratedFrom', ['.generatedFrom'], (object) => {
    const from = objectAt(object, 'generatedFrom')
    return from === undefined ? '' : `${textAt(from, 'kind')}.${textAt(from, 'apiGroup')} ${textAt(from, 'name')}`
  }),
  age,
)

export const podSchedulingContexts = tableOf(name, member('SelectedNode', '.spec.selectedNode'), age)

export const deviceTaintRules = tableOf(
  name,
  member('Key', '.spec.taint.key'),
  member('Value', '.spec.taint.value'),
  member('Effect', '.spec.taint.effect'),
  text('TimeAdded', ['.spec.taint.timeAdded'], (object, context) => {
    const added = textAt(object, 'spec', 'taint', 'timeAdded')
    return added === '' ? '' : since(added, context)
  }),
  age,
)

interface PoolStatus {
  word: 'Pending' | 'Complete' | 'Failed'
  /** When it completed, RFC 3339. */
  completed: string
}

/** The first of the two conditions that is true. */
function poolStatus(request: KubeObject): PoolStatus {
  for (const condition of objectsAt(request, 'status', 'conditions')) {
    if (textAt(condition, 'status') !== 'True') continue
    const type = textAt(condition, 'type')
    if (type === 'Complete') return { word: type, completed: textAt(condition, 'lastTransitionTime') }
    if (type === 'Failed') return { word: type, completed: '' }
  }
  return { word: 'Pending', completed: '' }
}

const POOLS = ['.status.conditions', '.status.pools']

/** The sum of all pools; empty without a status, and after a failure. */
function sumOfPools(header: string, of: (pool: KubeObject) => number) {
  return text(header, POOLS, (request) => {
    if (objectAt(request, 'status') === undefined || poolStatus(request).word === 'Failed') return '-'
    return String(objectsAt(request, 'status', 'pools').reduce((sum, pool) => sum + of(pool), 0))
  })
}

const devices = (header: string, field: string) => sumOfPools(header, (pool) => integerAt(pool, field) ?? 0)

const poolCount = (request: KubeObject) => integerAt(request, 'status', 'poolCount') ?? 0

function poolStatusInWords(request: KubeObject): string {
  const { word } = poolStatus(request)
  const listed = objectsAt(request, 'status', 'pools').length
  return word === 'Complete' && poolCount(request) > listed ? `Complete (${listed}/${poolCount(request)} pools)` : word
}

export const resourcePoolStatusRequests = tableOf(
  name,
  member('Driver', '.spec.driver'),
  devices('Total', 'totalDevices'),
  devices('Available', 'availableDevices'),
  devices('Allocated', 'allocatedDevices'),
  devices('Unavailable', 'unavailableDevices'),
  sumOfPools('Errors', (pool) => (typeof valueAt(pool, 'validationError') === 'string' ? 1 : 0)),
  column('Pools', 'integer', ['.status.poolCount'], poolCount),
  text('Status', [...POOLS, '.status.poolCount'], poolStatusInWords),
  text('Completed', ['.status.conditions'], (request, context: TableContext) => {
    const { word, completed } = poolStatus(request)
    return word === 'Complete' ? since(completed, context) : '<none>'
  }),
)
