// Namespaces: which exist, their content by resource, and why one is stuck in deletion.
import { type Static, Type } from 'typebox'
import { Cost, Instant, Nullable, Revision, WireKey } from './primitives.ts'

/** A finalizer, with who should remove it. */
export const FinalizerInWords = Type.Object({ name: Type.String(), means: Type.String() })

export const NamespaceEntry = Type.Object({
  ...WireKey,
  name: Type.String(),
  phase: Type.String({ description: '`Active`, `Terminating`; empty when it is not stored' }),
  created: Nullable(Instant),
  /** Null unless it is being deleted. */
  deletion: Nullable(
    Type.Object({
      since: Nullable(Instant),
      finalizers: Type.Array(FinalizerInWords),
      /** What the namespace controller reports about it, in its own words. */
      conditions: Type.Array(Type.Object({ type: Type.String(), message: Type.String(), holds: Type.Boolean() })),
    }),
  ),
  /** Why the value could not be read. */
  problem: Type.Optional(Type.String()),
})
export type NamespaceEntry = Static<typeof NamespaceEntry>

const When = { revision: Revision, asOf: Nullable(Instant), now: Nullable(Instant), prefix: Type.String() }

export const NamespacesQuery = Type.Object({ rev: Type.Optional(Revision) })
export const NamespacesAnswer = Type.Object({ ...When, namespaces: Type.Array(NamespaceEntry), cost: Cost })
export type NamespacesAnswer = Static<typeof NamespacesAnswer>

export const NamespaceCountsQuery = Type.Object({
  rev: Type.Optional(Revision),
  all: Type.Optional(Type.Literal('1', { description: 'read every key, however many: a large live cluster is asked about first' })),
})

/** First line: `ask` if nothing was read because the cluster is large and live. */
export const NamespaceCountsHead = Type.Object({
  type: Type.Literal('head'),
  revision: Revision,
  total: Nullable(Type.Integer({ description: 'keys that will be read; null when nobody counted them' })),
  ask: Type.Boolean(),
})
/** One line per directory: its number of keys in each namespace. */
export const NamespaceCounts = Type.Object({
  type: Type.Literal('counts'),
  path: Type.String(),
  kind: Type.String(),
  resource: Type.String(),
  counts: Type.Array(Type.Object({ namespace: Type.String(), objects: Type.Integer() })),
  read: Type.Integer({ description: 'keys read so far, of all directories' }),
})
export type NamespaceCounts = Static<typeof NamespaceCounts>
export const NamespaceCountsEnd = Type.Object({ type: Type.Literal('end'), read: Type.Integer(), milliseconds: Type.Integer(), cost: Cost })
export type NamespaceCountsLine = Static<typeof NamespaceCountsHead> | NamespaceCounts | Static<typeof NamespaceCountsEnd>

/** An object that blocks a namespace's deletion. */
export const RemainingObject = Type.Object({
  ...WireKey,
  path: Type.String(),
  kind: Type.String(),
  name: Type.String(),
  finalizers: Type.Array(FinalizerInWords),
  /** When its own deletion was requested; null if it was not. */
  deletedSince: Nullable(Instant),
  problem: Type.Optional(Type.String()),
})
export type RemainingObject = Static<typeof RemainingObject>

export const NamespaceAnswer = Type.Object({
  ...When,
  name: Type.String(),
  /** Null if there is no Namespace object with that name. */
  namespace: Nullable(NamespaceEntry),
  /** Directories with objects in it, largest first. */
  resources: Type.Array(
    Type.Object({ path: Type.String(), kind: Type.String(), resource: Type.String(), icon: Type.String(), objects: Type.Integer() }),
  ),
  objects: Type.Integer(),
  /** While it is being deleted: what is left in it, blocked objects first; otherwise null. */
  remaining: Nullable(Type.Object({ read: Type.Integer(), held: Type.Integer(), listed: Type.Array(RemainingObject) })),
  cost: Cost,
})
export type NamespaceAnswer = Static<typeof NamespaceAnswer>
