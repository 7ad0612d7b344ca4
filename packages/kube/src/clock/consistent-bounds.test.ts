import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Bound, byRevision, consistentBounds } from './consistent-bounds.ts'

/** Whether moments can be chosen: for every pair, the earlier (or same) revision must be able to come first. */
function agree(bounds: readonly Bound[]): boolean {
  return bounds.every((a) => bounds.every((b) => a.revision > b.revision || a.notBefore <= b.notAfter))
}

function heaviest(bounds: readonly Bound[]): number {
  let best = 0
  for (let set = 0; set < 2 ** bounds.length; set++) {
    const some = bounds.filter((_, i) => (set >> i) & 1)
    const weight = some.reduce((sum, bound) => sum + bound.weight, 0)
    if (weight > best && agree(some)) best = weight
  }
  return best
}

const bound = fc
  .record({
    revision: fc.integer({ min: 1, max: 6 }),
    start: fc.oneof(
      { weight: 5, arbitrary: fc.integer({ min: 0, max: 9 }) },
      { weight: 1, arbitrary: fc.constant(Number.NEGATIVE_INFINITY) },
    ),
    length: fc.oneof(
      { weight: 5, arbitrary: fc.integer({ min: 0, max: 4 }) },
      { weight: 1, arbitrary: fc.constant(Number.POSITIVE_INFINITY) },
    ),
    weight: fc.integer({ min: 1, max: 3 }),
  })
  .map(({ revision, start, length, weight }): Bound => {
    const notAfter = length === Number.POSITIVE_INFINITY ? length : Math.max(start, 0) + length
    return { revision, notBefore: start, notAfter, weight }
  })

describe('consistentBounds', () => {
  test('finds the heaviest consistent set, as brute force does', () => {
    fc.assert(
      fc.property(fc.array(bound, { maxLength: 9 }), (unsorted) => {
        const bounds = [...unsorted].sort(byRevision)
        const kept = consistentBounds(bounds)
        const chosen = bounds.filter((_, i) => kept[i])
        expect(agree(chosen)).toBe(true)
        expect(chosen.reduce((sum, each) => sum + each.weight, 0)).toBe(heaviest(bounds))
      }),
      { numRuns: 2000 },
    )
  })

  test('a stamp from the future does not displace those after it', () => {
    const bounds = Array.from({ length: 20_000 }, (_, i) => ({ revision: i, notBefore: i * 10, notAfter: i * 10 + 15, weight: 1 }))
    bounds[5000] = { revision: 5000, notBefore: 10_000_000, notAfter: 10_000_015, weight: 1 }
    const kept = consistentBounds(bounds)
    expect(kept.flatMap((believed, i) => (believed ? [] : [i]))).toEqual([5000])
  })
})
