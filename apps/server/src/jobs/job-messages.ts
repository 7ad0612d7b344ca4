// What goes between the server's thread and a worker thread: that it is ready, a job, and its one answer.
import type { ErrorCode } from '@registree/contract'
import { AppError, isAppError, type ProblemFacts } from '../problem.ts'

/** What a thread says once, when its code is loaded. */
export const READY = 'ready'

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
  return { ok: false, code: null, message: placeOf(error), facts: {} }
}

/** The name of an error and where it was thrown, for the log. What a decoder throws may quote the value; this does not. */
export function placeOf(error: unknown): string {
  if (!(error instanceof Error)) return typeof error
  return [error.name, ...(error.stack?.split('\n').filter((line) => /^\s+at /.test(line)) ?? [])].join('\n')
}

export function jobFailure({ code, message, facts }: JobFailed): AppError {
  if (code !== null) return new AppError(code, message, facts)
  return new AppError('INTERNAL', 'Something went wrong in Registree.', { cause: new Error(message) })
}
