// flannel's config: defaults, every backend, and every error.
import { describe, expect, it } from 'vitest'
import { formatCidr } from './cidr.ts'
import { parseNetworkConfig } from './network-config.ts'
import { parseSubnetLease, parseSubnetName } from './subnet-lease.ts'
import { inEnglish } from './testing/in-english.ts'

const value = (text: string, name: string) => parseNetworkConfig(text).settings.find((setting) => setting.name === name)

describe('parseNetworkConfig', () => {
  it('adds the defaults that the captured cluster omits', () => {
    const config = parseNetworkConfig('{"Network":"172.30.0.0/16","SubnetLen":24,"Backend":{"Type":"host-gw"}}')
    expect(config.notices).toEqual([])
    expect(config.backendType).toBe('host-gw')
    const plan = config.plans[0]
    expect(plan && [formatCidr(plan.network), formatCidr(plan.min), formatCidr(plan.max)]).toEqual([
      '172.30.0.0/16',
      '172.30.1.0/24',
      '172.30.255.0/24',
    ])
  })

  it.each([
    ['10.0.0.0/8', 24],
    ['10.0.0.0/22', 24],
    ['10.0.0.0/23', 25],
    ['10.0.0.0/28', 30],
  ])('SubnetLen of %s is %d', (network, length) =>
    expect(value(JSON.stringify({ Network: network }), 'SubnetLen')).toMatchObject({ value: String(length), origin: 'default' }),
  )

  it('treats a backend named like an object member as unknown', () =>
    expect(inEnglish(parseNetworkConfig('{"Network":"10.0.0.0/8","Backend":{"Type":"constructor"}}').notices[0]?.says)).toContain(
      'constructor',
    ))
  it('reads a backend that is nested deeper than can be serialised', () => {
    const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`
    const text = `{"Network":"10.0.0.0/8","Backend":{"Type":"vxlan","VNI":${deep}}}`
    expect(value(text, 'Backend.VNI')?.value).toContain('too deeply')
  })
  it('rejects a network without room', () =>
    expect(inEnglish(parseNetworkConfig('{"Network":"10.0.0.0/29"}').notices[0]?.says)).toContain('too small'))
  it('reports where code and documentation disagree about a missing Backend', () =>
    expect(value('{"Network":"10.0.0.0/8"}', 'Backend.Type')).toMatchObject({
      value: 'udp',
      origin: 'default',
      note: { code: 'note-udp-without-backend', params: {} },
    }))
  it('plans dual stack', () => {
    const config = parseNetworkConfig('{"EnableIPv6":true,"Network":"10.0.0.0/8","IPv6Network":"fc00::/48","Backend":{"Type":"vxlan"}}')
    expect(config.plans.map((plan) => [formatCidr(plan.network), plan.subnetLength])).toEqual([
      ['10.0.0.0/8', 24],
      ['fc00::/48', 64],
    ])
  })

  it.each([
    ['udp', {}, 'Backend.Port', '8285'],
    ['vxlan', {}, 'Backend.VNI', '1'],
    ['wireguard', { PSK: 'hush-hush' }, 'Backend.ListenPort', '51820'],
    ['ipsec', { PSK: 'hush-hush' }, 'Backend.UDPEncap', 'false'],
    ['ipip', {}, 'Backend.DirectRouting', 'false'],
    ['aws-vpc', { RouteTableID: ['rtb-1', 'rtb-2'] }, 'Backend.RouteTableID', '["rtb-1","rtb-2"]'],
    ['ali-vpc', { AccessKeyID: 'id', AccessKeySecret: 'hush-hush' }, 'Backend.AccessKeyID', 'id'],
    ['tencent-vpc', { AccessKeyID: 'id', AccessKeySecret: 'hush-hush' }, 'Backend.AccessKeyID', 'id'],
    ['extension', { PreStartupCommand: 'echo hi' }, 'Backend.PreStartupCommand', 'echo hi'],
    ['host-gw', {}, 'Backend.Type', 'host-gw'],
    ['gce', {}, 'Backend.Type', 'gce'],
    ['alloc', {}, 'Backend.Type', 'alloc'],
  ])('knows backend %s', (type, options, name, expected) => {
    const text = JSON.stringify({ Network: '10.0.0.0/8', Backend: { Type: type, ...options } })
    const config = parseNetworkConfig(text)
    expect(config.notices).toEqual([])
    expect(value(text, name)?.value).toBe(expected)
    expect(JSON.stringify(config, (_, v) => (typeof v === 'bigint' ? String(v) : v))).not.toContain('hush-hush')
  })

  it.each([
    ['{"Network":', 'not valid JSON'],
    ['[]', 'not an object'],
    ['{}', 'Network is missing'],
    ['{"Network":"10.0.0.0"}', 'is not an IPv4 network'],
    ['{"Network":"10.0.0.0/8","SubnetMin":"192.168.0.0"}', 'is not an address of'],
    ['{"Network":"10.0.0.0/8","SubnetMin":"10.0.0.1"}', 'boundary'],
    ['{"Network":"10.0.0.0/8","SubnetMin":"10.9.0.0","SubnetMax":"10.1.0.0"}', 'behind'],
    ['{"Network":"10.0.0.0/8","SubnetLen":9}', 'fewer than four'],
    ['{"Network":"10.0.0.0/8","Backend":{"Type":"carrier-pigeon"}}', 'not one that flannel has ever had'],
  ])('says what is wrong with %s', (text, message) => {
    expect(
      parseNetworkConfig(text)
        .notices.map(({ says }) => inEnglish(says))
        .join('\n'),
    ).toContain(message)
  })
})

describe('subnet leases', () => {
  const source = { keyspace: 'v2' as const, key: '/x' }
  it('reads dual stack names', () => {
    const name = parseSubnetName('10.5.34.0-24&fc00::-64')
    expect(name && [formatCidr(name.v4), name.v6 && formatCidr(name.v6)]).toEqual(['10.5.34.0/24', 'fc00::/64'])
  })
  it.each(['config', '10.5.34.0', '10.5.34.0-33', '10.5.34.0-24x', '10.5.34.0-24&fc00::-129'])('%s is not a subnet', (name) =>
    expect(parseSubnetName(name)).toBeNull(),
  )
  it('distinguishes a reservation from a lease', () => {
    const value = '{"PublicIP":"10.0.0.1"}'
    expect(parseSubnetLease({ source, name: '10.5.34.0-24', value, expires: 'never' })).toMatchObject({
      reservation: true,
      expiration: null,
      notices: [],
    })
    expect(parseSubnetLease({ source, name: '10.5.34.0-24', value, expires: 'unknown' })).toMatchObject({
      reservation: false,
      expiration: null,
    })
  })
  it.each([
    ['{"PublicIP":', 'not valid JSON'],
    ['7', 'not an object'],
    ['{}', 'no PublicIP'],
    ['{"PublicIP":"here"}', 'not an IPv4 address'],
  ])('says what is wrong with %s', (value, message) => {
    expect(inEnglish(parseSubnetLease({ source, name: '10.5.34.0-24', value, expires: 'unknown' }).notices[0]?.says)).toContain(message)
  })
})
