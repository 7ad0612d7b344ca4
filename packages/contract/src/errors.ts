// The one shape of an error (RFC 9457 problem+json) and the closed list of its codes.
import { type Static, Type } from 'typebox'
import { MessageParams, Nullable, WireKey } from './primitives.ts'

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
  'SOURCE_FORBIDDEN',
  'SOURCE_CORRUPT',
  'SOURCE_ERROR',
  'SOURCE_NO_LEADER',
  'SOURCE_MIXED',
  'SOURCE_CHANGED',
  'VALUE_TOO_LARGE',
  'MASKED',
  'FORBIDDEN_HOST',
  'METHOD_NOT_ALLOWED',
  'BUSY',
  'CANCELLED',
  'INTERNAL',
] as const

export type ErrorCode = (typeof ERROR_CODES)[number]

/** What a user may read, where a read was refused: one key, everything that begins with a key, or the keys from one to another. */
export const ReadableKeys = Type.Object({
  ...WireKey,
  kind: Type.Union([Type.Literal('key'), Type.Literal('prefix'), Type.Literal('range')]),
  /** Of a range: the first key after it; null to the end of the keyspace. */
  end: Type.Optional(Nullable(Type.Object(WireKey))),
  opens: Type.Optional(Type.Boolean({ description: 'of a range: whether everything that begins with its key is in it' })),
})
export type ReadableKeys = Static<typeof ReadableKeys>

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
  reason: Type.Optional(Type.String({ description: 'names what exactly failed, where the code stands for several things' })),
  params: Type.Optional(MessageParams),
  /** With SOURCE_FORBIDDEN, where etcd tells it. */
  readable: Type.Optional(Type.Array(ReadableKeys)),
})
export type Problem = Omit<Static<typeof Problem>, 'code'> & { code: ErrorCode }
