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
import {
  type EtcdRelease,
  etcdReleases,
  hasEtcd,
  startEtcd,
  startGrpcProxy,
  startThree,
  type TestEtcd,
  type TestTls,
} from './sources/testing/etcd.ts'
import { sharedFile } from './sources/testing/fixtures.ts'
import { kineReleases, startKine } from './sources/testing/kine.ts'
import { get, testApp } from './testing/app.ts'
import { makeCertificates } from './testing/certificates.ts'

const live = hasEtcd()
if (!live) process.stderr.write('skipping the tests against a live etcd: etcd and etcdctl are not in PATH\n')
/** The other releases of etcd that are built. */
const releases = live ? etcdReleases().filter(({ built }) => built) : []
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

  it('sees everything it may see, through every route, and changes nothing', async () => {
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
    expect([refused.status, refused.json().code]).toEqual([502, 'SOURCE_FORBIDDEN'])
    expect(refused.raw.toString()).not.toContain('s3cret')
    const after = (await get(app, 'status')).json<Indices>()
    expect([after.v3.revision, after.v2.index]).toEqual([before.v3.revision, before.v2.index])
    await app.close()
    await opened.close()
  })

  it('is told that its password is wrong, without repeating it', async () => {
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

describe.skipIf(!live)('a user who may read parts of the keyspace', () => {
  let etcd: TestEtcd
  let folder = ''
  let tls: TestTls
  const grants: Record<string, string[][]> = {
    // The common name of the client certificate.
    client: [
      ['/apps/blue/', '--prefix'],
      ['/shared/', '--prefix'],
    ],
    keys: [['/apps/blue/a'], ['/top']],
    open: [['/apps/green/', '--from-key']],
    range: [['/apps/b', '/apps/d']],
    none: [],
  }
  beforeAll(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'registree-users-'))
    tls = makeCertificates(folder)
    etcd = await startEtcd({ tls })
    const { ctl } = etcd
    for (const key of ['/apps/blue/a', '/apps/blue/b/c', '/apps/green/x', '/registry/pods/shop/a', '/shared/one', '/top', 'zz'])
      await ctl(['put', key, key])
    for (const [user, granted] of Object.entries(grants)) {
      await ctl(['user', 'add', `${user}:pw`])
      await ctl(['role', 'add', user])
      for (const grant of granted) await ctl(['role', 'grant-permission', user, 'read', ...grant])
      // Permission to write does not include reading.
      await ctl(['role', 'grant-permission', user, 'write', '/secret/', '--prefix'])
      await ctl(['user', 'grant-role', user, user])
    }
    await ctl(['user', 'add', 'root:root'])
    await ctl(['user', 'grant-role', 'root', 'root'])
    await ctl(['auth', 'enable'])
  })
  afterAll(async () => {
    await etcd.destroy()
    rmSync(folder, { recursive: true, force: true })
  })
  const as = (user: string | null) =>
    cluster([etcd.endpoint], {
      tls: { ca: read(tls.cacert), cert: read(tls.cert), key: read(tls.key), insecureSkipVerify: false },
      credentials: user === null ? null : { user, password: 'pw' },
    })
  const below = async (app: Awaited<ReturnType<typeof testApp>>, prefix: string) => {
    const { status, json } = await get(app, `v3/children?prefix=${prefix}`)
    const { children, restricted } = json<{ children?: { key: string }[]; restricted?: true }>()
    return { status, restricted, keys: children?.map(({ key }) => key) }
  }

  it('is told what they are, also if another reader left while etcd was asked', async () => {
    const refused = (v3: ReturnType<typeof as>['v3'], signal?: AbortSignal) =>
      v3.range({ key: utf8('/top'), end: null, revision: 0n, limit: 1 }, signal).catch((error: unknown) => error)
    for (let moment = 0; moment < 24; moment += 1) {
      const opened = as(null)
      const leaving = new AbortController()
      setTimeout(() => leaving.abort(), moment)
      await refused(opened.v3, leaving.signal)
      const error = await refused(opened.v3)
      expect(isAppError(error, 'SOURCE_FORBIDDEN') && error.facts.readable?.granted.length, `left after ${moment} ms`).toBeGreaterThan(0)
      await opened.close()
    }
  })

  it.each([
    ['by password', 'client'],
    ['by certificate', null],
  ])('is told what they are, and led there: %s', async (_, user) => {
    const opened = as(user)
    const app = await testApp(opened)
    const refused = await get(app, 'resources')
    expect([refused.status, refused.json()]).toMatchObject([
      502,
      {
        code: 'SOURCE_FORBIDDEN',
        params: { user: 'client' },
        hintSentences: [{ code: 'may-read', params: { ranges: ['/apps/blue/…', '/shared/…'] } }],
        readable: [
          { kind: 'prefix', key: '/apps/blue/' },
          { kind: 'prefix', key: '/shared/' },
        ],
      },
    ])
    for (const url of [
      'tables/pods',
      'v3/value?key=/registry/pods/shop/a',
      'trouble',
      'findings',
      'namespaces',
      'v3/children?prefix=/registry/',
    ])
      expect([url, (await get(app, url)).json()]).toMatchObject([url, { code: 'SOURCE_FORBIDDEN', readable: [{}, {}] }])
    const status = (await get(app, 'status')).json()
    expect(status).toMatchObject({ v3: { revision: '8' }, v3Problem: null })
    expect(status.notices).toMatchObject([{ code: 'user-restricted', params: { user: 'client' } }])
    expect(await below(app, '')).toEqual({ status: 200, restricted: true, keys: ['/apps/', '/shared/'] })
    expect(await below(app, '/apps/')).toEqual({ status: 200, restricted: true, keys: ['/apps/blue/'] })
    expect(await below(app, '/apps/blue/')).toEqual({ status: 200, restricted: undefined, keys: ['/apps/blue/a', '/apps/blue/b/'] })
    expect((await get(app, 'v3/value?key=/shared/one')).json()).toMatchObject({ decoded: { shown: { text: '/shared/one' } } })
    await app.close()
    await opened.close()
  })

  it('may have access to single keys, everything from a key on, a range, or nothing', async () => {
    const expected: [string, object[], string[] | undefined][] = [
      [
        'keys',
        [
          { kind: 'key', key: '/apps/blue/a' },
          { kind: 'key', key: '/top' },
        ],
        ['/apps/', '/top'],
      ],
      ['open', [{ kind: 'range', key: '/apps/green/', end: null, opens: true }], ['/apps/', '/registry/', '/shared/', '/top', 'zz']],
      ['range', [{ kind: 'range', key: '/apps/b', end: { key: '/apps/d' }, opens: true }], ['/apps/']],
      ['none', [], undefined],
    ]
    for (const [user, readable, root] of expected) {
      const opened = as(user)
      const app = await testApp(opened)
      expect([user, (await get(app, 'v3/value?key=/aaa')).json().readable]).toMatchObject([user, readable])
      expect([user, (await below(app, '')).keys]).toEqual([user, root])
      await app.close()
      await opened.close()
    }
  })

  it('asks etcd once for what it refuses, and once for the reason', async () => {
    const opened = as('client')
    const app = await testApp(opened)
    await get(app, 'resources')
    const raftIndex = async () => BigInt((await opened.facts()).etcd?.raftIndex ?? 0)
    // etcd handles questions about users through raft: not every page may repeat them.
    const before = await raftIndex()
    for (let i = 0; i < 5; i += 1) for (const url of ['resources', 'namespaces', 'v3/children']) await get(app, url)
    expect(await raftIndex()).toBe(before)
    await app.close()
    await opened.close()
  })
})

describe.skipIf(!live)('an etcd whose users change', () => {
  let folder = ''
  beforeAll(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'registree-jwt-'))
    const openssl = (...args: string[]) => execFileSync('openssl', args, { cwd: folder, stdio: 'ignore' })
    openssl('genrsa', '-out', 'key.pem', '2048')
    openssl('rsa', '-in', 'key.pem', '-pubout', '-out', 'public.pem')
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  const withTokens = (release?: EtcdRelease) => {
    const token = `jwt,pub-key=${path.join(folder, 'public.pem')},priv-key=${path.join(folder, 'key.pem')},sign-method=RS256,ttl=10m`
    return startEtcd({ flags: [`--auth-token=${token}`], ...(release === undefined ? {} : { release }) })
  }
  const addUsers = async ({ ctl }: TestEtcd) => {
    await ctl(['put', '/registry/a', '1'])
    await ctl(['role', 'add', 'reader'])
    await ctl(['role', 'grant-permission', 'reader', 'read', '/registry/', '--prefix'])
    await ctl(['user', 'add', 'reader:s3cret'])
    await ctl(['user', 'grant-role', 'reader', 'reader'])
    await ctl(['user', 'add', 'root:root'])
    await ctl(['user', 'grant-role', 'root', 'root'])
  }
  const reader = { credentials: { user: 'reader', password: 's3cret' } }
  const read = (opened: ReturnType<typeof cluster>) =>
    opened.v3.range({ key: utf8('/registry/'), end: utf8('/registry0'), revision: 0n, limit: 9 })

  it.each([undefined, ...releases].map((release) => [release?.name ?? 'of PATH', release] as const))(
    'goes on reading and watching with a new token: etcd %s',
    async (_, release) => {
      const etcd = await withTokens(release)
      await addUsers(etcd)
      await etcd.ctl(['auth', 'enable'])
      const root = (args: string[]) => etcd.ctl(['--user=root:root', ...args])
      const opened = cluster([etcd.endpoint], reader)
      const gone = new AbortController()
      const heard: string[] = []
      const watching = (async () => {
        const changes = opened.v3.watch({ key: utf8('/registry/'), end: utf8('/registry0'), after: 2n }, gone.signal)
        for await (const reply of changes) if (reply.kind === 'changes') for (const { kv } of reply.changes) heard.push(String(kv?.value))
      })().catch((error: unknown) => code(error))
      try {
        expect((await read(opened)).count).toBe(1)
        for (const round of [1, 2]) {
          await root(['user', 'add', `user${round}:pw`])
          // All at once: each learns that its token is outdated.
          const replies = await Promise.all(Array.from({ length: 8 }, () => read(opened)))
          expect(replies.map(({ count }) => count)).toEqual(Array.from({ length: 8 }, () => round))
          expect((await opened.facts()).notices).toEqual([])
          await root(['put', `/registry/b${round}`, 'new'])
          await expect.poll(() => heard.length).toBe(round)
        }
        // A watch that begins after a change, before any read got a new token.
        await root(['user', 'add', 'user3:pw'])
        const late = opened.v3.watch({ key: utf8('/registry/'), end: utf8('/registry0'), after: 2n }, gone.signal)[Symbol.asyncIterator]()
        expect(await late.next()).toMatchObject({ value: { kind: 'changes' } })
      } finally {
        gone.abort()
        expect(await watching).toBe('CANCELLED')
        await opened.close()
        await etcd.destroy()
      }
    },
  )

  it('reads with a given token, which it cannot renew', async () => {
    const etcd = await withTokens()
    await addUsers(etcd)
    await etcd.ctl(['auth', 'enable'])
    const body = JSON.stringify({ name: 'reader', password: 's3cret' })
    const { token } = (await (await fetch(`${etcd.endpoint}/v3/auth/authenticate`, { method: 'POST', body })).json()) as { token: string }
    const opened = cluster([etcd.endpoint], { credentials: { token } })
    try {
      expect((await read(opened)).count).toBe(1)
      const refused = await opened.v3.range({ key: utf8('/other'), end: null, revision: 0n, limit: 1 }).catch((error: unknown) => error)
      expect(isAppError(refused) && [refused.says.params, refused.facts.hint]).toEqual([
        { endpoint: etcd.endpoint, user: 'reader' },
        { code: 'may-read', params: { ranges: ['/registry/…'] } },
      ])
      await etcd.ctl(['--user=root:root', 'user', 'add', 'another:pw'])
      const old = await read(opened).catch((error: unknown) => error)
      expect(code(old)).toBe('SOURCE_AUTH')
      expect(isAppError(old) && old.facts.hint?.code).toBe('token-refused-now')
      expect(JSON.stringify(old)).not.toContain(token)
    } finally {
      await opened.close()
      await etcd.destroy()
    }
  })

  it('sends its user once authentication is enabled', async () => {
    const etcd = await withTokens()
    const opened = cluster([etcd.endpoint], reader)
    try {
      await addUsers(etcd)
      expect((await read(opened)).count).toBe(1)
      await etcd.ctl(['auth', 'enable'])
      expect((await read(opened)).count).toBe(1)
      // A deleted user is its own error, without endless retries.
      await etcd.ctl(['--user=root:root', 'user', 'delete', 'reader'])
      expect(code(await read(opened).catch((error: unknown) => error))).toBe('SOURCE_AUTH')
    } finally {
      await opened.close()
      await etcd.destroy()
    }
  })
})

describe.skipIf(!live)('an etcd that stops and returns', () => {
  let etcd: TestEtcd
  beforeAll(async () => {
    etcd = await startEtcd()
    for (let i = 0; i < 8; i += 1) await etcd.ctl(['put', '/registry/k', String(i)])
  })
  afterAll(() => etcd.destroy())

  it('says what is wrong while it is down, and continues when it is back', async () => {
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

  it('asks another member if the first does not answer', async () => {
    const opened = cluster(['http://127.0.0.1:1', etcd.endpoint])
    expect((await opened.v3.range({ key: utf8('/registry/k'), end: null, revision: 0n, limit: 1 })).count).toBe(1)
    expect((await opened.v2.node('/')).node.directory).toBe(true)
    const { etcd: facts } = await opened.facts()
    expect(facts?.endpoints.map(({ error }) => error === null)).toEqual([false, true])
    await opened.close()
  })

  it('gives up on one that accepts connections but does not answer', async () => {
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

  it('finds the oldest readable revision', async () => {
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

  it('pages values that together exceed a message', async () => {
    const big = 'x'.repeat(1_400_000)
    for (let i = 0; i < 60; i += 1) await etcd.ctl(['put', `/big/${String(i).padStart(2, '0')}`], { input: big })
    const opened = cluster([etcd.endpoint])
    const reply = await opened.v3.range({ key: utf8('/big/'), end: utf8('/big0'), revision: 0n, limit: 500 })
    expect(reply.count).toBe(60)
    expect(reply.more).toBe(true)
    expect(reply.kvs.length).toBeGreaterThan(0)
    expect(reply.kvs[0]?.value.length).toBe(1_400_000)
    // An oversized answer must not have blocked the next read.
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
  it('continues with one that hangs', async () => {
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

  it('continues with one lost; without a quorum it shows and labels the last member’s state', async () => {
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

describe.skipIf(!live)('what etcd 3.6 and later report about themselves', () => {
  const later = etcdReleases().filter(({ name }) => name !== '3.5')
  for (const release of later) {
    const { name } = release
    it.skipIf(!release.built)(`etcd ${name}: quota usage, storage version, and a downgrade`, async () => {
      const quota = 2_000_000
      const etcd = await startEtcd({ release, flags: [`--quota-backend-bytes=${quota}`] })
      const opened = cluster([etcd.endpoint])
      const app = await testApp(opened)
      const status = async () =>
        (await get(app, 'status')).json<{ etcd: object; notices: { code?: string; params: { percent: number } }[] }>()
      try {
        // 3.6 raises the version of its file once the cluster has agreed on it.
        const before = { downgradeTarget: null, endpoints: [{ dbSizeQuota: quota, storageVersion: `${name}.0` }] }
        await expect.poll(async () => (await status()).etcd).toMatchObject(before)
        expect((await status()).notices).toEqual([])
        for (const [key, size] of [
          ['a', 1_000_000],
          ['b', 600_000],
        ] as const)
          await etcd.ctl(['put', `/registry/${key}`], { input: 'x'.repeat(size) })
        // The file grows with the next commit.
        const full = { code: 'quota-nearly-full', level: 'warning', where: etcd.endpoint, params: { dbSizeQuota: quota } }
        await expect.poll(async () => (await status()).notices).toMatchObject([full])
        expect((await status()).notices[0]?.params.percent).toBeGreaterThanOrEqual(80)

        const target = name === '3.6' ? '3.5' : '3.6'
        const body = JSON.stringify({ action: 'ENABLE', version: target })
        const reply = await fetch(`${etcd.endpoint}/v3/maintenance/downgrade`, { method: 'POST', body })
        expect(await reply.text()).toContain('version')
        await expect.poll(async () => (await status()).etcd).toMatchObject({ downgradeTarget: `${target}.0` })
        expect((await status()).notices).toContainEqual(
          expect.objectContaining({ code: 'downgrade', level: 'info', params: { target: `${target}.0` } }),
        )
      } finally {
        await app.close()
        await opened.close()
        await etcd.destroy()
      }
    })
  }
})

describe.skipIf(!live)('a server that is not a member', () => {
  it('a gRPC proxy: every page works, and the status says what it cannot report', async () => {
    const etcd = await startEtcd()
    const proxy = await startGrpcProxy(etcd.endpoint)
    const opened = cluster([proxy.endpoint])
    const app = await testApp(opened)
    try {
      await etcd.ctl(['put', '/registry/k', 'v'])
      const status = await get(app, 'status')
      expect(status.status).toBe(200)
      expect(status.json()).toMatchObject({
        v3: { revision: '2' },
        members: [{ id: null, isLeader: false }],
        etcd: {
          clusterId: expect.stringMatching(/^[0-9a-f]+$/),
          leader: expect.stringMatching(/^[0-9a-f]+$/),
          endpoints: [{ endpoint: proxy.endpoint, server: 'grpc-proxy', error: null, version: expect.stringMatching(/^3/) }],
        },
        notices: [{ level: 'info', code: 'grpc-proxy', params: { endpoints: [proxy.endpoint] } }],
      })
      expect((await get(app, 'v3/children?prefix=/registry/')).json()).toMatchObject({ children: [{ key: '/registry/k' }] })
      expect((await app.inject('/api/v1/clusters')).json().clusters[0].v2).toMatchObject({ available: false })
    } finally {
      await app.close()
      await opened.close()
      await proxy.stop()
      await etcd.destroy()
    }
  })
})

describe.skipIf(!live)('a Unix socket', () => {
  const release = releases.find(({ name }) => name === '3.7')
  let folder = ''
  beforeAll(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'registree-socket-'))
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  it.skipIf(release === undefined).each([false, true])('of etcd 3.7 is read like a port, with TLS: %s', async (secure) => {
    const tls = makeCertificates(folder)
    // The certificate is for the file's name.
    const socket = path.join(folder, 'localhost')
    const etcd = await startEtcd({ ...(release === undefined ? {} : { release }), socket, ...(secure ? { tls } : {}) })
    const files = { ca: read(tls.cacert), cert: read(tls.cert), key: read(tls.key), insecureSkipVerify: false }
    const opened = cluster([`${secure ? 'unixs' : 'unix'}://${socket}`], { tls: secure ? files : null })
    const app = await testApp(opened)
    try {
      await etcd.ctl(['put', '/registry/k', 'v'])
      expect((await get(app, 'v3/value?key=/registry/k')).json()).toMatchObject({ decoded: { shown: { text: 'v' } } })
      const status = (await get(app, 'status')).json()
      expect(status).toMatchObject({ v3: { revision: '2' }, etcd: { endpoints: [{ error: null, isLeader: true }] }, notices: [] })
      // HTTP came through the socket: etcd itself says that there is no v2.
      expect((await opened.v2.availability()).says).toMatchObject({ code: 'v2-not-offered' })
    } finally {
      await app.close()
      await opened.close()
      await etcd.destroy()
    }
  })

  const [kineRelease] = live ? kineReleases().filter(({ built }) => built) : []
  it.skipIf(kineRelease === undefined)('of kine, where k3s has it, is read', async () => {
    const kine = await startKine(kineRelease ?? { file: '' }, path.join(folder, 'kine.sock'))
    const opened = cluster([kine.endpoint])
    await kine.put('/registry/k', 'v')
    expect((await opened.v3.range({ key: utf8('/registry/k'), end: null, revision: 0n, limit: 1 })).count).toBe(1)
    expect((await opened.facts()).notices).toMatchObject([{ code: 'kine' }])
    await opened.close()
    await kine.destroy()
  })

  it('without a listener is named as a socket', async () => {
    const opened = cluster([`unix://${path.join(folder, 'none.sock')}`], { deadlineMs: 2000 })
    const read = [opened.v3.range({ key: utf8('k'), end: null, revision: 0n, limit: 1 }), opened.v2.node('/')]
    for (const error of await Promise.all(read.map((one) => one.catch((reason: unknown) => reason)))) {
      expect(code(error)).toBe('SOURCE_UNREACHABLE')
      expect(isAppError(error) && error.facts.hint?.code).toBe('check-socket')
    }
    await opened.close()
  })
})

describe.skipIf(!live)('a client port that speaks gRPC only', () => {
  let folder = ''
  let tls: TestTls
  beforeAll(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'registree-grpc-only-'))
    tls = makeCertificates(folder)
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  it.each(
    releases.flatMap((release) =>
      [false, true].map((secure) => [release.name, secure ? 'with TLS' : 'without TLS', release, secure] as const),
    ),
  )('of etcd %s %s is a note, and v2 is not there', async (_, __, release, secure) => {
    const etcd = await startEtcd({ release, httpPort: true, ...(secure ? { tls } : {}) })
    const files = { ca: read(tls.cacert), cert: read(tls.cert), key: read(tls.key), insecureSkipVerify: false }
    const opened = cluster([etcd.endpoint], secure ? { tls: files } : {})
    const app = await testApp(opened)
    try {
      await etcd.ctl(['put', '/registry/k', 'v'])
      const status = (await get(app, 'status')).json<{ notices: object[] }>()
      expect(status).toMatchObject({ v2: null, v3: { revision: '2' }, etcd: { endpoints: [{ error: null, server: 'etcd' }] } })
      expect(status.notices).toEqual([
        {
          level: 'info',
          where: 'v2',
          code: 'v2-port-grpc-only',
          params: { endpoint: etcd.endpoint },
          message: expect.stringContaining('speaks only gRPC (--listen-client-http-urls)'),
        },
      ])
      const { clusters } = (await app.inject('/api/v1/clusters')).json()
      expect(clusters[0].v2).toMatchObject({ available: false, unavailable: expect.stringContaining('only gRPC') })
      expect((await get(app, 'v2/node?path=/')).json()).toMatchObject({ code: 'KEYSPACE_UNAVAILABLE', reason: 'v2-port-grpc-only' })
      const flannel = await get(app, 'flannel')
      expect(flannel.status).toBe(200)
      expect(flannel.raw.toString()).not.toContain('cannot be reached')
    } finally {
      await app.close()
      await opened.close()
      await etcd.destroy()
    }
  })

  it('is distinguished from one that refuses the client certificate', async () => {
    const etcd = await startEtcd({ tls })
    const opened = cluster([etcd.endpoint], { tls: { ca: read(tls.cacert), cert: null, key: null, insecureSkipVerify: false } })
    expect(code(await opened.v2.node('/').catch((error: unknown) => error))).toBe('SOURCE_UNREACHABLE')
    await opened.close()
    await etcd.destroy()
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

  it('blames the certificates if they do not fit', async () => {
    for (const wrong of [files({ cert: null, key: null }), files({ ca: null })]) {
      const opened = cluster([etcd.endpoint], { tls: wrong, deadlineMs: 3000 })
      const v3 = await opened.v3.range({ key: utf8('k'), end: null, revision: 0n, limit: 1 }).catch((reason: unknown) => reason)
      const v2 = await opened.v2.node('/').catch((reason: unknown) => reason)
      for (const error of [v3, v2]) {
        expect(code(error)).toBe('SOURCE_UNREACHABLE')
        expect(isAppError(error) && error.facts.hint?.code).toBe('check-tls')
      }
      await opened.close()
    }
  })

  it('continues at the other members if one has the wrong certificate, and says which and why', async () => {
    const foreign = path.join(folder, 'foreign')
    mkdirSync(foreign)
    const others = makeCertificates(foreign)
    // One signed by an unknown CA, and one that does not trust us.
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
        {
          endpoint: distrustful.endpoint,
          error: expect.stringMatching(/--cert.*In the words of TLS: the member refused the TLS connection: .*certificate\./),
        },
        { endpoint: etcd.endpoint, error: null },
      ])
      expect(status.notices).toMatchObject([{ where: unknown.endpoint }, { where: distrustful.endpoint }])
    } finally {
      await app.close()
      await opened.close()
      await Promise.all([unknown.destroy(), distrustful.destroy()])
    }
  })

  it('accepts any server certificate when told to', async () => {
    const opened = cluster([etcd.endpoint], { tls: files({ ca: null, insecureSkipVerify: true }) })
    expect((await opened.v3.status()).revision).toBeGreaterThan(1n)
    expect((await opened.v2.node('/')).node.directory).toBe(true)
    await opened.close()
  })
})

function read(file: string): Buffer {
  return execFileSync('cat', [file])
}
