// A table in the browser while it arrives: rows are only appended, and each is counted once.
import { fromWireKey, type PodTrouble, type TableEnd, type TableHead, type TableRows, type TableRow as WireRow } from '@registree/contract'
import { type Remark, searchText } from '@registree/query/search-text'
import { utf8 } from '../../lib/bytes.ts'
import { statusReason, statusWords } from './row-status.ts'

/** A received row with its labels in place of their number, and the text for searches. */
export type TableRow = Omit<WireRow, 'labels'> & {
  labels: Readonly<Record<string, string>>
  text: string
  remark?: Remark
  /** A row of what was deleted at `revision`. `last` is where its last value can be read; `words` say when. */
  deleted?: { revision: string; last: string | null; words: string }
  /** What changed a moment ago: these cells, or the whole row (null). `at` as of `performance.now()`. */
  fresh?: { at: number; cells: readonly number[] | null }
  /** The row that has taken its place. */
  next?: TableRow
}

/** The row that is now in the place of this one. */
export function newestOf(row: TableRow): TableRow {
  let newest = row
  while (newest.next !== undefined) newest = newest.next
  return newest
}

/** The part of a table read so far. */
export interface TableData {
  head: TableHead
  /** Shared by all states of one reading: the first `count` belong to this one. */
  rows: readonly TableRow[]
  count: number
  /** In key order. */
  namespaces: readonly string[]
  totals: PodTotals
  /** Number of characters of each column's longest cell, the namespace last. */
  longest: readonly number[]
  /** For each column, whether any row has content. */
  filled: readonly boolean[]
  /** Null until everything was read. */
  end: TableEnd | null
  /** Objects that came and went since the page was opened. */
  moves?: number
  /** How many rows differed from the previous reading, were added or gone; null for a first reading. */
  differed?: number | null
  /** Objects that were deleted since the table was read. */
  gone?: readonly GoneObject[]
  /** The revision of the reading, without what was followed since. */
  readAt: string
}

export interface GoneObject {
  key?: string
  key64?: string
  namespace: string | null
  name: string
  /** Of its deletion. */
  revision: string
  /** Nobody saw when it was deleted: it was there at this revision, and gone at `revision`. */
  after?: string
}

export interface PodTotals {
  well: number
  /** In any trouble. */
  ill: number
  troubles: ReadonlyMap<PodTrouble, number>
  phases: ReadonlyMap<string, number>
}

/** Counts the pods of a table by their troubles. */
export class PodCounter {
  readonly #troubles = new Map<PodTrouble, number>()
  readonly #phases = new Map<string, number>()
  #well = 0
  #ill = 0

  add({ phase, trouble = [] }: Pick<TableRow, 'phase' | 'trouble'>): void {
    if (phase === undefined) return
    for (const each of trouble) this.#troubles.set(each, (this.#troubles.get(each) ?? 0) + 1)
    if (trouble.length === 0) this.#well += 1
    else this.#ill += 1
    if (phase !== '') this.#phases.set(phase, (this.#phases.get(phase) ?? 0) + 1)
  }

  totals(): PodTotals {
    return { well: this.#well, ill: this.#ill, troubles: new Map(this.#troubles), phases: new Map(this.#phases) }
  }
}

const NO_LABELS = {}

/** Collects the lines of one reading. */
export class TableBuilder {
  readonly #head: TableHead
  readonly #rows: TableRow[] = []
  readonly #pods = new PodCounter()
  readonly #longest: number[]
  readonly #filled: boolean[]
  readonly #status: number
  readonly #namespaces = new Set<string>()
  readonly #remarks = new Map<string, Remark>()

  constructor(head: TableHead) {
    this.#head = head
    this.#longest = [...head.columns, null].map(() => 0)
    this.#filled = head.columns.map(() => false)
    this.#status = head.columns.findIndex(({ name }) => name === 'Status')
  }

  add({ labels, rows }: TableRows): void {
    for (const wire of rows) {
      const row = finishedRow(wire, wire.labels === undefined ? NO_LABELS : (labels[wire.labels] ?? NO_LABELS), this.#status, (text) =>
        this.#remark(text),
      )
      this.#rows.push(row)
      this.#count(row)
    }
  }

  /** One object for all rows that have it. */
  #remark(text: string): Remark {
    const remark = this.#remarks.get(text) ?? { index: this.#status, text }
    this.#remarks.set(text, remark)
    return remark
  }

  /** The current state. */
  data(end: TableEnd | null): TableData {
    return {
      head: this.#head,
      rows: this.#rows,
      count: this.#rows.length,
      namespaces: [...this.#namespaces],
      totals: this.#pods.totals(),
      longest: [...this.#longest],
      filled: [...this.#filled],
      end,
      readAt: this.#head.revision,
    }
  }

  #count(row: TableRow): void {
    const { cells, namespace, tone } = row
    const longest = this.#longest
    for (let column = 0; column < cells.length; column++) {
      let cell = cells[column] ?? ''
      if (cell !== '' && cell !== NONE) this.#filled[column] = true
      if (column === this.#status && tone === 'warning') cell = statusWords({ tone }, cell)
      const length = typeof cell === 'string' ? cell.length : String(cell).length
      if (length > (longest[column] ?? 0)) longest[column] = length
    }
    if (namespace !== null) {
      this.#namespaces.add(namespace)
      if (namespace.length > (longest[cells.length] ?? 0)) longest[cells.length] = namespace.length
    }
    this.#pods.add(row)
  }
}

/** Makes a row of a received one, which it changes. */
export function finishedRow(
  wire: Omit<WireRow, 'labels'>,
  labels: Readonly<Record<string, string>>,
  status: number,
  remarkOf: (text: string) => Remark = (text) => ({ index: status, text }),
): TableRow {
  const row = wire as TableRow
  row.labels = labels
  const reason = statusReason(wire, wire.cells[status] ?? null)
  if (reason !== undefined) row.remark = remarkOf(reason)
  row.text = searchText(wire.namespace, wire.cells, row.remark)
  return row
}

/** Identifies the object of a row in its table. */
export function rowId(row: Pick<TableRow, 'key' | 'key64' | 'namespace' | 'name' | 'deleted'>): string {
  const id = row.key64 ?? row.key ?? `${row.namespace ?? ''}/${row.name}`
  // A key may have been deleted more than once, and be there again.
  return row.deleted === undefined ? id : `${id} ${row.deleted.revision}`
}

/** kubectl's text for an empty value. */
const NONE = '<none>'

/** The bytes of a row's key. */
export function keyOfRow(head: Pick<TableHead, 'directory'>, row: TableRow): Uint8Array {
  if (row.key !== undefined || row.key64 !== undefined) return fromWireKey(row) ?? new Uint8Array()
  return utf8(head.directory + (row.namespace === null ? '' : `${row.namespace}/`) + row.name)
}
