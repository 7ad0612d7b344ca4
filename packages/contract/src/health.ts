// Whether etcd answers, its leader, and which history the answers belong to: sent to every page by the event stream.
import { type Static, Type } from 'typebox'
import { Problem } from './errors.ts'
import { FollowQuery } from './live-news.ts'
import { HexId, Instant, Nullable, Revision } from './primitives.ts'
import { Notice } from './status.ts'

/**
 * `connecting`: no answer and no failure yet. `live`: a member answers and has a leader. `no-leader`: a member answers, but its cluster has no
 * leader. `lost`: nothing answers. `mixed`: members of different clusters answer.
 */
export const HEALTH_STATES = ['connecting', 'live', 'no-leader', 'lost', 'mixed'] as const
export type HealthState = (typeof HEALTH_STATES)[number]

export const HealthMember = Type.Object({
  id: Nullable(HexId),
  name: Type.String({ description: 'empty where the member has none, or where it is not known' }),
})
export type HealthMember = Static<typeof HealthMember>

export const Health = Type.Object({
  state: Type.Union(HEALTH_STATES.map((state) => Type.Literal(state))),
  since: Instant,
  /** The server’s clock when this was sent. */
  now: Instant,
  /** When a member last answered. */
  lastAnswer: Nullable(Instant),
  epoch: Type.String({ description: 'as in the header `registree-epoch`: another epoch may be another history of the data' }),
  clusterId: Nullable(HexId),
  /** The newest revision of the answering member, and the index of its v2 keyspace. */
  revision: Nullable(Revision),
  index: Nullable(Revision),
  /** The member that answered last, and its endpoint. */
  member: Nullable(Type.Intersect([HealthMember, Type.Object({ endpoint: Type.String() })])),
  leader: Nullable(HealthMember),
  /** Why nothing answers, or which clusters are mixed. */
  problem: Nullable(Problem),
  /** When etcd was last found to hold another history (restored, replaced), and how that was noticed. */
  replaced: Nullable(Type.Object({ at: Instant, notice: Notice })),
})
export type Health = Omit<Static<typeof Health>, 'state' | 'problem'> & { state: HealthState; problem: Problem | null }

/** The response header with the epoch of an answer. Answers of one epoch belong to one history. */
export const EPOCH_HEADER = 'registree-epoch'

/** Compares two epochs: positive if `a` is later, 0 if they are equal. Epochs of different server processes are ordered by the processes' start. */
export function compareEpochs(a: string, b: string): number {
  const [left, right] = [a, b].map((epoch) => {
    const [process = '', number = ''] = epoch.split('.')
    return [Number.parseInt(process.split('-')[0] ?? '', 36), Number(number), process] as const
  }) as [readonly [number, number, string], readonly [number, number, string]]
  if (left[2] !== right[2]) return left[0] === right[0] ? (left[2] < right[2] ? -1 : 1) : left[0] - right[0]
  return left[1] - right[1]
}

export const EventsQuery = Type.Object({
  flannel: Type.Optional(
    Type.String({ maxLength: 64, description: "also follow flannel's networks, after this token of an answer; empty for none" }),
  ),
  ...FollowQuery,
})
export type EventsQuery = Static<typeof EventsQuery>
