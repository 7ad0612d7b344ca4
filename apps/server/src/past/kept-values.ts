// Values that passed by while a live etcd was read back: all of the few kinds whose states are shown, the newest of every other key, and enough
// node leases to tell the time.
import type { KeyValue } from '../sources/source.ts'
import { keepsBuffers } from '../streams/read-ahead.ts'

/** Bytes of all values. */
const MOST_BYTES = 64 * 1024 * 1024
/** Bytes of one value: a few large ones would take the place of thousands. */
const LARGEST = 256 * 1024
/** Node leases: opening one takes a tenth of a millisecond. Of more than these every second one is forgotten. */
const MOST_LEASES = 1000
const LARGEST_LEASE = 4096

/** Which values are kept of a key. */
export interface WantedValues {
  /** Every value, and not the newest alone. */
  all: (key: Uint8Array) => boolean
  /** It is a node's lease: some values tell when they were written. */
  lease: (key: Uint8Array) => boolean
}

export class KeptValues {
  readonly #wanted: WantedValues
  /** By revision. */
  readonly #byKey = new Map<string, Map<number, KeyValue>>()
  #bytes = 0
  #leases: KeyValue[] = []

  constructor(wanted: WantedValues) {
    this.#wanted = wanted
    keepsBuffers(this)
  }

  /** Of all values, those of leases included. */
  get bytes(): number {
    return this.#bytes + this.#leases.reduce((sum, { value }) => sum + value.length, 0)
  }

  /** Node leases, spread over what passed by, in no order. */
  get leases(): readonly KeyValue[] {
    return this.#leases
  }

  /** A value that is too large, or one too many, is not kept: it is read again when it is needed, or counted as not read. */
  offer(kv: KeyValue): void {
    if (this.#wanted.lease(kv.key) && kv.value.length <= LARGEST_LEASE) this.#addLease(kv)
    const id = idOf(kv.key)
    const known = this.#byKey.get(id)
    if (kv.value.length > LARGEST || this.#bytes + kv.value.length > MOST_BYTES) return
    // A copy: what came may be part of a message of megabytes.
    const copy = { ...kv, key: kv.key.slice(), value: kv.value.slice() }
    const at = Number(kv.modRevision)
    if (known === undefined || this.#wanted.all(kv.key)) {
      if (known === undefined) this.#byKey.set(id, new Map([[at, copy]]))
      else known.set(at, copy)
      this.#bytes += kv.value.length
      return
    }
    const newest = known.values().next().value as KeyValue
    if (newest.modRevision >= kv.modRevision) return
    this.#byKey.set(id, new Map([[at, copy]]))
    this.#bytes += kv.value.length - newest.value.length
  }

  #addLease(kv: KeyValue): void {
    this.#leases.push({ ...kv, key: kv.key.slice(), value: kv.value.slice() })
    if (this.#leases.length <= 2 * MOST_LEASES) return
    this.#leases.sort((a, b) => (a.modRevision < b.modRevision ? -1 : 1))
    this.#leases = this.#leases.filter((_, i) => i % 2 === 0)
  }

  /** The value that a key was given at a revision; undefined where it is not kept. */
  at(key: Uint8Array, revision: number): KeyValue | undefined {
    return this.#byKey.get(idOf(key))?.get(revision)
  }
}

/** One character a byte. */
function idOf(key: Uint8Array): string {
  return Buffer.from(key.buffer, key.byteOffset, key.byteLength).toString('latin1')
}
