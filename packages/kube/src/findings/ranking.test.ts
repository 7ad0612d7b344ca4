// The largest and the most rewritten.
import { expect, test } from 'vitest'
import { largest, rewritten } from './ranking.ts'
import { brief, foundIn } from './testing/found-in.ts'

test('the top twenty, in order', () => {
  const objects = Object.fromEntries(Array.from({ length: 50 }, (_, i) => [`pods/shop/p${i}`, { size: ((i * 7) % 50) + 1000 }]))
  const found = foundIn(largest, objects)
  expect(found.map(({ says }) => says)).toEqual(Array.from({ length: 20 }, (_, i) => `${(1049 - i).toLocaleString('en')} bytes`))
})

test('a key that was written once is not rewritten', () => {
  expect(
    brief(foundIn(rewritten, { 'leases/a/b': { version: 1234n }, 'pods/shop/a': { version: 1n }, 'pods/shop/b': { version: 2n } })),
  ).toEqual([
    'info rewritten leases/a/b: Written 1,234 times since it was created',
    'info rewritten pods/shop/b: Written 2 times since it was created',
  ])
})
