// Reads a search as a stream: results are shown while the rest is still being searched.
import { apiPaths, type SearchEnd, type SearchHead, type SearchResult, type SearchStreamLine, type Unsearched } from '@registree/contract'
import { queryOptions } from '@tanstack/react-query'
import { activity } from '../../lib/activity.ts'
import { answerCut, readLines } from '../../lib/ndjson.ts'
import { pace } from '../../lib/pace.ts'
import { reads } from '../../lib/source-query.ts'

/** A result, with the revision that its lines are of; null for the newest of the v2 keyspace. */
export type ShownResult = SearchResult & { rev: string | null }

export interface SearchData {
  head: SearchHead
  results: readonly ShownResult[]
  read: number
  bytes: number
  milliseconds: number
  /** Where to search on; null if everything was searched, undefined while it is. */
  next: SearchEnd['next'] | undefined
  unsearched: Unsearched
}

const NOTHING: Unsearched = { secrets: 0, encrypted: 0, unread: 0, forbidden: false, v2: null }

export function searchUrl(cluster: string, q: string, rev: string | null, next: SearchEnd['next'] | undefined): string {
  return apiPaths.search(cluster, { q, rev, keyspace: next?.keyspace, after: next?.key, after64: next?.key64 })
}

/** @param part how often the user has searched on; each part continues the one before */
export const searchQuery = (cluster: string, q: string, rev: string | null, part: number) => {
  const keyOf = (part: number) => ['search', cluster, q, rev, part] as const
  const queryKey = keyOf(part)
  return queryOptions({
    queryKey,
    queryFn: async ({ signal, client }): Promise<SearchData> => {
      const before = part === 0 ? undefined : client.getQueryData<SearchData>(keyOf(part - 1))
      const results: ShownResult[] = [...(before?.results ?? [])]
      let data: SearchData | null = null
      const due = pace()
      await readLines<SearchStreamLine>(searchUrl(cluster, q, rev, before?.next), signal, (line) => {
        const read = before?.read ?? 0
        const bytes = before?.bytes ?? 0
        if (line.type === 'head') {
          const { milliseconds = 0, unsearched = NOTHING } = before ?? {}
          data = { head: line, results, read, bytes, milliseconds, next: undefined, unsearched }
        } else if (data !== null && line.type === 'found') {
          const { revision } = data.head
          for (const result of line.results) results.push({ ...result, rev: result.keyspace === 'v3' ? revision : null })
        } else if (data !== null && line.type === 'progress') data = { ...data, read: read + line.read, bytes: bytes + line.bytes }
        else if (data !== null && line.type === 'end') {
          activity.cost(line.cost)
          data = {
            ...data,
            read: read + line.read,
            bytes: bytes + line.bytes,
            milliseconds: data.milliseconds + line.milliseconds,
            next: line.next,
            unsearched: together(data.unsearched, line.unsearched),
          }
        }
        if (data !== null && due()) client.setQueryData<SearchData>(queryKey, { ...data, results: [...results] })
      })
      if (data === null || (data as SearchData).next === undefined) throw answerCut()
      return { ...(data as SearchData), results }
    },
    meta: reads<SearchData>(cluster, { heavy: true, rev, revisionOf: ({ head }) => head.revision }),
    enabled: q !== '',
    // A search reads everything: only the user starts it again.
    staleTime: Number.POSITIVE_INFINITY,
    refetchOnWindowFocus: false,
    structuralSharing: false,
    retry: false,
    gcTime: 10 * 60_000,
  })
}

function together(a: Unsearched, b: Unsearched): Unsearched {
  return {
    secrets: a.secrets + b.secrets,
    encrypted: a.encrypted + b.encrypted,
    unread: a.unread + b.unread,
    forbidden: a.forbidden || b.forbidden,
    v2: b.v2 ?? a.v2,
  }
}
