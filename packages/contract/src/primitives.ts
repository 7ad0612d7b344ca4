// Basic types of all answers: exact 64-bit numbers as text, and keys of any bytes.
import { type Static, type TSchema, Type } from 'typebox'

/** An etcd revision, index or version counter as decimal text: 64-bit numbers are never JSON numbers. */
export const Revision = Type.String({ pattern: '^[0-9]+$', description: 'a 64-bit number in decimal' })
export type Revision = Static<typeof Revision>

/** A member, cluster or lease id in lower-case hex without `0x`, as etcdctl prints it (lease ids padded to 16 digits). */
export const HexId = Type.String({ pattern: '^[0-9a-f]+$', description: 'a 64-bit id in lower-case hex' })
export type HexId = Static<typeof HexId>

/** An instant, RFC 3339 in UTC. */
export const Instant = Type.String({ description: 'RFC 3339, UTC' })
export type Instant = Static<typeof Instant>

/** The JSON form of a key's bytes: `key` if they are valid UTF-8, else `key64` (base64url without padding). Exactly one of them is set. */
export const WireKey = {
  key: Type.Optional(Type.String({ description: 'the key, when its bytes are valid UTF-8' })),
  key64: Type.Optional(
    Type.String({ pattern: '^[A-Za-z0-9_-]*$', description: 'base64url of the bytes of a key that is not valid UTF-8' }),
  ),
}
export type WireKey = { key?: string; key64?: string }

/** The cost of one answer for etcd: the sum of `count` over its Range replies is the number of keys walked. */
export const Cost = Type.Object({
  ranges: Type.Integer({ description: 'Range requests sent to etcd for this answer' }),
  walked: Type.Integer({ description: 'keys that etcd walked for this answer (sum of the reply counts)' }),
  largestWalk: Type.Integer({ description: 'keys that the largest single Range walked' }),
})
export type Cost = Static<typeof Cost>

/** The parameters of a message with a code, so that the page can show it in the reader’s language. */
export type MessageParams = {
  [name: string]: string | number | readonly string[] | NestedMessage | readonly NestedMessage[] | readonly (readonly NestedMessage[])[]
}
/** A message that is a parameter of another one. */
export interface NestedMessage {
  code: string
  params: MessageParams
}

const NestedMessage = Type.Unsafe<NestedMessage>(
  Type.Object(
    { code: Type.String(), params: Type.Record(Type.String(), Type.Unknown()) },
    { description: 'a message that is a parameter of another one, written with a code of any noun' },
  ),
)
export const MessageParams = Type.Unsafe<MessageParams>(
  Type.Record(
    Type.String(),
    Type.Union([
      Type.String(),
      Type.Number(),
      Type.Array(Type.String()),
      NestedMessage,
      Type.Array(NestedMessage),
      Type.Array(Type.Array(NestedMessage)),
    ]),
    {
      description: 'what fills the message in; numbers that must not be rounded are text',
    },
  ),
)

/** A schema that also accepts null. */
export const Nullable = <T extends TSchema>(schema: T) => Type.Union([schema, Type.Null()])
