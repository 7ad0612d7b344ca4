// The answer of a name search: matching keys, one line per directory, and what was not searched.
import { type Static, Type } from 'typebox'
import { Note } from './messages.ts'
import { Cost, Nullable, Revision, WireKey } from './primitives.ts'
import type { StreamError, StreamWaiting } from './stream.ts'

export const NamesQuery = Type.Object({
  q: Type.String({ minLength: 1, maxLength: 253, description: 'part of a name; capital and small letters are the same' }),
  in: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 512,
      description: 'look through this one directory whole, however large: its path below the Kubernetes prefix, as `pods`',
    }),
  ),
})

export const NamesHead = Type.Object({
  type: Type.Literal('head'),
  /** Null where there is no v3 keyspace. */
  revision: Nullable(Revision),
})

/** A key whose name contains the text. A v2 directory ends in `/`. */
export const FoundName = Type.Object({ ...WireKey, namespace: Type.String(), name: Type.String() })
export type FoundName = Static<typeof FoundName>

/** The matches in one place; a later line about the same place replaces it. */
export const NamesFound = Type.Object({
  type: Type.Literal('found'),
  /** `registry` is a directory of objects, `outside` every other key of the v3 keyspace, or all keys if the registry may not be listed. */
  place: Type.Union([Type.Literal('registry'), Type.Literal('outside'), Type.Literal('v2')]),
  path: Type.String({ description: 'the directory below the Kubernetes prefix; empty for the other places' }),
  kind: Type.String({ description: 'empty where nothing says it' }),
  names: Type.Array(FoundName, { description: 'the best of them: the name itself, then what begins so, then what holds it' }),
  count: Type.Integer({ description: 'how many were found there so far' }),
})
export type NamesFound = Static<typeof NamesFound>

/** How far the search is. */
export const NamesProgress = Type.Object({
  type: Type.Literal('progress'),
  searched: Type.Integer({ description: 'keys looked at so far' }),
})

/** A place that was not searched completely, because it is large. */
export const NamesSkipped = Type.Object({
  place: Type.Union([Type.Literal('registry'), Type.Literal('outside'), Type.Literal('v2')]),
  path: Type.String(),
  kind: Type.String(),
  /** Its number of keys, if known. */
  keys: Nullable(Type.Integer()),
  /** Whether names that begin with the text were still searched, in every namespace. */
  beginnings: Type.Boolean(),
})
export type NamesSkipped = Static<typeof NamesSkipped>

export const NamesEnd = Type.Object({
  type: Type.Literal('end'),
  searched: Type.Integer({ description: 'keys looked at' }),
  directories: Type.Integer({ description: 'directories of objects that were looked through whole' }),
  skipped: Type.Array(NamesSkipped),
  /** What could not be read, and why. */
  failed: Type.Array(Note),
  cost: Cost,
})

export type NamesLine =
  | StreamWaiting
  | Static<typeof NamesHead>
  | NamesFound
  | Static<typeof NamesProgress>
  | Static<typeof NamesEnd>
  | StreamError
