// The table sorts by numbers and times, not by their text.
import type { FlannelLease } from '@registree/contract'
import { describe, expect, it } from 'vitest'
import { filterLeases, readSort, sortLeases } from './shown-leases.ts'

const lease = (subnet: string, more: Partial<FlannelLease> = {}): FlannelLease => ({
  source: { keyspace: 'v2', key: `/n/subnets/${subnet.replace('/', '-')}` },
  v4: subnet,
  v6: null,
  publicIP: null,
  publicIPv6: null,
  node: null,
  backendType: 'vxlan',
  backendData: [],
  expiration: null,
  reservation: false,
  created: null,
  modified: null,
  notices: [],
  ...more,
})
const LEASES = [
  lease('10.5.10.0/24', { publicIP: '192.0.2.10', modified: '9', expiration: '2026-01-02T00:00:00Z' }),
  lease('10.5.100.0/24', { publicIP: '192.0.2.9', modified: '10', reservation: true }),
  lease('10.5.9.0/24', {
    node: { name: 'db-1', source: { keyspace: 'v3', key: '/registry/minions/db-1' } },
    expiration: '2026-01-01T00:00:00Z',
  }),
]
const order = (sort: string) => sortLeases(LEASES, readSort(sort)).map(({ v4 }) => v4?.split('.')[2])

describe('the table of leases', () => {
  it.each([
    ['', ['10', '100', '9']],
    ['subnet', ['9', '10', '100']],
    ['-subnet', ['100', '10', '9']],
    ['publicIP', ['100', '10', '9']],
    ['modified', ['10', '100', '9']],
    ['-modified', ['100', '10', '9']],
    ['left', ['9', '10', '100']],
    ['node', ['9', '10', '100']],
    ['nonsense', ['10', '100', '9']],
  ])('sorted by %j', (sort, expected) => expect(order(sort)).toEqual(expected))

  it.each([
    ['db-', ['9']],
    ['192.0.2.1', ['10']],
    ['VXLAN', ['10', '100', '9']],
    ['nobody', []],
  ])('filtered by %j', (filter, expected) => expect(filterLeases(LEASES, filter).map(({ v4 }) => v4?.split('.')[2])).toEqual(expected))
})
