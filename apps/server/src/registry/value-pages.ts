// Reads the values below a prefix in pages at one revision: few at first if a person waits, then as many as their size allows.
import { type OrderedSource, prefixEndOrNull, type RangeKnowledge, type ReadPage, readPrefix } from '@registree/keyspace'
import type { Cluster } from '../clusters/cluster.ts'
import type { KeyValue } from '../sources/source.ts'
import { mayReadAhead } from '../streams/read-ahead.ts'
import { toldSize } from '../values/stored-objects.ts'

export interface ValuePagesRequest {
  source: OrderedSource
  prefix: Uint8Array
  /** Start here instead of at the first key. */
  from?: Uint8Array
  /** Stop here instead of at the end of the prefix; null for the end of the keyspace. */
  end?: Uint8Array | null
  /** 0n is the newest: the first reply decides, and all pages use it. */
  revision: bigint
  knowledge: RangeKnowledge
  /** Number of values in the first page. */
  firstPage: number
  signal: AbortSignal
}

const LARGEST_PAGE = 500
/** Maximum bytes of one Range; pages shrink for large values. */
const PAGE_BYTES = 4 * 1024 * 1024

/** Every key with its value in byte order; the next page is read while one is processed. */
export function valuePages({ from, end, prefix, ...request }: ValuePagesRequest): AsyncGenerator<ReadPage, void> {
  const interval = from === undefined ? { prefix } : { key: from, end: end === undefined ? prefixEndOrNull(prefix) : end }
  return readPrefix(request.source, {
    ...request,
    ...interval,
    keysOnly: false,
    pageSize: LARGEST_PAGE,
    pageBytes: PAGE_BYTES,
    readsAhead: mayReadAhead,
  })
}

/** Total size of the values, in bytes; rounded where the exact size is secret. */
export function sizeOfValues(kvs: readonly Pick<KeyValue, 'key' | 'value'>[], { masking }: Pick<Cluster, 'masking'>): number {
  let size = 0
  for (const kv of kvs) size += toldSize(masking, kv)
  return size
}
