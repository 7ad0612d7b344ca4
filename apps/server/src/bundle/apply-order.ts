// The order in which resources are applied, so that each finds what it needs.

/** By the directory of the resource. What is not listed comes last: custom resources need their definitions, and often workloads that serve webhooks. */
const ORDER = [
  'apiextensions.k8s.io/customresourcedefinitions',
  'namespaces',
  'priorityclasses',
  'runtimeclasses',
  'storageclasses',
  'csidrivers',
  'ingressclasses',
  'podsecuritypolicy',
  'networkpolicies',
  'resourcequotas',
  'limitranges',
  'serviceaccounts',
  'clusterroles',
  'clusterrolebindings',
  'roles',
  'rolebindings',
  'secrets',
  'configmaps',
  'persistentvolumes',
  'persistentvolumeclaims',
  'services/specs',
  'poddisruptionbudgets',
  'daemonsets',
  'deployments',
  'statefulsets',
  'replicasets',
  'controllers',
  'cronjobs',
  'jobs',
  'pods',
  'horizontalpodautoscalers',
  'ingress',
]
const RANK = new Map(ORDER.map((path, i) => [path, i]))

/** Negative if resource `a` is applied before `b`. */
export function byApplyOrder(a: string, b: string): number {
  const [left, right] = [RANK.get(a) ?? ORDER.length, RANK.get(b) ?? ORDER.length]
  return left - right || (a < b ? -1 : a > b ? 1 : 0)
}

/** What a running cluster writes by itself: applied, it would be wrong or in the way. */
const OWN_WRITES = new Set([
  'events',
  'events.k8s.io/events',
  'leases',
  'masterleases',
  'peerserverleases',
  'ranges',
  'minions',
  'csinodes',
  'volumeattachments',
  'apiregistration.k8s.io/apiservices',
  'services/endpoints',
  'endpointslices',
])

export function isOwnWrite(path: string): boolean {
  return OWN_WRITES.has(path)
}
