// All requests to the server: GET, JSON, problems as errors with their code, and an AbortSignal.
import { ERROR_CODES, type Problem } from '@registree/contract'
import { text as texts } from '../i18n/text.ts'
import { activity } from './activity.ts'
import type { ClientErrorCode } from './client-error-code.ts'
import { fetchOfEpoch } from './epochs.ts'
import { sayProblem } from './say.ts'
import { expectWords, type WordFile, wordsFor } from './words.ts'

export class HttpError extends Error {
  override name = 'HttpError'
  readonly code: ClientErrorCode
  readonly status: number
  readonly problem: Problem | null
  constructor(code: ClientErrorCode, status: number, message: string, problem: Problem | null, cause?: unknown) {
    super(message, { cause })
    this.code = code
    this.status = status
    this.problem = problem
  }
}

/** The error that the server described, in the language of the reader. */
export function problemError(problem: Problem): HttpError {
  const said = sayProblem(problem)
  return new HttpError(said.code, said.status, said.title, said)
}

/** The error of a server that does not answer. */
export const serverUnreachable = (cause: unknown): HttpError => new HttpError('SERVER_UNREACHABLE', 0, texts.answers.none, null, cause)

export const isProblem = (body: unknown): body is Problem =>
  typeof body === 'object' &&
  body !== null &&
  'code' in body &&
  'title' in body &&
  (ERROR_CODES as readonly string[]).includes(String(body.code))

const hasCost = (body: unknown): body is { cost: { ranges: number; walked: number; largestWalk: number } } =>
  typeof body === 'object' &&
  body !== null &&
  'cost' in body &&
  typeof body.cost === 'object' &&
  body.cost !== null &&
  'walked' in body.cost

/** Adds what an answer cost to this page's activity. */
export function countCost(body: unknown): void {
  if (hasCost(body)) activity.cost(body.cost)
}

export interface GetOptions {
  /** Whether the answer's cost belongs to this read; the status's is a total since the server started. */
  counts?: boolean
  /** Bypasses the browser's cache, in which a second request for a URL waits for the first one's answer. */
  fresh?: boolean
  /** The translations that the answer probably needs. */
  words?: readonly WordFile[]
}

/**
 * Reads `url` (of our own server) as JSON.
 * @throws HttpError for everything except an abort, which stays an AbortError.
 */
export async function getJson<T>(
  url: string,
  signal?: AbortSignal,
  { counts = true, fresh = false, words: likely = [] }: GetOptions = {},
): Promise<T> {
  activity.began()
  expectWords(likely)
  try {
    let response: Response
    try {
      response = await fetchOfEpoch(url, {
        headers: { accept: 'application/json' },
        ...(fresh ? { cache: 'no-store' as const } : {}),
        ...(signal ? { signal } : {}),
      })
    } catch (cause) {
      if (signal?.aborted) throw cause
      activity.answered(false)
      throw serverUnreachable(cause)
    }
    const text = await response.text()
    activity.answered(true)
    await wordsFor(text, likely, signal)
    let body: unknown
    try {
      body = JSON.parse(text)
    } catch (cause) {
      throw new HttpError('UNEXPECTED_ANSWER', response.status, texts.answers.notJson({ status: String(response.status) }), null, cause)
    }
    if (!response.ok) {
      if (isProblem(body)) throw problemError(body)
      throw new HttpError('UNEXPECTED_ANSWER', response.status, texts.answers.other({ status: String(response.status) }), null)
    }
    if (counts) countCost(body)
    return body as T
  } finally {
    activity.ended()
  }
}

/** Whether an automatic retry may help: not if the answer would be the same, nor after a long wait. */
export function worthRetrying(error: unknown): boolean {
  if (!(error instanceof HttpError)) return false
  return ['SERVER_UNREACHABLE', 'SOURCE_UNREACHABLE', 'SOURCE_CHANGED'].includes(error.code)
}
