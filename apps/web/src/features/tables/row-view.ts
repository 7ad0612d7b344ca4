// Which rows are shown, and in which order: cached, so that typing or another page of rows only costs what is new.
import { compareKeys, type SortKey, sortKey, type TableHead } from '@registree/contract'
import type { Condition } from '@registree/query'
import { conditionsOf, grammar } from './filter-grammar.ts'
import { cellOf, isOnly, type ShownColumn, type TableSearch } from './shown-rows.ts'
import { PodCounter, type PodTotals, type TableData, type TableRow } from './table-data.ts'

/** The first `count` of `rows`. A new object whenever anything changed. */
export interface ShownRows {
  rows: readonly TableRow[]
  count: number
}

type Wanted = Pick<TableSearch, 'q' | 'sort' | 'only'>
type Read = Pick<TableData, 'head' | 'rows' | 'count'>

/** For pods in key order: by default they are ordered by trouble. */
export const KEY_ORDER = 'key'
export const isTroubleFirst = (head: TableHead, sort: string | null): boolean => isPods(head) && sort === null
export const isPods = ({ kind, apiVersion }: Pick<TableHead, 'kind' | 'apiVersion'>): boolean => kind === 'Pod' && apiVersion === 'v1'

const matcherOf = (conditions: Condition[], { columns }: TableHead): ((row: TableRow) => boolean) =>
  grammar.now?.matchRow({ conditions }, columns) ?? (() => true)

/** The view of one table; may be reused for other tables. */
export class RowView {
  readonly #sorted = new SortedRows()
  /** The last filter result, with its filter, rows and order. */
  #found: { head: TableHead; q: string; only: string | null; source: readonly TableRow[]; upTo: number; rows: TableRow[] } | null = null

  /** The last totals, with their rows. */
  #counted: { head: TableHead; q: string; rows: readonly TableRow[]; upTo: number; pods: PodCounter; totals: PodTotals } | null = null
  /** Rows ordered by trouble, and from which rows. */
  #parted: { of: readonly TableRow[]; upTo: number; parts: readonly TableRow[][]; shown: ShownRows } | null = null

  show(data: Read, columns: readonly ShownColumn[], wanted: Wanted): ShownRows {
    const found = this.#find(data, columns, wanted)
    return isTroubleFirst(data.head, wanted.sort) ? this.#troubleFirst(found) : found
  }

  /** Totals of the pods that match the filter, whether or not `only` hides them. */
  totals(data: Pick<TableData, 'head' | 'rows' | 'count' | 'totals'>, q: string): PodTotals {
    const { head, rows, count } = data
    const conditions = conditionsOf(q)
    if (conditions.length === 0) return data.totals
    // Rows already known to match are not searched again.
    const found = this.#found
    const known = found !== null && found.head === head && found.q === q && found.only === null && found.upTo === count
    const [source, end] = known ? [found.rows, found.rows.length] : [rows, count]
    let counted = this.#counted
    if (counted === null || counted.head !== head || counted.q !== q || counted.rows !== source || counted.upTo > end)
      counted = { head, q, rows: source, upTo: 0, pods: new PodCounter(), totals: data.totals }
    else if (counted.upTo === end && end > 0) return counted.totals
    const matches = known ? () => true : matcherOf(conditions, head)
    for (let at = counted.upTo; at < end; at++) {
      const row = source[at] as TableRow
      if (matches(row)) counted.pods.add(row)
    }
    this.#counted = { ...counted, upTo: end, totals: counted.pods.totals() }
    return this.#counted.totals
  }

  /** Failing first, then other trouble, then the rest, each in key order: the top stays in place while rows arrive. */
  #troubleFirst({ rows, count }: ShownRows): ShownRows {
    let parted = this.#parted
    if (parted === null || parted.of !== rows || parted.upTo > count)
      parted = { of: rows, upTo: 0, parts: [[], [], []], shown: { rows: [], count: 0 } }
    else if (parted.upTo === count) return parted.shown
    const { parts } = parted
    for (let at = parted.upTo; at < count; at++) {
      const row = rows[at] as TableRow
      parts[(row.trouble?.length ?? 0) === 0 ? 2 : row.tone === 'error' ? 0 : 1]?.push(row)
    }
    this.#parted = { of: rows, upTo: count, parts, shown: { rows: parts.flat(), count } }
    return this.#parted.shown
  }

  #find(data: Read, columns: readonly ShownColumn[], { q, sort, only }: Wanted): ShownRows {
    const { head } = data
    const descending = sort?.startsWith('-') === true
    const id = descending ? sort?.slice(1) : sort
    const column = columns.find((candidate) => candidate.id === id)
    const source = column === undefined ? data.rows : this.#sorted.of(data, column, descending)
    const conditions = conditionsOf(q)
    if (only === null && conditions.length === 0) return { rows: source, count: data.count }
    let found = this.#found
    if (found === null || found.head !== head || found.q !== q || found.only !== only || found.source !== source || found.upTo > data.count)
      found = { head, q, only, source, upTo: 0, rows: [] }
    const matches = matcherOf(conditions, head)
    for (let at = found.upTo; at < data.count; at++) {
      const row = source[at] as TableRow
      if ((only === null || isOnly(row, only)) && matches(row)) found.rows.push(row)
    }
    found.upTo = data.count
    this.#found = found
    return { rows: found.rows, count: found.rows.length }
  }
}

/** All rows sorted by one column. New rows are sorted separately and merged. */
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
      // A reversed order is sorted again by the same keys: rows with equal cells keep their order.
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

/** Ages compare by their exact times: the older is the larger. */
function keyOf(row: TableRow, column: ShownColumn): SortKey {
  const instant = row.instants?.[column.index]
  return sortKey(instant === undefined ? cellOf(row, column) : -Date.parse(instant), column)
}

/** Equal ones of `a` come first. */
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
