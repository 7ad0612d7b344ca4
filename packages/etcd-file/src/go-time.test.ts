// Checks instants to the nanosecond, both ways.
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { formatGoTime, parseGoTime } from './go-time.ts'

it.each([
  ['1970-01-01T00:00:00Z', 0n],
  ['2026-11-24T03:34:43.844479556Z', 1795491283844479556n],
  ['2026-11-24T03:34:43.8Z', 1795491283800000000n],
  ['1969-12-31T23:59:59.999999999Z', -1n],
])('%s', (text, nanoseconds) => {
  expect(parseGoTime(text)).toBe(nanoseconds)
  expect(formatGoTime(nanoseconds)).toBe(text)
})

it('reads zones, and refuses what is no instant', () => {
  expect(parseGoTime('2026-11-24T05:34:43.844479556+02:00')).toBe(1795491283844479556n)
  for (const text of ['', 'soon', '2026-11-24', '2026-13-24T03:34:43Z', '2026-11-24T03:34:43']) expect(parseGoTime(text)).toBeNull()
})

it('writes what it reads', () => {
  const instant = fc.bigInt(-62_135_596_800_000_000_000n, 253_402_300_799_000_000_000n)
  fc.assert(
    fc.property(instant, (at) => {
      expect(parseGoTime(formatGoTime(at))).toBe(at)
    }),
  )
})
