import { describe, expect, test } from 'vitest'
import { humanAge } from './age.ts'

const now = new Date('2026-11-23T03:53:45Z')
const ago = (seconds: number) => new Date(now.getTime() - seconds * 1000)
const minute = 60
const hour = 60 * minute
const day = 24 * hour
const year = 365 * day

describe('humanAge, by the steps of duration.HumanDuration', () => {
  test.each([
    [0, '0s'],
    [1, '1s'],
    [119, '119s'],
    [120, '2m'],
    [5 * minute + 12, '5m12s'],
    [10 * minute - 1, '9m59s'],
    [10 * minute + 30, '10m'],
    [3 * hour - 1, '179m'],
    [3 * hour, '3h'],
    [3 * hour + 15 * minute, '3h15m'],
    [8 * hour - 1, '7h59m'],
    [8 * hour + 59 * minute, '8h'],
    [2 * day - 1, '47h'],
    [2 * day, '2d'],
    [2 * day + 5 * hour, '2d5h'],
    [8 * day - 1, '7d23h'],
    [8 * day + 23 * hour, '8d'],
    [2 * year - 1, '729d'],
    [2 * year, '2y'],
    [2 * year + 10 * day, '2y10d'],
    [8 * year - 1, '7y364d'],
    [8 * year + 100 * day, '8y'],
    [-1, '0s'],
    [-1.9, '0s'],
    [-2, '<invalid>'],
  ])('%d s is %s', (seconds, text) => {
    expect(humanAge(ago(seconds), now)).toBe(text)
  })

  test('takes RFC 3339 text, with and without microseconds', () => {
    expect(humanAge('2026-11-23T03:36:55Z', now)).toBe('16m')
    expect(humanAge('2026-11-23T03:53:40.999999Z', now)).toBe('4s')
  })

  test('an unset time is unknown', () => {
    expect(humanAge('', now)).toBe('<unknown>')
    expect(humanAge('yesterday', now)).toBe('<unknown>')
    expect(humanAge(new Date(Number.NaN), now)).toBe('<unknown>')
  })
})

test('is the time itself if the current time is unknown', () => {
  expect(humanAge('2026-11-23T07:54:41.123456Z', null)).toBe('2026-11-23 07:54:41 UTC')
  expect(humanAge(new Date('2026-11-23T07:54:41Z'), null)).toBe('2026-11-23 07:54:41 UTC')
  expect([humanAge('', null), humanAge('?', null)]).toEqual(['<unknown>', '<unknown>'])
})
