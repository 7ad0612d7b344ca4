// Reads a comparison as a stream, and the changed fields of one key on request.
import {
  type CompareEntry,
  type CompareLine,
  type CompareProgress,
  type CompareStart,
  type DiffAnswer,
  fromWireKey,
  type MemberHashes,
} from '@registree/contract'
import { comparePaths } from '@registree/contract/compare-paths'
import { queryOptions } from '@tanstack/react-query'
import { activity } from '../../lib/activity.ts'
import { getJson } from '../../lib/http.ts'
import { answerCut, readLines } from '../../lib/ndjson.ts'
import { pace } from '../../lib/pace.ts'
import { reads } from '../../lib/source-query.ts'

/** What is compared, as in the URL; empty texts are absent. */
export interface CompareSubject {
  keyspace: 'v3' | 'v2'
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

export function compareParameters({ keyspace, ...subject }: CompareSubject): Record<string, string | null> {
  const { all, noise, every, ...texts } = subject
  // The v2 keyspace has no namespaces or members of its own to choose.
  if (keyspace === 'v2') {
    const { rev, withRev, path } = texts
    const own = { with: texts.with, rev, withRev, path }
    return {
      keyspace,
      ...Object.fromEntries(Object.entries(own).map(([name, value]) => [name, value.trim() || null])),
      noise: noise ? '1' : null,
    }
  }
  const named = Object.fromEntries(Object.entries(texts).map(([name, value]) => [name, value.trim() || null]))
  return { ...named, all: all ? '1' : null, noise: noise ? '1' : null, every: every ? '1' : null }
}

export const compareUrl = (cluster: string, subject: CompareSubject) => {
  const { keyspace: _, ...parameters } = compareParameters(subject)
  if (subject.keyspace !== 'v2') return comparePaths.compare(cluster, parameters)
  const { rev, withRev, ...others } = parameters
  return comparePaths.compareV2(cluster, { ...others, at: rev ?? null, withAt: withRev ?? null })
}

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
      if (start === null || last?.done !== true) throw answerCut()
      activity.cost(last.cost.left)
      activity.cost(last.cost.right)
      return { start, entries, progress }
    },
    meta: reads<ComparedData>(cluster, { keyspace: subject.keyspace, heavy: true, revisionOf: ({ start }) => start.left.revision }),
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
    queryFn: ({ signal }) => getJson<MemberHashes>(comparePaths.memberHashes(cluster), signal),
    enabled,
    meta: reads(cluster, { heavy: true, aside: true }),
    staleTime: Number.POSITIVE_INFINITY,
    refetchOnWindowFocus: false,
    gcTime: 60_000,
  })

/** The changed fields of a key that is on both sides, as the same members tell them. */
export const fieldsQuery = (start: CompareStart, entry: CompareEntry, subject: CompareSubject) => {
  const { left } = start
  const url = fieldsUrl(start, entry, subject)
  return queryOptions({
    queryKey: ['compare-fields', left.cluster, url],
    queryFn: ({ signal }) => getJson<DiffAnswer>(url, signal),
    enabled: url !== '',
    meta: reads(left.cluster, subject.keyspace === 'v2' ? { keyspace: 'v2', aside: true } : { rev: left.revision, aside: true }),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 60_000,
  })
}

function fieldsUrl({ left, right }: CompareStart, entry: CompareEntry, { keyspace, member, withMember }: CompareSubject): string {
  const [here, there] = [entry.left && fromWireKey(entry.left), entry.right && fromWireKey(entry.right)]
  if (here == null || there == null) return ''
  // The v2 values that were compared: their indices may be behind the newest by now, or after the one at which the comparison began.
  if (keyspace === 'v2' && entry.left !== null && entry.right !== null)
    return comparePaths.diffV2(left.cluster, entry.name, { from: entry.left.modRevision, to: entry.right.modRevision }, right.cluster)
  const span = { from: left.revision, to: right.revision }
  const members = { member: member || null, withMember: withMember || null }
  return comparePaths.diffBetween(left.cluster, here, span, { cluster: right.cluster, key: there }, members)
}
