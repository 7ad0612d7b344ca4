// The catalogue: every directory that Kubernetes has used in etcd, its content, and its former names.
// Facts: kubernetes test/integration/etcd/data.go, pkg/kubeapiserver/default_storage_factory_builder.go and the API's types.

import { objectAt, objectsAt, textAt, textsAt } from '../value/fields.ts'
import type { KubeObject } from '../value/value.ts'

/** Why the directory is called so, or what became of the resource: names a message. */
type ResourceNote =
  | 'note-controllers'
  | 'note-types-only'
  | 'note-petsets'
  | 'note-scheduledjobs'
  | 'note-services'
  | 'note-endpoints'
  | 'note-ingress'
  | 'note-clustercidrs'
  | 'note-ranges'
  | 'note-podpresets'
  | 'note-podsecuritypolicy'
  | 'note-initializers'
  | 'note-admission-hooks'
  | 'note-auditsinks'
  | 'note-gone-1-32'
  | 'note-podschedulings'
  | 'note-only-1-30'
  | 'note-resourceclasses'
  | 'note-events'
  | 'note-leases'
  | 'note-minions'
  | 'note-masterleases'
  | 'note-peerserverleases'
  | 'note-federation'
  | 'note-thirdparty'
  | 'note-thirdparty-data'

export type ResourceCategory =
  | 'workloads'
  | 'networking'
  | 'storage'
  | 'configuration'
  | 'access'
  | 'policy'
  | 'scheduling'
  | 'cluster'
  | 'extension'
  | 'custom'

export interface Resource {
  /** The directory below the Kubernetes prefix, as `services/specs`. */
  path: string
  /** kubectl's plural name; empty if the API does not serve it. */
  resource: string
  kind: string
  /** The API group that serves it, or last did; empty for core. */
  group: string
  /** Every apiVersion in which objects were stored, the newest first. */
  versions: string[]
  namespaced: boolean
  shortNames: string[]
  /** Why the directory has this name, or what happened to the resource. */
  note?: ResourceNote
  /** Name of a lucide icon, in kebab-case. */
  icon: string
  category: ResourceCategory
  /** From a well-known CustomResourceDefinition: if etcd has the definition, that one is used. */
  custom: boolean
}

interface More {
  /** The directory, if it is not the resource's name. */
  path?: string
  short?: string
  note?: ResourceNote
}

/** `versions` belong to `group`, or are complete if another group stored the kind too: `v1 extensions/v1beta1`. */
function resources(category: ResourceCategory, namespaced: boolean, rows: [string, string, string, string, string, More?][]): Resource[] {
  return rows.map(([resource, kind, group, versions, icon, more = {}]) => ({
    path: more.path ?? (category === 'custom' ? `${group}/${resource}` : resource),
    resource,
    kind,
    group,
    versions: versions.split(' ').map((version) => (version.includes('/') || group === '' ? version : `${group}/${version}`)),
    namespaced,
    shortNames: more.short?.split(' ') ?? [],
    ...(more.note === undefined ? {} : { note: more.note }),
    icon,
    category,
    custom: category === 'custom',
  }))
}

const admission = 'admissionregistration.k8s.io'
const certificates = 'certificates.k8s.io'
const dra = 'resource.k8s.io'
const flowcontrol = 'flowcontrol.apiserver.k8s.io'
const monitoring = 'monitoring.coreos.com'
const networking = 'networking.k8s.io'
const rbac = 'rbac.authorization.k8s.io'
const scheduling = 'scheduling.k8s.io'
const storage = 'storage.k8s.io'

export const RESOURCES: readonly Resource[] = [
  ...resources('workloads', true, [
    ['pods', 'Pod', '', 'v1', 'box', { short: 'po' }],
    ['deployments', 'Deployment', 'apps', 'v1 v1beta2 v1beta1 extensions/v1beta1', 'rocket', { short: 'deploy' }],
    ['replicasets', 'ReplicaSet', 'apps', 'v1 v1beta2 extensions/v1beta1', 'layers', { short: 'rs' }],
    ['statefulsets', 'StatefulSet', 'apps', 'v1 v1beta2 v1beta1', 'database', { short: 'sts' }],
    ['daemonsets', 'DaemonSet', 'apps', 'v1 v1beta2 extensions/v1beta1', 'copy', { short: 'ds' }],
    ['jobs', 'Job', 'batch', 'v1 v2alpha1 extensions/v1beta1', 'briefcase'],
    ['cronjobs', 'CronJob', 'batch', 'v1 v1beta1 v2alpha1', 'alarm-clock', { short: 'cj' }],
    [
      'replicationcontrollers',
      'ReplicationController',
      '',
      'v1',
      'refresh-cw',
      {
        path: 'controllers',
        short: 'rc',
        note: 'note-controllers',
      },
    ],
    ['controllerrevisions', 'ControllerRevision', 'apps', 'v1 v1beta2 v1beta1', 'history'],
    ['podtemplates', 'PodTemplate', '', 'v1', 'file-box'],
    [
      'horizontalpodautoscalers',
      'HorizontalPodAutoscaler',
      'autoscaling',
      'v2 v2beta2 v2beta1 v2alpha1 v1 extensions/v1beta1',
      'chart-no-axes-column-increasing',
      { short: 'hpa' },
    ],
    ['verticalpodautoscalers', 'VerticalPodAutoscaler', 'autoscaling', 'v2beta1', 'move-vertical', { note: 'note-types-only' }],
    ['petsets', 'PetSet', 'apps', 'v1alpha1', 'database', { note: 'note-petsets' }],
    ['scheduledjobs', 'ScheduledJob', 'batch', 'v2alpha1', 'alarm-clock', { note: 'note-scheduledjobs' }],
  ]),
  ...resources('networking', true, [
    ['services', 'Service', '', 'v1', 'waypoints', { path: 'services/specs', short: 'svc', note: 'note-services' }],
    ['endpoints', 'Endpoints', '', 'v1', 'plug', { path: 'services/endpoints', short: 'ep', note: 'note-endpoints' }],
    ['endpointslices', 'EndpointSlice', 'discovery.k8s.io', 'v1 v1beta1 v1alpha1', 'plug-2'],
    [
      'ingresses',
      'Ingress',
      networking,
      'v1 v1beta1 extensions/v1beta1',
      'door-open',
      { path: 'ingress', short: 'ing', note: 'note-ingress' },
    ],
    ['networkpolicies', 'NetworkPolicy', networking, 'v1 extensions/v1beta1', 'shield', { short: 'netpol' }],
  ]),
  ...resources('networking', false, [
    ['ingressclasses', 'IngressClass', networking, 'v1 v1beta1', 'door-closed'],
    ['ipaddresses', 'IPAddress', networking, 'v1 v1beta1 v1alpha1', 'map-pin', { short: 'ip' }],
    ['servicecidrs', 'ServiceCIDR', networking, 'v1 v1beta1 v1alpha1', 'network'],
    ['clustercidrs', 'ClusterCIDR', networking, 'v1alpha1', 'network', { short: 'cc', note: 'note-clustercidrs' }],
    [
      '',
      'RangeAllocation',
      '',
      'v1',
      'ruler',
      {
        path: 'ranges',
        note: 'note-ranges',
      },
    ],
  ]),
  ...resources('storage', true, [
    ['persistentvolumeclaims', 'PersistentVolumeClaim', '', 'v1', 'hard-drive-download', { short: 'pvc' }],
    ['csistoragecapacities', 'CSIStorageCapacity', storage, 'v1 v1beta1 v1alpha1', 'gauge'],
  ]),
  ...resources('storage', false, [
    ['persistentvolumes', 'PersistentVolume', '', 'v1', 'hard-drive', { short: 'pv' }],
    ['storageclasses', 'StorageClass', storage, 'v1 v1beta1', 'library', { short: 'sc' }],
    ['volumeattachments', 'VolumeAttachment', storage, 'v1 v1beta1 v1alpha1', 'link'],
    ['volumeattributesclasses', 'VolumeAttributesClass', storage, 'v1 v1beta1 v1alpha1', 'sliders-horizontal', { short: 'vac' }],
    ['csinodes', 'CSINode', storage, 'v1 v1beta1', 'server-cog'],
    ['csidrivers', 'CSIDriver', storage, 'v1 v1beta1', 'usb'],
  ]),
  ...resources('configuration', true, [
    ['configmaps', 'ConfigMap', '', 'v1', 'file-sliders', { short: 'cm' }],
    ['secrets', 'Secret', '', 'v1', 'key-round'],
    ['podpresets', 'PodPreset', 'settings.k8s.io', 'v1alpha1', 'wand-sparkles', { note: 'note-podpresets' }],
  ]),
  ...resources('access', true, [
    ['serviceaccounts', 'ServiceAccount', '', 'v1', 'user-cog', { short: 'sa' }],
    ['roles', 'Role', rbac, 'v1 v1beta1 v1alpha1', 'id-card'],
    ['rolebindings', 'RoleBinding', rbac, 'v1 v1beta1 v1alpha1', 'user-check'],
    ['podcertificaterequests', 'PodCertificateRequest', certificates, 'v1 v1beta1 v1alpha1', 'file-badge'],
  ]),
  ...resources('access', false, [
    ['clusterroles', 'ClusterRole', rbac, 'v1 v1beta1 v1alpha1', 'id-card'],
    ['clusterrolebindings', 'ClusterRoleBinding', rbac, 'v1 v1beta1 v1alpha1', 'user-check'],
    ['certificatesigningrequests', 'CertificateSigningRequest', certificates, 'v1 v1beta1 v1alpha1', 'file-badge', { short: 'csr' }],
    ['clustertrustbundles', 'ClusterTrustBundle', certificates, 'v1 v1beta1 v1alpha1', 'shield-check'],
  ]),
  ...resources('policy', true, [
    ['poddisruptionbudgets', 'PodDisruptionBudget', 'policy', 'v1 v1beta1 v1alpha1', 'life-buoy', { short: 'pdb' }],
    ['limitranges', 'LimitRange', '', 'v1', 'ruler-dimension-line', { short: 'limits' }],
    ['resourcequotas', 'ResourceQuota', '', 'v1', 'chart-pie', { short: 'quota' }],
    ['evictionrequests', 'EvictionRequest', 'lifecycle.k8s.io', 'v1alpha1', 'log-out'],
    ['evictions', 'Eviction', 'lifecycle.k8s.io', 'v1alpha1', 'log-out'],
  ]),
  ...resources('policy', false, [
    [
      'podsecuritypolicies',
      'PodSecurityPolicy',
      'policy',
      'v1beta1 extensions/v1beta1',
      'shield-alert',
      {
        path: 'podsecuritypolicy',
        short: 'psp',
        note: 'note-podsecuritypolicy',
      },
    ],
    ['validatingwebhookconfigurations', 'ValidatingWebhookConfiguration', admission, 'v1 v1beta1', 'webhook'],
    ['mutatingwebhookconfigurations', 'MutatingWebhookConfiguration', admission, 'v1 v1beta1', 'webhook'],
    ['validatingadmissionpolicies', 'ValidatingAdmissionPolicy', admission, 'v1 v1beta1 v1alpha1', 'scale'],
    ['validatingadmissionpolicybindings', 'ValidatingAdmissionPolicyBinding', admission, 'v1 v1beta1 v1alpha1', 'link-2'],
    ['mutatingadmissionpolicies', 'MutatingAdmissionPolicy', admission, 'v1 v1beta1 v1alpha1', 'scale'],
    ['mutatingadmissionpolicybindings', 'MutatingAdmissionPolicyBinding', admission, 'v1 v1beta1 v1alpha1', 'link-2'],
    ['initializerconfigurations', 'InitializerConfiguration', admission, 'v1alpha1', 'webhook', { note: 'note-initializers' }],
    [
      'externaladmissionhookconfigurations',
      'ExternalAdmissionHookConfiguration',
      admission,
      'v1alpha1',
      'webhook',
      { note: 'note-admission-hooks' },
    ],
    ['auditsinks', 'AuditSink', 'auditregistration.k8s.io', 'v1alpha1', 'scroll-text', { note: 'note-auditsinks' }],
  ]),
  ...resources('scheduling', true, [
    ['resourceclaims', 'ResourceClaim', dra, 'v1 v1beta2 v1beta1 v1alpha3 v1alpha2 v1alpha1', 'ticket'],
    ['resourceclaimtemplates', 'ResourceClaimTemplate', dra, 'v1 v1beta2 v1beta1 v1alpha3 v1alpha2 v1alpha1', 'tickets'],
    ['podschedulingcontexts', 'PodSchedulingContext', dra, 'v1alpha3 v1alpha2', 'calendar-clock', { note: 'note-gone-1-32' }],
    ['podschedulings', 'PodScheduling', dra, 'v1alpha1', 'calendar-clock', { note: 'note-podschedulings' }],
    ['resourceclaimparameters', 'ResourceClaimParameters', dra, 'v1alpha2', 'sliders-vertical', { note: 'note-only-1-30' }],
    ['resourceclassparameters', 'ResourceClassParameters', dra, 'v1alpha2', 'sliders-vertical', { note: 'note-only-1-30' }],
    ['workloads', 'Workload', scheduling, 'v1beta1 v1alpha3 v1alpha2 v1alpha1', 'boxes'],
    ['podgroups', 'PodGroup', scheduling, 'v1beta1 v1alpha3 v1alpha2', 'boxes'],
    ['compositepodgroups', 'CompositePodGroup', scheduling, 'v1beta1 v1alpha3', 'boxes'],
  ]),
  ...resources('scheduling', false, [
    ['priorityclasses', 'PriorityClass', scheduling, 'v1 v1beta1 v1alpha1', 'list-ordered', { short: 'pc' }],
    ['runtimeclasses', 'RuntimeClass', 'node.k8s.io', 'v1 v1beta1 v1alpha1', 'cpu'],
    ['deviceclasses', 'DeviceClass', dra, 'v1 v1beta2 v1beta1 v1alpha3', 'circuit-board'],
    ['resourceslices', 'ResourceSlice', dra, 'v1 v1beta2 v1beta1 v1alpha3 v1alpha2', 'puzzle'],
    ['devicetaintrules', 'DeviceTaintRule', dra, 'v1 v1beta2 v1alpha3', 'ban'],
    ['resourcepoolstatusrequests', 'ResourcePoolStatusRequest', dra, 'v1alpha3', 'circle-question-mark'],
    ['resourceclasses', 'ResourceClass', dra, 'v1alpha2 v1alpha1', 'circuit-board', { note: 'note-resourceclasses' }],
  ]),
  ...resources('cluster', true, [
    ['events', 'Event', '', 'v1 events.k8s.io/v1 events.k8s.io/v1beta1', 'bell', { short: 'ev', note: 'note-events' }],
    ['leases', 'Lease', 'coordination.k8s.io', 'v1 v1beta1', 'heart-pulse', { note: 'note-leases' }],
    ['leasecandidates', 'LeaseCandidate', 'coordination.k8s.io', 'v1beta1 v1alpha2 v1alpha1', 'vote'],
  ]),
  ...resources('cluster', false, [
    ['nodes', 'Node', '', 'v1', 'server', { path: 'minions', short: 'no', note: 'note-minions' }],
    ['namespaces', 'Namespace', '', 'v1', 'folder', { short: 'ns' }],
    ['flowschemas', 'FlowSchema', flowcontrol, 'v1 v1beta3 v1beta2 v1beta1 v1alpha1', 'workflow'],
    ['prioritylevelconfigurations', 'PriorityLevelConfiguration', flowcontrol, 'v1 v1beta3 v1beta2 v1beta1 v1alpha1', 'signal'],
    ['storageversions', 'StorageVersion', 'internal.apiserver.k8s.io', 'v1alpha1', 'archive'],
    ['storageversionmigrations', 'StorageVersionMigration', 'storagemigration.k8s.io', 'v1 v1beta1 v1alpha1', 'archive-restore'],
    [
      '',
      'Endpoints',
      '',
      'v1',
      'crown',
      {
        path: 'masterleases',
        note: 'note-masterleases',
      },
    ],
    ['', 'Endpoints', '', 'v1', 'crown', { path: 'peerserverleases', note: 'note-peerserverleases' }],
    ['clusters', 'Cluster', 'federation', 'v1beta1', 'earth', { note: 'note-federation' }],
  ]),
  ...resources('extension', false, [
    [
      'customresourcedefinitions',
      'CustomResourceDefinition',
      'apiextensions.k8s.io',
      'v1 v1beta1',
      'blocks',
      { path: 'apiextensions.k8s.io/customresourcedefinitions', short: 'crd crds' },
    ],
    ['apiservices', 'APIService', 'apiregistration.k8s.io', 'v1 v1beta1', 'cable', { path: 'apiregistration.k8s.io/apiservices' }],
    ['thirdpartyresources', 'ThirdPartyResource', 'extensions', 'v1beta1', 'blocks', { note: 'note-thirdparty' }],
  ]),
  ...resources('extension', true, [
    [
      '',
      'ThirdPartyResourceData',
      'extensions',
      'v1beta1',
      'puzzle',
      {
        path: 'ThirdPartyResourceData',
        note: 'note-thirdparty-data',
      },
    ],
  ]),
  ...resources('custom', true, [
    ['prometheuses', 'Prometheus', monitoring, 'v1', 'flame', { short: 'prom' }],
    ['prometheusagents', 'PrometheusAgent', monitoring, 'v1alpha1', 'flame', { short: 'promagent' }],
    ['prometheusrules', 'PrometheusRule', monitoring, 'v1', 'flame', { short: 'promrule' }],
    ['servicemonitors', 'ServiceMonitor', monitoring, 'v1', 'activity', { short: 'smon' }],
    ['podmonitors', 'PodMonitor', monitoring, 'v1', 'activity', { short: 'pmon' }],
    ['probes', 'Probe', monitoring, 'v1', 'activity', { short: 'prb' }],
    ['scrapeconfigs', 'ScrapeConfig', monitoring, 'v1alpha1', 'activity', { short: 'scfg' }],
    ['alertmanagers', 'Alertmanager', monitoring, 'v1', 'siren', { short: 'am' }],
    ['alertmanagerconfigs', 'AlertmanagerConfig', monitoring, 'v1beta1 v1alpha1', 'siren', { short: 'amcfg' }],
    ['thanosrulers', 'ThanosRuler', monitoring, 'v1', 'flame', { short: 'ruler' }],
  ]),
]

const byPath = new Map(RESOURCES.map((resource) => [resource.path, resource]))
const byKind = new Map<string, Resource>()
for (const resource of RESOURCES) {
  for (const version of resource.versions) {
    const id = `${groupOf(version)}/${resource.kind}`
    // The served directory comes before others of the same kind.
    if (!byKind.has(id)) byKind.set(id, resource)
  }
}

function groupOf(apiVersion: string): string {
  return apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : ''
}

/** The resource in a directory below the Kubernetes prefix (`minions`, `services/specs`, `ranges/serviceips`). */
export function resourceAt(path: string): Resource | undefined {
  return byPath.get(path) ?? (path.startsWith('ranges/') ? byPath.get('ranges') : undefined)
}

/** The resource of a kind, for any version of its groups; undefined if unknown. */
export function resourceOfKind(apiVersion: string, kind: string): Resource | undefined {
  return byKind.get(`${groupOf(apiVersion)}/${kind}`)
}

/**
 * The catalogue entry for a stored CustomResourceDefinition (v1 or v1beta1); undefined if it lacks group or plural. `versions` are in the
 * definition's order, the storage version first.
 */
export function resourceOfDefinition(definition: KubeObject): Resource | undefined {
  const spec = objectAt(definition, 'spec')
  const group = textAt(spec, 'group')
  const plural = textAt(spec, 'names', 'plural')
  if (group === '' || plural === '') return undefined
  const versions = objectsAt(spec, 'versions')
  const names = [...versions.filter((version) => version.storage === true), ...versions.filter((version) => version.storage !== true)]
    .map((version) => textAt(version, 'name'))
    .concat(versions.length === 0 ? textAt(spec, 'version') : [])
  const path = `${group}/${plural}`
  return {
    path,
    resource: plural,
    kind: textAt(spec, 'names', 'kind'),
    group,
    versions: names.map((name) => `${group}/${name}`),
    namespaced: textAt(spec, 'scope') !== 'Cluster',
    shortNames: textsAt(spec, 'names', 'shortNames'),
    icon: byPath.get(path)?.icon ?? 'puzzle',
    category: 'custom',
    custom: true,
  }
}
