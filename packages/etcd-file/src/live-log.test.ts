// Kills a real etcd and compares the content of its files with what etcd itself shows when started on a copy of them.
import { cp, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, describe, expect, it } from 'vitest'
import { etcdReleases, type LiveEtcd, startEtcd, startThree } from '../testdata/live-etcd.ts'
import { openMember } from '../testdata/open-member.ts'
import { applyLog } from './log-replay.ts'
import { type MvccKeyspace, readMvcc } from './mvcc.ts'
import { inEnglish } from './testing/in-english.ts'

const b64 = (bytes: Uint8Array | string) => Buffer.from(bytes).toString('base64')
const ALL = Uint8Array.of(0)
const POLL = { timeout: 10_000, interval: 100 }
/** etcd writes the database only when it stops and when it compacts. */
const LAZY = ['--backend-batch-interval', '1h', '--backend-batch-limit', '10000000']

type GatewayKv = { key: string; value?: string; create_revision: string; mod_revision: string; version: string; lease?: string }
type GatewayRange = { header: { revision: string }; kvs?: GatewayKv[] }

/** Every key at a revision, as etcd answers it; null where it refuses the revision. */
async function asAnswered(etcd: LiveEtcd, revision: bigint, token?: string): Promise<GatewayKv[] | null> {
  try {
    const answer = await etcd.v3<GatewayRange>('/v3/kv/range', { key: b64(ALL), range_end: b64(ALL), revision: String(revision) }, token)
    return answer.kvs ?? []
  } catch (error) {
    if (String(error).includes('compacted')) return null
    throw error
  }
}

/** The same from the files. */
async function asShown(keyspace: MvccKeyspace, revision: bigint): Promise<GatewayKv[] | null> {
  if (revision < keyspace.compactedRevision) return null
  const { kvs } = await keyspace.range({ key: ALL, end: ALL, revision })
  return kvs.map((kv) => ({
    key: b64(kv.key),
    create_revision: String(kv.createRevision),
    mod_revision: String(kv.modRevision),
    version: String(kv.version),
    ...(kv.lease !== 0n ? { lease: String(kv.lease) } : {}),
    ...(kv.value.length > 0 ? { value: b64(kv.value) } : {}),
  }))
}

const byName = (kvs: GatewayKv[] | null) =>
  kvs?.map(({ key, create_revision, mod_revision, version, lease, value }) => ({
    key,
    create_revision,
    mod_revision,
    version,
    lease,
    value,
  })) ?? null

/** The result of replaying the kept changes in order. */
async function asReplayed(keyspace: MvccKeyspace): Promise<GatewayKv[]> {
  const changes = [...keyspace.changes({ key: ALL, end: ALL })]
  const values = await keyspace.valuesOf(changes)
  const state = new Map<string, GatewayKv & { bytes: Uint8Array }>()
  for (const [i, { key, main, tombstone, createRevision, version, lease }] of changes.entries()) {
    state.delete(b64(key))
    if (tombstone) continue
    const kv: GatewayKv = { key: b64(key), create_revision: String(createRevision), mod_revision: String(main), version: String(version) }
    if (lease !== 0n) kv.lease = String(lease)
    const value = values[i] as Uint8Array
    if (value.length > 0) kv.value = b64(value)
    state.set(kv.key, { ...kv, bytes: key })
  }
  return [...state.values()].sort((a, b) => Buffer.compare(a.bytes, b.bytes)).map(({ bytes: _, ...kv }) => kv)
}

/** Compares everything at every revision, and the leases; returns what was shown. */
async function compareWithEtcd(member: string, oracle: LiveEtcd, token?: string): Promise<MvccKeyspace> {
  const { keyspace, close } = await openMember(member)
  try {
    const current = BigInt((await oracle.v3<GatewayRange>('/v3/kv/range', { key: b64('x') }, token)).header.revision)
    expect(keyspace.currentRevision).toBe(current)
    const first = current > 400n ? current - 400n : 1n
    for (let revision = first; revision <= current; revision++) {
      const live = await asAnswered(oracle, revision, token)
      expect({ revision, kvs: byName(await asShown(keyspace, revision)) }).toEqual({ revision, kvs: byName(live) })
      const counted = live === null ? null : await keyspace.range({ key: ALL, end: ALL, revision, countOnly: true })
      expect(counted?.count ?? null).toBe(live?.length ?? null)
    }
    expect(byName(await asReplayed(keyspace))).toEqual(byName(await asShown(keyspace, current)))
    const leases = (await oracle.v3<{ leases?: { ID: string }[] }>('/v3/lease/leases', {}, token)).leases?.map(({ ID }) => BigInt(ID)) ?? []
    const shown: bigint[] = []
    for await (const { id, ttl } of keyspace.leases()) {
      const { grantedTTL } = await oracle.v3<{ grantedTTL: string }>('/v3/lease/timetolive', { ID: String(id) }, token)
      expect({ id, ttl }).toEqual({ id, ttl: BigInt(grantedTTL) })
      expect(await keyspace.lease(id)).toMatchObject({ id, ttl })
      shown.push(id)
    }
    const ascending = (ids: bigint[]) => ids.sort((a, b) => (a < b ? -1 : 1))
    expect(ascending(shown)).toEqual(ascending(leases))
    return keyspace
  } finally {
    await close()
  }
}

let seed = 7
/** A fixed pseudo-random sequence, so that a failure is reproducible. */
const random = (below: number) => {
  seed = (Math.imul(seed, 1103515245) + 12345) >>> 0
  return (seed >>> 8) % below
}

const KEYS = [
  ...Array.from({ length: 12 }, (_, i) => Buffer.from(`/registry/pods/default/pod-${i}`)),
  ...Array.from({ length: 6 }, (_, i) => Buffer.from(`/registry/leases/node-${i}`)),
  Buffer.from([0]),
  Buffer.from([0xff, 0xff]),
  Buffer.from('世界'),
]
const pick = () => KEYS[random(KEYS.length)] as Buffer
const value = () => Buffer.alloc(random(4) === 0 ? random(30_000) : random(60), random(256))
const END = ['/registry/pods/default/pod-5', '/registry/pods0', '\0']

/** A transaction with all kinds of comparisons, nested up to two levels deep. */
function randomTxn(revision: bigint, lease: string, depth: number): object {
  const compare = () => {
    const target = ['VERSION', 'CREATE', 'MOD', 'VALUE', 'LEASE'][random(5)] as string
    const near = String(random(3) === 0 ? 0 : revision - BigInt(random(6)))
    const union = {
      VERSION: { version: String(random(4)) },
      CREATE: { create_revision: near },
      MOD: { mod_revision: near },
      VALUE: { value: b64(value()) },
      LEASE: { lease: random(2) === 0 ? lease : '0' },
    }[target]
    return {
      key: b64(pick()),
      target,
      result: ['EQUAL', 'GREATER', 'LESS', 'NOT_EQUAL'][random(4)],
      // The compared value may be missing, or of another kind.
      ...(random(6) === 0 ? {} : union),
      ...(random(5) === 0 ? { range_end: b64(END[random(3)] as string) } : {}),
    }
  }
  const used = new Set<string>()
  const ops = () =>
    Array.from({ length: random(4) }, () => {
      const kind = random(depth > 0 ? 8 : 6)
      const key = b64(pick())
      // etcd rejects a transaction that changes a key twice before it reaches the log.
      if (kind < 6 && used.has(key)) return { request_range: { key } }
      used.add(key)
      if (kind < 3) return { request_put: { key, value: b64(value()), ...(random(3) === 0 ? { lease } : {}) } }
      if (kind < 5) return { request_delete_range: { key } }
      if (kind < 6) return { request_range: { key, range_end: b64('\0') } }
      return { request_txn: randomTxn(revision, lease, depth - 1) }
    })
  return { compare: Array.from({ length: random(3) }, compare), success: ops(), failure: ops() }
}

const started: LiveEtcd[] = []
const keep = (etcd: LiveEtcd) => {
  started.push(etcd)
  return etcd
}
afterEach(async () => {
  for (const etcd of started.splice(0)) await etcd.dispose()
})

/** Saves the database file now and restores it later: then the log contains everything since, whenever etcd wrote. */
async function keepDatabase(etcd: LiveEtcd): Promise<() => Promise<void>> {
  const [db, copy] = [join(etcd.member, 'snap/db'), join(etcd.directory, 'early.db')]
  await cp(db, copy)
  return () => cp(copy, db)
}

/** Runs a change that etcd may refuse. */
async function attempt(etcd: LiveEtcd, path: string, body: unknown): Promise<{ header?: { revision: string }; ID?: string } | null> {
  try {
    return await etcd.v3(path, body)
  } catch (error) {
    if (
      /duplicate key|not found|required|compacted|future|already exists|too large|permission|key is not provided|invalid/i.test(
        String(error),
      )
    )
      return null
    throw error
  }
}

/** Changes the keyspace in one of 19 ways; does nothing for others. */
async function changeOfKind(etcd: LiveEtcd, kind: number, leases: string[], revision: bigint) {
  const lease = leases[random(leases.length)] as string
  const put = { key: b64(pick()), value: b64(value()) }
  if (kind < 7) return await attempt(etcd, '/v3/kv/put', { ...put, ...(random(3) === 0 ? { lease } : {}) })
  if (kind < 8) return await attempt(etcd, '/v3/kv/put', { key: put.key, ignore_value: true, lease })
  if (kind < 9) return await attempt(etcd, '/v3/kv/put', { ...put, ignore_lease: true })
  if (kind < 11) return await attempt(etcd, '/v3/kv/deleterange', { key: put.key })
  if (kind < 12) return await attempt(etcd, '/v3/kv/deleterange', { key: put.key, range_end: b64(END[random(3)] as string), prev_kv: true })
  if (kind < 17) return await attempt(etcd, '/v3/kv/txn', randomTxn(revision, lease, 2))
  if (kind < 18) return await attempt(etcd, '/v3/lease/revoke', { ID: leases.splice(random(leases.length), 1)[0] })
  if (kind < 19) return await attempt(etcd, '/v3/kv/put', { ...put, lease: '4242' })
  return null
}

async function changeAtRandom(etcd: LiveEtcd, steps: number): Promise<void> {
  const leases: string[] = []
  let revision = 1n
  const grant = async () => leases.push((await etcd.v3<{ ID: string }>('/v3/lease/grant', { TTL: String(10_000 + random(9)), ID: '0' })).ID)
  await grant()
  for (let i = 0; i < steps; i++) {
    const kind = random(20)
    const answer = await changeOfKind(etcd, kind, leases, revision)
    if (kind === 19 || leases.length === 0) await grant()
    if (answer?.header) revision = BigInt(answer.header.revision)
  }
}

describe.each(etcdReleases())('the log of a killed etcd ($name)', (release) => {
  it('is applied: twenty puts are twenty, including those missing in the database', async () => {
    const etcd = keep(await startEtcd(LAZY, { release }))
    for (let i = 0; i < 20; i++) await etcd.v3('/v3/kv/put', { key: b64(`/n/${i}`), value: b64(String(i)) })
    await etcd.kill()
    const oracle = keep(await startEtcd([], { release, copyOf: etcd.member }))
    const { log, findings, records, currentRevision, liveKeys } = await compareWithEtcd(etcd.member, oracle)
    expect(liveKeys).toBe(20)
    expect(log).toMatchObject({ applied: 20, uncertain: 0, missing: 0 })
    expect(findings).toEqual([
      expect.objectContaining({ level: 'info', says: { code: 'log-applied', params: expect.objectContaining({ writes: 20 }) } }),
    ])
    expect(currentRevision).toBe(21n)
    expect(records.members.map(({ name, clientURLs }) => ({ name, clientURLs }))).toEqual([{ name: 'one', clientURLs: [etcd.url] }])
  })

  it('is applied: puts, deletions, transactions and leases in any order, over a database with some of them', async () => {
    const etcd = keep(await startEtcd(LAZY, { release }))
    await changeAtRandom(etcd, 120)
    const { header } = await etcd.v3<GatewayRange>('/v3/kv/range', { key: b64('x') })
    // A compaction makes etcd write the database.
    await etcd.v3('/v3/kv/compaction', { revision: String(BigInt(header.revision) - 30n), physical: true })
    const putBack = await keepDatabase(etcd)
    await changeAtRandom(etcd, 160)
    await etcd.kill()
    await putBack()
    const oracle = keep(await startEtcd([], { release, copyOf: etcd.member }))
    const { log } = await compareWithEtcd(etcd.member, oracle)
    expect(log?.applied).toBeGreaterThan(100)
    expect(log).toMatchObject({ uncertain: 0, missing: 0 })
  })

  it('is applied with a compaction in it, and its result', async () => {
    const etcd = keep(await startEtcd(LAZY, { release }))
    await changeAtRandom(etcd, 40)
    await etcd.v3('/v3/kv/compaction', { revision: '10', physical: true })
    const putBack = await keepDatabase(etcd)
    await changeAtRandom(etcd, 40)
    const { header } = await etcd.v3<GatewayRange>('/v3/kv/range', { key: b64('x') })
    await etcd.v3('/v3/kv/compaction', { revision: String(BigInt(header.revision) - 5n), physical: true })
    await changeAtRandom(etcd, 10)
    await etcd.kill()
    await putBack()
    const oracle = keep(await startEtcd([], { release, copyOf: etcd.member }))
    const { compactedRevision } = await compareWithEtcd(etcd.member, oracle)
    expect(compactedRevision).toBe(BigInt(header.revision) - 5n)
  })

  it('omits what etcd rejected for lack of space', async () => {
    const etcd = keep(await startEtcd(LAZY, { release }))
    const put = (key: string, token?: string) => etcd.v3('/v3/kv/put', { key: b64(key), value: b64('x') }, token)
    const { header } = await etcd.v3<{ header: { member_id: string } }>('/v3/kv/range', { key: b64('x') })
    const putBack = await keepDatabase(etcd)
    await put('/before')
    const alarm = { memberID: header.member_id, alarm: 'NOSPACE' }
    await etcd.v3('/v3/maintenance/alarm', { action: 'ACTIVATE', ...alarm })
    await expect(put('/full')).rejects.toThrow('space')
    await expect(etcd.v3('/v3/lease/grant', { TTL: '9000', ID: '77' })).rejects.toThrow('space')
    const deletion = { request_delete_range: { key: b64('/before') } }
    await expect(
      etcd.v3('/v3/kv/txn', { success: [deletion], failure: [{ request_put: { key: b64('/never'), value: b64('x') } }] }),
    ).rejects.toThrow('space')
    await etcd.v3('/v3/kv/txn', { success: [deletion] })
    await etcd.v3('/v3/maintenance/alarm', { action: 'DEACTIVATE', ...alarm })
    await put('/after')
    await etcd.kill()
    await putBack()
    const oracle = keep(await startEtcd([], { release, copyOf: etcd.member }))
    const { records, log, liveKeys } = await compareWithEtcd(etcd.member, oracle)
    expect(liveKeys).toBe(1)
    expect(log).toMatchObject({ applied: 5, uncertain: 0, missing: 0 })
    expect(records.alarms).toEqual([])
  })

  it('omits what etcd rejected for lack of permission', async () => {
    const etcd = keep(await startEtcd(LAZY, { release }))
    const put = (key: string, token?: string) => etcd.v3('/v3/kv/put', { key: b64(key), value: b64('x') }, token)
    const putBack = await keepDatabase(etcd)
    const lease = (await etcd.v3<{ ID: string }>('/v3/lease/grant', { TTL: '9000', ID: '0' })).ID
    await etcd.v3('/v3/kv/put', { key: b64('/secret/leased'), value: b64('x'), lease })
    for (const [name, password] of [
      ['root', 'r'],
      ['some', 's'],
    ]) {
      await etcd.v3('/v3/auth/user/add', { name, password })
      await etcd.v3('/v3/auth/role/add', { name })
      await etcd.v3('/v3/auth/user/grant', { user: name, role: name })
    }
    const grant = (permType: string, key: string, end: string | null) =>
      etcd.v3('/v3/auth/role/grant', { name: 'some', perm: { permType, key: b64(key), ...(end === null ? {} : { range_end: b64(end) }) } })
    await grant('WRITE', '/a/', '/b')
    await grant('READWRITE', '/b', '/c')
    await grant('READ', '/one', null)
    await etcd.v3('/v3/auth/enable', {})
    const tokenOf = async (name: string, password: string) =>
      (await etcd.v3<{ token: string }>('/v3/auth/authenticate', { name, password })).token
    const [root, some] = [await tokenOf('root', 'r'), await tokenOf('some', 's')]
    await put('/a/mine', some)
    await put('/b', some)
    const remove = (key: string, range_end?: string, more = {}) =>
      etcd.v3('/v3/kv/deleterange', { key: b64(key), ...(range_end === undefined ? {} : { range_end: b64(range_end) }), ...more }, some)
    await expect(put('/one', some)).rejects.toThrow('permission')
    await expect(put('/z', some)).rejects.toThrow('permission')
    await expect(put('/nobody')).rejects.toThrow('user name is empty')
    await expect(remove('/a/', '/d')).rejects.toThrow('permission')
    await expect(remove('/a/mine', undefined, { prev_kv: true })).rejects.toThrow('permission')
    // Both permissions together cover the interval.
    await remove('/a/z', '/bb')
    await put('/b/again', some)
    await expect(etcd.v3('/v3/kv/put', { key: b64('/a/leased'), value: b64('x'), lease }, some)).rejects.toThrow('permission')
    await expect(etcd.v3('/v3/lease/revoke', { ID: lease }, some)).rejects.toThrow('permission')
    const compare = [{ key: b64('/z'), target: 'VERSION', version: '0' }]
    await expect(
      etcd.v3('/v3/kv/txn', { compare, success: [{ request_put: { key: b64('/a/txn'), value: b64('x') } }] }, some),
    ).rejects.toThrow('permission')
    await etcd.v3('/v3/auth/role/revoke', { role: 'some', key: b64('/a/'), range_end: b64('/b') }, root)
    const renewed = await tokenOf('some', 's')
    await expect(put('/a/more', renewed)).rejects.toThrow('permission')
    await put('/b/more', renewed)
    await etcd.v3('/v3/auth/role/delete', { role: 'some' }, root)
    await expect(put('/b/gone', await tokenOf('some', 's'))).rejects.toThrow('permission')
    await put('/last', root)
    await etcd.kill()
    await putBack()
    const oracle = keep(await startEtcd([], { release, copyOf: etcd.member }))
    const { token } = await oracle.v3<{ token: string }>('/v3/auth/authenticate', { name: 'root', password: 'r' })
    const { records, log } = await compareWithEtcd(etcd.member, oracle, token)
    expect(log).toMatchObject({ applied: 20, uncertain: 0, missing: 0 })
    expect(records.auth).toMatchObject({
      enabled: true,
      users: [
        { name: 'root', roles: ['root'] },
        { name: 'some', roles: [] },
      ],
      roles: [{ name: 'root' }],
    })
    expect(records.auth.roles).toHaveLength(1)
  })
})

describe('a log that counts only in part', () => {
  it('a member that lost two others: what a majority had is shown, and the rest is reported', async () => {
    const members = await startThree(LAZY)
    for (const each of members) keep(each)
    for (let i = 0; i < 5; i++) await members[0].v3('/v3/kv/put', { key: b64(`/sure/${i}`), value: b64('x') })
    const statuses = await Promise.all(
      members.map((each) => each.v3<{ leader: string; header: { member_id: string } }>('/v3/maintenance/status', {})),
    )
    const leader = members[statuses.findIndex(({ leader, header }) => leader === header.member_id)] as LiveEtcd
    await Promise.all(members.filter((each) => each !== leader).map((each) => each.kill()))
    // Unacknowledged: a majority never had it.
    const unanswered = leader.v3('/v3/kv/put', { key: b64('/unsure'), value: b64('x') }).catch(() => null)
    await expect
      .poll(async () => {
        const { keyspace, close } = await openMember(leader.member)
        await close()
        return keyspace.log?.uncertain
      }, POLL)
      .toBe(1)
    await leader.kill()
    await unanswered
    const { keyspace, close } = await openMember(leader.member)
    expect(keyspace.records.members).toHaveLength(3)
    expect(keyspace.log).toMatchObject({ applied: 5, uncertain: 1, missing: 0 })
    expect(keyspace.findings.map(({ level, says }) => ({ level, code: says.code }))).toEqual([
      { level: 'info', code: 'log-applied' },
      { level: 'warning', code: 'log-uncertain' },
    ])
    expect(inEnglish(keyspace.findings[1]?.says)).toContain('that a majority of the members may not have committed')
    expect(
      (await keyspace.range({ key: Buffer.from('/'), end: Buffer.from('0') })).kvs.map(({ key }) => Buffer.from(key).toString()),
    ).toEqual([0, 1, 2, 3, 4].map((i) => `/sure/${i}`))
    await close()
  })

  it('a log after a gap, with an unknown kind of entry, or over a damaged database: nothing is guessed', async () => {
    const etcd = keep(await startEtcd(LAZY))
    for (let i = 0; i < 6; i++) await etcd.v3('/v3/kv/put', { key: b64(`/n/${i}`), value: b64('x') })
    await etcd.kill()
    const { log, keyspace, close } = await openMember(etcd.member)
    expect(keyspace.liveKeys).toBe(6)
    const outcome = async (tail: typeof log.reading.tail, whole = true) => {
      const read = await readMvcc(keyspace.bolt)
      const { log: facts, findings, liveKeys } = await applyLog(read.keyspace, { ...log, reading: { ...log.reading, tail } }, whole)
      return { ...facts, liveKeys, said: findings.map(({ level, says }) => `${level} ${says.code}: ${inEnglish(says)}`).join('\n') }
    }
    const { tail } = log.reading
    const puts = tail.filter(({ type, data }) => type === 0 && data.includes(0x22))
    expect(puts.length).toBeGreaterThanOrEqual(6)

    const hole = await outcome(tail.slice(2))
    expect(hole).toMatchObject({ applied: 0, missing: 6, liveKeys: 0, shownIndex: 0n })
    expect(hole.said).toMatch(
      /error log-missing: Not shown: 6 writes in the log, because the log begins at raft index 3, and the database has everything up to 0/,
    )

    // The fourth put from the end claims to be of kind 2000.
    const at = tail.length - 4
    const unknown = tail.map((entry, i) => (i === at ? { ...entry, data: Uint8Array.of(0x82, 0x7d, 0) } : entry))
    const stopped = await outcome(unknown)
    expect(stopped).toMatchObject({ applied: 2, missing: 4, liveKeys: 2 })
    expect(stopped.said).toContain('is of the unknown kind 2000')

    const damaged = await outcome(tail, false)
    expect(damaged).toMatchObject({ applied: 0, missing: 6, liveKeys: 0 })
    expect(damaged.said).toContain('the database is damaged')

    // An entry of any bytes is applied, rejected or reported as unknown.
    const flip = fc.record({ entry: fc.nat(), at: fc.nat(), to: fc.nat(255) })
    await fc.assert(
      fc.asyncProperty(fc.array(flip, { minLength: 1, maxLength: 6 }), async (flips) => {
        const flipped = tail.map((entry) => ({ ...entry, data: entry.data.slice() }))
        for (const { entry, at, to } of flips) {
          const { data } = flipped[entry % flipped.length] as { data: Uint8Array }
          if (data.length > 0) data[at % data.length] = to
        }
        expect((await outcome(flipped)).liveKeys).toBeLessThanOrEqual(6)
      }),
      { numRuns: 150 },
    )
    await close()
  })

  it('data after a length of zero: etcd ends its log there, and so do we', async () => {
    const etcd = keep(await startEtcd(LAZY))
    for (let i = 0; i < 6; i++) await etcd.v3('/v3/kv/put', { key: b64(`/n/${i}`), value: b64('x'.repeat(100)) })
    await etcd.kill()
    const [segment] = await readdir(join(etcd.member, 'wal')).then((names) => names.filter((name) => name.endsWith('.wal')))
    const path = join(etcd.member, 'wal', segment as string)
    const bytes = await readFile(path)
    const key = bytes.indexOf('/n/4')
    // The length of the record before the key: a multiple of eight with flags in the top byte.
    let offset = key - (key % 8)
    while (!(bytes[offset] !== 0 && bytes.readUInt32LE(offset) < 400 && bytes.readUInt16LE(offset + 4) === 0)) offset -= 8
    bytes.fill(0, offset, offset + 8)
    await writeFile(path, bytes)
    const oracle = keep(await startEtcd([], { copyOf: etcd.member }))
    const { liveKeys } = await compareWithEtcd(etcd.member, oracle)
    expect(liveKeys).toBe(4)
    expect(bytes.includes('/n/5')).toBe(true)
    expect((await readFile(join(oracle.member, 'wal', segment as string))).includes('/n/5')).toBe(false)
    const { log, close } = await openMember(etcd.member)
    await close()
    expect(log.findings).toEqual([
      expect.objectContaining({
        level: 'error',
        says: { code: 'log-data-after-end', params: { segment, offset: String(offset), at: String(offset + 8) } },
      }),
    ])
  })
})
