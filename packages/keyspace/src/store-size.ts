// What the size of the whole store tells a first listing: whether one Range may read everything, and how large a cluster to expect.
import type { OrderedSource } from './ordered-source.ts'

/**
 * A store of at most this many bytes is read in one Range, keys alone. Measured with etcd 3.4: one of several Ranges costs etcd 0.2 ms of processor time
 * and this process 0.3 ms; a key that is walked costs etcd 0.3 µs, one that is returned 1.5 µs, and 1 MB of values, which etcd reads for keys too,
 * 0.3 ms. So most stores of this size cost less at once than in the fifty Ranges that know nothing of them, while 30,000 keys would cost etcd four times
 * as much as those. It holds hardly more than 10,000 objects, with their old revisions; but of tiny keys, 53 bytes each, it holds about 80,000. By these
 * figures a first Range over them costs etcd 40 ms: less than 30,000 objects would, and accepted because it happens once for each level and for each
 * search for registries. What is known of the level afterwards leads its later listings.
 */
const SMALL_STORE = 4 << 20
/** Keys returned by that Range. */
export const AT_ONCE = 10_000
/**
 * One Range over a level costs etcd 1.6 µs for each key, returned and its value read; a Range for each known child costs it 0.2 ms more each. So one Range
 * is cheaper up to this many keys for each child. Of our own time, it is cheaper further on.
 */
export const KEYS_PER_RANGE = 125
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

/**
 * What to expect of any large cluster, also where the source does not tell. A smaller scale would be wrong where the keys are many and small, and Ranges
 * that are too wide walk tens of thousands of keys there.
 */
const LARGE: StoreSize = { small: false, middle: false, scale: 1 }

/** Asks the source, which answers without a Range. */
export async function sizeOfStore(source: OrderedSource, signal?: AbortSignal): Promise<StoreSize> {
  const bytes = await source.storedBytes?.(signal)
  if (bytes === undefined) return LARGE
  if (bytes > MIDDLE_STORE) return LARGE
  return { small: bytes <= SMALL_STORE, middle: true, scale: Math.max(LEAST_SCALE, bytes / BYTES_PER_KEY / USUAL_KEYS) }
}
