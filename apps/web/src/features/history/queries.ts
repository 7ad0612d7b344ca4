// Queries for a key's history: its kept revisions or v2 states page by page, and the difference between two.
import { apiPaths, type DiffAnswer, type DiffSpan, type HistoryAnswer, type V2HistoryAnswer, v2Paths } from '@registree/contract'
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { keyId } from '../../lib/bytes.ts'
import { getJson } from '../../lib/http.ts'
import { reads } from '../../lib/source-query.ts'

/** Revisions per page: more than a screen; on a live etcd each is a point read. */
const PAGE = 50

/**
 * The newest kept revisions of a key, whichever revision the page shows. `visit` is the newest revision when the visit began: a newer one reads
 * again.
 */
export const historyQuery = (cluster: string, key: Uint8Array, visit: string) =>
  infiniteQueryOptions({
    queryKey: ['history', cluster, keyId(key), visit],
    queryFn: ({ pageParam, signal }) => getJson<HistoryAnswer>(apiPaths.history(cluster, key, { before: pageParam, limit: PAGE }), signal),
    meta: reads<{ pages: HistoryAnswer[] }>(cluster, { heavy: true, revisionOf: ({ pages }) => pages[0]?.revision }),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next,
    // Every loaded page cost point reads: they are repeated only by the user or for a newer revision.
    staleTime: Number.POSITIVE_INFINITY,
    refetchOnWindowFocus: false,
    gcTime: 60_000,
  })

/** The changes between two revisions of a key. */
export const diffQuery = (cluster: string, key: Uint8Array, span: DiffSpan) =>
  queryOptions({
    queryKey: ['diff', cluster, keyId(key), span.from, span.to],
    queryFn: ({ signal }) => getJson<DiffAnswer>(apiPaths.diff(cluster, key, span), signal),
    meta: reads(cluster, { rev: span.to }),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 60_000,
  })

/** The newest kept states of a v2 key. `visit` is the newest index of the key when the visit began: a newer one reads again. */
export const v2HistoryQuery = (cluster: string, path: string, visit: string) =>
  infiniteQueryOptions({
    queryKey: ['v2', 'history', cluster, path, visit],
    queryFn: ({ pageParam, signal }) =>
      getJson<V2HistoryAnswer>(v2Paths.history(cluster, path, { before: pageParam, limit: PAGE }), signal),
    meta: reads<{ pages: V2HistoryAnswer[] }>(cluster, { keyspace: 'v2', heavy: true, revisionOf: ({ pages }) => pages[0]?.index }),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next,
    // As in `historyQuery`.
    staleTime: Number.POSITIVE_INFINITY,
    refetchOnWindowFocus: false,
    gcTime: 60_000,
  })

/** The changes between two indices of a v2 key, or between two keys: without a span, as they are now. */
export const v2DiffQuery = (cluster: string, path: string, span: DiffSpan | null, other: string | null) =>
  queryOptions({
    queryKey: ['v2', 'diff', cluster, path, span?.from ?? null, span?.to ?? null, other],
    queryFn: ({ signal }) => getJson<DiffAnswer>(v2Paths.diff(cluster, path, span, other), signal),
    meta: reads(cluster, { keyspace: 'v2', rev: span?.to ?? null, aside: true }),
    staleTime: span === null ? 30_000 : Number.POSITIVE_INFINITY,
    gcTime: 60_000,
  })
