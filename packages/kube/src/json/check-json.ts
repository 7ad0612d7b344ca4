// Checks that bytes are JSON without building anything: the grammar of RFC 8259 with limited nesting.

export interface JsonFault {
  /** Quotes nothing of the text. */
  message: string
  /** Offset of the byte where reading stopped. */
  at: number
}

const OBJECT = 1
const LIST = 2

const KEY_FAULT = 'a key, or the colon after it, is missing or wrong'

/**
 * Checks bytes `[start, end)` as one JSON value. Linear and without recursion. Finds a fault exactly where `parseJson` gives an error or reports text
 * after the value; like the API server, it accepts duplicate keys and bytes that are not UTF-8.
 */
export function checkJson(bytes: Uint8Array, start: number, end: number, maxDepth: number): JsonFault | undefined {
  // The type of each open bracket.
  const open: number[] = []
  let i = space(bytes, start, end)
  for (;;) {
    // At the start of a value.
    const c = i < end ? (bytes[i] as number) : -1
    if (c === 0x7b || c === 0x5b) {
      if (open.length >= maxDepth) return { message: `nesting deeper than ${maxDepth}`, at: i }
      i = space(bytes, i + 1, end)
      const inside = c === 0x7b ? OBJECT : LIST
      if (bytes[i] !== closing(inside) || i >= end) {
        open.push(inside)
        i = beforeValue(bytes, i, end, inside)
        if (i < 0) return { message: KEY_FAULT, at: ~i }
        continue
      }
      i += 1
    } else if (c === 0x22) {
      i = string(bytes, i, end)
      if (i < 0) return { message: 'a string does not end, or holds what no string may', at: ~i }
    } else {
      const after = scalar(bytes, i, end)
      if (after < 0) return { message: i >= end ? 'the text ends where a value should be' : 'not a JSON value', at: i }
      i = after
    }
    // After a value.
    for (;;) {
      i = space(bytes, i, end)
      const inside = open.at(-1)
      if (inside === undefined) return i === end ? undefined : { message: 'text after the end of the value', at: i }
      const d = i < end ? (bytes[i] as number) : -1
      if (d === 0x2c) {
        i = space(bytes, i + 1, end)
        i = beforeValue(bytes, i, end, inside)
        if (i < 0) return { message: KEY_FAULT, at: ~i }
        break
      }
      if (d !== closing(inside)) return { message: 'a list or object does not go on, and does not end', at: i }
      open.pop()
      i += 1
    }
  }
}

/** The closing bracket of an object or list. */
const closing = (inside: number): number => (inside === OBJECT ? 0x7d : 0x5d)

/** The start of the next value, in an object after its key; the complement of the fault's offset if the key is invalid. */
const beforeValue = (bytes: Uint8Array, i: number, end: number, inside: number): number => (inside === OBJECT ? key(bytes, i, end) : i)

function space(bytes: Uint8Array, from: number, end: number): number {
  let i = from
  while (i < end) {
    const c = bytes[i]
    if (c !== 0x20 && c !== 0x0a && c !== 0x0d && c !== 0x09) break
    i += 1
  }
  return i
}

/** After a member's colon and blanks; the complement of the fault's offset if invalid. */
function key(bytes: Uint8Array, from: number, end: number): number {
  if (from >= end || bytes[from] !== 0x22) return ~from
  let i = string(bytes, from, end)
  if (i < 0) return i
  i = space(bytes, i, end)
  if (i >= end || bytes[i] !== 0x3a) return ~i
  return space(bytes, i + 1, end)
}

/** After the closing quote; the complement of the fault's offset if invalid. */
function string(bytes: Uint8Array, from: number, end: number): number {
  let i = from + 1
  while (i < end) {
    const c = bytes[i] as number
    if (c === 0x22) return i + 1
    if (c < 0x20) return ~i
    if (c !== 0x5c) {
      i += 1
      continue
    }
    const e = i + 1 < end ? (bytes[i + 1] as number) : -1
    if (e === 0x75) {
      if (i + 6 > end) return ~i
      for (let k = i + 2; k < i + 6; k++) if (!isHex(bytes[k] as number)) return ~i
      i += 6
    } else if (e === 0x22 || e === 0x5c || e === 0x2f || e === 0x62 || e === 0x66 || e === 0x6e || e === 0x72 || e === 0x74) i += 2
    else return ~i
  }
  return ~from
}

function isHex(c: number): boolean {
  return (c >= 0x30 && c <= 0x39) || (c >= 0x41 && c <= 0x46) || (c >= 0x61 && c <= 0x66)
}

const WORDS = ['true', 'false', 'null'].map((word) => Array.from(word, (c) => c.charCodeAt(0)))

/** After a word or number; −1 if there is none. */
function scalar(bytes: Uint8Array, from: number, end: number): number {
  for (const word of WORDS) {
    if (bytes[from] !== word[0]) continue
    for (let k = 0; k < word.length; k++) if (from + k >= end || bytes[from + k] !== word[k]) return -1
    return from + word.length
  }
  let i = from
  if (i < end && bytes[i] === 0x2d) i += 1
  const first = i
  i = digits(bytes, i, end)
  if (i === first) return -1
  // After a leading zero the number ends.
  if (bytes[first] === 0x30) i = first + 1
  if (i < end && bytes[i] === 0x2e) {
    const after = digits(bytes, i + 1, end)
    if (after > i + 1) i = after
    else return i
  }
  if (i < end && (bytes[i] === 0x65 || bytes[i] === 0x45)) {
    const signed = i + 1 < end && (bytes[i + 1] === 0x2b || bytes[i + 1] === 0x2d) ? i + 2 : i + 1
    const after = digits(bytes, signed, end)
    if (after > signed) i = after
  }
  return i
}

function digits(bytes: Uint8Array, from: number, end: number): number {
  let i = from
  while (i < end && (bytes[i] as number) >= 0x30 && (bytes[i] as number) <= 0x39) i += 1
  return i
}
