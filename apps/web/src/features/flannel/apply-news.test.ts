// News changes only what it names, once, in whichever order answer and news arrive.
import type { FlannelAnswer, FlannelLease, FlannelNetwork } from '@registree/contract'
import { describe, expect, it } from 'vitest'
import { applyNews, compareTokens } from './apply-news.ts'

const lease = (n: number, expiration = '2026-01-01T00:00:00Z'): FlannelLease => ({
  source: { keyspace: 'v2', key: `/n/subnets/10.5.${n}.0-24` },
  v4: `10.5.${n}.0/24`,
  v6: null,
  publicIP: `192.0.2.${n}`,
  publicIPv6: null,
  node: null,
  backendType: 'vxlan',
  backendData: [],
  expiration,
  reservation: false,
  created: '1',
  modified: '1',
  notices: [],
})
const network = (id: string, leases: FlannelLease[]) => ({ id, leases, plans: [], findings: [], notices: [] }) as unknown as FlannelNetwork
const answer = (token = 'e.4') =>
  ({ token, networks: [network('a', [lease(1), lease(3)]), network('b', [lease(1)])], compared: { nodes: 0 } }) as unknown as FlannelAnswer
const keys = (of: FlannelAnswer) => of.networks[0]?.leases.map(({ v4 }) => v4)

describe('news', () => {
  it('sets, adds and removes leases in key order, and leaves the others alone', () => {
    const before = answer()
    const after = applyNews(before, {
      token: 'e.5',
      leases: [{ network: 'a', set: [lease(2), lease(3, '2027-01-01T00:00:00Z')], removed: [lease(1).source.key] }],
    })
    expect(keys(after)).toEqual(['10.5.2.0/24', '10.5.3.0/24'])
    expect(after.networks[0]?.leases[1]?.expiration).toBe('2027-01-01T00:00:00Z')
    expect(after.networks[1]).toBe(before.networks[1])
    expect(after.token).toBe('e.5')
    expect(keys(before)).toEqual(['10.5.1.0/24', '10.5.3.0/24'])
  })

  it('is not applied twice, nor to a newer answer', () => {
    const before = answer('e.5')
    expect(applyNews(before, { token: 'e.5', leases: [{ network: 'a', set: [], removed: [lease(1).source.key] }] })).toBe(before)
  })

  it('brings findings and numbers, and keeps what is equal', () => {
    const before = answer()
    const verdict = { network: 'a', plans: [], findings: [], notices: [] }
    const compared = { nodes: 3, pods: 1, services: 0, revision: '9', nodesReadAt: null, podsReadAt: null }
    const after = applyNews(before, { token: 'e.4', verdicts: { now: '2026-01-01T00:00:00Z', compared, networks: [verdict] } })
    expect(after.compared).toBe(compared)
    expect(after.networks[0]?.findings).toBe(before.networks[0]?.findings)
    expect(after.networks[0]?.leases).toBe(before.networks[0]?.leases)
  })

  it('knows which token is newer', () => {
    expect(compareTokens('e.10', 'e.9')).toBe(1)
    expect(compareTokens('e.10', 'f.9')).toBeNull()
    expect(compareTokens('', 'e.1')).toBeNull()
  })
})
