// Which rows are shown, and in which order: kept from one look to the next, so that typing or another page of rows costs only what is new.
import { compareKeys, matchRow, parseFilter, type SortKey, sortKey, type TableHead } from '@registree/contract'
import { cellOf, isOnly, type ShownColumn, type TableSearch } from './shown-rows.ts'
import type { TableData, TableRow } from './table-data.ts'

/** The first `count` of `rows`. Another object whenever anything of it changed. */
export interface ShownRows {
  rows: readonly TableRow[]
  count: number
}

type Wanted = Pick<TableSearch, 'q' | 'sort' | 'only'>

/** One table's view; several tables one after the other are no harm. */
export class RowView {
  readonly #sorted = new SortedRows()
  /** What was found last, how, and in how many rows of which order. */
  #found: { head: TableHead; q: string; only: string | null; source: readonly TableRow[]; upTo: number; rows: TableRow[] } | null = null

  show(data: Pick<TableData, 'head' | 'rows' | 'count'>, columns: readonly ShownColumn[], { q, sort, only }: Wanted): ShownRows {
    const { head } = data
    const descending = sort?.startsWith('-') === true
    const id = descending ? sort?.slice(1) : sort
    const column = columns.find((candidate) => candidate.id === id)
    const source = column === undefined ? data.rows : this.#sorted.of(data, column, descending)
    const { conditions } = parseFilter(q)
    if (only === null && conditions.length === 0) return { rows: source, count: data.count }
    let found = this.#found
    if (found === null || found.head !== head || found.q !== q || found.only !== only || found.source !== source || found.upTo > data.count)
      found = { head, q, only, source, upTo: 0, rows: [] }
    const matches = matchRow({ conditions }, head.columns)
    for (let at = found.upTo; at < data.count; at++) {
      const row = source[at] as TableRow
      if ((only === null || isOnly(row, only)) && matches(row)) found.rows.push(row)
    }
    found.upTo = data.count
    this.#found = found
    return { rows: found.rows, count: found.rows.length }
  }
}

/** All rows by one column. What came since is sorted by itself and merged in. */
class SortedRows {
  #of: {
    rows: readonly TableRow[]
    column: string
    descending: boolean
    keys: SortKey[]
    order: number[]
    sorted: readonly TableRow[]
  } | null = null

  of({ rows, count }: Pick<TableData, 'rows' | 'count'>, column: ShownColumn, descending: boolean): readonly TableRow[] {
    let of = this.#of
    if (of !== null && of.rows === rows && of.column === column.id && of.order.length <= count) {
      if (of.order.length === count && of.descending === descending) return of.sorted
      // Turned around it is sorted anew from the same keys: rows with equal cells keep their order.
      if (of.descending !== descending) of = { ...of, descending, order: [] }
    } else of = { rows, column: column.id, descending, keys: [], order: [], sorted: [] }
    const { keys } = of
    for (let at = keys.length; at < count; at++) keys.push(keyOf(rows[at] as TableRow, column))
    const sign = descending ? -1 : 1
    const compare = (a: number, b: number) => sign * compareKeys(keys[a] as SortKey, keys[b] as SortKey)
    const fresh: number[] = []
    for (let at = of.order.length; at < count; at++) fresh.push(at)
    const order = merge(of.order, fresh.sort(compare), compare)
    this.#of = { ...of, order, sorted: order.map((at) => rows[at] as TableRow) }
    return this.#of.sorted
  }
}

/** An age is as exact as its instant: the older is the larger. */
function keyOf(row: TableRow, column: ShownColumn): SortKey {
  const instant = row.instants?.[column.index]
  return sortKey(instant === undefined ? cellOf(row, column) : -Date.parse(instant), column)
}

/** Of equal ones, those of `a` come first. */
function merge(a: readonly number[], b: number[], compare: (a: number, b: number) => number): number[] {
  if (a.length === 0) return b
  const merged: number[] = []
  let i = 0
  let j = 0
  while (i < a.length && j < b.length) merged.push((compare(a[i] as number, b[j] as number) <= 0 ? a[i++] : b[j++]) as number)
  while (i < a.length) merged.push(a[i++] as number)
  while (j < b.length) merged.push(b[j++] as number)
  return merged
}
