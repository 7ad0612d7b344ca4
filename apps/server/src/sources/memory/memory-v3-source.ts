// An in-memory v3 keyspace that keeps every revision: the test double, and the simplest definition of a Range.
import { compareBytes } from '@registree/keyspace'
import { AppError } from '../../problem.ts'
import { cancelled } from '../read-queue.ts'
import type { Availability, KeyValue, LeaseFacts, RangeReply, RangeRequest, V3Change, V3Source, V3Status, WatchReply } from '../source.ts'
import { Bell } from './bell.ts'

interface Change {
  key: Uint8Array
  /** Null for a deletion. */
  kv: KeyValue | null
  revision: bigint
}

export class MemoryV3Source implements V3Source {
  readonly kind = 'memory'
  readonly #changes: Change[] = []
  readonly bell = new Bell()
  readonly #leases = new Map<bigint, bigint>()
  #revision = 1n
  #compacted = 0n

  /** Returns the revision of the change. */
  set(key: Uint8Array, value: Uint8Array, lease = 0n): bigint {
    const before = this.#at(key, this.#revision)
    this.#revision += 1n
    const revision = this.#revision
    const kv = {
      key,
      value,
      lease,
      modRevision: revision,
      createRevision: before?.createRevision ?? revision,
      version: (before?.version ?? 0n) + 1n,
    }
    this.#changes.push({ key, kv, revision })
    this.bell.ring()
    return revision
  }

  remove(key: Uint8Array): bigint {
    this.#revision += 1n
    this.#changes.push({ key, kv: null, revision: this.#revision })
    this.bell.ring()
    return this.#revision
  }

  grant(id: bigint, ttl: bigint): void {
    this.#leases.set(id, ttl)
  }

  compact(revision: bigint): void {
    this.#compacted = revision
  }

  async availability(): Promise<Availability> {
    return { available: true, says: null }
  }

  async range({ key, end, revision, limit, keysOnly, countOnly }: RangeRequest, signal?: AbortSignal): Promise<RangeReply> {
    if (signal?.aborted) throw cancelled()
    const at = revision > 0n ? revision : this.#revision
    const facts = { compactedRevision: this.#compacted, currentRevision: this.#revision }
    if (at > this.#revision) throw new AppError('REVISION_IN_FUTURE', { code: 'revision-future', params: { revision: String(at) } }, facts)
    if (at < this.#compacted)
      throw new AppError('REVISION_COMPACTED', { code: 'revision-compacted', params: { revision: String(at) } }, facts)
    const live = new Map<string, KeyValue>()
    for (const change of this.#changes) {
      if (change.revision > at || !inside(change.key, key, end)) continue
      const name = Buffer.from(change.key).toString('latin1')
      if (change.kv === null) live.delete(name)
      else live.set(name, change.kv)
    }
    const all = [...live.values()].sort((a, b) => compareBytes(a.key, b.key))
    const page = countOnly ? [] : limit > 0 ? all.slice(0, limit) : all
    return {
      revision: this.#revision,
      count: all.length,
      more: !countOnly && page.length < all.length,
      kvs: page.map((kv) => ({ ...kv, key: kv.key.slice(), value: keysOnly ? new Uint8Array() : kv.value.slice() })),
    }
  }

  async lease(id: bigint): Promise<LeaseFacts | null> {
    const ttl = this.#leases.get(id)
    return ttl === undefined ? null : { ttl, granted: ttl, note: null }
  }

  async *watch(
    { key, end, after }: { key: Uint8Array; end: Uint8Array | null; after: bigint },
    signal: AbortSignal,
  ): AsyncGenerator<WatchReply<V3Change>> {
    this.bell.check()
    let at = after
    yield { kind: 'changes', at, changes: [] }
    for (;;) {
      if (signal.aborted) throw cancelled()
      if (at + 1n < this.#compacted) {
        at = this.#revision
        yield { kind: 'gap', at }
      }
      const changes = this.#changes.filter((change) => change.revision > at && inside(change.key, key, end))
      at = this.#revision
      if (changes.length > 0) yield { kind: 'changes', at, changes: changes.map((change) => ({ ...change })) }
      else await this.bell.wait(signal)
    }
  }

  async status(): Promise<V3Status> {
    return { revision: this.#revision, compactedRevision: this.#compacted > 0n ? this.#compacted : null, keys: null }
  }

  async close(): Promise<void> {}

  #at(key: Uint8Array, revision: bigint): KeyValue | null {
    const last = this.#changes.findLast((change) => change.revision <= revision && compareBytes(change.key, key) === 0)
    return last?.kv ?? null
  }
}

function inside(key: Uint8Array, from: Uint8Array, end: Uint8Array | null): boolean {
  if (end === null) return compareBytes(key, from) === 0
  const open = end.length === 1 && end[0] === 0
  return compareBytes(key, from) >= 0 && (open || compareBytes(key, end) < 0)
}
