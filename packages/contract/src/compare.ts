// The comparison of two keyspaces, key by key: two clusters, two backups, or one of them at two revisions.
import { type Static, Type } from 'typebox'
import { ChangeSummary, RevisionTime } from './history.ts'
import { Cost, Nullable, Revision, WireKey } from './primitives.ts'
import type { StreamError, StreamWaiting } from './stream.ts'

/** The left side is the cluster in the path; changes are told from left to right. */
export const CompareQuery = Type.Object({
  with: Type.String({ minLength: 1, description: 'the cluster on the right' }),
  rev: Type.Optional(Revision),
  withRev: Type.Optional(Revision),
  path: Type.Optional(Type.String({ minLength: 1, description: 'only this resource, by its directory: `pods`, `services/specs`' })),
  namespace: Type.Optional(Type.String({ minLength: 1, description: 'only this namespace' })),
  withNamespace: Type.Optional(
    Type.String({ minLength: 1, description: 'the namespace on the right, with `namespace`; by default the same' }),
  ),
  all: Type.Optional(
    Type.Literal('1', { description: 'all keys, not only Kubernetes objects; within `path` or `namespace` it changes nothing' }),
  ),
  member: Type.Optional(
    Type.String({ description: 'read the left side from this endpoint alone; between members of one etcd every value is compared' }),
  ),
  withMember: Type.Optional(Type.String({ description: 'the same for the right side' })),
  noise: Type.Optional(Type.Literal('1', { description: 'list also what changes all the time: see `noise` of an entry' })),
  every: Type.Optional(
    Type.Literal('1', { description: 'compare every value, also where equal revisions of one history say that it is the same' }),
  ),
})
export type CompareQuery = Static<typeof CompareQuery>

/** The same of the v2 keyspace. Revisions in the answer are v2 indices, and resources are directories. */
export const CompareV2Query = Type.Object({
  with: Type.String({ minLength: 1, description: 'the cluster on the right' }),
  at: Type.Optional(Type.String({ pattern: '^\\d{1,20}$', description: 'the index of the left side, of a file only; default its newest' })),
  withAt: Type.Optional(Type.String({ pattern: '^\\d{1,20}$', description: 'the same of the right side' })),
  path: Type.Optional(Type.String({ minLength: 1, description: 'only this node and what is below it; default /' })),
  noise: Type.Optional(Type.Literal('1', { description: 'list also nodes that only expire at another time' })),
})
export type CompareV2Query = Static<typeof CompareV2Query>

export const CompareSide = Type.Object({
  cluster: Type.String(),
  origin: Type.String(),
  source: Type.Unsafe<'etcd' | 'file'>({ type: 'string', enum: ['etcd', 'file'] }),
  revision: Revision,
  time: Nullable(RevisionTime),
})
export type CompareSide = Static<typeof CompareSide>

/**
 * Whether both sides are the same Kubernetes cluster, by the uid of its kube-system namespace: `same`, `other`, or `unknown` if it is not on
 * both sides. In another cluster, uids and creation times differ and count as noise.
 */
export const COMPARE_RELATIONS = ['same', 'other', 'unknown'] as const
export type CompareRelation = (typeof COMPARE_RELATIONS)[number]

export const CompareStart = Type.Object({
  type: Type.Literal('start'),
  left: CompareSide,
  right: CompareSide,
  relation: Type.Unsafe<CompareRelation>({ type: 'string', enum: [...COMPARE_RELATIONS] }),
})
export type CompareStart = Static<typeof CompareStart>

/** `undecided`: what is masked, or encrypted without its key, may have changed. */
export const COMPARE_CHANGES = ['added', 'removed', 'changed', 'undecided'] as const
export type CompareChange = (typeof COMPARE_CHANGES)[number]

/** Why a difference is noise. `routine`: a Lease or an Event; `status`: only the status changed; `folded`: only fields that change all the time. */
export const COMPARE_NOISE = ['routine', 'status', 'folded'] as const
export type CompareNoise = (typeof COMPARE_NOISE)[number]

const KeyAt = Type.Object({ ...WireKey, modRevision: Revision })

/** A key that is not equal on both sides. `left` or `right` is null where it is missing. */
export const CompareEntry = Type.Object({
  left: Nullable(KeyAt),
  right: Nullable(KeyAt),
  path: Type.String({ description: 'the directory of the resource; empty for what is no Kubernetes object' }),
  namespace: Nullable(Type.String()),
  name: Type.String(),
  change: Type.Unsafe<CompareChange>({ type: 'string', enum: [...COMPARE_CHANGES] }),
  noise: Nullable(Type.Unsafe<CompareNoise>({ type: 'string', enum: [...COMPARE_NOISE] })),
  summary: Type.Array(ChangeSummary),
})
export type CompareEntry = Static<typeof CompareEntry>

/** Keys of one resource so far. `noise` counts keys with noise alone; the other numbers do not include them. */
export const CompareCounts = Type.Object({
  path: Type.String(),
  added: Type.Integer(),
  removed: Type.Integer(),
  changed: Type.Integer(),
  undecided: Type.Integer(),
  noise: Type.Integer(),
  equal: Type.Integer(),
})
export type CompareCounts = Static<typeof CompareCounts>

export const CompareEntries = Type.Object({ type: Type.Literal('entries'), entries: Type.Array(CompareEntry) })
export type CompareEntries = Static<typeof CompareEntries>

/** What has been read so far. Sent again after each batch of keys, and last with `done`. */
export const CompareProgress = Type.Object({
  type: Type.Literal('progress'),
  done: Type.Boolean(),
  keys: Type.Object({ left: Type.Integer(), right: Type.Integer() }),
  values: Type.Integer({ description: 'pairs of values that were read and compared' }),
  /** Up to here both sides have one history, which is proven: a key written at the same revision not after it has the same value. */
  shared: Nullable(Revision),
  counts: Type.Array(CompareCounts, { description: 'the resources that have keys, in the order of their keys' }),
  unlisted: Type.Integer({ description: 'entries that were counted and not sent, because there are too many' }),
  cost: Type.Object({ left: Cost, right: Cost }),
  v2: Type.Optional(
    Type.Object({
      moved: Type.Boolean({ description: 'whether a live keyspace was written while it was read; known at the end' }),
      large: Type.Boolean({ description: 'whether one side has more directories than are read: what is behind them is not compared' }),
    }),
  ),
})
export type CompareProgress = Static<typeof CompareProgress>

/**
 * What each member’s own hash of its keys says (HashKV). `agree` is null if fewer than two can be compared: hashes are over the revisions that a
 * member still keeps, so only those with the same `compactedRevision` can.
 */
export const MemberHashes = Type.Object({
  revision: Revision,
  members: Type.Array(
    Type.Object({
      endpoint: Type.String(),
      hash: Nullable(
        Type.String({ description: 'equal where the members’ hashes are; it is etcd’s own only on a server that reveals Secrets' }),
      ),
      compactedRevision: Revision,
      problem: Nullable(Type.String({ description: 'why the member gave no hash' })),
    }),
  ),
  agree: Nullable(Type.Boolean()),
})
export type MemberHashes = Static<typeof MemberHashes>

export type CompareLine = CompareStart | CompareEntries | CompareProgress | StreamWaiting | StreamError
