// The whole API against a real etcd: read-only users, client certificates, lost and regained connections, compaction, cancelled reads.
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { utf8 } from '@registree/keyspace'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { isAppError } from './problem.ts'
import { openEtcd } from './sources/etcd/open-etcd.ts'
import { hasEtcd, startEtcd, startThree, type TestEtcd, type TestTls } from './sources/testing/etcd.ts'
import { makeCertificates } from './sources/testing/etcd-certificates.ts'
import { sharedFile } from './sources/testing/fixtures.ts'
import { get, testApp } from './testing/app.ts'

const live = hasEtcd()
if (!live) process.stderr.write('skipping the tests against a live etcd: etcd and etcdctl are not in PATH\n')
const cluster = (endpoints: string[], more: Partial<Parameters<typeof openEtcd>[0]> = {}) =>
  openEtcd({ endpoints, tls: null, credentials: null, kubernetesPrefix: '/registry', ...more })
interface Indices {
  v3: { revision: string }
  v2: { index: string }
}

const code = (error: unknown) => (isAppError(error) ? error.code : error)

describe.skipIf(!live)('a user who may only read', () => {
  let etcd: TestEtcd
  beforeAll(async () => {
    etcd = await startEtcd()
    await etcd.ctl(['put', '/registry/pods/shop/a', 'text'])
    await etcd.ctl(['put', '/other', 'not for everybody'])
    await etcd.ctl(['set', '/net/config', '{}'], { api: 2 })
    await etcd.ctl(['role', 'add', 'reader'])
    await etcd.ctl(['role', 'grant-permission', 'reader', 'read', '/registry/', '--prefix'])
    await etcd.ctl(['user', 'add', 'reader:s3cret'])
    await etcd.ctl(['user', 'grant-role', 'reader', 'reader'])
    await etcd.ctl(['user', 'add', 'root:root'])
    await etcd.ctl(['user', 'grant-role', 'root', 'root'])
    await etcd.ctl(['auth', 'enable'])
  })
  afterAll(() => etcd.destroy())

  it('sees everything it may see, through every route, and nothing changes', async () => {
    const opened = cluster([etcd.endpoint], { credentials: { user: 'reader', password: 's3cret' } })
    const app = await testApp(opened)
    const before = (await get(app, 'status')).json<Indices>()
    expect((await get(app, 'v3/children?prefix=/registry/')).json()).toMatchObject({ children: [{ key: '/registry/pods/' }] })
    expect((await get(app, 'v3/value?key=/registry/pods/shop/a')).json()).toMatchObject({ decoded: { shown: { text: 'text' } } })
    expect((await get(app, 'v3/raw?key=/registry/pods/shop/a')).raw.toString()).toBe('text')
    expect((await get(app, 'v2/node?path=/net')).json()).toMatchObject({ children: [{ path: '/net/config' }] })
    expect((await get(app, 'v2/raw?path=/net/config')).raw.toString()).toBe('{}')
    expect((await app.inject('/api/v1/clusters')).statusCode).toBe(200)
    const refused = await get(app, 'v3/value?key=/other')
    expect([refused.status, refused.json().code]).toEqual([502, 'SOURCE_AUTH'])
    expect(refused.raw.toString()).not.toContain('s3cret')
    const after = (await get(app, 'status')).json<Indices>()
    expect([after.v3.revision, after.v2.index]).toEqual([before.v3.revision, before.v2.index])
    await app.close()
    await opened.close()
  })

  it('is told when its password is wrong, without repeating it', async () => {
    for (const credentials of [{ user: 'reader', password: 'wr0ng' }, null]) {
      const opened = cluster([etcd.endpoint], { credentials })
      const error = await opened.v3
        .range({ key: utf8('/registry/x'), end: null, revision: 0n, limit: 1 })
        .catch((reason: unknown) => reason)
      expect(code(error)).toBe('SOURCE_AUTH')
      expect(JSON.stringify(error) + String(error)).not.toContain('wr0ng')
      await opened.close()
    }
  })

  it('gets a new token when the old one is forgotten', async () => {
    const opened = cluster([etcd.endpoint], { credentials: { user: 'reader', password: 's3cret' } })
    const read = () => opened.v3.range({ key: utf8('/registry/pods/shop/a'), end: null, revision: 0n, limit: 1 })
    expect((await read()).count).toBe(1)
    // Simple tokens live in the memory of the member.
    await etcd.stop()
    await etcd.start()
    expect((await read()).count).toBe(1)
    await opened.close()
  })
})

describe.skipIf(!live)('an etcd that comes and goes', () => {
  let etcd: TestEtcd
  beforeAll(async () => {
    etcd = await startEtcd()
    for (let i = 0; i < 8; i += 1) await etcd.ctl(['put', '/registry/k', String(i)])
  })
  afterAll(() => etcd.destroy())

  it('says what is wrong while it is away, and goes on when it is back', async () => {
    await etcd.stop()
    const opened = cluster([etcd.endpoint], { deadlineMs: 3000 })
    const app = await testApp(opened)
    const status = await get(app, 'status')
    expect(status.status).toBe(200)
    expect(status.json()).toMatchObject({ v3: null, v3Problem: { code: 'SOURCE_UNREACHABLE' }, v2: null })
    expect(JSON.stringify(status.json().notices)).toContain('cannot be reached')
    const value = await get(app, 'v3/value?key=/registry/k')
    expect([value.status, value.json()]).toMatchObject([503, { code: 'SOURCE_UNREACHABLE', endpoint: etcd.endpoint }])
    await etcd.start()
    await expect.poll(async () => (await get(app, 'v3/value?key=/registry/k')).status).toBe(200)
    await app.close()
    await opened.close()
  })

  it('asks another member when the first does not answer', async () => {
    const opened = cluster(['http://127.0.0.1:1', etcd.endpoint])
    expect((await opened.v3.range({ key: utf8('/registry/k'), end: null, revision: 0n, limit: 1 })).count).toBe(1)
    expect((await opened.v2.node('/')).node.directory).toBe(true)
    const { etcd: facts } = await opened.facts()
    expect(facts?.endpoints.map(({ error }) => error === null)).toEqual([false, true])
    await opened.close()
  })

  it('does not wait without end for one that accepts and says nothing', async () => {
    const silent = createServer(() => {})
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve))
    const opened = cluster([`http://127.0.0.1:${(silent.address() as { port: number }).port}`], { deadlineMs: 700 })
    const error = await opened.v3.range({ key: utf8('k'), end: null, revision: 0n, limit: 1 }).catch((reason: unknown) => reason)
    expect(['SOURCE_TIMEOUT', 'SOURCE_UNREACHABLE']).toContain(code(error))

    const abort = new AbortController()
    const reading = opened.v3.range({ key: utf8('k'), end: null, revision: 0n, limit: 1 }, abort.signal).catch((reason: unknown) => reason)
    setTimeout(() => abort.abort(), 50)
    expect(code(await reading)).toBe('CANCELLED')
    await opened.close()
    silent.close()
  })

  it('finds the oldest revision that is left', async () => {
    await etcd.ctl(['compact', '6'])
    const opened = cluster([etcd.endpoint])
    const app = await testApp(opened)
    expect((await get(app, 'v3/value?key=/registry/k&rev=3')).json()).toMatchObject({
      code: 'REVISION_COMPACTED',
      compactedRevision: '6',
      currentRevision: '9',
    })
    expect((await get(app, 'v3/value?key=/registry/k&rev=6')).status).toBe(200)
    expect((await get(app, 'v3/value?key=/registry/k&rev=99')).json()).toMatchObject({ code: 'REVISION_IN_FUTURE', currentRevision: '9' })
    expect((await get(app, 'status')).json()).toMatchObject({ v3: { revision: '9', compactedRevision: '6' } })
    await app.close()
    await opened.close()
  })

  it('pages values that together are larger than a message may be', async () => {
    const big = 'x'.repeat(1_400_000)
    for (let i = 0; i < 60; i += 1) await etcd.ctl(['put', `/big/${String(i).padStart(2, '0')}`], { input: big })
    const opened = cluster([etcd.endpoint])
    const reply = await opened.v3.range({ key: utf8('/big/'), end: utf8('/big0'), revision: 0n, limit: 500 })
    expect(reply.count).toBe(60)
    expect(reply.more).toBe(true)
    expect(reply.kvs.length).toBeGreaterThan(0)
    expect(reply.kvs[0]?.value.length).toBe(1_400_000)
    // An oversized answer must not have closed the door on the next read.
    expect((await opened.v3.range({ key: utf8('/registry/k'), end: null, revision: 0n, limit: 1 })).count).toBe(1)
    await opened.close()
  })
})

describe.skipIf(!live)('an etcd that is hung', () => {
  let etcd: TestEtcd
  beforeAll(async () => {
    etcd = await startEtcd()
    await etcd.ctl(['put', '/registry/k', 'v'])
    await etcd.ctl(['set', '/net/config', '{}'], { api: 2 })
  })
  afterAll(() => etcd.destroy())
  const reads = ['v3/value?key=/registry/k', 'v2/node?path=/net', 'resources', 'namespaces', 'trouble']
  const streams = ['tables/pods', 'findings']

  it.each([
    ['after it has answered', true],
    ['before it ever answered', false],
  ])('%s answers every reader with a timeout, and says in its status that it does not answer', async (_, before) => {
    const deadlineMs = 1500
    const opened = cluster([etcd.endpoint], { deadlineMs })
    const app = await testApp(opened)
    if (before) for (const url of reads) await get(app, url)
    etcd.freeze()
    try {
      const waiting = Promise.all([...reads, ...reads, ...reads, ...streams].map((url) => get(app, url)))
      const [status, list] = await Promise.all([get(app, 'status'), app.inject('/api/v1/clusters')])
      expect([status.status, list.statusCode]).toEqual([200, 200])
      expect(status.json()).toMatchObject({
        v3: null,
        v2: null,
        etcd: { endpoints: [{ endpoint: etcd.endpoint, error: expect.any(String) }] },
      })
      expect(JSON.stringify(status.json().notices)).toContain(`etcd at ${etcd.endpoint} did not answer in time.`)
      for (const { status, json } of await waiting) {
        expect([status, json().code]).toEqual([504, 'SOURCE_TIMEOUT'])
        expect(json()).toMatchObject({ endpoint: etcd.endpoint, hint: expect.stringContaining('suspended') })
      }
    } finally {
      etcd.thaw()
    }
    await expect.poll(async () => (await get(app, 'v3/value?key=/registry/k')).status).toBe(200)
    await app.close()
    await opened.close()
  })
})

describe.skipIf(!live)('three members', () => {
  it('goes on with one that is hung', async () => {
    const three = await startThree()
    const opened = cluster(three.endpoints, { deadlineMs: 5000 })
    const read = () => opened.v3.range({ key: utf8('/registry/k'), end: null, revision: 0n, limit: 1 })
    expect((await read()).count).toBe(1)
    expect((await opened.v2.availability()).available).toBe(false)
    three.members[0]?.freeze()
    const all = await Promise.all(Array.from({ length: 15 }, read))
    expect(all.map(({ count }) => count)).toEqual(all.map(() => 1))
    const { etcd, notices } = await opened.facts()
    expect(etcd?.endpoints.map(({ error }) => error === null)).toEqual([false, true, true])
    expect(notices.map(({ where }) => where)).toEqual([three.endpoints[0]])
    await opened.close()
    await three.destroy()
  })

  it('goes on with one lost, and shows what the last one holds when the quorum is gone, saying so', async () => {
    const three = await startThree()
    const opened = cluster(three.endpoints)
    const read = () => opened.v3.range({ key: utf8('/registry/k'), end: null, revision: 0n, limit: 1 })
    expect((await read()).count).toBe(1)
    expect((await opened.facts()).members.filter(({ isLeader }) => isLeader)).toHaveLength(1)

    await three.members[0]?.kill()
    await expect.poll(async () => (await read()).count).toBe(1)
    expect((await opened.facts()).notices.filter(({ where }) => where === 'v3')).toEqual([])

    await three.members[1]?.kill()
    await expect.poll(async () => (await read().catch(() => null))?.count).toBe(1)
    expect((await opened.facts()).notices).toContainEqual(
      expect.objectContaining({ level: 'warning', where: 'v3', message: expect.stringContaining('consensus') }),
    )
    expect((await read()).count).toBe(1)
    await opened.close()
    await three.destroy()
  })
})

describe.skipIf(!live)('an etcd without the v2 API', () => {
  it('has a v3 keyspace, and says why there is no v2 one', async () => {
    const etcd = await startEtcd({ v2: false })
    const opened = cluster([etcd.endpoint])
    const app = await testApp(opened)
    const { clusters } = (await app.inject('/api/v1/clusters')).json()
    expect(clusters[0]).toMatchObject({
      v3: { available: true },
      v2: { available: false, unavailable: expect.stringContaining('--enable-v2') },
    })
    expect((await get(app, 'v2/node?path=/')).json()).toMatchObject({ code: 'KEYSPACE_UNAVAILABLE' })
    expect((await get(app, 'status')).json()).toMatchObject({ v2: null, v3: { revision: '1' } })
    await app.close()
    await opened.close()
    await etcd.destroy()
  })
})

describe.skipIf(!live)('TLS with client certificates', () => {
  let folder = ''
  let tls: TestTls
  let etcd: TestEtcd
  const snapshot = sharedFile('fixtures/kube-1.20/before.db')
  beforeAll(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'registree-tls-'))
    tls = makeCertificates(folder)
    etcd = await startEtcd({ tls, ...(snapshot === null ? {} : { snapshot }) })
    if (snapshot === null) await etcd.ctl(['put', '/registry/pods/shop/stuck-big', 'text'])
  })
  afterAll(async () => {
    await etcd.destroy()
    rmSync(folder, { recursive: true, force: true })
  })
  const files = (over: Partial<{ ca: Buffer | null; cert: Buffer | null; key: Buffer | null; insecureSkipVerify: boolean }> = {}) => ({
    ca: read(tls.cacert),
    cert: read(tls.cert),
    key: read(tls.key),
    insecureSkipVerify: false,
    ...over,
  })

  it('opens both keyspaces', async () => {
    const opened = cluster([etcd.endpoint], { tls: files() })
    const app = await testApp(opened)
    const pod = await get(app, 'v3/value?key=/registry/pods/shop/stuck-big')
    expect(pod.status).toBe(200)
    if (snapshot !== null) {
      expect(pod.json()).toMatchObject({ decoded: { kind: 'Pod', summary: { deletion: { finalizers: ['example.com/hold'] } } } })
    }
    expect((await get(app, 'v2/node?path=/')).json()).toMatchObject({ node: { path: '/', directory: true } })
    expect((await get(app, 'status')).json()).toMatchObject({ etcd: { endpoints: [{ error: null, isLeader: true }] } })
    await app.close()
    await opened.close()
  })

  it('says that it is the certificates when they do not fit', async () => {
    for (const wrong of [files({ cert: null, key: null }), files({ ca: null })]) {
      const opened = cluster([etcd.endpoint], { tls: wrong, deadlineMs: 3000 })
      const v3 = await opened.v3.range({ key: utf8('k'), end: null, revision: 0n, limit: 1 }).catch((reason: unknown) => reason)
      const v2 = await opened.v2.node('/').catch((reason: unknown) => reason)
      for (const error of [v3, v2]) {
        expect(code(error)).toBe('SOURCE_UNREACHABLE')
        expect(isAppError(error) && error.facts.hint).toContain('--cacert')
      }
      await opened.close()
    }
  })

  it('goes on at the others where one member has the wrong certificate, and says which and why', async () => {
    const foreign = path.join(folder, 'foreign')
    mkdirSync(foreign)
    const others = makeCertificates(foreign)
    // One that nobody we trust has signed, and one that does not trust us.
    const unknown = await startEtcd({ tls, server: { cert: others.serverCert, key: others.serverKey } })
    const distrustful = await startEtcd({ tls: others, server: { cert: tls.serverCert, key: tls.serverKey } })
    const opened = cluster([unknown.endpoint, distrustful.endpoint, etcd.endpoint], { tls: files(), deadlineMs: 5000 })
    const app = await testApp(opened)
    try {
      expect((await get(app, 'v3/value?key=/registry/pods/shop/stuck-big')).status).toBe(200)
      expect((await get(app, 'v2/node?path=/')).status).toBe(200)
      const status = (await get(app, 'status')).json<{
        etcd: { endpoints: { endpoint: string; error: string | null }[] }
        notices: object[]
      }>()
      expect(status.etcd.endpoints).toMatchObject([
        { endpoint: unknown.endpoint, error: expect.stringMatching(/certificate/) },
        { endpoint: distrustful.endpoint, error: expect.stringMatching(/refused the TLS connection: .*certificate.*--cert/) },
        { endpoint: etcd.endpoint, error: null },
      ])
      expect(status.notices).toMatchObject([{ where: unknown.endpoint }, { where: distrustful.endpoint }])
    } finally {
      await app.close()
      await opened.close()
      await Promise.all([unknown.destroy(), distrustful.destroy()])
    }
  })

  it('takes any server certificate when told to', async () => {
    const opened = cluster([etcd.endpoint], { tls: files({ ca: null, insecureSkipVerify: true }) })
    expect((await opened.v3.status()).revision).toBeGreaterThan(1n)
    expect((await opened.v2.node('/')).node.directory).toBe(true)
    await opened.close()
  })
})

function read(file: string): Buffer {
  return execFileSync('cat', [file])
}
