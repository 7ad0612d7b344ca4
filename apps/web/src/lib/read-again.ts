// Has what a page shows read again: because a person asks for it, because etcd is back, or because it holds another history now.
import type { Query, QueryClient } from '@tanstack/react-query'
import { HttpError } from './http.ts'

/**
 * `asked`: a person wants the newest. `returned`: etcd answers again. `reconnected`: what was read may be of another history, which nothing says
 * that it is. `replaced`: it is; none of it may be seen any more.
 */
export type Reason = 'asked' | 'returned' | 'reconnected' | 'replaced'

/** What may be different when it is asked for again, once etcd or the server answers. */
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

/** Resolves when all has been read, or could not be. */
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
    // Nobody looks at them: who does later reads them then.
    for (const query of mine()) if (!query.isActive()) cache.remove(query)
  }
  if (reason === 'replaced') {
    for (const query of mine()) query.reset()
  }
  const heavyToo = reason !== 'reconnected'
  const wanted = (query: Query) => heavyToo || query.meta?.source?.heavy !== true || mayPass(query)
  // First what reads the newest; what was read at the revision that it told goes with it, and is not asked for at a revision that may be gone.
  await refetch(mine().filter((query) => query.meta?.source?.rev === null && wanted(query)))
  if (reason === 'asked') return
  await drawn()
  const old = ({ state }: Query) => state.dataUpdatedAt < began && state.errorUpdatedAt < began && state.fetchStatus === 'idle'
  await refetch(mine().filter((query) => query.meta?.source?.rev !== null && wanted(query) && old(query)))
  for (const query of mine()) if (!query.isActive() && query.meta?.source?.rev !== null) cache.remove(query)
}

/** Etcd's newest revision when a query was read again because of it: once is enough for each. */
const triedAt = new WeakMap<Query, bigint>()

/** Has read again what was asked for at a revision that etcd had not reached, and has reached now. `newest`: etcd's own. */
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

/** By then what was read has been drawn, and queries that it made needless are not active any more. A hidden page draws no frames, but has timers. */
const DRAWN_MS = 60
const drawn = () => new Promise<void>((resolve) => setTimeout(resolve, DRAWN_MS))
