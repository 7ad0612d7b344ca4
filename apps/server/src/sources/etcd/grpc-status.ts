// Translates a failed gRPC call into an AppError, from its status and etcd's own words.
import { status as Code } from '@grpc/grpc-js'
import { type ErrorMessage, inEnglish } from '../../messages/in-english.ts'
import { AppError, type Detail, type ProblemFacts } from '../../problem.ts'
import { interrupted } from '../identity.ts'
import { noLeader } from '../no-leader.ts'
import { notEtcd } from '../not-etcd.ts'
import { silent } from '../silent.ts'
import { unreachableHint } from '../unreachable-hint.ts'

/** The raw status of a call, taken by an interceptor: etcd3's own error classes lose the code. */
export interface CallStatus {
  code: number
  details: string
  /** What was found out about it, instead of the details. */
  why?: ErrorMessage
}

const CODE_NAMES = new Map(Object.entries(Code).flatMap(([name, code]) => (typeof code === 'number' ? [[code, name] as const] : [])))

/** True if the request did not reach the member, so another member can be asked without doing anything twice. */
export function isUnavailable(status: CallStatus): boolean {
  return status.code === Code.UNAVAILABLE || (status.code === Code.DEADLINE_EXCEEDED && neverConnected(status))
}

/** grpc-js says in the details where a call was when its deadline came; before a connection that is the load-balancer pick. */
function neverConnected(status: CallStatus): boolean {
  return /LB pick|name resolution|remote_addr unknown/i.test(status.details) && !/remote_addr=/.test(status.details)
}

/** There is no connection and grpc-js had no error to report, or another call's failure made the client close it. */
export function saysNoReason({ code, details }: CallStatus): boolean {
  if (code !== Code.UNAVAILABLE) return false
  return /^Channel closed/.test(details) || (/^No connection established/.test(details) && !/Last error: (?!null)/.test(details))
}

/** The member itself answered that its cluster has no leader. */
export function saysNoLeader({ code, details }: CallStatus): boolean {
  return code === Code.UNAVAILABLE && /etcdserver: (request timed out|no leader|leader changed|not leader)/.test(details)
}

/** Linearizable reads are impossible now (no leader, quorum lost); the member's own state can still be read. */
export function isNoQuorum(status: CallStatus): boolean {
  return isSilent(status) || saysNoLeader(status) || (status.code === Code.UNAVAILABLE && /etcdserver: server stopped/.test(status.details))
}

/** It is connected, but did not answer before the deadline. */
export function isSilent(status: CallStatus): boolean {
  return status.code === Code.DEADLINE_EXCEEDED && !neverConnected(status)
}

export function isCompacted(status: CallStatus): boolean {
  return status.code === Code.OUT_OF_RANGE && status.details.includes('compacted')
}

export function isFutureRevision(status: CallStatus): boolean {
  return status.code === Code.OUT_OF_RANGE && status.details.includes('future revision')
}

export function isMessageTooLarge(status: CallStatus): boolean {
  return status.code === Code.RESOURCE_EXHAUSTED && /larger than max/i.test(status.details)
}

const AUTH_CODES = new Set<number>([Code.UNAUTHENTICATED, Code.INVALID_ARGUMENT, Code.UNKNOWN])
const TOKEN_REFUSED = /auth token|auth revision|revision of auth store is old|revision in header is old/

/**
 * The token has expired, or users or roles have changed since it was issued: a new one may work.
 * Source: etcd api/v3rpc/rpctypes/error.go (ErrGRPCInvalidAuthToken, ErrGRPCAuthOldRevision), server/auth/store.go for the untranslated words.
 */
export function isTokenRefused(status: CallStatus): boolean {
  return AUTH_CODES.has(status.code) && TOKEN_REFUSED.test(status.details)
}

/** A call without a token to an etcd that requires one: authentication was enabled meanwhile. */
export function isUserMissing(status: CallStatus): boolean {
  return AUTH_CODES.has(status.code) && /user name is empty/.test(status.details)
}

export function isPermissionDenied(status: CallStatus): boolean {
  return status.code === Code.PERMISSION_DENIED
}

/** gRPC had only TLS's own words, which name neither certificate. */
export function isAboutTls(status: CallStatus): boolean {
  return status.code === Code.UNAVAILABLE && /certificate|self.signed|issuer|altname|verify|handshake|alert|SSL/i.test(status.details)
}

/** The port answered, but not in HTTP/2. */
export function isNotHttp2(status: CallStatus): boolean {
  return status.code === Code.UNAVAILABLE && /Protocol error/.test(status.details)
}

/** The details of a call whose connection broke, to a member that answers again. */
export const BROKEN_CONNECTION = 'the connection broke and was made again'

/** The details for a port that speaks only HTTP/1.1. */
export const HTTP1_ONLY = 'the port speaks HTTP/1.1 only'

/** kine refuses what it does not implement by its own message. Source: github.com/k3s-io/kine pkg/server/types.go (unsupported). */
export function isRefusedByKine(status: CallStatus): boolean {
  return status.code === Code.UNIMPLEMENTED && /not implemented by kine/.test(status.details)
}

/** A server that has no status: kine if its database does not know its size, or before it implemented the call. */
export function offersNoStatus({ code }: CallStatus): boolean {
  return code === Code.UNKNOWN || code === Code.UNIMPLEMENTED
}

/** The HTTP status, if something answered that does not speak gRPC, such as a web server or a proxy. grpc-js makes a gRPC code of it. */
function httpStatus({ details }: CallStatus): string | null {
  return /Received HTTP status code:? (\d+)/.exec(details)?.[1] ?? null
}

/** The port does not offer the v3 API, or is not etcd's at all: another endpoint may be. */
export function offersNoV3(status: CallStatus): boolean {
  return (
    httpStatus(status) !== null ||
    (status.code === Code.UNIMPLEMENTED && (/unknown service/i.test(status.details) || status.details === HTTP1_ONLY))
  )
}

const NOT_GREETED: ErrorMessage = { code: 'silent-not-accepted', params: {} }

/** One sentence and the facts. The caller explains compacted and future revisions: it knows the revisions. */
export function toAppError(status: CallStatus, endpoint: string): AppError {
  const name = String(CODE_NAMES.get(status.code) ?? status.code)
  const detail: Detail =
    status.why === undefined
      ? `${name}: ${withoutEmptyNote(status.details)}`
      : // gRPC's word adds nothing to what the certificates tell.
        status.why.code === 'tls-explained'
        ? status.why
        : { code: 'grpc-status', params: { status: name, why: status.why } }
  const facts: ProblemFacts = { detail, endpoint }
  const http = httpStatus(status)
  if (http !== null && http !== '404') {
    return notEtcd(endpoint, http, detail)
  }
  switch (status.code) {
    case Code.CANCELLED:
      return new AppError('CANCELLED', { code: 'read-cancelled', params: {} }, facts)
    case Code.DEADLINE_EXCEEDED:
      return neverConnected(status) ? silent(endpoint, detail, NOT_GREETED) : silent(endpoint, detail)
    case Code.UNAVAILABLE:
      if (status.details === BROKEN_CONNECTION) return interrupted(endpoint)
      return saysNoLeader(status) ? noLeader(endpoint, detail) : unreachable(status, facts, endpoint)
    case Code.PERMISSION_DENIED:
      return new AppError(
        'SOURCE_FORBIDDEN',
        { code: 'read-refused', params: { endpoint } },
        {
          ...facts,
          hint: { code: 'read-refused-now', params: {} },
        },
      )
    case Code.UNAUTHENTICATED:
      return isTokenRefused(status) ? tokenRefused(facts, endpoint) : authFailed(facts, endpoint)
    case Code.INVALID_ARGUMENT:
      if (isTokenRefused(status)) return tokenRefused(facts, endpoint)
      if (/user name is empty|authentication failed/.test(status.details)) return authFailed(facts, endpoint)
      break
    case Code.RESOURCE_EXHAUSTED:
      if (isMessageTooLarge(status)) return new AppError('VALUE_TOO_LARGE', { code: 'value-too-large', params: {} }, facts)
      break
    case Code.UNIMPLEMENTED:
      // A server that knows the service but not this call does offer the API.
      if (!offersNoV3(status)) break
      return new AppError(
        'KEYSPACE_UNAVAILABLE',
        { code: 'v3-not-offered', params: { endpoint } },
        {
          ...facts,
          hint: { code: 'v3-not-offered-now', params: {} },
        },
      )
  }
  return new AppError('SOURCE_ERROR', { code: 'etcd-error', params: { endpoint } }, facts)
}

/** grpc-js ends its sentence with the headings of notes, which are usually empty. */
function withoutEmptyNote(details: string): string {
  return details.replace(/\.? *Resolution note: *$/, '.').replace(/ *Last error: null\.?$/, '')
}

function authFailed(facts: ProblemFacts, endpoint: string): AppError {
  return new AppError(
    'SOURCE_AUTH',
    { code: 'user-refused', params: { endpoint } },
    {
      ...facts,
      hint: { code: 'user-refused-now', params: {} },
    },
  )
}

/** A renewed token is refused only while users change; a given token is refused for good. */
function tokenRefused(facts: ProblemFacts, endpoint: string): AppError {
  return new AppError(
    'SOURCE_AUTH',
    { code: 'token-refused', params: { endpoint } },
    {
      ...facts,
      hint: { code: 'token-refused-now', params: {} },
    },
  )
}

function unreachable(status: CallStatus, facts: ProblemFacts, endpoint: string): AppError {
  return new AppError(
    'SOURCE_UNREACHABLE',
    { code: 'etcd-unreachable', params: { endpoint } },
    {
      ...facts,
      hint: unreachableHint(endpoint, status.why === undefined ? status.details : inEnglish.any([status.why])),
    },
  )
}
