// Secret options of a config or lease are removed at any depth.
import { describe, expect, it } from 'vitest'
import { parseNetworkConfig } from './network-config.ts'
import { parseSubnetLease } from './subnet-lease.ts'

describe('masking', () => {
  it.each([
    { Type: 'ipsec', PSK: 'hunter2' },
    { Type: 'wireguard', psk: 'hunter2' },
    { Type: 'wireguard', PſK: 'hunter2' },
    { Type: 'ali-vpc', AccessKeyID: 'id', AccessKeySecret: 'hunter2' },
    { Type: 'extension', Options: { deep: [{ PSK: 'hunter2' }] } },
  ])('a config with %o', (Backend) => {
    const config = parseNetworkConfig(JSON.stringify({ Network: '10.0.0.0/16', Backend }))
    expect(config.plans).toHaveLength(1)
    expect(JSON.stringify(config, (_, value) => (typeof value === 'bigint' ? String(value) : value))).not.toContain('hunter2')
  })
  it.each([
    { PSK: 'hunter2' },
    { PſK: 'hunter2' },
    { AccessKeySecret: 'hunter2' },
    { more: { psk: 'hunter2' } },
    { PrivateKey: 'hunter2' },
  ])('a lease with %o', (BackendData) => {
    const lease = parseSubnetLease({
      source: { keyspace: 'v2', key: '/n/subnets/10.0.1.0-24' },
      name: '10.0.1.0-24',
      value: JSON.stringify({ PublicIP: '192.0.2.1', BackendData, BackendV6Data: BackendData }),
      expires: 'never',
    })
    expect(lease.backendData).toHaveLength(2)
    expect(JSON.stringify(lease.backendData)).not.toContain('hunter2')
  })
})
