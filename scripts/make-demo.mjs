// Makes demo/cluster, the data directory that `npm start` opens by default, from the captured cluster in ../shared/fixtures.
//
//   node scripts/make-demo.mjs
//
// v3: after.db without etcdctl's sha256 trailer, which is then a member's `db` as etcd itself keeps it.
// v2: the newest .snap of datadir-infra1.tgz, and its log after that snapshot, rewritten small:
//     - segments are 64 MB of mostly zeros: only the records are written;
//     - requests to v3 become empty entries, as a new leader writes them: the log is of a later moment than after.db, and
//       a replay must not add to v3 what the database does not show (nor carry the values of Secrets along a second time);
//     - only the last of the thousands of raft states is kept.
// Raft indices, terms, ids and every v2 request stay as they were, so that both etcd and Registree can replay it.
import { createHash } from 'node:crypto'
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gunzipSync } from 'node:zlib'

const root = fileURLToPath(new URL('..', import.meta.url))
const fixtures = join(root, '../shared/fixtures/kube-1.20')
const member = join(root, 'demo/cluster/member')

const archive = unpack(gunzipSync(await readFile(join(fixtures, 'datadir-infra1.tgz'))))
const snapName = [...archive.keys()]
  .filter((name) => name.endsWith('.snap'))
  .sort()
  .at(-1)
const walName = [...archive.keys()].filter((name) => name.endsWith('.wal')).at(-1)
if (!snapName || !walName) throw new Error('datadir-infra1.tgz holds no .snap or no .wal')
const snapshotIndex = BigInt(`0x${snapName.slice(-21, -5)}`)

await rm(member, { recursive: true, force: true })
await write('snap/db', withoutTrailer(await readFile(join(fixtures, 'after.db'))))
await write(`snap/${snapName.split('/').at(-1)}`, archive.get(snapName))
const wal = shortened(archive.get(walName), snapshotIndex)
// etcd looks for the last segment whose index in the name is not after the snapshot's.
await write(`wal/0000000000000001-${snapshotIndex.toString(16).padStart(16, '0')}.wal`, wal)

async function write(path, bytes) {
  const target = join(member, path)
  await mkdir(dirname(target), { recursive: true })
  await writeFile(target, bytes)
  console.log(`${String(bytes.length).padStart(9)} bytes  demo/cluster/member/${path}`)
}

/** The files of a tar archive by name (https://www.gnu.org/software/tar/manual/html_node/Standard.html). */
function unpack(tar) {
  const files = new Map()
  for (let at = 0; at + 512 <= tar.length && tar[at] !== 0; ) {
    const name = tar.toString('utf8', at, at + 100).replace(/\0.*$/s, '')
    const size = Number.parseInt(tar.toString('latin1', at + 124, at + 136), 8)
    files.set(name, tar.subarray(at + 512, at + 512 + size))
    at += 512 + Math.ceil(size / 512) * 512
  }
  return files
}

function withoutTrailer(snapshot) {
  const image = snapshot.subarray(0, -32)
  if (!createHash('sha256').update(image).digest().equals(snapshot.subarray(-32))) throw new Error('after.db does not match its sha256')
  return image
}

/** Rewrites the log from `after` on: the member's identity, the snapshot's record, the entries, the last raft state. */
function shortened(log, after) {
  const records = [...readRecords(log)]
  const identity = records.find((record) => record.type === 1)
  const snapshot = records.findLast((record) => record.type === 5)
  const state = records.findLast((record) => record.type === 3)
  const entries = records.filter((record) => record.type === 2 && field(record.data, 3) > after)
  const out = []
  let crc = 0
  const append = (type, data) => {
    crc = crc32c(data, crc)
    out.push(
      frame(
        Buffer.concat([
          varints(0x08, type, 0x10, crc),
          data.length > 0 ? Buffer.concat([varints(0x1a, data.length), data]) : Buffer.alloc(0),
        ]),
      ),
    )
  }
  out.push(frame(varints(0x08, 4, 0x10, 0)))
  append(1, identity.data)
  append(5, snapshot.data)
  for (const entry of entries) append(2, isV2(field(entry.data, 4)) ? entry.data : emptied(entry.data))
  append(3, state.data)
  return Buffer.concat(out)
}

function* readRecords(log) {
  for (let at = 0; at + 8 <= log.length; ) {
    const length = log.readUIntLE(at, 6)
    const top = log[at + 7]
    if (length === 0) return
    const record = log.subarray(at + 8, at + 8 + length)
    yield { type: Number(field(record, 1)), data: field(record, 3) ?? Buffer.alloc(0) }
    at += 8 + length + (top & 0x80 ? top & 7 : 0)
  }
}

/** etcd pads a record to eight bytes and stores the padding in the upper byte of its length. */
function frame(record) {
  const padding = (8 - (record.length % 8)) % 8
  const length = Buffer.alloc(8)
  length.writeUIntLE(record.length, 0, 6)
  if (padding > 0) length[7] = 0x80 | padding
  return Buffer.concat([length, record, Buffer.alloc(padding)])
}

function isV2(data) {
  return data !== undefined && ['PUT', 'POST', 'DELETE', 'SYNC', 'QGET'].includes(asText(data))
}
function asText(data) {
  const method = field(data, 2)
  return Buffer.isBuffer(method) ? method.toString('utf8') : ''
}

/** raftpb.Entry with its type, term and index, but without the request. A member change is not a request. */
function emptied(entry) {
  if (field(entry, 1) !== undefined && field(entry, 1) !== 0n) return entry
  return Buffer.concat([varints(0x08, 0, 0x10), varint(field(entry, 2)), varints(0x18), varint(field(entry, 3))])
}

/** The first field with that number in a protobuf message: a bigint or the bytes. */
function field(message, number) {
  let at = 0
  const next = () => {
    let value = 0n
    for (let shift = 0n; ; shift += 7n) {
      const byte = message[at++]
      value |= BigInt(byte & 0x7f) << shift
      if (byte < 0x80) return value
    }
  }
  while (at < message.length) {
    const tag = Number(next())
    let value = next()
    if ((tag & 7) === 2) {
      const start = at
      at += Number(value)
      value = message.subarray(start, at)
    } else if ((tag & 7) !== 0) throw new Error(`unexpected wire type ${tag & 7}`)
    if (tag >> 3 === number) return value
  }
  return undefined
}

function varints(...values) {
  return Buffer.concat(values.map((value) => varint(BigInt(value))))
}
function varint(value) {
  const bytes = []
  let rest = value
  for (; rest > 0x7fn; rest >>= 7n) bytes.push(Number(rest & 0x7fn) | 0x80)
  bytes.push(Number(rest))
  return Buffer.from(bytes)
}

/** CRC-32C bit by bit: a few hundred kilobytes need no table. */
function crc32c(bytes, before) {
  let crc = ~before
  for (const byte of bytes) {
    crc ^= byte
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0x82f63b78 : crc >>> 1
  }
  return ~crc >>> 0
}
