// The one shape of an error (RFC 9457 problem+json) and the closed list of its codes.
import { type Static, Type } from 'typebox'

/** Every code that the server may answer; the web maps each to a message, so that a code without one does not compile. */
export const ERROR_CODES = [
  'BAD_REQUEST',
  'CLUSTER_NOT_FOUND',
  'KEY_NOT_FOUND',
  'NOT_FOUND',
  'RESOURCE_NOT_FOUND',
  'REVISION_COMPACTED',
  'REVISION_IN_FUTURE',
  'KEYSPACE_UNAVAILABLE',
  'SOURCE_UNREACHABLE',
  'SOURCE_TIMEOUT',
  'SOURCE_AUTH',
  'SOURCE_CORRUPT',
  'SOURCE_ERROR',
  'VALUE_TOO_LARGE',
  'MASKED',
  'FORBIDDEN_HOST',
  'METHOD_NOT_ALLOWED',
  'BUSY',
  'CANCELLED',
  'INTERNAL',
] as const

export type ErrorCode = (typeof ERROR_CODES)[number]

/** RFC 9457. `title` says what failed, `detail` what exactly (endpoint, gRPC code), `hint` what to try. */
export const Problem = Type.Object({
  type: Type.String(),
  title: Type.String(),
  status: Type.Integer(),
  code: Type.Union(ERROR_CODES.map((code) => Type.Literal(code))),
  detail: Type.Optional(Type.String()),
  hint: Type.Optional(Type.String()),
  endpoint: Type.Optional(Type.String()),
  /** With REVISION_COMPACTED: the oldest revision that can still be read, and with REVISION_IN_FUTURE the newest. */
  compactedRevision: Type.Optional(Type.String()),
  currentRevision: Type.Optional(Type.String()),
})
export type Problem = Omit<Static<typeof Problem>, 'code'> & { code: ErrorCode }
