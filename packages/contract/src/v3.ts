// The v3 keyspace: the children of a prefix, and one key.
import { type Static, Type } from 'typebox'
import { DecodedWire, ViewQuery } from './decoded.ts'
import { Note } from './messages.ts'
import { Cost, HexId, Nullable, Revision, WireKey } from './primitives.ts'

/** A child of a prefix: a directory (the key is its prefix and ends in `/`) or a key. A key that is also a prefix appears as both. Byte order. */
export const Child = Type.Object({
  ...WireKey,
  kind: Type.Union([Type.Literal('directory'), Type.Literal('key')]),
  modRevision: Type.Optional(Revision),
  createRevision: Type.Optional(Revision),
  version: Type.Optional(Revision),
  lease: Type.Optional(HexId),
})
export type Child = Static<typeof Child>

export const ChildrenQuery = Type.Object({
  prefix: Type.Optional(Type.String()),
  prefix64: Type.Optional(Type.String()),
  rev: Type.Optional(Revision),
  cursor: Type.Optional(Type.String({ maxLength: 100_000 })),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000, default: 500 })),
})
export type ChildrenQuery = Static<typeof ChildrenQuery>

export const ChildrenAnswer = Type.Object({
  revision: Revision,
  children: Type.Array(Child),
  cursor: Nullable(Type.String()),
  restricted: Type.Optional(
    Type.Literal(true, { description: 'etcd refuses this user the level: what it may read, and the directories on the way there' }),
  ),
  cost: Cost,
})
export type ChildrenAnswer = Static<typeof ChildrenAnswer>

export const CountQuery = Type.Object({
  prefix: Type.Optional(Type.String()),
  prefix64: Type.Optional(Type.String()),
  rev: Type.Optional(Revision),
})
export type CountQuery = Static<typeof CountQuery>

export const CountAnswer = Type.Object({
  revision: Revision,
  keys: Type.Integer({ description: 'keys that begin with the prefix' }),
  cost: Cost,
})
export type CountAnswer = Static<typeof CountAnswer>

export const KeyQuery = Type.Object({ ...WireKey, rev: Type.Optional(Revision) })
export type KeyQuery = Static<typeof KeyQuery>

export const ValueQuery = Type.Object({ ...WireKey, rev: Type.Optional(Revision), ...ViewQuery })

export const ValueAnswer = Type.Object({
  ...WireKey,
  revision: Revision,
  createRevision: Revision,
  modRevision: Revision,
  version: Revision,
  size: Type.Integer({ description: 'bytes of the stored value; rounded up to a multiple of 64 where something in it is masked' }),
  keySize: Type.Integer({ description: 'bytes of the key' }),
  /** `ttl` is the remaining and `granted` the granted time, in seconds; both null if the lease is gone or (in a file) no remaining time is stored. */
  lease: Nullable(Type.Object({ id: HexId, ttl: Nullable(Revision), granted: Nullable(Revision), note: Nullable(Note) })),
  decoded: DecodedWire,
  cost: Cost,
})
export type ValueAnswer = Static<typeof ValueAnswer>
