// A bundle: several objects as one YAML to apply, in an order that works.
import { type Static, Type } from 'typebox'
import { Revision } from './primitives.ts'

/** A namespace, a resource, or both; or single keys, each with the revision to read it at. */
export const BundleQuery = Type.Object({
  rev: Type.Optional(Revision),
  namespace: Type.Optional(Type.String({ minLength: 1 })),
  path: Type.Optional(Type.String({ minLength: 1, description: 'the directory of one resource: `pods`, `services/specs`' })),
  keys: Type.Optional(
    Type.String({
      pattern: '^[A-Za-z0-9_-]+(\\.[0-9]{1,19})?(,[A-Za-z0-9_-]+(\\.[0-9]{1,19})?)*$',
      description: 'base64url of each key, with `.` and its revision if it is not `rev`',
    }),
  ),
})
export type BundleQuery = Static<typeof BundleQuery>

/** Keys that fit into one link. */
export const MOST_BUNDLED_KEYS = 1000
