import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { commonSequence, longestIncreasing } from './common-sequence.ts'

/** The length of the longest common subsequence, by the textbook table. */
function longest(a: readonly number[], b: readonly number[]): number {
  const table = Array.from({ length: a.length + 1 }, () => new Array<number>(b.length + 1).fill(0))
  const at = (i: number, j: number) => table[i]?.[j] as number
  for (let i = 1; i <= a.length; i++) {
    for (let j = 1; j <= b.length; j++) {
      ;(table[i] as number[])[j] = a[i - 1] === b[j - 1] ? at(i - 1, j - 1) + 1 : Math.max(at(i - 1, j), at(i, j - 1))
    }
  }
  return at(a.length, b.length)
}

const sequence = fc.array(fc.integer({ min: 0, max: 5 }), { maxLength: 30 })

function expectCommon(a: readonly number[], b: readonly number[], pairs: [number, number][]): void {
  for (const [place, [i, j]] of pairs.entries()) {
    expect(a[i]).toBe(b[j])
    const before = pairs[place - 1]
    if (before !== undefined) expect(before[0] < i && before[1] < j).toBe(true)
  }
}

describe('commonSequence', () => {
  test('is common to both, and the longest', () => {
    fc.assert(
      fc.property(sequence, sequence, (a, b) => {
        const { pairs } = commonSequence(a, b)
        expectCommon(a, b, pairs)
        expect(pairs.length).toBe(longest(a, b))
      }),
      { numRuns: 1000 },
    )
  })

  test('beyond its limit it is still common to both, and pairs elements that occur once', () => {
    const a = Array.from({ length: 3000 }, (_, i) => i)
    const b = a.map((value) => (value % 3 === 0 ? -value - 1 : value))
    const { pairs, work } = commonSequence(a, b, 20)
    expectCommon(a, b, pairs)
    expect(pairs.length).toBe(2000)
    expect(work).toBeLessThan(50_000)
    fc.assert(fc.property(sequence, sequence, (left, right) => expectCommon(left, right, commonSequence(left, right, 2).pairs)))
  })
})

test('longestIncreasing', () => {
  expect(longestIncreasing([5, 1, 2, 9, 3, 4])).toEqual([false, true, true, false, true, true])
  expect(longestIncreasing([])).toEqual([])
})
