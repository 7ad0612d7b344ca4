// Answers that were large or late are left to the pages, and tried again later.
import { describe, expect, it } from 'vitest'
import { LeftToPages } from './left-to-pages.ts'

const one = { cluster: 'a', url: '/one' }
const other = { cluster: 'a', url: '/other' }

describe('what is left to the pages', () => {
  it('is what was too large, for ten minutes', () => {
    const left = new LeftToPages()
    expect(left.has(one, 0)).toBe(false)
    left.wasLarge(one, 0)
    expect(left.has(one, 599_999)).toBe(true)
    expect(left.has(other, 0)).toBe(false)
    expect(left.has(one, 600_000)).toBe(false)
  })

  it('is what was late, each time twice as long, until it was in time', () => {
    const left = new LeftToPages()
    left.wasLate(one, 0)
    expect([left.has(one, 4999), left.has(one, 5000)]).toEqual([true, false])
    left.wasLate(one, 5000)
    expect([left.has(one, 14_999), left.has(one, 15_000)]).toEqual([true, false])
    expect(left.has(other, 6000)).toBe(false)
    left.wasInTime(one)
    left.wasLate(one, 20_000)
    expect([left.has(one, 24_999), left.has(one, 25_000)]).toEqual([true, false])
  })

  it('is everything of a cluster whose answers are late one after the other, for a while', () => {
    const left = new LeftToPages()
    const late = (i: number) => ({ cluster: 'a', url: `/${i}` })
    for (let i = 0; i < 4; i++) left.wasLate(late(i), 0)
    expect(left.has(other, 0)).toBe(false)
    left.wasLate(late(4), 0)
    expect([left.has(other, 0), left.has({ cluster: 'b', url: '/1b' }, 0), left.has(other, 30_000)]).toEqual([true, false, false])
    for (let i = 0; i < 4; i++) left.wasLate(late(i), 30_000)
    left.wasInTime(late(9))
    left.wasLate(late(4), 30_000)
    expect(left.has(other, 30_000)).toBe(false)
  })

  it('has bounds', () => {
    const left = new LeftToPages()
    for (let i = 0; i < 1001; i++) left.wasLarge({ url: `/${i}` }, 0)
    expect([left.has({ cluster: 'a', url: '/0' }, 0), left.has({ cluster: 'a', url: '/1000' }, 0)]).toEqual([false, true])
    const long = { cluster: 'b', url: 'x'.repeat(2001) }
    left.wasLarge(long, 0)
    expect(left.has(long, 0)).toBe(false)
  })
})
