// Damages databases in every possible way: intact parts are still shown, damage is reported, and nothing hangs.
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type LiveEtcd, startEtcd } from '../testdata/live-etcd.ts'
import { openBolt } from './bolt.ts'
import { fnv1a64 } from './bolt-meta.ts'
import { crcHash } from './crc-hash.ts'
import { CompactedError, EtcdFileError, FutureRevisionError } from './errors.ts'
import { openMvcc } from './open-mvcc.ts'
import { bytesAccess, type RandomAccess } from './random-access.ts'
import { inEnglish } from './testing/in-english.ts'
import { verifyTrailer } from './trailer.ts'

const ALL = Uint8Array.of(0)
const PAGE = 4096

/** Opens and reads everything; only the documented errors may be thrown. */
async function readAll(file: RandomAccess) {
  const keyspace = await openMvcc(await openBolt(file))
  const answer = await keyspace.range({ key: ALL, end: ALL }).catch((error: unknown) => {
    if (error instanceof EtcdFileError || error instanceof CompactedError || error instanceof FutureRevisionError) return null
    throw error
  })
  for await (const _ of keyspace.leases());
  await keyspace.lease(7n)
  await crcHash(keyspace.bolt).catch((error: unknown) => {
    if (!(error instanceof EtcdFileError)) throw error
  })
  return { keyspace, answer }
}

async function outcome(file: RandomAccess): Promise<'refused' | 'found' | 'clean'> {
  try {
    return (await readAll(file)).keyspace.findings.length > 0 ? 'found' : 'clean'
  } catch (error) {
    if (error instanceof EtcdFileError) return 'refused'
    throw error
  }
}

describe('a damaged database', () => {
  let etcd: LiveEtcd
  let snapshot: Uint8Array
  let database: Uint8Array
  beforeAll(async () => {
    etcd = await startEtcd()
    for (let i = 0; i < 300; i++) {
      const key = Buffer.from(`/registry/events/default/event-${i % 150}`).toString('base64')
      await etcd.v3('/v3/kv/put', { key, value: Buffer.alloc(i === 77 ? 20_000 : 100, i).toString('base64') })
    }
    // One more transaction, so that the two meta pages of the member's own file describe different trees.
    await new Promise((resolve) => setTimeout(resolve, 400))
    await etcd.v3('/v3/kv/put', { key: Buffer.from('/last').toString('base64'), value: 'eA==' })
    await new Promise((resolve) => setTimeout(resolve, 400))
    await etcd.snapshot(join(etcd.directory, 'snapshot.db'))
    // Before etcd stops: it ends with an empty transaction, after which both pages describe the same tree.
    database = new Uint8Array(await readFile(join(etcd.member, 'snap/db')))
    await etcd.stop()
    snapshot = new Uint8Array(await readFile(join(etcd.directory, 'snapshot.db')))
  })
  afterAll(() => etcd?.dispose())

  const view = (bytes: Uint8Array) => new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  const metaOf = (bytes: Uint8Array, page: number) => ({
    root: Number(view(bytes).getBigUint64(page * PAGE + 32, true)),
    pgid: Number(view(bytes).getBigUint64(page * PAGE + 56, true)),
    txid: view(bytes).getBigUint64(page * PAGE + 64, true),
  })
  const seal = (bytes: Uint8Array, page: number) => {
    const start = page * PAGE + 16
    view(bytes).setBigUint64(start + 56, fnv1a64(bytes.subarray(start, start + 56)), true)
  }
  /** The root of the bucket `key` and the pages below it: a tree of two levels here. */
  const keyPages = async (bytes: Uint8Array) => {
    const root = (await openBolt(bytesAccess(bytes))).bucket('key')?.root ?? 0
    const at = root * PAGE
    expect(view(bytes).getUint16(at + 8, true)).toBe(1)
    const leaves = Array.from({ length: view(bytes).getUint16(at + 10, true) }, (_, i) =>
      Number(view(bytes).getBigUint64(at + 16 + 16 * i + 8, true)),
    )
    return { root, leaves }
  }
  const errors = async (bytes: Uint8Array) =>
    (await readAll(bytesAccess(bytes))).keyspace.findings.filter((finding) => finding.level === 'error')

  it('is intact before it is damaged', async () => {
    const { keyspace, answer } = await readAll(bytesAccess(snapshot))
    expect(keyspace.findings).toEqual([])
    expect(answer?.count).toBe(151)
    expect(await verifyTrailer(bytesAccess(snapshot))).toBe('verified')
  })

  it('is refused, or shown with findings, wherever it is truncated', async () => {
    const cuts = [
      0,
      1,
      15,
      16,
      79,
      80,
      2047,
      4095,
      4096,
      4200,
      8191,
      8192,
      snapshot.length >> 1,
      snapshot.length - PAGE - 32,
      snapshot.length - 33,
    ]
    for (const cut of cuts) {
      const file = bytesAccess(snapshot.slice(0, cut))
      expect({ cut, outcome: await outcome(file) }).toEqual({ cut, outcome: cut < 80 || cut < 2048 ? 'refused' : 'found' })
    }
    expect(await verifyTrailer(bytesAccess(snapshot.slice(0, -1)))).toBe('truncated')
    expect(await verifyTrailer(bytesAccess(snapshot.slice(0, -32)))).toBe('absent')
    const half = await readAll(bytesAccess(snapshot.slice(0, snapshot.length >> 1)))
    expect(inEnglish(half.keyspace.findings[0]?.says)).toContain('cut short')
  })

  it('shows the content of the remaining pages if the tree above them is gone', async () => {
    const whole = await openMvcc(await openBolt(bytesAccess(snapshot)))
    const lost = snapshot.slice()
    // Both lists of buckets, which nothing else points to.
    for (const page of [0, 1]) lost.fill(0xff, metaOf(snapshot, page).root * PAGE, (metaOf(snapshot, page).root + 1) * PAGE)
    const found = await readAll(bytesAccess(lost))
    const shown = (answer: Awaited<ReturnType<typeof whole.range>> | null) =>
      answer?.kvs.map(({ key, value, modRevision }) => [Buffer.from(key).toString(), Buffer.from(value).toString('hex'), modRevision])
    expect(shown(found.answer)).toEqual(shown(await whole.range({ key: ALL, end: ALL })))
    expect(found.keyspace.currentRevision).toBe(whole.currentRevision)
    expect(found.keyspace.findings.map(({ says }) => inEnglish(says)).join(' ')).toMatch(
      /changes were found on \d+ pages that are still there/,
    )
    // A file truncated after half of them shows a part, each as of some revision.
    const answers = await Promise.all(
      [0.9, 0.6, 0.4].map(async (share) => (await readAll(bytesAccess(lost.slice(0, Math.floor(lost.length * share))))).answer),
    )
    const counts = answers.map((answer) => answer?.count ?? 0)
    expect(counts[0]).toBeGreaterThan(0)
    expect(counts).toEqual(counts.toSorted((a, b) => b - a))
    for (const kv of answers.flatMap((answer) => answer?.kvs ?? [])) {
      const then = await whole.range({ key: kv.key, end: null, revision: kv.modRevision })
      expect(then.kvs[0]).toEqual(kv)
    }
  })

  it('does not match its sha256 after any change, but still opens', async () => {
    const bytes = snapshot.slice()
    const value = Buffer.from(bytes).indexOf(Buffer.alloc(100, 5))
    bytes[value + 50] = 6
    expect(await verifyTrailer(bytesAccess(bytes))).toBe('mismatch')
    expect((await readAll(bytesAccess(bytes))).answer?.count).toBe(151)
  })

  it('stops verifying when aborted', async () => {
    const stop = new AbortController()
    const long = bytesAccess(new Uint8Array(3 * 1024 * 1024 + 32))
    await expect(verifyTrailer(long, stop.signal, () => stop.abort(new Error('enough')))).rejects.toThrow('enough')
    await expect(openMvcc(await openBolt(bytesAccess(snapshot)), { signal: stop.signal })).rejects.toThrow('enough')
  })

  it('opens by either meta page', async () => {
    for (const page of [0, 1]) {
      const bytes = snapshot.slice()
      bytes[page * PAGE + 16 + 30] = 0x55
      const { keyspace, answer } = await readAll(bytesAccess(bytes))
      expect(answer?.count).toBe(151)
      expect(keyspace.findings).toMatchObject([
        {
          level: 'warning',
          where: `meta page ${page}`,
          says: { code: 'meta-page-unusable', params: { page, why: { code: 'checksum-wrong', params: {} } } },
        },
      ])
    }
    const neither = snapshot.slice()
    neither[16 + 30] = 0x55
    neither[PAGE + 16 + 30] = 0x55
    await expect(openBolt(bytesAccess(neither))).rejects.toMatchObject({ says: { code: 'file-without-meta' } })
  })

  it('goes back one transaction if the last one is broken', async () => {
    const [a, b] = [metaOf(database, 0), metaOf(database, 1)]
    expect(a.root).not.toBe(b.root)
    const newer = a.txid > b.txid ? a : b
    const bytes = database.slice()
    bytes.fill(0, newer.root * PAGE, (newer.root + 1) * PAGE)
    const { keyspace, answer } = await readAll(bytesAccess(bytes))
    expect(keyspace.bolt.meta.txid).toBe(newer.txid - 1n)
    expect(keyspace.findings.some((finding) => inEnglish(finding.says).includes('the one before it'))).toBe(true)
    expect(answer?.count).toBeGreaterThan(100)
  })

  it('goes back one transaction if a page deep in the last one is broken', async () => {
    const [a, b] = [metaOf(database, 0), metaOf(database, 1)]
    const older = a.txid > b.txid ? b : a
    const open = async (bytes: Uint8Array) => readAll(bytesAccess(bytes))
    let wentBack = 0
    for (const page of (await keyPages(database)).leaves) {
      const bytes = database.slice()
      bytes[page * PAGE + 8] = 0x77
      const { keyspace } = await open(bytes)
      if (keyspace.bolt.meta.txid === older.txid) {
        wentBack++
        expect(keyspace.findings.some((finding) => inEnglish(finding.says).includes('the one before it'))).toBe(true)
      }
    }
    expect(wentBack).toBeGreaterThan(0)
  })

  it('shows all other pages if one leaf of the keys is broken in any way', async () => {
    const leaf = (await keyPages(snapshot)).leaves[3] as number
    const at = leaf * PAGE
    const damage: [string, (bytes: Uint8Array) => void][] = [
      [`says it is page ${leaf + 1}`, (bytes) => view(bytes).setBigUint64(at, BigInt(leaf + 1), true)],
      ['is a meta page', (bytes) => view(bytes).setUint16(at + 8, 4, true)],
      ['is of unknown kind', (bytes) => view(bytes).setUint16(at + 8, 3, true)],
      ['more than fit', (bytes) => view(bytes).setUint16(at + 10, 0xffff, true)],
      ['runs past the end', (bytes) => view(bytes).setUint32(at + 12, 0xffffffff, true)],
      ['empty key', (bytes) => view(bytes).setUint32(at + 16 + 8, 0, true)],
      ['outside of itself', (bytes) => view(bytes).setUint32(at + 16 + 12, 0x7fffffff, true)],
      ['out of order', (bytes) => bytes.set(bytes.slice(at + 16, at + 32), at + 32)],
    ]
    for (const [message, change] of damage) {
      const bytes = snapshot.slice()
      change(bytes)
      if (message === 'out of order') view(bytes).setUint32(at + 32 + 4, view(bytes).getUint32(at + 16 + 4, true) - 16, true)
      const found = await errors(bytes)
      expect(found.map((finding) => inEnglish(finding.says)).join('\n')).toContain(message)
      expect(found[0]?.where).toBe('bucket key')
      const { answer, keyspace } = await readAll(bytesAccess(bytes))
      expect(answer?.count).toBeGreaterThan(50)
      expect(keyspace.records.members).toHaveLength(1)
    }
  })

  it('is not caught in a cycle, nor by a page with two parents', async () => {
    const branch = (await keyPages(snapshot)).root
    const at = branch * PAGE
    const itself = snapshot.slice()
    view(itself).setBigUint64(at + 16 + 8, BigInt(branch), true)
    expect((await errors(itself)).map((finding) => inEnglish(finding.says)).join('\n')).toContain('is used twice')
    const twice = snapshot.slice()
    view(twice).setBigUint64(at + 32 + 8, view(twice).getBigUint64(at + 16 + 8, true), true)
    expect((await errors(twice)).map((finding) => inEnglish(finding.says)).join('\n')).toMatch(/is used twice/)
    const outside = snapshot.slice()
    view(outside).setBigUint64(at + 16 + 8, 0xffff_ffff_ffffn, true)
    expect((await errors(outside)).map((finding) => inEnglish(finding.says)).join('\n')).toContain('is not one of the database’s')
  })

  it('does not trust a meta page that claims more than there is', async () => {
    for (const pgid of [3n, 1_000_000n, 2n ** 40n, 2n ** 63n]) {
      const bytes = snapshot.slice()
      for (const page of [0, 1]) {
        view(bytes).setBigUint64(page * PAGE + 56, pgid, true)
        seal(bytes, page)
      }
      expect(['refused', 'found']).toContain(await outcome(bytesAccess(bytes)))
    }
  })

  it('reports unreadable sectors, and shows the rest', async () => {
    const bad = (await keyPages(snapshot)).leaves[4] as number
    const inner = bytesAccess(snapshot)
    const file: RandomAccess = {
      size: inner.size,
      async read(offset, length) {
        if (offset < (bad + 1) * PAGE && offset + length > bad * PAGE) throw new Error('EIO: i/o error, read')
        return inner.read(offset, length)
      },
    }
    const keyspace = await openMvcc(await openBolt(file))
    expect(keyspace.findings.map((finding) => inEnglish(finding.says)).join('\n')).toContain('EIO')
    expect(keyspace.liveKeys).toBeGreaterThan(50)
  })

  it('notices a file that changes under it', async () => {
    const bytes = snapshot.slice()
    const keyspace = await openMvcc(await openBolt(bytesAccess(bytes)))
    bytes.fill(0, 2 * PAGE)
    await expect(keyspace.range({ key: ALL, end: ALL })).rejects.toMatchObject({ says: { code: 'file-is-changed' } })
  })

  it('survives any flipped bytes', async () => {
    const flip = fc.record({ at: fc.nat(snapshot.length - 1), to: fc.nat(255) })
    await fc.assert(
      fc.asyncProperty(fc.array(flip, { minLength: 1, maxLength: 12 }), fc.boolean(), async (flips, resealed) => {
        const bytes = snapshot.slice()
        for (const { at, to } of flips) bytes[at] = to
        if (resealed) for (const page of [0, 1]) seal(bytes, page)
        await outcome(bytesAccess(bytes))
      }),
      { numRuns: 400 },
    )
  })

  it('survives flipped bytes in the headers, where they do most harm', async () => {
    const { root, leaves } = await keyPages(snapshot)
    const pages = [0, 1, metaOf(snapshot, 0).root, root, ...leaves]
    const flip = fc.record({ page: fc.constantFrom(...pages), at: fc.nat(120), to: fc.nat(255) })
    await fc.assert(
      fc.asyncProperty(fc.array(flip, { minLength: 1, maxLength: 6 }), async (flips) => {
        const bytes = snapshot.slice()
        for (const { page, at, to } of flips) bytes[page * PAGE + at] = to
        for (const page of [0, 1]) seal(bytes, page)
        await outcome(bytesAccess(bytes))
      }),
      { numRuns: 600 },
    )
  })
})
