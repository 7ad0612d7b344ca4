// Checks that files and directories are recognised by what they hold, not by what they are called.
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

it('says why it does not know a file', () => {
  expect(classify(0, new Uint8Array()).reason).toContain('empty')
  expect(classify(100, Buffer.from([0x1f, 0x8b, 8])).reason).toContain('gzip')
  expect(classify(100, Buffer.from('hello')).reason).toContain('neither')
  expect(classify(8192, new Uint8Array(64), true).kind).toBe('database')
})

it('knows the directories of a member', () => {
  expect(classifyDirectory(['member'])).toBe('data-directory')
  expect(classifyDirectory(['snap', 'wal'])).toBe('member')
  expect(classifyDirectory(['db', '0000000000000002-0000000000000fa2.snap'])).toBe('snap')
  expect(classifyDirectory(['etc', 'home'])).toBeNull()
})

it('orders snapshots and segments, and leaves out what etcd leaves out', () => {
  const a = '0000000000000002-00000000000007d1.snap'
  const b = '0000000000000002-0000000000000fa2.snap'
  expect(snapFiles([a, 'db', `${b}.broken`, b, 'tmp.snap'])).toEqual([b, a])
  const wal = (sequence: number) => `${sequence.toString(16).padStart(16, '0')}-0000000000000000.wal`
  expect(contiguousWal([wal(11), wal(7), '0.tmp', wal(10), wal(8)])).toEqual([wal(10), wal(11)])
  expect(contiguousWal([])).toEqual([])
})
