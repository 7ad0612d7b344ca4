// The v2 keyspace: one node, with its children if it is a directory, and the kept states of a key.
import { type Static, Type } from 'typebox'
import { DecodedWire, ViewQuery } from './decoded.ts'
import { ChangeSummary } from './history.ts'
import { Instant, Nullable, Revision } from './primitives.ts'

/** A v2 node. `ttl` is in seconds at the time of the answer (negative in a file if it has expired); both times are null if permanent. */
const node = {
  path: Type.String({ description: 'the whole path, beginning with /' }),
  directory: Type.Boolean(),
  hidden: Type.Boolean({ description: 'its last part begins with _: left out of listings, reachable by its path' }),
  size: Nullable(
    Type.Integer({
      description: 'bytes of the value; rounded up to a multiple of 64 where something in it is masked; null for a directory',
    }),
  ),
  ttl: Nullable(Type.Integer()),
  expiration: Nullable(Instant),
  createdIndex: Revision,
  modifiedIndex: Revision,
}
export const V2Child = Type.Object(node)
export type V2Child = Static<typeof V2Child>

const path = Type.String({ minLength: 1, description: 'begins with /' })
const at = Type.Optional(Revision)
export const V2RawQuery = Type.Object({ path, at })
/** With `at` it is the state at that index; its children only where the whole tree at that index is known, as in a file. */
export const V2NodeQuery = Type.Object({ path, at, ...ViewQuery })

export const V2NodeAnswer = Type.Object({
  index: Revision,
  raftIndex: Nullable(Revision),
  raftTerm: Nullable(Revision),
  readAt: Instant,
  node: Type.Object(node),
  children: Nullable(Type.Array(V2Child)),
  decoded: Nullable(DecodedWire),
})
export type V2NodeAnswer = Static<typeof V2NodeAnswer>

/** One kept state of a key. */
export const V2HistoryEntry = Type.Object({
  index: Revision,
  action: Nullable(
    Type.String({
      description: 'set, create, update, delete, expire, compareAndSwap, compareAndDelete; refresh: only the TTL; null: no event is kept',
    }),
  ),
  removed: Nullable(
    Type.String({ description: 'the path that was removed: the key, or a directory above it; null if it was not removed' }),
  ),
  directory: Type.Boolean(),
  createdIndex: Nullable(Revision),
  expiration: Nullable(Instant),
  size: Nullable(Type.Integer({ description: 'bytes of the value; rounded up to a multiple of 64 where something in it is masked' })),
  rounded: Type.Boolean({ description: 'whether `size` is rounded' }),
  changes: Nullable(Type.Array(ChangeSummary, { description: 'null where the state before is not kept' })),
  before: Nullable(Revision),
})
export type V2HistoryEntry = Static<typeof V2HistoryEntry>

export const V2HistoryQuery = Type.Object({
  path,
  before: at,
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200, default: 50 })),
})

export const V2HistoryAnswer = Type.Object({
  path: Type.String(),
  index: Revision,
  present: Type.Boolean({ description: 'whether the key is there at `index`' }),
  entries: Type.Array(V2HistoryEntry, { description: 'newest first' }),
  /** The `before` of the next page; null at the end. */
  next: Nullable(Revision),
  /** `cleared`: events before `index` are not kept. `first`: there was nothing before. */
  edge: Nullable(Type.Object({ kind: Type.Union([Type.Literal('cleared'), Type.Literal('first')]), index: Revision })),
})
export type V2HistoryAnswer = Static<typeof V2HistoryAnswer>

/** Two indices of a key, or with `with` two keys: then both may be missing, for the newest. */
export const V2DiffQuery = Type.Object({
  path,
  from: at,
  to: at,
  with: Type.Optional(Type.String({ minLength: 1, description: 'the cluster that `to` is an index of, if it is another one' })),
  withPath: Type.Optional(Type.String({ minLength: 1, description: 'the key there, if it is another one' })),
})
