// What every page needs to know about clusters: which there are, and how each one is.
import { apiPaths, type ClusterInfo, type ClustersAnswer, type StatusAnswer, type V2NodeAnswer } from '@registree/contract'
import { queryOptions, useQuery } from '@tanstack/react-query'
import { getJson, HttpError } from './http.ts'

export const clustersQuery = () =>
  queryOptions({
    queryKey: ['clusters'],
    queryFn: ({ signal }) => getJson<ClustersAnswer>(apiPaths.clusters(), signal),
    staleTime: 60_000,
  })

export const statusQuery = (cluster: string) =>
  queryOptions({
    queryKey: ['status', cluster],
    queryFn: ({ signal }) => getJson<StatusAnswer>(apiPaths.status(cluster), signal, false),
    staleTime: 15_000,
  })

export function useCluster(name: string): ClusterInfo | undefined {
  return useQuery(clustersQuery()).data?.clusters.find((cluster) => cluster.name === name)
}

/** Where flannel keeps its network by default, and where the kube-centos guides put it. */
const FLANNEL_PREFIXES = ['/kube-centos/network', '/coreos.com/network']

/** The v2 directory of flannel's network, null where there is none. */
export const flannelQuery = (cluster: string) =>
  queryOptions({
    queryKey: ['flannel-prefix', cluster],
    queryFn: async ({ signal }) => {
      for (const prefix of FLANNEL_PREFIXES) {
        try {
          await getJson<V2NodeAnswer>(apiPaths.v2Node(cluster, prefix), signal)
          return prefix
        } catch (error) {
          if (!(error instanceof HttpError && error.status === 404)) throw error
        }
      }
      return null
    },
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  })
