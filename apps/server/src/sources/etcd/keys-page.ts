// The keys of one Range as columns: an object with four bigints for each of a million keys would be most of what a listing costs this process.
import type { KeysTogether, KeyValue, RangeReply } from '@registree/keyspace'
import { malformed, type WireReader } from './wire-reader.ts'

/** Numbers of a key as pairs of 32-bit halves, the lower one first: create revision, mod revision, version, lease. */
const HALVES = 8
const CREATE = 0
const MOD = 2
const VERSION = 4
const LEASE = 6

/** Without a value. */
export const NO_VALUE = new Uint8Array(0)

/** Keys back to back, and their numbers. */
export class KeysPage implements KeysTogether {
  readonly bytes: Uint8Array
  readonly starts: Uint32Array
  readonly #halves: Uint32Array

  constructor(bytes: Uint8Array, starts: Uint32Array, halves: Uint32Array) {
    this.bytes = bytes
    this.starts = starts
    this.#halves = halves
  }

  key(i: number): Uint8Array {
    return this.bytes.subarray(this.starts[i], this.starts[i + 1])
  }

  number(i: number, which: number): bigint {
    const at = HALVES * i + which
    const high = this.#halves[at + 1] as number
    const low = BigInt(this.#halves[at] as number)
    return high === 0 ? low : (BigInt(high) << 32n) | low
  }
}

/** One key of a page, read from its columns on request. A spread or a clone of it has nothing: all are getters. */
class KeyOfPage implements KeyValue {
  readonly #page: KeysPage
  readonly #at: number

  constructor(page: KeysPage, at: number) {
    this.#page = page
    this.#at = at
  }

  get key(): Uint8Array {
    return this.#page.key(this.#at)
  }

  get createRevision(): bigint {
    return this.#page.number(this.#at, CREATE)
  }

  get modRevision(): bigint {
    return this.#page.number(this.#at, MOD)
  }

  get version(): bigint {
    return this.#page.number(this.#at, VERSION)
  }

  get lease(): bigint {
    return this.#page.number(this.#at, LEASE)
  }

  get value(): Uint8Array {
    return NO_VALUE
  }
}

/** Collects the keys of one reply. Its memory is used again: one reply is decoded after the other. */
class KeysCollector {
  /** Where each key lies in the reply: its start and end. */
  #places = new Uint32Array(2 * 1024)
  #halves = new Uint32Array(HALVES * 1024)
  count = 0

  begin(): void {
    this.count = 0
  }

  /** Reads a KeyValue; false if it has a value: then the reply is decoded in the general way. */
  read(reader: WireReader): boolean {
    const end = reader.length()
    const own = this.count++
    if (this.count * HALVES > this.#halves.length) this.#grow()
    const halves = this.#halves
    const places = this.#places
    halves.fill(0, HALVES * own, HALVES * own + HALVES)
    places[2 * own] = places[2 * own + 1] = 0
    while (reader.at < end) {
      const tag = reader.tag()
      if (tag === 0x0a) {
        const keyEnd = reader.length()
        if (keyEnd > end) throw malformed()
        places[2 * own] = reader.at
        places[2 * own + 1] = keyEnd
        reader.at = keyEnd
        continue
      }
      const which = tag === 0x10 ? CREATE : tag === 0x18 ? MOD : tag === 0x20 ? VERSION : tag === 0x30 ? LEASE : -1
      if (which >= 0) reader.numberInto(halves, HALVES * own + which)
      else if (tag === 0x2a) return false
      else reader.skip()
    }
    if (reader.at !== end) throw malformed()
    return true
  }

  /** Copies the keys out of the reply. */
  page(reply: Uint8Array): KeysPage {
    const starts = new Uint32Array(this.count + 1)
    let size = 0
    for (let i = 0; i < this.count; i++) {
      size += (this.#places[2 * i + 1] as number) - (this.#places[2 * i] as number)
      starts[i + 1] = size
    }
    const bytes = new Uint8Array(size)
    const from = Buffer.from(reply.buffer, reply.byteOffset, reply.byteLength)
    for (let i = 0; i < this.count; i++) from.copy(bytes, starts[i], this.#places[2 * i], this.#places[2 * i + 1])
    return new KeysPage(bytes, starts, this.#halves.slice(0, HALVES * this.count))
  }

  #grow(): void {
    const halves = new Uint32Array(2 * this.#halves.length)
    halves.set(this.#halves)
    this.#halves = halves
    const places = new Uint32Array(2 * this.#places.length)
    places.set(this.#places)
    this.#places = places
  }
}

export const keysCollector = new KeysCollector()

/**
 * The reply's keys as objects, made when they are asked for: a search looks at the bytes first, and needs few of them. A spread of it has no `kvs`.
 */
export class KeysReply implements RangeReply {
  readonly revision: bigint
  readonly count: number
  readonly more: boolean
  readonly together: KeysPage
  #kvs: KeyValue[] | undefined

  constructor({ revision, count, more }: Omit<RangeReply, 'kvs'>, together: KeysPage) {
    this.revision = revision
    this.count = count
    this.more = more
    this.together = together
  }

  get kvs(): KeyValue[] {
    this.#kvs ??= Array.from({ length: this.together.starts.length - 1 }, (_, i) => new KeyOfPage(this.together, i))
    return this.#kvs
  }
}
