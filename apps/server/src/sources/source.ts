// What a keyspace is to the rest of the server: the interface of a v3 keyspace, of a v2 keyspace, and of the cluster that has them.
import type { EtcdStatus, FileStatus, Member, Notice } from '@registree/contract'
import type { KeyValue, RangeReply, RangeRequest } from '@registree/keyspace'
import type { Static } from 'typebox'
import type { Identity } from './identity.ts'

/**
 * One Range and its answer, in etcd's own terms: `end` null reads the single key, `[0]` reads to the end of the keyspace; revision 0n is the
 * newest; a limit of 0 is none, which only a single key or a count may use. A reply's `count` is every key of the interval: what etcd walked.
 */
export type { KeyValue, RangeReply, RangeRequest } from '@registree/keyspace'

/** A lease, in seconds. `ttl` is null where no remaining time is known (a file stores none). */
export interface LeaseFacts {
  ttl: bigint | null
  granted: bigint | null
  /** A sentence for the reader where the facts need one. */
  note: string | null
}

/** Whether a keyspace is there, and if it is not, why, in one sentence. */
export interface Availability {
  available: boolean
  reason: string | null
  /** Names the reason where there are several, with what fills it in. */
  code?: string
  params?: Notice['params']
}

export interface V3Status {
  revision: bigint
  compactedRevision: bigint | null
  /** Live keys, where the source knows without counting. */
  keys: number | null
}

/**
 * What a watch tells, in order. `changes`: everything up to `at` (a revision, or a v2 index) has been told, so a watch that breaks goes on
 * after it; the first one has no changes and says that the watch is established. `gap`: the history between was no longer kept, so what is known
 * must be read again; the watch itself goes on after `at`.
 */
export type WatchReply<Change> = { kind: 'changes'; at: bigint; changes: Change[] } | { kind: 'gap'; at: bigint }

export interface V3Change {
  key: Uint8Array
  revision: bigint
  /** Null when the key was deleted, or its lease ran out. */
  kv: KeyValue | null
}

/** That a key was written, without what. */
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

export interface V2Change {
  /** etcd's own word: `set`, `update`, `expire`, `delete`, `compareAndSwap` … */
  action: string
  index: bigint
  path: string
  /** Null when the node is gone, and everything below it. */
  node: V2Node | null
}

/**
 * A v3 keyspace. Every method throws AppError only: REVISION_COMPACTED, REVISION_IN_FUTURE, SOURCE_*, CANCELLED.
 * A range never returns more than `limit` keys; bytes in a reply belong to the caller.
 */
export interface V3Source {
  readonly kind: 'etcd' | 'file' | 'memory'
  availability(signal?: AbortSignal): Promise<Availability>
  range(request: RangeRequest, signal?: AbortSignal): Promise<RangeReply>
  /**
   * Keys and bytes of values of an interval, where the source knows them without reading the values: a file does, a live etcd does not.
   * `roundTo` rounds the size of each value up to a multiple of that many bytes.
   */
  measure?(interval: Pick<RangeRequest, 'key' | 'end' | 'revision'> & { roundTo?: number }): Promise<{ keys: number; bytes: number }>
  /** Every kept write of a key, oldest first, where the source knows them without reading values: a file does, a live etcd does not. */
  writesOf?(key: Uint8Array): Promise<KeyWrite[]>
  /** Every kept write of all keys, newest first, where the source knows them without reading values: a file does, a live etcd does not. */
  writes?(): Iterable<StoredWrite>
  /**
   * Kept changes of an interval of keys with their values, in revision order, where the source can tell them: a file can. If there are more than
   * `most`, as many are chosen evenly.
   */
  keptChanges?(request: { key: Uint8Array; end: Uint8Array | null; most: number }, signal?: AbortSignal): AsyncIterable<V3Change>
  /** Null when there is no such lease (expired or revoked). */
  lease(id: bigint, signal?: AbortSignal): Promise<LeaseFacts | null>
  /**
   * The changes to `[key, end)` after a revision, each once and in order. It ends by itself only where nothing will ever change (a file); it
   * throws when the connection is lost; the reader resumes after the last `at`.
   */
  watch(request: { key: Uint8Array; end: Uint8Array | null; after: bigint }, signal: AbortSignal): AsyncIterable<WatchReply<V3Change>>
  status(signal?: AbortSignal): Promise<V3Status>
  close(): Promise<void>
}

export interface V2Node {
  /** Begins with `/`; the root is `/`. */
  path: string
  directory: boolean
  /** Null for a directory, and for a child of a directory when the source does not read values there. */
  value: string | null
  /** Bytes of the value; null for a directory. */
  size: number | null
  /** Whole seconds left, as etcd rounds (up); null when permanent, and in a file whose time is unknown. */
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
  /** One level, hidden nodes left out, in byte order of their paths; null for a file. */
  children: V2Node[] | null
}

export interface V2Status {
  index: bigint
}

/** A v2 keyspace. Throws AppError only: KEY_NOT_FOUND, KEYSPACE_UNAVAILABLE, SOURCE_*, CANCELLED. */
export interface V2Source {
  readonly kind: 'etcd' | 'file' | 'memory'
  availability(signal?: AbortSignal): Promise<Availability>
  node(path: string, signal?: AbortSignal): Promise<V2Read>
  /** The changes at and below a path (it need not exist) after an index; as {@link V3Source.watch}. A `refresh` of a TTL is not told by etcd. */
  watch(request: { path: string; after: bigint }, signal: AbortSignal): AsyncIterable<WatchReply<V2Change>>
  status(signal?: AbortSignal): Promise<V2Status>
  close(): Promise<void>
}

/** What a cluster says of itself beside its keyspaces. */
interface ClusterFacts {
  members: Member[]
  etcd: Static<typeof EtcdStatus> | null
  file: FileStatus | null
  notices: Notice[]
}

/** How a cluster is at one moment, by the member that answered. */
export interface Pulse {
  /** `id` is null and `name` empty where they are not known. */
  member: { id: string | null; name: string; endpoint: string }
  /** Null where there is none, or none is needed: see `agrees`. */
  leader: { id: string; name: string } | null
  /** Whether reads by consensus succeed; where they do not, what this member holds itself is shown. */
  agrees: boolean
  /** Its newest revision; null where it has no v3 keyspace. */
  revision: bigint | null
  /** The index of its v2 keyspace, where that was what answered. */
  index: bigint | null
}

/**
 * What ages are relative to: the present of a live source, or the newest moment that a file knows of. `unknown` is a file in which nothing
 * tells it (it holds no times, or they are encrypted): then no age is known, and nothing may be concluded from one.
 */
export type Clock = { kind: 'live' } | { kind: 'file'; asOf: Date } | { kind: 'unknown' }

/** The moment that ages are relative to; null where nothing tells it. */
export function momentOf(clock: Clock, present: () => Date): Date | null {
  return clock.kind === 'live' ? present() : clock.kind === 'file' ? clock.asOf : null
}

/** How an answer says what its ages are relative to: `asOf` is a file's moment, `now` null is that none is known. */
export function toWireMoment(clock: Clock, now: Date | null): { asOf: string | null; now: string | null } {
  return { asOf: clock.kind === 'file' ? clock.asOf.toISOString() : null, now: now?.toISOString() ?? null }
}

/** One opened cluster: what `routes/` know of it. */
export interface OpenedCluster {
  readonly source: 'etcd' | 'file'
  /** For the status line: `after.db`, or the endpoints without credentials. */
  readonly origin: string
  /** What ages are relative to. */
  readonly clock: Clock
  readonly v3: V3Source
  readonly v2: V2Source
  /** Which history the answers belong to. */
  readonly identity: Identity
  /** Asks how the cluster is; null where that never changes (a file). Throws AppError where nothing answers. */
  readonly pulse: ((signal?: AbortSignal) => Promise<Pulse>) | null
  /** Somebody reads: for a while, connections are held that prove that answers belong together. */
  keepConnected(): void
  /** Reads in flight right now. */
  inFlight(): number
  facts(signal?: AbortSignal): Promise<ClusterFacts>
  close(): Promise<void>
}
