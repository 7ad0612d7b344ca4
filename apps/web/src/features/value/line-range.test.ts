// Checks that marked lines survive a link.
import { expect, test } from 'vitest'
import { formatLineRange, parseLineRange } from './line-range.ts'

test('lines go into a hash and back', () => {
  for (const range of [
    { from: 1, to: 1 },
    { from: 10, to: 20 },
    { from: 7, to: 40_000 },
  ]) {
    expect(parseLineRange(`#${formatLineRange(range)}`)).toEqual(range)
  }
  expect(formatLineRange({ from: 10, to: 20 })).toBe('L10-L20')
  expect(formatLineRange(null)).toBe('')
})

test('a range given backwards or without its second L is understood', () => {
  expect(parseLineRange('#L20-L10')).toEqual({ from: 10, to: 20 })
  expect(parseLineRange('L3-5')).toEqual({ from: 3, to: 5 })
})

test('anything else marks nothing', () => {
  for (const hash of ['', '#', '#L0', '#L', '#L1-', '#L-3', '#l1', '#L1x', '#L99999999999']) expect(parseLineRange(hash)).toBeNull()
})
