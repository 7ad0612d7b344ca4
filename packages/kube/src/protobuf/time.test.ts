// Times and durations as Go prints them.
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { goDuration, rfc3339, rfc3339Micro } from './time.ts'

it('prints every second of years 0 to 9999 correctly', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: -62167219200, max: 253402300799 }),
      (s) => rfc3339(s) === new Date(s * 1000).toISOString().replace('.000Z', 'Z'),
    ),
    { numRuns: 5000 },
  )
})

it('prints years with more than four digits as Go does', () => {
  expect(rfc3339(253402300800)).toBe('10000-01-01T00:00:00Z')
  expect(rfc3339(-62167219201)).toBe('-0001-12-31T23:59:59Z')
})

it('truncates microseconds, never rounds them', () => {
  expect(rfc3339Micro(0, 999999999)).toBe('1970-01-01T00:00:00.999999Z')
  expect(rfc3339Micro(1, 1)).toBe('1970-01-01T00:00:01.000000Z')
})

it('prints durations as time.Duration does', () => {
  const cases: [bigint, string][] = [
    [0n, '0s'],
    [1n, '1ns'],
    [1100n, '1.1µs'],
    [2200000n, '2.2ms'],
    [100000000n, '100ms'],
    [1500000000n, '1.5s'],
    [60000000000n, '1m0s'],
    [5400000000000n, '1h30m0s'],
    [-3661000000001n, '-1h1m1.000000001s'],
    [9223372036854775807n, '2562047h47m16.854775807s'],
  ]
  for (const [ns, text] of cases) expect(goDuration(ns)).toBe(text)
})
