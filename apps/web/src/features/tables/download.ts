// What is shown of a table, as a file: CSV for a spreadsheet, JSON for a program.
import type { TableRow } from '@registree/contract'
import { displayText, wireToBytes } from '../../lib/bytes.ts'
import { cellOf, type ShownColumn } from './shown-rows.ts'

/** RFC 4180. A text that a spreadsheet would run as a formula gets an apostrophe in front. */
export function tableCsv(rows: readonly TableRow[], columns: readonly ShownColumn[]): string {
  const lines = [columns.map((column) => csvCell(column.name)).join(',')]
  for (const row of rows) lines.push(columns.map((column) => csvCell(cellOf(row, column))).join(','))
  return `${lines.join('\r\n')}\r\n`
}

function csvCell(cell: string | number | boolean | null): string {
  if (cell === null) return ''
  const text = typeof cell === 'string' && /^[=+\-@\t\r]/.test(cell) ? `'${cell}` : String(cell)
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

/** One object a row: its key, its columns by their names, the instants behind its ages, its labels. */
export function tableJson(rows: readonly TableRow[], columns: readonly ShownColumn[]): string {
  const objects = rows.map((row) => ({
    ...(row.key64 === undefined ? { key: row.key } : { key64: row.key64, shownKey: displayText(wireToBytes(row)) }),
    ...(row.problem === undefined ? {} : { problem: row.problem }),
    columns: Object.fromEntries(columns.map((column) => [column.name, cellOf(row, column)])),
    instants: Object.fromEntries(
      columns.flatMap((column) => (row.instants?.[column.index] ? [[column.name, row.instants[column.index]]] : [])),
    ),
    labels: row.labels,
  }))
  return `${JSON.stringify(objects, null, 2)}\n`
}

export function download(name: string, type: string, content: string): void {
  const url = URL.createObjectURL(new Blob([content], { type }))
  const link = document.createElement('a')
  link.href = url
  link.download = name
  link.click()
  setTimeout(() => URL.revokeObjectURL(url), 10_000)
}
