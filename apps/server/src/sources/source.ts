// The interfaces of a v3 keyspace, a v2 keyspace, and the cluster that has them.
import type { EtcdStatus, FileStatus, Member, Note, Notice } from '@registree/contract'
import type { ValuePlaces } from '@registree/etcd-file'
import type { KeyValue, RangeReply, RangeRequest } from '@registree/keyspace'
import type { Static } from 'typebox'
import type { ErrorMessage } from '../messages/in-english.ts'
import type { Identity } from './identity.ts'

/**
 * One Range and its answer, in etcd's own terms: `end` null reads the single key, `[0]` reads to the end of the keyspace; revision 0n is the newest;
 * limit 0 is unlimited, allowed only for a single key or a count. A reply's `count` is the number of keys in the interval, all of which etcd walked.
 */
export type { KeyValue, RangeReply, RangeRequest } from '@registree/keyspace'

/** A lease, in seconds. `ttl` is null if the remaining time is unknown (a file stores none). */
export interface LeaseFacts {
  ttl: bigint | null
  granted: bigint | null
  /** A sentence for the reader if the facts need one. */
  note: Note | null
}

/** Whether a keyspace exists; if not, why, in one sentence. */
export interface Availability {
  available: boolean
  /** Why it is not available. */
  says: ErrorMessage | null
}

export interface V3Status {
  revision: bigint
  compactedRevision: bigint | null
  /** Live keys, if the source knows them without counting. */
  keys: number | null
}

/**
 * What a watch delivers, in order. `changes`: everything up to `at` (a revision, or a v2 index) has been delivered, so a broken watch resumes after
 * it; the first one has no changes and confirms that the watch is established. `gap`: the history in between was no longer kept, so known data must
 * be read again; the watch itself continues after `at`.
 */
export type WatchReply<Change> = { kind: 'changes'; at: bigint; changes: Change[] } | { kind: 'gap'; at: bigint }

export interface V3Change {
  key: Uint8Array
  revision: bigint
  /** Null if the key was deleted or its lease expired. */
  kv: KeyValue | null
}

/** A write of a key, without its value. */
export interface KeyWrite {
  revision: bigint
  deleted: boolean
}

/** One kept write of a key, without its value. */
export interface StoredWrite {
  key: Uint8Array
  revision: bigint
  /** 0n for a deletion. */
  version: bigint
  /** 0n for a deletion. */
  createRevision: bigint
  /** Bytes of the value; 0 for a deletion. */
  size: number
}

/** Writes that follow each other, oldest first, in columns. */
export interface WriteColumns {
  /** By numbers of the source's own: see {@link StoredWrites.keyNumbered}. */
  key: Uint32Array
  revision: Float64Array
  /** 0 for a deletion. */
  version: Float64Array
  /** 0 for a deletion. */
  createRevision: Float64Array
}

export interface StoredWrites {
  /** The newest first: some milliseconds of work each. */
  parts: Iterable<WriteColumns>
  keyNumbered(number: number): Uint8Array
}

export interface V2Change {
  /** etcd's own word: `set`, `update`, `expire`, `delete`, `compareAndSwap` … */
  action: string
  index: bigint
  path: string
  /** Null if the node and everything below it are gone. */
  node: V2Node | null
}

/** One event of a v2 key, with the nodes after and before it. */
export interface V2Event {
  action: string
  index: bigint
  /** The key's own, or that of a directory above it which was removed. */
  path: string
  /** Only the TTL was renewed. A live etcd does not report it. */
  refresh: boolean
  /** Null if it is gone. */
  node: V2Node | null
  /** Null if there was none. Its `ttl` is what was left then. */
  before: V2Node | null
}

/** The first event of a key from an index on, null if there is none; or `oldest`, the first index that is still kept, if that is later. */
export type V2FirstEvent = { event: V2Event | null } | { oldest: bigint }

/**
 * A v3 keyspace. Every method throws only AppError: REVISION_COMPACTED, REVISION_IN_FUTURE, SOURCE_*, CANCELLED. A range never returns more than
 * `limit` keys; bytes in a reply belong to the caller.
 */
export interface V3Source {
  readonly kind: 'etcd' | 'file' | 'memory'
  availability(signal?: AbortSignal): Promise<Availability>
  range(request: RangeRequest, signal?: AbortSignal): Promise<RangeReply>
  /**
   * Bytes of the whole store, values and old revisions included: an upper limit of what a Range reads. Undefined if it does not tell. Does not reject.
   */
  storedBytes?(signal?: AbortSignal): Promise<number | undefined>
  /**
   * Number of keys and total size of the values in an interval, if the source knows them without reading the values: a file does, a live etcd does
   * not. `roundTo` rounds each size up to a multiple of that many bytes.
   */
  measure?(interval: Pick<RangeRequest, 'key' | 'end' | 'revision'> & { roundTo?: number }): Promise<{ keys: number; bytes: number }>
  /**
   * The keys of an interval that contain an ASCII text (in lower case) in any case, without values, if the source can find them faster than a
   * listing: a file can. A page has at most `pageSize` of them; its `count` is the number of all keys that it passed.
   */
  keysContaining?(request: Pick<RangeRequest, 'key' | 'end' | 'revision'> & { text: Uint8Array; pageSize: number }): Iterable<RangeReply>
  /**
   * The keys of an interval in pages, and where their values are in an open file (`descriptor`), if the source has them in one: then a thread reads
   * them itself. Nothing is read for it here.
   */
  valuePlaces?(request: Pick<RangeRequest, 'key' | 'end' | 'revision'> & { pageSize: number; pageBytes: number }): {
    descriptor: number
    pages: Iterable<ValuePlaces>
  } | null
  /** Every kept write of a key, oldest first, if the source knows them without reading values: a file does, a live etcd does not. */
  writesOf?(key: Uint8Array): Promise<KeyWrite[]>
  /** Every kept write of all keys, where the source knows them without reading values: a file does, a live etcd does not. */
  writes?(): StoredWrites
  /**
   * Kept changes of an interval of keys with their values, in revision order, if the source supports it: a file does. If there are more than `most`,
   * that many are chosen evenly.
   */
  keptChanges?(request: { key: Uint8Array; end: Uint8Array | null; most: number }, signal?: AbortSignal): AsyncIterable<V3Change>
  /**
   * Keys, each at its revision, in one reading, where that is faster than as many Ranges: in a file. Null where one did not exist. Rejects where any of
   * them cannot be read.
   */
  statesAt?(points: readonly { key: Uint8Array; revision: bigint }[], signal?: AbortSignal): Promise<(KeyValue | null)[]>
  /** Null if there is no such lease (expired or revoked). */
  lease(id: bigint, signal?: AbortSignal): Promise<LeaseFacts | null>
  /**
   * The changes to `[key, end)` after a revision, each once and in order. Ends only if nothing can ever change (a file). Throws if the connection is
   * lost; the reader resumes after the last `at`. With `asksProgress` the source tells soon how far the watch is, if it can know: then `at` advances
   * past writes of other keys.
   */
  watch(
    request: { key: Uint8Array; end: Uint8Array | null; after: bigint; asksProgress?: boolean },
    signal: AbortSignal,
  ): AsyncIterable<WatchReply<V3Change>>
  status(signal?: AbortSignal): Promise<V3Status>
  close(): Promise<void>
}

export interface V2Node {
  /** Starts with `/`; the root is `/`. */
  path: string
  directory: boolean
  /** Null for a directory, and for a child if the source does not read values there. */
  value: string | null
  /** Bytes of the value; null for a directory. */
  size: number | null
  /** Whole seconds left, rounded up as in etcd; null if permanent, and in a file of unknown time. */
  ttl: bigint | null
  /** RFC 3339 in UTC. */
  expiration: string | null
  createdIndex: bigint
  modifiedIndex: bigint
}

export interface V2Read {
  index: bigint
  raftIndex: bigint | null
  raftTerm: bigint | null
  node: V2Node
  /** One level without hidden nodes, in byte order of their paths; null for a file. */
  children: V2Node[] | null
}

export interface V2Status {
  index: bigint
}

/** A v2 keyspace. Throws only AppError: KEY_NOT_FOUND, KEYSPACE_UNAVAILABLE, SOURCE_*, CANCELLED. */
export interface V2Source {
  readonly kind: 'etcd' | 'file' | 'memory'
  availability(signal?: AbortSignal): Promise<Availability>
  node(path: string, signal?: AbortSignal): Promise<V2Read>
  /**
   * The whole keyspace as it was at an index, if the source can tell: a file does, a live etcd knows only its newest state. Of the past, remaining
   * TTLs are not known. Throws REVISION_IN_FUTURE, and REVISION_COMPACTED with the first index that is known.
   */
  at?(index: bigint): Pick<V2Source, 'node'>
  /** Looks into the kept past of one key, which need not exist. Reads one event at most. */
  firstEvent(request: { path: string; from: bigint }, signal?: AbortSignal): Promise<V2FirstEvent>
  /** Changes at and below a path (it need not exist) after an index; see {@link V3Source.watch}. etcd does not report a `refresh` of a TTL. */
  watch(request: { path: string; after: bigint }, signal: AbortSignal): AsyncIterable<WatchReply<V2Change>>
  status(signal?: AbortSignal): Promise<V2Status>
  close(): Promise<void>
}

/** What a cluster reports about itself besides its keyspaces. */
interface ClusterFacts {
  members: Member[]
  etcd: Static<typeof EtcdStatus> | null
  file: FileStatus | null
  notices: Notice[]
}

/** The state of a cluster at one moment, by the member that answered. */
export interface Pulse {
  /** `id` is null and `name` empty if unknown. */
  member: { id: string | null; name: string; endpoint: string }
  /** Null if there is none or none is needed: see `agrees`. */
  leader: { id: string; name: string } | null
  /** Whether linearizable reads succeed; if not, this member's own state is shown. */
  agrees: boolean
  /** Its newest revision; null if it has no v3 keyspace. */
  revision: bigint | null
  /** The index of its v2 keyspace, if that is what answered. */
  index: bigint | null
}

/**
 * What ages are relative to: the current time of a live source, or the newest instant found in a file. `unknown` is a file without one (it holds no
 * times, or they are encrypted): then no ages are known, and nothing may be concluded from them.
 */
export type Clock = { kind: 'live' } | { kind: 'file'; asOf: Date } | { kind: 'unknown' }

/** The moment that ages are relative to; null if unknown. */
export function momentOf(clock: Clock, present: () => Date): Date | null {
  return clock.kind === 'live' ? present() : clock.kind === 'file' ? clock.asOf : null
}

/** What ages in an answer are relative to: `asOf` is a file's moment; `now` is null if none is known. */
export function toWireMoment(clock: Clock, now: Date | null): { asOf: string | null; now: string | null } {
  return { asOf: clock.kind === 'file' ? clock.asOf.toISOString() : null, now: now?.toISOString() ?? null }
}

/** What one member answers when it hashes its keys. */
export interface MemberHash {
  endpoint: string
  /** Over all kept revisions from `compactedRevision` to the requested one; null if the member did not tell. */
  hash: string | null
  /** Hashes can be compared only if this is the same. */
  compactedRevision: bigint
  /** Why there is no hash. */
  problem: string | null
}

/** The members of a live etcd, each by its own endpoint. */
export interface Members {
  readonly endpoints: readonly string[]
  /** The cluster as this member alone tells it; undefined for an unknown endpoint. Stays open with the cluster. */
  at(endpoint: string): OpenedCluster | undefined
  /** Each member reads all of its keys for it. Throws AppError: CANCELLED, SOURCE_MIXED, SOURCE_CHANGED. */
  hashes(revision: bigint, signal: AbortSignal): Promise<MemberHash[]>
}

/** An opened cluster, as `routes/` see it. */
export interface OpenedCluster {
  readonly source: 'etcd' | 'file'
  /** For the status line: `after.db`, or the endpoints without credentials. */
  readonly origin: string
  /** What ages are relative to. */
  readonly clock: Clock
  readonly v3: V3Source
  readonly v2: V2Source
  /** Tracks which history the answers belong to. */
  readonly identity: Identity
  /** Null for a file. */
  readonly members?: Members | null
  /** Asks for the cluster's state; null if it never changes (a file). Throws AppError if nothing answers. */
  readonly pulse: ((signal?: AbortSignal) => Promise<Pulse>) | null
  /** Marks that somebody reads: for a while connections are held, which prove that answers belong together. */
  keepConnected(): void
  /** Number of reads in flight. */
  inFlight(): number
  facts(signal?: AbortSignal): Promise<ClusterFacts>
  close(): Promise<void>
}
