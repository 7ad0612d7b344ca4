// Kinds of the Kubernetes API that are never in etcd, and why. Kinds are distinguished by group: policy's Eviction is a request, that of
// lifecycle.k8s.io is stored.

const QUESTION = 'a question to a server or webhook, whose answer is not kept'
const SUBRESOURCE = 'a subresource: a request that changes another object, or a view of it'
const PARAMETERS = 'the parameters of a request'
const DISCOVERY = 'discovery, computed by the server'
const WITHOUT_STORAGE = 'a registered type without storage'

/** Groups without any stored kind. */
const GROUPS = new Map([
  ['admission.k8s.io', QUESTION],
  ['authentication.k8s.io', QUESTION],
  ['authorization.k8s.io', QUESTION],
  ['imagepolicy.k8s.io', QUESTION],
  ['apidiscovery.k8s.io', DISCOVERY],
  ['meta.k8s.io', WITHOUT_STORAGE],
])

const KINDS = new Map([
  ['/Binding', SUBRESOURCE],
  ['/ComponentStatus', 'computed on every read'],
  ['/EphemeralContainers', SUBRESOURCE],
  ['/NodeProxyOptions', PARAMETERS],
  ['/PodAttachOptions', PARAMETERS],
  ['/PodExecOptions', PARAMETERS],
  ['/PodLogOptions', PARAMETERS],
  ['/PodPortForwardOptions', PARAMETERS],
  ['/PodProxyOptions', PARAMETERS],
  ['/PodStatusResult', WITHOUT_STORAGE],
  ['/Scale', SUBRESOURCE],
  ['/SerializedReference', WITHOUT_STORAGE],
  ['/ServiceProxyOptions', PARAMETERS],
  ['apiextensions.k8s.io/ConversionReview', QUESTION],
  ['apps/DeploymentRollback', SUBRESOURCE],
  ['apps/Scale', SUBRESOURCE],
  ['autoscaling/Scale', SUBRESOURCE],
  ['batch/JobTemplate', WITHOUT_STORAGE],
  ['extensions/DeploymentRollback', SUBRESOURCE],
  ['extensions/ReplicationControllerDummy', WITHOUT_STORAGE],
  ['extensions/Scale', SUBRESOURCE],
  ['policy/Eviction', SUBRESOURCE],
])

/** Registered in every group. */
const EVERYWHERE = new Map([
  ['CreateOptions', PARAMETERS],
  ['DeleteOptions', PARAMETERS],
  ['ExportOptions', PARAMETERS],
  ['GetOptions', PARAMETERS],
  ['ListOptions', PARAMETERS],
  ['PatchOptions', PARAMETERS],
  ['UpdateOptions', PARAMETERS],
  ['APIGroup', DISCOVERY],
  ['APIGroupList', DISCOVERY],
  ['APIResourceList', DISCOVERY],
  ['APIVersions', DISCOVERY],
  ['WatchEvent', 'the frame of a watch on the wire'],
])

const CORE_GROUPS = new Set(['', 'apps', 'autoscaling', 'batch', 'extensions', 'federation', 'policy'])

/**
 * Why no API server ever stores objects of a kind, as words that follow "it is"; undefined for kinds that may be stored and for groups that
 * Kubernetes does not own.
 */
export function whyNeverStored(apiVersion: string, kind: string): string | undefined {
  const group = apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : ''
  if (!CORE_GROUPS.has(group) && !group.endsWith('.k8s.io')) return undefined
  const why = GROUPS.get(group) ?? KINDS.get(`${group}/${kind}`) ?? EVERYWHERE.get(kind)
  return why ?? (kind.endsWith('List') ? 'a list, whose objects have a key each' : undefined)
}
