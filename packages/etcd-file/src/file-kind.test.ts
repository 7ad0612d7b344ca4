// Files and directories are recognised by their content, not their names.
import { readFile } from 'node:fs/promises'
import { expect, it } from 'vitest'
import { classify, classifyDirectory, contiguousWal, HEAD_BYTES, snapFiles } from './file-kind.ts'

const demo = new URL('../../../demo/cluster/member/', import.meta.url)

it('knows a database, a snapshot and a v2 snapshot', async () => {
  const db = await readFile(new URL('snap/db', demo))
  const head = db.subarray(0, HEAD_BYTES)
  expect(classify(db.length, head).kind).toBe('database')
  expect(classify(db.length + 32, head).kind).toBe('snapshot')
  const snap = await readFile(new URL('snap/0000000000000002-0000000000000fa2.snap', demo))
  expect(classify(snap.length, snap.subarray(0, HEAD_BYTES)).kind).toBe('v2-snapshot')
  expect(classify(snap.length - 1, snap.subarray(0, HEAD_BYTES)).kind).toBeNull()
})

it('says why it does not recognise a file', () => {
  expect(classify(0, new Uint8Array()).reason).toContain('empty')
  expect(classify(100, Buffer.from([0x9c, 0x01, 0xff])).reason).toContain('neither')
  expect(classify(8192, new Uint8Array(64), true).kind).toBe('database')
})

const tarHeader = (ustar: boolean) => {
  const head = Buffer.alloc(512)
  head.write('snapshot.db')
  head.write('0000644\0', 100)
  head.write('00000001000\0', 124)
  if (ustar) head.write('ustar', 257)
  head.write('        ', 148)
  const sum = head.reduce((total, byte) => total + byte, 0)
  head.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148)
  return head
}

it.each([
  [[0x1f, 0x8b, 8], 'compressed with gzip: unpack it first'],
  ['PK\x03\x04\x14', 'a zip archive: unpack it first'],
  ['PK\x05\x06', 'an empty zip archive'],
  [[0xfd, 0x37, 0x7a, 0x58, 0x5a, 0], 'compressed with xz: unpack it first'],
  [[0x28, 0xb5, 0x2f, 0xfd, 4], 'compressed with zstd: unpack it first'],
  [[0x5a, 0x2a, 0x4d, 0x18, 4], 'compressed with zstd or lz4: unpack it first'],
  ['BZh91AY&SY', 'compressed with bzip2: unpack it first'],
  [[0x04, 0x22, 0x4d, 0x18], 'compressed with lz4: unpack it first'],
  [tarHeader(true), 'a tar archive: unpack it first'],
  [tarHeader(false), 'a tar archive: unpack it first'],
  ['SQLite format 3\0', 'an SQLite database: k3s keeps its objects in one when it runs without etcd'],
  ['\x7fELF\x02', 'a program'],
  ['Salted__abc', 'encrypted with openssl: decrypt it first'],
  ['-----BEGIN CERTIFICATE-----\n', 'a PEM file'],
  ['{"kvs":[]}', 'JSON text'],
  ['apiVersion: v1\nkind: List\n', 'YAML text'],
  ['<!DOCTYPE html>\n<html>', 'a web page'],
  ['hello', 'text'],
  [[4, 0, 0, 0, 0, 0, 0, 0x84, 0x08, 4, 0x10, 0, 0, 0, 0, 0], "a segment of etcd's log (WAL): give the data directory"],
] as const)('names a file that is something else: %#', (bytes, said) => {
  const head = typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : Buffer.from(bytes)
  // The name of a database does not make it one.
  for (const named of [false, true]) {
    const { kind, reason } = classify(Math.max(8192, head.length), head, named)
    expect([kind, reason]).toEqual([null, expect.stringContaining(said)])
  }
})

it('knows the directories of a member', () => {
  expect(classifyDirectory(['member'])).toBe('data-directory')
  expect(classifyDirectory(['snap', 'wal'])).toBe('member')
  expect(classifyDirectory(['db', '0000000000000002-0000000000000fa2.snap'])).toBe('snap')
  expect(classifyDirectory(['etc', 'home'])).toBeNull()
})

it('orders snapshots and segments, and omits those that etcd ignores', () => {
  const a = '0000000000000002-00000000000007d1.snap'
  const b = '0000000000000002-0000000000000fa2.snap'
  expect(snapFiles([a, 'db', `${b}.broken`, b, 'tmp.snap'])).toEqual([b, a])
  const wal = (sequence: number) => `${sequence.toString(16).padStart(16, '0')}-0000000000000000.wal`
  expect(contiguousWal([wal(11), wal(7), '0.tmp', wal(10), wal(8)])).toEqual([wal(10), wal(11)])
  expect(contiguousWal([])).toEqual([])
})
