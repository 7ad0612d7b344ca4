import { describe, expect, test } from 'vitest'
import { humanAge, humanDuration, UNKNOWN_AGE } from './human-duration.ts'

const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

describe('a duration in kubectl’s words', () => {
  // The cases of apimachinery's duration_test.go.
  test.each<[number, string]>([
    [SECOND, '1s'],
    [70 * SECOND, '70s'],
    [190 * SECOND, '3m10s'],
    [70 * MINUTE, '70m'],
    [47 * HOUR, '47h'],
    [49 * HOUR, '2d1h'],
    [(8 * 24 + 2) * HOUR, '8d'],
    [367 * 24 * HOUR, '367d'],
    [(365 * 2 * 24 + 25) * HOUR, '2y1d'],
    [(365 * 8 * 24 + 2) * HOUR, '8y'],
    [2 * MINUTE, '2m'],
    [10 * MINUTE, '10m'],
    [3 * HOUR, '3h'],
    [3 * HOUR + 5 * MINUTE, '3h5m'],
    [8 * HOUR + 59 * MINUTE, '8h'],
    [7 * DAY, '7d'],
    [0, '0s'],
    [-SECOND, '0s'],
    [-1999, '0s'],
    [-2 * SECOND, '<invalid>'],
    [Number.NaN, '<invalid>'],
  ])('%d ms is %s', (milliseconds, text) => {
    expect(humanDuration(milliseconds)).toBe(text)
  })

  test('an unset or invalid time has no age', () => {
    expect(humanAge('', 0)).toBe(UNKNOWN_AGE)
    expect(humanAge('yesterday', 0)).toBe(UNKNOWN_AGE)
    expect(humanAge('2021-01-01T00:00:00Z', Date.UTC(2021, 0, 1, 0, 5))).toBe('5m')
  })
})
