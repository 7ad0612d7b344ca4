// Converts a JSON number's text to a value without rounding it.
import { ExactNumber } from '../value/value.ts'

/**
 * `text` must be a JSON number. Returns a number if a double prints back as the same decimal value, a bigint for an integer beyond ±(2^53−1) without
 * fraction and exponent, an {@link ExactNumber} for all others.
 */
export function exactNumber(text: string): number | bigint | ExactNumber {
  const value = Number(text)
  if (/^-?\d+$/.test(text)) {
    if (Number.isSafeInteger(value)) return value
    // BigInt() is quadratic: a megabyte of digits is kept as text instead.
    return text.length <= 1000 ? BigInt(text) : new ExactNumber(text)
  }
  if (Number.isFinite(value) && canonical(text) === canonical(String(value))) return value
  return new ExactNumber(text)
}

/** Sign, digits without outer zeros, and the power of ten: equal exactly if two decimal texts are the same number. */
function canonical(text: string): string {
  const match = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(text)
  if (match === null) return text
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = match
  if (exponent.length > 15) return text
  const digits = (whole + fraction).replace(/^0+/, '')
  if (digits === '') return '0'
  const kept = digits.replace(/0+$/, '')
  return `${sign}${kept}e${Number(exponent) - fraction.length + (digits.length - kept.length)}`
}
