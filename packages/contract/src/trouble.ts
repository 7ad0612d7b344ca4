// Obvious problems, from nodes, their leases, namespaces and pods; if there are many pods, they are sent as a stream.
import { type Static, Type } from 'typebox'
import { Tone } from './decoded.ts'
import { Finding } from './findings.ts'
import { Cost, Instant, Nullable, Revision, WireKey } from './primitives.ts'

/** Pods of one owner in the same trouble; the key is the first pod's. */
export const PodGroup = Type.Object({
  ...WireKey,
  namespace: Type.String(),
  name: Type.String(),
  owner: Type.String({ description: 'kind and name; empty for a pod that nobody owns' }),
  status: Type.String({ description: "kubectl's STATUS" }),
  tone: Tone,
  count: Type.Integer(),
  unheard: Type.Integer({ description: 'how many of them are on nodes that no longer report' }),
  restarts: Type.Integer(),
  says: Type.String({ description: 'why, as far as the pod tells; may be empty' }),
})
export type PodGroup = Static<typeof PodGroup>

export const TroubleAnswer = Type.Object({
  revision: Revision,
  asOf: Nullable(Instant),
  /** What ages are relative to; null if unknown, then no age is known. */
  now: Nullable(Instant),
  unread: Type.Integer({ description: 'values that were looked at and could not be read: nothing is known of them' }),
  /** The reasons, in numbers that add up to `unread`. */
  unreadAs: Type.Object({
    encrypted: Type.Integer({ description: 'no key for them was given' }),
    undecrypted: Type.Integer({ description: 'encrypted, and the key that was given does not open them' }),
    damaged: Type.Integer(),
    tooLarge: Type.Integer({ description: 'beyond what Registree reads of one value' }),
    unknownKind: Type.Integer({ description: 'of a kind that Registree does not know' }),
  }),
  nodes: Type.Object({
    total: Type.Integer(),
    /** The most important ones; `count` is the total. */
    count: Type.Integer(),
    silent: Type.Array(
      Type.Intersect([Finding, Type.Object({ pods: Nullable(Type.Integer({ description: 'pods that are bound to it' })) })]),
    ),
  }),
  deletions: Type.Object({
    count: Type.Integer(),
    /** Those blocked by something other than a node's kubelet: they come first in the list. */
    held: Type.Integer(),
    listed: Type.Array(Finding),
  }),
  pods: Type.Object({
    total: Type.Integer(),
    /** Whether they were read; otherwise only `total` is known. */
    read: Type.Boolean(),
    /** If not read: whether they are few enough to be read in the background. */
    background: Type.Boolean(),
    well: Type.Integer(),
    failed: Type.Integer(),
    notReady: Type.Integer(),
    restarting: Type.Integer(),
    terminating: Type.Integer(),
    pending: Type.Integer(),
    groups: Type.Array(PodGroup),
    /** Number of groups not listed. */
    more: Type.Integer(),
  }),
  cost: Cost,
})
export type TroubleAnswer = Static<typeof TroubleAnswer>

/** A progress line of the stream that reads pods too. The last line is the complete answer. */
export const PodTroubleProgress = Type.Object({
  type: Type.Literal('progress'),
  read: Type.Integer({ description: 'pods read so far' }),
  total: Type.Integer(),
})
export const PodTroubleAnswer = Type.Object({ type: Type.Literal('trouble'), trouble: TroubleAnswer })
export type PodTroubleLine = Static<typeof PodTroubleProgress> | Static<typeof PodTroubleAnswer>
