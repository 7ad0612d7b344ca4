// How many Ranges the first page of a fresh server costs a real etcd, by the member's own count.
import type { ChildrenAnswer, ClustersAnswer } from '@registree/contract'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { get, testApp } from '../../testing/app.ts'
import type { OpenedCluster } from '../source.ts'
import { openDoor } from '../testing/door.ts'
import { hasEtcd, startEtcd, type TestEtcd } from '../testing/etcd.ts'
import { startKineStandIn } from '../testing/kine-stand-in.ts'
import { openEtcd } from './open-etcd.ts'

const NAMESPACE = JSON.stringify({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'default' } })
const OPERATIONS_PER_TXN = 128
/** Objects of each resource, of a hundred. */
const SHARES = {
  events: 24,
  pods: 20,
  secrets: 12,
  configmaps: 10,
  replicasets: 10,
  endpointslices: 6,
  deployments: 5,
  'services/specs': 3,
  'services/endpoints': 3,
  serviceaccounts: 3,
  roles: 2,
  leases: 1,
  minions: 1,
}

const TEAMS = 17

/** Keys of a cluster, the first of them a namespace. */
function clusterKeys(count: number): string[] {
  const teams = Array.from({ length: TEAMS }, (_, i) => `team-${i}`)
  const keys = ['default', 'kube-system', ...teams].map((name) => `/registry/namespaces/${name}`)
  for (const [resource, share] of Object.entries(SHARES))
    for (let i = 0; i < (count * share) / 100; i++)
      keys.push(resource === 'minions' ? `/registry/minions/node-${i}` : `/registry/${resource}/team-${i % TEAMS}/object-${i}`)
  return keys.slice(0, count)
}

async function fill({ endpoint }: TestEtcd, keys: readonly string[]): Promise<void> {
  const base64 = (text: string) => Buffer.from(text).toString('base64')
  const value = base64(NAMESPACE.padEnd(300))
  for (let from = 0; from < keys.length; from += OPERATIONS_PER_TXN) {
    const success = keys.slice(from, from + OPERATIONS_PER_TXN).map((key) => ({ request_put: { key: base64(key), value } }))
    const reply = await fetch(`${endpoint}/v3/kv/txn`, { method: 'POST', body: JSON.stringify({ success }) })
    if (!reply.ok) throw new Error(`a transaction answered ${reply.status}`)
  }
}

/** Calls of one method that the member has answered. */
async function answered({ endpoint }: TestEtcd, method: string): Promise<number> {
  const metrics = await (await fetch(`${endpoint}/metrics`)).text()
  const line = new RegExp(
    `^grpc_server_handled_total\\{grpc_code="OK",grpc_method="${method}",grpc_service="[^"]*",grpc_type="unary"\\} (.*)$`,
    'm',
  )
  return Number(line.exec(metrics)?.[1])
}

const START = Date.now()
const ONE = { key: Buffer.from('a'), end: null, revision: 0n, limit: 1 }
const toEtcd = (...endpoints: string[]) => ({ endpoints, tls: null, credentials: null, kubernetesPrefix: '/registry' })

describe.skipIf(!hasEtcd()).each([
  { keys: 1, opens: 1, finds: 6 },
  { keys: 300, opens: 1, finds: 6 },
  { keys: 3_000, opens: 1, finds: 6 },
  // It depends on the order in which replies arrive: 30 to 54, and once in hundreds 61.
  { keys: 30_000, opens: 60, finds: 60 },
])('an etcd of $keys keys', ({ keys, opens, finds }) => {
  let etcd: TestEtcd
  const stored = clusterKeys(keys)

  beforeAll(async () => {
    etcd = await startEtcd()
    await fill(etcd, stored)
  })
  afterAll(() => etcd.destroy())

  /** A server that has asked for nothing yet, and how many Ranges `ask` costs it. */
  async function cold<T>(
    ask: (app: Awaited<ReturnType<typeof testApp>>) => Promise<T>,
  ): Promise<{ answer: T; ranges: number; statuses: number }> {
    // However long it takes, no time passes: the size is asked for once.
    const opened = openEtcd({ ...toEtcd(etcd.endpoint), now: () => START })
    const app = await testApp(opened)
    const [ranges, statuses] = [await answered(etcd, 'Range'), await answered(etcd, 'Status')]
    const answer = await ask(app)
    const cost = { ranges: (await answered(etcd, 'Range')) - ranges, statuses: (await answered(etcd, 'Status')) - statuses }
    await app.close()
    return { answer, ...cost }
  }

  it('shows the registry’s directories', async () => {
    const { answer, ranges, statuses } = await cold(async (app) => (await get(app, 'v3/children?prefix=/registry/')).json<ChildrenAnswer>())
    const directories = [...new Set(stored.map((key) => key.split('/')[2]))].sort()
    expect(answer.children.map((child) => ('key' in child ? child.key : undefined))).toEqual(
      directories.map((name) => `/registry/${name}/`),
    )
    expect(answer.cost.ranges).toBe(ranges)
    expect(ranges).toBeLessThanOrEqual(opens)
    expect(answer.cost.walked).toBeLessThanOrEqual(keys)
    expect(statuses).toBe(1)
  })

  it('is searched for registries', async () => {
    const search = () => cold(async (app) => JSON.parse((await app.inject('/api/v1/clusters')).payload) as ClustersAnswer)
    const searches = [await search(), await search(), await search()]
    for (const { answer } of searches) expect(answer.clusters[0]?.registry).toMatchObject({ chosen: 'default', holds: true })
    const [, usual] = searches.map(({ ranges }) => ranges).sort((a, b) => a - b)
    expect(usual).toBeLessThanOrEqual(finds)
  })
})

describe.skipIf(!hasEtcd())('the size of an etcd', () => {
  let etcd: TestEtcd
  let other: TestEtcd
  let now = START
  const opened: OpenedCluster[] = []
  const open = (...endpoints: string[]) => {
    const cluster = openEtcd({ ...toEtcd(...endpoints), now: () => now })
    opened.push(cluster)
    return cluster
  }
  /** What it says, and how many statuses a member was asked for meanwhile. */
  const asking = async ({ v3 }: OpenedCluster, of = etcd) => {
    const before = await settled(of)
    const bytes = await v3.storedBytes?.()
    return { bytes, statuses: (await settled(of)) - before }
  }
  /** etcd counts a call a moment after its reply. */
  const settled = async (of: TestEtcd) => {
    for (let count = await answered(of, 'Status'); ; ) {
      await new Promise((resolve) => setTimeout(resolve, 50))
      const next = await answered(of, 'Status')
      if (next === count) return count
      count = next
    }
  }

  beforeAll(async () => {
    ;[etcd, other] = await Promise.all([startEtcd(), startEtcd()])
    // A member counts a method from its first call on.
    await Promise.all([open(etcd.endpoint).v3.storedBytes?.(), open(other.endpoint).v3.storedBytes?.()])
  })
  afterEach(() => Promise.all(opened.splice(0).map((cluster) => cluster.close())))
  afterAll(() => Promise.all([etcd?.destroy(), other?.destroy()]))

  it('is the database’s, and a hint that nobody waits for long', async () => {
    const [answering, silent] = [open(etcd.endpoint), open(etcd.endpoint)]
    const bytes = await answering.v3.storedBytes?.()
    expect(bytes).toBeGreaterThan(4_000)
    expect(bytes).toBeLessThan(1_000_000)
    etcd.freeze()
    try {
      expect(await silent.v3.storedBytes?.()).toBeUndefined()
      // What it said a moment ago still holds.
      expect(await answering.v3.storedBytes?.()).toBe(bytes)
    } finally {
      etcd.thaw()
    }
  })

  it('is asked for again after twenty seconds', async () => {
    const cluster = open(etcd.endpoint)
    // An open connection: the epoch does not end meanwhile.
    const end = cluster.identity.connected(etcd.endpoint)
    expect(await asking(cluster)).toMatchObject({ statuses: 1 })
    now += 19_999
    expect(await asking(cluster)).toMatchObject({ statuses: 0 })
    now += 1
    expect(await asking(cluster)).toMatchObject({ statuses: 1 })
    end('idle')
  })

  it('is asked for again once etcd may have been replaced', async () => {
    const cluster = open(etcd.endpoint)
    const end = cluster.identity.connected(etcd.endpoint)
    expect(await asking(cluster)).toMatchObject({ statuses: 1 })
    end('broken')
    expect(await asking(cluster)).toMatchObject({ statuses: 1 })
  })

  it('is asked of the member that is read', async () => {
    const gone = await openDoor(etcd.endpoint)
    await gone.close()
    const cluster = open(gone.endpoint, other.endpoint)
    expect(await asking(cluster, other)).toEqual({ bytes: undefined, statuses: 0 })
    // The read finds the member that answers.
    await cluster.v3.range(ONE)
    expect(await asking(cluster, other)).toMatchObject({ bytes: expect.any(Number), statuses: 1 })
  })
})

describe('the size of kine', () => {
  it.each([true, false])('is not told, whether or not it has a status: %s', async (tellsStatus) => {
    const kine = await startKineStandIn({ tellsStatus })
    const cluster = openEtcd(toEtcd(kine.endpoint))
    const known = openEtcd(toEtcd(kine.endpoint))
    try {
      // Not even a status that names one.
      expect(await cluster.v3.storedBytes?.()).toBeUndefined()
      expect(kine.calls.status).toBe(1)
      // A read of an interval finds out.
      await known.v3.range({ ...ONE, end: Buffer.from('b') })
      const { status } = kine.calls
      expect(await known.v3.storedBytes?.()).toBeUndefined()
      expect(kine.calls.status).toBe(status)
    } finally {
      await Promise.all([cluster.close(), known.close()])
      kine.close()
    }
  })
})
