// Formats bytes for reading and copying: hex pairs, ASCII with dots, offsets.

/** The offset of a hex dump: 8 digits, more only if needed. */
export const offsetText = (offset: number, size: number): string => offset.toString(16).padStart(Math.max(8, size.toString(16).length), '0')

export const hexPair = (byte: number): string => (byte < 16 ? '0' : '') + byte.toString(16)

/** Printable ASCII unchanged, everything else as a dot, like hexdump. */
export const asciiOf = (byte: number): string => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '.')

export function toHex(bytes: Uint8Array): string {
  const parts = new Array<string>(bytes.length)
  for (let i = 0; i < bytes.length; i++) parts[i] = hexPair(bytes[i] as number)
  return parts.join('')
}

export function toBase64(bytes: Uint8Array): string {
  let binary = ''
  // In chunks: the number of call arguments is limited.
  for (let i = 0; i < bytes.length; i += 0x8000) binary += String.fromCharCode(...bytes.subarray(i, i + 0x8000))
  return btoa(binary)
}

/** The output of `hexdump -C` for these bytes, the first at `offset`. */
export function toDump(bytes: Uint8Array, offset: number): string {
  const lines: string[] = []
  for (let i = 0; i < bytes.length; i += 16) {
    const row = bytes.subarray(i, i + 16)
    const pairs = Array.from({ length: 16 }, (_, at) => (at < row.length ? hexPair(row[at] as number) : '  '))
    lines.push(
      `${offsetText(offset + i, offset + bytes.length)}  ${pairs.slice(0, 8).join(' ')}  ${pairs.slice(8).join(' ')}  |${Array.from(row, asciiOf).join('')}|`,
    )
  }
  return lines.join('\n')
}

/** Parses a typed offset: `0x1a`, `1ah` or `26`; null if it is invalid or outside `size`. */
export function parseOffset(text: string, size: number): number | null {
  const trimmed = text.trim()
  const hex = /^(?:0x([0-9a-f]+)|([0-9a-f]+)h)$/i.exec(trimmed)
  const value = hex ? Number.parseInt((hex[1] ?? hex[2]) as string, 16) : /^[0-9]+$/.test(trimmed) ? Number(trimmed) : Number.NaN
  return Number.isSafeInteger(value) && value < size ? value : null
}

const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** The possible meaning of a protobuf field's content: a varint's or fixed number, a quoted text; empty if there is none. */
export function readingOf(wireType: number, bytes: Uint8Array): string {
  if (wireType === 0) return varintText(bytes)
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (wireType === 1 && bytes.length === 8) return `${view.getBigInt64(0, true)} · ${view.getFloat64(0, true)}`
  if (wireType === 5 && bytes.length === 4) return `${view.getInt32(0, true)} · ${view.getFloat32(0, true)}`
  if (wireType !== 2 || bytes.length === 0) return ''
  try {
    const text = strict.decode(bytes)
    return /\p{Cc}|\p{Cf}|\p{Cn}/u.test(text) ? '' : JSON.stringify(text)
  } catch {
    return ''
  }
}

function varintText(bytes: Uint8Array): string {
  let value = 0n
  for (const [i, byte] of bytes.entries()) value |= BigInt(byte & 127) << BigInt(7 * i)
  return BigInt.asIntN(64, value).toString()
}
