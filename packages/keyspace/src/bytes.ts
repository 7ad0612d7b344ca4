// Keys as bytes: order, identity, prefix ends, and their text forms.

const hexDigits = '0123456789abcdef'
const base64Digits = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
const utf8Encoder = new TextEncoder()
// ignoreBOM: a byte order mark is part of the key and must be kept.
const strictUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** The byte `/`, which separates the levels of a key. */
export const SLASH = 0x2f

/** As the end of a Range, etcd reads this as "to the end of the keyspace". */
export const KEYSPACE_END: Uint8Array = new Uint8Array([0])

/** Byte order, as in etcd: negative, 0 or positive. A key sorts before all keys of which it is a prefix. */
export function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const shared = Math.min(a.length, b.length)
  for (let i = 0; i < shared; i++) {
    const difference = (a[i] as number) - (b[i] as number)
    if (difference !== 0) return difference
  }
  return a.length - b.length
}

/** Same length, same bytes. */
export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && compareBytes(a, b) === 0
}

/** Whether `bytes` begins with `prefix`; every key begins with the empty prefix. */
export function startsWithBytes(bytes: Uint8Array, prefix: Uint8Array): boolean {
  if (bytes.length < prefix.length) return false
  for (let i = 0; i < prefix.length; i++) if (bytes[i] !== prefix[i]) return false
  return true
}

/** The length of the common prefix of `a` and `b`. */
export function commonPrefixLength(a: Uint8Array, b: Uint8Array): number {
  const shared = Math.min(a.length, b.length)
  let i = 0
  while (i < shared && a[i] === b[i]) i++
  return i
}

/** A new array with the bytes of all parts in order. */
export function concatBytes(...parts: readonly Uint8Array[]): Uint8Array {
  const joined = new Uint8Array(parts.reduce((length, part) => length + part.length, 0))
  let at = 0
  for (const part of parts) {
    joined.set(part, at)
    at += part.length
  }
  return joined
}

/** A copy of bytes `from` to `to`. (`slice` of a Node Buffer is a view: writing to it would change the original key.) */
export function copyBytes(bytes: Uint8Array, from = 0, to = bytes.length): Uint8Array {
  return new Uint8Array(bytes.subarray(from, to))
}

/** The smallest key greater than `key`: the key plus one NUL. `[key, keySuccessor(key))` contains only `key`. */
export function keySuccessor(key: Uint8Array): Uint8Array {
  const next = new Uint8Array(key.length + 1)
  next.set(key)
  return next
}

/** The smallest byte string greater than every key with this prefix; null if there is none (empty, or all 0xff). */
export function prefixEndOrNull(prefix: Uint8Array): Uint8Array | null {
  for (let i = prefix.length - 1; i >= 0; i--) {
    const byte = prefix[i] as number
    if (byte === 0xff) continue
    const end = copyBytes(prefix, 0, i + 1)
    end[i] = byte + 1
    return end
  }
  return null
}

/** The `range_end` with which etcd reads a whole prefix (`clientv3.GetPrefixRangeEnd`): `[0]` for the empty prefix and for one of 0xff alone. */
export function prefixEnd(prefix: Uint8Array): Uint8Array {
  return prefixEndOrNull(prefix) ?? copyBytes(KEYSPACE_END)
}

/** The prefix of the level above: `/registry/` for `/registry/pods/` and for `/registry/pods`; the root for `/registry/`. */
export function parentPrefix(bytes: Uint8Array): Uint8Array {
  const slash = bytes.length < 2 ? -1 : bytes.lastIndexOf(SLASH, bytes.length - 2)
  return copyBytes(bytes, 0, slash < 1 ? 0 : slash + 1)
}

/** The bytes of a string in UTF-8. Lone surrogates become U+FFFD: such a string is not a key's text. */
export function utf8(text: string): Uint8Array {
  return utf8Encoder.encode(text)
}

/** The text of the bytes if they are valid UTF-8, else null. Encoding it again gives exactly the same bytes. */
export function toUtf8OrNull(bytes: Uint8Array): string | null {
  try {
    return strictUtf8.decode(bytes)
  } catch {
    return null
  }
}

/** Lower-case hex, two digits per byte. */
export function toHex(bytes: Uint8Array): string {
  let text = ''
  for (const byte of bytes) text += (hexDigits[byte >> 4] as string) + (hexDigits[byte & 15] as string)
  return text
}

/** Base64url (RFC 4648 § 5) without padding: the JSON form of a key that is not valid UTF-8. */
export function toBase64url(bytes: Uint8Array): string {
  let text = ''
  for (let i = 0; i < bytes.length; i += 3) {
    const [a = 0, b, c] = bytes.subarray(i, i + 3)
    text += (base64Digits[a >> 2] as string) + (base64Digits[((a & 3) << 4) | ((b ?? 0) >> 4)] as string)
    if (b !== undefined) text += base64Digits[((b & 15) << 2) | ((c ?? 0) >> 6)] as string
    if (c !== undefined) text += base64Digits[c & 63] as string
  }
  return text
}

/** Decodes base64url without padding; null for anything else (other characters, an impossible length, leftover bits). */
export function fromBase64urlOrNull(text: string): Uint8Array | null {
  const rest = text.length % 4
  if (rest === 1) return null
  const bytes = new Uint8Array(Math.floor((text.length * 3) / 4))
  let bits = 0
  let held = 0
  let at = 0
  for (const character of text) {
    const value = base64Digits.indexOf(character)
    if (value < 0) return null
    bits = ((bits << 6) | value) & 0xffffff
    held += 6
    if (held >= 8) {
      held -= 8
      bytes[at++] = (bits >> held) & 0xff
    }
  }
  return (bits & ((1 << held) - 1)) === 0 ? bytes : null
}
