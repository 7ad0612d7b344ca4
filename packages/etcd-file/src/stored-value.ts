// Reads the values of a page where they lie in the file: a file of its own, so that threads that search load nothing else of this package.
import { FileChangedError } from './errors.ts'
import { plain } from './file-messages.ts'
import { MvccEntry } from './mvcc-entry.ts'

/** Keys of one page, and where their values are in the file. */
export interface ValuePlaces {
  /** Number of keys. */
  count: number
  /** The keys, back to back. */
  keys: Uint8Array<ArrayBuffer>
  /** Lengths of each key and value. */
  sizes: Uint32Array<ArrayBuffer>
  /** Of each key: create revision, mod revision, version, lease. */
  numbers: BigInt64Array<ArrayBuffer>
  /** Offset and length of each key's record in the file. A length of 0 means that its value is in `inMemory`. */
  records: Float64Array<ArrayBuffer>
  /** Values that are not in the file, with the index of their keys. */
  inMemory: { index: number; value: Uint8Array }[]
}

/** At most so many bytes are read at once, unless a record is longer. */
const READ_BYTES = 1024 * 1024
/** Records that lie so near are read together. */
const GAP_BYTES = 16 * 1024

let spare = new Uint8Array(0)

/**
 * Fills `into` with the values, back to back in the order of the keys. `read` fills its target from an offset of the file, or throws. Throws
 * FileChangedError if a record is not the one that was indexed: a data directory may be in use.
 */
export function readPlaces(places: ValuePlaces, read: (offset: number, target: Uint8Array) => void, into: Uint8Array): void {
  const { count, keys, sizes, numbers, records, inMemory } = places
  const keyAt = new Uint32Array(count + 1)
  const valueAt = new Uint32Array(count + 1)
  for (let i = 0; i < count; i++) {
    keyAt[i + 1] = (keyAt[i] as number) + (sizes[2 * i] as number)
    valueAt[i + 1] = (valueAt[i] as number) + (sizes[2 * i + 1] as number)
  }
  for (const { index, value } of inMemory) into.set(value, valueAt[index])
  const start = (i: number) => records[2 * i] as number
  const endOf = (i: number) => start(i) + (records[2 * i + 1] as number)
  const order = Uint32Array.from({ length: count }, (_, i) => i).filter((i) => records[2 * i + 1] !== 0)
  order.sort((a, b) => start(a) - start(b))
  const entry = new MvccEntry()
  for (let from = 0; from < order.length; ) {
    const begin = start(order[from] as number)
    let end = endOf(order[from] as number)
    let to = from + 1
    for (; to < order.length; to++) {
      const next = order[to] as number
      if (start(next) - end > GAP_BYTES || endOf(next) - begin > READ_BYTES) break
      end = Math.max(end, endOf(next))
    }
    const length = end - begin
    if (length <= READ_BYTES && spare.length < READ_BYTES) spare = new Uint8Array(READ_BYTES)
    const bytes = length <= READ_BYTES ? spare.subarray(0, length) : new Uint8Array(length)
    read(begin, bytes)
    for (; from < to; from++) {
      const i = order[from] as number
      entry.recordStart = start(i) - begin
      entry.recordLength = records[2 * i + 1] as number
      entry.readRecord(bytes)
      const isSame =
        entry.problem === null &&
        entry.modRevision === Number(numbers[4 * i + 1]) &&
        entry.valueLength === sizes[2 * i + 1] &&
        isAt(bytes, entry.keyStart, entry.keyLength, keys, keyAt[i] as number, sizes[2 * i] as number)
      if (!isSame) throw new FileChangedError(plain('file-is-changed'))
      into.set(bytes.subarray(entry.valueStart, entry.valueStart + entry.valueLength), valueAt[i])
    }
  }
}

function isAt(a: Uint8Array, aStart: number, aLength: number, b: Uint8Array, bStart: number, bLength: number): boolean {
  if (aLength !== bLength) return false
  for (let i = 0; i < aLength; i++) if (a[aStart + i] !== b[bStart + i]) return false
  return true
}
