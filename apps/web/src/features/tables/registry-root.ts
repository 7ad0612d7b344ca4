// The key prefix where a cluster's API server keeps its objects.
import type { ClusterInfo } from '@registree/contract'

/** With a slash at both ends: `/registry/`. */
export function registryRoot({ kubernetesPrefix }: Pick<ClusterInfo, 'kubernetesPrefix'>): string {
  const segments = kubernetesPrefix.split('/').filter(Boolean)
  return segments.length === 0 ? '/' : `/${segments.join('/')}/`
}
