// What the stream of flannel's changes tells a page, piece by piece, as server-sent events.
import { type Static, Type } from 'typebox'
import { FlannelCompared, FlannelFinding, FlannelKeyRef, FlannelLease, FlannelNotice, FlannelPlan } from './flannel.ts'
import { Instant, Nullable } from './primitives.ts'

/** One line of the log of changes. */
export const FlannelChange = Type.Object({
  /** Counts on while somebody watches the cluster. */
  id: Type.Integer(),
  /** When Registree heard of it. */
  at: Instant,
  network: Type.String({ description: 'id of the network' }),
  kind: Type.Union([
    Type.Literal('added'),
    Type.Literal('renewed'),
    Type.Literal('changed'),
    Type.Literal('expired'),
    Type.Literal('removed'),
    Type.Literal('config'),
  ]),
  /** The subnet, or the key where it is none. */
  subject: Type.String(),
  holder: Nullable(Type.String({ description: 'name of the Node, or the PublicIP' })),
  /** What is different, without a secret. */
  detail: Nullable(Type.String()),
  source: FlannelKeyRef,
})
export type FlannelChange = Static<typeof FlannelChange>

/** Whether changes are being followed; since when, and why not where the connection was lost. */
export const FlannelTouch = Type.Object({
  following: Type.Boolean(),
  since: Instant,
  reason: Nullable(Type.String()),
})
export type FlannelTouch = Static<typeof FlannelTouch>

export const FlannelNews = Type.Object({
  /** The position of the page in the stream after it has applied this. */
  token: Type.String(),
  touch: Type.Optional(FlannelTouch),
  log: Type.Optional(Type.Array(FlannelChange)),
  /** Leases as they are now, and the keys of those that are gone. */
  leases: Type.Optional(
    Type.Array(Type.Object({ network: Type.String(), set: Type.Array(FlannelLease), removed: Type.Array(Type.String()) })),
  ),
  /** What follows from it for the numbers and the findings. */
  verdicts: Type.Optional(
    Type.Object({
      now: Instant,
      compared: FlannelCompared,
      networks: Type.Array(
        Type.Object({
          network: Type.String(),
          plans: Type.Array(FlannelPlan),
          findings: Type.Array(FlannelFinding),
          notices: Type.Array(FlannelNotice),
        }),
      ),
    }),
  ),
  /** The networks themselves have changed, or more than is told here: read the page again. */
  reload: Type.Optional(Type.Literal(true)),
})
export type FlannelNews = Static<typeof FlannelNews>
