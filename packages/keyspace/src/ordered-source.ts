// The lister's interface to a keyspace: etcd's Range, answered by a live etcd or a file.

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
  /** The keys of the reply may share one buffer: copy those that are kept. */
  keysTogether?: boolean
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
  /** The newest revision of the keyspace when it answered; for a request with 0n, the one read. */
  revision: bigint
  /** All keys of the interval, regardless of the limit: the number that etcd walked. */
  count: number
  more: boolean
  kvs: KeyValue[]
  /** The keys of `kvs` once more, where they lie in one buffer: then `kvs` is made when it is asked for. */
  together?: KeysTogether
}

/** Keys back to back. `starts` has where each begins, and the end of the last. */
export interface KeysTogether {
  readonly bytes: Uint8Array
  readonly starts: Uint32Array
}

/** A keyspace in byte order. Errors (compacted, unreachable, cancelled) are passed on to the lister's caller. */
export interface OrderedSource {
  range(request: RangeRequest, signal?: AbortSignal): Promise<RangeReply>
  /**
   * Bytes of the whole store with values and old revisions, at most: no Range can read more. Asking costs no Range. Undefined if the source does not
   * tell, as a file, for which a Range is cheap, and an etcd that does not answer. Does not reject.
   */
  storedBytes?(signal?: AbortSignal): Promise<number | undefined>
}

/** The cost of reading: the sum of the reply counts is the number of keys that etcd walked. */
export interface WalkCost {
  ranges: number
  walked: number
  largestWalk: number
}

/** Whether a read failed because no role of the reader covers the interval (code SOURCE_FORBIDDEN). A failed login is not a refusal. */
export function isRefusal(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'SOURCE_FORBIDDEN'
}
