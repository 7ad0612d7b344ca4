// An in-memory keyspace that answers Ranges like etcd and counts the keys walked: the lister's test instrument.
import { compareBytes } from '../bytes.ts'
import type { KeyValue, OrderedSource, RangeReply, RangeRequest } from '../ordered-source.ts'

const nothing = new Uint8Array(0)

export class MemorySource implements OrderedSource {
  ranges = 0
  walked = 0
  largestWalk = 0
  /** Keys returned. */
  shown = 0
  requests: RangeRequest[] = []
  revision = 7n
  /** What the store says of its size; undefined says nothing. */
  bytes: number | undefined
  /** A reply has no more keys, whatever was asked for: one that is too large for a message is asked for again with less. */
  mostShown = Number.POSITIVE_INFINITY
  #keys: Uint8Array[]

  constructor(keys: Iterable<Uint8Array>) {
    this.#keys = sortedUnique(keys)
  }

  get keys(): readonly Uint8Array[] {
    return this.#keys
  }

  /** Replaces the keyspace's content; only the newest can be read, as if older revisions were compacted. */
  replace(keys: Iterable<Uint8Array>): void {
    this.#keys = sortedUnique(keys)
    this.revision++
  }

  reset(): void {
    this.ranges = 0
    this.walked = 0
    this.largestWalk = 0
    this.shown = 0
    this.requests = []
  }

  countBelow(prefix: Uint8Array, end: Uint8Array | null): number {
    return this.#indexOf(end) - this.#indexOf(prefix)
  }

  async storedBytes(): Promise<number | undefined> {
    return this.bytes
  }

  async range(request: RangeRequest, signal?: AbortSignal): Promise<RangeReply> {
    signal?.throwIfAborted()
    if (request.key.length === 0) throw new Error('etcdserver: key is not provided')
    if (request.revision !== 0n && request.revision !== this.revision) throw new Error('mvcc: required revision has been compacted')
    const start = this.#indexOf(request.key)
    const toTheEnd = request.end?.length === 1 && request.end[0] === 0
    const single = request.end === null
    let stop = single ? start : toTheEnd ? this.#keys.length : this.#indexOf(request.end)
    if (single && this.#keys[start] !== undefined && compareBytes(this.#keys[start], request.key) === 0) stop++
    const count = Math.max(0, stop - start)
    this.ranges++
    this.walked += count
    this.largestWalk = Math.max(this.largestWalk, count)
    this.requests.push(request)
    const shown = request.countOnly ? 0 : Math.min(count, request.limit > 0 ? request.limit : count, this.mostShown)
    this.shown += shown
    const kvs: KeyValue[] = this.#keys.slice(start, start + shown).map((key, i) => ({
      key,
      createRevision: BigInt(start + i + 1),
      modRevision: BigInt(start + i + 1),
      version: 1n,
      lease: 0n,
      value: nothing,
    }))
    return { revision: this.revision, count, more: shown < count, kvs }
  }

  #indexOf(key: Uint8Array | null): number {
    if (key === null) return this.#keys.length
    let low = 0
    let high = this.#keys.length
    while (low < high) {
      const middle = (low + high) >> 1
      if (compareBytes(this.#keys[middle] as Uint8Array, key) < 0) low = middle + 1
      else high = middle
    }
    return low
  }
}

function sortedUnique(keys: Iterable<Uint8Array>): Uint8Array[] {
  const sorted = [...keys].sort(compareBytes)
  return sorted.filter((key, i) => i === 0 || compareBytes(key, sorted[i - 1] as Uint8Array) !== 0)
}
