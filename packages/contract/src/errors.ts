// The format of errors (RFC 9457 problem+json) and the closed list of their codes.
import { type Static, Type } from 'typebox'
import { ERROR_MESSAGE_CODES, ErrorDetail, ErrorMessage, type ErrorMessageCode, QUERY_CODES, type QueryCode } from './messages.ts'
import { MessageParams, Nullable, WireKey } from './primitives.ts'

/** Every code that the server may return; the web has a message for each, so a code without one does not compile. */
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

/** What a user may read after a refusal: one key, a prefix, or a range of keys. */
export const ReadableKeys = Type.Object({
  ...WireKey,
  kind: Type.Union([Type.Literal('key'), Type.Literal('prefix'), Type.Literal('range')]),
  /** For a range: the first key after it; null for the end of the keyspace. */
  end: Type.Optional(Nullable(Type.Object(WireKey))),
  opens: Type.Optional(Type.Boolean({ description: 'of a range: whether everything that begins with its key is in it' })),
})
export type ReadableKeys = Static<typeof ReadableKeys>

/** RFC 9457, in English and as codes. `title` says what failed, `detail` gives details (endpoint, gRPC code), `hint` says what to try. */
export const Problem = Type.Object({
  type: Type.String(),
  title: Type.String(),
  status: Type.Integer(),
  code: Type.Union(ERROR_CODES.map((code) => Type.Literal(code))),
  reason: Type.Unsafe<ErrorMessageCode | QueryCode>({
    type: 'string',
    enum: [...ERROR_MESSAGE_CODES, ...QUERY_CODES],
    description: 'the title as a code: names what exactly failed, where `code` stands for several things',
  }),
  params: MessageParams,
  detail: Type.Optional(Type.String()),
  detailSentences: Type.Optional(
    Type.Array(ErrorDetail, { description: 'the detail as codes; absent if it is what another program said' }),
  ),
  hint: Type.Optional(Type.String()),
  hintSentences: Type.Optional(Type.Array(ErrorMessage, { description: 'the hint as codes' })),
  endpoint: Type.Optional(Type.String()),
  cluster: Type.Optional(Type.String({ description: 'the cluster that failed, if it is not the one in the path' })),
  /** For REVISION_COMPACTED the oldest readable revision, for REVISION_IN_FUTURE the newest. */
  compactedRevision: Type.Optional(Type.String()),
  currentRevision: Type.Optional(Type.String()),
  /** For SOURCE_FORBIDDEN, if etcd tells it. */
  readable: Type.Optional(Type.Array(ReadableKeys)),
})
export type Problem = Omit<Static<typeof Problem>, 'code'> & { code: ErrorCode }
