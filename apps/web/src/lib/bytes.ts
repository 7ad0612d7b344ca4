// Key bytes in the browser: conversion to and from both wire forms, and to text that is safe to display.
import { fromWireKey, toWireKey, type WireKey } from '@registree/contract'

const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
const encoder = new TextEncoder()

export const utf8 = (text: string): Uint8Array => encoder.encode(text)

/** The text of valid UTF-8 (a byte order mark is kept), else null. */
export function toText(bytes: Uint8Array): string | null {
  try {
    return strict.decode(bytes)
  } catch {
    return null
  }
}

/** The bytes of a key from the server. A value in neither form becomes the empty key. */
export const wireToBytes = (wire: WireKey): Uint8Array => fromWireKey(wire) ?? new Uint8Array()

/** One string per byte sequence: an identity for maps, sets and query keys. */
export function keyId(bytes: Uint8Array): string {
  const wire = toWireKey(bytes)
  return wire.key64 !== undefined ? `b${wire.key64}` : `u${wire.key ?? ''}`
}

/** The inverse of `keyId`. */
export const idBytes = (id: string): Uint8Array => wireToBytes(id.startsWith('b') ? { key64: id.slice(1) } : { key: id.slice(1) })

export function startsWith(bytes: Uint8Array, prefix: Uint8Array): boolean {
  if (prefix.length > bytes.length) return false
  for (let i = 0; i < prefix.length; i++) if (bytes[i] !== prefix[i]) return false
  return true
}

const SLASH = 0x2f

/**
 * The directories above a key or directory, starting with the root (no bytes), without the key itself. A directory ends after each slash; a leading
 * slash belongs to the first segment, so `/registry/pods/x` is below `/registry/`, not below `/`.
 */
export function ancestors(bytes: Uint8Array): Uint8Array[] {
  const result = [bytes.subarray(0, 0)]
  for (let i = 1; i < bytes.length - 1; i++) if (bytes[i] === SLASH) result.push(bytes.subarray(0, i + 1))
  return bytes.length === 0 ? [] : result
}

/** Two lower-case digits per byte. */
export const toHex = (bytes: Uint8Array): string => Array.from(bytes, (byte) => hex(byte, 2)).join('')

/** A run of readable text, or one escape for something invisible or misleading. */
export type Piece = { text: string; escape: boolean }

// Control characters, separators that look like spaces or are invisible, bidi marks and embeddings, variation selectors, tags.
const HIDDEN = /[\p{Cc}\p{Cf}\p{Co}\p{Cn}\p{Zl}\p{Zp}\p{Variation_Selector}\p{Default_Ignorable_Code_Point}]|(?! )\p{Zs}/u

/** A key for display: hidden characters and bytes that are not UTF-8 become `\u202e` and `\xff` escapes; a backslash is unchanged. */
export function displayPieces(bytes: Uint8Array): Piece[] {
  const pieces: Piece[] = []
  let plain = ''
  const flush = () => {
    if (plain !== '') pieces.push({ text: plain, escape: false })
    plain = ''
  }
  const addEscape = (text: string) => {
    flush()
    pieces.push({ text, escape: true })
  }
  const show = (text: string) => {
    for (const char of text) {
      if (!HIDDEN.test(char)) plain += char
      else {
        const code = char.codePointAt(0) ?? 0
        addEscape(code < 0x80 ? `\\x${hex(code, 2)}` : code > 0xffff ? `\\u{${code.toString(16)}}` : `\\u${hex(code, 4)}`)
      }
    }
  }
  const whole = toText(bytes)
  if (whole !== null) show(whole)
  else {
    for (let i = 0; i < bytes.length; ) {
      const length = sequenceLength(bytes, i)
      const text = length > 0 ? toText(bytes.subarray(i, i + length)) : null
      if (text === null) {
        addEscape(`\\x${hex(bytes[i] ?? 0, 2)}`)
        i++
      } else {
        show(text)
        i += length
      }
    }
  }
  flush()
  return pieces
}

export const displayText = (bytes: Uint8Array): string =>
  displayPieces(bytes)
    .map((piece) => piece.text)
    .join('')

const hex = (value: number, digits: number) => value.toString(16).padStart(digits, '0')

function sequenceLength(bytes: Uint8Array, at: number): number {
  const first = bytes[at] ?? 0
  const length =
    first < 0x80 ? 1 : first >= 0xc2 && first < 0xe0 ? 2 : first >= 0xe0 && first < 0xf0 ? 3 : first >= 0xf0 && first < 0xf5 ? 4 : 0
  return at + length <= bytes.length ? length : 0
}
