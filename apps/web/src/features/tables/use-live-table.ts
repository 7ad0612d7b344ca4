// Keeps a table that was read up to date while its page is open, and its rows in place while somebody uses them.
import type { ClusterInfo } from '@registree/contract'
import { type QueryKey, useQueryClient } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import { type Touch, useFollowed } from '../../lib/live.ts'
import { FollowedTable } from './live-table.ts'
import type { ShownRows } from './row-view.ts'
import type { TableSearch } from './shown-rows.ts'
import { newestOf, type TableData } from './table-data.ts'

/** Between two updates the page rests for so many times as long as the last one took. */
const REST = 4
/** Without a pause for the eye, updates come as the server sends them. */
const LEAST_MS = 100

/** A file and a pinned table do not follow. */
export function useLiveTable(
  cluster: ClusterInfo,
  { namespace, rev }: TableSearch,
  { queryKey }: { queryKey: QueryKey },
  read: TableData | undefined,
  isPaused: boolean,
): Touch {
  const client = useQueryClient()
  const table = useRef<FollowedTable | null>(null)
  const rest = useRef(LEAST_MS)
  const end = read?.end ?? null
  if (table.current !== null && table.current.end !== end) {
    table.current.stop()
    table.current = null
  }
  if (read !== undefined && end !== null) {
    table.current ??= new FollowedTable(read, (of, apply) => {
      const began = performance.now()
      // The cache may have a newer reading that is not rendered yet.
      client.setQueryData<TableData>(queryKey, (shown) => (shown?.end === of ? apply(began) : undefined))
      requestAnimationFrame(() => {
        rest.current = Math.max(LEAST_MS, (performance.now() - began) * REST)
      })
    })
  }
  const followed = table.current
  const canFollow = cluster.source === 'etcd' && rev === null && end !== null
  useEffect(() => () => table.current?.stop(), [])

  return useFollowed('table', {
    after: canFollow && !isPaused ? (read?.head.revision ?? null) : null,
    parameters: {
      path: read?.head.path,
      namespace: namespace ?? undefined,
      apiVersion: read?.head.apiVersion,
      kind: read?.head.kind,
    },
    reading: end,
    onChanges: (changes, revision) => followed?.add(changes, revision, rest.current),
  })
}

/**
 * The rows as they are shown: while `held`, those that were shown before stay in their places with their newest cells, and what came and went is
 * counted. `settings` identifies the filter and order: the user changed it, so it applies at once.
 */
export function useSteadyRows(
  latest: ShownRows,
  { held, moves, settings }: { held: boolean; moves: number | undefined; settings: string },
): { shown: ShownRows; waiting: number; show: () => void } {
  const kept = useRef({ rows: latest, moves: moves ?? 0, settings, asked: 0 })
  const [asked, setAsked] = useState(0)
  const isSteady = held && moves !== undefined && kept.current.settings === settings && kept.current.asked === asked
  if (!isSteady) kept.current = { rows: latest, moves: moves ?? 0, settings, asked }
  const waiting = isSteady ? moves - kept.current.moves : 0
  const steady = useRef<{ of: ShownRows; latest: ShownRows; shown: ShownRows } | null>(null)
  if (!isSteady) steady.current = null
  else if (steady.current?.latest !== latest || steady.current.of !== kept.current.rows) {
    const { rows, count } = kept.current.rows
    steady.current = { of: kept.current.rows, latest, shown: { rows: rows.slice(0, count).map(newestOf), count } }
  }
  return { shown: steady.current?.shown ?? latest, waiting, show: () => setAsked(asked + 1) }
}
