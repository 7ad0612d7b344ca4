// What a row says about the state of its object: the column of the word, and why it is marked where the word itself does not tell.

import type { TableCell, TableRow } from '@registree/contract'
import { text as appText } from '../../i18n/text.ts'
import { tableText } from './strings.ts'

/** Where the word is that a row's tone belongs to: of an event it is its Type. */
export const isStatusColumn = (name: string): boolean => name === 'Status' || name === 'Type'

/** Why a row is marked, where kubectl's word for its status does not say so itself. */
export const statusReason = ({ tone }: Pick<TableRow, 'tone'>, status: TableCell): string | undefined =>
  tone === 'warning' ? tableText.statusBecause[String(status)] : undefined

/** The words of a Status cell: kubectl's, and the reason behind them. */
export const statusWords = (row: Pick<TableRow, 'tone'>, status: TableCell): string =>
  [status, statusReason(row, status)].filter((words) => words !== undefined && words !== '').join(appText.punctuation.facts)
