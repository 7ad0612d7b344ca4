// Against real kine: every Range is answered as etcd would answer it, within each release's limits, and the pages name the server.
import type { HistoryAnswer } from '@registree/contract'
import { compareBytes, utf8 } from '@registree/keyspace'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { get, getLines, testApp } from '../../testing/app.ts'
import { MemoryV3Source } from '../memory/memory-v3-source.ts'
import type { OpenedCluster, RangeReply } from '../source.ts'
import { kineReleases, startKine, type TestKine } from '../testing/kine.ts'
import { openEtcd } from './open-etcd.ts'

const pod = (name: string) =>
  JSON.stringify({ apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace: 'shop', uid: name }, status: { phase: 'Running' } })
const namespace = (name: string) =>
  JSON.stringify({ apiVersion: 'v1', kind: 'Namespace', metadata: { name, uid: name }, status: { phase: 'Active' } })

/** Writes in this order; a second value for a key is an update. */
const STORY: [string, string | null][] = [
  ['/registry/namespaces/shop', namespace('shop')],
  ['/registry/pods/shop/a', pod('a')],
  ['/registry/pods/shop/b', 'first'],
  ['/registry/pods/shop/b', pod('b')],
  ['/registry/pods/shop/gone', 'x'],
  ['/registry/pods/shop/gone', null],
  ['/registry/pods/shop-b/a', pod('c')],
  // Keys that are patterns of SQL's LIKE, and keys that they match.
  ['/registry/a_b/one', '1'],
  ['/registry/a_b/two', '2'],
  ['/registry/axb/other', '3'],
  ['/registry/clusterroles/sys_em', 'underscore'],
  ['/registry/clusterroles/sys-em', 'dash'],
  ['/registry/clusterroles/system:Ünïcode', 'text'],
  ['/bootstrap/token', 'not below /registry'],
  ['/registry/leases/one', 'leased'],
]
const PAST = 4

describe.each(kineReleases())('$name', (release) => {
  const test = it.skipIf(!release.built)
  let kine: TestKine
  let opened: OpenedCluster
  const model = new MemoryV3Source()
  let past = { kine: 0n, model: 0n }
  const newest = async () => (await opened.v3.status()).revision
  beforeAll(async () => {
    if (!release.built) return
    kine = await startKine(release)
    opened = openEtcd({ endpoints: [kine.endpoint], tls: null, credentials: null, kubernetesPrefix: '/registry' })
    // What kine itself writes.
    const own = await opened.v3.range({ key: new Uint8Array([0]), end: new Uint8Array([0]), revision: 0n, limit: 100, keysOnly: true })
    for (const { key } of own.kvs) model.set(key, utf8(''))
    for (const [index, [key, value]] of STORY.entries()) {
      if (value === null) {
        await kine.remove(key)
        model.remove(utf8(key))
      } else {
        await kine.put(key, value, key.includes('leases') ? 3600 : 0)
        model.set(utf8(key), utf8(value))
      }
      if (index === PAST) past = { kine: await newest(), model: (await model.status()).revision }
    }
  })
  afterAll(async () => {
    await opened?.close()
    await kine?.destroy()
  })

  const facts = ({ count, more, kvs }: RangeReply) => ({ count, more, keys: kvs.map(({ key }) => Buffer.from(key).toString()) })

  test('answers every Range as etcd would', async () => {
    const keys = [...new Set(STORY.map(([key]) => key))].map((key) => utf8(key))
    const near = fc.oneof(
      fc.constantFrom(...keys),
      fc
        .constantFrom(
          '/',
          '/registry/',
          '/registry0',
          '/registry/pods/',
          '/registry/pods0',
          '/registry/pods/shop/',
          '0',
          'a',
          '/registry/a',
        )
        .map(utf8),
      // After a key, and before the keys below it.
      fc.constantFrom(...keys).map((key) => Uint8Array.of(...key, 0)),
      fc.tuple(fc.constantFrom(...keys), fc.nat(40)).map(([key, length]) => key.subarray(0, Math.max(1, key.length - length))),
    )
    const requests = fc.record({
      key: near,
      end: fc.oneof(fc.constant(null), near, fc.constant(new Uint8Array([0]))),
      limit: fc.integer({ min: 1, max: 9 }),
      keysOnly: fc.boolean(),
      countOnly: fc.boolean(),
      before: fc.boolean(),
    })
    await fc.assert(
      fc.asyncProperty(requests, async ({ before, ...request }) => {
        const { end } = request
        // etcd refuses an interval that ends before it begins; no reader asks for one.
        fc.pre(end === null || end[0] === 0 || compareBytes(request.key, end) < 0)
        const reply = await opened.v3.range({ ...request, revision: before ? past.kine : 0n })
        const expected = await model.range({ ...request, revision: before ? past.model : 0n })
        expect(facts(reply)).toEqual(facts(expected))
        const values = ({ kvs }: RangeReply) =>
          kvs.map(({ key, value }) => (String(key) === String(utf8('/registry/health')) ? '' : String(value)))
        const own = new Set(['/registry/health', 'compact_rev_key'])
        if (!facts(expected).keys.some((key) => own.has(key))) expect(values(reply)).toEqual(values(expected))
      }),
      { numRuns: 250 },
    )
  })

  test('reports the changes of an interval once and in order, and no others', async () => {
    const gone = new AbortController()
    const heard: string[] = []
    const after = await newest()
    let stands = () => {}
    const standing = new Promise<void>((resolve) => {
      stands = resolve
    })
    const watching = (async () => {
      const interval = { key: utf8('/registry/pods/shop/'), end: utf8('/registry/pods/shop/w'), after }
      for await (const reply of opened.v3.watch(interval, gone.signal)) {
        stands()
        if (reply.kind === 'changes')
          for (const { key, kv } of reply.changes) heard.push(`${Buffer.from(key)} ${kv === null ? 'gone' : Buffer.from(kv.value)}`)
      }
    })().catch(() => {})
    await standing
    for (const [key, value] of [
      ['/registry/pods/shop/v', '1'],
      ['/registry/pods/shop/x', 'behind the end'],
      ['/registry/pods/other', 'elsewhere'],
      ['/registry/pods/shop/v', '2'],
    ] as const)
      await kine.put(key, value)
    await kine.remove('/registry/pods/shop/v')
    await expect.poll(() => heard).toEqual(['/registry/pods/shop/v 1', '/registry/pods/shop/v 2', '/registry/pods/shop/v gone'])
    gone.abort()
    await watching
    for (const key of ['/registry/pods/shop/x', '/registry/pods/other']) await kine.remove(key)
  })

  test('says what it is and what is missing, and every page works', async () => {
    const app = await testApp(opened)
    const { clusters } = (await app.inject('/api/v1/clusters')).json()
    expect(clusters[0]).toMatchObject({
      v3: { available: true },
      v2: { available: false, unavailable: expect.stringContaining('kine answers at') },
    })
    const status = (await get(app, 'status')).json<{ notices: { code?: string; message: string; level: string }[] }>()
    expect(status).toMatchObject({
      v3: { revision: expect.any(String) },
      v3Problem: null,
      v2: null,
      members: [{ id: null, name: 'kine', isLeader: false }],
      etcd: {
        clusterId: null,
        leader: null,
        raftTerm: null,
        endpoints: [{ server: 'kine', error: null, memberId: null, isLeader: false }],
      },
    })
    expect((await get(app, 'v2/node?path=/')).json()).toMatchObject({ code: 'KEYSPACE_UNAVAILABLE', reason: 'kine-without-v2' })
    expect(status.notices).toMatchObject([{ code: 'kine', level: 'info', message: expect.stringContaining('kine answers here') }])
    expect((await get(app, 'v3/value?key=/registry/pods/shop/b')).json()).toMatchObject({ decoded: { kind: 'Pod' } })
    // kine counts no versions; what created a key is known all the same.
    const updated = (await get(app, 'v3/history?key=/registry/pods/shop/b')).json<HistoryAnswer>()
    expect(updated.entries.map(({ action, version }) => [action, version])).toEqual([
      ['updated', null],
      ['created', null],
    ])
    expect((await get(app, 'v3/value?key=/registry/clusterroles/sys_em')).json()).toMatchObject({
      decoded: { shown: { text: 'underscore' } },
    })
    expect((await get(app, 'v3/value?key=/registry/leases/one')).json()).toMatchObject({
      lease: { note: { text: expect.stringContaining('kine') } },
    })
    expect((await get(app, 'v3/children?prefix=/registry/pods/')).json()).toMatchObject({
      children: [{ key: '/registry/pods/shop-b/' }, { key: '/registry/pods/shop/' }],
    })
    expect((await get(app, 'v3/children')).json<{ children: { key: string }[] }>().children.map(({ key }) => key)).toEqual(
      expect.arrayContaining(['/bootstrap/', '/registry/']),
    )
    expect((await get(app, 'resources')).json()).toMatchObject({
      resources: expect.arrayContaining([expect.objectContaining({ resource: 'pods' })]),
    })
    const lines = await getLines<{ type: string; rows: number | { cells: string[] }[] }>(app, 'tables/pods')
    expect(
      lines.flatMap(({ type, rows }) => (type === 'rows' && typeof rows !== 'number' ? rows.map(({ cells }) => cells[0]) : [])),
    ).toEqual(['c', 'a', 'b'])
    // Before 0.14 kine says version 0 of every write, which in etcd would be a deletion.
    const deleted = await getLines<{ type: string; entries?: { name: string }[] }>(app, 'v3/deleted')
    expect((deleted.at(-1)?.entries ?? []).map(({ name }) => name).filter((name) => ['a', 'b', 'c'].includes(name))).toEqual([])
    expect((await get(app, 'namespaces')).status).toBe(200)
    expect((await get(app, 'trouble')).status).toBe(200)
    expect((await get(app, 'flannel')).status).toBe(200)
    expect((await get(app, 'findings')).status).toBe(200)
    await app.close()
  })
})
