// The writes of a live etcd, by watches that start in the past. Such a watch makes etcd read every write since its start, whatever is watched, while
// writers wait for the same lock. So each starts a little further back than the one before, and only as far as somebody asks.
import { setMaxListeners } from 'node:events'
import { KEYSPACE_END } from '@registree/keyspace'
import { AppError, isAppError } from '../problem.ts'
import { pause } from '../sources/pause.ts'
import { cancelled } from '../sources/read-queue.ts'
import type { StoredWrite, V3Change, V3Source } from '../sources/source.ts'
import { KeptValues, type WantedValues } from './kept-values.ts'
import { SharedWork } from './shared-work.ts'
import { WriteLog } from './write-log.ts'

/** A part of the keyspace. */
export interface KeyInterval {
  key: Uint8Array
  end: Uint8Array | null
}

export interface LivePastOptions {
  /** Asked for in turn, the widest first: the first that etcd lets us watch is taken. */
  intervals: readonly KeyInterval[]
  /** Which values are kept while they pass by; without it the newest of each key. */
  wanted?: WantedValues
  now?: () => number
  /** A watch that has told nothing for so long, in ms, is ended although it never told that it is complete: see {@link LivePast.unproven}. */
  quietMs?: number
  /** Writes that are kept at most. */
  mostWrites?: number
}

/** Both ends included. */
export interface RevisionRange {
  from: bigint
  to: bigint
}

/** The first look goes back this many revisions: etcd sends as many in one piece. */
const FIRST_REVISIONS = 1000n
/** What a write is taken to be before any is known, in bytes. */
const GUESSED_BYTES = 2048
const QUIET_MS = 10_000
const MOST_WRITES = 2_000_000
/** After a look etcd is left alone for as long as the look took, but not longer than this. */
const MOST_REST_MS = 2000

export const EVERYTHING: KeyInterval = { key: KEYSPACE_END, end: KEYSPACE_END }

export class LivePast {
  readonly #v3: Pick<V3Source, 'watch' | 'status'>
  readonly #intervals: readonly KeyInterval[]
  readonly #now: () => number
  readonly #quietMs: number
  readonly #mostWrites: number
  readonly #work = new SharedWork<void>()
  readonly #wanted: WantedValues
  #log = new WriteLog()
  #values: KeptValues
  /** The newest revision that is known; 0n before anything is. */
  #newest = 0n
  /** Every write from this revision on is known. */
  #oldest = 1n
  #compacted = 0n
  #bytes = 0
  #interval = 0
  #unproven: RevisionRange | null = null
  #restUntil = 0

  constructor(v3: Pick<V3Source, 'watch' | 'status'>, options: LivePastOptions) {
    this.#v3 = v3
    this.#intervals = options.intervals
    this.#wanted = options.wanted ?? { all: () => false, lease: () => false }
    this.#values = new KeptValues(this.#wanted)
    this.#now = options.now ?? (() => performance.now())
    this.#quietMs = options.quietMs ?? QUIET_MS
    this.#mostWrites = options.mostWrites ?? MOST_WRITES
  }

  get log(): WriteLog {
    return this.#log
  }

  get values(): KeptValues {
    return this.#values
  }

  get newest(): bigint {
    return this.#newest
  }

  get oldest(): bigint {
    return this.#oldest > this.#compacted ? this.#oldest : this.#compacted + 1n
  }

  /** 0n where etcd was never compacted. */
  get compacted(): bigint {
    return this.#compacted
  }

  /**
   * Revisions of which some writes may be missing; null where none can be. A watch is complete when it has told a write at or after the last revision
   * asked for, or when etcd says that it has told everything up to there. An old etcd that holds no such write, because it was restored with a higher
   * revision or because this user may see only some keys, says nothing.
   */
  get unproven(): RevisionRange | null {
    return this.#unproven
  }

  /** Bytes of the keys and values that are known. */
  get bytes(): number {
    return this.#bytes
  }

  /** The first revision that can be known. The keyspace begins at revision 1, which writes nothing. */
  get #first(): bigint {
    return this.#compacted + 1n > 2n ? this.#compacted + 1n : 2n
  }

  /** What all kept writes are, in revisions that are not known yet and in bytes that etcd would read at a time for them; null where all are known. */
  get more(): { revisions: bigint; bytes: number } | null {
    if (this.#newest === 0n || this.oldest <= this.#first) return null
    return { revisions: this.oldest - this.#first, bytes: Math.ceil(this.#bytesOf(this.#newest - this.#first + 1n)) }
  }

  /** Where the next look may start with this budget in bytes; null where it may not go further back. */
  nextStart(budget: number): bigint | null {
    const oldest = this.oldest
    if (oldest <= this.#first || this.#log.size >= this.#mostWrites) return null
    const known = this.#newest - oldest + 1n
    const wanted = known * 2n > FIRST_REVISIONS ? known * 2n : FIRST_REVISIONS
    const affordable = BigInt(Math.floor(budget / Math.max(1, this.#bytesOf(1n))))
    const revisions = wanted < affordable ? wanted : affordable
    const start = this.#newest - revisions + 1n
    const bounded = start > this.#first ? start : this.#first
    return bounded < oldest ? bounded : null
  }

  /** Whether etcd is being read right now. */
  get busy(): boolean {
    return this.#work.busy
  }

  /** Whether no more writes are kept. */
  get full(): boolean {
    return this.#log.size >= this.#mostWrites
  }

  /** Knows what was written since the last call; forgets all where that was more than the budget, in bytes. */
  async catchUp(budget: number, signal: AbortSignal): Promise<void> {
    await this.#work.join(async (shared) => {
      const { revision, compactedRevision } = await this.#v3.status(shared)
      const compacted = compactedRevision ?? 0n
      // A watch may have told a later compaction than the status remembers. Of an etcd that went back nothing holds any more.
      if (compacted > this.#compacted || revision < this.#newest) this.#compacted = compacted
      const tooMuch = this.#newest > 0n && this.#bytesOf(revision - this.#newest) > budget
      if (this.#newest === 0n || tooMuch || this.#newest <= this.#compacted || revision < this.#newest) {
        this.forget()
        this.#newest = revision
        this.#oldest = revision + 1n
        return
      }
      if (revision === this.#newest) return
      const writes = await this.#read(this.#newest, revision, shared)
      this.#log.add(writes, 'newer')
      this.#newest = revision
    }, signal)
  }

  /** Knows what was written from `start` on. */
  async readBack(start: bigint, signal: AbortSignal): Promise<void> {
    await this.#work.join(async (shared) => {
      // Another viewer may have had it read meanwhile.
      if (start >= this.oldest) return
      await pause(Math.max(0, this.#restUntil - this.#now()), shared)
      const began = this.#now()
      const writes = await this.#read(start - 1n, this.oldest - 1n, shared)
      this.#log.add(writes, 'older')
      this.#oldest = start
      const took = this.#now() - began
      this.#restUntil = this.#now() + Math.min(took, MOST_REST_MS)
    }, signal)
  }

  forget(): void {
    this.#log = new WriteLog()
    this.#values = new KeptValues(this.#wanted)
    this.#newest = 0n
    this.#oldest = 1n
    this.#bytes = 0
    this.#unproven = null
  }

  #bytesOf(revisions: bigint): number {
    const known = this.#newest - this.#oldest + 1n
    const each = this.#newest === 0n || known <= 0n ? GUESSED_BYTES : this.#bytes / Number(known)
    return each * Number(revisions)
  }

  /** The writes after one revision, up to another. What was compacted before it could be read is left out, and `compacted` says so. */
  async #read(after: bigint, upTo: bigint, signal: AbortSignal): Promise<StoredWrite[]> {
    for (;;) {
      try {
        return await this.#watch(this.#intervals[this.#interval] as KeyInterval, after, upTo, signal)
      } catch (error) {
        if (!isAppError(error, 'SOURCE_FORBIDDEN') || this.#interval + 1 >= this.#intervals.length) throw error
        this.#interval++
      }
    }
  }

  async #watch({ key, end }: KeyInterval, after: bigint, upTo: bigint, signal: AbortSignal): Promise<StoredWrite[]> {
    const writes: StoredWrite[] = []
    let bytes = 0
    let told = after
    // A watch that has told everything waits for what comes: it has to be ended from here.
    const done = new AbortController()
    const either = AbortSignal.any([signal, done.signal])
    // Each call made by the watch adds a listener to it.
    setMaxListeners(0, either)
    let quiet: NodeJS.Timeout | undefined
    const listen = () => {
      clearTimeout(quiet)
      quiet = setTimeout(() => done.abort(), this.#quietMs)
    }
    try {
      for await (const reply of this.#v3.watch({ key, end, after, asksProgress: true }, either)) {
        listen()
        told = reply.at
        if (reply.kind === 'gap') {
          if (reply.at > this.#compacted) this.#compacted = reply.at
          if (reply.at >= upTo) break
          continue
        }
        for (const change of reply.changes) {
          if (change.revision > upTo) break
          const write = writeOf(change)
          writes.push(write)
          bytes += change.key.length + write.size
          if (change.kv !== null) this.#values.offer(change.kv)
        }
        if (reply.at >= upTo) break
        if (writes.length > this.#mostWrites) throw tooMany(this.#mostWrites)
      }
    } catch (error) {
      if (signal.aborted) throw cancelled()
      if (!done.signal.aborted) throw error
    } finally {
      clearTimeout(quiet)
    }
    this.#bytes += bytes
    if (told < upTo) this.#doubt({ from: told + 1n, to: upTo })
    return writes
  }

  #doubt({ from, to }: RevisionRange): void {
    const known = this.#unproven
    this.#unproven = known === null ? { from, to } : { from: known.from < from ? known.from : from, to: known.to > to ? known.to : to }
  }
}

function writeOf({ key, revision, kv }: V3Change): StoredWrite {
  if (kv === null) return { key, revision, version: 0n, createRevision: 0n, size: 0 }
  // kine before 0.14 counts no versions: 0 would be a deletion.
  const version = kv.version > 0n ? kv.version : kv.createRevision === revision ? 1n : 2n
  return { key, revision, version, createRevision: kv.createRevision, size: kv.value.length }
}

function tooMany(most: number): AppError {
  return new AppError('BUSY', { code: 'writes-too-many', params: { most } })
}
