// Proves in one pass over the bytes that JSON.parse will lose nothing: no rounded number, no duplicate key, no nesting beyond the limit.
// Also counts what JSON.parse would build.

const NONE = -1

/**
 * Returns a number if JSON.parse reads bytes `[start, end)`, provided they are JSON, exactly: an upper limit of the members and items it builds.
 * Requires ascending keys without blanks before the colon, and integers of up to 15 digits, as Go usually writes. Undefined proves nothing.
 */
export function elementsIfExact(bytes: Uint8Array, start: number, end: number, maxDepth: number): number | undefined {
  // Position of the last key per level: strictly ascending keys cannot repeat.
  const keyStart: number[] = [NONE]
  const keyEnd: number[] = [NONE]
  let depth = 0
  let elements = 0
  let i = start
  while (i < end) {
    const c = bytes[i] as number
    if (c === 0x22) {
      const from = i + 1
      const to = closingQuote(bytes, from, end)
      if (to === NONE) return undefined
      i = to + 1
      const next = bytes[i]
      if (next === 0x3a) {
        const lastStart = keyStart[depth] as number
        if (lastStart !== NONE && !ascending(bytes, lastStart, keyEnd[depth] as number, from, to)) return undefined
        keyStart[depth] = from
        keyEnd[depth] = to
        i += 1
      } else if (isBlank(next)) return undefined
    } else if (c === 0x7b || c === 0x5b) {
      depth += 1
      elements += 1
      if (depth > maxDepth) return undefined
      keyStart[depth] = NONE
      keyEnd[depth] = NONE
      i += 1
    } else if (c === 0x7d || c === 0x5d) {
      depth -= 1
      if (depth < 0) return undefined
      i += 1
    } else if (c === 0x2d) {
      // −0 is the one short integer that does not round-trip.
      i += 1
      if (bytes[i] === 0x30) return undefined
    } else if (c >= 0x30 && c <= 0x39) {
      i = endOfInteger(bytes, i, end)
      if (i === NONE) return undefined
    } else {
      if (c === 0x2c) elements += 1
      i += 1
    }
  }
  return elements
}

const isBlank = (c: number | undefined): boolean => c === 0x20 || c === 0x09 || c === 0x0a || c === 0x0d

/** The end of the digits that begin at `from`; NONE if they are more than 15, or of a number with a fraction or an exponent. */
function endOfInteger(bytes: Uint8Array, from: number, end: number): number {
  let i = from
  do i += 1
  while (i < end && (bytes[i] as number) >= 0x30 && (bytes[i] as number) <= 0x39)
  const after = bytes[i]
  return i - from > 15 || (i < end && (after === 0x2e || after === 0x65 || after === 0x45)) ? NONE : i
}

/** The end of the string that begins at `from`; NONE if it does not end or has an escape that is not provable. */
function closingQuote(bytes: Uint8Array, from: number, end: number): number {
  let i = from
  while (i < end) {
    const c = bytes[i] as number
    if (c === 0x22) return i
    if (c === 0x5c) {
      const escaped = bytes[i + 1]
      // \u and \/ are alternative spellings, so different bytes may be the same key.
      if (escaped === 0x75 || escaped === 0x2f) return NONE
      i += 1
    }
    i += 1
  }
  return NONE
}

/** True if key `[a, aEnd)` sorts bytewise before key `[b, bEnd)`. */
function ascending(bytes: Uint8Array, a: number, aEnd: number, b: number, bEnd: number): boolean {
  while (a < aEnd && b < bEnd) {
    const x = bytes[a++] as number
    const y = bytes[b++] as number
    if (x !== y) return x < y
  }
  return aEnd - a < bEnd - b
}
