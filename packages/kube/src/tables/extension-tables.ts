// kubectl's tables of API extensions: definitions, API services, third-party resources, and storage versions.
// Facts: kubernetes pkg/printers/internalversion/printers.go; apiextensions-apiserver pkg/registry/customresourcedefinition/tableconvertor;
// kube-aggregator pkg/registry/apiservice/etcd.
import { objectAt, objectsAt, textAt, textsAt, valueAt } from '../value/fields.ts'
import type { KubeObject } from '../value/value.ts'
import {
  addedIn,
  age,
  type CellColumn,
  column,
  createdAt,
  firstThree,
  goneIn,
  member,
  name,
  scalarText,
  tableOf,
  text,
  wide,
} from './columns.ts'
import { byBytes } from './selectors.ts'

/** `v1(storage)`; for a definition without a list of versions, its single one. */
function servedVersions(definition: KubeObject): string {
  const versions = objectsAt(definition, 'spec', 'versions')
  if (versions.length === 0) {
    const only = textAt(definition, 'spec', 'version')
    return only === '' ? '' : `${only}(storage)`
  }
  return versions
    .filter((version) => version.served === true)
    .map((version) => `${textAt(version, 'name')}${version.storage === true ? '(storage)' : ''}`)
    .sort(byBytes)
    .join(',')
}

function isEstablished(definition: KubeObject): boolean {
  return objectsAt(definition, 'status', 'conditions').some(
    (condition) => textAt(condition, 'type') === 'Established' && textAt(condition, 'status') === 'True',
  )
}

const since37: CellColumn[] = [
  member('Scope', '.spec.scope', 'Namespaced'),
  text(
    'Versions',
    ['.spec.version', '.spec.versions[*].name', '.spec.versions[*].served', '.spec.versions[*].storage'],
    servedVersions,
    'column-versions',
  ),
]

export const customResourceDefinitions = tableOf(
  name,
  ...since37.map((each) => addedIn(37, each)),
  createdAt,
  ...[
    wide('Group', ['.spec.group'], (object) => textAt(object, 'spec', 'group')),
    wide('Kind', ['.spec.names'], (object) => textAt(object, 'spec', 'names', 'kind')),
    wide('ShortNames', ['.spec.names'], (object) => textsAt(object, 'spec', 'names', 'shortNames').join(',')),
    column('Established', 'boolean', ['.status.conditions'], isEstablished, { priority: 1 }),
  ].map((each) => addedIn(37, each)),
)

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

/** Kubernetes 1.7 and earlier. */
export const thirdPartyResources = tableOf(
  name,
  member('Description', '.description'),
  text('Version(s)', ['.versions'], (object) =>
    objectsAt(object, 'versions')
      .map((version) => textAt(version, 'name'))
      .join(','),
  ),
)

/** From the federation control plane, whose clusters were objects. */
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

/** `deployments.apps`; for the core group, `secrets`. */
function groupResource(object: KubeObject): string {
  const group = textAt(object, 'spec', 'resource', 'group')
  return `${textAt(object, 'spec', 'resource', 'resource')}${group === '' ? '' : `.${group}`}`
}

const MIGRATION_STATES = ['Running', 'Succeeded', 'Failed']

export const storageVersionMigrations = tableOf(
  name,
  goneIn(
    35,
    text('Resource', ['.spec.resource'], (object) =>
      ['resource', 'version', 'group'].map((part) => textAt(object, 'spec', 'resource', part)).join('.'),
    ),
  ),
  addedIn(35, text('Resource', ['.spec.resource'], groupResource)),
  addedIn(
    35,
    text('Status', ['.status.conditions'], (object) => {
      const states = objectsAt(object, 'status', 'conditions').filter((condition) => textAt(condition, 'status') === 'True')
      return states.map((condition) => textAt(condition, 'type')).findLast((type) => MIGRATION_STATES.includes(type)) ?? 'Unknown'
    }),
  ),
)

export const nameAndAge = tableOf(name, age)
