// Ages as kubectl prints them, durations, and exact times.
import { describe, expect, it } from 'vitest'
import { age, duration, formatInstant } from './time.ts'

const S = 1000
const M = 60 * S
const H = 60 * M
const D = 24 * H

describe('age', () => {
  // The boundaries of k8s.io/apimachinery/pkg/util/duration.HumanDuration.
  it.each([
    [-3 * S, '<invalid>'],
    [-S, '0s'],
    [0, '0s'],
    [119 * S, '119s'],
    [2 * M, '2m'],
    [3 * M + 20 * S, '3m20s'],
    [10 * M + 20 * S, '10m'],
    [179 * M, '179m'],
    [3 * H, '3h'],
    [7 * H + 59 * M, '7h59m'],
    [8 * H + 30 * M, '8h'],
    [47 * H, '47h'],
    [2 * D, '2d'],
    [2 * D + 3 * H, '2d3h'],
    [8 * D + 3 * H, '8d'],
    [729 * D, '729d'],
    [730 * D, '2y'],
    [(3 * 365 + 41) * D, '3y41d'],
    [9 * 365 * D, '9y'],
  ])('%i ms is %s', (ms, text) => {
    expect(age(0, ms)).toBe(text)
  })
})

describe('duration', () => {
  it.each([
    [-5, '0s'],
    [59, '59s'],
    [3600, '1h 0m 0s'],
    [90_061, '1d 1h 1m 1s'],
  ])('%i s is %s', (seconds, text) => {
    expect(duration(seconds)).toBe(text)
  })
})

describe('formatInstant', () => {
  it('gives UTC to the second', () => {
    expect(formatInstant('2026-11-23T03:52:52.142568Z', 'utc')).toBe('2026-11-23 03:52:52 UTC')
  })
  it('gives local time with its offset', () => {
    expect(formatInstant('2026-11-23T03:52:52Z', 'local')).toMatch(/^2026-11-2[234] \d{2}:\d{2}:52 [+-]\d{2}:\d{2}$/)
  })
  it('returns an invalid text unchanged', () => {
    expect(formatInstant('never', 'utc')).toBe('never')
  })
})
