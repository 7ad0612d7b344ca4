// Look-ups of addresses, ports and names; "free" is said only after a complete search; and the demo's answers.
import { fileURLToPath } from 'node:url'
import { LookupAnswer } from '@registree/contract'
import { utf8 } from '@registree/keyspace'
import { Check } from 'typebox/value'
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest'
import { AppError } from '../problem.ts'
import { MemoryV2Source } from '../sources/memory/memory-v2-source.ts'
import { MemoryV3Source } from '../sources/memory/memory-v3-source.ts'
import { momentOf, type OpenedCluster } from '../sources/source.ts'
import { get, memoryCluster, testApp } from '../testing/app.ts'
import { openFile } from '../testing/open-file.ts'
import { field, metadata, storedProtobuf } from '../testing/protobuf.ts'

type App = Awaited<ReturnType<typeof testApp>>
const ask = async (app: App, q: string) => {
  const reply = await get(app, `lookup?q=${encodeURIComponent(q)}`)
  const answer = reply.json<LookupAnswer>()
  if (reply.status === 200) expect(Check(LookupAnswer, answer)).toBe(true)
  return answer
}
/** The short form of the answer. */
const said = async (app: App, q: string) => {
  const { verdict, reason, matches, places } = await ask(app, q)
  return {
    verdict: reason === null ? verdict : `${verdict}: ${reason}`,
    matches: matches.map(({ text }) => text),
    places: places.map(({ text }) => text),
  }
}

describe('the demo', () => {
  let opened: OpenedCluster
  let app: App
  beforeAll(async () => {
    opened = await openFile(fileURLToPath(new URL('../../../../demo/cluster', import.meta.url)))
    app = await testApp(opened)
  })
  afterAll(async () => {
    await app.close()
    await opened.close()
  })

  const inSubnet = (subnet: string, node: string) => [
    `In the subnet ${subnet} of ${node} (/kube-centos/network)`,
    'In the pod network 172.30.0.0/16 (/kube-centos/network)',
  ]
  it.each([
    [
      '172.30.77.5',
      'held',
      [
        'Pod shop/orders-66d68c66fd-bwhvw on node 172.20.0.114: api: 8080/TCP',
        'EndpointSlice shop/orders-l88zr lists it for Service shop/orders (ready): 8080/TCP',
      ],
      inSubnet('172.30.77.0/24', '172.20.0.114'),
    ],
    ['172.30.83.4', 'free', [], inSubnet('172.30.83.0/24', '172.20.0.113')],
    ['172.30.36.1', 'reserved: bridge-address', [], inSubnet('172.30.36.0/24', '172.20.0.115')],
    ['172.30.36.0', 'reserved: network-address', [], inSubnet('172.30.36.0/24', '172.20.0.115')],
    ['172.30.36.255', 'reserved: broadcast-address', [], inSubnet('172.30.36.0/24', '172.20.0.115')],
    ['172.30.200.9', 'free', [], ['In the pod network 172.30.0.0/16 (/kube-centos/network)']],
    ['172.30.0.9', 'reserved: never-handed-out', [], ['In the pod network 172.30.0.0/16 (/kube-centos/network)']],
    ['10.254.0.1', 'held', ['Service default/kubernetes: https 443/TCP → 6443'], ['In the service range 10.254.0.0/16, allocated']],
    ['10.254.0.1:81', 'held', ['Service default/kubernetes'], ['In the service range 10.254.0.0/16, allocated']],
    ['10.254.7.7', 'free', [], ['In the service range 10.254.0.0/16, not allocated']],
    ['8.8.8.8', 'outside', [], []],
    ['172.20.0.113', 'held', ['Node 172.20.0.113'], []],
    ['172.20.0.113:30803', 'held', ['Node 172.20.0.113', 'Service shop/storefront, as a node port: http 80:30803/TCP → http'], []],
    [
      '30803',
      'held',
      ['Service shop/storefront, as a node port: http 80:30803/TCP → http'],
      ['In the range of node ports 30000-32767, allocated'],
    ],
    ['30804', 'free', [], ['In the range of node ports 30000-32767, not allocated']],
    ['443', 'outside', ['Service default/kubernetes listens on it inside of the cluster: https 443/TCP → 6443'], []],
    ['storefront.shop.svc.cluster.local', 'held', ['Service shop/storefront: http 80:30803/TCP → http'], []],
    ['storefront.shop', 'held', ['Service shop/storefront: http 80:30803/TCP → http'], []],
    ['nope.shop.svc', 'unnamed', [], []],
    [
      '172-30-77-5.shop.pod.cluster.local',
      'held',
      expect.arrayContaining([expect.stringContaining('orders-66d68c66fd-bwhvw')]),
      expect.anything(),
    ],
  ])('%s is %s', async (q, verdict, matches, places) => {
    expect(await said(app, q)).toEqual({ verdict, matches, places })
  })

  it('lists what is in a network, with addresses', async () => {
    const { verdict, matches, places } = await ask(app, '172.30.36.9/24')
    expect(verdict).toBe('network')
    expect(matches.map(({ kind }) => kind)).toEqual(expect.arrayContaining(['SubnetLease', 'Pod']))
    expect(matches.find(({ name }) => name === 'storefront-6b6ff5dc75-hl5fm')).toMatchObject({ address: '172.30.36.9', of: '172.20.0.115' })
    expect(places.map(({ kind }) => kind)).toEqual(['subnet', 'pod-network'])
  })

  it('names what it searched and at which revision, and costs little more than that', async () => {
    const { searched, revision, question, asOf, cost } = await ask(app, ' 172.30.77.5:8080 ')
    expect(question).toEqual({ kind: 'address', text: '172.30.77.5:8080', port: 8080 })
    expect(searched).toEqual(
      expect.arrayContaining([
        { what: 'flannel', objects: 3, cut: false, unread: 0 },
        { what: 'pods', objects: 29, cut: false, unread: 0 },
      ]),
    )
    expect(revision).toBe('2298')
    expect(asOf).toBe(momentOf(opened.clock, () => new Date(0))?.toISOString())
    expect(cost.walked).toBeLessThan(100)
  })

  it.each(['nonsense of a question', '1.2.3.256', '99999'])('refuses %j, and says what can be asked', async (q) => {
    const reply = await get(app, `lookup?q=${encodeURIComponent(q)}`)
    expect([reply.status, reply.json().code]).toEqual([400, 'BAD_REQUEST'])
    expect(String(reply.json().hint)).toContain('web.shop.svc')
  })
})

describe('hard cases', () => {
  const cluster = (objects: Record<string, object>, v2 = new MemoryV2Source()) => {
    const v3 = new MemoryV3Source()
    for (const [key, object] of Object.entries(objects)) {
      const [name = '', namespace] = key.split('/').reverse()
      const metadata = { name, ...(key.split('/').length > 2 || /^pods|^ingress/.test(key) ? { namespace } : {}) }
      v3.set(utf8(`/registry/${key}`), utf8(JSON.stringify({ apiVersion: 'v1', metadata, ...object })))
    }
    return { v3, v2 }
  }
  const range = (text: string, ...bits: number[]) => {
    const value = bits.reduce((sum, bit) => sum | (1n << BigInt(bit)), 0n)
    const hex = value.toString(16)
    return {
      kind: 'RangeAllocation',
      range: text,
      data: Buffer.from(hex.padStart(hex.length + (hex.length % 2), '0'), 'hex').toString('base64'),
    }
  }
  const using = async (
    objects: Record<string, object>,
    questions: (app: App, v3: MemoryV3Source) => Promise<void>,
    v2?: MemoryV2Source,
  ) => {
    const made = cluster(objects, v2)
    const app = await testApp(memoryCluster(made.v3, made.v2))
    await questions(app, made.v3)
    await app.close()
  }
  const service = (spec: object, status: object = {}) => ({ kind: 'Service', spec, status })

  test('an address whose bit is set without a holder is not free; one outside the bitmap is not called free either', () =>
    using({ 'ranges/serviceips': range('10.0.0.0/24', 4), 'ranges/servicenodeports': range('30000-32767', 7) }, async (app) => {
      expect((await ask(app, '10.0.0.5')).verdict).toBe('allocated')
      expect((await ask(app, '10.0.0.6')).verdict).toBe('free')
      expect((await ask(app, '30007')).verdict).toBe('allocated')
      expect((await ask(app, '30008')).verdict).toBe('free')
    }))

  test('IPAddress objects decide what is allocated, even beside an old bitmap', () =>
    using(
      {
        'servicecidrs/kubernetes': {
          apiVersion: 'networking.k8s.io/v1',
          kind: 'ServiceCIDR',
          spec: { cidrs: ['10.0.0.0/24', 'fd00:1::/112'] },
        },
        'ranges/serviceips': range('10.0.0.0/24', 4),
        'ipaddresses/10.0.0.9': {
          apiVersion: 'networking.k8s.io/v1',
          kind: 'IPAddress',
          spec: { parentRef: { resource: 'services', namespace: 'shop', name: 'gone' } },
        },
        'ipaddresses/fd00:1::9': {
          apiVersion: 'networking.k8s.io/v1',
          kind: 'IPAddress',
          spec: { parentRef: { resource: 'services', name: 'x' } },
        },
      },
      async (app) => {
        expect(await said(app, '10.0.0.9')).toMatchObject({
          verdict: 'allocated',
          matches: ['IPAddress 10.0.0.9 allocates it to services shop/gone'],
        })
        expect((await ask(app, '10.0.0.5')).verdict).toBe('free')
        expect((await ask(app, 'FD00:0001::0009')).verdict).toBe('allocated')
        expect((await ask(app, 'fd00:1::10')).verdict).toBe('free')
      },
    ))

  test('a range without any record of allocations', () =>
    using(
      { 'servicecidrs/kubernetes': { apiVersion: 'networking.k8s.io/v1', kind: 'ServiceCIDR', spec: { cidrs: ['10.0.0.0/24'] } } },
      async (app) => expect((await ask(app, '10.0.0.9')).verdict).toBe('unknown'),
    ))

  test('all ways to have an address, in both families', () =>
    using(
      {
        'services/specs/shop/a': service(
          { type: 'LoadBalancer', clusterIP: '10.0.0.1', clusterIPs: ['10.0.0.1', 'fd00::1'] },
          { loadBalancer: { ingress: [{ ip: '203.0.113.1' }] } },
        ),
        'services/specs/shop/b': service({ clusterIP: '10.0.0.2', externalIPs: ['203.0.113.2'] }),
        'pods/shop/done': { kind: 'Pod', spec: { nodeName: 'n1' }, status: { phase: 'Succeeded', podIP: '10.1.0.5' } },
        'pods/shop/dual': {
          kind: 'Pod',
          spec: {},
          status: { phase: 'Running', podIP: '10.1.0.6', podIPs: [{ ip: '10.1.0.6' }, { ip: 'fd01::0006' }] },
        },
        'pods/shop/host': { kind: 'Pod', spec: { hostNetwork: true, nodeName: 'n1' }, status: { phase: 'Running', podIP: '192.0.2.1' } },
        'minions/n1': {
          kind: 'Node',
          spec: { podCIDR: '10.1.0.0/24' },
          status: {
            addresses: [
              { type: 'InternalIP', address: '192.0.2.1' },
              { type: 'Hostname', address: 'N1.example.com' },
            ],
          },
        },
        'services/endpoints/shop/db': { kind: 'Endpoints', subsets: [{ addresses: [{ ip: '198.51.100.7' }], ports: [{ port: 5432 }] }] },
        'masterleases/192.0.2.9': { kind: 'Endpoints', subsets: [] },
        'ingress/shop/web': {
          apiVersion: 'networking.k8s.io/v1',
          kind: 'Ingress',
          status: { loadBalancer: { ingress: [{ ip: '203.0.113.9' }] } },
        },
      },
      async (app) => {
        const first = async (q: string) => (await said(app, q)).matches
        expect(await first('fd00:0:0::1')).toEqual(['Service shop/a'])
        expect(await first('203.0.113.1')).toEqual(['Service shop/a, as its load balancer'])
        expect(await first('203.0.113.2')).toEqual(['Service shop/b, as an external IP'])
        expect(await first('fd01::6')).toEqual(['Pod shop/dual'])
        expect(await first('192.0.2.1')).toEqual(['Pod shop/host on node n1, in the host’s network', 'Node n1'])
        expect(await first('198.51.100.7')).toEqual(['Endpoints shop/db lists it for Service shop/db (ready): 5432/TCP'])
        expect(await first('192.0.2.9')).toEqual(['Endpoints 192.0.2.9 says that an API server has it'])
        expect(await first('203.0.113.9')).toEqual(['Ingress shop/web, as its load balancer'])
        // A finished pod has released its address.
        expect(await said(app, '10.1.0.5')).toEqual({
          verdict: 'free',
          matches: ['Pod shop/done on node n1 had it until it ended (Succeeded)'],
          places: ['In spec.podCIDR 10.1.0.0/24 of node n1'],
        })
        expect(await first('n1.example.com')).toEqual(['Node n1'])
        expect(await first('n1')).toEqual(['Node n1'])
      },
    ))

  test('ports: node ports, health checks, host ports of running pods, and ports inside the cluster', () =>
    using(
      {
        'ranges/servicenodeports': range('30000-32767', 1, 2),
        'services/specs/shop/a': service({
          type: 'LoadBalancer',
          healthCheckNodePort: 30002,
          ports: [{ name: 'http', port: 80, targetPort: 'web', nodePort: 30001 }],
        }),
        'pods/shop/proxy': {
          kind: 'Pod',
          spec: {
            nodeName: 'n1',
            containers: [{ name: 'c', ports: [{ name: 'p', containerPort: 8080, hostPort: 9100, protocol: 'UDP' }] }],
          },
          status: { phase: 'Running' },
        },
        'pods/shop/ended': {
          kind: 'Pod',
          spec: { nodeName: 'n1', containers: [{ name: 'c', ports: [{ hostPort: 9100 }] }] },
          status: { phase: 'Failed' },
        },
      },
      async (app) => {
        expect(await said(app, '30001')).toMatchObject({
          verdict: 'held',
          matches: ['Service shop/a, as a node port: http 80:30001/TCP → web'],
        })
        expect(await said(app, ':30002')).toMatchObject({ verdict: 'held', matches: ['Service shop/a, as its health check node port'] })
        expect(await said(app, '9100')).toEqual({
          verdict: 'held',
          matches: ['Pod shop/proxy on node n1, as a host port: c: p 8080:9100/UDP'],
          places: [],
        })
        expect(await said(app, '80')).toMatchObject({
          verdict: 'outside',
          matches: ['Service shop/a listens on it inside of the cluster: http 80:30001/TCP → web'],
        })
      },
    ))

  test('host names: Services, pods of a headless one, other names, rules and their wildcards', () =>
    using(
      {
        'services/specs/shop/db': service({ clusterIP: 'None', ports: [{ port: 5432 }] }),
        'services/specs/shop/out': service({ type: 'ExternalName', externalName: 'API.example.net.' }),
        'services/specs/shop/lb': service({ type: 'LoadBalancer' }, { loadBalancer: { ingress: [{ hostname: 'lb-1.cloud.example' }] } }),
        'pods/shop/db-0': { kind: 'Pod', spec: { hostname: 'db-0', subdomain: 'db', nodeName: 'n1' }, status: { phase: 'Running' } },
        'ingress/shop/web': {
          apiVersion: 'networking.k8s.io/v1',
          kind: 'Ingress',
          spec: { rules: [{ host: 'shop.example.com' }, { host: '*.shop.example.com' }] },
        },
        'gateway.networking.k8s.io/httproutes/shop/r': {
          apiVersion: 'gateway.networking.k8s.io/v1',
          kind: 'HTTPRoute',
          spec: { hostnames: ['*.routes.example.com'] },
        },
      },
      async (app) => {
        const first = async (q: string) => (await said(app, q)).matches
        expect(await first('db-0.db.shop.svc.cluster.local')).toEqual(['Pod shop/db-0 on node n1', 'Service shop/db: 5432/TCP'])
        expect(await first('_postgres._tcp.db.shop.svc')).toEqual(['Service shop/db: 5432/TCP'])
        expect(await first('db')).toEqual(['Service shop/db: 5432/TCP'])
        expect(await first('api.example.net')).toEqual(['Service shop/out points to it'])
        expect(await first('LB-1.cloud.example')).toEqual(['Service shop/lb, as its load balancer'])
        expect(await first('https://shop.example.com/cart?x=1')).toEqual(['Ingress shop/web has a rule for shop.example.com'])
        expect(await first('a.shop.example.com')).toEqual(['Ingress shop/web has a rule for *.shop.example.com'])
        expect(await said(app, 'a.b.shop.example.com')).toMatchObject({ verdict: 'unnamed' })
        expect(await first('a.b.routes.example.com')).toEqual(['HTTPRoute shop/r has a rule for *.routes.example.com'])
      },
    ))

  test('nothing is called free if something could not be read', () =>
    using({ 'ranges/serviceips': range('10.0.0.0/24'), 'ranges/servicenodeports': range('30000-32767') }, async (app, v3) => {
      v3.set(utf8('/registry/pods/shop/damaged'), Uint8Array.of(0xff, 0xfe))
      expect(await ask(app, '10.0.0.9')).toMatchObject({
        verdict: 'unknown',
        searched: expect.arrayContaining([{ what: 'pods', objects: 1, cut: false, unread: 1 }]),
      })
      expect((await ask(app, '8.8.8.8')).verdict).toBe('unknown')
      expect((await ask(app, '30009')).verdict).toBe('unknown')
      // A pod whose status ends before its address.
      v3.set(utf8('/registry/pods/shop/damaged'), storedProtobuf('v1', 'Pod', metadata('damaged', 'shop'), field(3, [18, 120])))
      expect(await ask(app, '10.0.0.9')).toMatchObject({
        verdict: 'unknown',
        searched: expect.arrayContaining([{ what: 'pods', objects: 1, cut: false, unread: 1 }]),
      })
    }))

  test('flannel alone, in the v2 keyspace: the address’s network is known, but not that it is free', async () => {
    const v2 = new MemoryV2Source()
    v2.set('/coreos.com/network/config', '{"Network":"10.9.0.0/16"}')
    v2.set('/coreos.com/network/subnets/10.9.7.0-24', '{"PublicIP":"192.0.2.1"}')
    const v3 = new MemoryV3Source()
    v3.range = async () => {
      throw new AppError('KEYSPACE_UNAVAILABLE', { code: 'stored-text', params: { text: 'There is no v3 keyspace.' } })
    }
    v3.availability = async () => ({ available: false, says: { code: 'v3-absent', params: {} } })
    const app = await testApp(memoryCluster(v3, v2))
    expect(await said(app, '10.9.7.9')).toEqual({
      verdict: 'unknown',
      matches: [],
      places: ['In the subnet 10.9.7.0/24 of 192.0.2.1 (/coreos.com/network)', 'In the pod network 10.9.0.0/16 (/coreos.com/network)'],
    })
    expect((await get(app, 'lookup?q=30001')).json().code).toBe('KEYSPACE_UNAVAILABLE')
    await app.close()
  })

  test('a failing keyspace is reported, and the other’s addresses are not called free', async () => {
    const v2 = new MemoryV2Source()
    v2.node = async () => {
      throw new AppError('SOURCE_UNREACHABLE', { code: 'stored-text', params: { text: 'etcd does not answer.' } })
    }
    await using(
      { 'minions/n1': { kind: 'Node', spec: { podCIDR: '10.1.0.0/24' }, status: {} }, 'ranges/serviceips': range('10.0.0.0/24') },
      async (app) => {
        const answer = await ask(app, '10.1.0.9')
        expect(answer.verdict).toBe('unknown')
        expect(answer.notices.map(({ message }) => message).join(' ')).toContain('etcd does not answer.')
        // Free service addresses do not depend on flannel.
        expect((await ask(app, '10.0.0.9')).verdict).toBe('free')
      },
      v2,
    )
  })
})
