// What a failed reading of a table says.
import { HttpError } from '../../lib/http.ts'
import { inARow } from '../../lib/in-a-row.ts'

/** The server's message in one line: what failed, and the details. */
export function errorWords(error: Error): string {
  const { title = error.message, detail } = error instanceof HttpError ? (error.problem ?? {}) : {}
  return inARow([title, detail])
}
