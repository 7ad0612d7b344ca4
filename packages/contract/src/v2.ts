// The v2 keyspace: one node, with its children if it is a directory.
import { type Static, Type } from 'typebox'
import { DecodedWire, ViewQuery } from './decoded.ts'
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
export const V2PathQuery = Type.Object({ path })
/** A node here and in another cluster. */
export const V2DiffQuery = Type.Object({ path, with: Type.String({ minLength: 1, description: 'the cluster of the right side' }) })
export const V2NodeQuery = Type.Object({ path, ...ViewQuery })

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
