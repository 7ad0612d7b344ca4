// flannel's page over the demo, over both keyspaces in memory, and over every possible fault in them; secrets stay on the server.
import { existsSync } from 'node:fs'
import path from 'node:path'
import { type FlannelAddressAnswer, FlannelAnswer } from '@registree/contract'
import { utf8 } from '@registree/keyspace'
import type { FastifyInstance } from 'fastify'
import { Check } from 'typebox/value'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { AppError } from '../problem.ts'
import { MemoryV2Source } from '../sources/memory/memory-v2-source.ts'
import { MemoryV3Source } from '../sources/memory/memory-v3-source.ts'
import type { OpenedCluster } from '../sources/source.ts'
import { get, memoryCluster, testApp } from '../testing/app.ts'
import { openFile } from '../testing/open-file.ts'

const ROOT = path.resolve(import.meta.dirname, '../../../..')
const DEMO = path.join(ROOT, 'demo/cluster')
const HEALTHY = path.join(ROOT, '../shared/fixtures/kube-1.20/before.db')

async function read(opened: OpenedCluster): Promise<{ status: number; text: string; body: FlannelAnswer }> {
  const app = await testApp(opened)
  try {
    const answer = await get(app, 'flannel')
    return { status: answer.status, text: answer.raw.toString(), body: answer.json() as unknown as FlannelAnswer }
  } finally {
    await app.close()
  }
}

const findingsOf = (body: FlannelAnswer) => body.networks.map(({ id, findings }) => [id, ...findings.map((finding) => finding.id)])

describe('the demo', () => {
  let opened: OpenedCluster
  let app: FastifyInstance
  let body: FlannelAnswer
  beforeAll(async () => {
    opened = await openFile(DEMO)
    app = await testApp(opened)
    body = (await get(app, 'flannel')).json() as unknown as FlannelAnswer
  })
  afterAll(async () => {
    await app.close()
    await opened.close()
  })

  it('has one network in v2, with three leases and the nodes that hold them', () => {
    expect(Check(FlannelAnswer, body)).toBe(true)
    expect(body.networks).toHaveLength(1)
    const [network] = body.networks
    expect(network).toMatchObject({
      id: 'v2:/kube-centos/network',
      manager: 'etcd-v2',
      foundBy: 'search',
      configSource: { keyspace: 'v2', key: '/kube-centos/network/config' },
      leasesSource: { keyspace: 'v2', key: '/kube-centos/network/subnets' },
      backendType: 'host-gw',
    })
    expect(network?.leases.map(({ v4, publicIP, node, reservation }) => [v4, publicIP, node?.name, reservation])).toEqual([
      ['172.30.36.0/24', '172.20.0.115', '172.20.0.115', false],
      ['172.30.77.0/24', '172.20.0.114', '172.20.0.114', false],
      ['172.30.83.0/24', '172.20.0.113', '172.20.0.113', false],
    ])
    expect(network?.plans[0]).toMatchObject({ network: '172.30.0.0/16', total: '256', used: '3', reserved: '0', free: '252', outside: '1' })
    expect(network?.plans[0]?.next.slice(0, 2)).toEqual(['172.30.1.0/24', '172.30.2.0/24'])
    expect(network?.plans[0]?.next).toHaveLength(100)
    expect(body.compared).toMatchObject({ nodes: 3, pods: 29 })
  })

  it('says that 172.20.0.115 is silent and its lease expires, by the time of the file', () => {
    const [network] = body.networks
    expect(network?.findings.map(({ id }) => id)).toEqual(['lease-of-silent-node'])
    expect(network?.findings[0]?.title.text).toContain('Node 172.20.0.115 is silent')
    expect(network?.findings[0]?.title.text).toContain('172.30.36.0/24')
    expect(network?.findings[0]?.evidence.map(({ source }) => source)).toEqual([
      { keyspace: 'v2', key: '/kube-centos/network/subnets/172.30.36.0-24' },
      { keyspace: 'v3', key: '/registry/minions/172.20.0.115' },
    ])
    expect(opened.clock).toEqual({ kind: 'file', asOf: new Date(body.now ?? '') })
  })

  it('says who has an address', async () => {
    const ask = async (address: string) =>
      (await get(app, `flannel/address?ip=${address}`)).json<FlannelAddressAnswer>().matches.map(({ text }) => text)
    expect(await ask('10.254.0.1')).toEqual([
      'Service default/kubernetes: https 443/TCP → 6443',
      'In the service range 10.254.0.0/16, allocated',
    ])
    expect(await ask('172.30.36.250')).toEqual([
      'In the subnet 172.30.36.0/24 of 172.20.0.115 (/kube-centos/network)',
      'In the pod network 172.30.0.0/16 (/kube-centos/network)',
    ])
    expect(await ask('8.8.8.8')).toEqual([])
    expect((await get(app, 'flannel/address?ip=nonsense')).status).toBe(400)
  })

  it('costs etcd about the compared objects, not the rest of the keyspace', () => {
    expect(body.cost.walked).toBeLessThan(100)
  })
})

describe('the healthy capture', () => {
  it.skipIf(!existsSync(HEALTHY))(
    `yields no finding${existsSync(HEALTHY) ? '' : ' (skipped: no fixtures beside the repository)'}`,
    async () => {
      const [before, demo] = [await openFile(HEALTHY), await openFile(DEMO)]
      try {
        const { body } = await read({ ...before, clock: before.clock, v3: before.v3, v2: demo.v2 })
        expect(findingsOf(body)).toEqual([['v2:/kube-centos/network']])
        expect(body.compared.nodes).toBe(3)
      } finally {
        await before.close()
        await demo.close()
      }
    },
  )
})

describe('secrets', () => {
  const CONFIG = JSON.stringify({
    Network: '172.30.0.0/16',
    Backend: { Type: 'ipsec', PSK: 'hunter2', AccessKeySecret: 'hunter2', Nested: { psk: 'hunter2' } },
  })
  const LEASE = JSON.stringify({
    PublicIP: '192.0.2.1',
    BackendType: 'ipsec',
    BackendData: { PSK: 'hunter2', a: { AccessKeySecret: 'hunter2' } },
  })

  it('never leave, from v2, v3 or Kubernetes', async () => {
    const v2 = new MemoryV2Source()
    const v3 = new MemoryV3Source()
    v2.set('/coreos.com/network/config', CONFIG)
    v2.set('/coreos.com/network/subnets/172.30.1.0-24', LEASE)
    v3.set(utf8('/coreos.com/network/config'), utf8(CONFIG))
    v3.set(utf8('/coreos.com/network/subnets/172.30.1.0-24'), utf8(LEASE))
    v3.set(
      utf8('/registry/minions/n1'),
      utf8(
        JSON.stringify({
          apiVersion: 'v1',
          kind: 'Node',
          metadata: {
            name: 'n1',
            annotations: {
              'flannel.alpha.coreos.com/public-ip': '192.0.2.1',
              'flannel.alpha.coreos.com/backend-data': '{"PSK":"hunter2"}',
            },
          },
          spec: { podCIDR: '172.30.1.0/24' },
        }),
      ),
    )
    v3.set(
      utf8('/registry/configmaps/kube-flannel/kube-flannel-cfg'),
      utf8(
        JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'kube-flannel-cfg' }, data: { 'net-conf.json': CONFIG } }),
      ),
    )
    const { body, text } = await read(memoryCluster(v3, v2))
    expect(body.networks.map(({ id }) => id)).toEqual(['v2:/coreos.com/network', 'v3:/coreos.com/network', 'kubernetes'])
    expect(body.networks.map(({ leases }) => leases[0]?.v4)).toEqual(['172.30.1.0/24', '172.30.1.0/24', '172.30.1.0/24'])
    for (const network of body.networks) expect(network.settings.find(({ name }) => name === 'Backend.PSK')).toMatchObject({ masked: true })
    expect(text).not.toContain('hunter2')
  })
})

describe('missing and broken parts', () => {
  it('are reported without flannel', async () => {
    const { status, body } = await read(memoryCluster())
    expect(status).toBe(200)
    expect(body.networks).toEqual([])
    expect(body.looked.map(({ text }) => text)).toEqual(
      expect.arrayContaining(['v2 /coreos.com/network: nothing is there', 'v3 /coreos.com/network: nothing is there']),
    )
  })

  it('are reported for a keyspace that fails, while the other is shown', async () => {
    const v2 = new MemoryV2Source()
    v2.set('/coreos.com/network/config', '{"Network":"172.30.0.0/16","Backend":{"Type":"vxlan"}}')
    const v3 = new MemoryV3Source()
    v3.range = async () => {
      throw new AppError('SOURCE_UNREACHABLE', { code: 'stored-text', params: { text: 'etcd does not answer.' } })
    }
    const { status, body } = await read(memoryCluster(v3, v2))
    expect(status).toBe(200)
    expect(body.networks.map(({ id }) => id)).toEqual(['v2:/coreos.com/network'])
    expect(body.notices).toMatchObject([{ severity: 'error', message: 'The v3 keyspace could not be read: etcd does not answer.' }])
    expect((await read(memoryCluster(v3, new MemoryV2Source()))).status).toBe(503)
  })

  it('are reported for values that are not objects, and for a broken config', async () => {
    const v2 = new MemoryV2Source()
    v2.set('/coreos.com/network/config', '{"Network":')
    v2.set('/coreos.com/network/subnets/172.30.1.0-24', 'not json')
    const v3 = new MemoryV3Source()
    v3.set(utf8('/registry/minions/n1'), utf8('k8s:enc:aescbc:v1:key1:xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx'))
    const { body } = await read(memoryCluster(v3, v2))
    expect(body.networks[0]?.notices[0]?.message).toContain('not valid JSON')
    expect(body.networks[0]?.leases[0]?.notices[0]?.message).toContain('not valid JSON')
    expect(body.notices[0]?.message).toMatch(/^Some nodes could not be read \(1 of 1\)\. Encrypted at rest/)
  })
})
