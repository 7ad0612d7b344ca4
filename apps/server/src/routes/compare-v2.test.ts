// The comparison of v2 trees: two etcds, an etcd and the files of its member, and what is masked on both sides.
import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { CompareEntry, CompareLine, DiffAnswer } from '@registree/contract'
import type { FastifyInstance } from 'fastify'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { AppError } from '../problem.ts'
import { openEtcd } from '../sources/etcd/open-etcd.ts'
import { MemoryV2Source } from '../sources/memory/memory-v2-source.ts'
import { MemoryV3Source } from '../sources/memory/memory-v3-source.ts'
import type { OpenedCluster } from '../sources/source.ts'
import { hasEtcd, startEtcd, type TestEtcd } from '../sources/testing/etcd.ts'
import { appOf, memoryCluster, testCluster } from '../testing/app.ts'
import { openFile } from '../testing/open-file.ts'

const twoOf = (left: OpenedCluster, right: OpenedCluster) =>
  appOf(
    new Map([
      ['left', testCluster('left', left)],
      ['right', testCluster('right', right)],
    ]),
  )

async function compare(app: FastifyInstance, from: 'left' | 'right' = 'left', more = '') {
  const to = from === 'left' ? 'right' : 'left'
  const { statusCode, payload } = await app.inject({ url: `/api/v1/clusters/${from}/v2/compare?with=${to}${more}` })
  expect([statusCode, payload.slice(0, 300)]).toEqual([200, expect.anything()])
  const lines = payload
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as CompareLine)
  const [start, end] = [lines[0], lines.at(-1)]
  if (start?.type !== 'start' || end?.type !== 'progress' || !end.done) throw new Error(`not a whole answer: ${payload.slice(-300)}`)
  return { start, end, entries: lines.flatMap((line) => (line.type === 'entries' ? line.entries : [])) }
}

const brief = ({ change, path: group, name, noise, summary }: CompareEntry) =>
  `${change}${noise === null ? '' : ` (${noise})`} ${group} ${name}: ${summary.map(({ code, params }) => `${code} ${'path' in params ? params.path : ''}`.trim()).join(', ')}`

const SUBNETS = '/coreos.com/network/subnets'
const lease = (ip: string) => JSON.stringify({ PublicIP: ip, BackendType: 'vxlan' })

describe('two v2 keyspaces', () => {
  const filled = (nodes: Record<string, string | null>, expires: Record<string, string> = {}) => {
    const v2 = new MemoryV2Source()
    for (const [name, value] of Object.entries(nodes)) {
      const expiration = expires[name]
      if (expiration === undefined) v2.set(name, value)
      else v2.set(name, value, { ttl: 60n, expiration })
    }
    return v2
  }
  const PEM = (letter: string) => `-----BEGIN PRIVATE KEY-----\n${letter.repeat(64)}\n-----END PRIVATE KEY-----\n`
  const left = filled(
    {
      '/a/x': 'same',
      '/a-b': 'only left',
      '/b': 'key here',
      '/c/old': 'text one',
      '/empty': null,
      '/keys/tls': PEM('A'),
      '/keys/same': PEM('B'),
      [`${SUBNETS}/10.5.1.0-24`]: lease('192.0.2.1'),
      [`${SUBNETS}/10.5.2.0-24`]: lease('192.0.2.2'),
      [`${SUBNETS}/10.5.3.0-24`]: lease('192.0.2.3'),
    },
    { [`${SUBNETS}/10.5.1.0-24`]: '2026-11-24T00:00:00Z', [`${SUBNETS}/10.5.2.0-24`]: '2026-11-24T00:00:00Z' },
  )
  const right = filled(
    {
      '/a/x': 'same',
      '/a.b': 'only right',
      '/b': null,
      '/c/old': 'text two',
      '/keys/tls': PEM('C'),
      '/keys/same': PEM('B'),
      [`${SUBNETS}/10.5.1.0-24`]: lease('192.0.2.1'),
      [`${SUBNETS}/10.5.2.0-24`]: lease('192.0.2.9'),
      [`${SUBNETS}/10.5.3.0-24`]: lease('192.0.2.3'),
    },
    { [`${SUBNETS}/10.5.1.0-24`]: '2026-11-25T00:00:00Z', [`${SUBNETS}/10.5.3.0-24`]: '2026-11-25T00:00:00Z' },
  )
  const ENTRIES = [
    'removed / /a-b: ',
    'added / /a.b: ',
    'changed / /b: form',
    'changed /c /c/old: lines',
    `changed /coreos.com/network ${SUBNETS}/10.5.2.0-24: changed PublicIP, removed expiration`,
    `changed /coreos.com/network ${SUBNETS}/10.5.3.0-24: added expiration`,
    'removed / /empty: ',
    'changed /keys /keys/tls: masked',
  ]

  it('are merged in the order of a walk; a renewed lease is noise, one that became permanent is not', async () => {
    const app = await twoOf(memoryCluster(new MemoryV3Source(), left), memoryCluster(new MemoryV3Source(), right))
    const { start, entries, end } = await compare(app)
    expect(start).toMatchObject({
      left: { cluster: 'left', revision: '10' },
      right: { cluster: 'right', revision: '9' },
      relation: 'unknown',
    })
    expect(entries.map(brief).map((one) => one.replace(/(masked) .*/, '$1'))).toEqual(ENTRIES)
    expect(end).toMatchObject({ keys: { left: 10, right: 9 }, unlisted: 0, v2: { moved: false, large: false } })
    expect(end.counts).toEqual([
      { path: '/a', added: 0, removed: 0, changed: 0, undecided: 0, noise: 0, equal: 1 },
      { path: '/', added: 1, removed: 2, changed: 1, undecided: 0, noise: 0, equal: 0 },
      { path: '/c', added: 0, removed: 0, changed: 1, undecided: 0, noise: 0, equal: 0 },
      { path: '/coreos.com/network', added: 0, removed: 0, changed: 2, undecided: 0, noise: 1, equal: 0 },
      { path: '/keys', added: 0, removed: 0, changed: 1, undecided: 0, noise: 0, equal: 1 },
    ])
    expect(JSON.stringify(entries)).not.toMatch(/AAAA|BBBB|CCCC/)
    const noisy = await compare(app, 'left', '&noise=1')
    expect(noisy.entries.map(brief)).toContain(`changed (folded) /coreos.com/network ${SUBNETS}/10.5.1.0-24: changed expiration`)
    // Turned around it is the mirror image.
    const mirror = await compare(app, 'right')
    const turned = { added: 'removed', removed: 'added' } as Record<string, string>
    expect(mirror.entries.map(({ change, name }) => `${turned[change] ?? change} ${name}`)).toEqual(
      entries.map(({ change, name }) => `${change} ${name}`),
    )
    await app.close()
  })

  it('a part of them, and one node field by field', async () => {
    const app = await twoOf(memoryCluster(new MemoryV3Source(), left), memoryCluster(new MemoryV3Source(), right))
    const part = await compare(app, 'left', `&path=${SUBNETS}/`)
    expect(part.entries.map(brief)).toEqual(ENTRIES.slice(4, 6))
    expect((await compare(app, 'left', '&path=/c/old')).entries).toHaveLength(1)
    const diff = async (node: string) =>
      await app.inject({ url: `/api/v1/clusters/left/v2/diff?with=right&path=${encodeURIComponent(node)}` })
    const lease = (await diff(`${SUBNETS}/10.5.2.0-24`)).json<DiffAnswer>()
    expect(lease).toMatchObject({ key: `${SUBNETS}/10.5.2.0-24`, from: { modRevision: '9' }, to: { modRevision: '8' } })
    expect(lease.changes).toMatchObject([{ name: 'PublicIP', left: { text: '192.0.2.2' }, right: { text: '192.0.2.9' } }])
    const masked = (await diff('/keys/tls')).payload
    expect(masked).not.toMatch(/AAAA|CCCC/)
    expect((await diff('/nowhere')).statusCode).toBe(404)
    await app.close()
  })

  it('is refused at an index of a side that knows none, before anything is read', async () => {
    const unread = new MemoryV2Source()
    unread.status = unread.node = async () => {
      throw new Error('it was read')
    }
    const app = await twoOf(memoryCluster(new MemoryV3Source(), unread), memoryCluster(new MemoryV3Source(), unread))
    for (const [query, cluster] of [
      ['at=7', 'left'],
      ['withAt=7', 'right'],
    ]) {
      const { payload } = await app.inject({ url: `/api/v1/clusters/left/v2/compare?with=right&${query}` })
      expect(JSON.parse(payload)).toMatchObject({ code: 'BAD_REQUEST', reason: 'v2-tree-live', cluster })
    }
    await app.close()
  })

  it('says which cluster failed, and that there is more than is read', async () => {
    const failing = filled({ '/a/x': '1' })
    failing.node = async () => {
      throw new AppError('SOURCE_UNREACHABLE', { code: 'stored-text', params: { text: 'etcd is gone.' } })
    }
    const app = await twoOf(memoryCluster(new MemoryV3Source(), left), memoryCluster(new MemoryV3Source(), failing))
    const { payload } = await app.inject({ url: '/api/v1/clusters/left/v2/compare?with=right' })
    expect(JSON.parse(payload.trimEnd().split('\n').at(-1) as string)).toMatchObject({
      type: 'error',
      problem: { code: 'SOURCE_UNREACHABLE', cluster: 'right' },
    })
    await app.close()
    const deep = new MemoryV2Source()
    deep.set(`/${Array.from({ length: 120 }, () => 'd').join('/')}`, 'deep')
    deep.set('/a/x', 'same')
    deep.set('/z', 'on both sides')
    const shallow = filled({ '/a/b': 'only here', '/a/x': 'same', '/e': 'behind what was read', '/z': 'on both sides' })
    const other = await twoOf(memoryCluster(new MemoryV3Source(), deep), memoryCluster(new MemoryV3Source(), shallow))
    for (const [from, only] of [
      ['left', 'added'],
      ['right', 'removed'],
    ] as const) {
      const { end, entries } = await compare(other, from)
      expect(end.v2).toEqual({ moved: false, large: true })
      // Of what is behind the place where one side ends, nothing is known.
      expect(entries.map(brief)).toEqual([`${only} /a /a/b: `])
    }
    await other.close()
  })
})

describe.skipIf(!hasEtcd())('a live etcd and the files of its member', () => {
  let etcd: TestEtcd
  let [live, file]: [OpenedCluster | null, OpenedCluster | null] = [null, null]
  const folder = mkdtempSync(path.join(tmpdir(), 'registree-v2-'))
  const put = async (node: string, form: Record<string, string>) => {
    const reply = await fetch(`${etcd.endpoint}/v2/keys${node}`, { method: 'PUT', body: new URLSearchParams(form) })
    if (!reply.ok) throw new Error(`${node}: ${reply.status}`)
  }

  beforeAll(async () => {
    etcd = await startEtcd({ v2: true })
    await put('/coreos.com/network/config', { value: '{"Network":"10.5.0.0/16"}' })
    for (let i = 0; i < 40; i += 1) await put(`${SUBNETS}/10.5.${i}.0-24`, { value: lease(`192.0.2.${i}`), ttl: '86400' })
    await put('/apps/a/one', { value: '1' })
    await put('/apps/empty', { dir: 'true' })
    await etcd.stop()
    cpSync(etcd.dataDir, path.join(folder, 'data'), { recursive: true })
    await etcd.start()
    live = openEtcd({ endpoints: [etcd.endpoint], tls: null, credentials: null, kubernetesPrefix: '/registry' })
    file = await openFile(path.join(folder, 'data'))
  })
  afterAll(async () => {
    await live?.close()
    await file?.close()
    await etcd?.destroy()
    rmSync(folder, { recursive: true, force: true })
  })

  it('are equal at first, then differ in what was written since', async () => {
    const app = await twoOf(file as OpenedCluster, live as OpenedCluster)
    const before = await compare(app)
    expect([before.entries, before.end.keys]).toEqual([[], { left: 43, right: 43 }])
    await put(`${SUBNETS}/10.5.7.0-24`, { value: lease('198.51.100.7'), ttl: '86400' })
    await put(`${SUBNETS}/10.5.8.0-24`, { value: lease('192.0.2.8'), ttl: '90000' })
    await put(`${SUBNETS}/10.5.200.0-24`, { value: lease('192.0.2.200'), ttl: '86400' })
    for (const [node, more] of [
      ['/apps/a/one', ''],
      ['/apps/empty', '?dir=true'],
    ])
      await fetch(`${etcd.endpoint}/v2/keys${node}${more}`, { method: 'DELETE' })
    const { entries, end, start } = await compare(app)
    expect(entries.map(brief)).toEqual([
      // The directory that lost its key is on both sides.
      'removed /apps/a /apps/a/one: ',
      'removed /apps /apps/empty: ',
      `added /coreos.com/network ${SUBNETS}/10.5.200.0-24: `,
      `changed /coreos.com/network ${SUBNETS}/10.5.7.0-24: changed PublicIP`,
    ])
    expect(end.counts.at(-1)).toMatchObject({ path: '/coreos.com/network', noise: 1, equal: 39, changed: 1, added: 1 })
    expect(BigInt(start.right.revision)).toBeGreaterThan(BigInt(start.left.revision))
    await app.close()
  })

  it('are compared at earlier indices where a file tells them', async () => {
    await etcd.stop()
    cpSync(etcd.dataDir, path.join(folder, 'later'), { recursive: true })
    await etcd.start()
    const later = await openFile(path.join(folder, 'later'))
    const [then, now] = [await (file as OpenedCluster).v2.status(), await later.v2.status()].map(({ index }) => String(index))
    const app = await twoOf(later, file as OpenedCluster)
    // The earlier copy is what the later one was: whole directories that went since included.
    const back = await compare(app, 'left', `&at=${then}`)
    expect([back.entries, back.end.keys]).toEqual([[], { left: 43, right: 43 }])
    expect(back.start).toMatchObject({ left: { revision: then }, right: { revision: then } })
    const since = await compare(app, 'right')
    const url = `/api/v1/clusters/left/v2/compare?with=left&at=${then}&withAt=${now}`
    const lines = (await app.inject({ url })).payload
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as CompareLine)
    const own = lines.flatMap((line) => (line.type === 'entries' ? line.entries : []))
    expect(own.map(brief)).toEqual(since.entries.map(brief))
    expect(own.length).toBeGreaterThan(3)
    const problem = async (query: string) => (await app.inject({ url: `/api/v1/clusters/left/v2/compare?with=right&${query}` })).payload
    expect(await problem(`at=${BigInt(now ?? 0) + 1n}`)).toMatch(/REVISION_IN_FUTURE.*v2-index-ahead/)
    expect(await problem('withAt=99999999999999999999')).toMatch(/BAD_REQUEST.*v2-index-wrong/)
    await app.close()
    const both = await twoOf(later, live as OpenedCluster)
    const asked = await both.inject({ url: `/api/v1/clusters/left/v2/compare?with=right&withAt=${then}` })
    expect(asked.payload).toMatch(/BAD_REQUEST.*v2-tree-live/)
    await both.close()
    await later.close()
  })

  it('are compared as far as a user may read, and what is refused is named', async () => {
    const root = { authorization: `Basic ${Buffer.from('root:secret').toString('base64')}` }
    const auth = async (what: string, body: object | null) => {
      const reply = await fetch(`${etcd.endpoint}/v2/auth/${what}`, {
        method: 'PUT',
        headers: { ...root, 'content-type': 'application/json' },
        body: body === null ? null : JSON.stringify(body),
      })
      if (!reply.ok) throw new Error(`${what}: ${reply.status} ${await reply.text()}`)
    }
    await auth('users/root', { user: 'root', password: 'secret' })
    await auth('roles/network', { role: 'network', permissions: { kv: { read: ['/coreos.com/*'], write: [] } } })
    await auth('users/viewer', { user: 'viewer', password: 'seen', roles: ['network'] })
    await auth('enable', null)
    await auth('roles/guest', { role: 'guest', revoke: { kv: { read: ['/*'], write: ['/*'] } } })
    const limited = openEtcd({
      ...{ endpoints: [etcd.endpoint], tls: null, kubernetesPrefix: '/registry' },
      credentials: { user: 'viewer', password: 'seen' },
    })
    const app = await twoOf(limited, file as OpenedCluster)
    const { end, start } = await compare(app, 'left', '&path=/coreos.com/network')
    expect(end.keys).toEqual({ left: 42, right: 41 })
    expect(BigInt(start.left.revision)).toBeGreaterThan(BigInt(start.right.revision))
    const refused = await app.inject({ url: '/api/v1/clusters/left/v2/compare?with=right' })
    expect(refused.payload).toContain('SOURCE_FORBIDDEN')
    expect(JSON.parse(refused.payload)).toMatchObject({ reason: 'v2-read-refused', params: { path: '/' } })
    await app.close()
    await limited.close()
  })
})
