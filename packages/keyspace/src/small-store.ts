// Reads the keys of a small store in one Range, for a reader who would otherwise look into many places.
import { compareBytes, equalBytes, KEYSPACE_END } from './bytes.ts'
import type { KeyValue, OrderedSource, RangeReply, RangeRequest } from './ordered-source.ts'
import { AT_ONCE, sizeOfStore } from './store-size.ts'

/**
 * The same source with all keys read: what asks for keys or counts alone, at the newest revision or the one of that reading, is answered from memory;
 * values are read by Ranges of their own. The source itself where the store is not small. Errors of the source are passed on. After `forget` everything
 * is asked of the source: levels that a listing remembers keep what they were read from.
 */
export async function withKeysOfSmallStore(
  source: OrderedSource,
  signal?: AbortSignal,
): Promise<{ source: OrderedSource; forget: () => void }> {
  const unread = { source, forget: () => {} }
  if (!(await sizeOfStore(source, signal)).small) return unread
  const { kvs, count, revision } = await source.range(
    { key: KEYSPACE_END, end: KEYSPACE_END, revision: 0n, limit: AT_ONCE, keysOnly: true },
    signal,
  )
  if (kvs.length < count) return unread
  let keys: typeof kvs | null = kvs
  return {
    forget: () => {
      keys = null
    },
    source: {
      storedBytes: async () => await source.storedBytes?.(signal),
      range: async (request, itsSignal) => {
        itsSignal?.throwIfAborted()
        const isKnown = (request.keysOnly || request.countOnly) && (request.revision === 0n || request.revision === revision)
        return keys !== null && isKnown ? answered(keys, revision, request) : await source.range(request, itsSignal)
      },
    },
  }
}

/** What etcd would answer, of all keys in byte order. */
function answered(kvs: readonly KeyValue[], revision: bigint, { key, end, limit, countOnly }: RangeRequest): RangeReply {
  const from = indexOf(kvs, key)
  const to =
    end === null
      ? from + Number(kvs[from] !== undefined && equalBytes(kvs[from].key, key))
      : equalBytes(end, KEYSPACE_END)
        ? kvs.length
        : indexOf(kvs, end)
  const count = Math.max(0, to - from)
  const shown = countOnly ? 0 : limit > 0 ? Math.min(count, limit) : count
  return { revision, count, more: shown < count, kvs: kvs.slice(from, from + shown) }
}

/** The index of the first key at or after a position. */
function indexOf(kvs: readonly KeyValue[], position: Uint8Array): number {
  let low = 0
  let high = kvs.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (compareBytes((kvs[middle] as KeyValue).key, position) < 0) low = middle + 1
    else high = middle
  }
  return low
}
