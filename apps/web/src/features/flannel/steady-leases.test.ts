// A renewal redraws nothing; a change of anything in the picture does.
import type { FlannelLease } from '@registree/contract'
import { describe, expect, it } from 'vitest'
import { sameShape } from './steady-leases.ts'

const lease = (more: Partial<FlannelLease> = {}): FlannelLease => ({
  source: { keyspace: 'v2', key: '/n/subnets/10.5.1.0-24' },
  v4: '10.5.1.0/24',
  v6: null,
  publicIP: '192.0.2.1',
  publicIPv6: null,
  node: null,
  backendType: 'vxlan',
  backendData: [],
  expiration: '2026-01-01T00:00:00Z',
  reservation: false,
  created: '1',
  modified: '1',
  notices: [],
  ...more,
})

describe('the shape of the leases', () => {
  it('is the same after a renewal', () =>
    expect(sameShape([lease()], [lease({ expiration: '2027-01-01T00:00:00Z', modified: '9' })])).toBe(true))
  it.each<[string, FlannelLease[]]>([
    ['one is gone', []],
    ['one is added', [lease(), lease({ v4: '10.5.2.0/24' })]],
    ['another holds it', [lease({ publicIP: '192.0.2.2' })]],
    ['its node has a name', [lease({ node: { name: 'n', source: { keyspace: 'v3', key: '/registry/minions/n' } } })]],
    ['it is a reservation', [lease({ reservation: true })]],
    ['it is in the other keyspace', [lease({ source: { keyspace: 'v3', key: '/n/subnets/10.5.1.0-24' } })]],
  ])('is another when %s', (_, after) => expect(sameShape([lease()], after)).toBe(false))
})
