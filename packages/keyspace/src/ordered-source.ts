// What the lister needs of a keyspace: etcd's Range, whether it is answered by a live etcd or by a file.

/** One Range request. */
export interface RangeRequest {
  /** The first key of the interval; never empty. */
  key: Uint8Array
  /** The first key after the interval; null for the single `key`; `[0]` for "to the end of the keyspace". */
  end: Uint8Array | null
  /** 0n is the newest. */
  revision: bigint
  limit: number
  keysOnly?: boolean
  countOnly?: boolean
}

/** A stored key. `value` is empty where only keys were asked for. */
export interface KeyValue {
  key: Uint8Array
  createRevision: bigint
  modRevision: bigint
  version: bigint
  lease: bigint
  value: Uint8Array
}

/** The answer to a Range. */
export interface RangeReply {
  /** The newest revision of the keyspace at the time of the answer: with a request for 0n, the one that was read. */
  revision: bigint
  /** All keys of the interval, whatever the limit: what etcd walked to answer. */
  count: number
  more: boolean
  kvs: KeyValue[]
}

/** A keyspace in byte order. Errors (compacted, unreachable, cancelled) reject and reach the caller of the lister as they are. */
export interface OrderedSource {
  range(request: RangeRequest, signal?: AbortSignal): Promise<RangeReply>
}

/** What reading cost: the sum of the reply counts is what etcd walked. */
export interface WalkCost {
  ranges: number
  walked: number
  largestWalk: number
}

/** Whether a read failed because no role of the reader covers the interval: such an error has the code SOURCE_FORBIDDEN. A login that fails is no refusal. */
export function isRefusal(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'SOURCE_FORBIDDEN'
}
