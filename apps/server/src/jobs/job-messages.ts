// What goes between the server's thread and a worker thread: a job, and its one answer.
import type { ErrorCode } from '@registree/contract'
import { AppError, isAppError, type ProblemFacts } from '../problem.ts'

export interface JobRequest {
  job: string
  input: unknown
}

export type JobReply = { ok: true; output: unknown } | JobFailed

interface JobFailed {
  ok: false
  /** Null where it was no {@link AppError}: then the message is for the log alone, and quotes nothing of a value. */
  code: ErrorCode | null
  message: string
  facts: ProblemFacts
}

/** An error as it crosses the threads: an AppError keeps what it says. */
export function failedReply(error: unknown): JobFailed {
  if (isAppError(error)) {
    const { cause: _cause, ...facts } = error.facts
    return { ok: false, code: error.code, message: error.message, facts }
  }
  if (!(error instanceof Error)) return { ok: false, code: null, message: typeof error, facts: {} }
  // What a decoder throws may quote the value; its name and its place do not.
  const place = error.stack?.split('\n').filter((line) => /^\s+at /.test(line)) ?? []
  return { ok: false, code: null, message: [error.name, ...place].join('\n'), facts: {} }
}

export function jobFailure({ code, message, facts }: JobFailed): AppError {
  if (code !== null) return new AppError(code, message, facts)
  return new AppError('INTERNAL', 'Something went wrong in Registree.', { cause: new Error(message) })
}
