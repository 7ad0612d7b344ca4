// The history of v2 keys: a live etcd, and the files that it wrote.
import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { DiffAnswer, Problem, V2HistoryAnswer, V2HistoryEntry, V2NodeAnswer } from '@registree/contract'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openEtcd } from '../sources/etcd/open-etcd.ts'
import type { OpenedCluster } from '../sources/source.ts'
import { hasEtcd, startEtcd, type TestEtcd } from '../sources/testing/etcd.ts'
import { get, testApp } from '../testing/app.ts'
import { openFile } from '../testing/open-file.ts'

type App = Awaited<ReturnType<typeof testApp>>

const SUBNET = '/kube-centos/network/subnets/172.30.31.0-24'
const subnet = (ip: string) => JSON.stringify({ PublicIP: ip, BackendType: 'host-gw' })
const secret = (password: string) =>
  JSON.stringify({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 's', namespace: 'shop' },
    data: { password: Buffer.from(password).toString('base64') },
  })

const brief = ({ index, action, removed }: V2HistoryEntry) => [Number(index), action, removed]

describe.skipIf(!hasEtcd())('the history of v2 keys', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'registree-v2-history-'))
  let etcd: TestEtcd
  const opened: OpenedCluster[] = []
  const apps: Record<'live' | 'file', App | undefined> = { live: undefined, file: undefined }
  /** The index of each change, by name. */
  const at: Record<string, number> = {}

  const change = async (name: string, key: string, method: string, form: Record<string, string> = {}) => {
    const reply = await fetch(`${etcd.endpoint}/v2/keys${key}`, {
      method,
      ...(method === 'PUT' ? { body: new URLSearchParams(form) } : {}),
    })
    const { node } = (await reply.json()) as { node: { modifiedIndex: number } }
    at[name] = node.modifiedIndex
  }

  beforeAll(async () => {
    etcd = await startEtcd()
    await change('created', SUBNET, 'PUT', { value: subnet('172.20.0.113'), ttl: '86400', prevExist: 'false' })
    await change('moved', SUBNET, 'PUT', { value: subnet('172.20.0.114'), ttl: '86400', prevValue: subnet('172.20.0.113') })
    await change('renewed', SUBNET, 'PUT', { ttl: '90000', refresh: 'true', prevExist: 'true' })
    await change('kept', SUBNET, 'PUT', { value: subnet('172.20.0.114') })
    await change('secret', '/registry/secrets/shop/s', 'PUT', { value: secret('a password of some length') })
    await change('secret changed', '/registry/secrets/shop/s', 'PUT', { value: secret('b password of some length') })
    await change('gone made', '/gone', 'PUT', { value: 'one\ntwo\n' })
    await change('gone', '/gone', 'DELETE')
    await change('gone again', '/gone', 'PUT', { value: 'one\nthree\n' })
    await change('gone at last', '/gone', 'DELETE')
    await change('below', '/tree/of/things', 'PUT', { value: 'x' })
    await change('tree', '/tree?recursive=true', 'DELETE')
    await change('listed', '/listed/a', 'PUT', { value: 'a', ttl: '86400' })
    await change('listed too', '/listed/b', 'PUT', { value: 'b' })
    await change('listed no more', '/listed/a', 'DELETE')
    const live = openEtcd({ endpoints: [etcd.endpoint], tls: null, credentials: null, kubernetesPrefix: '/registry' })
    opened.push(live)
    apps.live = await testApp(live)
    const copy = path.join(folder, 'data')
    cpSync(etcd.dataDir, copy, { recursive: true })
    const file = await openFile(copy)
    opened.push(file)
    apps.file = await testApp(file)
  })
  afterAll(async () => {
    for (const app of Object.values(apps)) await app?.close()
    for (const one of opened) await one.close()
    await etcd.destroy()
    rmSync(folder, { recursive: true })
  })

  const history = async (of: 'live' | 'file', key: string, more = '') => {
    const reply = await get(apps[of] as App, `v2/history?path=${encodeURIComponent(key)}${more}`)
    expect([reply.status, reply.raw.toString().slice(0, 200)]).toEqual([200, expect.anything()])
    return reply.json<V2HistoryAnswer>()
  }
  const diff = async (of: 'live' | 'file', query: string) => (await get(apps[of] as App, `v2/diff?${query}`)).json<DiffAnswer>()
  const problem = async (of: 'live' | 'file', query: string) => (await get(apps[of] as App, query)).json<Problem>()

  describe.each(['live', 'file'] as const)('%s', (of) => {
    it('names each action, what it changed and until when it holds', async () => {
      const answer = await history(of, SUBNET)
      expect(answer).toMatchObject({ path: SUBNET, present: true, next: null, edge: { kind: 'first' } })
      expect(answer.entries.map(brief)).toEqual([
        [at.kept, 'set', null],
        [at.renewed, 'refresh', null],
        [at.moved, 'compareAndSwap', null],
        [at.created, 'create', null],
      ])
      const [kept, renewed, moved, created] = answer.entries
      expect(kept).toMatchObject({ expiration: null, createdIndex: String(at.kept), before: String(at.renewed) })
      expect(renewed?.changes).toMatchObject([{ code: 'same' }])
      expect(moved?.changes).toMatchObject([{ code: 'changed', params: { path: 'PublicIP', from: '172.20.0.113', to: '172.20.0.114' } }])
      expect(created).toMatchObject({ changes: [], before: null, createdIndex: String(at.created) })
      expect(Date.parse(renewed?.expiration ?? '')).toBeGreaterThan(Date.parse(moved?.expiration ?? ''))
    })

    it('comes in pages', async () => {
      const first = await history(of, SUBNET, '&limit=1')
      expect([first.entries.map(brief), first.next, first.edge]).toEqual([[[at.kept, 'set', null]], String(at.kept), null])
      expect(first.entries[0]?.changes).toMatchObject([{ code: 'same' }])
      const rest = await history(of, SUBNET, `&limit=50&before=${first.next}`)
      expect(rest.entries.map(({ index }) => Number(index))).toEqual([at.renewed, at.moved, at.created])
    })

    it('has removed keys too, and those below a removed directory', async () => {
      const gone = await history(of, '/gone')
      expect(gone).toMatchObject({ present: false, edge: { kind: 'first' } })
      expect(gone.entries.map(brief)).toEqual([
        [at['gone at last'], 'delete', '/gone'],
        [at['gone again'], 'set', null],
        [at.gone, 'delete', '/gone'],
        [at['gone made'], 'set', null],
      ])
      expect((await history(of, '/tree/of/things')).entries.map(brief)).toEqual([
        [at.tree, 'delete', '/tree'],
        [at.below, 'set', null],
      ])
      expect(await history(of, '/never')).toMatchObject({ present: false, entries: [], edge: { kind: 'first' } })
      expect(await problem(of, 'v2/history?path=/kube-centos')).toMatchObject({ code: 'BAD_REQUEST', reason: 'v2-directory' })
    })

    it('shows a state at an index', async () => {
      const read = async (key: string, index: number | undefined) =>
        (await get(apps[of] as App, `v2/node?path=${encodeURIComponent(key)}&at=${index}`)).json<V2NodeAnswer & Problem>()
      expect(await read(SUBNET, at.created)).toMatchObject({
        node: { modifiedIndex: String(at.created), ttl: null, expiration: expect.any(String) },
        children: null,
        decoded: { shown: { text: expect.stringContaining('172.20.0.113') } },
      })
      expect(await read('/gone', at['gone again'])).toMatchObject({ decoded: { shown: { text: 'one\nthree\n' } } })
      expect(await read('/gone', at.gone)).toMatchObject({ code: 'KEY_NOT_FOUND', reason: 'v2-key-missing-at' })
      expect(await read('/tree/of/things', at.below)).toMatchObject({ decoded: { shown: { text: 'x' } } })
      expect(await read(SUBNET, 10_000)).toMatchObject({ code: 'REVISION_IN_FUTURE', reason: 'v2-index-ahead' })
      // At the newest index a directory holds what it holds, and is not there once it is removed.
      expect(await read('/listed', at['listed no more'])).toMatchObject({ children: [{ path: '/listed/b' }] })
      expect(await read('/tree', at['listed no more'])).toMatchObject({ code: 'KEY_NOT_FOUND', reason: 'v2-key-missing-at' })
      const raw = await get(apps[of] as App, `v2/raw?path=/gone&at=${at['gone made']}`)
      expect(raw.raw.toString()).toBe('one\ntwo\n')
    })

    it('compares two states field by field, or as text', async () => {
      const named = `path=${encodeURIComponent(SUBNET)}`
      expect(await diff(of, `${named}&from=${at.created}&to=${at.kept}`)).toMatchObject({
        by: 'fields',
        from: { revision: String(at.created), modRevision: String(at.created), version: null, time: null },
        changes: [{ name: 'PublicIP', kind: 'changed', left: { text: '172.20.0.113' }, right: { text: '172.20.0.114' } }],
        textForm: 'yaml',
      })
      expect(await diff(of, `path=/gone&from=${at['gone made']}&to=${at['gone again']}`)).toMatchObject({ by: 'text', textForm: 'text' })
      expect(await diff(of, `path=/gone&from=${at.gone}&to=${at['gone again']}`)).toMatchObject({
        by: 'presence',
        from: { modRevision: null },
      })
      expect(await problem(of, `v2/diff?path=/gone&from=1&to=${at.gone}`)).toMatchObject({ code: 'KEY_NOT_FOUND' })
      expect(await problem(of, 'v2/diff?path=/gone')).toMatchObject({ code: 'BAD_REQUEST', reason: 'v2-diff-indices' })
      expect(await problem(of, 'v2/diff?path=/gone&from=1&to=9223372036854775808')).toMatchObject({ reason: 'v2-index-wrong' })
    })

    it('compares two keys, by default as they are now', async () => {
      const answer = await diff(of, `path=${encodeURIComponent(SUBNET)}&withPath=${encodeURIComponent('/registry/secrets/shop/s')}`)
      expect(answer).toMatchObject({
        by: 'fields',
        from: { modRevision: String(at.kept) },
        to: { modRevision: String(at['secret changed']) },
      })
      expect(JSON.stringify(answer)).not.toContain(Buffer.from('password of some').toString('base64').slice(0, 12))
      for (const pair of ['path=/kube-centos&withPath=/registry/secrets/shop/s', 'path=/registry/secrets/shop/s&withPath=/kube-centos'])
        expect(await problem(of, `v2/diff?${pair}`)).toMatchObject({ reason: 'v2-directory', params: { path: '/kube-centos' } })
    })

    it('compares Secrets without showing them', async () => {
      const [changed] = (await history(of, '/registry/secrets/shop/s')).entries
      expect(changed).toMatchObject({
        rounded: true,
        changes: [{ code: 'masked', params: { path: 'data.password', verdict: 'different' } }],
      })
      const between = await diff(of, `path=/registry/secrets/shop/s&from=${at.secret}&to=${at['secret changed']}`)
      expect(between.changes).toMatchObject([{ name: 'password', masked: 'different' }])
      const text = JSON.stringify([changed, between])
      for (const hidden of ['YSBwYXNz', 'YiBwYXNz', 'a password', 'b password']) expect(text).not.toContain(hidden)
    })
  })

  it('a file tells what a directory held at an index, a live etcd does not', async () => {
    const read = async (of: 'live' | 'file', key: string, index: number | undefined) =>
      (await get(apps[of] as App, `v2/node?path=${encodeURIComponent(key)}&at=${index}`)).json<V2NodeAnswer & Problem>()
    const held = await read('file', '/listed', at['listed too'])
    expect(held).toMatchObject({
      index: String(at['listed no more']),
      ...{ raftIndex: null, decoded: null },
      children: [
        { path: '/listed/a', modifiedIndex: String(at.listed), ttl: null, expiration: expect.any(String) },
        { path: '/listed/b', modifiedIndex: String(at['listed too']), ttl: null, expiration: null },
      ],
    })
    expect((await read('file', '/listed', at.listed)).children?.map(({ path: one }) => one)).toEqual(['/listed/a'])
    expect((await read('file', '/tree', at.below)).children).toMatchObject([{ path: '/tree/of', directory: true }])
    expect((await read('file', '/', at.below)).children?.map(({ path: one }) => one)).toContain('/tree')
    // The sizes of masked values are rounded in the past too.
    expect((await read('file', '/registry/secrets/shop', at.secret)).children).toMatchObject([{ path: '/registry/secrets/shop/s' }])
    for (const { size } of (await read('file', '/registry/secrets/shop', at.secret)).children ?? []) expect((size ?? 1) % 64).toBe(0)
    expect(await read('live', '/listed', at['listed too'])).toMatchObject({ node: { directory: true }, children: null })
  })

  it('a file tells a value that is older than its kept events, in a directory that was removed since', async () => {
    // A snapshot keeps a thousand events at most.
    const snapping = await startEtcd({ flags: ['--snapshot-count=100'] })
    const put = async (key: string, value: string) => {
      const reply = await fetch(`${snapping.endpoint}/v2/keys${key}`, { method: 'PUT', body: new URLSearchParams({ value }) })
      const { node } = (await reply.json()) as { node: { modifiedIndex: number } }
      return node.modifiedIndex
    }
    try {
      await put('/lost/dir/old', 'older than all events')
      let last = 0
      for (let i = 0; i < 1_250; i += 1) last = await put('/busy', String(i))
      await fetch(`${snapping.endpoint}/v2/keys/lost?recursive=true`, { method: 'DELETE' })
      await snapping.stop()
      const file = await openFile(snapping.dataDir)
      const app = await testApp(file)
      const read = async (key: string, index: number) =>
        (await get(app, `v2/node?path=${encodeURIComponent(key)}&at=${index}`)).json<V2NodeAnswer & Problem>()
      expect(await read('/lost/dir/old', last)).toMatchObject({ decoded: { shown: { text: 'older than all events' } } })
      expect((await read('/lost/dir', last)).children).toMatchObject([{ path: '/lost/dir/old' }])
      // A comparison of it with a key that is there now.
      const reply = await get(app, `v2/diff?path=/lost/dir/old&from=${last}&withPath=/busy`)
      expect(reply.json<DiffAnswer>()).toMatchObject({ by: 'text', from: { revision: String(last) } })
      // Before its events the tree is not known; of a key that was not written since, the state is.
      expect(await read('/lost', 3)).toMatchObject({ code: 'REVISION_COMPACTED' })
      await app.close()
      await file.close()
    } finally {
      await snapping.destroy()
    }
  })

  it('says from which index on a live etcd still knows', async () => {
    for (let i = 0; i < 1000; i++) await change('last', '/busy', 'PUT', { value: String(i) })
    const oldest = String((at.last as number) - 999)
    const kept = await history('live', SUBNET)
    expect(kept.entries.map(brief)).toEqual([[at.kept, null, null]])
    expect(kept).toMatchObject({ present: true, edge: { kind: 'cleared', index: oldest } })
    expect(kept.entries[0]?.changes).toBeNull()
    expect(await history('live', '/gone')).toMatchObject({ entries: [], edge: { kind: 'cleared', index: oldest } })
    expect(await problem('live', `v2/node?path=/gone&at=${at['gone made']}`)).toMatchObject({
      code: 'REVISION_COMPACTED',
      reason: 'v2-index-cleared',
      params: { oldest },
    })
    const busy = await history('live', '/busy', '&limit=200')
    expect(busy.entries).toHaveLength(200)
    expect(busy.entries.at(-1)).toMatchObject({ action: 'set', changes: [{ code: 'lines' }] })
    // A file knows as much as its log.
    const copy = path.join(folder, 'later')
    cpSync(etcd.dataDir, copy, { recursive: true })
    const file = await openFile(copy)
    const app = await testApp(file)
    try {
      const { entries } = (await get(app, `v2/history?path=${encodeURIComponent(SUBNET)}`)).json<V2HistoryAnswer>()
      expect(entries.map(({ index }) => Number(index))).toEqual([at.kept, at.renewed, at.moved, at.created])
    } finally {
      await app.close()
      await file.close()
    }
  })
})
