// Our own codec for a Range and its reply, which are read by the hundred thousand. The client's general codec makes three objects and four decimal
// strings per key: two thirds of what reading keys costs this process.
// Source: etcd api/etcdserverpb/rpc.proto (RangeRequest, RangeResponse, ResponseHeader), api/mvccpb/kv.proto (KeyValue).
import type { KeyValue, RangeReply, RangeRequest } from '../source.ts'
import { holdsValues } from '../values-buffer.ts'
import { type AnswerHeader, NO_HEADER, readHeader } from './answer-header.ts'
import type { ReadCall } from './etcd-client.ts'
import { KeysReply, keysCollector, NO_VALUE } from './keys-page.ts'
import { WireReader } from './wire-reader.ts'

export interface WireRange {
  request: RangeRequest
  /** Answered from the member's own state, without a quorum. */
  serializable: boolean
}

export interface WireRangeReply {
  reply: RangeReply
  header: AnswerHeader
}

export function encodeRange({ request, serializable }: WireRange): Buffer {
  const { key, end } = request
  // A tag takes one byte, a length or number at most ten.
  const bytes = Buffer.allocUnsafe(key.length + (end?.length ?? 0) + 64)
  let at = bytesField(bytes, 0, 0x0a, key.length === 0 ? KEYSPACE_START : key)
  if (end !== null) at = bytesField(bytes, at, 0x12, end)
  if (request.limit > 0) at = numberField(bytes, at, 0x18, BigInt(request.limit))
  if (request.revision > 0n) at = numberField(bytes, at, 0x20, request.revision)
  if (serializable) at = numberField(bytes, at, 0x38, 1n)
  if (request.keysOnly) at = numberField(bytes, at, 0x40, 1n)
  if (request.countOnly) at = numberField(bytes, at, 0x48, 1n)
  return bytes.subarray(0, at)
}

/**
 * Keys are copied, so that a kept key does not retain its whole page. All values lie in one buffer of which nothing else is read, so that a page
 * of them can be transferred to another thread. It is the buffer of `bytes` itself where that holds little else: the caller must not use it again.
 * Throws if the bytes are not a RangeResponse.
 */
export function decodeRangeReply(bytes: Buffer): WireRangeReply {
  const kvs: KeyValue[] = []
  const answer = decodeReply(bytes, (reader) => kvs.push(readKeyValue(reader)))
  ownValues(kvs, bytes)
  answer.reply.kvs = kvs
  return answer
}

/** A reply without values, its keys in one buffer: a kept key retains its page. One with values is decoded as any other. */
export function decodeKeysReply(bytes: Buffer): WireRangeReply {
  keysCollector.begin()
  let keysOnly = true
  const answer = decodeReply(bytes, (reader) => {
    const end = reader.lengthAhead()
    if (keysOnly) keysOnly = keysCollector.read(reader)
    reader.at = end
  })
  if (!keysOnly) return decodeRangeReply(bytes)
  return { ...answer, reply: new KeysReply(answer.reply, keysCollector.page(bytes)) }
}

function decodeReply(bytes: Buffer, readKey: (reader: WireReader) => void): WireRangeReply {
  const reader = new WireReader(bytes)
  const reply: RangeReply = { revision: 0n, count: 0, more: false, kvs: [] }
  let header: AnswerHeader = NO_HEADER
  while (reader.at < bytes.length) {
    switch (reader.tag()) {
      case 0x0a:
        header = readHeader(reader)
        reply.revision = header.revision
        break
      case 0x12:
        readKey(reader)
        break
      case 0x18:
        reply.more = reader.number() !== 0n
        break
      case 0x20:
        reply.count = Number(reader.number())
        break
      default:
        reader.skip()
    }
  }
  return { reply, header }
}

export const RANGE: ReadCall<WireRange, WireRangeReply> = {
  path: '/etcdserverpb.KV/Range',
  encode: encodeRange,
  decode: (bytes) => decodeRangeReply(bytes),
}
export const RANGE_KEYS_TOGETHER: ReadCall<WireRange, WireRangeReply> = { ...RANGE, decode: (bytes) => decodeKeysReply(bytes) }

/** Copies the values out of the answer, all at once, unless they are most of it and nothing else is in its buffer: then they stay there. */
function ownValues(kvs: readonly KeyValue[], bytes: Buffer): void {
  const size = kvs.reduce((sum, { value }) => sum + value.length, 0)
  if (size === 0) return
  const ofAnswerAlone = bytes.buffer.byteLength <= bytes.length + GRPC_PREFIX_BYTES
  if (ofAnswerAlone && size >= bytes.length * MOST_OF_ANSWER) {
    holdsValues(bytes.buffer, size)
    return
  }
  const all = new Uint8Array(size)
  let at = 0
  for (const kv of kvs) {
    all.set(kv.value, at)
    kv.value = all.subarray(at, at + kv.value.length)
    at += kv.value.length
  }
}

/** Before each message: whether it is compressed, and its length. A buffer that holds more is a pool for several messages. */
const GRPC_PREFIX_BYTES = 5
/** A kept value retains all values of its answer, and then the rest of it too: at most a third more. */
const MOST_OF_ANSWER = 0.75

function readKeyValue(reader: WireReader): KeyValue {
  const end = reader.length()
  let key: Uint8Array | undefined
  let value: Uint8Array | undefined
  let createRevision = 0n
  let modRevision = 0n
  let version = 0n
  let lease = 0n
  while (reader.at < end) {
    switch (reader.tag()) {
      case 0x0a:
        key = reader.copy()
        break
      case 0x10:
        createRevision = reader.number()
        break
      case 0x18:
        modRevision = reader.number()
        break
      case 0x20:
        version = reader.number()
        break
      case 0x2a:
        value = reader.view()
        break
      case 0x30:
        lease = reader.number()
        break
      default:
        reader.skip()
    }
  }
  return { key: key ?? new Uint8Array(0), createRevision, modRevision, version, lease, value: value ?? NO_VALUE }
}

const KEYSPACE_START = Buffer.from([0])

function bytesField(into: Buffer, at: number, tag: number, bytes: Uint8Array): number {
  into[at] = tag
  const start = varint(into, at + 1, BigInt(bytes.length))
  into.set(bytes, start)
  return start + bytes.length
}

function numberField(into: Buffer, at: number, tag: number, number: bigint): number {
  into[at] = tag
  return varint(into, at + 1, number)
}

function varint(into: Buffer, start: number, number: bigint): number {
  let at = start
  let rest = number
  for (; rest > 0x7fn; rest >>= 7n) into[at++] = Number(rest & 0x7fn) | 0x80
  into[at] = Number(rest)
  return at + 1
}
