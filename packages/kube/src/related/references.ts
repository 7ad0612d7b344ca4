// Which other objects a stored object refers to: owners, and all references of its kind. Names only, never a value.
import { isObject, objectAt, objectsAt, textAt, textsAt, valueAt } from '../value/fields.ts'
import type { KubeObject, KubeValue } from '../value/value.ts'
import type { RelationMessage } from './messages.ts'

/** A reference to an object, with every place that contains it. */
export interface Reference {
  apiVersion: string
  kind: string
  /** Null for cluster-scoped objects. */
  namespace: string | null
  name: string
  /** Empty if the reference has no uid. */
  uid: string
  /** Kubernetes continues without it. */
  optional: boolean
  /** Which parts of the object name it. */
  places: RelationMessage[]
  /** Required keys of a ConfigMap or Secret. */
  keys: string[]
}

type Target = Pick<Reference, 'apiVersion' | 'kind' | 'namespace' | 'name'> & Partial<Pick<Reference, 'uid' | 'optional'>>

/** A place that needs no more than its name, or one that is filled in. */
type Place =
  | RelationMessage
  | { [One in RelationMessage as One['code']]: keyof One['params'] extends never ? One['code'] : never }[RelationMessage['code']]

/** Collects references; repeated references to an object are one with several places. */
class References {
  readonly #found = new Map<string, Reference>()
  /** The places of each: a pod may refer to one object thousands of times. */
  readonly #named = new Map<Reference, { places: Map<string, RelationMessage>; keys: Set<string> }>()

  add(target: Target, named: Place, key = ''): void {
    if (target.name === '') return
    const { apiVersion, kind, namespace, name, uid = '', optional = false } = target
    const id = JSON.stringify([apiVersion, kind, namespace, name, uid])
    const known = this.#found.get(id) ?? { apiVersion, kind, namespace, name, uid, optional, places: [], keys: [] }
    this.#found.set(id, known)
    // One place that requires it is enough.
    known.optional &&= optional
    const by = this.#named.get(known) ?? { places: new Map(), keys: new Set() }
    this.#named.set(known, by)
    const place = typeof named === 'string' ? ({ code: named, params: {} } as RelationMessage) : named
    by.places.set(JSON.stringify(place), place)
    if (key !== '' && !optional) by.keys.add(key)
  }

  list(): Reference[] {
    for (const [reference, { places, keys }] of this.#named) {
      reference.places = [...places.values()]
      reference.keys = [...keys]
    }
    return [...this.#found.values()]
  }
}

/** The references of a pod spec. `podName` is null for a template, whose pods have no name yet. */
export function podSpecReferences(spec: KubeObject | undefined, namespace: string, podName: string | null): Reference[] {
  const references = new References()
  addPodSpec(references, spec, namespace, podName)
  return references.list()
}

function addPodSpec(references: References, spec: KubeObject | undefined, namespace: string, podName: string | null): void {
  const core = inCore(namespace)
  const account = textAt(spec, 'serviceAccountName') || textAt(spec, 'serviceAccount')
  // The API server writes the default into a pod, never into a template.
  references.add(core('ServiceAccount', account === '' && podName === null ? 'default' : account), 'runs-as')

  for (const volume of objectsAt(spec, 'volumes')) addVolume(references, volume, namespace, podName)
  for (const list of ['initContainers', 'containers', 'ephemeralContainers'])
    for (const container of objectsAt(spec, list)) addEnvironment(references, container, namespace)
  // If the registry allows it, the kubelet pulls without it.
  for (const secret of objectsAt(spec, 'imagePullSecrets')) references.add(core('Secret', textAt(secret, 'name'), true), 'pulls-images')
  for (const claim of objectsAt(spec, 'resourceClaims')) {
    const name = textAt(claim, 'resourceClaimName') || textAt(claim, 'source', 'resourceClaimName')
    references.add(
      { apiVersion: 'resource.k8s.io/v1', kind: 'ResourceClaim', namespace, name },
      { code: 'device', params: { device: textAt(claim, 'name') } },
    )
  }
  const cluster = (apiVersion: string, kind: string, name: string): Target => ({ apiVersion, kind, namespace: null, name })
  references.add(cluster('scheduling.k8s.io/v1', 'PriorityClass', textAt(spec, 'priorityClassName')), 'priority')
  references.add(cluster('node.k8s.io/v1', 'RuntimeClass', textAt(spec, 'runtimeClassName')), 'runtime')
}

/** Makes targets of the core group in a namespace. */
const inCore =
  (namespace: string) =>
  (kind: string, name: string, optional = false): Target => ({ apiVersion: 'v1', kind, namespace, name, optional })

function addVolume(references: References, volume: KubeObject, namespace: string, podName: string | null): void {
  const core = inCore(namespace)
  const place: RelationMessage = { code: 'volume', params: { volume: textAt(volume, 'name') } }
  const optional = (source: KubeObject | undefined) => valueAt(source, 'optional') === true
  const items = (source: KubeObject | undefined) => objectsAt(source, 'items').map((item) => textAt(item, 'key'))
  const add = (kind: string, source: KubeObject | undefined, name: string) => {
    const target = core(kind, name, optional(source))
    references.add(target, place)
    for (const key of items(source)) references.add(target, place, key)
  }
  const configMap = objectAt(volume, 'configMap')
  if (configMap) add('ConfigMap', configMap, textAt(configMap, 'name'))
  const secret = objectAt(volume, 'secret')
  if (secret) add('Secret', secret, textAt(secret, 'secretName'))
  for (const source of objectsAt(volume, 'projected', 'sources')) {
    const map = objectAt(source, 'configMap')
    if (map) add('ConfigMap', map, textAt(map, 'name'))
    const projected = objectAt(source, 'secret')
    if (projected) add('Secret', projected, textAt(projected, 'name'))
  }
  references.add(core('PersistentVolumeClaim', textAt(volume, 'persistentVolumeClaim', 'claimName')), place)
  // An ephemeral volume's claim is named after its pod (component-helpers/storage/ephemeral).
  if (objectAt(volume, 'ephemeral') && podName !== null)
    references.add(core('PersistentVolumeClaim', `${podName}-${textAt(volume, 'name')}`), place)
  const template = objectAt(volume, 'ephemeral', 'volumeClaimTemplate')
  if (template) addClaimTemplate(references, template, namespace, place)
  for (const [driver, field] of SECRETS_OF_DRIVERS)
    references.add(core('Secret', field === '' ? textAt(volume, driver, 'secretName') : textAt(volume, driver, field, 'name')), place)
}

/** What the variables of a container are taken from. */
function addEnvironment(references: References, container: KubeObject, namespace: string): void {
  const core = inCore(namespace)
  const name = textAt(container, 'name')
  for (const variable of objectsAt(container, 'env')) {
    const place: RelationMessage = { code: 'env', params: { variable: textAt(variable, 'name'), container: name } }
    for (const [kind, field] of [
      ['Secret', 'secretKeyRef'],
      ['ConfigMap', 'configMapKeyRef'],
    ] as const) {
      const source = objectAt(variable, 'valueFrom', field)
      if (source) references.add(core(kind, textAt(source, 'name'), valueAt(source, 'optional') === true), place, textAt(source, 'key'))
    }
  }
  for (const source of objectsAt(container, 'envFrom')) {
    for (const [kind, field] of [
      ['Secret', 'secretRef'],
      ['ConfigMap', 'configMapRef'],
    ] as const) {
      const from = objectAt(source, field)
      if (from) {
        const target = core(kind, textAt(from, 'name'), valueAt(from, 'optional') === true)
        references.add(target, { code: 'environment', params: { container: name } })
      }
    }
  }
}

/** Volume sources that refer to a Secret, in a pod in its own namespace: by `secretName`, or by a member with a name. */
const SECRETS_OF_DRIVERS: [driver: string, field: string][] = [
  ['azureFile', ''],
  ['cephfs', 'secretRef'],
  ['rbd', 'secretRef'],
  ['cinder', 'secretRef'],
  ['flexVolume', 'secretRef'],
  ['iscsi', 'secretRef'],
  ['scaleIO', 'secretRef'],
  ['storageos', 'secretRef'],
  ['csi', 'nodePublishSecretRef'],
]

/** Where a kind's pod spec is; undefined if it has none. */
export function podSpecOf(object: KubeObject): KubeObject | undefined {
  switch (textAt(object, 'kind')) {
    case 'Pod':
      return objectAt(object, 'spec')
    case 'PodTemplate':
      return objectAt(object, 'template', 'spec')
    case 'CronJob':
    case 'ScheduledJob':
      return objectAt(object, 'spec', 'jobTemplate', 'spec', 'template', 'spec')
    case 'Deployment':
    case 'ReplicaSet':
    case 'StatefulSet':
    case 'PetSet':
    case 'DaemonSet':
    case 'Job':
    case 'ReplicationController':
      return objectAt(object, 'spec', 'template', 'spec')
    default:
      return undefined
  }
}

/**
 * Every object that a decoded object of a built-in kind refers to, except its owners: those are judged by uid, see `ownersOf`. A pod's node comes
 * first. References in custom kinds are known only to their controllers.
 */
export function referencesOf(object: KubeObject): Reference[] {
  const references = new References()
  const kind = textAt(object, 'kind')
  const namespace = textAt(object, 'metadata', 'namespace')
  const name = textAt(object, 'metadata', 'name')
  if (kind === 'Pod')
    references.add({ apiVersion: 'v1', kind: 'Node', namespace: null, name: textAt(object, 'spec', 'nodeName') }, 'scheduled-to')
  const spec = podSpecOf(object)
  if (spec !== undefined) addPodSpec(references, spec, namespace, kind === 'Pod' ? name : null)
  if (Object.hasOwn(OF_KIND, kind)) OF_KIND[kind]?.(references, object, namespace)
  return references.list()
}

type Collect = (references: References, object: KubeObject, namespace: string) => void

const core = (kind: string, namespace: string | null, name: string): Target => ({ apiVersion: 'v1', kind, namespace, name })
const storage = (kind: string, name: string): Target => ({ apiVersion: 'storage.k8s.io/v1', kind, namespace: null, name })

/** An object reference in core/v1's form (`involvedObject`, `targetRef`, `claimRef`): kind and name, the rest if known. */
function objectReference(reference: KubeValue | undefined, namespace: string): Target {
  return {
    apiVersion: textAt(reference, 'apiVersion') || 'v1',
    kind: textAt(reference, 'kind'),
    namespace: textAt(reference, 'namespace') || namespace || null,
    name: textAt(reference, 'name'),
    uid: textAt(reference, 'uid'),
  }
}

const classOfClaim = (claim: KubeObject): string =>
  textAt(claim, 'spec', 'storageClassName') || textAt(claim, 'metadata', 'annotations', 'volume.beta.kubernetes.io/storage-class')

/** A claim that is to be filled with the data of another one. */
function addClaimSource(references: References, claim: KubeObject, namespace: string): void {
  for (const field of ['dataSource', 'dataSourceRef']) {
    const source = objectAt(claim, 'spec', field)
    if (textAt(source, 'kind') !== 'PersistentVolumeClaim' || textAt(source, 'apiGroup') !== '') continue
    const from = textAt(source, 'namespace') || namespace
    references.add({ ...core('PersistentVolumeClaim', from, textAt(source, 'name')), optional: true }, 'cloned-from')
  }
}

/** Claims made of the template may be bound already, and a bound claim needs no class. */
function addClaimTemplate(references: References, template: KubeObject, namespace: string, place: Place): void {
  references.add({ ...storage('StorageClass', classOfClaim(template)), optional: true }, place)
  addClaimSource(references, template, namespace)
}

/** Secrets of a volume's source. One without a namespace is in that of the claim (the kubelet's volume plugins). */
function addVolumeSecrets(references: References, volume: KubeObject): void {
  const near = textAt(volume, 'spec', 'claimRef', 'namespace')
  for (const [driver, field] of SECRETS_OF_DRIVERS) {
    // A volume has more of them.
    if (driver === 'csi') continue
    const source = objectAt(volume, 'spec', driver)
    const byName = field === ''
    const namespace = (byName ? textAt(source, 'secretNamespace') : textAt(source, field, 'namespace')) || near
    const name = byName ? textAt(source, 'secretName') : textAt(source, field, 'name')
    if (namespace !== '') references.add(core('Secret', namespace, name), { code: 'named', params: { name: driver } })
  }
}

/** Secrets that CSI's sidecars read: a name with a placeholder differs from volume to volume. */
function addClassSecrets(references: References, storageClass: KubeObject): void {
  const parameters = objectAt(storageClass, 'parameters')
  for (const parameter of Object.keys(parameters ?? {})) {
    const use = /^csi\.storage\.k8s\.io\/(.+)-secret-name$/.exec(parameter)?.[1]
    if (use === undefined) continue
    const name = textAt(parameters, parameter)
    const namespace = textAt(parameters, `csi.storage.k8s.io/${use}-secret-namespace`)
    if (namespace === '' || `${name}${namespace}`.includes('${')) continue
    references.add(core('Secret', namespace, name), { code: 'csi-secret', params: { use } })
  }
}

function addScaleTarget(references: References, object: KubeObject, namespace: string): void {
  const target = objectAt(object, 'spec', 'scaleTargetRef') ?? objectAt(object, 'spec', 'scaleRef')
  if (target === undefined) return
  const kind = textAt(target, 'kind')
  // extensions/v1beta1 used the group of its scale subresource.
  const apiVersion = textAt(target, 'apiVersion') || (kind === 'ReplicationController' ? 'v1' : 'apps/v1')
  references.add({ apiVersion, kind, namespace, name: textAt(target, 'name') }, 'scales')
}

function addIngress(references: References, object: KubeObject, namespace: string): void {
  const backend = (value: KubeObject | undefined, place: Place) =>
    references.add(core('Service', namespace, textAt(value, 'service', 'name') || textAt(value, 'serviceName')), place)
  backend(objectAt(object, 'spec', 'defaultBackend') ?? objectAt(object, 'spec', 'backend'), 'default-backend')
  for (const rule of objectsAt(object, 'spec', 'rules')) {
    const host = textAt(rule, 'host') || '*'
    for (const path of objectsAt(rule, 'http', 'paths')) {
      const place = `${host}${textAt(path, 'path') || '/'}`
      backend(objectAt(path, 'backend'), { code: 'backend', params: { path: place } })
    }
  }
  for (const tls of objectsAt(object, 'spec', 'tls')) {
    const hosts = textsAt(tls, 'hosts')
    references.add(core('Secret', namespace, textAt(tls, 'secretName')), hosts.length === 0 ? 'tls' : { code: 'tls-of', params: { hosts } })
  }
  const ingressClass =
    textAt(object, 'spec', 'ingressClassName') || textAt(object, 'metadata', 'annotations', 'kubernetes.io/ingress.class')
  // A controller may know its class only by the annotation.
  const optional = textAt(object, 'spec', 'ingressClassName') === ''
  references.add({ apiVersion: 'networking.k8s.io/v1', kind: 'IngressClass', namespace: null, name: ingressClass, optional }, 'class')
}

function addBinding(references: References, object: KubeObject, namespace: string): void {
  const roleKind = textAt(object, 'roleRef', 'kind')
  references.add(
    {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: roleKind,
      namespace: roleKind === 'Role' ? namespace : null,
      name: textAt(object, 'roleRef', 'name'),
    },
    'grants',
  )
  for (const subject of objectsAt(object, 'subjects')) {
    if (textAt(subject, 'kind') !== 'ServiceAccount') continue
    references.add(core('ServiceAccount', textAt(subject, 'namespace') || namespace, textAt(subject, 'name')), 'granted-to')
  }
}

function addWebhooks(references: References, object: KubeObject): void {
  for (const hook of objectsAt(object, 'webhooks')) {
    const service = objectAt(hook, 'clientConfig', 'service')
    if (service)
      references.add(core('Service', textAt(service, 'namespace'), textAt(service, 'name')), {
        code: 'webhook',
        params: { webhook: textAt(hook, 'name') },
      })
  }
}

const OF_KIND: Record<string, Collect> = {
  PersistentVolumeClaim: (references, object, namespace) => {
    references.add(core('PersistentVolume', null, textAt(object, 'spec', 'volumeName')), 'bound-to')
    // A claim bound by its class name alone needs no such object.
    references.add({ ...storage('StorageClass', classOfClaim(object)), optional: textAt(object, 'spec', 'volumeName') !== '' }, 'class')
    addClaimSource(references, object, namespace)
  },
  PersistentVolume: (references, object) => {
    const claim = objectAt(object, 'spec', 'claimRef')
    if (claim) references.add({ ...objectReference(claim, ''), apiVersion: 'v1', kind: 'PersistentVolumeClaim' }, 'claimed-by')
    references.add({ ...storage('StorageClass', textAt(object, 'spec', 'storageClassName')), optional: true }, 'class')
    addVolumeSecrets(references, object)
    const driver = textAt(object, 'spec', 'csi', 'driver')
    references.add({ ...storage('CSIDriver', driver), optional: true }, 'driver')
    for (const field of [
      'controllerPublishSecretRef',
      'nodeStageSecretRef',
      'nodePublishSecretRef',
      'controllerExpandSecretRef',
      'nodeExpandSecretRef',
    ]) {
      const secret = objectAt(object, 'spec', 'csi', field)
      if (secret)
        references.add(core('Secret', textAt(secret, 'namespace'), textAt(secret, 'name')), {
          code: 'csi-secret',
          params: { use: field.replace(/SecretRef$/, '') },
        })
    }
  },
  StorageClass: addClassSecrets,
  StatefulSet: (references, object, namespace) => {
    references.add({ ...core('Service', namespace, textAt(object, 'spec', 'serviceName')), optional: true }, 'names-pods')
    for (const template of objectsAt(object, 'spec', 'volumeClaimTemplates'))
      addClaimTemplate(references, template, namespace, { code: 'volume', params: { volume: textAt(template, 'metadata', 'name') } })
  },
  ServiceAccount: (references, object, namespace) => {
    for (const secret of objectsAt(object, 'secrets'))
      references.add({ ...core('Secret', textAt(secret, 'namespace') || namespace, textAt(secret, 'name')) }, 'token')
    for (const secret of objectsAt(object, 'imagePullSecrets'))
      references.add({ ...core('Secret', namespace, textAt(secret, 'name')), optional: true }, 'pulls-images')
  },
  Secret: (references, object, namespace) => {
    const annotation = (name: string) => textAt(object, 'metadata', 'annotations', `kubernetes.io/service-account.${name}`)
    if (textAt(object, 'type') === 'kubernetes.io/service-account-token')
      references.add({ ...core('ServiceAccount', namespace, annotation('name')), uid: annotation('uid') }, 'token-of')
  },
  HorizontalPodAutoscaler: addScaleTarget,
  Ingress: addIngress,
  IngressClass: (references, object) => {
    const parameters = objectAt(object, 'spec', 'parameters')
    const group = textAt(parameters, 'apiGroup')
    if (parameters)
      references.add(
        {
          apiVersion: group === '' ? 'v1' : `${group}/`,
          kind: textAt(parameters, 'kind'),
          namespace: textAt(parameters, 'namespace') || null,
          name: textAt(parameters, 'name'),
        },
        'parameters',
      )
  },
  RoleBinding: addBinding,
  ClusterRoleBinding: addBinding,
  Endpoints: (references, object, namespace) =>
    references.add(core('Service', namespace, textAt(object, 'metadata', 'name')), 'endpoints-of'),
  EndpointSlice: (references, object, namespace) =>
    references.add(core('Service', namespace, textAt(object, 'metadata', 'labels', 'kubernetes.io/service-name')), 'endpoints-of'),
  Event: (references, object, namespace) => {
    const about = objectAt(object, 'involvedObject') ?? objectAt(object, 'regarding')
    // A kubelet uses its node's name as the uid. Events and their objects do not outlive each other reliably: a missing one is not a fault.
    if (about) {
      const target = objectReference(about, namespace)
      const cluster = textAt(about, 'namespace') === ''
      references.add({ ...target, namespace: cluster ? null : target.namespace, uid: '', optional: true }, 'about')
    }
    const related = objectAt(object, 'related')
    if (related) references.add({ ...objectReference(related, namespace), uid: '', optional: true }, 'with')
  },
  APIService: (references, object) => {
    const service = objectAt(object, 'spec', 'service')
    if (service) references.add(core('Service', textAt(service, 'namespace'), textAt(service, 'name')), 'served-by')
  },
  CustomResourceDefinition: (references, object) => {
    const hook =
      objectAt(object, 'spec', 'conversion', 'webhook', 'clientConfig', 'service') ??
      objectAt(object, 'spec', 'conversion', 'webhookClientConfig', 'service')
    if (hook) references.add(core('Service', textAt(hook, 'namespace'), textAt(hook, 'name')), 'converts-versions')
  },
  ValidatingWebhookConfiguration: addWebhooks,
  MutatingWebhookConfiguration: addWebhooks,
  VolumeAttachment: (references, object) => {
    references.add(core('Node', null, textAt(object, 'spec', 'nodeName')), 'attached-to')
    references.add(core('PersistentVolume', null, textAt(object, 'spec', 'source', 'persistentVolumeName')), 'attaches')
    references.add({ ...storage('CSIDriver', textAt(object, 'spec', 'attacher')), optional: true }, 'attacher')
  },
  CSINode: (references, object) => references.add(core('Node', null, textAt(object, 'metadata', 'name')), 'drivers-of'),
  Lease: (references, object, namespace) => {
    if (namespace === 'kube-node-lease') references.add(core('Node', null, textAt(object, 'metadata', 'name')), 'heartbeat-of')
  },
  IPAddress: (references, object) => {
    const parent = objectAt(object, 'spec', 'parentRef')
    const group = textAt(parent, 'group')
    if (parent && group === '' && textAt(parent, 'resource') === 'services')
      references.add(core('Service', textAt(parent, 'namespace'), textAt(parent, 'name')), 'address-of')
  },
}

/** The pods in an Endpoints or EndpointSlice, by address. `pod` is null for an address without one. */
export interface ListedEndpoint {
  address: string
  ready: boolean
  terminating: boolean
  node: string
  pod: { namespace: string; name: string; uid: string } | null
}

export function listedEndpoints(object: KubeObject): ListedEndpoint[] {
  const namespace = textAt(object, 'metadata', 'namespace')
  const podOf = (target: KubeValue | undefined) =>
    isObject(target) && textAt(target, 'kind') === 'Pod'
      ? { namespace: textAt(target, 'namespace') || namespace, name: textAt(target, 'name'), uid: textAt(target, 'uid') }
      : null
  const ofSubsets = objectsAt(object, 'subsets').flatMap((subset) =>
    (['addresses', 'notReadyAddresses'] as const).flatMap((list) =>
      objectsAt(subset, list).map((one) => ({
        address: textAt(one, 'ip'),
        ready: list === 'addresses',
        terminating: false,
        node: textAt(one, 'nodeName'),
        pod: podOf(valueAt(one, 'targetRef')),
      })),
    ),
  )
  const ofSlice = objectsAt(object, 'endpoints').map((one) => ({
    address: textsAt(one, 'addresses').join(', '),
    // An unset condition means ready (discovery/v1 EndpointConditions).
    ready: valueAt(one, 'conditions', 'ready') !== false,
    terminating: valueAt(one, 'conditions', 'terminating') === true,
    node: textAt(one, 'nodeName') || textAt(one, 'topology', 'kubernetes.io/hostname'),
    pod: podOf(valueAt(one, 'targetRef')),
  }))
  return [...ofSubsets, ...ofSlice]
}
