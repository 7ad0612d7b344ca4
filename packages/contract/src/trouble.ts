// What is wrong at a first glance, read from nodes, their leases, namespaces and pods; where there are many pods, these come as a stream.
import { type Static, Type } from 'typebox'
import { Tone } from './decoded.ts'
import { Finding } from './findings.ts'
import { ContainerMessage } from './messages.ts'
import { Cost, Instant, Nullable, Revision, WireKey } from './primitives.ts'

/** Pods of one owner in the same trouble; the key is that of the first. */
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
  says: Type.String({ description: 'why, as far as the pod tells, in English; may be empty' }),
  sentences: Type.Array(ContainerMessage, { description: 'the same as codes' }),
})
export type PodGroup = Static<typeof PodGroup>

export const TroubleAnswer = Type.Object({
  revision: Revision,
  asOf: Nullable(Instant),
  /** What ages are relative to; null where nothing tells it, and no age is known. */
  now: Nullable(Instant),
  unread: Type.Integer({ description: 'values that were looked at and could not be read: nothing is known of them' }),
  /** Why, in numbers that add up to `unread`. */
  unreadAs: Type.Object({
    encrypted: Type.Integer({ description: 'no key for them was given' }),
    undecrypted: Type.Integer({ description: 'encrypted, and the key that was given does not open them' }),
    damaged: Type.Integer(),
    tooLarge: Type.Integer({ description: 'beyond what Registree reads of one value' }),
    unknownKind: Type.Integer({ description: 'of a kind that Registree does not know' }),
  }),
  nodes: Type.Object({
    total: Type.Integer(),
    /** The most telling ones; `count` is all of them. */
    count: Type.Integer(),
    silent: Type.Array(
      Type.Intersect([Finding, Type.Object({ pods: Nullable(Type.Integer({ description: 'pods that are bound to it' })) })]),
    ),
  }),
  deletions: Type.Object({
    count: Type.Integer(),
    /** Those that something else holds than the kubelet of a node: the first of the list. */
    held: Type.Integer(),
    listed: Type.Array(Finding),
  }),
  pods: Type.Object({
    total: Type.Integer(),
    /** Whether they were read; else only `total` is known. */
    read: Type.Boolean(),
    /** Where they were not: whether they are few enough for a page to have them read without being asked to. */
    background: Type.Boolean(),
    well: Type.Integer(),
    failed: Type.Integer(),
    notReady: Type.Integer(),
    restarting: Type.Integer(),
    terminating: Type.Integer(),
    pending: Type.Integer(),
    groups: Type.Array(PodGroup),
    /** Groups that are not listed. */
    more: Type.Integer(),
  }),
  cost: Cost,
})
export type TroubleAnswer = Static<typeof TroubleAnswer>

/** A line of the stream that reads the pods as well: how far it is. The last line is the whole answer. */
export const PodTroubleProgress = Type.Object({
  type: Type.Literal('progress'),
  read: Type.Integer({ description: 'pods read so far' }),
  total: Type.Integer(),
})
export const PodTroubleAnswer = Type.Object({ type: Type.Literal('trouble'), trouble: TroubleAnswer })
export type PodTroubleLine = Static<typeof PodTroubleProgress> | Static<typeof PodTroubleAnswer>
