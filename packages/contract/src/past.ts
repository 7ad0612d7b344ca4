// What was written in the kept window: how far back the writes are known, and the keys that were deleted.
import { type Static, Type } from 'typebox'
import { RevisionTime } from './history.ts'
import { ProblemMessage, StateMessage } from './messages.ts'
import { Cost, Instant, MessageParams, Nullable, Revision, WireKey } from './primitives.ts'

/** Megabytes of writes that a live etcd is made to read without a person's word. */
export const PAST_MEGABYTES = 64
/** The most that a person may ask for. */
export const MOST_PAST_MEGABYTES = 4096

/**
 * Why no earlier writes are known.
 * - `first`: there are none
 * - `compacted`: etcd was compacted at `compacted`
 * - `enough`: nobody has asked for more yet
 * - `budget`: reading more takes a person's word
 * - `most`: Registree keeps no more writes than these
 */
export const PAST_ENDS = ['first', 'compacted', 'enough', 'budget', 'most'] as const
export type PastEnd = (typeof PAST_ENDS)[number]

/** Every write from `oldest` to `revision` is known. */
export const PastWindow = Type.Object({
  revision: Revision,
  oldest: Revision,
  /** When `oldest` was written. */
  since: Nullable(RevisionTime),
  end: Type.Unsafe<PastEnd>({ type: 'string', enum: [...PAST_ENDS] }),
  compacted: Nullable(Revision),
  writes: Type.Integer({ description: 'writes that are known' }),
  bytes: Nullable(Type.Integer({ description: 'bytes of keys and values that etcd read to tell them; null for a file' })),
  /** What it would take to know all that is kept; null where all is known. Estimated from the writes that are known. */
  more: Nullable(
    Type.Object({
      revisions: Revision,
      bytes: Type.Integer(),
      budget: Type.Integer({ description: 'the `budget` that reaches all of it, in megabytes; bounded' }),
    }),
  ),
  /** Revisions of which some writes may be missing, because etcd did not say that it told all of them; null where none can be. */
  unproven: Nullable(Type.Object({ from: Revision, to: Revision })),
})
export type PastWindow = Static<typeof PastWindow>

/** How far a live etcd has been read back. */
export const PastProgress = Type.Object({
  type: Type.Literal('progress'),
  oldest: Revision,
  writes: Type.Integer(),
  bytes: Type.Integer(),
})
export type PastProgress = Static<typeof PastProgress>

/**
 * What the store tells of a deletion.
 * - `lease`: the key was attached to the lease `lease`, which expired or was revoked
 * - `namespace`: its namespace was being deleted or gone
 * - `owner-gone`, `owner-replaced`, `owner-deleting`: the owner was gone, was another object of the same name, or was being deleted
 * - `owner-there`: the owner was still there, so its controller or somebody else deleted the object
 * - `disruption`: a condition or its status says why the pod had to go
 * - `graceful`: the deletion was requested at `requested`, with `seconds` to end
 * - `finalizers`: it waited for these finalizers
 * - `no-grace`: nothing in its last value says that a deletion was requested before
 */
export const DELETION_CAUSES = [
  'lease',
  'namespace',
  'owner-gone',
  'owner-replaced',
  'owner-deleting',
  'owner-there',
  'disruption',
  'graceful',
  'finalizers',
  'no-grace',
] as const
export type DeletionCauseCode = (typeof DELETION_CAUSES)[number]

export const DeletionCause = Type.Object({
  code: Type.Unsafe<DeletionCauseCode>({ type: 'string', enum: [...DELETION_CAUSES] }),
  params: MessageParams,
  /** The key of the owner or namespace that is named, and a revision at which it can be read; absent where there is none. */
  at: Type.Optional(Type.Object({ ...WireKey, rev: Revision })),
})
export type DeletionCause = Static<typeof DeletionCause>

export const DeletedEntry = Type.Object({
  ...WireKey,
  revision: Revision,
  time: Nullable(RevisionTime),
  path: Type.String({ description: 'the directory of the resource; empty for what is no Kubernetes object' }),
  kind: Type.String(),
  apiVersion: Type.String(),
  namespace: Nullable(Type.String()),
  name: Type.String(),
  /** Of the last value; rounded up to a multiple of 64 where something in it is masked. */
  size: Nullable(Type.Integer()),
  rounded: Type.Boolean(),
  created: Nullable(Instant),
  /** Where the last value can be read; null where it is not kept. */
  last: Nullable(Revision),
  causes: Type.Array(DeletionCause),
  /** The key is there again, since this revision. */
  again: Nullable(Revision),
  problem: Nullable(Type.String({ description: 'why the last value could not be read' })),
  sentences: Type.Optional(Type.Array(ProblemMessage, { description: 'the problem as codes' })),
})
export type DeletedEntry = Static<typeof DeletedEntry>

export const DeletedQuery = Type.Object({
  path: Type.Optional(Type.String({ description: 'the directory of one resource: `pods`, `services/specs`' })),
  namespace: Type.Optional(Type.String()),
  q: Type.Optional(Type.String({ maxLength: 200, description: 'words that the key must contain' })),
  routine: Type.Optional(Type.Literal('1', { description: 'Events and leases too' })),
  before: Type.Optional(
    Type.String({ pattern: '^[0-9]{1,19}\\.[0-9]{1,9}$', description: 'the `next` of the page before; its revisions are not newer' }),
  ),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200, default: 50 })),
  budget: Type.Optional(
    Type.Integer({
      minimum: 1,
      maximum: MOST_PAST_MEGABYTES,
      default: PAST_MEGABYTES,
      description: 'megabytes of writes that a live etcd may be made to read at a time',
    }),
  ),
})
export type DeletedQuery = Static<typeof DeletedQuery>

/** How many deletions a resource or namespace has among those that are known. */
const Tally = Type.Object({ name: Type.String(), deletions: Type.Integer() })

export const DeletedPage = Type.Object({
  type: Type.Literal('deleted'),
  window: PastWindow,
  entries: Type.Array(DeletedEntry, { description: 'newest first' }),
  /** The `before` of the next page; null at the end of what is known and may be read. */
  next: Nullable(Type.String()),
  /** Deletions that are known and match, and those of routine kinds that were left out. */
  matched: Type.Integer(),
  routine: Type.Integer(),
  paths: Type.Array(Tally),
  namespaces: Type.Array(Tally),
  cost: Cost,
})
export type DeletedPage = Static<typeof DeletedPage>

export type DeletedLine = PastProgress | DeletedPage

export const TimelineQuery = Type.Object({
  writes: Type.Optional(
    Type.Integer({
      minimum: 1,
      maximum: 1_000_000,
      default: 20_000,
      description: 'a live etcd is read back until so many writes are known',
    }),
  ),
  budget: DeletedQuery.properties.budget,
})
export type TimelineQuery = Static<typeof TimelineQuery>

/** What the page asks for first: of a live etcd a few writes, so that there is a picture soon. */
export const FIRST_TIMELINE = { writes: 2000, budget: PAST_MEGABYTES }

export const MatchingQuery = Type.Object({
  field: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 300,
      description: 'the field that a write changed: `spec.replicas`, `spec.containers[web].image`',
    }),
  ),
  by: Type.Optional(Type.String({ minLength: 1, maxLength: 200, description: 'a part of the name of the manager that wrote it' })),
  path: DeletedQuery.properties.path,
  namespace: DeletedQuery.properties.namespace,
  routine: DeletedQuery.properties.routine,
  writes: TimelineQuery.properties.writes,
  budget: DeletedQuery.properties.budget,
})
export type MatchingQuery = Static<typeof MatchingQuery>

/** The writes of one key that match. */
export const MatchingWrites = Type.Object({ type: Type.Literal('matching'), ...WireKey, revisions: Type.Array(Revision) })
export type MatchingWrites = Static<typeof MatchingWrites>

export const MatchingEnd = Type.Object({
  type: Type.Literal('end'),
  compared: Type.Integer({ description: 'values that were compared' }),
  left: Type.Integer({ description: 'writes that were not, because they are too many' }),
  cost: Cost,
})
export type MatchingEnd = Static<typeof MatchingEnd>

export type MatchingLine = PastProgress | MatchingWrites | MatchingEnd

export const TimelineHead = Type.Object({ type: Type.Literal('head'), window: PastWindow })
export type TimelineHead = Static<typeof TimelineHead>

/** A key that was written, or that owns one. */
export const TimelineObject = Type.Object({
  ...WireKey,
  path: Type.String({ description: 'the directory of the resource; empty for what is no Kubernetes object' }),
  namespace: Nullable(Type.String()),
  name: Type.String(),
})
export type TimelineObject = Static<typeof TimelineObject>

/** Objects are known by their place in all of these lines, from 0. */
export const TimelineObjects = Type.Object({ type: Type.Literal('objects'), objects: Type.Array(TimelineObject) })
export type TimelineObjects = Static<typeof TimelineObjects>

/** Writes in columns, oldest first. The revision of each is `from` and the sum of the steps up to its own. */
export const TimelineWrites = Type.Object({
  type: Type.Literal('writes'),
  from: Revision,
  step: Type.Array(Type.Integer()),
  object: Type.Array(Type.Integer()),
  action: Type.String({ description: 'a letter for each: `c` created, `u` updated, `d` deleted' }),
})
export type TimelineWrites = Static<typeof TimelineWrites>

/** Times of some revisions, oldest first; what lies between two is between their times. `at` is in milliseconds after `base`. */
export const TimelineTimes = Type.Object({
  type: Type.Literal('times'),
  base: Instant,
  from: Revision,
  step: Type.Array(Type.Integer()),
  at: Type.Array(Type.Integer()),
})
export type TimelineTimes = Static<typeof TimelineTimes>

/**
 * The writes counted by time and resource, before they are told one by one: of many writes, a first picture of the bars. By keys alone, in equal
 * parts of the time, as far as it is known then.
 */
export const TimelineBars = Type.Object({
  type: Type.Literal('bars'),
  from: Instant,
  to: Instant,
  bars: Type.Array(
    Type.Object({
      path: TimelineObject.properties.path,
      routine: Type.Boolean({ description: 'written all the time; of nodes, which of their writes are heartbeats is known later' }),
      writes: Type.Array(Type.Integer(), { description: 'in each part of the time' }),
    }),
  ),
})
export type TimelineBars = Static<typeof TimelineBars>

export const TIMELINE_TONES = ['ok', 'warning', 'error', 'muted', 'progress'] as const

const TimelineState = Type.Object({
  object: Type.Integer(),
  revision: Revision,
  state: Type.String({ description: 'in words: `Running`, `NotReady`, `2/5`, or English text' }),
  sentences: Type.Optional(
    Type.Array(StateMessage, { description: 'the state as codes, where it is not a word of kubectl’s table alone' }),
  ),
  tone: Type.Unsafe<(typeof TIMELINE_TONES)[number]>({ type: 'string', enum: [...TIMELINE_TONES] }),
})

/** What the values tell: first of the newest value of each object, then of all in the order of revisions. Kinds and owners of objects, and how some of them were from a revision on. */
export const TimelineDetails = Type.Object({
  type: Type.Literal('details'),
  objects: Type.Array(
    Type.Object({
      object: Type.Integer(),
      kind: Type.String(),
      owner: Nullable(Type.Integer()),
      routine: Type.Boolean({ description: 'what leads a leader election' }),
    }),
  ),
  states: Type.Array(TimelineState),
  /** How objects are at their newest revisions; `states` tell it again, in order. */
  newest: Type.Array(TimelineState),
  /** Up to this revision `states` and `heartbeats` are complete; null before they are told. */
  upTo: Nullable(Revision),
  /** Updates that changed nothing but heartbeats. */
  heartbeats: Type.Array(Type.Object({ object: Type.Integer(), revision: Revision })),
})
export type TimelineDetails = Static<typeof TimelineDetails>

export const TimelineEnd = Type.Object({
  type: Type.Literal('end'),
  opened: Type.Integer({ description: 'values that were opened for the details' }),
  left: Type.Integer({ description: 'values that were not, because they are too many or too large' }),
  cost: Cost,
})
export type TimelineEnd = Static<typeof TimelineEnd>

export type TimelineLine =
  | PastProgress
  | TimelineBars
  | TimelineHead
  | TimelineObjects
  | TimelineWrites
  | TimelineTimes
  | TimelineDetails
  | TimelineEnd
