// How a table is read: as a stream whose rows are on the screen while the rest is still coming.
import { apiPaths, type ChildrenAnswer, type TableEnd, type TableHead, type TableLine, type TableRow } from '@registree/contract'
import { queryOptions } from '@tanstack/react-query'
import { activity } from '../../lib/activity.ts'
import { toText, utf8, wireToBytes } from '../../lib/bytes.ts'
import { getJson } from '../../lib/http.ts'
import { problemError, readLines } from '../../lib/ndjson.ts'

/** A table as far as it was read; `end` is null until all of it was. */
export interface TableData {
  head: TableHead
  rows: readonly TableRow[]
  end: TableEnd | null
}

/** How often what has come is drawn, in ms: a page of rows comes every few. */
const DRAW_EVERY = 120

export const tableQuery = (cluster: string, resource: string, namespace: string | null, rev: string | null) => {
  const queryKey = ['table', cluster, resource, namespace, rev] as const
  return queryOptions({
    queryKey,
    queryFn: async ({ signal, client }): Promise<TableData> => {
      const before = client.getQueryData<TableData>(queryKey)
      // Reading again draws nothing until it is whole: rows must not vanish under the reader's eyes.
      const shown = before === undefined || before.end === null
      let head: TableHead | null = null
      let rows: TableRow[] = []
      let end: TableEnd | null = null
      let drawn = 0
      await readLines<TableLine>(apiPaths.table(cluster, resource, { namespace, rev }), signal, (line) => {
        if (line.type === 'error') throw problemError(line.problem)
        if (line.type === 'head') head = line
        else if (line.type === 'end') {
          end = line
          activity.cost(line.cost)
        } else {
          rows = rows.concat(line.rows)
          const now = performance.now()
          if (shown && head !== null && now - drawn > DRAW_EVERY) {
            drawn = now
            client.setQueryData<TableData>(queryKey, { head, rows, end: null })
          }
        }
      })
      if (head === null || end === null) throw new Error('The table ended before its last line')
      return { head, rows, end }
    },
    // Reading a table costs etcd its keys: only a person asks for it again.
    staleTime: Number.POSITIVE_INFINITY,
    refetchOnWindowFocus: false,
    structuralSharing: false,
    gcTime: 5 * 60_000,
  })
}

/** The namespaces that have objects of a resource: the directories below its own, which costs etcd next to nothing. */
export const namespacesQuery = (cluster: string, directory: string) =>
  queryOptions({
    queryKey: ['table-namespaces', cluster, directory],
    queryFn: async ({ signal }) => {
      const answer = await getJson<ChildrenAnswer>(apiPaths.children(cluster, utf8(directory), { limit: 1000 }), signal)
      return answer.children.flatMap((child) => {
        const name = child.kind === 'directory' ? toText(wireToBytes(child).subarray(utf8(directory).length, -1)) : null
        return name === null ? [] : [name]
      })
    },
    staleTime: 60_000,
  })
