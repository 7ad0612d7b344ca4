// What every page needs to know about clusters: which there are, and how each one is.
import { apiPaths, type ClockAnswer, type ClustersAnswer, type StatusAnswer } from '@registree/contract'
import { queryOptions } from '@tanstack/react-query'
import { getJson } from './http.ts'
import { reads } from './source-query.ts'

/** What the server wrote into the HTML: it is there before the first script, and is as old as the HTML. */
const inPage = clustersInPage()

function clustersInPage(): { initialData: ClustersAnswer; initialDataUpdatedAt: number } | Record<string, never> {
  const element = typeof document === 'undefined' ? null : document.getElementById('clusters')
  if (element === null) return {}
  const [navigation] = performance.getEntriesByType('navigation') as PerformanceNavigationTiming[]
  // Going back may bring HTML out of the browser's cache: it is shown, and asked for again at once.
  const fresh = navigation !== undefined && navigation.transferSize > 0
  return {
    initialData: JSON.parse(element.textContent ?? '') as ClustersAnswer,
    initialDataUpdatedAt: fresh ? performance.timeOrigin + navigation.responseEnd : 0,
  }
}

export const clustersQuery = () =>
  queryOptions({
    ...inPage,
    queryKey: ['clusters'],
    queryFn: ({ signal }) => getJson<ClustersAnswer>(apiPaths.clusters(), signal, { fresh: true }),
    staleTime: 60_000,
  })

const CHECKED_AGAIN_MS = 1000

/** Of the query of a cluster's newest revision, at which a visit reads. */
export const headKey = (cluster: string) => ['v3', 'head', cluster] as const

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

/** When a revision was written. It costs a live etcd one read of a few leases. */
export const revisionTimeQuery = (cluster: string, revision: string) =>
  queryOptions({
    queryKey: ['revision-time', cluster, revision],
    queryFn: ({ signal }) => getJson<ClockAnswer>(apiPaths.clock(cluster, revision), signal, { counts: false }),
    meta: reads(cluster, { rev: revision, aside: true }),
    staleTime: Number.POSITIVE_INFINITY,
  })

/** The revision that was current at an instant as a person types it. */
export const revisionAtQuery = (cluster: string, at: string, zone: number) =>
  queryOptions({
    queryKey: ['revision-at', cluster, at, zone],
    queryFn: ({ signal }) => getJson<ClockAnswer>(apiPaths.clockAt(cluster, at, zone), signal),
    meta: reads(cluster, { aside: true }),
    staleTime: 0,
  })
