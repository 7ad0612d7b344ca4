// What was deleted: in the demo as a file and as a live etcd restored from it, in an etcd that is compacted at half, and by a user who may only read.
import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import type { DeletedEntry, DeletedLine, DeletedPage, MatchingEnd, MatchingLine, TimelineLine, TimelineObject } from '@registree/contract'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openEtcd } from '../sources/etcd/open-etcd.ts'
import type { OpenedCluster } from '../sources/source.ts'
import { hasEtcd, startEtcd, type TestEtcd } from '../sources/testing/etcd.ts'
import { get, getLines, testApp } from '../testing/app.ts'
import { openFile } from '../testing/open-file.ts'

const demo = fileURLToPath(new URL('../../../../demo/cluster', import.meta.url))
type App = Awaited<ReturnType<typeof testApp>>

async function pageOf(app: App, query = ''): Promise<DeletedPage> {
  const lines = await getLines<DeletedLine>(app, `v3/deleted${query}`)
  return lines.at(-1) as DeletedPage
}

async function allPages(app: App, query: string): Promise<DeletedEntry[]> {
  const entries: DeletedEntry[] = []
  for (let before = ''; ; ) {
    const page = await pageOf(app, `?${query}${before}`)
    entries.push(...page.entries)
    if (page.next === null) return entries
    before = `&before=${page.next}`
  }
}

const open = (endpoint: string, credentials: { user: string; password: string } | null = null) =>
  openEtcd({ endpoints: [endpoint], tls: null, credentials, kubernetesPrefix: '/registry' })
const brief = ({ revision, path: of, namespace, name }: DeletedEntry) => `${revision} ${of} ${namespace ?? ''}/${name}`
const codes = ({ causes }: DeletedEntry) => causes.map(({ code }) => code)

interface Timeline {
  objects: TimelineObject[]
  writes: { revision: number; object: number; action: string }[]
  states: { object: number; revision: string; state: string }[]
  owners: Map<number, number>
  heartbeats: number
  routine: string[]
  timeOf: (revision: number) => number
  lines: TimelineLine[]
}

async function timelineOf(app: App, query = ''): Promise<Timeline> {
  const lines = await getLines<TimelineLine>(app, `v3/timeline${query}`)
  const made: Timeline = {
    objects: [],
    writes: [],
    states: [],
    owners: new Map(),
    heartbeats: 0,
    routine: [],
    timeOf: () => Number.NaN,
    lines,
  }
  for (const line of lines) {
    if (line.type === 'objects') made.objects.push(...line.objects)
    if (line.type === 'writes') {
      let revision = Number(line.from)
      for (const [i, step] of line.step.entries()) {
        revision += step
        made.writes.push({ revision, object: line.object[i] as number, action: line.action[i] as string })
      }
    }
    if (line.type === 'times') {
      let revision = Number(line.from)
      const times = new Map<number, number>()
      for (const [i, step] of line.step.entries()) {
        revision += step
        times.set(revision, Date.parse(line.base) + (line.at[i] as number))
      }
      made.timeOf = (asked) => times.get(asked) ?? Number.NaN
    }
    if (line.type === 'details') {
      made.states.push(...line.states)
      made.heartbeats += line.heartbeats.length
      for (const { object, owner } of line.objects) if (owner !== null) made.owners.set(object, owner)
      for (const { object, routine } of line.objects) if (routine) made.routine.push(made.objects[object]?.name ?? '')
    }
  }
  return made
}

describe('the demo cluster', () => {
  let opened: OpenedCluster
  let app: App
  let etcd: TestEtcd | undefined
  let liveOpened: OpenedCluster | undefined
  let live: App | undefined
  const folder = mkdtempSync(path.join(tmpdir(), 'registree-past-'))
  beforeAll(async () => {
    opened = await openFile(demo)
    app = await testApp(opened)
    if (!hasEtcd()) return
    const snapshot = path.join(folder, 'demo.db')
    const database = readFileSync(`${demo}/member/snap/db`)
    writeFileSync(snapshot, Buffer.concat([database, createHash('sha256').update(database).digest()]))
    etcd = await startEtcd({ snapshot })
    liveOpened = open(etcd.endpoint)
    live = await testApp(liveOpened)
  })
  afterAll(async () => {
    await app.close()
    await live?.close()
    await opened.close()
    await liveOpened?.close()
    await etcd?.destroy()
    rmSync(folder, { recursive: true })
  })

  it('lists what was deleted, newest first, with how and when', async () => {
    const page = await pageOf(app)
    expect(page.entries.map(brief)).toEqual([
      '1224 configmaps shop/doomed',
      '1219 endpointslices shop/public-wkxcj',
      '1217 services/endpoints shop/public',
      '1215 services/specs shop/public',
      '1188 pods shop/storefront-69bd5954b-gtc5k',
      '1184 pods shop/storefront-769d8f996d-z5q2f',
      '1168 pods shop/storefront-769d8f996d-2sht8',
      '1155 pods shop/storefront-769d8f996d-td7g9',
      '1140 pods shop/storefront-769d8f996d-786xx',
      '1073 pods shop/storefront-769d8f996d-lhft8',
      '990 pods shop/storefront-769d8f996d-lht84',
      '768 apiregistration.k8s.io/apiservices /v1.monitoring.coreos.com',
    ])
    expect(page.window).toMatchObject({ revision: '2298', oldest: '1', end: 'first', bytes: null, more: null })
    expect(page).toMatchObject({ next: null, matched: 12, routine: 1 })
    const of = (name: string) => page.entries.find((entry) => entry.name === name) as DeletedEntry
    expect(of('doomed')).toMatchObject({ kind: 'ConfigMap', last: '1223', again: null, problem: null })
    expect(codes(of('doomed'))).toEqual(['no-grace'])
    expect(codes(of('storefront-769d8f996d-lhft8'))).toEqual(['graceful', 'owner-there'])
    expect(of('storefront-769d8f996d-lhft8').causes[0]?.params.seconds).toBe(30)
    expect(of('storefront-769d8f996d-lhft8').causes[1]).toMatchObject({
      params: { kind: 'ReplicaSet', name: 'storefront-769d8f996d' },
      at: { key: '/registry/replicasets/shop/storefront-769d8f996d', rev: '1073' },
    })
    expect(of('public-wkxcj').causes[0]).toMatchObject({ code: 'owner-gone', params: { kind: 'Service', name: 'public' } })
    expect(of('v1.monitoring.coreos.com')).toMatchObject({ kind: 'APIService', again: expect.any(String) })
    for (const { time } of page.entries) expect(time).not.toBeNull()
  })

  const matching = async (of: App, query: string) => {
    const lines = await getLines<MatchingLine>(of, `v3/timeline/matching?${query}`)
    const found = lines.flatMap((line) => (line.type === 'matching' ? line.revisions.map((revision) => `${revision} ${line.key}`) : []))
    return { found: found.sort(), end: lines.at(-1) as MatchingEnd }
  }

  it('finds the writes that changed a field and those of a manager, in a file as in a live etcd', async () => {
    const field = 'field=spec.template.spec.containers%5Bweb%5D.image&path=deployments'
    const byFile = await matching(app, field)
    expect(byFile.found.length).toBeGreaterThan(0)
    expect(byFile.found.every((one) => one.endsWith('/registry/deployments/shop/storefront'))).toBe(true)
    expect(byFile.end).toMatchObject({ left: 0 })
    // The same without the list's element, and by what holds it.
    expect((await matching(app, 'field=spec.template.spec.containers.image&path=deployments')).found).toEqual(byFile.found)
    expect((await matching(app, 'field=spec.template.spec.containers%5Bweb%5D.imag&path=deployments')).found).toEqual([])
    const by = await matching(app, 'by=kube-scheduler&namespace=shop')
    expect(by.found.length).toBeGreaterThan(0)
    expect(by.found.every((one) => one.includes(' /registry/pods/shop/'))).toBe(true)
    if (live === undefined) return
    expect((await matching(live, field)).found).toEqual(byFile.found)
    expect((await matching(live, 'by=kube-scheduler&namespace=shop')).found).toEqual(by.found)
  })

  it('tells when a pod went by the clock, within seconds of what its own deletion says', async () => {
    for (const { time, causes } of (await pageOf(app, '?path=pods')).entries) {
      const requested = Date.parse(String(causes.find(({ code }) => code === 'graceful')?.params.requested))
      const went = Date.parse(time?.best ?? '')
      expect(went - requested).toBeGreaterThan(-2000)
      expect(went - requested).toBeLessThan(45_000)
    }
  })

  it('filters, and pages without losing one', async () => {
    expect((await pageOf(app, '?path=services%2Fspecs')).entries.map(brief)).toEqual(['1215 services/specs shop/public'])
    expect((await pageOf(app, '?q=769D8f%20lht')).entries.map(brief)).toEqual(['990 pods shop/storefront-769d8f996d-lht84'])
    expect((await pageOf(app, '?namespace=nowhere')).entries).toEqual([])
    expect((await pageOf(app, '?routine=1')).entries.map(({ path: of }) => of)).toContain('masterleases')
    const one = await allPages(app, 'limit=1&routine=1')
    expect(one.map(brief)).toEqual((await pageOf(app, '?routine=1&limit=200')).entries.map(brief))
  })

  it('tells over time how the node was lost and the storefront crashed', async () => {
    const { objects, writes, states, owners, timeOf, heartbeats, lines } = await timelineOf(app)
    expect(writes).toHaveLength(2297)
    expect(lines.at(-1)).toMatchObject({ type: 'end', left: 0 })
    const number = (path: string, name: string) => objects.findIndex((object) => object.path === path && object.name === name)
    const of = (path: string, name: string) => states.filter(({ object }) => object === number(path, name))
    const clock = (revision: number | string) => new Date(timeOf(Number(revision))).toISOString().slice(11, 19)
    const story = (path: string, name: string) => of(path, name).map(({ revision, state }) => `${clock(revision)} ${state}`)
    const lease = number('leases', '172.20.0.115')
    expect(clock(writes.filter(({ object }) => object === lease).at(-1)?.revision ?? 0)).toBe('03:42:44')
    expect(objects[owners.get(lease) as number]).toMatchObject({ path: 'minions', name: '172.20.0.115' })
    expect(story('minions', '172.20.0.115').at(-1)).toMatch(/^03:43:2\d NotReady$/)
    expect(story('pods', 'storefront-6b6ff5dc75-hl5fm').at(-1)).toMatch(/^03:48:3\d Terminating$/)
    expect(story('pods', 'storefront-69bd5954b-95lnh').slice(2, 4)).toEqual(['03:41:08 Running', '03:44:46 CrashLoopBackOff'])
    expect(heartbeats).toBeGreaterThan(10)
    const pod = number('pods', 'storefront-69bd5954b-95lnh')
    const replicaSet = owners.get(pod) as number
    expect(objects[owners.get(replicaSet) as number]).toMatchObject({ path: 'deployments', name: 'storefront' })
  })

  it.skipIf(!hasEtcd())('says the same of a live etcd restored from it', async () => {
    const [file, etcdSays] = [await pageOf(app), await pageOf(live as App)]
    const known = ({ time: _, ...entry }: DeletedEntry) => entry
    expect(etcdSays.entries.map(known)).toEqual(file.entries.map(known))
    // A file's times are known by more than those of a live etcd, and neither contradicts the other. That a lease is due is expected, not proven.
    for (const [i, { time }] of etcdSays.entries.entries()) {
      const best = Date.parse(file.entries[i]?.time?.best ?? '')
      if (time?.notBefore) expect(best).toBeGreaterThanOrEqual(Date.parse(time.notBefore) - 1000)
      if (time?.notAfter && !time.after?.due) expect(best).toBeLessThanOrEqual(Date.parse(time.notAfter) + 1000)
    }
    expect(etcdSays.window).toMatchObject({ end: 'first', more: null })
    expect(etcdSays.window.bytes).toBeGreaterThan(1_000_000)
  })

  it.skipIf(!hasEtcd())('reads back only as far as asked, and says what more would cost', async () => {
    const again = open((etcd as TestEtcd).endpoint)
    const own = await testApp(again)
    try {
      const small = await pageOf(own, '?limit=100&budget=1')
      expect(small.window.end).toBe('budget')
      expect(small.window.bytes).toBeLessThan(1.5 * 1024 * 1024)
      expect(Number(small.window.more?.revisions)).toBe(Number(small.window.oldest) - 2)
      // The newest 1,000 revisions hold no deletion: it goes on until there is one.
      const first = await pageOf(own, '?limit=1')
      expect(first.entries.map(brief)).toEqual(['1224 configmaps shop/doomed'])
      expect(BigInt(first.window.oldest)).toBeGreaterThan(2n)
      expect(first.window).toMatchObject({ end: 'enough' })
      expect(first.next).toBe('1224.1')
      const whole = await pageOf(own, `?limit=100&budget=${small.window.more?.budget}`)
      expect(whole.window).toMatchObject({ end: 'first', more: null })
      expect(whole.entries).toHaveLength(12)
      const [file, live] = [await timelineOf(app), await timelineOf(own)]
      const plain = ({ writes, objects }: Timeline) => writes.map(({ object, ...write }) => ({ ...write, key: objects[object]?.key }))
      // Since it was restored, leases of etcd may have ended.
      expect(plain(live).slice(0, plain(file).length)).toEqual(plain(file))
      const states = ({ objects, states: all }: Timeline) => all.map(({ object, ...state }) => ({ ...state, key: objects[object]?.key }))
      expect(states(live)).toEqual(states(file))
      expect(live.owners.size).toBe(file.owners.size)
    } finally {
      await own.close()
      await again.close()
    }
  })
})

describe.skipIf(!hasEtcd())('an etcd that is made for it', () => {
  let etcd: TestEtcd
  let opened: OpenedCluster
  let app: App
  const put = (key: string, value: unknown) => etcd.ctl(['put', key], { input: JSON.stringify(value) })
  const object = (kind: string, name: string, more: Record<string, unknown> = {}) => ({
    apiVersion: 'v1',
    kind,
    metadata: { name, namespace: 'shop', uid: `uid-${name}`, ...more },
  })
  beforeAll(async () => {
    etcd = await startEtcd()
    await put('/registry/configmaps/shop/early', object('ConfigMap', 'early'))
    await etcd.ctl(['del', '/registry/configmaps/shop/early'])
    await put('/registry/secrets/shop/login', { ...object('Secret', 'login'), data: { password: 'aGlkZGVu' } })
    await put(
      '/registry/configmaps/shop/late',
      object('ConfigMap', 'late', { finalizers: ['example.com/hold'], deletionTimestamp: '2026-11-23T03:40:00Z' }),
    )
    for (const name of ['a', 'b', 'c']) await put(`/registry/configmaps/many/${name}`, object('ConfigMap', name))
    opened = open(etcd.endpoint)
    app = await testApp(opened)
  })
  afterAll(async () => {
    await app.close()
    await opened.close()
    await etcd.destroy()
  })

  it('sees what was deleted since it looked, in one revision and by a lease', async () => {
    expect((await pageOf(app)).entries.map(({ name }) => name)).toEqual(['early'])
    await etcd.ctl(['del', '--prefix', '/registry/configmaps/many/'])
    await etcd.ctl(['del', '/registry/secrets/shop/login'])
    await etcd.ctl(['del', '/registry/configmaps/shop/late'])
    const lease = / ([0-9a-f]{16}) /.exec(await etcd.ctl(['lease', 'grant', '60']))?.[1] as string
    await etcd.ctl(['put', `--lease=${lease}`, '/app/leased', 'x'])
    await etcd.ctl(['lease', 'revoke', lease])
    const entries = await allPages(app, 'limit=2')
    expect(entries.map(({ name, key }) => name || key)).toEqual(['/app/leased', 'late', 'login', 'c', 'b', 'a', 'early'])
    expect(new Set(entries.slice(3, 6).map(({ revision }) => revision)).size).toBe(1)
    expect(entries[0]?.causes).toEqual([{ code: 'lease', params: { lease } }])
    expect(codes(entries[1] as DeletedEntry)).toEqual(['graceful', 'finalizers', 'namespace'])
    expect(entries[1]?.causes[1]?.params).toEqual({ names: ['example.com/hold'] })
    expect(entries[2]).toMatchObject({ kind: 'Secret', rounded: true })
    // Its last value is read where the page says.
    const last = await get(app, `v3/value?key=${encodeURIComponent('/registry/secrets/shop/login')}&rev=${entries[2]?.last}&view=apply`)
    expect(last.raw.toString()).not.toContain('aGlkZGVu')
    const { shown } = last.json<{ decoded: { shown: { text: string } } }>().decoded
    expect(shown.text).toMatch(/^# These fields are masked.*\n# {3}\.data\.password\napiVersion: v1\n/)
    expect(shown.text).not.toContain('(masked')
  })

  it('says that a key is there again', async () => {
    await put('/registry/configmaps/shop/early', object('ConfigMap', 'early'))
    const { revision } = await opened.v3.status()
    expect((await pageOf(app, '?q=early')).entries[0]).toMatchObject({ name: 'early', again: String(revision) })
  })

  it('is one read of etcd for all who look, and ends when nobody does', async () => {
    const { revision } = await opened.v3.status()
    const fresh = open(etcd.endpoint)
    const watched: AbortSignal[] = []
    const { watch } = fresh.v3
    fresh.v3.watch = (request, signal) => {
      watched.push(signal)
      return watch.call(fresh.v3, request, signal)
    }
    const own = await testApp(fresh)
    try {
      const pages = await Promise.all(Array.from({ length: 4 }, () => pageOf(own)))
      expect(watched).toHaveLength(1)
      expect((await fresh.v3.status()).revision).toBe(revision)
      expect(new Set(pages.map((page) => JSON.stringify(page.entries))).size).toBe(1)
      expect(watched[0]?.aborted).toBe(true)
    } finally {
      await own.close()
      await fresh.close()
    }
  })

  it('serves a user who may only read the Kubernetes objects', async () => {
    for (const args of [
      ['user', 'add', 'root:root'],
      ['user', 'grant-role', 'root', 'root'],
      ['role', 'add', 'reader'],
      ['role', 'grant-permission', 'reader', 'read', '/registry/', '/registry0'],
      ['user', 'add', 'viewer:viewer'],
      ['user', 'grant-role', 'viewer', 'reader'],
      ['auth', 'enable'],
    ])
      await etcd.ctl(args)
    const reader = open(etcd.endpoint, { user: 'viewer', password: 'viewer' })
    const own = await testApp(reader)
    try {
      const page = await pageOf(own)
      expect(page.entries.map(({ name }) => name)).toEqual(['late', 'login', 'c', 'b', 'a', 'early'])
    } finally {
      await own.close()
      await reader.close()
      await etcd.ctl(['--user=root:root', 'auth', 'disable'])
    }
  })

  it('says what a compaction took away', async () => {
    const { revision } = await opened.v3.status()
    const half = revision - 6n
    await etcd.ctl(['compact', String(half)])
    const fresh = open(etcd.endpoint)
    const own = await testApp(fresh)
    try {
      const page = await pageOf(own)
      expect(page.window).toMatchObject({ end: 'compacted', compacted: String(half), oldest: String(half + 1n) })
      expect(page.entries.map(({ name }) => name)).not.toContain('early')
      for (const { revision: at } of page.entries) expect(BigInt(at)).toBeGreaterThan(half)
      // What was known before is not shown either: its values are gone.
      expect((await pageOf(app)).entries.every((entry) => BigInt(entry.revision) > half - 1n)).toBe(true)
    } finally {
      await own.close()
      await fresh.close()
    }
  })
})

describe.skipIf(!hasEtcd())('a server that counts no versions, as kine before 0.14', () => {
  it('has its writes told as what they were, none of them as a deletion', async () => {
    const etcd = await startEtcd()
    const key = '/registry/configmaps/shop/a'
    for (const value of ['{"a":1}', '{"a":2}']) await etcd.ctl(['put', key, value])
    await etcd.ctl(['del', key])
    await etcd.ctl(['put', '/registry/configmaps/shop/b', '{}'])
    const opened = open(etcd.endpoint)
    const watch = opened.v3.watch.bind(opened.v3)
    opened.v3.watch = async function* (request, signal) {
      for await (const reply of watch(request, signal)) {
        if (reply.kind === 'gap') yield reply
        else yield { ...reply, changes: reply.changes.map((one) => (one.kv === null ? one : { ...one, kv: { ...one.kv, version: 0n } })) }
      }
    }
    const app = await testApp(opened)
    const { writes, objects } = await timelineOf(app)
    expect(writes.map(({ object, action }) => `${objects[object]?.name} ${action}`)).toEqual(['a c', 'a u', 'a d', 'b c'])
    expect((await pageOf(app)).entries.map(({ revision, name }) => `${revision} ${name}`)).toEqual(['4 a'])
    await app.close()
    await opened.close()
    await etcd.destroy()
  })
})

describe.skipIf(!hasEtcd())('values that are too large to keep', () => {
  it('are read again for a few, and counted beyond', async () => {
    const etcd = await startEtcd()
    const text = 'x'.repeat(300_000)
    const stored = (name: string, data: object) =>
      JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: 'shop' }, data })
    for (let i = 0; i < 10; i++) await etcd.ctl(['put', `/registry/configmaps/shop/large-${i}`], { input: stored(`large-${i}`, { text }) })
    await etcd.ctl(['put', '/registry/configmaps/shop/small'], { input: stored('small', {}) })
    const opened = open(etcd.endpoint)
    const app = await testApp(opened)
    const { lines, objects } = await timelineOf(app)
    const kinds = lines.flatMap((line) => (line.type === 'details' ? line.objects : []))
    expect(kinds.map(({ object, kind }) => `${kind} ${objects[object]?.name}`)).toEqual([
      ...Array.from({ length: 8 }, (_, i) => `ConfigMap large-${i}`),
      'ConfigMap small',
    ])
    expect(lines.at(-1)).toMatchObject({ type: 'end', opened: 9, left: 2 })
    await app.close()
    await opened.close()
    await etcd.destroy()
  })
})
