// The one form of an error: AppError, its wire format, and the HTTP status of each code.
import { type ErrorCode, type ErrorDetail, type Problem, type ReadableKeys, toWireKey } from '@registree/contract'
import { equalBytes, type Interval, KEYSPACE_END, kindOf, type Readable, wholePrefix } from '@registree/keyspace'
import type { ProblemMessage } from '@registree/kube'
import type { AnyMessage } from '@registree/messages'
import { type ErrorMessage, type FileMessage, inEnglish } from './messages/in-english.ts'

/** The HTTP status of every code; a new code without one does not compile. */
const STATUS = {
  BAD_REQUEST: 400,
  CLUSTER_NOT_FOUND: 404,
  KEY_NOT_FOUND: 404,
  NOT_FOUND: 404,
  RESOURCE_NOT_FOUND: 404,
  REVISION_COMPACTED: 410,
  REVISION_IN_FUTURE: 404,
  KEYSPACE_UNAVAILABLE: 404,
  SOURCE_UNREACHABLE: 503,
  SOURCE_TIMEOUT: 504,
  SOURCE_AUTH: 502,
  SOURCE_FORBIDDEN: 502,
  SOURCE_CORRUPT: 500,
  SOURCE_ERROR: 502,
  SOURCE_NO_LEADER: 503,
  SOURCE_MIXED: 502,
  SOURCE_CHANGED: 503,
  VALUE_TOO_LARGE: 413,
  MASKED: 403,
  FORBIDDEN_HOST: 403,
  METHOD_NOT_ALLOWED: 405,
  BUSY: 503,
  // nginx's "client closed request": for the log only.
  CANCELLED: 499,
  INTERNAL: 500,
} as const satisfies Record<ErrorCode, number>

export interface ProblemFacts {
  /** Details: the endpoint's own words, which no catalogue has, or a message. Never a secret. */
  detail?: Detail
  /** What to try. */
  hint?: ErrorMessage
  endpoint?: string
  /** The cluster that failed, if it is not the one in the path. */
  cluster?: string
  compactedRevision?: bigint
  currentRevision?: bigint
  /** What the user may read instead. */
  readable?: Readable
  cause?: unknown
}

/** The words of a foreign program, or messages. */
export type Detail = string | ErrorMessage | FileMessage | readonly ProblemMessage[]

/** An error for people: `says` is the sentence that says what failed, `message` the same in English. */
export class AppError extends Error {
  readonly code: ErrorCode
  readonly says: ErrorMessage
  readonly facts: ProblemFacts
  constructor(code: ErrorCode, says: ErrorMessage, facts: ProblemFacts = {}) {
    super(inEnglish.any([says]), facts.cause === undefined ? undefined : { cause: facts.cause })
    this.name = 'AppError'
    this.code = code
    this.says = says
    this.facts = facts
  }
  get statusCode(): number {
    return STATUS[this.code]
  }
}

export function isAppError(error: unknown, code?: ErrorCode): error is AppError {
  return error instanceof AppError && (code === undefined || error.code === code)
}

/** The message for an unexpected error; the log gets the error itself. */
export function unexpected(cause: unknown): AppError {
  return new AppError('INTERNAL', { code: 'internal', params: {} }, { detail: { code: 'internal-in-log', params: {} }, cause })
}

/** An error as a part of another message: what failed, and its details. */
export function saidBy({ says, facts: { detail } }: AppError): AnyMessage[] {
  return [says, ...(detail === undefined ? [] : messagesOf(detail))]
}

/** The details in English; null if there are none. */
export function detailOf({ facts: { detail } }: AppError): string | null {
  return detail === undefined ? null : typeof detail === 'string' ? detail : inEnglish.any(messagesOf(detail))
}

function messagesOf(detail: Detail): readonly ErrorDetail[] {
  if (typeof detail === 'string') return [{ code: 'stored-text', params: { text: detail } }]
  return 'code' in detail ? [detail] : detail
}

/** RFC 9457. */
export function toProblem(error: AppError): Problem {
  const { detail, hint, endpoint, cluster, compactedRevision, currentRevision, readable } = error.facts
  return {
    type: `urn:registree:problem:${error.code.toLowerCase().replaceAll('_', '-')}`,
    title: error.message,
    status: error.statusCode,
    code: error.code,
    reason: error.says.code,
    params: error.says.params,
    ...(detail === undefined ? {} : { detail: detailOf(error) ?? '' }),
    ...(detail === undefined || typeof detail === 'string' ? {} : { detailSentences: [...messagesOf(detail)] }),
    ...(hint === undefined ? {} : { hint: inEnglish.any([hint]), hintSentences: [hint] }),
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(cluster === undefined ? {} : { cluster }),
    ...(compactedRevision === undefined ? {} : { compactedRevision: String(compactedRevision) }),
    ...(currentRevision === undefined ? {} : { currentRevision: String(currentRevision) }),
    ...(readable === undefined ? {} : { readable: readable.granted.map(toWire) }),
  }
}

function toWire(interval: Interval): ReadableKeys {
  const { key, end } = interval
  const kind = kindOf(interval)
  if (kind.kind === 'prefix') return { ...kind, ...toWireKey(wholePrefix(key)) }
  if (kind.kind === 'key') return { ...kind, ...toWireKey(key) }
  return { ...kind, ...toWireKey(key), end: end === null || equalBytes(end, KEYSPACE_END) ? null : toWireKey(end) }
}
