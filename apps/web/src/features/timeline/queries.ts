// Reads everything that was written in the kept window; the picture is there before what the values tell.
import { apiPaths, type MatchingEnd, type MatchingLine, type TimelineLine } from '@registree/contract'
import { queryOptions } from '@tanstack/react-query'
import { activity } from '../../lib/activity.ts'
import { answerCut, readLines } from '../../lib/ndjson.ts'
import { pace } from '../../lib/pace.ts'
import { rereadPartial } from '../../lib/reread-partial.ts'
import { reads } from '../../lib/source-query.ts'
import { type Matching, matchId, TimelineBuilder, type TimelineData } from './timeline-data.ts'

/** How far a live etcd is read back: until so many writes are known, or so many megabytes were read for them. */
export interface Reach {
  writes: number
  budget: number
}

export const timelineUrl = (cluster: string, { writes, budget }: Reach): string =>
  apiPaths.timeline(cluster, { writes: String(writes), budget: String(budget) })

/** Interval between drawings while writes arrive, in ms. It grows with their number, because each drawing starts from scratch. */
const DRAW_MS = 500
const REST = 20

const keyOf = (cluster: string, { writes, budget }: Reach) => ['timeline', cluster, writes, budget] as const

/** @param after what was read before, not so far back: it stays until this one is worth more */
export const timelineQuery = (cluster: string, reach: Reach, after?: Reach) => {
  const queryKey = keyOf(cluster, reach)
  return queryOptions({
    queryKey,
    queryFn: async ({ signal, client }): Promise<TimelineData> => {
      const isRead = (own: Reach) => client.getQueryData<TimelineData>(keyOf(cluster, own))?.end != null
      const again = isRead(reach)
      const hasNearer = after !== undefined && isRead(after)
      const builder = new TimelineBuilder()
      let due = 0
      let isPlaced = false
      const draw = () => {
        const began = performance.now()
        client.setQueryData<TimelineData>(queryKey, builder.data())
        const now = performance.now()
        due = now + Math.max(DRAW_MS, REST * (now - began))
      }
      let ended = false
      await readLines<TimelineLine>(timelineUrl(cluster, reach), signal, (line) => {
        builder.add(line)
        if (line.type === 'end') {
          ended = true
          activity.cost(line.cost)
        }
        const placed = line.type === 'details' && line.upTo !== null
        if (placed && !isPlaced) due = 0
        isPlaced ||= placed
        // Reading again draws nothing until it is whole, and reading further back nothing until objects have their places.
        if (!again && (isPlaced || !hasNearer) && (line.type === 'bars' || line.type === 'times' || performance.now() >= due)) draw()
      })
      if (!ended) throw answerCut()
      return builder.data()
    },
    meta: reads<TimelineData>(cluster, { heavy: true, revisionOf: ({ window }) => window?.revision }),
    refetchOnMount: rereadPartial<TimelineData>(({ end }) => end != null),
    staleTime: Number.POSITIVE_INFINITY,
    refetchOnWindowFocus: false,
    structuralSharing: false,
    gcTime: 5 * 60_000,
  })
}

export interface MatchingData {
  matching: Matching
  /** Null until everything was compared. */
  end: MatchingEnd | null
}

export interface MatchingFilter {
  field: string | null
  by: string | null
  path: string
  namespace: string
  routine: boolean
}

/** The writes that change a field or have a writer: found by comparing values, for the part of the store that the other filters leave. */
export const matchingQuery = (cluster: string, { field, by, path, namespace, routine }: MatchingFilter, reach: Reach, revision: string) => {
  const queryKey = ['timeline-matching', cluster, field, by, path, namespace, routine, reach.writes, reach.budget, revision] as const
  return queryOptions({
    queryKey,
    queryFn: async ({ signal, client }): Promise<MatchingData> => {
      const matching = new Map<string, ReadonlySet<number>>()
      const due = pace(DRAW_MS)
      let end: MatchingEnd | null = null
      const url = apiPaths.matching(cluster, {
        ...{ field, by, path: path || null, namespace: namespace || null, routine: routine ? '1' : null },
        ...{ writes: String(reach.writes), budget: String(reach.budget) },
      })
      await readLines<MatchingLine>(url, signal, (line) => {
        if (line.type === 'matching') matching.set(matchId(line), new Set(line.revisions.map(Number)))
        if (line.type === 'end') {
          end = line
          activity.cost(line.cost)
        } else if (due()) client.setQueryData<MatchingData>(queryKey, { matching: new Map(matching), end: null })
      })
      if (end === null) throw answerCut()
      return { matching, end }
    },
    meta: reads<MatchingData>(cluster, { heavy: true }),
    refetchOnMount: rereadPartial<MatchingData>(({ end }) => end !== null),
    staleTime: Number.POSITIVE_INFINITY,
    refetchOnWindowFocus: false,
    structuralSharing: false,
    gcTime: 60_000,
  })
}
