// Reads what was deleted, page by page; each page tells how far a live etcd has been read back while it is.
import { apiPaths, type DeletedLine, type DeletedPage, type PastProgress } from '@registree/contract'
import { infiniteQueryOptions } from '@tanstack/react-query'
import { activity } from './activity.ts'
import { answerCut, readLines } from './ndjson.ts'
import { reads } from './source-query.ts'

export interface DeletedFilter {
  path: string
  namespace: string
  q: string
  routine: boolean
}

/** Deletions a page; on a live etcd each costs a few point reads. */
const PAGE = 50

export function deletedUrl(cluster: string, { path, namespace, q, routine }: DeletedFilter, budget: number, before: string | null): string {
  return apiPaths.deleted(cluster, {
    path: path || null,
    namespace: namespace || null,
    q: q.trim() || null,
    routine: routine ? '1' : null,
    before,
    limit: String(PAGE),
    budget: String(budget),
  })
}

/** @param onProgress told while a live etcd is read back */
export const deletedQuery = (cluster: string, filter: DeletedFilter, budget: number, onProgress: (progress: PastProgress) => void) =>
  infiniteQueryOptions({
    queryKey: ['deleted', cluster, filter.path, filter.namespace, filter.q.trim(), filter.routine, budget],
    queryFn: async ({ pageParam, signal }): Promise<DeletedPage> => {
      let page: DeletedPage | null = null
      await readLines<DeletedLine>(deletedUrl(cluster, filter, budget, pageParam), signal, (line) => {
        if (line.type === 'progress') onProgress(line)
        else page = line
      })
      if (page === null) throw answerCut()
      activity.cost((page as DeletedPage).cost)
      return page
    },
    meta: reads<{ pages: DeletedPage[] }>(cluster, { heavy: true, revisionOf: ({ pages }) => pages[0]?.window.revision }),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next,
    staleTime: 30_000,
    refetchOnWindowFocus: false,
    gcTime: 60_000,
  })
