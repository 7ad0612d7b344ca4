// Reads a comparison as a stream, and the changed fields of one key on request.
import {
  apiPaths,
  type CompareEntry,
  type CompareLine,
  type CompareProgress,
  type CompareStart,
  type DiffAnswer,
  fromWireKey,
  type MemberHashes,
} from '@registree/contract'
import { queryOptions } from '@tanstack/react-query'
import { activity } from '../../lib/activity.ts'
import { getJson } from '../../lib/http.ts'
import { readLines } from '../../lib/ndjson.ts'
import { pace } from '../../lib/pace.ts'
import { reads } from '../../lib/source-query.ts'

/** What is compared, as in the URL; empty texts are absent. */
export interface CompareSubject {
  with: string
  rev: string
  withRev: string
  path: string
  namespace: string
  withNamespace: string
  /** An endpoint that alone is asked; empty for any. */
  member: string
  withMember: string
  all: boolean
  noise: boolean
  every: boolean
}

export interface ComparedData {
  start: CompareStart
  entries: readonly CompareEntry[]
  /** Null before the first keys. */
  progress: CompareProgress | null
}

export function compareParameters(subject: CompareSubject): Record<string, string | null> {
  const { all, noise, every, ...texts } = subject
  const named = Object.fromEntries(Object.entries(texts).map(([name, value]) => [name, value.trim() || null]))
  return { ...named, all: all ? '1' : null, noise: noise ? '1' : null, every: every ? '1' : null }
}

export const compareUrl = (cluster: string, subject: CompareSubject) => apiPaths.compare(cluster, compareParameters(subject))

export const compareQuery = (cluster: string, subject: CompareSubject) => {
  const queryKey = ['compare', cluster, compareUrl(cluster, subject)] as const
  return queryOptions({
    queryKey,
    enabled: subject.with !== '',
    queryFn: async ({ signal, client }): Promise<ComparedData> => {
      const before = client.getQueryData<ComparedData>(queryKey)
      // A new reading is drawn only when complete: rows must not vanish while somebody reads them.
      const shown = before === undefined || before.progress?.done !== true
      const entries: CompareEntry[] = []
      let start: CompareStart | null = null
      let progress: CompareProgress | null = null
      const due = pace()
      await readLines<CompareLine>(compareUrl(cluster, subject), signal, (line) => {
        if (line.type === 'start') start = line
        else if (line.type === 'entries') for (const entry of line.entries) entries.push(entry)
        else if (line.type === 'progress') progress = line
        if (shown && start !== null && due()) client.setQueryData<ComparedData>(queryKey, { start, entries: [...entries], progress })
      })
      const last = progress as CompareProgress | null
      if (start === null || last?.done !== true) throw new Error('The comparison ended before its last line')
      activity.cost(last.cost.left)
      return { start, entries, progress }
    },
    meta: reads<ComparedData>(cluster, { heavy: true, revisionOf: ({ start }) => start.left.revision }),
    // Two clusters are read: only the user starts it again.
    staleTime: Number.POSITIVE_INFINITY,
    refetchOnWindowFocus: false,
    structuralSharing: false,
    gcTime: 10 * 60_000,
  })
}

/** Each member reads all of its keys for it: only asked for by a click. */
export const memberHashesQuery = (cluster: string, enabled: boolean) =>
  queryOptions({
    queryKey: ['member-hashes', cluster],
    queryFn: ({ signal }) => getJson<MemberHashes>(apiPaths.memberHashes(cluster), signal),
    enabled,
    meta: reads(cluster, { heavy: true, aside: true }),
    staleTime: Number.POSITIVE_INFINITY,
    refetchOnWindowFocus: false,
    gcTime: 60_000,
  })

/** The changed fields of a key that is on both sides. */
export const fieldsQuery = ({ left, right }: CompareStart, entry: CompareEntry) => {
  const [here, there] = [entry.left && fromWireKey(entry.left), entry.right && fromWireKey(entry.right)]
  const span = { from: left.revision, to: right.revision }
  const url = here == null || there == null ? '' : apiPaths.diffBetween(left.cluster, here, span, { cluster: right.cluster, key: there })
  return queryOptions({
    queryKey: ['compare-fields', left.cluster, url],
    queryFn: ({ signal }) => getJson<DiffAnswer>(url, signal),
    enabled: url !== '',
    meta: reads(left.cluster, { rev: left.revision, aside: true }),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 60_000,
  })
}
