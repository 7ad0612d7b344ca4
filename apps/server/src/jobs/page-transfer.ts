// Transfers a page of keys and values to a worker thread: two buffers change owner, no object is copied.
import type { KeyValue } from '../sources/source.ts'

export interface PackedPage {
  /** Lengths of each key and value. */
  sizes: Uint32Array<ArrayBuffer>
  keys: ArrayBuffer
  values: ArrayBuffer
}

/**
 * Removes the values from `kvs` if they lie back to back in one buffer that holds nothing else, as those of a Range do, and a lone value of a watch:
 * with `keeps` copies are packed, for a caller that reads the values again or shares them.
 */
export function packPage(
  kvs: readonly Pick<KeyValue, 'key' | 'value'>[],
  { keeps = false } = {},
): { page: PackedPage; transfer: ArrayBuffer[] } {
  const sizes = new Uint32Array(2 * kvs.length)
  let keyBytes = 0
  let valueBytes = 0
  let together = !keeps
  const first = kvs[0]?.value
  for (const [i, { key, value }] of kvs.entries()) {
    sizes[2 * i] = key.length
    sizes[2 * i + 1] = value.length
    together &&= value.buffer === first?.buffer && value.byteOffset === first.byteOffset + valueBytes
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
  if (together && first !== undefined && first.buffer instanceof ArrayBuffer && first.buffer.byteLength === valueBytes) {
    return { page: { sizes, keys: keys.buffer, values: first.buffer }, transfer: [keys.buffer, first.buffer] }
  }
  const values = new Uint8Array(valueBytes)
  at = 0
  for (const { value } of kvs) {
    values.set(value, at)
    at += value.length
  }
  return { page: { sizes, keys: keys.buffer, values: values.buffer }, transfer: [keys.buffer, values.buffer] }
}

/** Views into the buffers. */
export function* unpackPage({ sizes, keys, values }: PackedPage): Generator<Pick<KeyValue, 'key' | 'value'>> {
  let key = 0
  let value = 0
  for (let i = 0; i < sizes.length; i += 2) {
    const keySize = sizes[i] as number
    const valueSize = sizes[i + 1] as number
    yield { key: new Uint8Array(keys, key, keySize), value: new Uint8Array(values, value, valueSize) }
    key += keySize
    value += valueSize
  }
}
