// The one message that is read by the hundred thousand, a Range and its reply, between our terms and the bytes on the wire. The client's general
// codec makes three objects and four decimal strings of every key: two thirds of what reading keys costs this process.
// Source: etcd api/etcdserverpb/rpc.proto (RangeRequest, RangeResponse, ResponseHeader), api/mvccpb/kv.proto (KeyValue).
import type { AnswerHeader } from '../identity.ts'
import type { KeyValue, RangeReply, RangeRequest } from '../source.ts'

/** The path of the call. */
export const RANGE_PATH = '/etcdserverpb.KV/Range'

export interface WireRange {
  request: RangeRequest
  /** Answered from the member's own state, without asking the others. */
  serializable: boolean
}

export function encodeRange({ request, serializable }: WireRange): Buffer {
  const { key, end } = request
  // Tags are one byte each, a length or number at most ten.
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
 * Keys are copies of their own: one that is kept must not keep its whole page. The values lie in one buffer, one behind the other, and nothing
 * else in it: so a page of them can be handed to another thread. Throws where the bytes are no RangeResponse.
 */
export function decodeRangeReply(bytes: Buffer): { reply: RangeReply; header: AnswerHeader } {
  const reader = new Reader(bytes)
  const reply: RangeReply = { revision: 0n, count: 0, more: false, kvs: [] }
  let header: AnswerHeader = NO_HEADER
  while (reader.at < bytes.length) {
    switch (reader.tag()) {
      case 0x0a:
        header = readHeader(reader)
        reply.revision = header.revision
        break
      case 0x12:
        reply.kvs.push(readKeyValue(reader))
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
  ownValues(reply.kvs)
  return { reply, header }
}

/** Takes the values out of the answer, all at once. */
function ownValues(kvs: readonly KeyValue[]): void {
  const size = kvs.reduce((sum, { value }) => sum + value.length, 0)
  if (size === 0) return
  const all = new Uint8Array(size)
  let at = 0
  for (const kv of kvs) {
    all.set(kv.value, at)
    kv.value = all.subarray(at, at + kv.value.length)
    at += kv.value.length
  }
}

const NO_HEADER: AnswerHeader = { clusterId: null, memberId: null, revision: 0n, raftTerm: 0n, raftIndex: 0n }

function readHeader(reader: Reader): AnswerHeader {
  const end = reader.length()
  const header = { ...NO_HEADER }
  while (reader.at < end) {
    switch (reader.tag()) {
      case 0x08:
        header.clusterId = idOrNull(reader.number())
        break
      case 0x10:
        header.memberId = idOrNull(reader.number())
        break
      case 0x18:
        header.revision = reader.number()
        break
      case 0x20:
        header.raftTerm = reader.number()
        break
      default:
        reader.skip()
    }
  }
  return header
}

/** Lower-case hex without padding, as etcd prints ids; 0 is none. */
export const idOrNull = (id: bigint): string | null => (id === 0n ? null : BigInt.asUintN(64, id).toString(16))

function readKeyValue(reader: Reader): KeyValue {
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
  return { key: key ?? new Uint8Array(0), createRevision, modRevision, version, lease, value: value ?? new Uint8Array(0) }
}

class Reader {
  at = 0
  #tag = 0
  readonly #bytes: Uint8Array
  // The halves of the varint that was read last: most fit in the lower one, and need no arithmetic on bigints.
  #low = 0
  #high = 0

  constructor(bytes: Buffer) {
    // `slice` of a Buffer is a view; of this it is a copy.
    this.#bytes = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }

  tag(): number {
    this.#varint()
    this.#tag = this.#high === 0 ? this.#low : -1
    return this.#tag
  }

  /** The unsigned 64-bit number that begins here. */
  number(): bigint {
    this.#varint()
    return this.#high === 0 ? BigInt(this.#low) : (BigInt(this.#high) << 32n) | BigInt(this.#low)
  }

  /** Where the length-delimited field that begins here ends. */
  length(): number {
    this.#varint()
    const end = this.#high * 2 ** 32 + this.#low + this.at
    if (end > this.#bytes.length) throw malformed()
    return end
  }

  #varint(): void {
    const bytes = this.#bytes
    const first = bytes[this.at]
    if (first !== undefined && first < 0x80) {
      this.at++
      this.#low = first
      this.#high = 0
      return
    }
    let low = 0
    let high = 0
    for (let i = 0; i < 10; i++) {
      const byte = bytes[this.at++]
      if (byte === undefined) throw malformed()
      const seven = byte & 0x7f
      if (i < 4) low |= seven << (7 * i)
      else if (i === 4) {
        low |= seven << 28
        high = seven >>> 4
      } else high |= i < 9 ? seven << (7 * i - 32) : (seven & 1) << 31
      if (byte < 0x80) {
        this.#low = low >>> 0
        this.#high = high >>> 0
        return
      }
    }
    throw malformed()
  }

  view(): Uint8Array {
    const end = this.length()
    const view = this.#bytes.subarray(this.at, end)
    this.at = end
    return view
  }

  copy(): Uint8Array {
    const end = this.length()
    const copy = this.#bytes.slice(this.at, end)
    this.at = end
    return copy
  }

  /** Passes over a field of a later etcd. */
  skip(): void {
    const kind = this.#tag & 7
    if (kind === 0) this.number()
    else if (kind === 2) this.at = this.length()
    else if (kind === 1) this.at += 8
    else if (kind === 5) this.at += 4
    else throw malformed()
  }
}

const KEYSPACE_START = Buffer.from([0])

function malformed(): Error {
  return new Error('the answer is no RangeResponse')
}

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
