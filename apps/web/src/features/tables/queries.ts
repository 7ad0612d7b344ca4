// Reads a table as a stream: rows are shown while the rest is still arriving.
import { apiPaths, type ChildrenAnswer, type TableEnd, type TableLine } from '@registree/contract'
import { queryOptions } from '@tanstack/react-query'
import { activity } from '../../lib/activity.ts'
import { toText, utf8, wireToBytes } from '../../lib/bytes.ts'
import { getJson } from '../../lib/http.ts'
import { answerCut, readLines } from '../../lib/ndjson.ts'
import { reads } from '../../lib/source-query.ts'
import { asChangeOf } from './live-table.ts'
import { TableBuilder, type TableData } from './table-data.ts'

/** Interval between redraws, in ms: a page of rows arrives every few. */
const DRAW_EVERY = 120

export const tableQuery = (cluster: string, resource: string, namespace: string | null, rev: string | null) => {
  const queryKey = ['table', cluster, resource, namespace, rev] as const
  return queryOptions({
    queryKey,
    queryFn: async ({ signal, client }): Promise<TableData> => {
      const before = client.getQueryData<TableData>(queryKey)
      // A new reading is drawn only when complete: rows must not vanish while somebody reads them.
      const shown = before === undefined || before.end === null
      let builder = null as TableBuilder | null
      let end = null as TableEnd | null
      const draw = () => {
        if (shown && builder !== null) client.setQueryData<TableData>(queryKey, builder.data(null))
      }
      let timer: ReturnType<typeof setTimeout> | undefined
      const take = (line: TableLine) => {
        if (line.type === 'head') builder = new TableBuilder(line)
        else if (line.type === 'end') {
          end = line
          activity.cost(line.cost)
        } else {
          builder?.add(line)
          // The first rows at once, others together with those that follow soon.
          if (timer === undefined) draw()
          timer ??= setTimeout(() => {
            draw()
            timer = undefined
          }, DRAW_EVERY)
        }
      }
      try {
        await readLines<TableLine>(apiPaths.table(cluster, resource, { namespace, rev }), signal, take, ['states'])
        if (builder === null || end === null) throw answerCut()
        const data = builder.data(end)
        return before === undefined || before.end === null ? data : asChangeOf(before, data, performance.now())
      } catch (error) {
        // The rows received so far stay.
        draw()
        throw error
      } finally {
        clearTimeout(timer)
      }
    },
    meta: reads<TableData>(cluster, {
      rev,
      heavy: true,
      revisionOf: ({ head }) => head.revision,
      ...(rev === null ? { finds: ({ count }) => (count > 0 ? count : null) } : {}),
    }),
    // An automatic retry would restart the rows while somebody reads them.
    retry: false,
    // Reading a table makes etcd walk its keys: only the user starts it again, or a page that missed changes of it (`TableView`).
    staleTime: Number.POSITIVE_INFINITY,
    refetchOnWindowFocus: false,
    structuralSharing: false,
    gcTime: 5 * 60_000,
  })
}

/** The names of all namespaces: a few keys, whereas listing the directories of a resource would cost etcd all its keys. */
export const namespacesQuery = (cluster: string, directory: string) =>
  queryOptions({
    queryKey: ['table-namespaces', cluster, directory],
    queryFn: async ({ signal }) => {
      const names: string[] = []
      const prefix = utf8(directory)
      let at: { cursor?: string; rev?: string } = {}
      do {
        const answer = await getJson<ChildrenAnswer>(apiPaths.children(cluster, prefix, { limit: 1000, ...at }), signal)
        for (const child of answer.children) {
          const name = child.kind === 'key' ? toText(wireToBytes(child).subarray(prefix.length)) : null
          if (name !== null) names.push(name)
        }
        at = answer.cursor === null ? {} : { cursor: answer.cursor, rev: answer.revision }
      } while (at.cursor !== undefined)
      return names
    },
    meta: reads(cluster, { aside: true }),
    staleTime: 60_000,
  })
