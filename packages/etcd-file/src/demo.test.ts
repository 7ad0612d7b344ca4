// Opens the demo cluster that ships with the project, like a user's data directory.
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { capturedCluster, diskFile } from '../testdata/disk-file.ts'
import { type HttpNode, httpNode, openMemberV2 } from '../testdata/v2-as-http.ts'
import { openBolt } from './bolt.ts'
import type { MvccKeyspace } from './mvcc.ts'
import { openMvcc } from './open-mvcc.ts'
import { verifyTrailer } from './trailer.ts'
import type { V2Store } from './v2-store.ts'

const member = fileURLToPath(new URL('../../../demo/cluster/member', import.meta.url))
const captured = capturedCluster()

describe('the demo cluster', () => {
  let file: Awaited<ReturnType<typeof diskFile>>
  let keyspace: MvccKeyspace
  let store: V2Store
  beforeAll(async () => {
    file = await diskFile(`${member}/snap/db`)
    keyspace = await openMvcc(await openBolt(file))
    store = await openMemberV2(member)
  })
  afterAll(() => file?.close())

  it('is intact', async () => {
    expect(keyspace.findings).toEqual([])
    expect(store.findings).toEqual([])
    expect(await verifyTrailer(file)).toBe('absent')
    expect(keyspace.currentRevision).toBe(2298n)
    expect(keyspace.compactedRevision).toBe(0n)
    expect(keyspace.liveKeys).toBe(495)
    expect((await keyspace.range({ key: Buffer.from('/registry/pods/shop/stuck-big'), end: null })).count).toBe(1)
  })

  it('shows the content of an old revision', async () => {
    const node = Buffer.from('/registry/minions/172.20.0.115')
    const now = (await keyspace.range({ key: node, end: null })).kvs[0]
    const then = (await keyspace.range({ key: node, end: null, revision: 1200n })).kvs[0]
    expect(then && now && then.modRevision < now.modRevision && then.modRevision <= 1200n).toBe(true)
    expect(keyspace.history(node).length).toBe(Number(now?.version))
  })

  it('shows many keys at once, each at its own revision, as one after the other', async () => {
    const pods = { key: Buffer.from('/registry/pods/'), end: Buffer.from('/registry/pods0') }
    const points = [...keyspace.changes({ ...pods, newestFirst: true, most: 150 })].map(({ key, main }) => ({ key, revision: main }))
    const unknown = { key: Buffer.from('/registry/pods/none'), revision: 2000n }
    const states = await keyspace.statesAt([unknown, ...points])
    expect(states.shift()).toBeNull()
    expect(states.filter((state) => state === null).length).toBeGreaterThan(3)
    for (const [i, { key, revision }] of points.entries())
      expect(states[i]).toEqual((await keyspace.range({ key, end: null, revision })).kvs[0] ?? null)
    await expect(keyspace.statesAt([{ ...unknown, revision: 2299n }])).rejects.toThrow()
  })

  it('returns every change of the node leases in revision order', async () => {
    const leases = { key: Buffer.from('/registry/leases/kube-node-lease/'), end: Buffer.from('/registry/leases/kube-node-lease0') }
    const changes = [...keyspace.changes(leases)]
    const byKey = (await keyspace.range({ ...leases, keysOnly: true })).kvs.flatMap(({ key }) => keyspace.history(key))
    expect(changes.map(({ main }) => main)).toEqual(byKey.map(({ main }) => main).sort((a, b) => Number(a - b)))
    expect(changes.length).toBe(189)
    for (const value of await keyspace.valuesOf(changes.slice(0, 50))) expect(Buffer.from(value).toString('latin1')).toContain('Lease')
  })

  it('has the three subnet leases of flannel, and what is only in the log', () => {
    const subnets = store.get('/kube-centos/network/subnets')?.children ?? []
    expect(subnets.map((subnet) => [subnet.path.split('/').at(-1), subnet.expiration])).toEqual([
      ['172.30.36.0-24', '2026-11-24T03:34:43.844479556Z'],
      ['172.30.77.0-24', '2026-11-24T03:34:43.819831645Z'],
      ['172.30.83.0-24', '2026-11-24T03:34:43.884921436Z'],
    ])
    expect(store.get('/message')?.value).toBe('hello v2')
    expect(store.index).toBe(16n)
    expect(store.raft?.commit).toBe(5391n)
    expect((keyspace.records.consistentIndex ?? 0n) <= (store.raft?.commit ?? 0n)).toBe(true)
  })

  it.skipIf(!captured)('has the v2 tree that the cluster answered', async () => {
    const live: { node: HttpNode } = JSON.parse(await readFile(`${captured}/v2-recursive.json`, 'utf8'))
    expect(httpNode(store, '/')).toEqual(JSON.parse(JSON.stringify(live.node, (key, value) => (key === 'ttl' ? undefined : value))))
  })
})
