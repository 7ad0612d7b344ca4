// A real etcd writes databases, and the content of its files is compared with its own answers.
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { diskFile } from '../testdata/disk-file.ts'
import { type LiveEtcd, startEtcd } from '../testdata/live-etcd.ts'
import { openBolt } from './bolt.ts'
import { crcHash } from './crc-hash.ts'
import { CompactedError, FutureRevisionError } from './errors.ts'
import type { MvccKeyspace, RangeAnswer, StoredChange } from './mvcc.ts'
import { openMvcc } from './open-mvcc.ts'
import { verifyTrailer } from './trailer.ts'

const b64 = (bytes: Uint8Array | string) => Buffer.from(bytes).toString('base64')

type GatewayKv = { key: string; value?: string; create_revision: string; mod_revision: string; version: string; lease?: string }
type GatewayRange = { header: { revision: string }; kvs?: GatewayKv[]; more?: boolean; count?: string }

const comparable = (answer: RangeAnswer) => ({
  count: String(answer.count),
  more: answer.more,
  kvs: answer.kvs.map((kv) => ({
    key: b64(kv.key),
    create_revision: String(kv.createRevision),
    mod_revision: String(kv.modRevision),
    version: String(kv.version),
    ...(kv.lease !== 0n ? { lease: String(kv.lease) } : {}),
    ...(kv.value.length > 0 ? { value: b64(kv.value) } : {}),
  })),
})
const fromGateway = (answer: GatewayRange) => ({ count: answer.count ?? '0', more: answer.more ?? false, kvs: answer.kvs ?? [] })

type Asked = { key: Uint8Array; end: Uint8Array | null; revision: bigint; limit?: number; keysOnly?: boolean; countOnly?: boolean }

describe('a database that a real etcd wrote', () => {
  let etcd: LiveEtcd
  let keyspace: MvccKeyspace
  let fromDirectory: MvccKeyspace
  let lease: bigint
  const answers: { asked: Asked; live: ReturnType<typeof fromGateway> }[] = []
  const files: { close(): Promise<void> }[] = []
  const COMPACTED = 150n

  beforeAll(async () => {
    etcd = await startEtcd()
    // A fixed pseudo-random sequence, so that a failure is reproducible.
    let seed = 42
    const random = (below: number) => {
      seed = (Math.imul(seed, 1103515245) + 12345) >>> 0
      return (seed >>> 8) % below
    }
    const keys = [
      ...Array.from({ length: 60 }, (_, i) => Buffer.from(`/registry/pods/default/pod-${i}`)),
      ...Array.from({ length: 20 }, (_, i) => Buffer.from(`/registry/pods/kube-system/pod-${i}`)),
      Buffer.from('compact_rev_key'),
      Buffer.from('/registry/pods/default'),
      Buffer.from('/registry/pods/default/'),
      Buffer.from([0]),
      Buffer.from([0, 0]),
      Buffer.from([0xff]),
      Buffer.from([0xff, 0xff, 0]),
      Buffer.from('世界'),
    ]
    lease = BigInt((await etcd.v3<{ ID: string }>('/v3/lease/grant', { TTL: 86400, ID: '0' })).ID)
    const value = () => Buffer.alloc(random(3) === 0 ? random(20_000) : random(200), random(256))
    let revision = 1n
    const pick = () => keys[random(keys.length)] as Buffer
    for (let i = 0; i < 400; i++) {
      const kind = random(10)
      if (kind < 6) {
        const put = { key: b64(pick()), value: b64(value()), ...(random(4) === 0 ? { lease: String(lease) } : {}) }
        revision = BigInt((await etcd.v3<{ header: { revision: string } }>('/v3/kv/put', put)).header.revision)
      } else if (kind < 8) {
        await etcd.v3('/v3/kv/deleterange', { key: b64(pick()) })
      } else {
        const chosen = [...new Set([pick(), pick(), pick()])]
        const success = chosen.map((key, at) =>
          at === 2 ? { request_delete_range: { key: b64(key) } } : { request_put: { key: b64(key), value: b64(value()) } },
        )
        await etcd.v3('/v3/kv/txn', { success })
      }
      if (revision === 120n) await etcd.v3('/v3/kv/compaction', { revision: '100', physical: true })
    }
    // Much larger than a page, and a bucket that was large and is empty again.
    await etcd.v3('/v3/kv/put', { key: b64('/big'), value: b64(Buffer.alloc(1_200_000, 7)) })
    await etcd.v3('/v3/kv/put', { key: b64('/empty'), value: '' })
    await etcd.v3('/v3/kv/compaction', { revision: String(COMPACTED), physical: true })
    const granted = await Promise.all(
      Array.from({ length: 300 }, () => etcd.v3<{ ID: string }>('/v3/lease/grant', { TTL: 86400, ID: '0' })),
    )
    await new Promise((resolve) => setTimeout(resolve, 300))
    for (const { ID } of granted) await etcd.v3('/v3/lease/revoke', { ID })
    await etcd.v3('/v3/auth/user/add', { name: 'reader', password: 'only for this test' })
    await etcd.v3('/v3/auth/role/add', { name: 'pods' })
    await etcd.v3('/v3/auth/role/grant', {
      name: 'pods',
      perm: { permType: 'READ', key: b64('/registry/pods/'), range_end: b64('/registry/pods0') },
    })
    await etcd.v3('/v3/auth/user/grant', { user: 'reader', role: 'pods' })

    const current = BigInt((await etcd.v3<GatewayRange>('/v3/kv/range', { key: b64('x') })).header.revision)
    const intervals: [Uint8Array, Uint8Array | null][] = [
      [Buffer.from([0]), Buffer.from([0])],
      [Buffer.from('/registry/'), Buffer.from('/registry0')],
      [Buffer.from('/registry/pods/default'), Buffer.from('/registry/pods/default0')],
      [Buffer.from('/registry/pods/default/pod-7'), null],
      [Buffer.from('/registry/pods/default/'), null],
      [Buffer.from('/nothing'), null],
      [Buffer.from('/registry/pods/kube-system/pod-1'), Buffer.from('/registry/pods/kube-system/pod-19')],
      [Buffer.from('z'), Buffer.from('a')],
      [Buffer.from([0xff]), Buffer.from([0])],
      [Buffer.from('/registry/pods/default/pod-3'), Buffer.from([0])],
    ]
    for (const revision of [0n, current, COMPACTED, COMPACTED + 1n, COMPACTED + 77n, current - 3n]) {
      for (const [key, end] of intervals) {
        for (const shape of [{}, { limit: 1 }, { limit: 7 }, { limit: 20 }, { keysOnly: true, limit: 5 }, { countOnly: true }]) {
          const asked = { key, end, revision, ...shape }
          const live = await etcd.v3<GatewayRange>('/v3/kv/range', {
            key: b64(key),
            ...(end ? { range_end: b64(end) } : {}),
            revision: String(revision),
            limit: String(asked.limit ?? 0),
            keys_only: asked.keysOnly ?? false,
            count_only: asked.countOnly ?? false,
          })
          answers.push({ asked, live: fromGateway(live) })
        }
      }
    }
    await etcd.snapshot(join(etcd.directory, 'snapshot.db'))
    await etcd.stop()
    const snapshot = await diskFile(join(etcd.directory, 'snapshot.db'))
    const database = await diskFile(join(etcd.member, 'snap/db'))
    files.push(snapshot, database)
    keyspace = await openMvcc(await openBolt(snapshot))
    fromDirectory = await openMvcc(await openBolt(database))
  })

  afterAll(async () => {
    for (const file of files) await file.close()
    await etcd?.dispose()
  })

  it('answers every Range as etcd did, at every revision', async () => {
    expect(answers.length).toBe(360)
    for (const { asked, live } of answers) {
      expect({ asked, answer: comparable(await keyspace.range(asked)) }).toEqual({ asked, answer: live })
      expect({ asked, answer: comparable(await fromDirectory.range(asked)) }).toEqual({ asked, answer: live })
    }
  })

  it('measures every completely requested interval', () => {
    let measured = 0
    for (const { asked, live } of answers) {
      if (asked.limit !== undefined || asked.keysOnly || asked.countOnly) continue
      const bytes = live.kvs.reduce((sum, kv) => sum + Buffer.from(kv.value ?? '', 'base64').length, 0)
      expect(keyspace.measure(asked)).toEqual({ keys: Number(live.count), bytes })
      measured++
    }
    expect(measured).toBeGreaterThan(10)
  })

  it('is intact, and its hash equals etcdctl’s', async () => {
    expect(keyspace.findings).toEqual([])
    expect(fromDirectory.findings).toEqual([])
    const path = join(etcd.directory, 'snapshot.db')
    const status: { hash: number; revision: number; totalKey: number; totalSize: number } = JSON.parse(
      execFileSync('etcdctl', ['snapshot', 'status', path, '-w', 'json'], { env: { ...process.env, ETCDCTL_API: '3' }, encoding: 'utf8' }),
    )
    expect(await crcHash(keyspace.bolt)).toBe(status.hash)
    expect(keyspace.currentRevision).toBe(BigInt(status.revision))
    expect(keyspace.stats).toMatchObject({ totalEntries: status.totalKey, size: status.totalSize })
    const file = await diskFile(path)
    expect(await verifyTrailer(file)).toBe('verified')
    await file.close()
    const database = await diskFile(join(etcd.member, 'snap/db'))
    expect(await verifyTrailer(database)).toBe('absent')
    await database.close()
  })

  it('refuses compacted and future revisions as etcd does', async () => {
    expect(keyspace.compactedRevision).toBe(COMPACTED)
    const key = Buffer.from('/big')
    await expect(keyspace.range({ key, end: null, revision: COMPACTED - 1n })).rejects.toMatchObject(new CompactedError(COMPACTED))
    const current = keyspace.currentRevision
    await expect(keyspace.range({ key, end: null, revision: current + 1n })).rejects.toMatchObject(new FutureRevisionError(current))
  })

  it('knows leases, users, roles and members, and no password', async () => {
    expect(await keyspace.lease(lease)).toEqual({ id: lease, ttl: 86400n, remainingTTL: 0n })
    expect(await keyspace.lease(1n)).toBeNull()
    const leases = []
    for await (const each of keyspace.leases()) leases.push(each.id)
    expect(leases).toEqual([lease])
    expect(keyspace.records.auth).toMatchObject({
      enabled: false,
      users: [{ name: 'reader', roles: ['pods'] }],
      roles: [{ name: 'pods', permissions: [{ type: 'READ' }] }],
    })
    expect(JSON.stringify(keyspace.records, (_, value) => (typeof value === 'bigint' ? String(value) : value))).not.toContain('$2a$')
    expect(keyspace.records.members).toHaveLength(1)
    expect(keyspace.records.members[0]).toMatchObject({ name: 'one', clientURLs: [etcd.url] })
    expect(keyspace.records.clusterVersion).toBe('3.4.0')
  })

  it('returns the history of a key in order', () => {
    const entries = keyspace.history(Buffer.from('/registry/pods/default/pod-7'))
    expect(entries.length).toBeGreaterThan(0)
    for (let i = 1; i < entries.length; i++)
      expect((entries[i - 1] as { main: bigint }).main <= (entries[i] as { main: bigint }).main).toBe(true)
    expect(keyspace.history(Buffer.from('/big'))).toMatchObject([{ version: 1n, tombstone: false }])
    expect(keyspace.history(Buffer.from('/never'))).toEqual([])
  })

  const everything = { key: Buffer.from([0]), end: Buffer.from([0]) }
  const prefix = { key: Buffer.from('/registry/pods/default/pod-1'), end: Buffer.from('/registry/pods/default/pod-2') }
  it.each([
    ['every key', everything],
    ['a prefix', prefix],
  ])('tells the changes of %s in the order of revisions: replayed, they give each revision', async (_name, interval) => {
    const state = new Map<string, string>()
    const keysAt = async (revision: bigint) =>
      (await keyspace.range({ ...interval, revision, keysOnly: true })).kvs.map((kv) => `${b64(kv.key)} ${kv.modRevision} ${kv.version}`)
    const of = ({ key, main, version }: StoredChange) => `${b64(key)} ${main} ${version}`
    const all = [...keyspace.changes(interval)]
    let at = 0
    for (let revision = COMPACTED; revision <= keyspace.currentRevision; revision++) {
      for (; at < all.length && (all[at] as StoredChange).main <= revision; at++) {
        const change = all[at] as StoredChange
        if (change.tombstone) state.delete(b64(change.key))
        else state.set(b64(change.key), of(change))
      }
      expect([...state.values()].sort()).toEqual((await keysAt(revision)).sort())
    }
    expect(at).toBe(all.length)
    expect(all.length).toBeGreaterThan(10)
  })

  it('returns the changes of a window of revisions, newest first', () => {
    const all = [...keyspace.changes(everything)]
    const [from, to] = [COMPACTED + 20n, COMPACTED + 90n]
    const window = all.filter(({ main }) => main >= from && main <= to)
    expect(window.length).toBeGreaterThan(50)
    expect([...keyspace.changes({ ...everything, from, to })]).toEqual(window)
    expect([...keyspace.changes({ ...everything, from, to, newestFirst: true })]).toEqual([...window].reverse())
    expect([...keyspace.changes({ ...everything, from: to, to: from })]).toEqual([])
    expect([...keyspace.changes({ ...everything, from: keyspace.currentRevision + 5n })]).toEqual([])
    expect([...keyspace.changes({ key: Buffer.from('/never'), end: null })]).toEqual([])
    const some = [...keyspace.changes({ ...everything, most: 7 })]
    expect(some).toHaveLength(7)
    expect([some[0], some.at(-1)]).toEqual([all[0], all.at(-1)])
    expect(some.every((change) => all.some(({ row }) => row === change.row))).toBe(true)
    expect([...keyspace.changes({ ...everything, most: all.length })]).toEqual(all)
  })

  it.each([1, 7, 100_000])('tells the same changes in columns, %i at once, the newest part first', (atOnce) => {
    const told = [...keyspace.changeColumns(atOnce)].map(({ key, revision, version, createRevision }) =>
      [...key].map((number, i) => [b64(keyspace.keyNumbered(number)), revision[i], version[i], createRevision[i]]),
    )
    for (const part of told) expect(part.length).toBeLessThanOrEqual(atOnce)
    const all = [...keyspace.changes(everything)]
    expect(told.toReversed().flat()).toEqual(
      all.map(({ key, main, version, createRevision }) => [b64(key), Number(main), Number(version), Number(createRevision)]),
    )
  })

  it('reads the values of changes, deletions among them', async () => {
    const all = [...keyspace.changes(everything)]
    expect(all.some(({ tombstone }) => tombstone)).toBe(true)
    const values = await keyspace.valuesOf(all)
    for (const [i, { key, main, sub, tombstone, valueLength }] of all.entries()) {
      expect(values[i]?.length).toBe(valueLength)
      if (tombstone || main < COMPACTED || all.some((other) => other.main === main && other.sub > sub && b64(other.key) === b64(key)))
        continue
      const [kv] = (await keyspace.range({ key, end: null, revision: main })).kvs
      expect(Buffer.compare(values[i] as Uint8Array, kv?.value as Uint8Array)).toBe(0)
    }
  })
})
