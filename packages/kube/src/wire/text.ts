// Converts between bytes and text: UTF-8 as Go reads it, and whether bytes are readable text.

const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
const lenient = new TextDecoder('utf-8', { ignoreBOM: true })
const encoder = new TextEncoder()

interface NodeBuffer extends Uint8Array {
  latin1Slice(start: number, end: number): string
  utf8Slice(start: number, end: number): string
  base64Slice(start: number, end: number): string
}
interface NodeBufferMaker {
  from(buffer: ArrayBufferLike, offset: number, length: number): NodeBuffer
}
// Node's Buffer decodes short slices several times faster than TextDecoder; a browser has none and uses the portable path.
const maker = (globalThis as unknown as { Buffer?: NodeBufferMaker }).Buffer

/** A view of `bytes` with fast slicing, if available; `undefined` in a browser. */
export function fastView(bytes: Uint8Array): NodeBuffer | undefined {
  return maker?.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

/** The text, and whether any byte was not UTF-8 (each becomes U+FFFD, as in Go). */
export function readUtf8(bytes: Uint8Array): { text: string; valid: boolean } {
  try {
    return { text: strict.decode(bytes), valid: true }
  } catch {
    return { text: replaceInvalid(bytes), valid: false }
  }
}

/** Strict UTF-8; `undefined` if a byte is not. */
export function strictUtf8(bytes: Uint8Array): string | undefined {
  try {
    return strict.decode(bytes)
  } catch {
    return undefined
  }
}

/** The text, with every byte that is not UTF-8 as U+FFFD. */
export function utf8Text(bytes: Uint8Array): string {
  const view = fastView(bytes)
  return view === undefined ? lenient.decode(bytes) : view.utf8Slice(0, view.length)
}

/** One character per byte: for searching in binary data. */
export function latin1Text(bytes: Uint8Array): string {
  const view = fastView(bytes)
  if (view !== undefined) return view.latin1Slice(0, view.length)
  const parts: string[] = []
  for (let at = 0; at < bytes.length; at += 4096) parts.push(String.fromCharCode(...bytes.subarray(at, at + 4096)))
  return parts.join('')
}

export function utf8Bytes(text: string): Uint8Array {
  return encoder.encode(text)
}

/** Whether bytes are UTF-8. For short ones: most are not, and a decoder would throw for each. */
export function isUtf8(bytes: Uint8Array): boolean {
  for (let i = 0; i < bytes.length; ) {
    const size = runeSize(bytes, i)
    if (size === 0) return false
    i += size
  }
  return true
}

// Go's utf8.DecodeRune advances one byte on an invalid sequence; TextDecoder may replace several by one U+FFFD.
function replaceInvalid(bytes: Uint8Array): string {
  const parts: string[] = []
  let good = 0
  let i = 0
  while (i < bytes.length) {
    const size = runeSize(bytes, i)
    if (size > 0) {
      i += size
      continue
    }
    if (i > good) parts.push(strict.decode(bytes.subarray(good, i)))
    parts.push('\uFFFD')
    i += 1
    good = i
  }
  if (i > good) parts.push(strict.decode(bytes.subarray(good, i)))
  return parts.join('')
}

/** The length of the UTF-8 rune at `i`, or 0 if it is invalid (RFC 3629: no overlong forms, no surrogates, at most U+10FFFF). */
function runeSize(bytes: Uint8Array, i: number): number {
  const a = bytes[i] ?? 0
  if (a < 0x80) return 1
  const size = a >= 0xf0 ? 4 : a >= 0xe0 ? 3 : 2
  if (a < 0xc2 || a > 0xf4 || i + size > bytes.length) return 0
  const b = bytes[i + 1] ?? 0
  const low = a === 0xe0 ? 0xa0 : a === 0xf0 ? 0x90 : 0x80
  const high = a === 0xed ? 0x9f : a === 0xf4 ? 0x8f : 0xbf
  if (b < low || b > high) return 0
  for (let k = 2; k < size; k++) if (((bytes[i + k] ?? 0) & 0xc0) !== 0x80) return 0
  return size
}

/** True if a text is readable: without control characters except tab, line feed and carriage return. */
export function isReadable(text: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: finding control characters is the point
  return !/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/.test(text)
}
