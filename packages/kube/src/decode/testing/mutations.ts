// Hostile bytes for tests: mutations of a value from a fixed seed, and an object as CBOR.
import type { KubeObject, KubeValue } from '../../value/value.ts'

// xorshift32 with a fixed seed, so that a failure is reproducible.
let seed = 0x9e3779b9
export function random(below: number): number {
  seed ^= seed << 13
  seed ^= seed >>> 17
  seed ^= seed << 5
  return (seed >>> 0) % below
}

export function cborOf(value: KubeValue): number[] {
  const size = (major: number, n: number): number[] =>
    n < 24 ? [(major << 5) | n] : n < 256 ? [(major << 5) | 24, n] : [(major << 5) | 25, (n >> 8) & 255, n & 255]
  if (typeof value === 'string') {
    const text = [...new TextEncoder().encode(value)].slice(0, 60000)
    return [...size(2, text.length), ...text]
  }
  if (typeof value === 'number' && Number.isInteger(value) && value >= 0 && value < 65536) return size(0, value)
  if (Array.isArray(value)) return [...size(4, value.length), ...value.flatMap(cborOf)]
  if (value !== null && typeof value === 'object') {
    const entries = Object.entries(value as KubeObject)
    return [...size(5, entries.length), ...entries.flatMap(([k, v]) => [...cborOf(k), ...cborOf(v)])]
  }
  return [value === true ? 0xf5 : value === false ? 0xf4 : 0xf6]
}

/** Flips some bits, or moves, inserts or removes bytes. */
export function mutate(from: Uint8Array): Uint8Array {
  const bytes = Uint8Array.from(from)
  for (let n = 1 + random(4); n > 0; n--) {
    const at = random(bytes.length)
    const kind = random(6)
    if (kind === 0) bytes[at] = (bytes[at] as number) ^ (1 << random(8))
    else if (kind === 1) bytes[at] = random(256)
    else if (kind === 2) bytes.fill(0xff, at, at + random(12))
    else if (kind === 3) return bytes.subarray(0, at)
    else if (kind === 4) bytes.copyWithin(at, random(bytes.length), random(bytes.length))
    else {
      const extra = Uint8Array.from(Array.from({ length: 1 + random(8) }, () => random(256)))
      return Uint8Array.from([...bytes.subarray(0, at), ...extra, ...bytes.subarray(at)])
    }
  }
  return bytes
}
