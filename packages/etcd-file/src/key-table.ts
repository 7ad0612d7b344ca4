// The distinct keys of a keyspace, packed into big buffers: interned while they come in, then put into byte order once.
import { Uint32Column } from './column.ts'
import { EtcdFileError } from './errors.ts'
import { compareBytes } from './random-access.ts'

const CHUNK_BITS = 22
const CHUNK = 1 << CHUNK_BITS
const MOST_CHUNKS = 1 << (32 - CHUNK_BITS)

/** Gives each distinct key a number, in the order of first sight; `sort` then ranks them by their bytes. */
export class KeyTable {
  private readonly chunks: Uint8Array[] = []
  private used = CHUNK
  private readonly places = new Uint32Column()
  private readonly lengths = new Uint32Column()
  private readonly hashes = new Uint32Column()
  private slots = new Uint32Array(1024)
  /** Key numbers in byte order of the keys; empty before `sort`. */
  ranked = new Uint32Array(0)

  get size(): number {
    return this.lengths.length
  }

  /** The number of the key `bytes[start, start + length)`, a new one if it has not been seen. */
  intern(bytes: Uint8Array, start: number, length: number): number {
    let hash = 0x811c9dc5
    for (let i = start; i < start + length; i++) hash = Math.imul(hash ^ (bytes[i] as number), 0x01000193)
    hash = (hash ^ (hash >>> 15)) >>> 0
    const mask = this.slots.length - 1
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const found = this.slots[slot] as number
      if (found === 0) {
        this.slots[slot] = this.add(bytes, start, length, hash) + 1
        if (this.size * 2 > this.slots.length) this.grow()
        return this.size - 1
      }
      if (this.hashes.at(found - 1) === hash && this.same(found - 1, bytes, start, length)) return found - 1
    }
  }

  private same(key: number, bytes: Uint8Array, start: number, length: number): boolean {
    if (this.lengths.at(key) !== length) return false
    const place = this.places.at(key)
    const chunk = this.chunks[place >>> CHUNK_BITS] as Uint8Array
    const at = place & (CHUNK - 1)
    for (let i = 0; i < length; i++) if (chunk[at + i] !== bytes[start + i]) return false
    return true
  }

  private add(bytes: Uint8Array, start: number, length: number, hash: number): number {
    if (this.used + length > CHUNK) {
      if (this.chunks.length === MOST_CHUNKS) throw new EtcdFileError('the keys of this database need more than 4 GiB of memory')
      this.chunks.push(new Uint8Array(Math.max(CHUNK, length)))
      this.used = 0
    }
    const chunk = this.chunks[this.chunks.length - 1] as Uint8Array
    chunk.set(bytes.subarray(start, start + length), this.used)
    this.places.push((this.chunks.length - 1) * CHUNK + this.used)
    this.lengths.push(length)
    this.hashes.push(hash)
    this.used += length
    return this.size - 1
  }

  private grow(): void {
    const slots = new Uint32Array(this.slots.length * 2)
    const mask = slots.length - 1
    for (let key = 0; key < this.size; key++) {
      let slot = this.hashes.at(key) & mask
      while (slots[slot] !== 0) slot = (slot + 1) & mask
      slots[slot] = key + 1
    }
    this.slots = slots
  }

  /** A view of a key's bytes: to be copied before it is given away. */
  key(number: number): Uint8Array {
    const place = this.places.at(number)
    const at = place & (CHUNK - 1)
    return (this.chunks[place >>> CHUNK_BITS] as Uint8Array).subarray(at, at + this.lengths.at(number))
  }

  /** Ranks the keys; after this none may be added, and the memory that finding them needed is given back. */
  sort(): void {
    const ranked = new Uint32Array(this.size)
    for (let i = 0; i < ranked.length; i++) ranked[i] = i
    this.slots = new Uint32Array(0)
    this.sortFrom(ranked, new Uint32Array(this.size))
    this.ranked = ranked
  }

  /**
   * Sorts by four bytes of the keys at a time: keys of a registry share long beginnings, which a comparison of whole keys
   * would read again and again. (Bentley and Sedgewick, "Fast algorithms for sorting and searching strings".)
   */
  private sortFrom(keys: Uint32Array, words: Uint32Array): void {
    const spare: Spare = { words: new Uint32Array(keys.length), keys: new Uint32Array(keys.length) }
    const todo: [number, number, number][] = [[0, keys.length, 0]]
    for (let task = todo.pop(); task; task = todo.pop()) {
      let [from, to] = task
      const depth = task[2]
      if (to - from < 2) continue
      if (to - from <= 8) {
        this.insertionSort(keys, from, to)
        continue
      }
      // A key that ends before `depth` is a beginning of every other one here: shorter ones first.
      let ended = from
      for (let i = from; i < to; i++) {
        const key = keys[i] as number
        if (this.lengths.at(key) <= depth) {
          keys[i] = keys[ended] as number
          keys[ended++] = key
        }
      }
      this.insertionSort(keys, from, ended)
      from = ended
      for (let i = from; i < to; i++) words[i] = this.wordAt(keys[i] as number, depth)
      sortPairs(words, keys, from, to, spare)
      for (let start = from; start < to; ) {
        let end = start + 1
        while (end < to && words[end] === words[start]) end++
        if (end - start > 1) todo.push([start, end, depth + 4])
        start = end
      }
    }
  }

  /** Four bytes of a key, big-endian; bytes after its end count as 0, and `sortFrom` settles what that makes equal. */
  private wordAt(key: number, depth: number): number {
    const place = this.places.at(key)
    const chunk = this.chunks[place >>> CHUNK_BITS] as Uint8Array
    const at = (place & (CHUNK - 1)) + depth
    const left = this.lengths.at(key) - depth
    const a = chunk[at] as number
    const b = left > 1 ? (chunk[at + 1] as number) : 0
    const c = left > 2 ? (chunk[at + 2] as number) : 0
    const d = left > 3 ? (chunk[at + 3] as number) : 0
    return ((a << 24) | (b << 16) | (c << 8) | d) >>> 0
  }

  private insertionSort(keys: Uint32Array, from: number, to: number): void {
    for (let i = from + 1; i < to; i++) {
      const key = keys[i] as number
      const bytes = this.key(key)
      let j = i - 1
      while (j >= from && compareBytes(this.key(keys[j] as number), bytes) > 0) {
        keys[j + 1] = keys[j] as number
        j--
      }
      keys[j + 1] = key
    }
  }

  /** The rank of the first key at or after `bytes`; `size` if there is none. */
  lowerBound(bytes: Uint8Array): number {
    let low = 0
    let high = this.ranked.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if (compareBytes(this.key(this.ranked[middle] as number), bytes) < 0) low = middle + 1
      else high = middle
    }
    return low
  }
}

/** Sorts `words[start, end)` and moves `keys` along: quicksort for few; for many a radix sort, which no order of the input makes slow. */
function sortPairs(words: Uint32Array, keys: Uint32Array, start: number, end: number, spare: Spare): void {
  if (end - start > 256) {
    radixSort(words, keys, start, end, spare)
    return
  }
  const todo: [number, number][] = [[start, end]]
  for (let task = todo.pop(); task; task = todo.pop()) {
    const [from, to] = task
    if (to - from < 2) continue
    const pivot = median(words[from] as number, words[(from + to) >>> 1] as number, words[to - 1] as number)
    let less = from
    let more = to
    for (let i = from; i < more; ) {
      const word = words[i] as number
      if (word < pivot) swap(words, keys, i++, less++)
      else if (word > pivot) swap(words, keys, i, --more)
      else i++
    }
    todo.push([from, less], [more, to])
  }
}

type Spare = { words: Uint32Array; keys: Uint32Array }

function radixSort(words: Uint32Array, keys: Uint32Array, start: number, end: number, spare: Spare): void {
  const counts = new Uint32Array(256)
  for (let shift = 0; shift < 32; shift += 8) {
    counts.fill(0)
    for (let i = start; i < end; i++) {
      const digit = ((words[i] as number) >>> shift) & 0xff
      counts[digit] = (counts[digit] as number) + 1
    }
    if (counts.includes(end - start)) continue
    let sum = 0
    for (let digit = 0; digit < 256; digit++) {
      const count = counts[digit] as number
      counts[digit] = sum
      sum += count
    }
    for (let i = start; i < end; i++) {
      const word = words[i] as number
      const digit = (word >>> shift) & 0xff
      const to = counts[digit] as number
      counts[digit] = to + 1
      spare.words[to] = word
      spare.keys[to] = keys[i] as number
    }
    words.set(spare.words.subarray(0, end - start), start)
    keys.set(spare.keys.subarray(0, end - start), start)
  }
}

function median(a: number, b: number, c: number): number {
  return Math.max(Math.min(a, b), Math.min(Math.max(a, b), c))
}

function swap(words: Uint32Array, keys: Uint32Array, i: number, j: number): void {
  const word = words[i] as number
  words[i] = words[j] as number
  words[j] = word
  const key = keys[i] as number
  keys[i] = keys[j] as number
  keys[j] = key
}
