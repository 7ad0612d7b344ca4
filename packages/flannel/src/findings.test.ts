// Every finding is triggered once, and a healthy network has none.
import { describe, expect, it } from 'vitest'
import { type FindingInputs, findings, type NodeInput, type PodInput } from './findings.ts'
import { parseNetworkConfig } from './network-config.ts'
import { parseSubnetLease } from './subnet-lease.ts'
import { inEnglish } from './testing/in-english.ts'

const now = new Date('2021-02-01T12:00:00Z')
const v2 = (key: string) => ({ keyspace: 'v2' as const, key })
const lease = (name: string, publicIP: string, more: Record<string, unknown> = {}, at: string | 'never' = '2021-02-02T11:00:00Z') =>
  parseSubnetLease({
    source: v2(`/kube-centos/network/subnets/${name}`),
    name,
    value: JSON.stringify({ PublicIP: publicIP, BackendType: 'vxlan', ...more }),
    expires: at === 'never' ? at : { at },
  })
const node = (name: string, more: Partial<NodeInput> = {}): NodeInput => ({
  source: { keyspace: 'v3', key: `/registry/minions/${name}` },
  name,
  addresses: [name],
  podCIDRs: [],
  heartbeat: '2021-02-01T11:59:50Z',
  ...more,
})
const pod = (name: string, nodeName: string, ip: string, more: Partial<PodInput> = {}): PodInput => ({
  source: { keyspace: 'v3', key: `/registry/pods/shop/${name}` },
  namespace: 'shop',
  name,
  nodeName,
  ips: [ip],
  hostNetwork: false,
  phase: 'Running',
  ...more,
})
const healthy = (): FindingInputs => ({
  config: parseNetworkConfig('{"Network":"172.30.0.0/16","SubnetLen":24,"Backend":{"Type":"vxlan"}}'),
  configSource: v2('/kube-centos/network/config'),
  leases: [
    lease('172.30.31.0-24', '172.20.0.113', { BackendData: { VNI: 1, VtepMAC: 'aa:00:00:00:00:01' } }),
    lease('172.30.46.0-24', '172.20.0.114', { BackendData: { VNI: 1, VtepMAC: 'aa:00:00:00:00:02' } }),
  ],
  nodes: [node('172.20.0.113', { podCIDRs: ['172.30.31.0/24'] }), node('172.20.0.114')],
  pods: [pod('a', '172.20.0.113', '172.30.31.5'), pod('host', '172.20.0.114', '172.20.0.114', { hostNetwork: true })],
  serviceRanges: [{ source: { keyspace: 'v3', key: '/registry/ranges/serviceips' }, cidr: '10.254.0.0/16' }],
  now,
})
const ids = (inputs: FindingInputs) => findings(inputs).map((finding) => finding.id)

describe('findings', () => {
  it('finds nothing if nothing is wrong', () => expect(ids(healthy())).toEqual([]))
  it('finds nothing without flannel', () => expect(ids({ ...healthy(), config: null, leases: [] })).toEqual([]))

  const cases: [string, (inputs: FindingInputs) => Partial<FindingInputs>][] = [
    ['pod-outside-leases', (i) => ({ pods: [...i.pods, pod('b', '172.20.0.113', '172.30.99.5')] })],
    ['pod-in-foreign-lease', (i) => ({ pods: [...i.pods, pod('b', '172.20.0.113', '172.30.46.9')] })],
    ['node-without-lease', (i) => ({ nodes: [...i.nodes, node('172.20.0.115')] })],
    ['lease-without-node', (i) => ({ leases: [...i.leases, lease('172.30.77.0-24', '172.20.0.200')] })],
    [
      'pod-cidr-differs',
      (i) => ({ nodes: [node('172.20.0.113', { podCIDRs: ['172.30.0.0/24'] }), node('172.20.0.114'), ...i.nodes.slice(2)] }),
    ],
    [
      'leases-overlap',
      (i) => ({ leases: [...i.leases, lease('172.30.31.128-25', '172.20.0.116')], nodes: [...i.nodes, node('172.20.0.116')] }),
    ],
    [
      'lease-outside-network',
      (i) => ({ leases: [...i.leases, lease('10.1.1.0-24', '172.20.0.116')], nodes: [...i.nodes, node('172.20.0.116')] }),
    ],
    ['public-ip-twice', (i) => ({ leases: [...i.leases, lease('172.30.88.0-24', '172.20.0.113')] })],
    [
      'lease-expiring-node-silent',
      (i) => ({
        leases: [...i.leases, lease('172.30.12.0-24', '172.20.0.115', {}, '2021-02-01T12:30:00Z')],
        nodes: [...i.nodes, node('172.20.0.115', { heartbeat: '2021-02-01T11:40:00Z' })],
      }),
    ],
    [
      'lease-of-silent-node',
      (i) => ({
        leases: [...i.leases, lease('172.30.12.0-24', '172.20.0.115')],
        nodes: [...i.nodes, node('172.20.0.115', { heartbeat: '2021-02-01T11:40:00Z' })],
      }),
    ],
    [
      'backend-differs',
      (i) => ({
        leases: [...i.leases, lease('172.30.12.0-24', '172.20.0.115', { BackendType: 'host-gw' })],
        nodes: [...i.nodes, node('172.20.0.115')],
      }),
    ],
    [
      'vtep-mac-clash',
      (i) => ({
        leases: [...i.leases, lease('172.30.12.0-24', '172.20.0.115', { BackendData: { VNI: 1, VtepMAC: 'AA:00:00:00:00:01' } })],
        nodes: [...i.nodes, node('172.20.0.115')],
      }),
    ],
    [
      'vni-differs',
      (i) => ({
        leases: [...i.leases, lease('172.30.12.0-24', '172.20.0.115', { BackendData: { VNI: 7, VtepMAC: 'aa:00:00:00:00:03' } })],
        nodes: [...i.nodes, node('172.20.0.115')],
      }),
    ],
    [
      'service-range-overlaps',
      () => ({ serviceRanges: [{ source: { keyspace: 'v3', key: '/registry/ranges/serviceips' }, cidr: '172.30.128.0/17' }] }),
    ],
  ]
  it.each(cases)('%s', (id, change) => {
    const inputs = healthy()
    const found = findings({ ...inputs, ...change(inputs) })
    expect(found.map((finding) => finding.id)).toEqual([id])
    expect(found[0]?.evidence.length).toBeGreaterThan(0)
  })

  /** Cases that look like each finding but are none. */
  it('calls no node silent if the current time is unknown', () => {
    const i = healthy()
    const late = {
      ...i,
      leases: [...i.leases, lease('172.30.12.0-24', '172.20.0.115', {}, '2021-02-01T12:30:00Z')],
      nodes: [...i.nodes, node('172.20.0.115', { heartbeat: null })],
    }
    expect(ids(late)).toEqual(['lease-expiring-node-silent'])
    expect(ids({ ...late, now: null, heartbeatsReadAt: null })).toEqual([])
    expect(ids({ ...late, now: null })).toEqual([])
  })

  const silent: [string, (inputs: FindingInputs) => Partial<FindingInputs>][] = [
    [
      'pod-outside-leases: pods that have finished',
      (i) => ({ pods: [...i.pods, ...['Succeeded', 'Failed'].map((phase) => pod(phase, '172.20.0.113', '172.30.99.5', { phase }))] }),
    ],
    ['pod-outside-leases: host network', (i) => ({ pods: [...i.pods, pod('h', '172.20.0.113', '172.20.0.113', { hostNetwork: true })] })],
    [
      'pod-outside-leases: an IPv6 address beside an IPv4 network',
      (i) => ({ pods: [...i.pods, pod('d', '172.20.0.113', '172.30.31.9', { ips: ['172.30.31.9', 'fd00::9'] })] }),
    ],
    ['pod-outside-leases: no address yet', (i) => ({ pods: [...i.pods, pod('p', '172.20.0.113', '', { ips: [], phase: 'Pending' })] })],
    [
      'pod-in-foreign-lease: the lease of an address that is no node',
      (i) => ({ nodes: i.nodes.slice(0, 1), leases: i.leases.slice(0, 1), pods: i.pods.slice(0, 1) }),
    ],
    [
      'node-without-lease: a reservation is enough',
      (i) => ({ nodes: [...i.nodes, node('172.20.0.115')], leases: [...i.leases, lease('172.30.12.0-24', '172.20.0.115', {}, 'never')] }),
    ],
    [
      'node-without-lease: found by its IPv6 address',
      (i) => ({
        nodes: [...i.nodes, node('v6', { addresses: ['fd00::5'] })],
        leases: [...i.leases, lease('172.30.12.0-24', '172.20.0.115', { PublicIPv6: 'fd00::5' })],
      }),
    ],
    // Its status was lost, or its kubelet has not registered yet: whether a lease belongs to it is unknown.
    ['node-without-lease: a node without addresses', (i) => ({ nodes: [...i.nodes, node('172.20.0.115', { addresses: [] })] })],
    ['lease-without-node: nothing to compare with', (i) => ({ leases: i.leases, nodes: [], pods: [] })],
    [
      'pod-cidr-differs: one of two families is the lease',
      (i) => ({ nodes: [node('172.20.0.113', { podCIDRs: ['172.30.31.0/24', 'fd00::/64'] }), ...i.nodes.slice(1)] }),
    ],
    [
      'leases-overlap: neighbours',
      (i) => ({ leases: [...i.leases, lease('172.30.32.0-24', '172.20.0.116')], nodes: [...i.nodes, node('172.20.0.116')] }),
    ],
    [
      'lease-outside-network: the last subnet',
      (i) => ({ leases: [...i.leases, lease('172.30.255.0-24', '172.20.0.116')], nodes: [...i.nodes, node('172.20.0.116')] }),
    ],
    [
      'public-ip-twice: two nodes, two addresses',
      (i) => ({ leases: [...i.leases, lease('172.30.40.0-24', '172.20.0.117')], nodes: [...i.nodes, node('172.20.0.117')] }),
    ],
    [
      'lease-expiring-node-silent: a node that reported four minutes ago',
      (i) => ({
        leases: [lease('172.30.31.0-24', '172.20.0.113', {}, '2021-02-01T12:30:00Z'), ...i.leases.slice(1)],
        nodes: [node('172.20.0.113', { heartbeat: '2021-02-01T11:56:00Z' }), ...i.nodes.slice(1)],
      }),
    ],
    [
      'lease-of-silent-node: a reservation needs no renewal',
      (i) => ({
        leases: [lease('172.30.31.0-24', '172.20.0.113', {}, 'never'), ...i.leases.slice(1)],
        nodes: [node('172.20.0.113', { heartbeat: null }), ...i.nodes.slice(1)],
      }),
    ],
    ['lease-of-silent-node: nobody asked for heartbeats since', () => ({ now: new Date('2021-02-01T12:08:00Z'), heartbeatsReadAt: now })],
    [
      'backend-differs: another spelling, or none stored',
      (i) => ({
        leases: [
          ...i.leases,
          lease('172.30.12.0-24', '172.20.0.115', { BackendType: 'VXLAN' }),
          lease('172.30.13.0-24', '172.20.0.116', { BackendType: '' }),
        ],
        nodes: [...i.nodes, node('172.20.0.115'), node('172.20.0.116')],
      }),
    ],
    [
      'vtep-mac-clash: one node with two leases has one MAC',
      (i) => ({
        leases: [...i.leases, lease('172.30.12.0-24', '172.20.0.115', { BackendData: { VtepMAC: 'aa:00:00:00:00:05' } })],
        nodes: [...i.nodes, node('172.20.0.115')],
      }),
    ],
    [
      'vni-differs: old values have none',
      (i) => ({
        leases: [...i.leases, lease('172.30.12.0-24', '172.20.0.115', { BackendData: { VtepMAC: 'aa:00:00:00:00:05' } })],
        nodes: [...i.nodes, node('172.20.0.115')],
      }),
    ],
    [
      'service-range-overlaps: beside the pod network',
      () => ({
        serviceRanges: [
          { source: { keyspace: 'v3', key: '/registry/ranges/serviceips' }, cidr: '172.31.0.0/16' },
          { source: { keyspace: 'v3', key: '/registry/servicecidrs/x' }, cidr: 'fd00::/108' },
        ],
      }),
    ],
  ]
  it.each(silent)('finds nothing for %s', (_, change) => {
    const inputs = healthy()
    expect(ids({ ...inputs, ...change(inputs) })).toEqual([])
  })

  it('handles an IPv6 pod, an IPv6 VTEP and an IPv6 lease', () => {
    const inputs = healthy()
    inputs.config = parseNetworkConfig('{"EnableIPv6":true,"Network":"172.30.0.0/16","IPv6Network":"fc00::/48","Backend":{"Type":"vxlan"}}')
    const dual = (v4: string, v6: string, ip: string, mac: string) =>
      lease(`${v4}&${v6}`, ip, { PublicIPv6: 'fd00::1', BackendV6Data: { VNI: 1, VtepMAC: mac } })
    inputs.leases = [
      dual('172.30.31.0-24', 'fc00:0:0:31::-64', '172.20.0.113', 'bb:00:00:00:00:01'),
      dual('172.30.46.0-24', 'fc00:0:0:46::-64', '172.20.0.114', 'bb:00:00:00:00:02'),
    ]
    inputs.pods = [pod('a', '172.20.0.113', '', { ips: ['172.30.31.5', 'fc00:0:0:31::5'] })]
    expect(ids(inputs)).toEqual([])
    inputs.pods.push(pod('b', '172.20.0.113', '', { ips: ['fc00:0:0:46::5'] }), pod('c', '172.20.0.114', '', { ips: ['fc00:0:0:99::5'] }))
    inputs.leases[1] = dual('172.30.46.0-24', 'fc00:0:0:46::-64', '172.20.0.114', 'bb:00:00:00:00:01')
    inputs.serviceRanges.push({ source: { keyspace: 'v3', key: '/registry/servicecidrs/x' }, cidr: 'fc00:0:0:ff00::/112' })
    expect(ids(inputs)).toEqual(['pod-outside-leases', 'pod-in-foreign-lease', 'vtep-mac-clash', 'service-range-overlaps'])
  })

  it('compares the VNI of the leases with the config', () => {
    const inputs = healthy()
    inputs.config = parseNetworkConfig('{"Network":"172.30.0.0/16","Backend":{"Type":"vxlan","VNI":4096}}')
    expect(findings(inputs).map(({ id, title }) => [id, inEnglish(title)])).toEqual([
      ['vni-differs', 'The leases use VNI 1, the config says 4096'],
    ])
  })

  it('combines many findings of a kind into one that names the first', () => {
    const inputs = healthy()
    for (let i = 0; i < 3000; i += 1) inputs.leases.push(lease(`172.30.${100 + (i >> 8)}.${i & 255}-32`, `198.51.${i >> 8}.${i & 255}`))
    const [found] = findings(inputs)
    expect(findings(inputs)).toHaveLength(1)
    expect(found).toMatchObject({ id: 'lease-without-node', title: { code: 'many-lease-without-node', params: { n: 3000 } } })
    expect(found?.evidence).toHaveLength(20)
    expect(inEnglish(found?.evidence[0]?.says)).toContain('198.51.0.0')
  })

  it('does not count a finished pod or a reservation', () => {
    const inputs = healthy()
    inputs.pods.push(pod('done', '172.20.0.113', '172.30.99.5', { phase: 'Succeeded' }))
    inputs.leases.push(lease('172.30.50.0-24', '172.20.0.201', {}, 'never'))
    expect(ids(inputs)).toEqual([])
  })

  it('ignores a lease that ends soon on a live node: flannel renews it', () => {
    const inputs = healthy()
    inputs.leases = [lease('172.30.31.0-24', '172.20.0.113', {}, '2021-02-01T12:30:00Z'), lease('172.30.46.0-24', '172.20.0.114')]
    expect(ids(inputs)).toEqual([])
  })

  it('combines the stranded pods of one node into one finding that names each of them', () => {
    const inputs = healthy()
    for (let i = 0; i < 300; i++) inputs.pods.push(pod(`p${i}`, '172.20.0.113', `172.30.99.${i % 250}`))
    const found = findings(inputs)
    expect(found.map(({ id, title }) => [id, inEnglish(title)])).toEqual([
      ['pod-outside-leases', '300 pods on node 172.20.0.113 have addresses that are in no subnet lease'],
    ])
    expect(found[0]?.evidence[1]).toEqual({
      says: { code: 'pod-ip', params: { pod: 'shop/p1', ip: '172.30.99.1' } },
      source: { keyspace: 'v3', key: '/registry/pods/shop/p1' },
    })
  })

  it('matches a lease in a Node with that Node, although its status has no addresses', () => {
    const held = (name: string, publicIP: string) => ({ ...lease('172.30.31.0-24', publicIP), source: node(name).source })
    const nodes = [node('worker-aa', { addresses: [] }), node('worker-bb', { addresses: [] })]
    const inputs = { ...healthy(), nodes, pods: [] }
    expect(
      ids({ ...inputs, leases: [held('worker-aa', '172.20.0.1'), { ...held('worker-bb', '172.20.0.2'), v4: null, v6: null }] }),
    ).toEqual(['node-without-lease'])
    const both = [held('worker-aa', '172.20.0.1'), { ...held('worker-bb', '172.20.0.2'), v4: lease('172.30.46.0-24', '').v4 }]
    expect(ids({ ...inputs, leases: both })).toEqual([])
    // Without a lease in the Node, this is certain even without addresses.
    expect(findings({ ...inputs, leases: both.slice(0, 1) }).map(({ title }) => inEnglish(title))).toEqual([
      'Node worker-bb has no subnet lease',
    ])
  })

  it('does not call a lease ownerless if a node without addresses may have it', () => {
    const inputs = healthy()
    inputs.leases.push(lease('172.30.77.0-24', '172.20.0.200'))
    inputs.nodes.push(node('worker-bb', { addresses: [] }))
    expect(findings(inputs)).toMatchObject([
      {
        id: 'lease-without-node',
        title: { code: 'lease-without-known-node', params: { lease: '172.30.77.0/24', holder: '172.20.0.200' } },
        meaning: { code: 'lease-without-known-node-means', params: { nodes: 'worker-bb', more: 0 } },
      },
    ])
  })

  it('expects nothing of a network whose nodes and pods are served by another one', () => {
    const inputs = healthy()
    const elsewhere = inputs.leases.splice(1, 1)
    inputs.pods.push(pod('b', '172.20.0.114', '172.30.46.9'))
    expect(ids(inputs)).toEqual(['pod-outside-leases', 'node-without-lease'])
    expect(ids({ ...inputs, elsewhere })).toEqual([])
  })

  it('finds the one stray pod among 20,000 leases, nodes and pods', () => {
    const inputs = healthy()
    inputs.config = parseNetworkConfig('{"Network":"10.0.0.0/8","Backend":{"Type":"vxlan"}}')
    inputs.serviceRanges = []
    const at = (i: number) => `${10 + (i >> 16)}.${(i >> 8) & 255}.${i & 255}`
    inputs.leases = Array.from({ length: 20_000 }, (_, i) => lease(`${at(i + 256)}.0-24`, `192.${at(i)}`))
    inputs.nodes = Array.from({ length: 20_000 }, (_, i) => node(`192.${at(i)}`))
    inputs.pods = Array.from({ length: 20_000 }, (_, i) => pod(`p${i}`, `192.${at(i)}`, `${at(i + 256)}.7`))
    inputs.pods.push(pod('stray', `192.${at(5)}`, `${at(300)}.9`))
    expect(ids(inputs)).toEqual(['pod-in-foreign-lease'])
  })
})
