// The one form of an error: AppError, its wire format, and the HTTP status of each code.
import { type ErrorCode, type Problem, type ReadableKeys, toWireKey } from '@registree/contract'
import { equalBytes, type Interval, KEYSPACE_END, kindOf, type Readable, wholePrefix } from '@registree/keyspace'

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
  /** Details: the endpoint's own words, the wrong parameter. Never a secret. */
  detail?: string
  /** What to try. */
  hint?: string
  endpoint?: string
  /** The cluster that failed, if it is not the one in the path. */
  cluster?: string
  compactedRevision?: bigint
  currentRevision?: bigint
  /** The exact failure, if the code covers several; `params` are its parameters. */
  reason?: string
  params?: Problem['params']
  /** What the user may read instead. */
  readable?: Readable
  cause?: unknown
}

/** An error for people: `message` is one sentence that says what failed. */
export class AppError extends Error {
  readonly code: ErrorCode
  readonly facts: ProblemFacts
  constructor(code: ErrorCode, message: string, facts: ProblemFacts = {}) {
    super(message, facts.cause === undefined ? undefined : { cause: facts.cause })
    this.name = 'AppError'
    this.code = code
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
  return new AppError('INTERNAL', 'Something went wrong in Registree.', { detail: 'The server log has the details.', cause })
}

/** RFC 9457. */
export function toProblem(error: AppError): Problem {
  const { detail, hint, endpoint, cluster, compactedRevision, currentRevision, reason, params, readable } = error.facts
  return {
    type: `urn:registree:problem:${error.code.toLowerCase().replaceAll('_', '-')}`,
    title: error.message,
    status: error.statusCode,
    code: error.code,
    ...(detail === undefined ? {} : { detail }),
    ...(hint === undefined ? {} : { hint }),
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(cluster === undefined ? {} : { cluster }),
    ...(compactedRevision === undefined ? {} : { compactedRevision: String(compactedRevision) }),
    ...(currentRevision === undefined ? {} : { currentRevision: String(currentRevision) }),
    ...(reason === undefined ? {} : { reason }),
    ...(params === undefined ? {} : { params }),
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
