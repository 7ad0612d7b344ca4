// What it costs etcd to prove when a revision was written, in a cluster of many nodes.
import type { ClockAnswer, Cost, DiffAnswer } from '@registree/contract'
import { utf8 } from '@registree/keyspace'
import { describe, expect, it } from 'vitest'
import { ClusterClock } from '../history/cluster-clock.ts'
import { CostMeter, metered } from '../sources/cost-meter.ts'
import { MemoryV3Source } from '../sources/memory/memory-v3-source.ts'
import { get, memoryCluster, testApp, testCluster } from '../testing/app.ts'

const NODES = 300
const START = Date.parse('2026-11-23T03:00:00Z')

const nodeName = (node: number) => `node-${String(node).padStart(3, '0')}`

function renew(source: MemoryV3Source, node: number, at: number): bigint {
  const object = {
    ...{ apiVersion: 'coordination.k8s.io/v1', kind: 'Lease' },
    metadata: { name: nodeName(node), namespace: 'kube-node-lease', uid: `u${node}`, creationTimestamp: '2026-11-23T03:00:00Z' },
    spec: { holderIdentity: nodeName(node), leaseDurationSeconds: 40, renewTime: `${new Date(at).toISOString().slice(0, -1)}000Z` },
  }
  return source.set(utf8(`/registry/leases/kube-node-lease/${nodeName(node)}`), utf8(JSON.stringify(object)))
}

/** Every node has a lease; then nothing is renewed for so many revisions. */
function quiet(writes: number): { source: MemoryV3Source; asked: bigint; others: (writes: number) => bigint } {
  const source = new MemoryV3Source()
  for (let node = 0; node < NODES; node++) renew(source, node, START + node)
  const others = (count: number) => {
    let revision = 0n
    for (let i = 0; i < count; i++) revision = source.set(utf8('/registry/configmaps/a/a'), utf8(`${i}`))
    return revision
  }
  const asked = others(1)
  others(writes)
  return { source, asked, others }
}

const costOf = ({ ranges, walked }: Cost) => ({ ranges, walked })

describe('of a live etcd with 300 nodes', () => {
  it('the time of a revision that cannot be proven is not looked for again', async () => {
    const { source, asked, others } = quiet(389)
    const app = await testApp({ ...memoryCluster(source), source: 'etcd' })
    const ask = async () => (await get(app, `v3/clock?rev=${asked}`)).json<ClockAnswer>()
    const first = await ask()
    expect(first).toMatchObject({ timesRead: true, time: { after: { due: true } } })
    // All leases once, then 40 of them at 16, 80, 336 and 389 revisions later.
    expect(costOf(first.cost)).toEqual({ ranges: 5, walked: NODES + 4 * 40 })
    for (let again = 0; again < 2; again++) expect(costOf((await ask()).cost)).toEqual({ ranges: 1, walked: 0 })
    others(388)
    expect(costOf((await ask()).cost)).toEqual({ ranges: 1, walked: 0 })
    // Twice as long a history, and the renewals late in it.
    for (let node = 0; node < NODES; node++) renew(source, node, START + 60_000 + node)
    const later = await ask()
    expect(later.time?.after).toMatchObject({ due: false, kind: 'lease' })
    expect(later.cost.walked).toBeLessThan(8 * 41)
    expect(costOf((await ask()).cost)).toEqual({ ranges: 1, walked: 0 })
    await app.close()
  })

  it('a difference looks for the times of its revisions once', async () => {
    const { source, asked } = quiet(389)
    const app = await testApp({ ...memoryCluster(source), source: 'etcd' })
    const ask = async () => (await get(app, `v3/diff?key=/registry/configmaps/a/a&from=${asked}&to=${asked + 100n}`)).json<DiffAnswer>()
    const first = await ask()
    // Two values, then for each revision all leases once and 40 of them a few times.
    expect(first.cost.ranges).toBeLessThanOrEqual(12)
    expect(first.cost.walked).toBeLessThanOrEqual(2 + 2 * NODES + 8 * 40)
    for (let again = 0; again < 2; again++) expect(costOf((await ask()).cost)).toEqual({ ranges: 2, walked: 2 })
    await app.close()
  })

  it('equal requests at once read later leases once', async () => {
    const { source, asked } = quiet(389)
    const range = source.range.bind(source)
    let later = 0
    source.range = async (request, signal) => {
      if (request.revision > asked && Buffer.from(request.key).toString().includes('/kube-node-lease/')) later++
      return await range(request, signal)
    }
    const app = await testApp({ ...memoryCluster(source), source: 'etcd' })
    const answers = await Promise.all([1, 2, 3].map(async () => (await get(app, `v3/clock?rev=${asked}`)).json<ClockAnswer>()))
    expect(new Set(answers.map(({ time }) => JSON.stringify(time))).size).toBe(1)
    expect(later).toBe(4)
    await app.close()
  })

  it('a request that waits for another reads on where that is cancelled', async () => {
    const { source, asked } = quiet(389)
    const left = new AbortController()
    const at = asked + 80n
    const range = source.range.bind(source)
    source.range = async (request, signal) => {
      if (request.revision === at && signal === left.signal) left.abort()
      return await range(request, signal)
    }
    const cluster = testCluster('test', { ...memoryCluster(source), source: 'etcd' })
    const clock = new ClusterClock(cluster)
    const toProve = { newest: asked + 389n, leases: null }
    const first = clock.prepare({ source, cluster, signal: left.signal }, [asked], { proven: toProve })
    const meter = new CostMeter()
    const second = clock.prepare({ source: metered(source, meter), cluster, signal: new AbortController().signal }, [asked], {
      proven: toProve,
    })
    await expect(first).rejects.toMatchObject({ code: 'CANCELLED' })
    expect(await second).toBe(true)
    expect(costOf(meter.read())).toEqual({ ranges: 3, walked: 3 * 40 })
  })
})
