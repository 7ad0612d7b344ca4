// Counts of existing keys equal counting one by one.
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { LiveCounts } from './live-counts.ts'

it('counts the existing keys of any interval', () => {
  const lives = fc.oneof(
    fc.array(fc.boolean(), { maxLength: 300 }),
    fc.nat(260).map((length) => Array<boolean>(length).fill(true)),
  )
  fc.assert(
    fc.property(lives, fc.nat(300), fc.nat(300), (all, a, b) => {
      const counts = new LiveCounts(all.length, (rank) => all[rank] as boolean)
      const [from, to] = [Math.min(a, b, all.length), Math.min(Math.max(a, b), all.length)]
      expect(counts.between(from, to)).toBe(all.slice(from, to).filter((one) => one).length)
      expect(counts.before(all.length)).toBe(all.filter((one) => one).length)
    }),
  )
})
