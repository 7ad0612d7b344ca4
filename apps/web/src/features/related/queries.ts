// Reads related objects as a stream of sections; each is shown once those before it are.
import {
  apiPaths,
  type RelatedEnd,
  type RelatedFailure,
  type RelatedHead,
  type RelatedLine,
  type RelatedSection,
  type RelatedSectionId,
} from '@registree/contract'
import { queryOptions } from '@tanstack/react-query'
import { activity } from '../../lib/activity.ts'
import { keyId } from '../../lib/bytes.ts'
import { answerCut, readLines } from '../../lib/ndjson.ts'
import { rereadPartial } from '../../lib/reread-partial.ts'
import { reads } from '../../lib/source-query.ts'

export type SectionAnswer = RelatedSection | RelatedFailure

/** The part read so far; `end` is null until everything was read. */
export interface RelatedData {
  head: RelatedHead
  answers: ReadonlyMap<RelatedSectionId, SectionAnswer>
  /** Objects searched so far, for a section that takes long. */
  progress: number
  end: RelatedEnd | null
}

/** Everything that arrives within this many ms is drawn at once. */
const DRAW_AFTER = 150

/** `only`: one section, read separately and to the end of its directories. `rev` is the page's revision. */
export const relatedQuery = (
  cluster: string,
  key: Uint8Array,
  rev: string | null,
  only: { section: RelatedSectionId; whole: boolean } | null = null,
) => {
  const queryKey = ['related', cluster, keyId(key), rev ?? 'newest', only?.section ?? 'all', only?.whole ?? false] as const
  return queryOptions({
    queryKey,
    queryFn: async ({ signal, client }): Promise<RelatedData> => {
      let data: RelatedData | null = null
      const began = performance.now()
      const draw = () => {
        if (data !== null && !signal.aborted && performance.now() - began > DRAW_AFTER) client.setQueryData<RelatedData>(queryKey, data)
      }
      const timer = setInterval(draw, DRAW_AFTER)
      try {
        const path = apiPaths.related(cluster, key, { rev, section: only?.section, whole: only?.whole })
        const take = (line: RelatedLine) => {
          if (line.type === 'head') data = { head: line, answers: new Map(), progress: 0, end: null }
          else if (data === null) throw new Error('The answer began without its head')
          else if (line.type === 'progress') data = { ...data, progress: line.objects }
          else if (line.type === 'end') {
            data = { ...data, end: line }
            activity.cost(line.cost)
          } else data = { ...data, answers: new Map(data.answers).set(line.id, line) }
        }
        await readLines<RelatedLine>(path, signal, take, ['related', 'states'])
      } finally {
        clearInterval(timer)
      }
      const whole = data as RelatedData | null
      if (whole === null || whole.end === null) throw answerCut()
      return whole
    },
    meta: reads<RelatedData>(cluster, { rev, revisionOf: ({ head }) => head.revision }),
    // At a revision it never changes, and finding it costs etcd some reads.
    staleTime: rev === null ? 5_000 : Number.POSITIVE_INFINITY,
    refetchOnMount: rereadPartial<RelatedData>(({ end }) => end !== null),
    // The same object at the previous revision stays until the new answer arrives.
    placeholderData: (previous, query) => (query?.queryKey[2] === keyId(key) && query.queryKey[4] === queryKey[4] ? previous : undefined),
    refetchOnWindowFocus: false,
    structuralSharing: false,
    retry: false,
    gcTime: 5 * 60_000,
  })
}
