// The distinct keys of a keyspace, packed into large buffers: interned while they are read, then sorted once.

import { NumberColumn } from './column.ts'
import { EtcdFileError } from './errors.ts'
import { plain } from './file-messages.ts'
import { inLowerCase } from './lower-case.ts'
import { compareBytes } from './random-access.ts'

const CHUNK_BITS = 22
const CHUNK = 1 << CHUNK_BITS
const MOST_CHUNKS = 1 << (32 - CHUNK_BITS)

/** Numbers distinct keys in the order of first occurrence; `sort` then ranks them by their bytes. */
export class KeyTable {
  private readonly chunks: Uint8Array[] = []
  /** Views of the chunks: four bytes per step are several times faster than one. */
  private readonly views: DataView[] = []
  private used = CHUNK
  private readonly adding = { places: new NumberColumn(), lengths: new NumberColumn(), hashes: new NumberColumn() }
  private places = new Uint32Array(0)
  private lengths: Uint8Array | Uint16Array | Uint32Array = new Uint32Array(0)
  private slots = new Uint32Array(1024)
  /** Key numbers in byte order of the keys; empty before `sort`. */
  ranked = new Uint32Array(0)

  size = 0

  /** The number of the key at `bytes[start, start + length)`; a new one if it is new. */
  intern(bytes: DataView, start: number, length: number): number {
    const hash = hashOf(bytes, start, length)
    const mask = this.slots.length - 1
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const found = this.slots[slot] as number
      if (found === 0) {
        this.slots[slot] = this.add(bytes, start, length, hash) + 1
        if (this.size * 2 > this.slots.length) this.grow()
        return this.size - 1
      }
      if (this.adding.hashes.at(found - 1) === hash && this.same(found - 1, bytes, start, length)) return found - 1
    }
  }

  private same(key: number, bytes: DataView, start: number, length: number): boolean {
    if (this.adding.lengths.at(key) !== length) return false
    const place = this.adding.places.at(key)
    const chunk = this.views[place >>> CHUNK_BITS] as DataView
    const at = place & (CHUNK - 1)
    let i = 0
    for (; i + 4 <= length; i += 4) if (chunk.getUint32(at + i) !== bytes.getUint32(start + i)) return false
    for (; i < length; i++) if (chunk.getUint8(at + i) !== bytes.getUint8(start + i)) return false
    return true
  }

  /** Allocates `length` bytes and returns their position. */
  private room(length: number): number {
    if (this.chunks.length === 0 || this.used + length > CHUNK) {
      if (this.chunks.length === MOST_CHUNKS) throw new EtcdFileError(plain('file-keys-large'))
      const chunk = new Uint8Array(Math.max(CHUNK, length))
      this.chunks.push(chunk)
      this.views.push(new DataView(chunk.buffer))
      this.used = 0
    }
    this.used += length
    return (this.chunks.length - 1) * CHUNK + this.used - length
  }

  private add(bytes: DataView, start: number, length: number, hash: number): number {
    const place = this.room(length)
    const chunk = this.views[this.views.length - 1] as DataView
    // Keys are short: a loop is faster than creating a view to copy from.
    const at = place & (CHUNK - 1)
    let i = 0
    for (; i + 4 <= length; i += 4) chunk.setUint32(at + i, bytes.getUint32(start + i))
    for (; i < length; i++) chunk.setUint8(at + i, bytes.getUint8(start + i))
    this.adding.places.push(place)
    this.adding.lengths.push(length)
    this.adding.hashes.push(hash)
    return this.size++
  }

  private grow(): void {
    const slots = new Uint32Array(this.slots.length * 2)
    const mask = slots.length - 1
    for (let key = 0; key < this.size; key++) {
      let slot = this.adding.hashes.at(key) & mask
      while (slots[slot] !== 0) slot = (slot + 1) & mask
      slots[slot] = key + 1
    }
    this.slots = slots
  }

  /** A view of a key's bytes once the table is sorted: copy it before passing it on. */
  key(number: number): Uint8Array {
    const place = this.places[number] as number
    const at = place & (CHUNK - 1)
    return (this.chunks[place >>> CHUNK_BITS] as Uint8Array).subarray(at, at + (this.lengths[number] as number))
  }

  /** By number of a sorted table: 1 for the keys that contain a text, whatever the case of ASCII letters. `text` is in lower case and not empty. */
  containing(text: Uint8Array): Uint8Array {
    const marks = new Uint8Array(this.size)
    const folded = new Int32Array(CHUNK / 4)
    let number = 0
    for (const [i, chunk] of this.chunks.entries()) {
      const bytes = inLowerCase(chunk, folded)
      const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
      // Keys lie in the order of their numbers.
      for (let at = view.indexOf(text); at >= 0; ) {
        const place = i * CHUNK + at
        while (this.begins(number + 1, i, place)) number++
        const end = (this.places[number] as number) + (this.lengths[number] as number)
        // It may lie across two keys.
        if (place + text.length <= end) {
          marks[number] = 1
          at = view.indexOf(text, end - i * CHUNK)
        } else at = view.indexOf(text, at + 1)
      }
    }
    return marks
  }

  /** Whether a key begins at a place of a chunk, or before it. */
  private begins(number: number, chunk: number, place: number): boolean {
    if (number >= this.size) return false
    const own = this.places[number] as number
    // A chunk of one very long key reaches beyond the places that it begins with.
    return own >>> CHUNK_BITS <= chunk && own <= place
  }

  /** Ranks the keys; afterwards none may be added, and the memory for finding them is freed. */
  sort(): void {
    const ranked = new Uint32Array(this.size)
    for (let i = 0; i < ranked.length; i++) ranked[i] = i
    this.adding.hashes.clear()
    this.places = takeAll(this.adding.places)
    const lengths = takeAll(this.adding.lengths)
    this.lengths = lengths
    // There are at least twice as many slots as keys: enough temporary space for sorting.
    const spare = { words: this.slots.subarray(0, this.size), keys: this.slots.subarray(this.size, 2 * this.size) }
    this.sortFrom(ranked, new Uint32Array(this.size), spare)
    this.slots = new Uint32Array(0)
    this.ranked = ranked
    // Sorting is fastest on the wide ones.
    this.lengths = narrow(lengths)
  }

  /** Adds keys to a sorted table: they must be in byte order, distinct and new. Costs a copy of its columns. */
  extend(keys: readonly Uint8Array[]): void {
    const size = this.size + keys.length
    const places = new Uint32Array(size)
    const lengths = new Uint32Array(size)
    places.set(this.places)
    lengths.set(this.lengths)
    const before = keys.map((key) => this.lowerBound(key))
    for (const key of keys) {
      const number = this.size++
      const at = this.room(key.length)
      ;(this.chunks[at >>> CHUNK_BITS] as Uint8Array).set(key, at & (CHUNK - 1))
      places[number] = at
      lengths[number] = key.length
    }
    const ranked = new Uint32Array(size)
    const first = size - keys.length
    let from = 0
    for (const [i, rank] of before.entries()) {
      ranked.set(this.ranked.subarray(from, rank), from + i)
      ranked[rank + i] = first + i
      from = rank
    }
    ranked.set(this.ranked.subarray(from), from + keys.length)
    this.places = places
    this.lengths = narrow(lengths)
    this.ranked = ranked
  }

  /**
   * Sorts by four bytes of the keys at a time, after the common prefix of a group: keys of a registry have long ones, which comparing whole keys
   * would read again and again. (Bentley and Sedgewick, "Fast algorithms for sorting and searching strings".)
   */
  private sortFrom(keys: Uint32Array, words: Uint32Array, spare: Spare): void {
    const todo: [number, number, number][] = [[0, keys.length, 0]]
    for (let task = todo.pop(); task; task = todo.pop()) {
      let [from, to, depth] = task
      if (to - from < 2) continue
      if (to - from <= 12) {
        this.insertionSort(keys, from, to, depth)
        continue
      }
      depth = this.sharedDepth(keys, from, to, depth)
      // A key that ends before `depth` is a prefix of all others here: shorter ones first.
      let ended = from
      for (let i = from; i < to; i++) {
        const key = keys[i] as number
        if ((this.lengths[key] as number) <= depth) {
          keys[i] = keys[ended] as number
          keys[ended++] = key
        }
      }
      this.insertionSort(keys, from, ended, depth)
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

  /** The length of these keys' common prefix; `depth` of it is known. */
  private sharedDepth(keys: Uint32Array, from: number, to: number, depth: number): number {
    const first = keys[from] as number
    const firstPlace = this.places[first] as number
    const firstChunk = this.chunks[firstPlace >>> CHUNK_BITS] as Uint8Array
    const firstAt = firstPlace & (CHUNK - 1)
    let shared = this.lengths[first] as number
    for (let i = from + 1; i < to && shared > depth; i++) {
      const key = keys[i] as number
      const place = this.places[key] as number
      const chunk = this.chunks[place >>> CHUNK_BITS] as Uint8Array
      const at = place & (CHUNK - 1)
      const most = Math.min(shared, this.lengths[key] as number)
      let same = depth
      while (same < most && chunk[at + same] === firstChunk[firstAt + same]) same++
      shared = same
    }
    return Math.max(shared, depth)
  }

  /** Four bytes of a key, big-endian; bytes after its end count as 0, and `sortFrom` resolves the resulting ties. */
  private wordAt(key: number, depth: number): number {
    const place = this.places[key] as number
    const chunk = this.views[place >>> CHUNK_BITS] as DataView
    const at = (place & (CHUNK - 1)) + depth
    const left = (this.lengths[key] as number) - depth
    if (left >= 4) return chunk.getUint32(at)
    let word = 0
    for (let i = 0; i < left; i++) word |= chunk.getUint8(at + i) << (24 - 8 * i)
    return word >>> 0
  }

  /** For few keys with the same first `depth` bytes. */
  private insertionSort(keys: Uint32Array, from: number, to: number, depth: number): void {
    for (let i = from + 1; i < to; i++) {
      const key = keys[i] as number
      let j = i - 1
      while (j >= from && this.isBefore(key, keys[j] as number, depth)) {
        keys[j + 1] = keys[j] as number
        j--
      }
      keys[j + 1] = key
    }
  }

  private isBefore(a: number, b: number, depth: number): boolean {
    const [placeA, placeB] = [this.places[a] as number, this.places[b] as number]
    const [lengthA, lengthB] = [this.lengths[a] as number, this.lengths[b] as number]
    const chunkA = this.chunks[placeA >>> CHUNK_BITS] as Uint8Array
    const chunkB = this.chunks[placeB >>> CHUNK_BITS] as Uint8Array
    const atA = placeA & (CHUNK - 1)
    const atB = placeB & (CHUNK - 1)
    const shared = Math.min(lengthA, lengthB)
    for (let i = depth; i < shared; i++) {
      const difference = (chunkA[atA + i] as number) - (chunkB[atB + i] as number)
      if (difference !== 0) return difference < 0
    }
    return lengthA < lengthB
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

function takeAll(column: NumberColumn): Uint32Array<ArrayBuffer> {
  const all = new Uint32Array(column.length)
  for (let i = 0; i < all.length; i++) all[i] = column.at(i)
  column.clear()
  return all
}

/** The same numbers in as few bytes as the largest needs: most keys are shorter than 256 bytes. */
function narrow(numbers: Uint32Array): Uint8Array | Uint16Array | Uint32Array {
  let largest = 0
  for (const one of numbers) if (one > largest) largest = one
  if (largest <= 0xff) return new Uint8Array(numbers)
  return largest <= 0xffff ? new Uint16Array(numbers) : numbers
}

/** Four bytes per step; key ends do not matter for equality. */
function hashOf(bytes: DataView, start: number, length: number): number {
  let hash = length
  let i = start
  const end = start + length
  for (; i + 4 <= end; i += 4) {
    hash = Math.imul(hash ^ bytes.getInt32(i), 0x9e3779b1)
    hash ^= hash >>> 15
  }
  for (; i < end; i++) hash = Math.imul(hash ^ bytes.getUint8(i), 0x01000193)
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  return (hash ^ (hash >>> 13)) >>> 0
}

/** Sorts `words[start, end)` together with `keys`: quicksort for few; for many a radix sort, which has no slow inputs. */
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
