// Which columns of a table are shown and their content: shared by the screen and the downloads.
import type { TableCell, TableColumn, TableHead } from '@registree/contract'
import { say } from '../../lib/say.ts'
import { isStatusColumn } from './row-status.ts'
import type { TableRow } from './table-data.ts'

/** The parameters of a table in the URL. */
export interface TableSearch {
  namespace: string | null
  q: string
  /** A column's id, with a leading minus for descending; null is key order, for pods trouble first. */
  sort: string | null
  wide: boolean
  /** A trouble of pods (`notReady`), any trouble (`trouble`) or a phase (`phase:Running`). */
  only: string | null
  rev: string | null
  /** What was deleted in the kept window is listed too. */
  deleted: boolean
}

export const ANY_TROUBLE = 'trouble'

export interface ShownColumn {
  /** As in the URL: the name in lower case, words joined by a minus; later columns of the same name have a number. */
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

/** The same texts, with a number after each repeated one. */
export function distinct(texts: readonly string[], separator: string): string[] {
  const taken = new Set<string>()
  return texts.map((text) => {
    let own = text
    for (let number = 2; taken.has(own); number++) own = `${text}${separator}${number}`
    taken.add(own)
    return own
  })
}

/** @param asked wide columns to show anyway: their indexes, and the id of the sorted one */
export function shownColumns(
  head: Pick<TableHead, 'columns'>,
  wide: boolean,
  namespace: { shown: boolean; name: string },
  asked: { indexes: readonly number[]; sort: string | null } = { indexes: [], sort: null },
): ShownColumn[] {
  const sorted = asked.sort?.replace(/^-/, '')
  // A definition may use a column name twice, or one of ours.
  const unlike = distinct([columnId('namespace'), ...head.columns.map(({ name }) => columnId(name) || 'column')], '-')
  const columns = head.columns.flatMap(({ name, type, priority, description = '', sentences }, index): ShownColumn[] =>
    priority > 0 && !wide && !asked.indexes.includes(index) && unlike[index + 1] !== sorted
      ? []
      : [{ id: unlike[index + 1] as string, name, type, description: say.state(sentences, description), index }],
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
 * The columns without those that are empty in every row, which would waste space. Columns requested by name stay, and so does the one that names a
 * row.
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
  // If all rows are empty, all columns are shown.
  return kept.length <= 1 ? columns : kept
}

/** Space after a name for the row's action. */
const ROW_ACTION_PX = 24

/** Number of characters of a name that fit in its column. */
export const LONGEST_NAME = 64

/** Columns as wide as their longest cells, within limits, in CSS: in digits of the font in use, plus space for what is beside them. */
export function columnWidths(longest: readonly number[], columns: readonly ShownColumn[]): string[] {
  return columns.map((column, at) => {
    const widest = Math.max(column.name.length + 1, longest.at(column.index) ?? 0)
    const most = column.id === 'name' ? LONGEST_NAME : at === columns.length - 1 ? 80 : 40
    return `${Math.min(widest, most)}ch + ${isStatusColumn(column.name) ? 36 : column.id === 'name' ? 16 + ROW_ACTION_PX : 16}px`
  })
}
