// The valid texts of a resource.Quantity: the API server parses them while decoding, and rejects the whole object if one is invalid.
// Facts: apimachinery pkg/api/resource/quantity.go and suffix.go. Its parser reads a number without digits as zero.

import { utf8Bytes } from '../wire/text.ts'

/** {@link isQuantity} of a text. */
export function isQuantityText(text: string): boolean {
  const bytes = utf8Bytes(text)
  return isQuantity(bytes, 0, bytes.length)
}

/** True when the API server can read bytes `[start, end)` as a quantity. */
export function isQuantity(bytes: Uint8Array, start: number, end: number): boolean {
  let i = start
  const sign = bytes[i]
  if (sign === 0x2b || sign === 0x2d) i += 1
  i = afterDigits(bytes, i, end)
  if (i < end && bytes[i] === 0x2e) i = afterDigits(bytes, i + 1, end)
  if (i === end) return end > start
  const c = bytes[i] as number
  const left = end - i
  if (left === 1) return isOneOf(c, 'numkMGTPE')
  if (left === 2 && bytes[i + 1] === 0x69) return isOneOf(c, 'KMGTPE')
  if (c !== 0x65 && c !== 0x45) return false
  // An exponent short enough to fit into int64.
  const first = bytes[i + 1] === 0x2b || bytes[i + 1] === 0x2d ? i + 2 : i + 1
  return first < end && end - first <= 18 && afterDigits(bytes, first, end) === end
}

function afterDigits(bytes: Uint8Array, start: number, end: number): number {
  let i = start
  while (i < end && (bytes[i] as number) >= 0x30 && (bytes[i] as number) <= 0x39) i += 1
  return i
}

function isOneOf(byte: number, letters: string): boolean {
  return letters.includes(String.fromCharCode(byte))
}
