// Standard base64 of bytes in both directions; invalid base64 gives null, never an exception or a guess.
import { fastView } from './text.ts'

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'
const VALUES = new Int8Array(128).fill(-1)
for (let i = 0; i < ALPHABET.length; i++) VALUES[ALPHABET.charCodeAt(i)] = i

/** Decodes standard, padded base64 (like Go's `base64.StdEncoding`, line ends are skipped); null if it is anything else. */
export function decodeBase64(text: string): Uint8Array | null {
  const compact = /[\r\n]/.test(text) ? text.replace(/[\r\n]/g, '') : text
  if (compact.length % 4 !== 0) return null
  const padding = compact.endsWith('==') ? 2 : compact.endsWith('=') ? 1 : 0
  const size = (compact.length / 4) * 3 - padding
  const digits = compact.length - padding
  const bytes = new Uint8Array(size)
  let bits = 0
  let held = 0
  let at = 0
  for (let i = 0; i < digits; i++) {
    const value = VALUES[compact.charCodeAt(i)] ?? -1
    if (value < 0) return null
    held = (held << 6) | value
    bits += 6
    if (bits >= 8) {
      bits -= 8
      bytes[at++] = (held >> bits) & 0xff
      held &= (1 << bits) - 1
    }
  }
  return bytes
}

/** Standard, padded base64 of bytes, as Go's encoding/json writes []byte. */
export function encodeBase64(bytes: Uint8Array): string {
  const view = fastView(bytes)
  if (view !== undefined) return view.base64Slice(0, view.length)
  const parts: string[] = []
  for (let i = 0; i < bytes.length; i += 3) {
    const a = bytes[i] ?? 0
    const b = bytes[i + 1] ?? 0
    const c = bytes[i + 2] ?? 0
    const left = bytes.length - i
    parts.push(
      ALPHABET.charAt(a >> 2),
      ALPHABET.charAt(((a & 3) << 4) | (b >> 4)),
      left > 1 ? ALPHABET.charAt(((b & 15) << 2) | (c >> 6)) : '=',
      left > 2 ? ALPHABET.charAt(c & 63) : '=',
    )
  }
  return parts.join('')
}
