// Messages between the server's thread and a worker thread: ready, a job, and its one answer.
import type { ErrorCode } from '@registree/contract'
import { AppError, isAppError, type ProblemFacts } from '../problem.ts'

/** Sent once by a thread after it has loaded its code. */
export const READY = 'ready'

export interface JobRequest {
  job: string
  input: unknown
}

export type JobReply = { ok: true; output: unknown } | JobFailed

interface JobFailed {
  ok: false
  /** Null for errors other than {@link AppError}: then the message is only for the log, and quotes no value. */
  code: ErrorCode | null
  message: string
  facts: ProblemFacts
}

/** An error as sent between threads; an AppError keeps its content. */
export function failedReply(error: unknown): JobFailed {
  if (isAppError(error)) {
    const { cause: _cause, ...facts } = error.facts
    return { ok: false, code: error.code, message: error.message, facts }
  }
  return { ok: false, code: null, message: placeOf(error), facts: {} }
}

/** An error's name and location, for the log. A decoder's message may quote the value; this does not. */
export function placeOf(error: unknown): string {
  if (!(error instanceof Error)) return typeof error
  return [error.name, ...(error.stack?.split('\n').filter((line) => /^\s+at /.test(line)) ?? [])].join('\n')
}

export function jobFailure({ code, message, facts }: JobFailed): AppError {
  if (code !== null) return new AppError(code, message, facts)
  return new AppError('INTERNAL', 'Something went wrong in Registree.', { cause: new Error(message) })
}
