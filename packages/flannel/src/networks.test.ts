// Every backend and every form of a network as stored: what is reported in either keyspace, and the message for each error.
import { describe, expect, it } from 'vitest'
import { formatCidr } from './cidr.ts'
import { discover, type FlannelStore, type FoundNetwork } from './discover.ts'
import { findings } from './findings.ts'
import { inEnglish } from './testing/in-english.ts'
import { BACKEND_FIXTURES, type NetworkFixture, SHAPE_FIXTURES } from './testing/networks.ts'

function storeOf({ keys }: NetworkFixture, keyspace: 'v2' | 'v3'): FlannelStore {
  const stored = (key: string) => ({ key, value: keys[key] ?? '', expires: { at: '2026-01-01T00:00:00Z' }, created: '1', modified: '2' })
  const below = (path: string) => Object.keys(keys).filter((key) => key.startsWith(`${path}/`))
  return {
    keyspace,
    level: async (path) => {
      const names = below(path).map((key) => key.slice(path.length + 1))
      if (names.length === 0) return null
      const directories = names.filter((name) => name.includes('/')).map((name) => name.slice(0, name.indexOf('/')))
      return { directories: [...new Set(directories)], keys: names.filter((name) => !name.includes('/')), cut: false }
    },
    get: async (path) => (path in keys ? stored(path) : null),
    values: async (path) => ({ values: below(path).map(stored), cut: false }),
  }
}
const read = async (fixture: NetworkFixture, keyspace: 'v2' | 'v3' = 'v2') =>
  (await discover(storeOf(fixture, keyspace), { prefixes: [] })).networks
const only = async (fixture: NetworkFixture, keyspace: 'v2' | 'v3' = 'v2'): Promise<FoundNetwork> => {
  const [network, more] = await read(fixture, keyspace)
  if (network === undefined || more !== undefined) throw new Error('not one network')
  return network
}
const messages = ({ notices, config, leases }: FoundNetwork) =>
  [...notices, ...(config?.notices ?? []), ...leases.flatMap((lease) => lease.notices)].map(({ says }) => inEnglish(says))
const judged = (network: FoundNetwork) =>
  findings({ ...network, nodes: [], pods: [], serviceRanges: [], now: new Date('2025-12-31T12:00:00Z') }).map(({ id }) => id)
const asText = (network: FoundNetwork) => JSON.stringify(network, (_, value) => (typeof value === 'bigint' ? String(value) : value))

describe.each(['v2', 'v3'] as const)('backends in %s', (keyspace) => {
  it.each(Object.entries(BACKEND_FIXTURES))('%s', async (type, fixture) => {
    const network = await only(fixture, keyspace)
    expect(network).toMatchObject({ manager: `etcd-${keyspace}`, config: { backendType: type }, leasesSource: { keyspace } })
    expect(network.leases.map(({ v4, publicIP }) => [v4 && formatCidr(v4), publicIP])).toEqual([
      ['10.5.34.0/24', '192.0.2.34'],
      ['10.5.57.0/24', '192.0.2.57'],
    ])
    expect(Object.fromEntries(network.leases[0]?.backendData.map(({ label, value }) => [label, value]) ?? [])).toEqual(fixture.told ?? {})
    expect(messages(network)).toEqual([])
    expect(judged(network)).toEqual([])
    expect(asText(network)).not.toContain('hunter2')
  })
})

describe('forms', () => {
  it('dual stack', async () => {
    const network = await only(SHAPE_FIXTURES['dual stack'], 'v3')
    expect(network.leases[0]).toMatchObject({
      publicIP: '192.0.2.34',
      publicIPv6: '2001:db8::34',
      v4: { prefixLength: 24 },
      v6: { prefixLength: 64 },
    })
    expect(network.leases[0]?.backendData.map(({ label, value }) => [label, value])).toEqual(
      Object.entries(SHAPE_FIXTURES['dual stack'].told),
    )
    expect(network.config?.plans.map(({ family }) => family)).toEqual([4, 6])
    expect([messages(network), judged(network)]).toEqual([[], []])
  })
  it('from before backends existed: udp, and the note that the documentation differs', async () => {
    const network = await only(SHAPE_FIXTURES['before there were backends'])
    expect(network.config?.settings.find(({ name }) => name === 'Backend.Type')).toMatchObject({
      value: 'udp',
      origin: 'default',
      note: { code: 'note-udp-without-backend', params: {} },
    })
    expect(messages(network)).toEqual([])
  })
  it('several networks below one prefix', async () => {
    const networks = await read(SHAPE_FIXTURES['several networks below one prefix'])
    expect(networks.map(({ id, leases, config }) => [id, leases.length, config?.backendType])).toEqual([
      ['v2:/coreos.com/network/blue', 1, 'vxlan'],
      ['v2:/coreos.com/network/green', 1, 'udp'],
    ])
  })
  it.each([
    [
      'a config that is broken',
      'The config is not valid JSON: flannel cannot start with it. Open the key to see the text as it is stored.',
    ],
    ['a lease that is broken', 'The value is not valid JSON: flannel cannot read this lease'],
    ['a key that is no subnet', '“test-do-not-delete” is not a subnet such as 10.5.34.0-24: flannel passes it over'],
    ['a config and nothing else', 'There is no lease below /coreos.com/network/subnets: no node runs flannel with this prefix'],
    ['leases without a config', 'There is no /coreos.com/network/config: flannel waits for it and hands out nothing'],
  ] as const)('%s says: %s', async (name, message) => {
    const network = await only(SHAPE_FIXTURES[name])
    expect(messages(network)[0]).toBe(message)
    if (name !== 'a config and nothing else')
      expect(network.leases.some(({ v4 }) => v4 !== null && formatCidr(v4) === '10.5.34.0/24')).toBe(true)
  })
  it('an empty prefix and a missing one report where they were searched', async () => {
    const store = storeOf({ keys: { '/other/x': '1' } }, 'v2')
    const empty: FlannelStore = {
      ...store,
      level: async (path) => (path === '/mine' ? { directories: [], keys: [], cut: false } : await store.level(path)),
    }
    expect((await discover(empty, { prefixes: ['/mine', '/gone', '/other'] })).looked.slice(0, 3).map(inEnglish)).toEqual([
      'v2 /mine: it is there, and empty',
      'v2 /gone: nothing is there',
      'v2 /other: it holds no config and no subnets',
    ])
  })
})
