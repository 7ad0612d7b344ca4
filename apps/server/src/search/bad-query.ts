// A syntax error of a query as an answer: what is wrong, and where.
import type { Fault } from '@registree/query'
import type { ErrorMessage } from '../messages/in-english.ts'
import { AppError } from '../problem.ts'

export function badQuery({ code, from }: Fault): AppError {
  return new AppError('BAD_REQUEST', { code, params: { from: String(from + 1) } } as ErrorMessage)
}
