// The history of a v3 key: its kept revisions, the difference between two, and when a revision was written.
import { type Static, Type } from 'typebox'
import { CHANGE_CODES, messageOf } from './messages.ts'
import { Cost, HexId, Instant, Nullable, Revision, WireKey } from './primitives.ts'

/** One of some words. */
const OneOf = <Word extends string>(words: readonly Word[], description?: string) =>
  Type.Unsafe<Word>({ type: 'string', enum: [...words], ...(description === undefined ? {} : { description }) })

/**
 * The evidence for a limit of a revision's time.
 * - `created`: the creation time of an object
 * - `lease`: when a lease or a leader election was renewed
 * - `event`: when an Event was first or last seen
 * - `condition`, `managed-fields`, `deletion`: the newest time in an object's conditions or managed fields, or of its deletion
 * - `seen`: when Registree saw the revision
 */
export const EVIDENCE_KINDS = ['created', 'lease', 'event', 'condition', 'managed-fields', 'deletion', 'seen'] as const
export type EvidenceKind = (typeof EVIDENCE_KINDS)[number]

export const TimeEvidence = Type.Object({
  kind: OneOf(EVIDENCE_KINDS),
  source: Type.String({ description: 'whose clock it was: `api-server`, `host/<name>`, `writer/<name>`, `registree`' }),
  revision: Revision,
  instant: Instant,
  offsetMs: Type.Number({ description: 'milliseconds that this clock was ahead; they are subtracted already' }),
  due: Type.Boolean({ description: 'the bound is when the lease should have been renewed again' }),
})
export type TimeEvidence = Static<typeof TimeEvidence>

/** When a revision was written: not before `notBefore`, not after `notAfter`, and most likely at `best`. */
export const RevisionTime = Type.Object({
  notBefore: Nullable(Instant),
  notAfter: Nullable(Instant),
  best: Instant,
  before: Nullable(TimeEvidence),
  after: Nullable(TimeEvidence),
})
export type RevisionTime = Static<typeof RevisionTime>

/** One part of a revision's change line: a code and its parameters. */
export const ChangeSummary = messageOf(CHANGE_CODES)
export type ChangeSummary = Static<typeof ChangeSummary>

export const HISTORY_ACTIONS = ['created', 'updated', 'deleted', 'recreated'] as const
export type HistoryAction = (typeof HISTORY_ACTIONS)[number]

/** The evidence for the writer of a revision; see `revisionWriter` in packages/kube. */
export const WRITER_EVIDENCE = ['entry-changed', 'covers-changes', 'newest', 'unknown'] as const
export type WriterEvidence = (typeof WRITER_EVIDENCE)[number]

export const RevisionWriter = Type.Object({
  manager: Type.String(),
  operation: Type.String({ description: '`Apply` or `Update`' }),
  subresource: Type.String({ description: '`status`, `scale`; empty for the object itself' }),
})
export type RevisionWriter = Static<typeof RevisionWriter>

/** One kept revision of a key. A deletion has no version, size, lease or writer. */
export const HistoryEntry = Type.Object({
  revision: Revision,
  action: OneOf(HISTORY_ACTIONS),
  time: Nullable(RevisionTime),
  version: Nullable(Revision),
  size: Nullable(Type.Integer({ description: 'bytes of the value; rounded up to a multiple of 64 where something in it is masked' })),
  rounded: Type.Boolean({ description: 'whether `size` is rounded' }),
  lease: Nullable(HexId),
  writers: Type.Array(RevisionWriter),
  writersBy: OneOf(WRITER_EVIDENCE),
  changes: Nullable(Type.Array(ChangeSummary, { description: 'null where the state before is not kept' })),
  readAt: Revision,
  /** Where the previous state can be read; null if it cannot. */
  before: Nullable(Revision),
})
export type HistoryEntry = Static<typeof HistoryEntry>

/**
 * The end of the history. `compacted`: earlier revisions are gone. `first`: there was nothing before. `searched`: the key did not exist at any of the
 * `reads` revisions that could be read; a life of fewer than `gap` revisions may have been missed.
 */
export const HistoryEdge = Type.Object({
  kind: OneOf(['compacted', 'first', 'searched'] as const),
  revision: Revision,
  time: Nullable(RevisionTime),
  reads: Type.Integer(),
  gap: Revision,
})
export type HistoryEdge = Static<typeof HistoryEdge>

export const HistoryQuery = Type.Object({
  ...WireKey,
  before: Type.Optional(Revision),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200, default: 50 })),
})
export type HistoryQuery = Static<typeof HistoryQuery>

export const HistoryAnswer = Type.Object({
  ...WireKey,
  revision: Revision,
  present: Type.Boolean({ description: 'whether the key is there at `revision`' }),
  entries: Type.Array(HistoryEntry, { description: 'newest first' }),
  /** The `before` of the next page; null at the end. */
  next: Nullable(Revision),
  total: Nullable(Type.Integer({ description: 'kept revisions of the key, where the source knows without reading them' })),
  edge: Nullable(HistoryEdge),
  hidden: OneOf(['none', 'possible'] as const, 'possible: lives of the key between two revisions that were looked at may be missing'),
  timesRead: Type.Boolean({
    description: 'false if some of what tells the times could not be read: they may be unknown or vague for that',
  }),
  cost: Cost,
})
export type HistoryAnswer = Static<typeof HistoryAnswer>

export const DiffQuery = Type.Object({
  ...WireKey,
  from: Revision,
  to: Revision,
  with: Type.Optional(Type.String({ description: 'the cluster that `to` is a revision of, if it is another one' })),
  member: Type.Optional(Type.String({ description: 'read `from` at this endpoint alone' })),
  withMember: Type.Optional(Type.String({ description: 'the same for `to`; only with `with`' })),
  withKey: Type.Optional(Type.String({ description: 'the key there, if it is another one' })),
  withKey64: Type.Optional(Type.String({ pattern: '^[A-Za-z0-9_-]*$', description: 'the same as base64url' })),
  apply: Type.Optional(
    Type.Literal('1', {
      description: 'compare what applying the second would change in the first: both without what belongs to one cluster only',
    }),
  ),
})
export type DiffQuery = Static<typeof DiffQuery>

/** One side of a comparison: the key at a revision. */
export const DiffSide = Type.Object({
  revision: Revision,
  /** When the state at `revision` was written; null if the key did not exist. */
  modRevision: Nullable(Revision),
  version: Nullable(Revision),
  time: Nullable(RevisionTime),
  size: Nullable(Type.Integer({ description: 'bytes of the value; rounded up to a multiple of 64 where something in it is masked' })),
  rounded: Type.Boolean(),
})
export type DiffSide = Static<typeof DiffSide>

/** A value in a comparison: scalars unchanged, everything else as YAML. */
export const DiffText = Type.Object({
  text: Type.String(),
  cut: Type.Integer({ description: 'characters that were left out at the end' }),
})
export type DiffText = Static<typeof DiffText>

/** The method of comparison; see `ComparedBy` in packages/kube. `limit`: one value is too large to compare. */
export const COMPARED_BY = ['fields', 'text', 'ciphertext', 'bytes', 'form', 'presence', 'limit'] as const
export type ComparedBy = (typeof COMPARED_BY)[number]

/** Why a change is noise; see `NoiseReason` in packages/kube. */
export const NOISE_REASONS = [
  'managed-fields',
  'resource-version',
  'last-applied',
  'generation',
  'heartbeat',
  'probe-time',
  'renew-time',
  'trigger-time',
  'order',
  'same-amount',
  'null',
  'kept',
  'undecided',
] as const
export type NoiseReason = (typeof NOISE_REASONS)[number]

export const DiffChange = Type.Object({
  group: Type.String({ description: 'the path of the object or list that has the field: `spec.containers[web]`; empty at the top' }),
  name: Type.String({ description: 'the last step of the path: `image`, `[web]`' }),
  kind: OneOf(['added', 'removed', 'changed', 'moved'] as const),
  left: Nullable(DiffText),
  right: Nullable(DiffText),
  noise: Nullable(OneOf(NOISE_REASONS)),
  masked: Nullable(OneOf(['different', 'length-differs', 'undecided'] as const)),
  whole: Type.Boolean({ description: 'compared as a whole, because it is nested too deep or there is too much of it' }),
  managers: Type.Array(Type.String(), { description: 'who owns the field, by metadata.managedFields' }),
})
export type DiffChange = Static<typeof DiffChange>

/** Bytes `[from, to)` of each side that differ, the first of them in hex. */
export const DiffBytes = Type.Object({
  left: Type.Object({ from: Type.Integer(), to: Type.Integer(), hex: Type.String() }),
  right: Type.Object({ from: Type.Integer(), to: Type.Integer(), hex: Type.String() }),
})
export type DiffBytes = Static<typeof DiffBytes>

export const DiffAnswer = Type.Object({
  ...WireKey,
  from: DiffSide,
  to: DiffSide,
  by: OneOf(COMPARED_BY),
  changes: Type.Array(DiffChange),
  more: Type.Integer({ description: 'changes that were left out because there are too many' }),
  counts: Type.Object({
    added: Type.Integer(),
    removed: Type.Integer(),
    changed: Type.Integer(),
    moved: Type.Integer(),
    noise: Type.Integer(),
  }),
  undecided: Type.Array(Type.String(), { description: 'paths of masked values that may have changed' }),
  limited: Type.Boolean({ description: 'whether part of it was compared as a whole' }),
  unknownFields: OneOf(['same', 'different', 'undecided'] as const, 'of protobuf fields that the schema does not know'),
  /** For encrypted values: whether both have the same provider and key. */
  sameEncryptionKey: Nullable(Type.Boolean()),
  bytes: Type.Array(DiffBytes),
  /** The text form that both sides have; null if there is none. */
  textForm: Nullable(OneOf(['yaml', 'text'] as const)),
  cost: Cost,
})
export type DiffAnswer = Static<typeof DiffAnswer>

export const ClockQuery = Type.Object({
  rev: Type.Optional(Revision),
  at: Type.Optional(
    Type.String({ minLength: 1, maxLength: 100, description: 'an instant as a person types it: `10 minutes ago`, `03:41`, RFC 3339' }),
  ),
  zone: Type.Optional(Type.Integer({ minimum: -900, maximum: 900, description: 'minutes east of UTC, for times that name no zone' })),
})
export type ClockQuery = Static<typeof ClockQuery>

/** Why a typed time was not understood or cannot be answered; `reason` of a BAD_REQUEST. */
export const CLOCK_PROBLEMS = ['not-a-time', 'no-such-time', 'no-times', 'times-unread'] as const
export type ClockProblem = (typeof CLOCK_PROBLEMS)[number]

export const ClockAnswer = Type.Object({
  revision: Revision,
  time: Nullable(RevisionTime),
  /** The typed time; null if a revision was requested. */
  asked: Nullable(Instant),
  position: OneOf(
    ['asked', 'before-kept', 'within', 'newest'] as const,
    'asked: the revision was asked for. before-kept: the instant is before the oldest kept revision. newest: it is not before the newest one',
  ),
  timesRead: Type.Boolean({ description: 'false if some of what tells the time could not be read: it may be unknown or vague for that' }),
  cost: Cost,
})
export type ClockAnswer = Static<typeof ClockAnswer>
