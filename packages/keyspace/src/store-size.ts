// What the size of the whole store tells a first listing: whether one Range may read everything, and how large a cluster to expect.
import type { OrderedSource } from './ordered-source.ts'

/**
 * A store of at most this many bytes is read in one Range, keys alone. Measured with etcd 3.4: one of several Ranges costs etcd 0.2 ms of processor time
 * and this process 0.3 ms; a key that is walked costs etcd 0.3 µs, one that is returned 1.5 µs, and 1 MB of values, which etcd reads for keys too,
 * 0.3 ms. So most stores of this size cost less at once than in the fifty Ranges that know nothing of them, while 30,000 keys would cost etcd four times
 * as much as those. It holds hardly more than 10,000 objects, with their old revisions, and never more than about 50,000 keys.
 */
const SMALL_STORE = 4 << 20
/** Keys returned by that Range. */
export const AT_ONCE = 10_000
/** Up to this size, a first listing may walk more keys to need fewer Ranges. */
const MIDDLE_STORE = 64 << 20
/** What a small object takes in the store. Of larger ones there are fewer: a cluster is then smaller than expected, which costs Ranges only. */
const BYTES_PER_KEY = 400
/** The number of keys for which the usual weights are right: see registry-names.ts. */
const USUAL_KEYS = 1_000_000
const LEAST_SCALE = 0.005

export interface StoreSize {
  /** One Range may read all keys. */
  small: boolean
  /** Fewer Ranges matter more than fewer keys walked. */
  middle: boolean
  /** The expected number of keys in a directory, relative to its usual weight. */
  scale: number
}

/** What to expect where the source does not tell: any large cluster. */
const UNKNOWN_SIZE: StoreSize = { small: false, middle: false, scale: 1 }

/** Asks the source, which answers without a Range. */
export async function sizeOfStore(source: OrderedSource, signal?: AbortSignal): Promise<StoreSize> {
  const bytes = await source.storedBytes?.(signal)
  if (bytes === undefined) return UNKNOWN_SIZE
  return {
    small: bytes <= SMALL_STORE,
    middle: bytes <= MIDDLE_STORE,
    scale: Math.min(1, Math.max(LEAST_SCALE, bytes / BYTES_PER_KEY / USUAL_KEYS)),
  }
}
