// Sorts table cells by meaning: ages by time, quantities by size, addresses and names by their numbers.

export type SortableCell = string | number | boolean | null

/** The column properties needed for sorting. */
export interface SortableColumn {
  name: string
  type: string
}

/** Columns with ages or durations, besides those of type `date`. */
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
 * Compares two cells of a column, ascending; for ages, the younger first. Cells without a value (null, empty, `<none>`, `<unknown>`, `<unset>`) come
 * before numbers, and numbers before text. A total order; equal cells give 0. To sort many rows use {@link sortedOrder}, which parses every cell
 * once.
 */
export function compareCells(a: SortableCell, b: SortableCell, column: SortableColumn): number {
  return compareKeys(sortKey(a, column), sortKey(b, column))
}

/**
 * The order of rows by one column: indexes into `cells`, which contains that column's cell of every row. Rows with equal cells keep their order, also
 * when descending.
 */
export function sortedOrder(cells: readonly SortableCell[], column: SortableColumn, descending = false): number[] {
  const keys = cells.map((cell) => sortKey(cell, column))
  const sign = descending ? -1 : 1
  return cells.map((_, index) => index).sort((a, b) => sign * compareKeys(keys[a] as SortKey, keys[b] as SortKey))
}

/** A cell parsed once for many comparisons. */
export interface SortKey {
  /** 0 nothing, 1 a number, 2 text. */
  rank: number
  number: number
  text: string
  /** The text, transformed so that plain string order gives natural order. */
  natural: string
}

/** Compares two cells of one column by their keys; equal cells give 0. */
export function compareKeys(a: SortKey, b: SortKey): number {
  if (a.rank !== b.rank) return a.rank - b.rank
  if (a.number !== b.number) return a.number - b.number
  if (a.text === b.text) return 0
  return compareText(a.natural, b.natural) || compareText(a.text, b.text)
}

export function sortKey(cell: SortableCell, column: SortableColumn): SortKey {
  if (isEmpty(cell)) return NOTHING
  if (typeof cell !== 'string') return { rank: 1, number: Number(cell), text: '', natural: '' }
  const isDuration = column.type === 'date' || DURATIONS.has(column.name.toLowerCase())
  const number = (isDuration ? durationSeconds(cell) : undefined) ?? leadingQuantity(cell)
  const natural = naturalText(cell)
  return number === undefined ? { rank: 2, number: 0, text: cell, natural } : { rank: 1, number, text: cell, natural }
}

const NOTHING: SortKey = { rank: 0, number: 0, text: '', natural: '' }

function isEmpty(cell: SortableCell): boolean {
  return cell === null || cell === '' || cell === '<none>' || cell === '<unknown>' || cell === '<unset>'
}

const UNIT_SECONDS: Record<string, number> = { s: 1, m: 60, h: 3600, d: 86_400, y: 31_536_000 }

/** The seconds of kubectl's `5m12s`, `3d4h`, `2y`; undefined for other text. */
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
 * The number at the start of a cell, by which it sorts: a quantity (`20Gi`, `1500m`, `70%`), a count with a remark (`3 (5m ago)`), or ready of total
 * (`1/2`). Undefined for other text.
 */
function leadingQuantity(text: string): number | undefined {
  // Digits can match in only one way: otherwise a long run that is not a number would be tried in all combinations.
  const quantity = /^([+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?)(n|u|m|k|M|G|T|P|E|Ki|Mi|Gi|Ti|Pi|Ei|%)?$/.exec(text)
  if (quantity) return Number(quantity[1]) * (SUFFIXES[quantity[2] ?? ''] as number)
  const counted = /^(\d+)(?: \(.*\)|\/\d.*)$/.exec(text)
  return counted ? Number(counted[1]) : undefined
}

/** Compares digit runs as numbers: `10.0.0.9` before `10.0.0.10`, `orders-db-2` before `orders-db-10`. */
export function compareNatural(a: string, b: string): number {
  return compareText(naturalText(a), naturalText(b)) || compareText(a, b)
}

/**
 * Lower case, with each digit run replaced by a mark, its length and its digits without leading zeros: so longer numbers are larger, at any length.
 * The mark sorts before all other characters, so numbers come first. Comparing two such texts is a single string comparison, which sorting a hundred
 * thousand needs.
 */
function naturalText(text: string): string {
  return text.toLowerCase().replace(/0*(\d+)/g, (_, digits: string) => `\0${String.fromCharCode(Math.min(digits.length, 0xffff))}${digits}`)
}

function compareText(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1
}
