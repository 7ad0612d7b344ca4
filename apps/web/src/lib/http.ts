// The one way to ask the server: GET, JSON back, problems as errors with their code, the caller's AbortSignal on the socket.
import { ERROR_CODES, type ErrorCode, type Problem } from '@registree/contract'
import { activity } from './activity.ts'
import { fetchOfEpoch } from './epochs.ts'

/** The codes that the browser adds: the server itself did not answer, or answered something else. */
export type ClientErrorCode = ErrorCode | 'SERVER_UNREACHABLE' | 'UNEXPECTED_ANSWER'

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

export interface GetOptions {
  /** Whether the answer's cost is what this read cost etcd; the status answer's is a total since the server started. */
  counts?: boolean
  /** Never from or into the browser's cache, where the second tab that asks for an address waits until the first has its answer. */
  fresh?: boolean
}

/**
 * Reads `url` (of our own server) as JSON.
 * @throws HttpError for everything but an abort, which stays an AbortError.
 */
export async function getJson<T>(url: string, signal?: AbortSignal, { counts = true, fresh = false }: GetOptions = {}): Promise<T> {
  activity.began()
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
      throw new HttpError('SERVER_UNREACHABLE', 0, 'The Registree server does not answer', null, cause)
    }
    const text = await response.text()
    activity.answered(true)
    let body: unknown
    try {
      body = JSON.parse(text)
    } catch (cause) {
      throw new HttpError(
        'UNEXPECTED_ANSWER',
        response.status,
        `The server answered ${response.status} with something that is not JSON`,
        null,
        cause,
      )
    }
    if (!response.ok) {
      if (isProblem(body)) throw new HttpError(body.code, response.status, body.title, body)
      throw new HttpError('UNEXPECTED_ANSWER', response.status, `The server answered ${response.status}`, null)
    }
    if (counts && hasCost(body)) activity.cost(body.cost)
    return body as T
  } finally {
    activity.ended()
  }
}

/** Whether asking again by itself may help: not where the answer would be the same, nor where a person has waited long enough for it. */
export function worthRetrying(error: unknown): boolean {
  if (!(error instanceof HttpError)) return false
  return ['SERVER_UNREACHABLE', 'SOURCE_UNREACHABLE', 'SOURCE_CHANGED'].includes(error.code)
}
