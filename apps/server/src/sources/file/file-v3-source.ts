// A v3 keyspace from a database file.
import {
  CompactedError,
  EtcdFileError,
  FutureRevisionError,
  type MvccKeyspace,
  type StoredChange,
  type ValuePlaces,
} from '@registree/etcd-file'
import { noteOf } from '../../messages/note.ts'
import { AppError } from '../../problem.ts'
import { cancelled } from '../read-queue.ts'
import type {
  Availability,
  KeyValue,
  KeyWrite,
  LeaseFacts,
  RangeReply,
  RangeRequest,
  StoredWrites,
  V3Change,
  V3Source,
  V3Status,
} from '../source.ts'
import { faultOf } from './file-fault.ts'
import { noChanges } from './no-changes.ts'

/** Values read at once. */
const CHANGES_AT_ONCE = 64
/** Writes in one part of their list: some milliseconds. */
const WRITES_AT_ONCE = 16_384

export class FileV3Source implements V3Source {
  readonly kind = 'file'
  readonly #keyspace: MvccKeyspace
  #inFlight = 0

  constructor(keyspace: MvccKeyspace) {
    this.#keyspace = keyspace
  }

  get inFlight(): number {
    return this.#inFlight
  }

  async availability(): Promise<Availability> {
    return { available: true, says: null }
  }

  async range(request: RangeRequest, signal?: AbortSignal): Promise<RangeReply> {
    if (signal?.aborted) throw cancelled()
    this.#inFlight += 1
    try {
      const { count, more, kvs } = await this.#keyspace.range({ ...request, ...(signal === undefined ? {} : { signal }) })
      return { revision: this.#keyspace.currentRevision, count, more, kvs }
    } catch (error) {
      if (signal?.aborted) throw cancelled()
      throw this.#explain(error, request.revision)
    } finally {
      this.#inFlight -= 1
    }
  }

  *keysContaining(
    request: Pick<RangeRequest, 'key' | 'end' | 'revision'> & { text: Uint8Array; pageSize: number },
  ): Generator<RangeReply, void> {
    const revision = this.#keyspace.currentRevision
    try {
      for (const { count, more, kvs } of this.#keyspace.keysContaining(request)) yield { revision, count, more, kvs }
    } catch (error) {
      throw this.#explain(error, request.revision)
    }
  }

  valuePlaces(request: Pick<RangeRequest, 'key' | 'end' | 'revision'> & { pageSize: number; pageBytes: number }) {
    const { descriptor } = this.#keyspace.bolt.file
    return descriptor === undefined ? null : { descriptor, pages: this.#places(request) }
  }

  *#places(request: Parameters<MvccKeyspace['places']>[0]): Generator<ValuePlaces, void> {
    try {
      yield* this.#keyspace.places(request)
    } catch (error) {
      throw this.#explain(error, request.revision ?? 0n)
    }
  }

  async measure(interval: Pick<RangeRequest, 'key' | 'end' | 'revision'> & { roundTo?: number }): Promise<{ keys: number; bytes: number }> {
    try {
      return this.#keyspace.measure(interval)
    } catch (error) {
      throw this.#explain(error, interval.revision)
    }
  }

  async writesOf(key: Uint8Array): Promise<KeyWrite[]> {
    const writes: KeyWrite[] = []
    for (const { main, tombstone } of this.#keyspace.history(key)) {
      // A revision shows the last of several writes in one transaction.
      if (writes.at(-1)?.revision === main) writes.pop()
      writes.push({ revision: main, deleted: tombstone })
    }
    return writes
  }

  writes(): StoredWrites {
    const keyspace = this.#keyspace
    return { parts: keyspace.changeColumns(WRITES_AT_ONCE), keyNumbered: (number) => keyspace.keyNumbered(number) }
  }

  async *keptChanges({ key, end, most }: { key: Uint8Array; end: Uint8Array | null; most: number }, signal?: AbortSignal) {
    let batch: StoredChange[] = []
    const values = async (changes: StoredChange[]): Promise<V3Change[]> => {
      const read = await this.#keyspace.valuesOf(changes, signal).catch((error: unknown) => {
        throw signal?.aborted ? cancelled() : this.#explain(error, 0n)
      })
      return changes.map(({ key: name, main, tombstone, createRevision, version, lease }, i) => ({
        key: name,
        revision: main,
        kv: tombstone ? null : { key: name, value: read[i] as Uint8Array, createRevision, modRevision: main, version, lease },
      }))
    }
    for (const change of this.#keyspace.changes({ key, end, most })) {
      batch.push(change)
      if (batch.length < CHANGES_AT_ONCE) continue
      yield* await values(batch)
      batch = []
    }
    yield* await values(batch)
  }

  async statesAt(points: readonly { key: Uint8Array; revision: bigint }[], signal?: AbortSignal): Promise<(KeyValue | null)[]> {
    try {
      return await this.#keyspace.statesAt(points, signal)
    } catch (error) {
      throw signal?.aborted ? cancelled() : this.#explain(error, 0n)
    }
  }

  async lease(id: bigint): Promise<LeaseFacts | null> {
    // Lease ids are int64 in the file, unsigned here.
    const record = await this.#keyspace.lease(BigInt.asIntN(64, id)).catch((error: unknown) => {
      throw this.#explain(error, 0n)
    })
    if (record === null) return null
    const checkpoint = record.remainingTTL > 0n
    return {
      ttl: checkpoint ? record.remainingTTL : null,
      granted: record.ttl,
      note: noteOf({ code: checkpoint ? 'lease-checkpoint' : 'lease-granted', params: {} }),
    }
  }

  watch() {
    return noChanges<V3Change>()
  }

  async status(): Promise<V3Status> {
    const { currentRevision, compactedRevision, liveKeys } = this.#keyspace
    return { revision: currentRevision, compactedRevision: compactedRevision > 0n ? compactedRevision : null, keys: liveKeys }
  }

  async close(): Promise<void> {}

  #explain(error: unknown, revision: bigint): AppError {
    const { currentRevision, compactedRevision } = this.#keyspace
    if (error instanceof CompactedError) {
      return new AppError(
        'REVISION_COMPACTED',
        { code: 'revision-compacted', params: { revision: String(revision) } },
        {
          compactedRevision,
          currentRevision,
          hint: { code: 'present-instead', params: {} },
        },
      )
    }
    if (error instanceof FutureRevisionError) {
      return new AppError(
        'REVISION_IN_FUTURE',
        { code: 'revision-not-in-file', params: { revision: String(revision) } },
        {
          currentRevision,
          hint: { code: 'file-older', params: {} },
        },
      )
    }
    if (error instanceof EtcdFileError) {
      return new AppError(
        'SOURCE_CORRUPT',
        { code: 'file-damaged-here', params: {} },
        {
          detail: error.says,
          hint: { code: 'file-damaged-now', params: {} },
          cause: error,
        },
      )
    }
    return new AppError(
      'SOURCE_CORRUPT',
      { code: 'file-failed', params: {} },
      {
        detail: faultOf(error),
        hint: { code: 'file-failed-now', params: {} },
        cause: error,
      },
    )
  }
}
