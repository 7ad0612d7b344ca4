// Values read where they lie are those of a Range, of the file and of its log.
import { closeSync, openSync, readFileSync, readSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openMember } from '../testdata/open-member.ts'
import { RELEASES, unpackRelease } from '../testdata/releases.ts'
import { openBolt } from './bolt.ts'
import { FileChangedError } from './errors.ts'
import type { MvccKeyspace } from './mvcc.ts'
import { openMvcc } from './open-mvcc.ts'
import { bytesAccess } from './random-access.ts'
import { readPlaces } from './stored-value.ts'

const ALL = Uint8Array.of(0)
const database = fileURLToPath(new URL('../../../demo/cluster/member/snap/db', import.meta.url))

type Row = { key: string; numbers: bigint[]; value: string }
const row = (key: Uint8Array, numbers: Iterable<bigint>, value: Uint8Array): Row => ({
  key: Buffer.from(key).toString('latin1'),
  numbers: [...numbers],
  value: Buffer.from(value).toString('latin1'),
})

function placed(keyspace: MvccKeyspace, request: Parameters<MvccKeyspace['places']>[0], read: (at: number, target: Uint8Array) => void) {
  const rows: Row[] = []
  for (const places of keyspace.places(request)) {
    const { count, keys, sizes, numbers } = places
    let size = 0
    for (let i = 0; i < count; i++) size += sizes[2 * i + 1] as number
    expect(count).toBeLessThanOrEqual(request.pageSize)
    if (count > 1) expect(size).toBeLessThanOrEqual(request.pageBytes)
    // Memory that was used before.
    const values = new Uint8Array(size).fill(0x2a)
    readPlaces(places, read, values)
    let [keyAt, valueAt] = [0, 0]
    for (let i = 0; i < count; i++) {
      const [keyEnd, valueEnd] = [keyAt + (sizes[2 * i] as number), valueAt + (sizes[2 * i + 1] as number)]
      rows.push(row(keys.subarray(keyAt, keyEnd), numbers.subarray(4 * i, 4 * i + 4), values.subarray(valueAt, valueEnd)))
      ;[keyAt, valueAt] = [keyEnd, valueEnd]
    }
  }
  return rows
}

async function ranged(keyspace: MvccKeyspace, request: { key: Uint8Array; end: Uint8Array | null; revision: bigint }) {
  const { kvs } = await keyspace.range(request)
  return kvs.map((kv) => row(kv.key, [kv.createRevision, kv.modRevision, kv.version, kv.lease], kv.value))
}

describe('the demo', () => {
  let keyspace: MvccKeyspace
  let file: number
  beforeAll(async () => {
    keyspace = await openMvcc(await openBolt(bytesAccess(await readFile(database))))
    file = openSync(database, 'r')
  })
  afterAll(() => closeSync(file))
  const read = (at: number, target: Uint8Array) => expect(readSync(file, target, 0, target.length, at)).toBe(target.length)

  it('reads what a Range reads, whatever the interval, the revision and the pages', async () => {
    const keys = (await keyspace.range({ key: ALL, end: ALL, keysOnly: true })).kvs.map(({ key }) => key)
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(ALL, ...keys),
        fc.constantFrom(null, ALL, ...keys),
        fc.bigInt({ min: 0n, max: keyspace.currentRevision }),
        fc.integer({ min: 1, max: 600 }),
        fc.integer({ min: 1, max: 300_000 }),
        async (key, end, revision, pageSize, pageBytes) => {
          const found = placed(keyspace, { key, end, revision, pageSize, pageBytes }, read)
          expect(found).toEqual(await ranged(keyspace, { key, end, revision }))
        },
      ),
    )
  })

  it('ends a page after passing many keys that did not exist, so that the reader can stop', () => {
    const request = { key: ALL, end: ALL, revision: keyspace.compactedRevision + 1n, pageSize: 500, pageBytes: 1e6 }
    const all = new Set([...keyspace.changes({ key: ALL, end: ALL })].map(({ key }) => Buffer.from(key).toString('latin1'))).size
    const pages = [...keyspace.places({ ...request, mostPassed: 3 })]
    expect(pages.length).toBeGreaterThanOrEqual(Math.floor(all / 3))
    expect(pages.filter(({ count }) => count === 0).length).toBeGreaterThan(0)
    expect(Math.max(...pages.map(({ count }) => count))).toBeLessThanOrEqual(3)
    expect(placed(keyspace, { ...request, mostPassed: 3 }, read)).toEqual(placed(keyspace, request, read))
  })

  it('tells that the file has changed', () => {
    const [places] = keyspace.places({ key: Buffer.from('/registry/pods/'), end: ALL, pageSize: 5, pageBytes: 1e6 })
    if (places === undefined) throw new Error('there are no pods')
    const size = places.sizes.reduce((sum, one, i) => sum + (i % 2 === 1 ? one : 0), 0)
    const bytes = readFileSync(database)
    const from = (change: (target: Uint8Array) => void) => (at: number, target: Uint8Array) => {
      target.set(bytes.subarray(at, at + target.length))
      change(target)
    }
    expect(() =>
      readPlaces(
        places,
        from(() => {}),
        new Uint8Array(size),
      ),
    ).not.toThrow()
    expect(() =>
      readPlaces(
        places,
        from((target) => target.fill(0)),
        new Uint8Array(size),
      ),
    ).toThrow(FileChangedError)
    const { numbers } = places
    const other = { ...places, numbers: numbers.map((one, i) => (i === 1 ? one + 1n : one)) as typeof numbers }
    expect(() =>
      readPlaces(
        other,
        from(() => {}),
        new Uint8Array(size),
      ),
    ).toThrow(FileChangedError)
  })
})

describe.each(RELEASES)('a member of %s with writes that are in its log alone', (release) => {
  let files: ReturnType<typeof unpackRelease>
  beforeAll(() => {
    files = unpackRelease(release)
  })
  afterAll(() => files.remove())

  it('reads both', async () => {
    const member = files.path('killed/member')
    const { keyspace, close } = await openMember(member)
    const bytes = readFileSync(`${member}/snap/db`)
    const request = { key: ALL, end: ALL, revision: 0n }
    const found = placed(keyspace, { ...request, pageSize: 7, pageBytes: 10_000 }, (at, target) =>
      target.set(bytes.subarray(at, at + target.length)),
    )
    expect(found).toEqual(await ranged(keyspace, request))
    await close()
  })
})
