// The state of a row's object: the column with its word, and the reason of its mark if the word does not tell it.
import type { TableCell, TableRow } from '@registree/contract'
import { tableText } from './strings.ts'

/** The column with the row's tone: for events their Type. */
export const isStatusColumn = (name: string): boolean => name === 'Status' || name === 'Type'

/** Why a row is marked, if kubectl's status word does not tell it. */
export const statusReason = ({ tone }: Pick<TableRow, 'tone'>, status: TableCell): string | undefined =>
  tone === 'warning' ? tableText.statusBecause[String(status)] : undefined

/** The text of a Status cell: kubectl's word, and the reason after it. */
export const statusWords = (row: Pick<TableRow, 'tone'>, status: TableCell): string =>
  [status, statusReason(row, status)].filter((words) => words !== undefined && words !== '').join(', ')
