// The tree's queries: a level of the v3 keyspace page by page at one revision, a v2 node with its children, and the revision shared by both panes.
import { apiPaths, type ChildrenAnswer, type V2NodeAnswer, v2Paths } from '@registree/contract'
import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query'
import { keyId } from '../../lib/bytes.ts'
import { headKey, statusQuery } from '../../lib/cluster-queries.ts'
import { getJson, problemError } from '../../lib/http.ts'
import { reads } from '../../lib/source-query.ts'

/** Children per page: enough for several screens, few enough to be gentle. */
const PAGE = 500

/** The children of a prefix at a revision. Data at a revision never changes, so it is never read again. */
export const levelQuery = (cluster: string, prefix: Uint8Array, revision: string) =>
  infiniteQueryOptions({
    queryKey: ['v3', 'children', cluster, keyId(prefix), revision],
    queryFn: ({ pageParam, signal }) =>
      getJson<ChildrenAnswer>(apiPaths.children(cluster, prefix, { rev: revision, cursor: pageParam, limit: PAGE }), signal),
    meta: reads(cluster, { rev: revision }),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.cursor,
    staleTime: Number.POSITIVE_INFINITY,
    placeholderData: keepPreviousData,
    // Pages never change once read: comparing 100,000 children at each new page would take seconds.
    structuralSharing: false,
  })

/** The frame requests the status while the page is still loading. */
const JUST_NOW_MS = 2000

/** The revision of this visit: the newest when it began, or when the user last requested the newest. */
export const headQuery = (cluster: string) =>
  queryOptions({
    queryKey: headKey(cluster),
    queryFn: async ({ signal, client }) => {
      // If the frame is requesting the status or has just received it, its answer is used; not if the user requests the newest.
      const first = client.getQueryState(headKey(cluster))?.data === undefined
      const status = await client.fetchQuery({ ...statusQuery(cluster), staleTime: first ? JUST_NOW_MS : 0 })
      if (status.v3) return status.v3.revision
      // The status answers even if etcd does not, and sooner than a read would.
      if (status.v3Problem?.code === 'SOURCE_TIMEOUT') throw problemError(status.v3Problem)
      // A read of keys reports what is wrong, or the revision after all.
      const answer = await getJson<ChildrenAnswer>(apiPaths.children(cluster, new Uint8Array(), { limit: 1 }), signal)
      return answer.revision
    },
    meta: reads<string>(cluster, { revisionOf: (revision) => revision }),
    staleTime: Number.POSITIVE_INFINITY,
  })

/**
 * One v2 node with its value, or for a directory its children; `view` names the text of the value. With an index it is the state at that index, else
 * the state when it was read.
 */
export const v2NodeQuery = (cluster: string, path: string, view: string | null = null, at: string | null = null) =>
  queryOptions({
    queryKey: ['v2', 'node', cluster, path, view, at],
    queryFn: ({ signal }) => getJson<V2NodeAnswer>(v2Paths.node(cluster, path, view, at), signal),
    meta: reads<V2NodeAnswer>(cluster, { keyspace: 'v2', rev: at, revisionOf: ({ index }) => index }),
    staleTime: at === null ? 30_000 : Number.POSITIVE_INFINITY,
    // Another form of the same value: only its text differs, and the rest stays.
    placeholderData: (previous, query) => (query?.queryKey[3] === path && query.queryKey[5] === at ? previous : undefined),
  })
