// One test suite for all sources: the test double, a live etcd, and the files that this etcd wrote.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { utf8 } from '@registree/keyspace'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { isAppError } from '../problem.ts'
import { openFile } from '../testing/open-file.ts'
import { openEtcd } from './etcd/open-etcd.ts'
import { MemoryV2Source } from './memory/memory-v2-source.ts'
import { MemoryV3Source } from './memory/memory-v3-source.ts'
import type { OpenedCluster, V2Change, V2Source, V3Change, V3Source, WatchReply } from './source.ts'
import { type EtcdRelease, etcdReleases, hasEtcd, startEtcd, type TestEtcd } from './testing/etcd.ts'

const LEASE = 0x70f8ab12cd34ef01n
const ALL = { key: new Uint8Array([0]), end: new Uint8Array([0]), limit: 500 }

/** The history that every v3 source holds; revision 1 is the empty keyspace. */
const STORY: ({ key: Uint8Array; value: string; lease?: bigint } | { removed: Uint8Array })[] = [
  { key: utf8('/registry/a'), value: 'first' }, // 2
  { key: utf8('/registry/a'), value: 'second' }, // 3
  { key: utf8('/registry/a/b'), value: 'below a key' }, // 4
  { key: utf8('compact_rev_key'), value: '4' }, // 5
  { key: utf8('/registry/gone'), value: 'x' }, // 6
  { removed: utf8('/registry/gone') }, // 7
  { key: utf8('/registry/ключ'), value: '' }, // 8
  { key: utf8('/registry/leased'), value: 'short', lease: LEASE }, // 9
  { key: new Uint8Array([0x2f, 0xff, 0xfe]), value: 'no UTF-8' }, // 10
  { key: utf8('/registry/a'), value: 'third' }, // 11
]

interface Opened {
  v3: V3Source
  v2: V2Source
  close(): Promise<void>
}

const opened: OpenedCluster[] = []
const live = hasEtcd()
if (!live) process.stderr.write('skipping the sources of a live etcd: etcd and etcdctl are not in PATH\n')

/** An etcd with the story written to it, and a snapshot saved afterwards. Without a release it is the etcd in PATH. */
interface Teller {
  release: EtcdRelease | null
  v2: boolean
  etcd: TestEtcd | null
  folder: string
}
const system: Teller = { release: null, v2: true, etcd: null, folder: '' }
const others: Teller[] = live
  ? etcdReleases()
      .filter(({ built }) => built)
      .map((release) => ({ release, v2: release.v2, etcd: null, folder: '' }))
  : []
const snapshotOf = ({ folder }: Teller) => path.join(folder, 'story.db')

async function tell(target: TestEtcd): Promise<void> {
  // etcdctl cannot choose a lease id; the server's JSON gateway can.
  const gateway = async (method: string, body: unknown) => {
    const reply = await fetch(`${target.endpoint}/v3/${method}`, { method: 'POST', body: JSON.stringify(body) })
    if (!reply.ok) throw new Error(`${method}: ${await reply.text()}`)
  }
  await gateway('lease/grant', { ID: String(LEASE), TTL: '3600' })
  const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64')
  for (const step of STORY) {
    if ('removed' in step) await gateway('kv/deleterange', { key: base64(step.removed) })
    else
      await gateway('kv/put', {
        key: base64(step.key),
        value: base64(utf8(step.value)),
        ...(step.lease ? { lease: String(step.lease) } : {}),
      })
  }
}

async function tellV2(target: TestEtcd): Promise<void> {
  for (const [name, value] of V2) await target.ctl(value === null ? ['mkdir', name] : ['set', name, value], { api: 2 })
}

const V2: [string, string | null][] = [
  ['/net/config', '{"Network":"172.30.0.0/16"}'],
  ['/net/subnets/172.30.31.0-24', '{"PublicIP":"172.20.0.113"}'],
  ['/net/_hidden', 'still readable'],
  ['/empty', null],
  ['/ключ und leer', 'name with a space'],
  // These two sort differently as bytes and as UTF-16.
  ['/\u{ff5e}', 'basic plane'],
  ['/\u{1f600}', 'beyond it'],
]

beforeAll(async () => {
  if (!live) return
  await Promise.all(
    [system, ...others].map(async (teller) => {
      const etcd = await startEtcd(teller.release === null ? {} : { release: teller.release })
      teller.etcd = etcd
      await tell(etcd)
      if (teller.v2) await tellV2(etcd)
      teller.folder = await mkdtemp(path.join(tmpdir(), 'registree-contract-'))
      await etcd.ctl(['snapshot', 'save', snapshotOf(teller)])
    }),
  )
})

afterAll(async () => {
  await Promise.all(opened.map((cluster) => cluster.close()))
  for (const { etcd, folder } of [system, ...others]) {
    await etcd?.destroy()
    if (folder !== '') await rm(folder, { recursive: true, force: true })
  }
})

function memory(): Opened {
  const v3 = new MemoryV3Source()
  v3.grant(LEASE, 3600n)
  for (const step of STORY) {
    if ('removed' in step) v3.remove(step.removed)
    else v3.set(step.key, utf8(step.value), step.lease)
  }
  const v2 = new MemoryV2Source()
  for (const [name, value] of V2) v2.set(name, value)
  return { v3, v2, close: async () => {} }
}

/** Collects changes until there are `count` of them or the watch ends, then aborts. */
async function listen<Change>(
  watch: (signal: AbortSignal) => AsyncIterable<WatchReply<Change>>,
  count: number,
  stands: () => Promise<void> = async () => {},
): Promise<{ changes: Change[]; gaps: number; at: bigint | null; ended: boolean }> {
  const gone = new AbortController()
  const heard = { changes: [] as Change[], gaps: 0, at: null as bigint | null, ended: false }
  try {
    for await (const reply of watch(gone.signal)) {
      if (heard.at === null && reply.kind === 'changes' && reply.changes.length === 0) await stands()
      heard.at = reply.at
      if (reply.kind === 'gap') heard.gaps += 1
      else heard.changes.push(...reply.changes)
      if (heard.changes.length >= count) gone.abort()
    }
    heard.ended = true
  } catch (error) {
    if (!isAppError(error, 'CANCELLED')) throw error
  }
  return heard
}

const told = (changes: readonly V3Change[]) =>
  changes.map(({ key, revision, kv }) => [
    Buffer.from(key).toString('latin1'),
    revision,
    kv === null ? null : Buffer.from(kv.value).toString(),
  ])

const track = (cluster: OpenedCluster): Opened => {
  opened.push(cluster)
  return cluster
}
const openLive = ({ etcd }: Teller) =>
  track(openEtcd({ endpoints: [etcd?.endpoint ?? ''], tls: null, credentials: null, kubernetesPrefix: '/registry' }))
const openCopied = async ({ etcd }: Teller, ...below: string[]) => track(await openFile(path.join(etcd?.dataDir ?? '', ...below)))
const openSaved = async (teller: Teller) => track(await openFile(snapshotOf(teller)))
const sources: { name: string; open: () => Promise<Opened>; live: boolean; v2: boolean; changing?: true }[] = [
  { name: 'memory', open: async () => memory(), live: false, v2: true, changing: true },
  { name: 'live etcd', open: async () => openLive(system), live: true, v2: true, changing: true },
  { name: 'snapshot', open: () => openSaved(system), live: true, v2: false },
  { name: 'data directory', open: () => openCopied(system), live: true, v2: true },
  { name: 'member', open: () => openCopied(system, 'member'), live: true, v2: true },
  { name: 'member/snap', open: () => openCopied(system, 'member', 'snap'), live: true, v2: true },
  { name: 'member/snap/db', open: () => openCopied(system, 'member', 'snap', 'db'), live: true, v2: false },
  ...others.flatMap((teller) => [
    { name: `live etcd ${teller.release?.name}`, open: async () => openLive(teller), live: true, v2: teller.v2, changing: true as const },
    { name: `snapshot of ${teller.release?.name}`, open: () => openSaved(teller), live: true, v2: false },
    { name: `data directory of ${teller.release?.name}`, open: () => openCopied(teller), live: true, v2: teller.v2 },
  ]),
]

for (const source of sources) {
  describe.skipIf(source.live && !live)(`v3: ${source.name}`, () => {
    let v3: V3Source
    beforeAll(async () => {
      v3 = (await source.open()).v3
    })
    const values = async (request: Parameters<V3Source['range']>[0]) =>
      (await v3.range(request)).kvs.map(({ key, value }) => [Buffer.from(key).toString('latin1'), Buffer.from(value).toString()])

    it('is available and knows its newest revision', async () => {
      expect(await v3.availability()).toEqual({ available: true, says: null })
      expect(await v3.status()).toMatchObject({ revision: 11n, compactedRevision: null })
    })

    it('reads one key with all its metadata', async () => {
      const { kvs, count, more, revision } = await v3.range({ key: utf8('/registry/a'), end: null, revision: 0n, limit: 1 })
      expect({ count, more, revision }).toEqual({ count: 1, more: false, revision: 11n })
      expect(kvs).toEqual([
        { key: utf8('/registry/a'), value: utf8('third'), createRevision: 2n, modRevision: 11n, version: 3n, lease: 0n },
      ])
    })

    it('reads past revisions', async () => {
      expect(await values({ key: utf8('/registry/a'), end: null, revision: 2n, limit: 1 })).toEqual([['/registry/a', 'first']])
      expect(await values({ key: utf8('/registry/gone'), end: null, revision: 6n, limit: 1 })).toEqual([['/registry/gone', 'x']])
      expect(await values({ key: utf8('/registry/gone'), end: null, revision: 7n, limit: 1 })).toEqual([])
      expect(await values({ ...ALL, revision: 1n })).toEqual([])
    })

    it('ranges over [key, end) in byte order with keys of any bytes, and counts keys beyond the limit', async () => {
      const whole = await v3.range({ ...ALL, revision: 0n })
      expect(whole.kvs.map(({ key }) => Buffer.from(key).toString('latin1'))).toEqual([
        '/registry/a',
        '/registry/a/b',
        '/registry/leased',
        Buffer.from('/registry/ключ').toString('latin1'),
        '/\xff\xfe',
        'compact_rev_key',
      ])
      const page = await v3.range({ key: utf8('/registry/'), end: utf8('/registry0'), revision: 0n, limit: 2 })
      expect({ count: page.count, more: page.more, keys: page.kvs.length }).toEqual({ count: 4, more: true, keys: 2 })
      expect(await values({ key: utf8('/registry/a'), end: utf8('/registry/a/b'), revision: 0n, limit: 9 })).toEqual([
        ['/registry/a', 'third'],
      ])
      expect((await v3.range({ key: new Uint8Array([0x2f, 0xff]), end: new Uint8Array([0]), revision: 0n, limit: 9 })).count).toBe(2)
    })

    it('reads keys without values, and counts without reading keys', async () => {
      const keys = await v3.range({ key: utf8('/registry/'), end: utf8('/registry0'), revision: 0n, limit: 500, keysOnly: true })
      expect(keys.kvs.every(({ value }) => value.length === 0)).toBe(true)
      expect(keys.kvs.map(({ modRevision }) => modRevision)).toEqual([11n, 4n, 9n, 8n])
      const count = await v3.range({ key: utf8('/registry/'), end: utf8('/registry0'), revision: 0n, limit: 0, countOnly: true })
      expect({ count: count.count, keys: count.kvs.length }).toEqual({ count: 4, keys: 0 })
    })

    it('knows leases, and says which are gone', async () => {
      const { kvs } = await v3.range({ key: utf8('/registry/leased'), end: null, revision: 0n, limit: 1 })
      expect(kvs[0]?.lease).toBe(LEASE)
      const lease = await v3.lease(LEASE)
      expect(lease?.granted).toBe(3600n)
      expect(lease?.ttl === null || (lease?.ttl ?? 0n) > 3500n).toBe(true)
      expect(await v3.lease(0x123n)).toBeNull()
    })

    it(
      source.changing ? 'tells every change of an interval after a revision, once and in order' : 'tells that nothing will ever change',
      async () => {
        const request = { key: utf8('/registry/'), end: utf8('/registry0'), after: 2n }
        const { changes, ended, at } = await listen((signal) => v3.watch(request, signal), 6)
        if (!source.changing) return expect({ changes, ended }).toEqual({ changes: [], ended: true })
        expect(told(changes)).toEqual([
          ['/registry/a', 3n, 'second'],
          ['/registry/a/b', 4n, 'below a key'],
          ['/registry/gone', 6n, 'x'],
          ['/registry/gone', 7n, null],
          [Buffer.from('/registry/ключ').toString('latin1'), 8n, ''],
          ['/registry/leased', 9n, 'short'],
          ['/registry/a', 11n, 'third'],
        ])
        expect(changes.find(({ revision }) => revision === 9n)?.kv).toMatchObject({ lease: LEASE, createRevision: 9n, version: 1n })
        expect(at).toBe(11n)
        const rest = await listen((signal) => v3.watch({ key: utf8('/registry/a'), end: null, after: 4n }, signal), 1)
        expect(told(rest.changes)).toEqual([['/registry/a', 11n, 'third']])
      },
    )

    it('refuses a future revision', async () => {
      const error = await v3.range({ ...ALL, revision: 999n }).catch((reason: unknown) => reason)
      expect(isAppError(error, 'REVISION_IN_FUTURE') && error.facts.currentRevision).toBe(11n)
    })

    it('does not read once the reader has left', async () => {
      const error = await v3.range({ ...ALL, revision: 0n }, AbortSignal.abort()).catch((reason: unknown) => reason)
      expect(isAppError(error, 'CANCELLED')).toBe(true)
    })

    it('returns bytes that the caller may change', async () => {
      const first = (await v3.range({ key: utf8('/registry/a'), end: null, revision: 0n, limit: 1 })).kvs[0]
      first?.value.fill(0)
      first?.key.fill(0)
      expect(await values({ key: utf8('/registry/a'), end: null, revision: 0n, limit: 1 })).toEqual([['/registry/a', 'third']])
    })
  })

  describe.skipIf(source.live && !live)(`v2: ${source.name}`, () => {
    const present = source.v2 ? it : () => {}
    const absent = source.v2 ? () => {} : it
    let v2: V2Source
    beforeAll(async () => {
      v2 = (await source.open()).v2
    })

    absent('says why it is not there', async () => {
      const { available, says } = await v2.availability()
      expect(available).toBe(false)
      expect(says?.code).toMatch(/v2/)
      expect(isAppError(await v2.node('/').catch((error: unknown) => error), 'KEYSPACE_UNAVAILABLE')).toBe(true)
    })

    present('lists a directory one level deep, in byte order, without hidden nodes', async () => {
      const root = await v2.node('/')
      expect(root.node).toMatchObject({ path: '/', directory: true, value: null })
      expect(root.children?.map(({ path: name, directory }) => [name, directory])).toEqual([
        ['/empty', true],
        ['/net', true],
        ['/ключ und leer', false],
        ['/\u{ff5e}', false],
        ['/\u{1f600}', false],
      ])
      expect((await v2.node('/net')).children?.map(({ path: name }) => name)).toEqual(['/net/config', '/net/subnets'])
      expect((await v2.node('/empty')).children).toEqual([])
      expect((await v2.node('/net/')).node.path).toBe('/net')
    })

    present('reads values, hidden ones and those with hostile names too', async () => {
      expect((await v2.node('/net/config')).node).toMatchObject({
        value: '{"Network":"172.30.0.0/16"}',
        size: 27,
        ttl: null,
        expiration: null,
      })
      expect((await v2.node('/net/_hidden')).node.value).toBe('still readable')
      expect((await v2.node('/ключ und leer')).node.value).toBe('name with a space')
      expect((await v2.node('/net/config')).children).toBeNull()
    })

    present('says that a key is not there, also below a key', async () => {
      for (const name of ['/nope', '/net/config/below']) {
        expect(isAppError(await v2.node(name).catch((error: unknown) => error), 'KEY_NOT_FOUND')).toBe(true)
      }
      for (const name of ['net', '/a//b', '/a/../b', '/./a']) {
        expect(isAppError(await v2.node(name).catch((error: unknown) => error), 'BAD_REQUEST')).toBe(true)
      }
    })

    it(
      source.changing ? 'tells every change below a path after an index, once and in order' : 'tells that nothing will ever change',
      async () => {
        if (source.changing && !source.v2) {
          const none = await listen<V2Change>((signal) => v2.watch({ path: '/net', after: 1n }, signal), 1).catch((error: unknown) => error)
          return expect(isAppError(none, 'KEYSPACE_UNAVAILABLE')).toBe(true)
        }
        const first = source.v2 ? (await v2.node('/net/config')).node.modifiedIndex : 0n
        const { changes, ended } = await listen<V2Change>((signal) => v2.watch({ path: '/net', after: first - 1n }, signal), 3)
        if (!source.changing) return expect({ changes, ended }).toEqual({ changes: [], ended: true })
        expect(changes.map(({ path: name, node, index }) => [name, node?.value, index === node?.modifiedIndex])).toEqual([
          ['/net/config', '{"Network":"172.30.0.0/16"}', true],
          ['/net/subnets/172.30.31.0-24', '{"PublicIP":"172.20.0.113"}', true],
          ['/net/_hidden', 'still readable', true],
        ])
      },
    )

    present('knows the first event of a key from an index on', async () => {
      const { node } = await v2.node('/net/config')
      const from = (index: bigint) => v2.firstEvent({ path: '/net/config', from: index })
      expect(await from(node.modifiedIndex)).toMatchObject({
        event: { action: 'set', index: node.modifiedIndex, path: '/net/config', refresh: false, node: { value: node.value }, before: null },
      })
      expect(await from(node.modifiedIndex + 1n)).toEqual({ event: null })
      expect(await v2.firstEvent({ path: '/never', from: 1n })).toEqual({ event: null })
    })

    present('counts its changes', async () => {
      const { index } = await v2.status()
      expect(index).toBeGreaterThanOrEqual(BigInt(V2.length))
      const { node } = await v2.node('/net/config')
      expect(node.createdIndex).toBe(node.modifiedIndex)
      expect(node.modifiedIndex).toBeLessThanOrEqual(index)
    })
  })
}
