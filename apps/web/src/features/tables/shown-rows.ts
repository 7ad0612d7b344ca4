// Which columns of a table are shown and what is in them: what the screen and the downloads have in common.
import type { TableCell, TableColumn, TableHead } from '@registree/contract'
import { isStatusColumn } from './row-status.ts'
import type { TableRow } from './table-data.ts'

/** What the address says of a table. */
export interface TableSearch {
  namespace: string | null
  q: string
  /** A column's id, with a minus in front for descending; null is the order of the keys, of pods what is wrong first. */
  sort: string | null
  wide: boolean
  /** A trouble of pods (`notReady`), any of them (`trouble`) or a phase (`phase:Running`). */
  only: string | null
  rev: string | null
}

export const ANY_TROUBLE = 'trouble'

export interface ShownColumn {
  /** As in the address: the name in lower case, words joined by a minus; of columns with one name the later have a number. */
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

/** The same texts, a number behind each that was there before. */
export function distinct(texts: readonly string[], separator: string): string[] {
  const taken = new Set<string>()
  return texts.map((text) => {
    let own = text
    for (let number = 2; taken.has(own); number++) own = `${text}${separator}${number}`
    taken.add(own)
    return own
  })
}

/** @param asked wide columns that are shown all the same: indexes, and the id of the one that rows are sorted by */
export function shownColumns(
  head: TableHead,
  wide: boolean,
  namespace: { shown: boolean; name: string },
  asked: { indexes: readonly number[]; sort: string | null } = { indexes: [], sort: null },
): ShownColumn[] {
  const sorted = asked.sort?.replace(/^-/, '')
  // A definition may call two of its columns alike, or one as we call ours.
  const unlike = distinct([columnId('namespace'), ...head.columns.map(({ name }) => columnId(name) || 'column')], '-')
  const columns = head.columns.flatMap(({ name, type, priority, description = '' }, index): ShownColumn[] =>
    priority > 0 && !wide && !asked.indexes.includes(index) && unlike[index + 1] !== sorted
      ? []
      : [{ id: unlike[index + 1] as string, name, type, description, index }],
  )
  if (!namespace.shown) return columns
  return [{ id: 'namespace', name: namespace.name, type: 'string', description: '', index: -1 }, ...columns]
}

export const cellOf = (row: TableRow, column: ShownColumn): TableCell =>
  column.index < 0 ? row.namespace : (row.cells[column.index] ?? null)

export const isOnly = (row: TableRow, only: string): boolean =>
  only === ANY_TROUBLE
    ? (row.trouble?.length ?? 0) > 0
    : only.startsWith('phase:')
      ? row.phase === only.slice(6)
      : (row.trouble as readonly string[] | undefined)?.includes(only) === true

/**
 * The columns without those that are empty in every row: they would take the room of others. What a person asks for by name stays, and so
 * does what names a row.
 */
export function columnsWithContent(
  columns: readonly ShownColumn[],
  filled: readonly boolean[],
  asked: readonly number[],
  sort: string | null,
) {
  const sorted = sort?.replace(/^-/, '')
  const kept = columns.filter(
    ({ id, index }) => index < 0 || id === 'name' || filled[index] !== false || asked.includes(index) || id === sorted,
  )
  // Of a table whose rows say nothing at all, its columns are what there is to see.
  return kept.length <= 1 ? columns : kept
}

/** Room at the end of a name for what can be done with its row. */
const ROW_ACTION_PX = 24

/** Characters of a name that have room in its column. */
export const LONGEST_NAME = 64

/** Columns as wide as their longest cells, within limits, as CSS: digits of the font that is there, and room for what is beside them. */
export function columnWidths(longest: readonly number[], columns: readonly ShownColumn[]): string[] {
  return columns.map((column, at) => {
    const widest = Math.max(column.name.length + 1, longest.at(column.index) ?? 0)
    const most = column.id === 'name' ? LONGEST_NAME : at === columns.length - 1 ? 80 : 40
    return `${Math.min(widest, most)}ch + ${isStatusColumn(column.name) ? 36 : column.id === 'name' ? 16 + ROW_ACTION_PX : 16}px`
  })
}
