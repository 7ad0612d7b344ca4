// The catalogue at once, and its counts when etcd has counted.
import { apiPaths, type ResourcesAnswer } from '@registree/contract'
import { queryOptions } from '@tanstack/react-query'
import { getJson } from '../../lib/http.ts'

export const resourcesQuery = (cluster: string) =>
  queryOptions({
    queryKey: ['resources', cluster],
    queryFn: ({ signal }) => getJson<ResourcesAnswer>(apiPaths.resources(cluster), signal),
    staleTime: 60_000,
    refetchOnWindowFocus: false,
  })

/** Keys of every directory by its path. Etcd walks them all, so a revision is counted once. */
export const countsQuery = (cluster: string, revision: string) =>
  queryOptions({
    queryKey: ['resources', cluster, 'counts', revision],
    queryFn: async ({ signal }) => {
      const answer = await getJson<ResourcesAnswer>(apiPaths.resources(cluster, { counts: true, rev: revision }), signal)
      return new Map(answer.resources.map((resource) => [resource.path, resource.count ?? 0]))
    },
    staleTime: Number.POSITIVE_INFINITY,
    structuralSharing: false,
  })
