// Where the API server of a cluster keeps its objects, as the beginning of a key.
import type { ClusterInfo } from '@registree/contract'

/** With a slash at both ends: `/registry/`. */
export function registryRoot({ kubernetesPrefix }: Pick<ClusterInfo, 'kubernetesPrefix'>): string {
  const segments = kubernetesPrefix.split('/').filter(Boolean)
  return segments.length === 0 ? '/' : `/${segments.join('/')}/`
}
