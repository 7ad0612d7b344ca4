// What every page needs to know: the clusters, and the status of each.
import { apiPaths, type ClockAnswer, type ClustersAnswer, type StatusAnswer } from '@registree/contract'
import { queryOptions } from '@tanstack/react-query'
import { htmlAskedAt } from './answer-in-page.ts'
import { getJson } from './http.ts'
import { reads } from './source-query.ts'

/** Data embedded in the HTML: available before the first script, and as old as the HTML. */
const inPage = clustersInPage()

function clustersInPage(): { initialData: ClustersAnswer; initialDataUpdatedAt: number } | Record<string, never> {
  const element = typeof document === 'undefined' ? null : document.getElementById('clusters')
  if (element === null) return {}
  return {
    initialData: JSON.parse(element.textContent ?? '') as ClustersAnswer,
    // Going back may restore HTML from the browser's cache: it is shown, and requested again at once.
    initialDataUpdatedAt: htmlAskedAt() ?? 0,
  }
}

/** While the server has not found out where a cluster's objects are, the list is requested again: first after this long, then after twice that … */
const LOCATED_AGAIN_MS = 2000
/** … and at most after this long: a user may have no rights to find out. */
const LOCATED_AGAIN_AT_MOST_MS = 60_000

export const clustersQuery = () =>
  queryOptions({
    ...inPage,
    queryKey: ['clusters'],
    queryFn: ({ signal }) => getJson<ClustersAnswer>(apiPaths.clusters(), signal, { fresh: true }),
    staleTime: 60_000,
    refetchInterval: ({ state }) =>
      state.data?.clusters.some(({ registry }) => registry.holds === null)
        ? Math.min(LOCATED_AGAIN_AT_MOST_MS, LOCATED_AGAIN_MS * 2 ** state.dataUpdateCount)
        : false,
  })

const CHECKED_AGAIN_MS = 1000

/** The query for a cluster's newest revision, at which a visit reads. */
export const headKey = (cluster: string) => ['v3', 'head', cluster] as const

export const statusQuery = (cluster: string) =>
  queryOptions({
    queryKey: ['status', cluster],
    queryFn: ({ signal }) => getJson<StatusAnswer>(apiPaths.status(cluster), signal, { counts: false, fresh: true }),
    meta: reads(cluster, { aside: true }),
    staleTime: 15_000,
    // A file is verified in the background: the result replaces "checking" on its own, and costs etcd nothing.
    refetchInterval: ({ state }) =>
      state.data?.file?.trailer === 'checking' || state.data?.file?.structure === 'checking' ? CHECKED_AGAIN_MS : false,
  })

/** When a revision was written. A live etcd reads a few leases for it. */
export const revisionTimeQuery = (cluster: string, revision: string) =>
  queryOptions({
    queryKey: ['revision-time', cluster, revision],
    queryFn: ({ signal }) => getJson<ClockAnswer>(apiPaths.clock(cluster, revision), signal, { counts: false }),
    meta: reads(cluster, { rev: revision, aside: true }),
    staleTime: Number.POSITIVE_INFINITY,
  })

/** The revision that was current at a typed time. */
export const revisionAtQuery = (cluster: string, at: string, zone: number) =>
  queryOptions({
    queryKey: ['revision-at', cluster, at, zone],
    queryFn: ({ signal }) => getJson<ClockAnswer>(apiPaths.clockAt(cluster, at, zone), signal),
    meta: reads(cluster, { aside: true }),
    staleTime: 0,
  })
