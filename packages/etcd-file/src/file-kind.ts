// Recognises a given path as a snapshot, database, v2 snapshot or member directory, by sizes, first bytes and names.
import { FOREIGN_HEAD_BYTES, foreignFile } from './foreign-file.ts'
import { wireFields } from './protobuf-fields.ts'

/** `snapshot`: a bbolt database with etcdctl's trailer. `database`: one without. `v2-snapshot`: a `.snap`. */
export type FileKind = 'snapshot' | 'database' | 'v2-snapshot'

/** Number of first bytes needed by `classify`; fewer if the file is shorter. */
export const HEAD_BYTES = FOREIGN_HEAD_BYTES

/**
 * The kind of a file, from its size in bytes and its first bytes; null with a reason if Registree cannot open it. A database whose first page is lost
 * looks like noise here: `assumeDatabase` says that its name or place identifies it.
 */
export function classify(
  size: number,
  head: Uint8Array,
  assumeDatabase = false,
): { kind: FileKind; reason: null } | { kind: null; reason: string } {
  if (size === 0) return { kind: null, reason: 'the file is empty' }
  if (head.length >= 20 && (hasMagic(head, [0xed, 0xda, 0x0c, 0xed]) || hasMagic(head, [0xed, 0x0c, 0xda, 0xed]))) return database(size)
  if (isV2Snapshot(size, head)) return { kind: 'v2-snapshot', reason: null }
  if (isWalSegment(head))
    return { kind: null, reason: "the file is a segment of etcd's log (WAL): give the data directory that it belongs to" }
  const foreign = foreignFile(head)
  if (foreign !== null) return { kind: null, reason: foreign }
  if (assumeDatabase) return database(size)
  return { kind: null, reason: 'the file is neither an etcd database nor a v2 snapshot: their first bytes look different' }
}

function database(size: number): { kind: FileKind; reason: null } {
  return { kind: size % 512 === 32 ? 'snapshot' : 'database', reason: null }
}

function hasMagic(head: Uint8Array, magic: number[]): boolean {
  return magic.every((byte, i) => head[16 + i] === byte)
}

/** snappb.Snapshot is a crc (field 1, varint) followed by data (field 2) to the end of the file. */
function isV2Snapshot(size: number, head: Uint8Array): boolean {
  if (head[0] !== 0x08) return false
  let position = 1
  while (position < 6 && (head[position] ?? 0) >= 0x80) position++
  position++
  if (head[position++] !== 0x12) return false
  let length = 0
  for (let scale = 1; scale < 2 ** 42; scale *= 128) {
    const byte = head[position++]
    if (byte === undefined) return false
    length += (byte & 0x7f) * scale
    if (byte < 0x80) return position + length === size || (size <= head.length && wireFields(head.subarray(0, size)) !== null)
  }
  return false
}

/** Every segment begins with a record of type 4 with the checksum of the previous segment. */
function isWalSegment(head: Uint8Array): boolean {
  const length = head[0] ?? 0
  return (
    length > 0 &&
    length <= 16 &&
    head.subarray(1, 7).every((byte) => byte === 0) &&
    head[8] === 0x08 &&
    head[9] === 0x04 &&
    head[10] === 0x10
  )
}

/**
 * The kind of a directory, by the names in it: a data directory contains `member`, that contains `snap` and `wal`, `snap` contains `db` and `*.snap`.
 */
export type DirectoryKind = 'data-directory' | 'member' | 'snap'

/** The kind of a directory, or null. For a `snap` directory the WAL is beside it, in `../wal`. */
export function classifyDirectory(names: readonly string[]): DirectoryKind | null {
  if (names.includes('member')) return 'data-directory'
  if (names.includes('snap') || names.includes('wal')) return 'member'
  if (names.includes('db') || snapFiles(names).length > 0) return 'snap'
  return null
}

const SNAP = /^[0-9a-f]{16}-[0-9a-f]{16}\.snap$/
const WAL = /^[0-9a-f]{16}-[0-9a-f]{16}\.wal$/

/** The v2 snapshots in a `snap` directory, newest first (names are term and index in fixed width). Rejected ones (`.broken`) are omitted. */
export function snapFiles(names: readonly string[]): string[] {
  return names
    .filter((name) => SNAP.test(name))
    .sort()
    .reverse()
}

/** The raft indices of the v2 snapshots in a `snap` directory, newest first, by their names. */
export function snapIndices(names: readonly string[]): bigint[] {
  return snapFiles(names).map((name) => BigInt(`0x${name.slice(17, 33)}`))
}

/** The file name of a database that a leader sent with a snapshot of this raft index, and that has not replaced `db` yet. */
export function snapDatabaseName(index: bigint): string {
  return `${index.toString(16).padStart(16, '0')}.snap.db`
}

/** The WAL segments in a `wal` directory, in order. Spare files (`.tmp`) and repair copies (`.broken`) are omitted. */
export function walFiles(names: readonly string[]): string[] {
  return names.filter((name) => WAL.test(name)).sort()
}

/** The consecutive segments up to the newest; those before a gap cannot be replayed. */
export function contiguousWal(names: readonly string[]): string[] {
  const sorted = walFiles(names)
  let first = sorted.length - 1
  while (first > 0 && walSequence(sorted[first] as string) === walSequence(sorted[first - 1] as string) + 1n) first--
  return sorted.slice(Math.max(0, first))
}

function walSequence(name: string): bigint {
  return BigInt(`0x${name.slice(0, 16)}`)
}

/** Whether a name belongs to an unfinished download of `etcdctl snapshot save`. */
export function isPartialSnapshot(name: string): boolean {
  return name.endsWith('.part')
}
