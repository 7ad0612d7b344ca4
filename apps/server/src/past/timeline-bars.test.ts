// The counts of a first picture are bounded, whatever directories a file has.
import { expect, it } from 'vitest'
import { timelineBars } from './timeline-bars.ts'

const columns = (writes: number) => ({
  ...{ key: Uint32Array.from({ length: writes }, (_, i) => i), revision: Float64Array.from({ length: writes }, (_, i) => i + 1) },
  ...{ version: new Uint32Array(writes).fill(1), createRevision: new Float64Array(writes) },
})
const times = [
  { revision: 1, at: 0 },
  { revision: 2000, at: 60_000 },
]

it('counts each write once, and gives up where each key is a resource of its own', async () => {
  const bars = await timelineBars(columns(2000), (number) => `r${number % 400}`, times)
  expect(bars?.bars).toHaveLength(400)
  expect(bars?.bars.every(({ writes }) => writes.reduce((sum, own) => sum + own, 0) === 5)).toBe(true)
  expect(await timelineBars(columns(2000), (number) => `r${number}`, times)).toBeNull()
})
