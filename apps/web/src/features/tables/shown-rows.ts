// Which rows and columns of a table are shown, in which order: what the screen and the downloads have in common.
import { matchRow, parseFilter, sortedOrder, type TableCell, type TableColumn, type TableHead, type TableRow } from '@registree/contract'

/** What the address says of a table. */
export interface TableSearch {
  namespace: string | null
  q: string
  /** A column's id, with a minus in front for descending; null is the order of the keys. */
  sort: string | null
  wide: boolean
  /** A trouble of pods (`notReady`) or a phase (`phase:Running`). */
  only: string | null
  rev: string | null
}

export interface ShownColumn {
  /** As in the address: the name in lower case, words joined by a minus. */
  id: string
  name: string
  type: TableColumn['type']
  description: string
  /** Index in the row's cells; -1 is the namespace. */
  index: number
}

export const columnId = (name: string): string =>
  name
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '-')
    .replace(/^-|-$/g, '')

export function shownColumns(head: TableHead, wide: boolean, namespace: { shown: boolean; name: string }): ShownColumn[] {
  const columns = head.columns.flatMap((column, index): ShownColumn[] =>
    column.priority > 0 && !wide
      ? []
      : [{ id: columnId(column.name), name: column.name, type: column.type, description: column.description ?? '', index }],
  )
  if (!namespace.shown) return columns
  return [{ id: 'namespace', name: namespace.name, type: 'string', description: '', index: -1 }, ...columns]
}

export const cellOf = (row: TableRow, column: ShownColumn): TableCell =>
  column.index < 0 ? row.namespace : (row.cells[column.index] ?? null)

export const isOnly = (row: TableRow, only: string): boolean =>
  only.startsWith('phase:') ? row.phase === only.slice(6) : (row.trouble as readonly string[] | undefined)?.includes(only) === true

/** The rows that the filter leaves, sorted. Wide columns are searched whether they are shown or not. */
export function shownRows(
  rows: readonly TableRow[],
  head: TableHead,
  columns: readonly ShownColumn[],
  search: Pick<TableSearch, 'q' | 'sort' | 'only'>,
): readonly TableRow[] {
  const { only } = search
  let found = only === null ? rows : rows.filter((row) => isOnly(row, only))
  const filter = parseFilter(search.q)
  if (filter.conditions.length > 0) {
    const matches = matchRow(filter, head.columns)
    found = found.filter((row) =>
      matches({ cells: row.cells, labels: row.labels, ...(row.namespace === null ? {} : { namespace: row.namespace }) }),
    )
  }
  const descending = search.sort?.startsWith('-') === true
  const id = descending ? search.sort?.slice(1) : search.sort
  const column = columns.find((candidate) => candidate.id === id)
  if (!column) return found
  // An age is as exact as its instant: the older is the larger.
  const cells = found.map((row) => {
    const instant = row.instants?.[column.index]
    return instant === undefined ? cellOf(row, column) : -Date.parse(instant)
  })
  return sortedOrder(cells, column, descending).map((index) => found[index] as TableRow)
}

/** Columns as wide as their cells, in `ch`, within limits; from the first rows, so that nothing moves while the rest arrives. */
export function columnWidths(rows: readonly TableRow[], columns: readonly ShownColumn[]): number[] {
  return columns.map((column, at) => {
    let longest = column.name.length + 3
    for (const row of rows) {
      const length = String(cellOf(row, column) ?? '<none>').length
      if (length > longest) longest = length
    }
    const isName = column.name === 'Name'
    return Math.min(longest, isName ? 64 : at === columns.length - 1 ? 80 : 40) + (column.name === 'Status' ? 5 : 3)
  })
}
