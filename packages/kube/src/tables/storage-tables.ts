// kubectl's tables of volumes, claims, storage classes and CSI objects.
// Facts: kubernetes pkg/printers/internalversion/printers.go and pkg/apis/core/helper.
import { objectsAt, textAt, textsAt, valueAt } from '../value/fields.ts'
import type { KubeObject } from '../value/value.ts'
import { addedIn, age, column, createdAt, member, name, scalarText, tableOf, text, wide } from './columns.ts'

const ACCESS_MODES: [string, string][] = [
  ['ReadWriteOnce', 'RWO'],
  ['ReadOnlyMany', 'ROX'],
  ['ReadWriteMany', 'RWX'],
  ['ReadWriteOncePod', 'RWOP'],
]

function accessModes(modes: string[]): string {
  return ACCESS_MODES.filter(([mode]) => modes.includes(mode))
    .map(([, short]) => short)
    .join(',')
}

const CLASS_ANNOTATION = 'volume.beta.kubernetes.io/storage-class'
const classPaths = [`.metadata.annotations['${CLASS_ANNOTATION}']`, '.spec.storageClassName']

/** The annotation from before 1.6 takes precedence over the field, even if empty. */
function storageClass(object: KubeObject): string {
  const annotation = valueAt(object, 'metadata', 'annotations', CLASS_ANNOTATION)
  return typeof annotation === 'string' ? annotation : textAt(object, 'spec', 'storageClassName')
}

function phase(object: KubeObject): string {
  return textAt(object, 'metadata', 'deletionTimestamp') !== '' ? 'Terminating' : textAt(object, 'status', 'phase') || 'Pending'
}
const status = text('Status', ['.status.phase', '.metadata.deletionTimestamp'], phase)

function optional(header: string, field: string, otherwise: string, isWide = false) {
  const make = (object: KubeObject) => scalarText(valueAt(object, 'spec', field)) ?? otherwise
  return isWide ? wide(header, [`.spec.${field}`], make) : text(header, [`.spec.${field}`], make)
}
const attributesClass = addedIn(29, optional('VolumeAttributesClass', 'volumeAttributesClassName', '<unset>'))
/** On reading, the API server defaults an absent mode to Filesystem. */
const volumeMode = optional('VolumeMode', 'volumeMode', 'Filesystem', true)

export const persistentVolumes = tableOf(
  name,
  text('Capacity', ['.spec.capacity'], (object) => scalarText(valueAt(object, 'spec', 'capacity', 'storage')) ?? '0'),
  text('Access Modes', ['.spec.accessModes'], (object) => accessModes(textsAt(object, 'spec', 'accessModes'))),
  member('Reclaim Policy', '.spec.persistentVolumeReclaimPolicy', 'Retain'),
  status,
  text('Claim', ['.spec.claimRef'], (object) => {
    const claim = valueAt(object, 'spec', 'claimRef')
    return claim === undefined || claim === null ? '' : `${textAt(claim, 'namespace')}/${textAt(claim, 'name')}`
  }),
  text('StorageClass', classPaths, storageClass),
  attributesClass,
  member('Reason', '.status.reason'),
  age,
  volumeMode,
)

const isBound = (claim: KubeObject) => textAt(claim, 'spec', 'volumeName') !== ''

export const persistentVolumeClaims = tableOf(
  name,
  status,
  member('Volume', '.spec.volumeName'),
  text('Capacity', ['.spec.volumeName', '.status.capacity'], (object) =>
    isBound(object) ? (scalarText(valueAt(object, 'status', 'capacity', 'storage')) ?? '0') : '',
  ),
  text('Access Modes', ['.spec.volumeName', '.status.accessModes'], (object) =>
    isBound(object) ? accessModes(textsAt(object, 'status', 'accessModes')) : '',
  ),
  text('StorageClass', classPaths, storageClass),
  attributesClass,
  age,
  volumeMode,
)

const DEFAULT_CLASS = ['storageclass.kubernetes.io/is-default-class', 'storageclass.beta.kubernetes.io/is-default-class']

export const storageClasses = tableOf(
  column(
    'Name',
    'string',
    ['.metadata.name', ...DEFAULT_CLASS.map((annotation) => `.metadata.annotations['${annotation}']`)],
    (object) => {
      const isDefault = DEFAULT_CLASS.some((annotation) => textAt(object, 'metadata', 'annotations', annotation) === 'true')
      return textAt(object, 'metadata', 'name') + (isDefault ? ' (default)' : '')
    },
    { format: 'name' },
  ),
  member('Provisioner', '.provisioner'),
  member('ReclaimPolicy', '.reclaimPolicy', 'Delete'),
  member('VolumeBindingMode', '.volumeBindingMode', 'Immediate'),
  column('AllowVolumeExpansion', 'string', ['.allowVolumeExpansion'], (object) => valueAt(object, 'allowVolumeExpansion') === true),
  age,
)

export const volumeAttributesClasses = tableOf(name, member('DriverName', '.driverName'), age)

export const volumeAttachments = tableOf(
  name,
  { ...member('Attacher', '.spec.attacher'), format: 'name' },
  member('PV', '.spec.source.persistentVolumeName'),
  member('Node', '.spec.nodeName'),
  column('Attached', 'boolean', ['.status.attached'], (object) => valueAt(object, 'status', 'attached') === true),
  age,
)

export const csiNodes = tableOf(
  name,
  column('Drivers', 'integer', ['.spec.drivers'], (object) => objectsAt(object, 'spec', 'drivers').length),
  age,
)

function flag(header: string, field: string, otherwise: boolean) {
  return column(header, 'boolean', [`.spec.${field}`], (object) => {
    const value = valueAt(object, 'spec', field)
    return typeof value === 'boolean' ? value : otherwise
  })
}

const tokenRequests = text('TokenRequests', ['.spec.tokenRequests'], (object) => {
  if (!Array.isArray(valueAt(object, 'spec', 'tokenRequests'))) return '<unset>'
  return objectsAt(object, 'spec', 'tokenRequests')
    .map((request) => textAt(request, 'audience'))
    .join(',')
})

export const csiDrivers = tableOf(
  name,
  flag('AttachRequired', 'attachRequired', true),
  flag('PodInfoOnMount', 'podInfoOnMount', false),
  addedIn(21, flag('StorageCapacity', 'storageCapacity', false)),
  addedIn(21, tokenRequests),
  addedIn(21, flag('RequiresRepublish', 'requiresRepublish', false)),
  // On reading, the API server defaults a driver's missing modes to Persistent.
  text('Modes', ['.spec.volumeLifecycleModes'], (object) => textsAt(object, 'spec', 'volumeLifecycleModes').join(',') || 'Persistent'),
  age,
)

/** The API server has a table for them but sends the default one. */
export const csiStorageCapacities = tableOf(name, createdAt)
