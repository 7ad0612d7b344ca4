import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseTypedInstant } from './typed-instant.ts'

const now = Date.parse('2026-11-28T12:30:00Z')
const read = (text: string, zone?: number | ((instant: number) => number)) => {
  const found = parseTypedInstant(text, zone === undefined ? { now } : { now, zone })
  return 'instant' in found ? new Date(found.instant).toISOString() : found.problem
}

describe('parseTypedInstant', () => {
  test.each([
    ['now', '2026-11-28T12:30:00.000Z'],
    ['10 minutes ago', '2026-11-28T12:20:00.000Z'],
    ['a minute ago', '2026-11-28T12:29:00.000Z'],
    ['an hour ago', '2026-11-28T11:30:00.000Z'],
    ['1 hour and 10 minutes ago', '2026-11-28T11:20:00.000Z'],
    ['1h30m ago', '2026-11-28T11:00:00.000Z'],
    ['1h30m', '2026-11-28T11:00:00.000Z'],
    ['-90s', '2026-11-28T12:28:30.000Z'],
    ['1.5 hours ago', '2026-11-28T11:00:00.000Z'],
    ['2 days, 3 hours ago', '2026-11-26T09:30:00.000Z'],
    ['1w ago', '2026-11-21T12:30:00.000Z'],
    ['03:41', '2026-11-28T03:41:00.000Z'],
    ['3:41', '2026-11-28T03:41:00.000Z'],
    ['3:41 pm', '2026-11-27T15:41:00.000Z'],
    ['12:05 am', '2026-11-28T00:05:00.000Z'],
    ['12:05 pm', '2026-11-28T12:05:00.000Z'],
    ['12:30', '2026-11-28T12:30:00.000Z'],
    ['12:31', '2026-11-27T12:31:00.000Z'],
    ['03:41:07.25', '2026-11-28T03:41:07.250Z'],
    ['03:41Z', '2026-11-28T03:41:00.000Z'],
    ['03:41 utc', '2026-11-28T03:41:00.000Z'],
    ['03:41+01:00', '2026-11-28T02:41:00.000Z'],
    ['23:00-05:00', '2026-11-28T04:00:00.000Z'],
    ['现在', '2026-11-28T12:30:00.000Z'],
    ['現在', '2026-11-28T12:30:00.000Z'],
    ['10 分钟前', '2026-11-28T12:20:00.000Z'],
    ['10分鐘前', '2026-11-28T12:20:00.000Z'],
    ['90 秒钟之前', '2026-11-28T12:28:30.000Z'],
    ['2 个小时前', '2026-11-28T10:30:00.000Z'],
    ['1小時30分前', '2026-11-28T11:00:00.000Z'],
    ['2 天，3 小时以前', '2026-11-26T09:30:00.000Z'],
    ['1 周前', '2026-11-21T12:30:00.000Z'],
    ['1 個星期前', '2026-11-21T12:30:00.000Z'],
    ['今天 03：41', '2026-11-28T03:41:00.000Z'],
    ['昨天', '2026-11-27T00:00:00.000Z'],
    ['昨天 14:00', '2026-11-27T14:00:00.000Z'],
    ['昨天下午 2:00', '2026-11-27T14:00:00.000Z'],
    ['2026年11月28日 03:41', '2026-11-28T03:41:00.000Z'],
    ['今天', '2026-11-28T00:00:00.000Z'],
    ['today', '2026-11-28T00:00:00.000Z'],
    ['today 14:00', '2026-11-28T14:00:00.000Z'],
    ['yesterday', '2026-11-27T00:00:00.000Z'],
    ['Yesterday at 14:00', '2026-11-27T14:00:00.000Z'],
    ['2026-11-28 03:41', '2026-11-28T03:41:00.000Z'],
    ['  2026-11-28   03:41  ', '2026-11-28T03:41:00.000Z'],
    ['2026-1-8 at 3:41', '2026-01-08T03:41:00.000Z'],
    ['2026-11-28', '2026-11-28T00:00:00.000Z'],
    ['2026-11-28T03:41:30Z', '2026-11-28T03:41:30.000Z'],
    ['2026-11-28t03:41:30.123456z', '2026-11-28T03:41:30.123Z'],
    ['2026-11-28T03:41:30+09:30', '2026-11-27T18:11:30.000Z'],
    ['2026-11-28T03:41+0200', '2026-11-28T01:41:00.000Z'],
    ['2024-02-29 00:00', '2024-02-29T00:00:00.000Z'],
  ])('%s', (text, expected) => {
    expect(read(text)).toBe(expected)
  })

  test.each([
    ['2026-02-29 00:00', 'no-such-time'],
    ['2026-13-01', 'no-such-time'],
    ['24:00', 'no-such-time'],
    ['03:60', 'no-such-time'],
    ['13:00 pm', 'no-such-time'],
    ['03:41+99:00', 'no-such-time'],
    ['9999999 weeks ago', 'no-such-time'],
    ['', 'not-a-time'],
    ['ago', 'not-a-time'],
    ['1640', 'not-a-time'],
    ['10 fortnights ago', 'not-a-time'],
    ['yesterday at noon', 'not-a-time'],
    ['2026-11-28 soon', 'not-a-time'],
    ['x'.repeat(5000), 'not-a-time'],
    [`${'1m '.repeat(5000)}ago`, 'not-a-time'],
  ])('%s is refused', (text, problem) => {
    expect(read(text)).toBe(problem)
  })

  test('times without a zone use the given one', () => {
    expect(read('03:41', 60)).toBe('2026-11-28T02:41:00.000Z')
    expect(read('13:31', 60)).toBe('2026-11-27T12:31:00.000Z')
    expect(read('today', -13 * 60)).toBe('2026-11-27T13:00:00.000Z')
    expect(read('yesterday 14:00', 330)).toBe('2026-11-27T08:30:00.000Z')
    expect(read('2026-11-28T03:41:30Z', 60)).toBe('2026-11-28T03:41:30.000Z')
  })

  test('a zone with daylight saving time uses the offset of that time', () => {
    // Central Europe: UTC+2 until 2026-10-25 01:00 UTC, then UTC+1.
    const zone = (instant: number) => (instant < Date.parse('2026-10-25T01:00:00Z') ? 120 : 60)
    expect(read('2026-10-24 12:00', zone)).toBe('2026-10-24T10:00:00.000Z')
    expect(read('2026-10-26 12:00', zone)).toBe('2026-10-26T11:00:00.000Z')
    expect(read('2026-10-25 02:30', zone)).toBe('2026-10-25T00:30:00.000Z')
    expect(read('2026-10-25 03:30', zone)).toBe('2026-10-25T02:30:00.000Z')
    const spring = (instant: number) => (instant < Date.parse('2026-03-29T01:00:00Z') ? 60 : 120)
    expect(read('2026-03-29 02:30', spring)).toBe('2026-03-29T01:30:00.000Z')
  })

  test('reports the precision as typed', () => {
    const precision = (text: string) => (parseTypedInstant(text, { now }) as { precision: number }).precision
    expect(['yesterday', '03:41', '03:41:30', '03:41:30.12', '2h ago', '2h5m ago'].map(precision)).toEqual([
      86_400_000, 60_000, 1000, 10, 3_600_000, 60_000,
    ])
  })

  test('reads every instant written by toISOString', () => {
    fc.assert(
      fc.property(fc.date({ min: new Date(0), max: new Date('9999-12-31T23:59:59Z'), noInvalidDate: true }), (date) => {
        expect(read(date.toISOString())).toBe(date.toISOString())
      }),
    )
  })

  test('never throws, and gives a finite instant or a problem', () => {
    const piece = fc.constantFrom(
      '1',
      '10',
      ':',
      '03',
      '41',
      ' ',
      'ago',
      'm',
      'yesterday',
      'at',
      '-',
      'T',
      'Z',
      '+01:00',
      'pm',
      '2026-11-28',
      '.',
    )
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(piece, { maxLength: 8 }).map((parts) => parts.join('')),
        ),
        (text) => {
          const found = parseTypedInstant(text, { now })
          expect('problem' in found || Number.isFinite(found.instant)).toBe(true)
        },
      ),
      { numRuns: 1000 },
    )
  })
})
