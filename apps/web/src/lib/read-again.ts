// Reads a page's data again: on request, because etcd is back, or because it now holds another history.
import type { Query, QueryClient } from '@tanstack/react-query'
import { HttpError } from './http.ts'

/**
 * `asked`: the user wants the newest. `returned`: etcd answers again. `reconnected`: data may belong to another history, but nothing says so.
 * `replaced`: it does, and must not be shown any more.
 */
export type Reason = 'asked' | 'returned' | 'reconnected' | 'replaced'

/** Errors that may be gone after a retry, once etcd or the server answers. */
const PASSING = new Set([
  'SOURCE_UNREACHABLE',
  'SOURCE_TIMEOUT',
  'SOURCE_NO_LEADER',
  'SOURCE_MIXED',
  'SOURCE_CHANGED',
  'SOURCE_ERROR',
  'SOURCE_AUTH',
  'SOURCE_FORBIDDEN',
  'SERVER_UNREACHABLE',
  'UNEXPECTED_ANSWER',
])
const mayPass = ({ state: { error } }: Query): boolean => error !== null && (!(error instanceof HttpError) || PASSING.has(error.code))

/** Resolves when everything has been read or has failed. */
export async function readAgain(client: QueryClient, cluster: string, reason: Reason): Promise<void> {
  const cache = client.getQueryCache()
  const began = Date.now()
  const mine = () => cache.getAll().filter((query) => query.meta?.source?.cluster === cluster)
  const refetch = (queries: readonly Query[]) => {
    const wanted = new Set(queries)
    return client.refetchQueries({ type: 'active', predicate: (query) => wanted.has(query) }, { cancelRefetch: true })
  }
  if (reason === 'returned') return await refetch(mine().filter((query) => mayPass(query) || isStatus(query)))

  if (reason !== 'asked') {
    // Nobody shows them: their next user reads them.
    for (const query of mine()) if (!query.isActive()) cache.remove(query)
  }
  if (reason === 'replaced') {
    for (const query of mine()) query.reset()
  }
  const heavyToo = reason !== 'reconnected'
  const wanted = (query: Query) => heavyToo || query.meta?.source?.heavy !== true || mayPass(query)
  // First the queries for the newest revision. Queries at the revision they returned are replaced with them, and not repeated at a revision that may
  // be gone.
  await refetch(mine().filter((query) => query.meta?.source?.rev === null && wanted(query)))
  if (reason === 'asked') return
  await drawn()
  const old = ({ state }: Query) => state.dataUpdatedAt < began && state.errorUpdatedAt < began && state.fetchStatus === 'idle'
  await refetch(mine().filter((query) => query.meta?.source?.rev !== null && wanted(query) && old(query)))
  for (const query of mine()) if (!query.isActive() && query.meta?.source?.rev !== null) cache.remove(query)
}

/** etcd's newest revision when a query was retried because of it: each revision is tried once. */
const triedAt = new WeakMap<Query, bigint>()

/** Retries queries at a revision that etcd had not reached and now has. `newest`: etcd's own. */
export async function readReached(client: QueryClient, cluster: string, newest: bigint): Promise<void> {
  const reached = (query: Query): boolean => {
    const { error, fetchStatus } = query.state
    const source = query.meta?.source
    if (source?.cluster !== cluster || source.keyspace !== 'v3' || fetchStatus !== 'idle') return false
    if (!(error instanceof HttpError) || error.code !== 'REVISION_IN_FUTURE') return false
    return (source.rev === null || BigInt(source.rev) <= newest) && (triedAt.get(query) ?? -1n) < newest
  }
  const wanted = new Set(client.getQueryCache().getAll().filter(reached))
  for (const query of wanted) triedAt.set(query, newest)
  await client.refetchQueries({ type: 'active', predicate: (query) => wanted.has(query) })
}

const isStatus = (query: Query): boolean => query.queryKey[0] === 'status'

/** By then the result is rendered, and queries that became unnecessary are inactive. A hidden page has no frames, but timers. */
const DRAWN_MS = 60
const drawn = () => new Promise<void>((resolve) => setTimeout(resolve, DRAWN_MS))
