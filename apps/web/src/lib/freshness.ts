// How old a page is: the oldest revision that it has read, when that was the newest, and whether a new reading failed.
import { type Query, type QueryClient, useQueryClient } from '@tanstack/react-query'
import { useCallback, useMemo, useSyncExternalStore } from 'react'
import { epochOf } from './epochs.ts'
import { HttpError } from './http.ts'

export interface Freshness {
  /** The shown revision (or v2 index); null if nothing is shown yet. */
  revision: string | null
  /** When it was the newest, in ms since 1970; null if the URL pins the revision, or nothing is shown. */
  readAt: number | null
  /** Part of it was read in an earlier epoch: it may no longer be true. */
  older: boolean
  /** Another reading failed. */
  failed: boolean
  /** It is being read again now. */
  reading: boolean
}

/** When the query's shown reading began: later changes are not in it. */
const began = new WeakMap<Query, number>()
const shownFrom = new WeakMap<Query, number>()
const shownEpoch = new WeakMap<Query, string | null>()
const noted = new WeakSet<QueryClient>()

function noteBeginnings(client: QueryClient): void {
  if (noted.has(client)) return
  noted.add(client)
  client.getQueryCache().subscribe((event) => {
    if (event.type !== 'updated') return
    const { query, action } = event
    if (action.type === 'fetch') began.set(query, Date.now())
    if (action.type !== 'success') return
    shownEpoch.set(query, epochOf(query.meta?.source?.cluster ?? ''))
    shownFrom.set(
      query,
      query.state.fetchStatus === 'fetching' || action.manual !== true ? (began.get(query) ?? Date.now()) : query.state.dataUpdatedAt,
    )
  })
}

/** What a page of this cluster shows of a keyspace now. */
export function useFreshness(cluster: string, keyspace: 'v3' | 'v2'): Freshness {
  const client = useQueryClient()
  useMemo(() => noteBeginnings(client), [client])
  const subscribe = useCallback((listener: () => void) => client.getQueryCache().subscribe(listener), [client])
  const say = () => JSON.stringify(freshnessOf(client, cluster, keyspace))
  const said = useSyncExternalStore(subscribe, say, say)
  return useMemo(() => JSON.parse(said) as Freshness, [said])
}

function freshnessOf(client: QueryClient, cluster: string, keyspace: 'v3' | 'v2'): Freshness {
  const freshness: Freshness = { revision: null, readAt: null, older: false, failed: false, reading: false }
  for (const query of client.getQueryCache().getAll()) {
    const source = query.meta?.source
    if (source === undefined || source.cluster !== cluster || source.keyspace !== keyspace || source.aside || !query.isActive()) continue
    const { data, error, dataUpdatedAt, fetchStatus } = query.state
    if (data === undefined) continue
    // That a key is gone is an answer.
    if (error !== null && !(error instanceof HttpError && error.code === 'KEY_NOT_FOUND')) freshness.failed = true
    if (shownEpoch.has(query) && shownEpoch.get(query) !== epochOf(cluster)) freshness.older = true
    if (fetchStatus === 'fetching') freshness.reading = true
    const revision = source.rev ?? source.revisionOf(data)
    if (revision !== null && (freshness.revision === null || BigInt(revision) < BigInt(freshness.revision))) freshness.revision = revision
    if (source.rev !== null) continue
    freshness.readAt = Math.min(freshness.readAt ?? Number.POSITIVE_INFINITY, shownFrom.get(query) ?? dataUpdatedAt)
  }
  return freshness
}
