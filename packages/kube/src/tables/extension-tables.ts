// kubectl's tables of what extends the API (API services, third-party resources), of storage versions, and of dynamic resources.
// Facts: kubernetes pkg/printers/internalversion/printers.go; kube-aggregator pkg/registry/apiservice/rest.
import { objectAt, objectsAt, textAt, valueAt } from '../summary/fields.ts'
import type { KubeObject } from '../value.ts'
import { age, firstThree, member, name, scalarText, since, tableOf, text } from './columns.ts'
import type { ResourceTable } from './types.ts'

export const apiServices = tableOf(
  name,
  text('Service', ['.spec.service'], (object) => {
    const service = objectAt(object, 'spec', 'service')
    return service === undefined ? 'Local' : `${textAt(service, 'namespace')}/${textAt(service, 'name')}`
  }),
  text('Available', ['.status.conditions'], (object) => {
    const available = objectsAt(object, 'status', 'conditions').find((condition) => textAt(condition, 'type') === 'Available')
    if (available === undefined) return 'Unknown'
    const status = textAt(available, 'status')
    const reason = textAt(available, 'reason')
    return status === 'True' || reason === '' ? status : `${status} (${reason})`
  }),
  age,
)

/** Of Kubernetes 1.7 and before. */
export const thirdPartyResources = tableOf(
  name,
  member('Description', '.description'),
  text('Version(s)', ['.versions'], (object) =>
    objectsAt(object, 'versions')
      .map((version) => textAt(version, 'name'))
      .join(','),
  ),
)

/** Of the federation control plane, whose clusters were objects. */
export const federatedClusters = tableOf(
  name,
  text('Status', ['.status.conditions'], (object) => {
    const statuses = objectsAt(object, 'status', 'conditions').map((condition) =>
      textAt(condition, 'status') === 'True' ? textAt(condition, 'type') : `Not${textAt(condition, 'type')}`,
    )
    return statuses.join(',') || 'Unknown'
  }),
  age,
)

export const storageVersions = tableOf(
  name,
  text(
    'CommonEncodingVersion',
    ['.status.commonEncodingVersion'],
    (object) => scalarText(valueAt(object, 'status', 'commonEncodingVersion')) ?? '<unset>',
  ),
  text('StorageVersions', ['.status.storageVersions'], (object) => {
    const servers = objectsAt(object, 'status', 'storageVersions')
    return firstThree(servers.map((server) => `${textAt(server, 'apiServerID')}=${textAt(server, 'encodingVersion')}`)) || '<unset>'
  }),
  age,
)

export const storageVersionMigrations = tableOf(
  name,
  text(
    'Resource',
    ['.spec.resource'],
    (object) => `${textAt(object, 'spec', 'resource', 'resource')}.${textAt(object, 'spec', 'resource', 'group')}`,
  ),
)

export const nameAndAge = tableOf(name, age)

/** v1alpha1 and v1alpha2 (1.26 to 1.30) allocated by class and mode; later versions by device requests. */
const classic = (apiVersion: string) => /\/(v1alpha1|v1alpha2)$/.test(apiVersion)

function claimState(claim: KubeObject): string {
  const deleted = textAt(claim, 'metadata', 'deletionTimestamp') !== ''
  const states = deleted ? ['deleted'] : []
  if (objectAt(claim, 'status', 'allocation') === undefined) return deleted ? 'deleted' : 'pending'
  states.push('allocated')
  if (objectsAt(claim, 'status', 'reservedFor').length > 0) states.push('reserved')
  else if (classic(textAt(claim, 'apiVersion')) && (deleted || valueAt(claim, 'status', 'deallocationRequested') === true))
    states.push('deallocating')
  return states.join(',')
}

const state = text('State', ['.apiVersion', '.metadata.deletionTimestamp', '.status'], claimState, 'pending, allocated, reserved, deleted')

export function resourceClaims(apiVersion: string): ResourceTable {
  if (!classic(apiVersion)) return tableOf(name, state, age)
  const mode = member('AllocationMode', '.spec.allocationMode', 'WaitForFirstConsumer')
  return tableOf(name, member('ResourceClassName', '.spec.resourceClassName'), mode, state, age)
}

export function resourceClaimTemplates(apiVersion: string): ResourceTable {
  if (!classic(apiVersion)) return nameAndAge
  const mode = member('AllocationMode', '.spec.spec.allocationMode', 'WaitForFirstConsumer')
  return tableOf(name, member('ResourceClassName', '.spec.spec.resourceClassName'), mode, age)
}

/** v1alpha2 (1.30) had no spec and no pool. */
export function resourceSlices(apiVersion: string): ResourceTable {
  if (classic(apiVersion)) return tableOf(name, member('Node', '.nodeName'), member('Driver', '.driverName'), age)
  return tableOf(name, member('Node', '.spec.nodeName'), member('Driver', '.spec.driver'), member('Pool', '.spec.pool.name'), age)
}

export const resourceClasses = tableOf(name, member('DriverName', '.driverName'), age)

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
