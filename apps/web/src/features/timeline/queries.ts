// Reads everything that was written in the kept window; the picture is there before what the values tell.
import { apiPaths, type TimelineLine } from '@registree/contract'
import { queryOptions } from '@tanstack/react-query'
import { activity } from '../../lib/activity.ts'
import { readLines } from '../../lib/ndjson.ts'
import { pace } from '../../lib/pace.ts'
import { reads } from '../../lib/source-query.ts'
import { TimelineBuilder, type TimelineData } from './timeline-data.ts'

/** How far a live etcd is read back: until so many writes are known, or so many megabytes were read for them. */
export interface Reach {
  writes: number
  budget: number
}

export const timelineUrl = (cluster: string, { writes, budget }: Reach): string =>
  apiPaths.timeline(cluster, { writes: String(writes), budget: String(budget) })

/** What has come is drawn again so often, in ms: it is made anew each time. */
const DRAW_MS = 500

export const timelineQuery = (cluster: string, reach: Reach) => {
  const queryKey = ['timeline', cluster, reach.writes, reach.budget] as const
  return queryOptions({
    queryKey,
    queryFn: async ({ signal, client }): Promise<TimelineData> => {
      const again = client.getQueryData<TimelineData>(queryKey)?.end != null
      const builder = new TimelineBuilder()
      const due = pace(DRAW_MS)
      let ended = false
      await readLines<TimelineLine>(timelineUrl(cluster, reach), signal, (line) => {
        builder.add(line)
        if (line.type === 'end') {
          ended = true
          activity.cost(line.cost)
        }
        // Reading again draws nothing until it is whole.
        if (!again && (line.type === 'times' || due())) client.setQueryData<TimelineData>(queryKey, builder.data())
      })
      if (!ended) throw new Error('The timeline ended before its last line')
      return builder.data()
    },
    meta: reads<TimelineData>(cluster, { heavy: true, revisionOf: ({ window }) => window?.revision }),
    staleTime: Number.POSITIVE_INFINITY,
    refetchOnWindowFocus: false,
    structuralSharing: false,
    gcTime: 5 * 60_000,
  })
}
