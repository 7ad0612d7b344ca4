// Orders the cells of a table as a person means it: ages by time, quantities by size, addresses and names by their numbers.

export type SortableCell = string | number | boolean | null

/** What sorting needs to know of a column. */
export interface SortableColumn {
  name: string
  type: string
}

/** Columns whose cells are ages or durations, beside those of type `date`. */
const DURATIONS: ReadonlySet<string> = new Set([
  'age',
  'last seen',
  'first seen',
  'last schedule',
  'duration',
  'timeadded',
  'requestedduration',
])

/**
 * Compares two cells of a column, ascending: the smaller first, the younger first for ages. Cells without a value (null, empty,
 * `<none>`, `<unknown>`, `<unset>`) come before numbers, and numbers before text. A total order; equal cells give 0.
 * To sort many rows take {@link sortedOrder}, which reads every cell once.
 */
export function compareCells(a: SortableCell, b: SortableCell, column: SortableColumn): number {
  return compareKeys(sortKey(a, column), sortKey(b, column))
}

/**
 * The order of rows by one column: indexes into `cells`, which holds that column's cell of every row.
 * Rows with equal cells keep their order, descending too.
 */
export function sortedOrder(cells: readonly SortableCell[], column: SortableColumn, descending = false): number[] {
  const keys = cells.map((cell) => sortKey(cell, column))
  const sign = descending ? -1 : 1
  return cells.map((_, index) => index).sort((a, b) => sign * compareKeys(keys[a] as SortKey, keys[b] as SortKey))
}

/** A cell read once, to be compared often. */
export interface SortKey {
  /** 0 nothing, 1 a number, 2 text. */
  rank: number
  number: number
  text: string
  /** Taken apart when first compared. */
  parts?: Run[]
}

/** The order of two cells of one column by their keys; equal cells give 0. */
export function compareKeys(a: SortKey, b: SortKey): number {
  if (a.rank !== b.rank) return a.rank - b.rank
  if (a.number !== b.number) return a.number - b.number
  if (a.text === b.text) return 0
  a.parts ??= runs(a.text)
  b.parts ??= runs(b.text)
  return compareRuns(a.parts, b.parts) || compareText(a.text, b.text)
}

export function sortKey(cell: SortableCell, column: SortableColumn): SortKey {
  if (isEmpty(cell)) return { rank: 0, number: 0, text: '' }
  if (typeof cell !== 'string') return { rank: 1, number: Number(cell), text: '' }
  const isDuration = column.type === 'date' || DURATIONS.has(column.name.toLowerCase())
  const number = (isDuration ? durationSeconds(cell) : undefined) ?? leadingQuantity(cell)
  return number === undefined ? { rank: 2, number: 0, text: cell } : { rank: 1, number, text: cell }
}

function isEmpty(cell: SortableCell): boolean {
  return cell === null || cell === '' || cell === '<none>' || cell === '<unknown>' || cell === '<unset>'
}

const UNIT_SECONDS: Record<string, number> = { s: 1, m: 60, h: 3600, d: 86_400, y: 31_536_000 }

/** Seconds of kubectl's `5m12s`, `3d4h`, `2y`; undefined for anything else. */
export function durationSeconds(text: string): number | undefined {
  if (!/^(\d+[smhdy])+$/.test(text)) return undefined
  let seconds = 0
  for (const [, count, unit] of text.matchAll(/(\d+)([smhdy])/g)) seconds += Number(count) * (UNIT_SECONDS[unit as string] as number)
  return seconds
}

const SUFFIXES: Record<string, number> = {
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  '': 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  E: 1e18,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
  Ei: 2 ** 60,
  '%': 1,
}

/**
 * The number that a cell begins with, by whose size it sorts: a quantity (`20Gi`, `1500m`, `70%`), a count with a remark
 * (`3 (5m ago)`), or ready ones of all (`1/2`). Undefined for other text.
 */
function leadingQuantity(text: string): number | undefined {
  const quantity = /^([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)(n|u|m|k|M|G|T|P|E|Ki|Mi|Gi|Ti|Pi|Ei|%)?$/.exec(text)
  if (quantity) return Number(quantity[1]) * (SUFFIXES[quantity[2] ?? ''] as number)
  const counted = /^(\d+)(?: \(.*\)|\/\d+.*)$/.exec(text)
  return counted ? Number(counted[1]) : undefined
}

/** Text with runs of digits compared as numbers: `10.0.0.9` before `10.0.0.10`, `orders-db-2` before `orders-db-10`. */
export function compareNatural(a: string, b: string): number {
  return compareRuns(runs(a), runs(b)) || compareText(a, b)
}

/** A run of digits as its number, exact whatever its length, or one of other characters without its case. */
type Run = number | bigint | string

function runs(text: string): Run[] {
  const found = text.toLowerCase().match(/\d+|\D+/g) ?? []
  return found.map((run) => (isDigits(run) ? (run.length < 16 ? Number(run) : BigInt(run)) : run))
}

/** Digits come before other characters. */
function compareRuns(a: Run[], b: Run[]): number {
  const shared = Math.min(a.length, b.length)
  for (let index = 0; index < shared; index++) {
    const runA = a[index] as Run
    const runB = b[index] as Run
    const textA = typeof runA === 'string'
    if (textA !== (typeof runB === 'string')) return textA ? 1 : -1
    if (runA < runB) return -1
    if (runA > runB) return 1
  }
  return a.length - b.length
}

function isDigits(run: string): boolean {
  const code = run.charCodeAt(0)
  return code >= 48 && code <= 57
}

/** Case matters only between texts that are otherwise the same. */
function compareText(a: string, b: string): number {
  const lowerA = a.toLowerCase()
  const lowerB = b.toLowerCase()
  if (lowerA !== lowerB) return lowerA < lowerB ? -1 : 1
  return a === b ? 0 : a < b ? -1 : 1
}
