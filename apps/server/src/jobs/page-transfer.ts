// Transfers a page of keys and values to a worker thread: two buffers change owner, no object is copied.
import type { KeyValue } from '../sources/source.ts'
import { sizeOfValuesIn } from '../sources/values-buffer.ts'

export interface PackedPage {
  /** Lengths of each key and value. */
  sizes: Uint32Array<ArrayBuffer>
  /** The keys, back to back. */
  keys: ArrayBuffer
  values: ArrayBuffer
  /** Where each value begins in `values`; other bytes may lie between them. */
  starts: Uint32Array<ArrayBuffer>
}

/**
 * Removes the values from `kvs` if they are all that is read from their buffer, as those of a Range are, and a lone value of a watch: with `keeps`
 * copies are packed, for a caller that reads the values again or shares them.
 */
export function packPage(
  kvs: readonly Pick<KeyValue, 'key' | 'value'>[],
  { keeps = false } = {},
): { page: PackedPage; transfer: ArrayBuffer[] } {
  const sizes = new Uint32Array(2 * kvs.length)
  const starts = new Uint32Array(kvs.length)
  let keyBytes = 0
  let valueBytes = 0
  const buffer = kvs.find(({ value }) => value.length > 0)?.value.buffer
  let together = !keeps
  let end = 0
  for (const [i, { key, value }] of kvs.entries()) {
    sizes[2 * i] = key.length
    sizes[2 * i + 1] = value.length
    starts[i] = value.length === 0 ? 0 : value.byteOffset
    if (value.length > 0) {
      together &&= value.buffer === buffer && value.byteOffset >= end
      end = value.byteOffset + value.length
    }
    keyBytes += key.length
    valueBytes += value.length
  }
  const keys = new Uint8Array(keyBytes)
  let at = 0
  for (const { key } of kvs) {
    keys.set(key, at)
    at += key.length
  }
  // A buffer that holds more than this page is still in use.
  if (together && buffer instanceof ArrayBuffer && sizeOfValuesIn(buffer) === valueBytes) {
    return { page: { sizes, keys: keys.buffer, values: buffer, starts }, transfer: [keys.buffer, buffer] }
  }
  const values = new Uint8Array(valueBytes)
  at = 0
  for (const [i, { value }] of kvs.entries()) {
    starts[i] = at
    // A view of no bytes may be on a buffer that was handed over already.
    if (value.length > 0) values.set(value, at)
    at += value.length
  }
  return { page: { sizes, keys: keys.buffer, values: values.buffer, starts }, transfer: [keys.buffer, values.buffer] }
}

/** Views into the buffers. */
export function* unpackPage({ sizes, keys, values, starts }: PackedPage): Generator<Pick<KeyValue, 'key' | 'value'>> {
  let key = 0
  for (const [i, start] of starts.entries()) {
    const keySize = sizes[2 * i] as number
    yield { key: new Uint8Array(keys, key, keySize), value: new Uint8Array(values, start, sizes[2 * i + 1]) }
    key += keySize
  }
}

/** The values of a page back to back. They are moved within their buffer: `starts` is no longer true. */
export function valuesTogether({ sizes, values, starts }: PackedPage): Uint8Array {
  const all = new Uint8Array(values)
  let at = 0
  for (const [i, start] of starts.entries()) {
    const size = sizes[2 * i + 1] as number
    if (start !== at) all.copyWithin(at, start, start + size)
    at += size
  }
  return all.subarray(0, at)
}
