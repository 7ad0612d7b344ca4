// What every page needs to know about clusters: which there are, and how each one is.
import { apiPaths, type ClusterInfo, type ClustersAnswer, type StatusAnswer } from '@registree/contract'
import { queryOptions, useQuery } from '@tanstack/react-query'
import { getJson } from './http.ts'
import { reads } from './source-query.ts'

export const clustersQuery = () =>
  queryOptions({
    queryKey: ['clusters'],
    queryFn: ({ signal }) => getJson<ClustersAnswer>(apiPaths.clusters(), signal, { fresh: true }),
    staleTime: 60_000,
  })

const CHECKED_AGAIN_MS = 1000

export const statusQuery = (cluster: string) =>
  queryOptions({
    queryKey: ['status', cluster],
    queryFn: ({ signal }) => getJson<StatusAnswer>(apiPaths.status(cluster), signal, { counts: false, fresh: true }),
    meta: reads(cluster, { aside: true }),
    staleTime: 15_000,
    // A file is verified in the background: what it comes to replaces "checking" by itself, and costs no etcd anything.
    refetchInterval: ({ state }) =>
      state.data?.file?.trailer === 'checking' || state.data?.file?.structure === 'checking' ? CHECKED_AGAIN_MS : false,
  })

export function useCluster(name: string): ClusterInfo | undefined {
  return useQuery(clustersQuery()).data?.clusters.find((cluster) => cluster.name === name)
}
