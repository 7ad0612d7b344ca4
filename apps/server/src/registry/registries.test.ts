// Where a cluster's Kubernetes objects are found: below the usual prefix, another one, several, in the v2 keyspace, or nowhere.
import type { ClusterInfo, ClustersAnswer, ResourcesAnswer, TroubleAnswer } from '@registree/contract'
import { RangeKnowledge, utf8 } from '@registree/keyspace'
import { createDecryptor } from '@registree/kube'
import { expect, test } from 'vitest'
import { maskAll } from '../clusters/cluster.ts'
import { runHere } from '../jobs/run-here.ts'
import { AppError } from '../problem.ts'
import { CostMeter, metered } from '../sources/cost-meter.ts'
import { Identity } from '../sources/identity.ts'
import { MemoryV2Source } from '../sources/memory/memory-v2-source.ts'
import { MemoryV3Source } from '../sources/memory/memory-v3-source.ts'
import type { RangeRequest } from '../sources/source.ts'
import { get, memoryCluster, type TestAppOptions, testApp, testCluster } from '../testing/app.ts'
import { findRegistries } from './find-registries.ts'
import { Registries } from './registries.ts'

const NAMESPACE = JSON.stringify({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } })
const NODE = JSON.stringify({ apiVersion: 'v1', kind: 'Node', metadata: { name: 'a' } })

function stored(keys: Readonly<Record<string, string>>): MemoryV3Source {
  const source = new MemoryV3Source()
  for (const [key, value] of Object.entries(keys)) source.set(utf8(key), utf8(value))
  return source
}

async function clustersOf(v3: MemoryV3Source, { v2 = new MemoryV2Source(), ...options }: TestAppOptions & { v2?: MemoryV2Source } = {}) {
  const app = await testApp(memoryCluster(v3, v2), options)
  const list = async () =>
    JSON.parse((await app.inject({ method: 'GET', url: '/api/v1/clusters' })).payload) as Pick<ClustersAnswer, 'clusters'>
  return { app, clusters: (await list()).clusters, list }
}

function registriesOf(source: MemoryV3Source, now: () => number): Registries {
  const one = {
    name: 'one',
    title: 'One',
    configured: 'one',
    kubernetesPrefix: '/registry',
    prefixGiven: false,
    flannelPrefix: null,
    opened: { ...memoryCluster(source), source: 'etcd' as const },
    meter: new CostMeter(),
    knowledge: new RangeKnowledge(),
    decryptor: createDecryptor(null),
    connection: null,
    masking: maskAll(),
    jobs: runHere({ decryptorOf: () => createDecryptor(null) }),
  }
  return new Registries(new Map([['one', one]]), now)
}

/** Counts what is read from now on. */
function costOf(source: MemoryV3Source): CostMeter {
  const cost = new CostMeter()
  const range = source.range.bind(source)
  source.range = (request, signal) => metered({ range }, cost).range(request, signal)
  return cost
}

const only = (clusters: ClusterInfo[]): ClusterInfo => {
  expect(clusters).toHaveLength(1)
  return clusters[0] as ClusterInfo
}

test('the usual prefix is used if it holds anything', async () => {
  const { app, clusters } = await clustersOf(stored({ '/registry/configmaps/shop/a': '{}' }))
  expect(only(clusters)).toMatchObject({ kubernetesPrefix: '/registry', registry: { chosen: 'default', holds: true, others: [] } })
  await app.close()
})

test('a small store is read by few Ranges in a search', async () => {
  const source = stored({ '/registry/namespaces/shop': NAMESPACE, '/kubernetes.io/configmaps/shop/a': '{}' })
  const cluster = testCluster('test', memoryCluster(Object.assign(source, { storedBytes: async () => 20_000 })))
  expect((await findRegistries(cluster, true, AbortSignal.timeout(10_000))).found).toHaveLength(2)
  expect(cluster.meter.read().ranges).toBeLessThanOrEqual(8)
})

test('the only other registry is used if the usual prefix is empty, at once and by every page', async () => {
  const source = stored({
    '/kubernetes.io/namespaces/shop': NAMESPACE,
    '/kubernetes.io/minions/a': NODE,
    '/coreos.com/network/config': '{}',
  })
  const app = await testApp(memoryCluster(source))
  // The very first request is for a page, not for the clusters.
  expect((await get(app, 'trouble')).json<TroubleAnswer>().nodes.total).toBe(1)
  expect((await get(app, 'resources')).json<ResourcesAnswer>()).toMatchObject({ prefix: '/kubernetes.io/' })
  const { clusters } = JSON.parse((await app.inject('/api/v1/clusters')).payload) as ClustersAnswer
  expect(only(clusters)).toMatchObject({
    kubernetesPrefix: '/kubernetes.io',
    registry: { chosen: 'found', holds: true, looked: { v3: 'top', v2: 'top' } },
  })
  await app.close()
})

test('OpenShift: its own API server’s objects become a second cluster beside Kubernetes', async () => {
  const source = stored({
    '/kubernetes.io/namespaces/shop': NAMESPACE,
    '/openshift.io/users/anna': JSON.stringify({ apiVersion: 'user.openshift.io/v1', kind: 'User', metadata: { name: 'anna' } }),
  })
  const { app, clusters } = await clustersOf(source)
  expect(clusters.map(({ name, title, kubernetesPrefix }) => [name, title, kubernetesPrefix])).toEqual([
    ['test', 'test', '/kubernetes.io'],
    ['test.openshift.io', 'test · /openshift.io', '/openshift.io'],
  ])
  expect(clusters[0]?.registry.others).toEqual([
    { keyspace: 'v3', prefix: '/openshift.io', holds: ['users'], cluster: 'test.openshift.io' },
  ])
  const users = await app.inject('/api/v1/clusters/test.openshift.io/tables/users')
  expect(users.payload).toContain('"anna"')
  await app.close()
})

test('a link to a further registry works before the clusters were listed', async () => {
  const app = await testApp(memoryCluster(stored({ '/registry/namespaces/shop': NAMESPACE, '/openshift.io/users/a': '{}' })))
  const answer = await app.inject('/api/v1/clusters/test.openshift.io/status')
  expect(JSON.parse(answer.payload)).toMatchObject({ name: 'test.openshift.io' })
  expect((await app.inject('/api/v1/clusters/test.elsewhere/status')).statusCode).toBe(404)
  await app.close()
})

test('two whole registries are both offered, and none is preferred', async () => {
  const source = stored({ '/east/registry/namespaces/shop': NAMESPACE, '/west/registry/minions/a': NODE })
  const { app, clusters } = await clustersOf(source)
  expect(clusters.map(({ name, kubernetesPrefix }) => [name, kubernetesPrefix])).toEqual([
    ['test', '/registry'],
    ['test.east.registry', '/east/registry'],
    ['test.west.registry', '/west/registry'],
  ])
  expect(clusters[0]?.registry).toMatchObject({
    chosen: 'default',
    holds: false,
    looked: { v3: 'two levels' },
    others: [{ cluster: 'test.east.registry' }, { cluster: 'test.west.registry' }],
  })
  await app.close()
})

test('a configured prefix is kept, and others are searched only if it is empty', async () => {
  const keys = { '/registry/namespaces/shop': NAMESPACE, '/kubernetes.io/namespaces/shop': NAMESPACE }
  const right = await clustersOf(stored(keys), { kubernetesPrefix: '/kubernetes.io' })
  expect(only(right.clusters)).toMatchObject({
    kubernetesPrefix: '/kubernetes.io',
    registry: { chosen: 'given', holds: true, looked: null },
  })
  await right.app.close()
  const wrong = await clustersOf(stored(keys), { kubernetesPrefix: '/registri' })
  expect(wrong.clusters[0]).toMatchObject({ kubernetesPrefix: '/registri', registry: { chosen: 'given', holds: false } })
  expect(wrong.clusters.slice(1).map(({ name }) => name)).toEqual(['test.registry', 'test.kubernetes.io'])
  await wrong.app.close()
})

test('objects in the v2 keyspace are found and described', async () => {
  const v2 = new MemoryV2Source()
  for (const path of ['/registry/namespaces/default', '/registry/minions/a', '/registry/pods/default/p', '/kube-centos/network/config'])
    v2.set(path, '{}')
  const { app, clusters } = await clustersOf(new MemoryV3Source(), { v2 })
  expect(only(clusters)).toMatchObject({
    registry: { holds: false, others: [{ keyspace: 'v2', prefix: '/registry', holds: ['minions', 'namespaces', 'pods'], cluster: null }] },
  })
  await app.close()
})

test('a link keeps its meaning: a prefix that appears later becomes its own cluster', async () => {
  const source = new MemoryV3Source()
  let now = 0
  const registries = registriesOf(source, () => now)
  await registries.settleAll()
  expect(registries.list().map(({ kubernetesPrefix }) => kubernetesPrefix)).toEqual(['/registry'])
  source.set(utf8('/kubernetes.io/namespaces/shop'), utf8(NAMESPACE))
  now += 60_000
  await registries.settleAll()
  await expect
    .poll(() => registries.list().map(({ name, kubernetesPrefix }) => [name, kubernetesPrefix]))
    .toEqual([
      ['one', '/registry'],
      ['one.kubernetes.io', '/kubernetes.io'],
    ])
})

test('a registry two levels down is found beside another one, and without namespaces or nodes', async () => {
  const POD = JSON.stringify({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'web', namespace: 'shop' } })
  const beside = await clustersOf(stored({ '/registry/namespaces/shop': NAMESPACE, '/clusterB/registry/pods/shop/web': POD }))
  expect(beside.clusters.map(({ kubernetesPrefix }) => kubernetesPrefix)).toEqual(['/registry', '/clusterB/registry'])
  await beside.app.close()
  const alone = await clustersOf(stored({ '/clusterB/kube/pods/shop/web': POD, '/app/pods/a': 'no object', '/app/x/events/a': '{}' }))
  expect(only(alone.clusters)).toMatchObject({
    kubernetesPrefix: '/clusterB/kube',
    registry: { chosen: 'found', looked: { v3: 'two levels' } },
  })
  await alone.app.close()
  const v2 = new MemoryV2Source()
  v2.set('/clusterB/registry/pods/shop/web', POD)
  const inV2 = await clustersOf(stored({ '/registry/namespaces/shop': NAMESPACE }), { v2 })
  expect(only(inV2.clusters).registry.others).toMatchObject([{ keyspace: 'v2', prefix: '/clusterB/registry' }])
  await inV2.app.close()
})

test('too many directories are not searched, which is reported', async () => {
  const many = Object.fromEntries(Array.from({ length: 60 }, (_, i) => [`/app${i}/a/b`, '{}']))
  const { app, clusters } = await clustersOf(stored(many))
  expect(only(clusters).registry).toMatchObject({ holds: false, looked: { v3: 'part' }, others: [] })
  await app.close()
})

test('a registry that moves is found with the next cluster list, and missed at its old place', async () => {
  const source = stored({ '/registry/namespaces/shop': NAMESPACE })
  let now = 0
  const registries = registriesOf(source, () => now)
  const seen = async () => {
    now += 3000
    await registries.settleAll()
    return registries.list().map((cluster) => [cluster.kubernetesPrefix, registries.registryOf(cluster).holds])
  }
  expect(await seen()).toEqual([['/registry', true]])
  source.remove(utf8('/registry/namespaces/shop'))
  source.set(utf8('/kubernetes.io/namespaces/shop'), utf8(NAMESPACE))
  expect(await seen()).toEqual([
    ['/registry', false],
    ['/kubernetes.io', true],
  ])
  source.remove(utf8('/kubernetes.io/namespaces/shop'))
  source.set(utf8('/registry/namespaces/shop'), utf8(NAMESPACE))
  expect(await seen()).toEqual([
    ['/registry', true],
    ['/kubernetes.io', false],
  ])
})

test.each<[string, Record<string, string>, number]>([
  ['with the namespaces that each API server makes', { '/registry/namespaces/kube-system': NAMESPACE }, 1],
  ['with others alone', { '/registry/namespaces/shop': NAMESPACE }, 3],
])('a registry that stays is checked by a few small reads, however often the clusters are asked for: %s', async (_, keys, most) => {
  const many = Object.fromEntries(Array.from({ length: 3000 }, (_, i) => [`/registry/namespaces/team-${i}`, NAMESPACE]))
  const source = stored({ ...many, ...keys })
  let now = 0
  const registries = registriesOf(source, () => now)
  // A request waits for the first search no longer than two seconds.
  const known = () => registries.list().every((cluster) => registries.registryOf(cluster).holds !== null)
  do await registries.settleAll()
  while (!known())
  const cost = costOf(source)
  for (let i = 0; i < 10; i += 1) await registries.settleAll()
  expect(cost.read().ranges).toBe(0)
  now += 3000
  for (let i = 0; i < 10; i += 1) await registries.settleAll()
  expect(cost.read().ranges).toBeGreaterThan(0)
  expect(cost.read().ranges).toBeLessThanOrEqual(most)
  expect(cost.read().walked).toBe(1)
})

test('a user who may read one prefix gets that, and no error', async () => {
  const source = stored({ '/registry/namespaces/shop': NAMESPACE, '/openshift.io/users/a': '{}' })
  const { range } = source
  source.range = async (request: RangeRequest, signal?: AbortSignal) => {
    if (!Buffer.from(request.key).toString().startsWith('/registry/'))
      throw new AppError('SOURCE_FORBIDDEN', { code: 'stored-text', params: { text: 'etcd refused to read this key.' } })
    return await range.call(source, request, signal)
  }
  const { app, clusters } = await clustersOf(source)
  expect(only(clusters)).toMatchObject({ kubernetesPrefix: '/registry', registry: { holds: true, looked: { v3: 'usual' }, others: [] } })
  await app.close()
})

test('the search reads few keys, however many there are', async () => {
  const many = Object.fromEntries(Array.from({ length: 3000 }, (_, i) => [`/registry/pods/shop/p${i}`, '{}']))
  const source = stored({ ...many, '/registry/namespaces/shop': NAMESPACE, '/elsewhere/a': '1', '/kubernetes.io/namespaces/a': NAMESPACE })
  const cost = costOf(source)
  const { app } = await clustersOf(source)
  expect(cost.read().walked).toBeLessThan(6000)
  await app.close()
})

test('the keys of a registry below another name are walked once to list the top, and once to find where its pods begin', async () => {
  const pods = Object.fromEntries(Array.from({ length: 3000 }, (_, i) => [`/east/registry/pods/shop/p${i}`, '{}']))
  const source = stored({ ...pods, '/east/registry/namespaces/default': NAMESPACE })
  const cost = costOf(source)
  const { app, clusters } = await clustersOf(source)
  expect(only(clusters)).toMatchObject({ kubernetesPrefix: '/east/registry', registry: { chosen: 'found' } })
  expect(cost.read().walked).toBeLessThan(2 * 3010)
  await app.close()
})

test.each([
  ['flat', (i: number) => `/app/key-${i}`],
  ['in one directory', (i: number) => `/app/settings/key-${i}`],
  ['in many directories', (i: number) => `/app/user-${i}/name`],
])('the keys of another program are walked at most twice: %s', async (_, keyOf) => {
  const source = stored(Object.fromEntries(Array.from({ length: 3001 }, (_, i) => [keyOf(i), '1'])))
  const cost = costOf(source)
  const { app, clusters } = await clustersOf(source)
  expect(only(clusters).registry).toMatchObject({ holds: false, others: [] })
  expect(cost.read().walked).toBeLessThan(2 * 3001 + 200)
  await app.close()
})

test('nothing is claimed about endpoints of two clusters, not even what one of them held', async () => {
  const opened = memoryCluster(stored({ '/plain': '1', '/kubernetes.io/namespaces/shop': NAMESPACE }), new MemoryV2Source())
  const identity = new Identity({ now: Date.now })
  const app = await testApp({ ...opened, identity })
  const registry = async () => (JSON.parse((await app.inject('/api/v1/clusters')).payload) as ClustersAnswer).clusters[0]?.registry
  const header = { memberId: 'm', revision: 1n, raftTerm: 1n }
  identity.heard('http://a', { ...header, clusterId: 'c1' })
  expect(await registry()).toMatchObject({ holds: true, looked: { v3: 'top' } })
  expect(() => identity.heard('http://b', { ...header, clusterId: 'c2' })).toThrow()
  expect(await registry()).toMatchObject({ holds: null, looked: null, others: [] })
  await app.close()
})
