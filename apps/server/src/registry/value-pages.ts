// Reads the values below a prefix in pages at one revision: few at first where a person waits, then as many as their size allows.
import { type OrderedSource, prefixEndOrNull, type RangeKnowledge, type ReadPage, readPrefix } from '@registree/keyspace'
import type { Cluster } from '../clusters/cluster.ts'
import type { KeyValue } from '../sources/source.ts'
import { toldSize } from '../values/stored-objects.ts'

export interface ValuePagesRequest {
  source: OrderedSource
  prefix: Uint8Array
  /** Begin here and not at the first key. */
  from?: Uint8Array
  /** 0n is the newest: the first reply decides, and everything is read there. */
  revision: bigint
  knowledge: RangeKnowledge
  /** Values of the first page. */
  firstPage: number
  signal: AbortSignal
}

const LARGEST_PAGE = 500
/** What one Range should carry at most; pages shrink where values are large. */
const PAGE_BYTES = 8 * 1024 * 1024

/** Every key with its value, in byte order; the next page is read while one is looked at. */
export function valuePages({ from, prefix, ...request }: ValuePagesRequest): AsyncGenerator<ReadPage, void> {
  const interval = from === undefined ? { prefix } : { key: from, end: prefixEndOrNull(prefix) }
  return readPrefix(request.source, { ...request, ...interval, keysOnly: false, pageSize: LARGEST_PAGE, pageBytes: PAGE_BYTES })
}

/** Bytes of the values, as they may be told. */
export function sizeOfValues(kvs: readonly Pick<KeyValue, 'key' | 'value'>[], { masking }: Pick<Cluster, 'masking'>): number {
  let size = 0
  for (const kv of kvs) size += toldSize(masking, kv)
  return size
}
