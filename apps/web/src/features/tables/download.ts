// Downloads the shown part of a table: CSV for spreadsheets, JSON for programs.
import { toWireKey } from '@registree/contract'
import { displayText } from '../../lib/bytes.ts'
import { cellOf, distinct, type ShownColumn } from './shown-rows.ts'
import { keyOfRow, type TableRow } from './table-data.ts'

/**
 * RFC 4180, made for spreadsheets: nothing in it is executed as a formula, and characters that no cell can hold are escaped. The JSON download is
 * exact.
 */
export function tableCsv(rows: readonly TableRow[], columns: readonly ShownColumn[]): string {
  const lines = [columns.map((column) => csvCell(column.name)).join(',')]
  for (const row of rows) lines.push(columns.map((column) => csvCell(cellOf(row, column))).join(','))
  return `${lines.join('\r\n')}\r\n`
}

// A spreadsheet may split at another character than the comma, so a cell could begin where we do not expect it: an apostrophe goes wherever one
// could.
// Also before an existing apostrophe, so that removing one at each of these places restores the text.
const FORMULA = /(^|[;|\t\r\n])(?= {0,8}[=+\-@＝＋－＠'])/g
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const UNPRINTABLE = /[\0-\x08\x0b\x0c\x0e-\x1f\x7f]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g

function csvCell(cell: string | number | boolean | null): string {
  if (cell === null) return ''
  if (typeof cell !== 'string') return String(cell)
  const text = cell.replace(UNPRINTABLE, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`).replace(FORMULA, "$1'")
  return /[",;|\t\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

/** One object per row: its key, its columns by name, the times behind its ages, its labels. */
export function tableJson(head: Parameters<typeof keyOfRow>[0], rows: readonly TableRow[], columns: readonly ShownColumn[]): string {
  const names = distinct(
    columns.map(({ name }) => name),
    ' ',
  )
  const objects = rows.map((row) => ({
    ...keyMembers(keyOfRow(head, row)),
    ...(row.problem === undefined ? {} : { problem: row.problem }),
    ...(row.unknownKind ? { unknownKind: true } : {}),
    columns: Object.fromEntries(columns.map((column, at) => [names[at], cellOf(row, column)])),
    instants: Object.fromEntries(
      columns.flatMap((column, at) => (row.instants?.[column.index] ? [[names[at], row.instants[column.index]]] : [])),
    ),
    labels: row.labels,
  }))
  return `${JSON.stringify(objects, null, 2)}\n`
}

function keyMembers(key: Uint8Array): Record<string, string | undefined> {
  const wire = toWireKey(key)
  return wire.key64 === undefined ? { key: wire.key } : { key64: wire.key64, shownKey: displayText(key) }
}

export function download(name: string, type: string, content: string): void {
  const url = URL.createObjectURL(new Blob([content], { type }))
  const link = document.createElement('a')
  link.href = url
  link.download = name
  link.click()
  setTimeout(() => URL.revokeObjectURL(url), 10_000)
}
