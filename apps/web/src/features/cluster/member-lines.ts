// The lines of the table of members, and what an endpoint that does not answer tells about its member.
import type { StatusAnswer } from '@registree/contract'

type Member = StatusAnswer['members'][number]
type Endpoint = NonNullable<StatusAnswer['etcd']>['endpoints'][number]

/**
 * What is known where an endpoint does not answer: `runs`: the others have this member as their leader, so only the address is wrong or blocked.
 * `may-run`: the cluster has a leader, and the other members do not tell who of them is down. `unknown`: nobody tells anything. `elsewhere`: the member
 * that advertises the address answers at another one.
 */
export type Reach = { is: 'answers' | 'runs' | 'may-run' | 'unknown' } | { is: 'elsewhere'; member: string }

export interface MemberLine {
  member: Member | undefined
  endpoint: Endpoint | undefined
  reach: Reach
}

/** One line per member, and one per endpoint that matches no member. */
export function memberLines(status: StatusAnswer): MemberLine[] {
  const endpoints = status.etcd?.endpoints ?? []
  const leader = endpoints.find((endpoint) => endpoint.error === null && endpoint.leader !== null)?.leader ?? null
  const lines = status.members.map((member) => ({
    member,
    endpoint:
      endpoints.find((endpoint) => member.id !== null && endpoint.memberId === member.id) ??
      endpoints.find((endpoint) => advertises(member, endpoint)),
  }))
  const rest = endpoints.filter((endpoint) => !lines.some((line) => line.endpoint === endpoint))
  return [
    ...lines.map((line) => ({ ...line, reach: reachOf(line.endpoint, line.member.id, leader) })),
    ...rest.map((endpoint) => ({ member: undefined, endpoint, reach: reachOfRest(endpoint, status.members, leader) })),
  ]
}

function reachOf(endpoint: Endpoint | undefined, id: string | null, leader: string | null): Reach {
  if (endpoint === undefined || endpoint.error === null) return { is: 'answers' }
  if (leader === null) return { is: 'unknown' }
  return { is: id === leader ? 'runs' : 'may-run' }
}

function reachOfRest(endpoint: Endpoint, members: readonly Member[], leader: string | null): Reach {
  if (endpoint.error === null) return { is: 'answers' }
  const member = members.find((one) => advertises(one, endpoint))
  // Its own line shows the endpoint at which it answers.
  return member === undefined ? reachOf(endpoint, null, leader) : { is: 'elsewhere', member: member.name }
}

const advertises = (member: Member, { endpoint }: Endpoint): boolean => member.clientURLs.some((url) => sameHost(url, endpoint))

function sameHost(a: string, b: string): boolean {
  const host = (text: string) => text.replace(/^[a-z]+:\/\//, '').replace(/\/$/, '')
  return host(a) === host(b)
}
