// Events about flannel's changes, as server-sent events.
import { type Static, Type } from 'typebox'
import { FlannelCompared, FlannelFinding, FlannelKeyRef, FlannelLease, FlannelNotice, FlannelPlan, FlannelText } from './flannel.ts'
import { ErrorMessage } from './messages.ts'
import { Instant, Nullable } from './primitives.ts'

/** One line of the log of changes. */
export const FlannelChange = Type.Object({
  /** Increases while the cluster is watched. */
  id: Type.Integer(),
  /** When Registree received it. */
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
  /** The subnet, or the key if it is not one. */
  subject: Type.String(),
  holder: Nullable(Type.String({ description: 'name of the Node, or the PublicIP' })),
  /** The difference, without secrets. */
  detail: Nullable(FlannelText),
  source: FlannelKeyRef,
})
export type FlannelChange = Static<typeof FlannelChange>

/** Whether changes are being followed; since when, and if not, why. */
export const FlannelTouch = Type.Object({
  following: Type.Boolean(),
  since: Instant,
  reason: Nullable(Type.String({ description: 'English text' })),
  sentences: Type.Array(ErrorMessage, { description: 'the reason as codes' }),
})
export type FlannelTouch = Static<typeof FlannelTouch>

export const FlannelNews = Type.Object({
  /** The page's position in the stream after applying this. */
  token: Type.String(),
  touch: Type.Optional(FlannelTouch),
  log: Type.Optional(Type.Array(FlannelChange)),
  /** Current leases, and the keys of those that are gone. */
  leases: Type.Optional(
    Type.Array(Type.Object({ network: Type.String(), set: Type.Array(FlannelLease), removed: Type.Array(Type.String()) })),
  ),
  /** The resulting numbers and findings. */
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
  /** The networks themselves changed, or more than this event contains: read the page again. */
  reload: Type.Optional(Type.Literal(true)),
})
export type FlannelNews = Static<typeof FlannelNews>
