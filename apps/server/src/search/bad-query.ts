// A syntax error of a query as an answer: what is wrong, and where.

import { writeUnchecked } from '@registree/messages'
import { queries } from '@registree/messages/en/queries'
import type { Fault } from '@registree/query'
import { AppError } from '../problem.ts'

export function badQuery({ code, from, to }: Fault): AppError {
  const message = writeUnchecked('en', queries, [{ code, params: { from: String(from + 1) } }]) ?? 'The question cannot be read.'
  return new AppError('BAD_REQUEST', message, { reason: code, params: { from, to } })
}
