// Messages between the server's thread and a worker thread: ready, a job, and its one answer.
import type { ErrorCode } from '@registree/contract'
import type { ErrorMessage } from '../messages/in-english.ts'
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
  /** Null for errors other than {@link AppError}. */
  code: ErrorCode | null
  says: ErrorMessage
  /** For the log, and quotes no value. */
  place: string
  facts: ProblemFacts
}

const INTERNAL: ErrorMessage = { code: 'internal', params: {} }

/** An error as sent between threads; an AppError keeps its content. */
export function failedReply(error: unknown): JobFailed {
  if (isAppError(error)) {
    const { cause: _cause, ...facts } = error.facts
    return { ok: false, code: error.code, says: error.says, place: '', facts }
  }
  return { ok: false, code: null, says: INTERNAL, place: placeOf(error), facts: {} }
}

/** An error's name and location, for the log. A decoder's message may quote the value; this does not. */
export function placeOf(error: unknown): string {
  if (!(error instanceof Error)) return typeof error
  return [error.name, ...(error.stack?.split('\n').filter((line) => /^\s+at /.test(line)) ?? [])].join('\n')
}

export function jobFailure({ code, says, place, facts }: JobFailed): AppError {
  if (code !== null) return new AppError(code, says, facts)
  return new AppError('INTERNAL', says, { cause: new Error(place) })
}
