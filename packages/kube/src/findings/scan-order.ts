// The order in which a pass reads the directories: those needed to judge others come first, so that little has to be remembered.

const FIRST = [
  'namespaces',
  'apiextensions.k8s.io/customresourcedefinitions',
  'apiregistration.k8s.io/apiservices',
  'minions',
  // Owners before what they own: a reference that resolves at once is not kept.
  'cronjobs',
  'jobs',
  'deployments',
  'statefulsets',
  'daemonsets',
  'controllers',
  'replicasets',
]
const LAST = ['pods', 'endpointslices', 'services/endpoints', 'controllerrevisions', 'leases', 'ranges', 'events']

/** The same directories in the order of one pass. */
export function scanOrder(paths: readonly string[]): string[] {
  const rank = (path: string) => {
    const first = FIRST.indexOf(path)
    if (first >= 0) return first
    const last = LAST.indexOf(path.startsWith('ranges/') ? 'ranges' : path)
    return last >= 0 ? 1000 + last : 500
  }
  return [...paths].sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1))
}
