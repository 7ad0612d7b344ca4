// The history of keys: the demo as a file and as a live etcd restored from it, and keyspaces made for deletions, compaction and masking.
import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import type { ClockAnswer, DiffAnswer, HistoryAnswer, HistoryEntry, Problem } from '@registree/contract'
import { utf8 } from '@registree/keyspace'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { AppError } from '../problem.ts'
import { openEtcd } from '../sources/etcd/open-etcd.ts'
import { MemoryV3Source } from '../sources/memory/memory-v3-source.ts'
import type { OpenedCluster, RangeRequest } from '../sources/source.ts'
import { hasEtcd, startEtcd, type TestEtcd } from '../sources/testing/etcd.ts'
import { get, memoryCluster, testApp } from '../testing/app.ts'
import { openFile } from '../testing/open-file.ts'

const demo = fileURLToPath(new URL('../../../../demo/cluster', import.meta.url))
const STOREFRONT = '/registry/deployments/shop/storefront'
type App = Awaited<ReturnType<typeof testApp>>

async function page(app: App, key: string, more = ''): Promise<HistoryAnswer> {
  const reply = await get(app, `v3/history?key=${encodeURIComponent(key)}${more}`)
  expect([reply.status, reply.raw.toString().slice(0, 300)]).toEqual([200, expect.anything()])
  return JSON.parse(reply.raw.toString()) as HistoryAnswer
}

/** All pages. */
async function whole(app: App, key: string, limit = 200): Promise<{ entries: HistoryEntry[]; last: HistoryAnswer; pages: number }> {
  const entries: HistoryEntry[] = []
  let before = ''
  for (let pages = 1; ; pages++) {
    const answer = await page(app, key, `&limit=${limit}${before}`)
    entries.push(...answer.entries)
    if (answer.next === null) return { entries, last: answer, pages }
    expect(answer.entries.length).toBeGreaterThan(0)
    before = `&before=${answer.next}`
  }
}

const brief = ({ revision, action }: HistoryEntry) => `${revision} ${action}`

function imageChanges(entries: readonly HistoryEntry[]): string[] {
  return entries.flatMap(({ changes }) =>
    (changes ?? []).flatMap(({ params }) =>
      String(params.path).endsWith('.image') ? [`${params.path}: ${params.from} → ${params.to}`] : [],
    ),
  )
}

describe('the demo cluster', () => {
  let opened: OpenedCluster
  let app: App
  let etcd: TestEtcd | undefined
  let liveOpened: OpenedCluster | undefined
  let live: App | undefined
  const folder = mkdtempSync(path.join(tmpdir(), 'registree-history-'))
  beforeAll(async () => {
    opened = await openFile(demo)
    app = await testApp(opened)
    if (!hasEtcd()) return
    // A snapshot is a database followed by its hash.
    const snapshot = path.join(folder, 'demo.db')
    const database = readFileSync(`${demo}/member/snap/db`)
    writeFileSync(snapshot, Buffer.concat([database, createHash('sha256').update(database).digest()]))
    etcd = await startEtcd({ snapshot })
    liveOpened = openEtcd({ endpoints: [etcd.endpoint], tls: null, credentials: null, kubernetesPrefix: '/registry' })
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

  it('shows the rollouts of a Deployment with their images, newest first', async () => {
    const { entries, last } = await whole(app, STOREFRONT)
    const image = (from: string, to: string) =>
      `spec.template.spec.containers[web].image: registry.example/storefront:${from} → registry.example/storefront:${to}`
    expect(imageChanges(entries)).toEqual([image('1.5.0-rc1', '1.4.1'), image('1.4.1', '1.5.0-rc1'), image('1.4.0', '1.4.1')])
    expect(entries.at(-1)).toMatchObject({ revision: '496', action: 'created', version: '1', before: '495' })
    expect(entries.at(-1)?.writers).toEqual([{ manager: 'kubectl-client-side-apply', operation: 'Update', subresource: '' }])
    expect(entries.slice(0, -1).every(({ action }) => action === 'updated')).toBe(true)
    expect(last).toMatchObject({ present: true, total: entries.length, next: null, edge: { kind: 'first' }, hidden: 'none' })
    expect(entries.map(({ version }) => Number(version))).toEqual(entries.map((_, i) => entries.length - i))
  })

  it('dates each revision, and names the source', async () => {
    const { entries } = await whole(app, STOREFRONT)
    const times = entries.map(({ time }) => Date.parse(time?.best ?? ''))
    expect(times).toEqual([...times].sort((a, b) => b - a))
    for (const { time } of entries) {
      expect(Date.parse(time?.notAfter ?? '') - Date.parse(time?.notBefore ?? '')).toBeLessThan(15_000)
      expect(time?.before).not.toBeNull()
    }
  })

  it('agrees with the times of Events within two seconds', async () => {
    const listed = (await get(app, 'v3/children?prefix=/registry/events/shop/storefront.&limit=1000')).raw.toString()
    const events = (JSON.parse(listed) as { children: { key: string }[] }).children.map(({ key }) => key)
    expect(events.length).toBeGreaterThan(0)
    for (const key of events) {
      const reply = await get(app, `v3/value?key=${encodeURIComponent(key)}&view=json`)
      const { decoded, modRevision } = JSON.parse(reply.raw.toString()) as { decoded: { shown: { text: string } }; modRevision: string }
      const event = JSON.parse(decoded.shown.text) as { lastTimestamp: string }
      const [entry] = (await page(app, key, '&limit=1')).entries
      expect(entry?.revision).toBe(modRevision)
      const off = Date.parse(entry?.time?.best ?? '') - Date.parse(event.lastTimestamp)
      expect(Math.abs(off), key).toBeLessThanOrEqual(2000)
    }
  })

  it('shows a deletion, with the last state one revision before', async () => {
    const pods = await get(app, 'v3/children?prefix=/registry/pods/shop/&rev=1000&limit=1000')
    const all = (JSON.parse(pods.raw.toString()) as { children: { key: string }[] }).children.map(({ key }) => key)
    const now = await get(app, 'v3/children?prefix=/registry/pods/shop/&limit=1000')
    const left = new Set((JSON.parse(now.raw.toString()) as { children: { key: string }[] }).children.map(({ key }) => key))
    const gone = all.filter((key) => !left.has(key))
    expect(gone.length).toBeGreaterThan(2)
    for (const key of gone) {
      const { entries, last } = await whole(app, key)
      expect(last.present).toBe(false)
      expect(entries[0]).toMatchObject({ action: 'deleted', version: null, size: null, lease: null })
      const before = await get(app, `v3/value?key=${encodeURIComponent(key)}&rev=${entries[0]?.before}`)
      expect(before.status).toBe(200)
    }
  })

  it.skipIf(!hasEtcd())('a live etcd gives the same, by point reads alone', { timeout: 60_000 }, async () => {
    for (const key of [STOREFRONT, '/registry/leases/kube-node-lease/172.20.0.113', '/registry/namespaces/shop']) {
      const [file, wire] = [await whole(app, key), await whole(live as App, key, 20)]
      const facts = ({ time: _, ...entry }: HistoryEntry) => entry
      expect(wire.entries.map(facts)).toEqual(file.entries.map(facts))
      expect(wire.last.edge?.kind).toBe('searched')
      for (const [i, { time }] of wire.entries.entries()) {
        // A few leases give less precise times than all objects of the file; everything else is equal.
        const known = file.entries[i]?.time
        const [from, to, earliest, latest] = [time?.notBefore, time?.notAfter, known?.notBefore, known?.notAfter].map((end) =>
          Date.parse(end ?? ''),
        )
        const where = `${key} ${wire.entries[i]?.revision}`
        expect(Number(from), where).toBeLessThanOrEqual(Number(latest))
        expect(Number(to), where).toBeGreaterThanOrEqual(Number(earliest))
        expect(Number(to) - Number(from), where).toBeLessThan(13_000)
      }
    }
  })

  it.skipIf(!hasEtcd())('finds a deleted key of a live etcd', { timeout: 60_000 }, async () => {
    const pods = JSON.parse((await get(app, 'v3/children?prefix=/registry/pods/shop/&rev=1000&limit=1000')).raw.toString()) as {
      children: { key: string }[]
    }
    let compared = 0
    for (const { key } of pods.children) {
      const file = await whole(app, key)
      if (file.last.present) continue
      const wire = await whole(live as App, key)
      expect(wire.entries.map(brief)).toEqual(file.entries.map(brief))
      expect(wire.last.cost.largestWalk).toBeLessThan(50)
      compared++
    }
    expect(compared).toBeGreaterThan(2)
  })

  it.skipIf(!hasEtcd())('ends at the compaction, and names its time', { timeout: 60_000 }, async () => {
    const full = (await whole(app, STOREFRONT)).entries
    await etcd?.ctl(['compaction', '1100'])
    const { entries, last } = await whole(live as App, STOREFRONT)
    expect(last.edge).toMatchObject({ kind: 'compacted', revision: '1100', time: { best: expect.any(String) } })
    // The state at the compaction is kept, but not the one before it.
    const kept = full.filter(({ revision }) => Number(revision) > 1100)
    expect(entries.slice(0, -1).map(brief)).toEqual(kept.map(brief))
    expect(entries.at(-1)).toMatchObject({ readAt: '1100', before: null, changes: null })
    expect(Number(entries.at(-1)?.revision)).toBeLessThanOrEqual(1100)
    // Wherever a page ends, the state that spans the compaction is on the next one.
    for (const limit of [1, 2, 3]) expect((await whole(live as App, STOREFRONT, limit)).entries.map(brief)).toEqual(entries.map(brief))
  })
})

describe('an in-memory keyspace, read like etcd', () => {
  function counted(source: MemoryV3Source): { source: MemoryV3Source; asked: RangeRequest[] } {
    const asked: RangeRequest[] = []
    const range = source.range.bind(source)
    source.range = (request, signal) => {
      asked.push(request)
      return range(request, signal)
    }
    return { source, asked }
  }
  const config = (n: number) =>
    utf8(JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' }, data: { n: String(n) } }))

  it('opens a key with 30,000 versions by one page of point reads', async () => {
    const { source, asked } = counted(new MemoryV3Source())
    for (let n = 0; n < 30_000; n++) source.set(utf8('/registry/configmaps/a/a'), config(n))
    const app = await testApp(memoryCluster(source))
    await page(app, '/registry/configmaps/a/a', '&limit=1')
    asked.length = 0
    const first = await page(app, '/registry/configmaps/a/a', '&limit=20')
    expect(first.entries.map(({ version }) => version).slice(0, 2)).toEqual(['30000', '29999'])
    expect(first.entries[0]?.changes).toEqual([{ code: 'changed', params: { path: 'data.n', from: '29998', to: '29999' } }])
    expect(asked.length).toBeLessThan(30)
    expect(asked.every(({ limit }) => limit === 1 || limit === 40)).toBe(true)
    const second = await page(app, '/registry/configmaps/a/a', `&limit=20&before=${first.next}`)
    expect(second.entries[0]?.version).toBe('29980')
    await app.close()
  })

  it('matches the lists of a custom resource by the keys that its definition names', async () => {
    const source = new MemoryV3Source()
    const list = (keys: object) => ({ type: 'array', ...keys, items: { type: 'object', properties: { host: { type: 'string' } } } })
    const schema = {
      openAPIV3Schema: {
        properties: {
          spec: {
            properties: {
              routes: list({ 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['host'] }),
              __proto__: { type: 'string' },
            },
          },
        },
      },
    }
    const definition = {
      ...{ apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition', metadata: { name: 'routers.example.com' } },
      spec: { group: 'example.com', versions: [{ name: 'v1', schema }] },
    }
    const router = (...routes: object[]) =>
      utf8(JSON.stringify({ apiVersion: 'example.com/v1', kind: 'Router', metadata: { name: 'r', namespace: 'shop' }, spec: { routes } }))
    const key = utf8('/registry/example.com/routers/shop/r')
    source.set(utf8('/registry/apiextensions.k8s.io/customresourcedefinitions/routers.example.com'), utf8(JSON.stringify(definition)))
    source.set(key, router({ host: 'a', to: 'one', port: 1 }, { host: 'b', to: 'two', port: 2 }))
    source.set(key, router({ host: 'b', to: 'six', port: 2 }, { host: 'c', to: 'new' }))
    const app = await testApp(memoryCluster(source))
    const changed = ['spec.routes[a]', 'spec.routes[b].to', 'spec.routes[c]']
    const diff = (await get(app, 'v3/diff?key=/registry/example.com/routers/shop/r&from=3&to=4')).json<DiffAnswer>()
    const paths = diff.changes.map(({ group, name }) => (name.startsWith('[') ? `${group}${name}` : `${group}.${name}`))
    expect(paths.sort()).toEqual(changed)
    const { entries } = await page(app, '/registry/example.com/routers/shop/r')
    expect(entries[0]?.changes?.map(({ params }) => params.path).sort()).toEqual(changed)
    await app.close()
  })

  it('shows a key that was created again, and a deletion at the newest revision', async () => {
    const source = new MemoryV3Source()
    const key = utf8('/a')
    source.set(utf8('/other'), utf8('x'))
    source.set(key, utf8('one'))
    source.remove(key)
    source.set(key, utf8('two'))
    source.set(key, utf8('three'))
    const gone = source.remove(key)
    for (let i = 0; i < 100; i++) source.set(utf8('/other'), utf8(`${i}`))
    const app = await testApp(memoryCluster(source))
    for (const limit of [1, 2, 50]) {
      const { entries, last } = await whole(app, '/a', limit)
      expect(entries.map(brief)).toEqual([`${gone} deleted`, '6 updated', '5 recreated', '4 deleted', '3 created'])
      expect(last).toMatchObject({ present: false, total: null })
    }
    await app.close()
  })

  it('says what was tried if the key never existed, within a limit', async () => {
    const { source, asked } = counted(new MemoryV3Source())
    for (let i = 0; i < 5000; i++) source.set(utf8('/other'), utf8(`${i}`))
    const app = await testApp(memoryCluster(source))
    await page(app, '/other', '&limit=1')
    asked.length = 0
    const answer = await page(app, '/never')
    expect(answer).toMatchObject({ entries: [], present: false, next: null, hidden: 'possible', edge: { kind: 'searched', revision: '1' } })
    expect(answer.edge?.reads).toBeGreaterThan(10)
    expect(Number(answer.edge?.gap)).toBeLessThan(1500)
    expect(asked.length).toBeLessThan(64)
    await app.close()
  })

  it('counts the revisions that could be read, and knows the end if it tried every kept one', async () => {
    const source = new MemoryV3Source()
    for (let i = 0; i < 5; i++) source.set(utf8('/other'), utf8(`${i}`))
    const app = await testApp(memoryCluster(source))
    expect(await page(app, '/never')).toMatchObject({ edge: { kind: 'first', reads: 6 }, hidden: 'none' })
    for (let i = 0; i < 5; i++) source.set(utf8('/other'), utf8(`${i}`))
    source.compact(8n)
    expect(await page(app, '/never')).toMatchObject({ edge: { kind: 'compacted', revision: '8', reads: 4 }, hidden: 'none' })
    await app.close()
  })

  it('says that the times could not be read, and shows the rest', async () => {
    const source = new MemoryV3Source()
    source.set(utf8('/registry/configmaps/a/a'), utf8(JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' } })))
    const range = source.range.bind(source)
    let fails = true
    source.range = async (request, signal) => {
      if (fails && Buffer.from(request.key).toString().includes('kube-node-lease'))
        throw new AppError('SOURCE_TIMEOUT', { code: 'stored-text', params: { text: 'etcd did not answer.' } })
      return await range(request, signal)
    }
    const app = await testApp(memoryCluster(source))
    expect(await page(app, '/registry/configmaps/a/a')).toMatchObject({ entries: [{ action: 'created' }], timesRead: false })
    expect((await get(app, 'v3/clock?rev=2')).json()).toMatchObject({ timesRead: false })
    fails = false
    expect(await page(app, '/registry/configmaps/a/a')).toMatchObject({ timesRead: true })
    await app.close()
  })

  it('finds a life between two long absences', async () => {
    const source = new MemoryV3Source()
    for (let i = 0; i < 900; i++) source.set(utf8('/other'), utf8(`${i}`))
    source.set(utf8('/a'), utf8('1'))
    for (let i = 0; i < 200; i++) source.set(utf8('/other'), utf8(`${i}`))
    const gone = source.remove(utf8('/a'))
    for (let i = 0; i < 1500; i++) source.set(utf8('/other'), utf8(`${i}`))
    const app = await testApp(memoryCluster(source))
    expect((await whole(app, '/a')).entries.map(brief)).toEqual([`${gone} deleted`, '902 created'])
    await app.close()
  })

  it('reveals nothing of Secrets, and rounds their sizes', async () => {
    const source = new MemoryV3Source()
    const secret = (password: string) =>
      utf8(JSON.stringify({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 's' }, data: { password: btoa(password) } }))
    source.set(utf8('/registry/secrets/a/s'), secret('hunter2-hunter2-hunter2'))
    source.set(utf8('/registry/secrets/a/s'), secret('correct-horse-battery'))
    const app = await testApp(memoryCluster(source))
    const answer = await page(app, '/registry/secrets/a/s')
    expect(answer.entries[0]?.changes).toEqual([{ code: 'masked', params: { path: 'data.password', verdict: 'length-differs' } }])
    expect(answer.entries.every(({ size, rounded }) => rounded && size !== null && size % 64 === 0)).toBe(true)
    const text = JSON.stringify(answer)
    for (const word of ['hunter2', 'correct-horse', btoa('hunter2').slice(0, 8)]) expect(text).not.toContain(word)
    await app.close()
  })

  it('has a message for an invalid key and revision', async () => {
    const app = await testApp(memoryCluster())
    for (const query of ['', 'key=', 'key=/a&before=0', 'key=/a&limit=0', 'key=/a&limit=1000', 'key=/a&before=x']) {
      const reply = await get(app, `v3/history?${query}`)
      expect([query, reply.status, (JSON.parse(reply.raw.toString()) as Problem).code]).toEqual([query, 400, 'BAD_REQUEST'])
    }
    await app.close()
  })
})

describe('differences', () => {
  async function diff(app: App, key: string, from: string | bigint, to: string | bigint): Promise<DiffAnswer> {
    const reply = await get(app, `v3/diff?key=${encodeURIComponent(key)}&from=${from}&to=${to}`)
    expect([reply.status, reply.raw.toString().slice(0, 300)]).toEqual([200, expect.anything()])
    return JSON.parse(reply.raw.toString()) as DiffAnswer
  }
  const json = (value: object) => utf8(JSON.stringify(value))

  it('of a rollout name the field, both values and its owner; routine changes are marked and counted', async () => {
    const opened = await openFile(demo)
    const app = await testApp(opened)
    const answer = await diff(app, STOREFRONT, 1076n, 1077n)
    expect(answer).toMatchObject({ by: 'fields', more: 0, limited: false, textForm: 'yaml', unknownFields: 'same' })
    expect(answer.changes.find(({ name }) => name === 'image')).toEqual({
      group: 'spec.template.spec.containers[web]',
      name: 'image',
      kind: 'changed',
      left: { text: 'registry.example/storefront:1.4.1', cut: 0 },
      right: { text: 'registry.example/storefront:1.5.0-rc1', cut: 0 },
      noise: null,
      masked: null,
      whole: false,
      managers: ['kubectl-set'],
    })
    const noise = answer.changes.flatMap((change) => (change.noise === null ? [] : [change.noise]))
    expect(noise.length).toBe(answer.counts.noise)
    expect(noise).toEqual(['generation'])
    expect(answer.to).toMatchObject({ revision: '1077', modRevision: '1077', time: { best: expect.stringContaining('T03:41:2') } })
    expect(Number(answer.from.modRevision)).toBeLessThan(1077)
    expect((await diff(app, STOREFRONT, 1077n, 1077n)).changes).toEqual([])
    const wide = await diff(app, STOREFRONT, 496n, 1917n)
    expect(wide.changes.map(({ group, name }) => `${group} ${name}`)).toContain('spec.template.spec.containers[web] image')
    await app.close()
    await opened.close()
  })

  it('of a created or deleted key compare it with nothing', async () => {
    const source = new MemoryV3Source()
    source.set(utf8('/other'), utf8('x'))
    const created = source.set(utf8('/a'), json({ one: 1 }))
    const gone = source.remove(utf8('/a'))
    const app = await testApp(memoryCluster(source))
    expect(await diff(app, '/a', created - 1n, created)).toMatchObject({
      ...{ by: 'presence', textForm: 'yaml', from: { modRevision: null, size: null }, to: { modRevision: String(created) } },
      changes: [{ group: '', name: '', kind: 'added', left: null, right: { text: 'one: 1', cut: 0 } }],
    })
    expect((await diff(app, '/a', created, gone)).changes).toMatchObject([{ kind: 'removed' }])
    const neither = await get(app, `v3/diff?key=/a&from=2&to=${gone}`)
    expect([neither.status, (JSON.parse(neither.raw.toString()) as Problem).code]).toEqual([404, 'KEY_NOT_FOUND'])
    await app.close()
  })

  it('of Secrets say that they differ without showing them', async () => {
    const source = new MemoryV3Source()
    const secret = (password: string, pin: string) =>
      json({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 's' }, data: { password: btoa(password), pin: btoa(pin) } })
    const one = source.set(utf8('/registry/secrets/a/s'), secret('hunter2-hunter2-hunter2', '1234'))
    const two = source.set(utf8('/registry/secrets/a/s'), secret('hunter3-hunter3-hunter3', '5678'))
    const app = await testApp(memoryCluster(source))
    const answer = await diff(app, '/registry/secrets/a/s', one, two)
    expect(answer.changes).toMatchObject([{ group: 'data', name: 'password', masked: 'different' }])
    expect(answer.undecided).toEqual(['data.pin'])
    const text = JSON.stringify(answer)
    for (const word of ['hunter', '1234', '5678', btoa('hunter2').slice(0, 8), btoa('1234')]) expect(text).not.toContain(word)
    await app.close()
  })

  it('of texts, bytes and other forms name the method of comparison', async () => {
    const source = new MemoryV3Source()
    const put = (key: string, ...values: Uint8Array[]) => values.map((value) => source.set(utf8(key), value)) as [bigint, bigint]
    const texts = put('/text', utf8('one\ntwo\n'), utf8('one\nthree\n'))
    const binary = put('/bytes', Uint8Array.of(0, 1, 2, 3, 255), Uint8Array.of(0, 1, 9, 3, 255))
    const forms = put('/form', utf8('plain'), json({ a: 1 }))
    const encrypted = put('/registry/secrets/a/e', utf8('k8s:enc:aescbc:v1:key1:aaaa'), utf8('k8s:enc:aescbc:v1:key2:bbbb'))
    const app = await testApp(memoryCluster(source))
    expect(await diff(app, '/text', ...texts)).toMatchObject({ by: 'text', textForm: 'text', counts: { changed: 1 } })
    expect(await diff(app, '/bytes', ...binary)).toMatchObject({
      ...{ by: 'bytes', textForm: null },
      bytes: [{ left: { from: 2, to: 3, hex: '02' }, right: { from: 2, to: 3, hex: '09' } }],
    })
    expect(await diff(app, '/form', ...forms)).toMatchObject({ by: 'form', textForm: null })
    expect(await diff(app, '/registry/secrets/a/e', ...encrypted)).toMatchObject({ by: 'ciphertext', textForm: null })
    await app.close()
  })

  it('cut long values visibly, and limit the list', async () => {
    const source = new MemoryV3Source()
    const one = source.set(utf8('/a'), json({ long: 'a'.repeat(100_000), many: {} }))
    const many = Object.fromEntries(Array.from({ length: 5000 }, (_, i) => [`f${i}`, i]))
    const two = source.set(utf8('/a'), json({ long: 'b'.repeat(100_000), many }))
    const app = await testApp(memoryCluster(source))
    const answer = await diff(app, '/a', one, two)
    expect(answer.changes.length + answer.more).toBe(5001)
    expect(answer.changes.find(({ name }) => name === 'long')?.left).toEqual({ text: 'a'.repeat(4000), cut: 96_000 })
    await app.close()
  })

  it('have a message for an invalid and a future revision', async () => {
    const source = new MemoryV3Source()
    source.set(utf8('/a'), utf8('1'))
    const app = await testApp(memoryCluster(source))
    for (const [query, code] of [
      ['key=/a&from=1', 'BAD_REQUEST'],
      ['key=/a&from=0&to=2', 'BAD_REQUEST'],
      ['key=/a&from=2&to=99', 'REVISION_IN_FUTURE'],
    ] as const) {
      const reply = await get(app, `v3/diff?${query}`)
      expect([query, (JSON.parse(reply.raw.toString()) as Problem).code]).toEqual([query, code])
    }
    await app.close()
  })
})

describe('the clock of revisions', () => {
  const clock = async (app: App, query: string) => {
    const reply = await get(app, `v3/clock?${query}`)
    return { status: reply.status, answer: JSON.parse(reply.raw.toString()) as ClockAnswer & Problem }
  }

  it('of a file returns the time of a revision, and the revision at a typed time', async () => {
    const opened = await openFile(demo)
    const app = await testApp(opened)
    const { answer } = await clock(app, 'rev=1077')
    expect(answer).toMatchObject({ revision: '1077', position: 'asked', asked: null })
    expect(answer.time?.best).toMatch(/^2026-11-23T03:41:2[0-4]/)
    const at = async (text: string, zone = 0) => (await clock(app, `at=${encodeURIComponent(text)}&zone=${zone}`)).answer
    const found = await at('2026-11-23 03:41:22')
    expect(found).toMatchObject({ position: 'within', asked: '2026-11-23T03:41:22.000Z' })
    expect(Date.parse(found.time?.best ?? '')).toBeLessThanOrEqual(Date.parse('2026-11-23T03:41:22Z'))
    const next = (await clock(app, `rev=${BigInt(found.revision) + 1n}`)).answer
    expect(Date.parse(next.time?.best ?? '')).toBeGreaterThan(Date.parse('2026-11-23T03:41:22Z'))
    // Ages in a file are relative to its own time; time zones are the user's.
    expect((await at('10 minutes ago')).asked).toMatch(/^2026-11-23T03:4/)
    expect((await at('04:41:22', 60)).asked).toBe('2026-11-23T03:41:22.000Z')
    expect((await at('2020-01-01')).position).toBe('before-kept')
    expect((await at('now')).position).toBe('newest')
    await app.close()
    await opened.close()
  })

  it.skipIf(!hasEtcd())('of a live etcd reads leases at a few revisions', { timeout: 60_000 }, async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'registree-clock-'))
    const snapshot = path.join(folder, 'demo.db')
    const database = readFileSync(`${demo}/member/snap/db`)
    writeFileSync(snapshot, Buffer.concat([database, createHash('sha256').update(database).digest()]))
    const etcd = await startEtcd({ snapshot })
    const opened = openEtcd({ endpoints: [etcd.endpoint], tls: null, credentials: null, kubernetesPrefix: '/registry' })
    const app = await testApp(opened)
    try {
      const { answer } = await clock(app, 'rev=1500')
      expect(answer.cost.ranges).toBeLessThanOrEqual(2)
      expect(Date.parse(answer.time?.notAfter ?? '') - Date.parse(answer.time?.notBefore ?? '')).toBeLessThan(13_000)
      const found = (await clock(app, 'at=2026-11-23T03:41:22Z')).answer
      expect(found.position).toBe('within')
      expect(Math.abs(Date.parse(found.time?.best ?? '') - Date.parse('2026-11-23T03:41:22Z'))).toBeLessThan(10_000)
      expect(found.cost.ranges).toBeLessThan(30)
      expect((await clock(app, 'rev=999999')).answer.code).toBe('REVISION_IN_FUTURE')
      await etcd.ctl(['compaction', '1000'])
      expect((await clock(app, 'rev=500')).answer).toMatchObject({ code: 'REVISION_COMPACTED', compactedRevision: '1000' })
    } finally {
      await app.close()
      await opened.close()
      await etcd.destroy()
      rmSync(folder, { recursive: true })
    }
  })

  it('of a store without times knows when it was read, and says so', async () => {
    const source = new MemoryV3Source()
    source.set(utf8('/a'), utf8('1'))
    const app = await testApp(memoryCluster(source))
    const { answer } = await clock(app, 'rev=2')
    expect(answer.time).toMatchObject({
      notBefore: null,
      notAfter: '2026-11-23T12:00:00.000Z',
      after: { kind: 'seen', source: 'registree', revision: '2' },
    })
    await app.close()
  })

  it('has a message for an invalid time, and for unknown times', async () => {
    const opened = await openFile(demo)
    const app = await testApp(opened)
    for (const [query, reason] of [
      ['at=soon', 'not-a-time'],
      ['at=25%3A00', 'no-such-time'],
    ] as const) {
      const { status, answer } = await clock(app, query)
      expect([query, status, answer.code, answer.reason]).toEqual([query, 400, 'BAD_REQUEST', reason])
    }
    for (const query of ['', 'rev=1&at=now', 'rev=0', 'at=now&zone=1000'])
      expect([query, (await clock(app, query)).status]).toEqual([query, 400])
    await app.close()
    await opened.close()
  })
})
