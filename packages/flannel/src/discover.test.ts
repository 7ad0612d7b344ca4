// Finds every place where flannel keeps its network, and ignores everything else.
import { describe, expect, it } from 'vitest'
import { formatCidr } from './cidr.ts'
import { discover, discoverKubernetes, type FlannelStore, isFlannelConfig, type KubeManagerInputs } from './discover.ts'
import { inEnglish } from './testing/in-english.ts'

const CONFIG = '{"Network":"172.30.0.0/16","Backend":{"Type":"host-gw"}}'

/** A keyspace of paths and texts that counts the listings. */
function store(entries: Record<string, string>, keyspace: 'v2' | 'v3' = 'v2'): FlannelStore & { listed: string[] } {
  const listed: string[] = []
  const stored = (key: string) => ({ key, value: entries[key] ?? '', expires: 'never' as const, created: '1', modified: '2' })
  return {
    keyspace,
    listed,
    async level(path) {
      listed.push(path)
      const below = Object.keys(entries)
        .filter((key) => key.startsWith(`${path}/`))
        .map((key) => key.slice(path.length + 1))
      if (below.length === 0) return null
      const directories = [...new Set(below.filter((rest) => rest.includes('/')).map((rest) => rest.slice(0, rest.indexOf('/'))))]
      return { directories, keys: below.filter((rest) => !rest.includes('/')), cut: false }
    },
    get: async (path) => (path in entries ? stored(path) : null),
    values: async (path) => ({
      values: Object.keys(entries)
        .filter((key) => key.startsWith(`${path}/`))
        .map(stored),
      cut: false,
    }),
  }
}
const found = async (entries: Record<string, string>, prefixes: string[] = [], keyspace: 'v2' | 'v3' = 'v2') =>
  (await discover(store(entries, keyspace), { prefixes })).networks.map(({ id, foundBy, leases }) => [id, foundBy, leases.length])

describe('discover', () => {
  it('finds the default, and the leases below it', async () => {
    expect(
      await found({ '/coreos.com/network/config': CONFIG, '/coreos.com/network/subnets/172.30.1.0-24': '{"PublicIP":"192.0.2.1"}' }),
    ).toEqual([['v2:/coreos.com/network', 'default', 1]])
  })
  it('finds the given prefix, with any slashes and depth', async () => {
    expect(await found({ '/a/b/c/d/e/config': CONFIG }, ['/a/b/c/d/e/'])).toEqual([['v2:/a/b/c/d/e', 'setting', 0]])
  })
  it('finds any directory of up to three levels with a flannel config, in either keyspace, once', async () => {
    const entries = { '/kube-centos/network/config': CONFIG, '/kube-centos/network/subnets/172.30.1.0-24': '{}', '/x/config': 'other' }
    expect(await found(entries)).toEqual([['v2:/kube-centos/network', 'search', 1]])
    expect(await found(entries, ['/kube-centos/network'], 'v3')).toEqual([['v3:/kube-centos/network', 'setting', 1]])
    expect(await found({ '/a/b/c/d/config': CONFIG })).toEqual([])
  })
  it('finds the readable part if the rest is refused, and reports what was not searched', async () => {
    const all = store({ '/named/config': CONFIG, '/kube-centos/network/config': CONFIG }, 'v3')
    const refusing: FlannelStore = {
      ...all,
      level: (path) => (path.startsWith('/named') ? all.level(path) : Promise.resolve('refused' as const)),
    }
    const { networks, refused, looked } = await discover(refusing, { prefixes: ['/named'] })
    expect(networks.map(({ id }) => id)).toEqual(['v3:/named'])
    expect(refused).toEqual(['/coreos.com/network', ''])
    expect(looked.map(inEnglish)).toEqual([
      'v3 /named',
      'v3 /coreos.com/network: this user may not read it',
      'v3: no search in other directories, which this user may not read',
    ])
  })
  it('finds several networks below one prefix', async () => {
    expect(await found({ '/coreos.com/network/blue/config': CONFIG, '/coreos.com/network/green/config': CONFIG })).toEqual([
      ['v2:/coreos.com/network/blue', 'default', 0],
      ['v2:/coreos.com/network/green', 'default', 0],
    ])
  })
  it('never enters /registry, skipped directories or the leases', async () => {
    const spied = store({ '/registry/x/config': CONFIG, '/k8s/x/config': CONFIG, '/n/config': CONFIG, '/n/subnets/172.30.1.0-24': '{}' })
    expect((await discover(spied, { prefixes: [], skip: ['/k8s/'] })).networks.map(({ id }) => id)).toEqual(['v2:/n'])
    expect(spied.listed).toEqual(['/coreos.com/network', '', '/n'])
  })
  it('stops after 200 directories and reports it', async () => {
    const many = Object.fromEntries(Array.from({ length: 500 }, (_, i) => [`/d${i}/x`, '']))
    const spied = store(many)
    const { notices, networks } = await discover(spied, { prefixes: [] })
    expect(networks).toEqual([])
    expect(spied.listed.length).toBeLessThanOrEqual(200)
    expect(notices.map(({ says }) => inEnglish(says))).toEqual([expect.stringContaining('--flannel-prefix')])
  })
  it('shows a network with a broken or missing config, and explains it', async () => {
    const leases = { '/coreos.com/network/subnets/172.30.1.0-24': '{"PublicIP":"192.0.2.1"}' }
    const broken = await discover(store({ '/coreos.com/network/config': '{"Network":', ...leases }), { prefixes: [] })
    expect(inEnglish(broken.networks[0]?.config?.notices[0]?.says)).toContain('not valid JSON')
    const missing = await discover(store(leases), { prefixes: [] })
    expect(missing.networks[0]).toMatchObject({ config: null, notices: [{ severity: 'error' }] })
    expect(inEnglish(missing.networks[0]?.notices[0]?.says)).toContain('There is no /coreos.com/network/config')
  })
  it('reports a key that is not a subnet, and a network without leases', async () => {
    const odd = await discover(store({ '/n/config': CONFIG, '/n/subnets/hello': '{"PublicIP":"192.0.2.1"}' }), { prefixes: [] })
    expect(inEnglish(odd.networks[0]?.leases[0]?.notices[0]?.says)).toContain('“hello” is not a subnet')
    const none = await discover(store({ '/n/config': CONFIG }), { prefixes: [] })
    expect(inEnglish(none.networks[0]?.notices[0]?.says)).toContain('no lease below /n/subnets')
  })
  it('says where it searched if there is nothing', async () => {
    const { networks, looked } = await discover(store({}), { prefixes: ['/mine'] })
    expect(networks).toEqual([])
    expect(looked.map(inEnglish)).toEqual([
      'v2 /mine: nothing is there',
      'v2 /coreos.com/network: nothing is there',
      expect.stringContaining('3 levels'),
    ])
  })
})

describe('isFlannelConfig', () => {
  it.each([
    [CONFIG, true],
    ['{"network":"10.0.0.0/8"}', true],
    ['{"EnableIPv4":false,"EnableIPv6":true,"IPv6Network":"fc00::/48"}', true],
    ['{"Network":"bridge"}', false],
    ['[]', false],
    ['null', false],
    ['{', false],
  ])('%s', (text, is) => expect(isFlannelConfig(text)).toBe(is))
})

describe('discoverKubernetes', () => {
  const source = { keyspace: 'v3' as const, key: '/registry/minions/n1' }
  const annotated = (more: Record<string, string> = {}, podCIDRs = ['10.244.0.0/24']): KubeManagerInputs['nodes'][number] => ({
    source,
    name: 'n1',
    annotations: {
      'flannel.alpha.coreos.com/kube-subnet-manager': 'true',
      'flannel.alpha.coreos.com/public-ip': '192.0.2.1',
      'flannel.alpha.coreos.com/backend-type': 'vxlan',
      'flannel.alpha.coreos.com/backend-data': '{"VNI":1,"VtepMAC":"aa:00:00:00:00:01"}',
      ...more,
    },
    podCIDRs,
    created: '1',
    modified: '2',
  })
  const netConf = { source: { keyspace: 'v3' as const, key: '/registry/configmaps/kube-flannel/kube-flannel-cfg' }, text: CONFIG }

  it('reads a lease from each annotated Node', () => {
    const network = discoverKubernetes({ nodes: [annotated()], netConf })
    expect(network).toMatchObject({ manager: 'kubernetes', configSource: netConf.source, notices: [] })
    expect(network?.leases[0]).toMatchObject({
      source,
      publicIP: '192.0.2.1',
      backendType: 'vxlan',
      v4: { prefixLength: 24 },
      v6: null,
      expiration: null,
      reservation: false,
      notices: [],
      backendData: [
        { label: 'VNI', value: '1' },
        { label: 'VtepMAC', value: 'aa:00:00:00:00:01' },
      ],
    })
  })
  it('reads dual stack', () => {
    const node = annotated({ 'flannel.alpha.coreos.com/public-ipv6': 'fd00::1' }, ['10.244.0.0/24', 'fc00:0:0:1::/64'])
    expect(discoverKubernetes({ nodes: [node], netConf })?.leases[0]).toMatchObject({ publicIPv6: 'fd00::1', v6: { prefixLength: 64 } })
  })
  it('counts from the first subnet, with the controller manager’s size', () => {
    const plan = discoverKubernetes({ nodes: [annotated({}, ['172.30.0.0/25'])], netConf })?.config?.plans[0]
    expect(plan && [plan.min, plan.max].map(formatCidr)).toEqual(['172.30.0.0/25', '172.30.255.128/25'])
  })
  it('reports what is wrong with a Node', () => {
    const lease = discoverKubernetes({ nodes: [annotated({ 'flannel.alpha.coreos.com/backend-data': '{' }, [])], netConf })?.leases[0]
    expect(lease?.notices.map(({ says }) => inEnglish(says))).toEqual([
      expect.stringContaining('no spec.podCIDR'),
      expect.stringContaining('backend-data of node n1 is not valid JSON'),
    ])
  })
  it('finds nothing if no Node has the annotations', () => {
    const plain = { ...annotated(), annotations: { 'volumes.kubernetes.io/controller-managed-attach-detach': 'true' } }
    expect(discoverKubernetes({ nodes: [plain], netConf: null })).toBeNull()
  })
  it('reports unknown settings', () => {
    expect(inEnglish(discoverKubernetes({ nodes: [annotated()], netConf: null })?.notices[0]?.says)).toContain(
      'No ConfigMap kube-flannel-cfg',
    )
  })
})
