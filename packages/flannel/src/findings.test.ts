// Every finding is provoked once, and a healthy network yields none.
import { describe, expect, it } from 'vitest'
import { type FindingInputs, findings, type NodeInput, type PodInput } from './findings.ts'
import { parseNetworkConfig } from './network-config.ts'
import { parseSubnetLease } from './subnet-lease.ts'

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
  it('is silent when nothing is wrong', () => expect(ids(healthy())).toEqual([]))
  it('is silent where there is no flannel', () => expect(ids({ ...healthy(), config: null, leases: [] })).toEqual([]))

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

  it('does not count a finished pod or a reservation', () => {
    const inputs = healthy()
    inputs.pods.push(pod('done', '172.20.0.113', '172.30.99.5', { phase: 'Succeeded' }))
    inputs.leases.push(lease('172.30.50.0-24', '172.20.0.201', {}, 'never'))
    expect(ids(inputs)).toEqual([])
  })

  it('says nothing of a lease that ends soon on a node that lives: flannel renews it', () => {
    const inputs = healthy()
    inputs.leases = [lease('172.30.31.0-24', '172.20.0.113', {}, '2021-02-01T12:30:00Z'), lease('172.30.46.0-24', '172.20.0.114')]
    expect(ids(inputs)).toEqual([])
  })

  it('gathers the stranded pods of one node into one finding that names each of them', () => {
    const inputs = healthy()
    for (let i = 0; i < 300; i++) inputs.pods.push(pod(`p${i}`, '172.20.0.113', `172.30.99.${i % 250}`))
    const found = findings(inputs)
    expect(found.map(({ id, title }) => [id, title])).toEqual([
      ['pod-outside-leases', '300 pods on node 172.20.0.113 have addresses that lie in no subnet lease'],
    ])
    expect(found[0]?.evidence[1]).toEqual({
      text: 'shop/p1: status.podIP 172.30.99.1',
      source: { keyspace: 'v3', key: '/registry/pods/shop/p1' },
    })
  })

  it('asks nothing of a network whose nodes and pods are served by another one', () => {
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
