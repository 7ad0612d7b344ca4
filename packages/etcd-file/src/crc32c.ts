// CRC-32C (Castagnoli), eight bytes at a time: the checksum of `.snap` files, of WAL records and of `etcdctl snapshot status`.

const TABLES = makeTables()

function makeTables(): Uint32Array[] {
  const first = new Uint32Array(256)
  for (let n = 0; n < 256; n++) {
    let c = n
    for (let bit = 0; bit < 8; bit++) c = c & 1 ? (c >>> 1) ^ 0x82f63b78 : c >>> 1
    first[n] = c >>> 0
  }
  const tables = [first]
  for (let t = 1; t < 8; t++) {
    const before = tables[t - 1] as Uint32Array
    const table = new Uint32Array(256)
    for (let n = 0; n < 256; n++) {
      const c = before[n] as number
      table[n] = ((first[c & 0xff] as number) ^ (c >>> 8)) >>> 0
    }
    tables.push(table)
  }
  return tables
}
const [T0, T1, T2, T3, T4, T5, T6, T7] = TABLES as [
  Uint32Array,
  Uint32Array,
  Uint32Array,
  Uint32Array,
  Uint32Array,
  Uint32Array,
  Uint32Array,
  Uint32Array,
]

/**
 * The CRC-32C of `bytes`, continuing from `crc` (0 at the start): `crc32c(b, crc32c(a)) === crc32c(a ‖ b)`, like Go's `crc32.Update` with the
 * Castagnoli table. An unsigned 32-bit number.
 */
export function crc32c(bytes: Uint8Array, crc = 0): number {
  let c = ~crc
  let i = 0
  const end = bytes.length
  for (; i + 8 <= end; i += 8) {
    const low =
      c ^ ((bytes[i] as number) | ((bytes[i + 1] as number) << 8) | ((bytes[i + 2] as number) << 16) | ((bytes[i + 3] as number) << 24))
    c =
      (T7[low & 0xff] as number) ^
      (T6[(low >>> 8) & 0xff] as number) ^
      (T5[(low >>> 16) & 0xff] as number) ^
      (T4[low >>> 24] as number) ^
      (T3[bytes[i + 4] as number] as number) ^
      (T2[bytes[i + 5] as number] as number) ^
      (T1[bytes[i + 6] as number] as number) ^
      (T0[bytes[i + 7] as number] as number)
  }
  for (; i < end; i++) c = (T0[(c ^ (bytes[i] as number)) & 0xff] as number) ^ (c >>> 8)
  return ~c >>> 0
}
