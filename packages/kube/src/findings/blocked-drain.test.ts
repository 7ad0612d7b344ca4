// Budgets that allow no eviction, however healthy their pods are.
import { expect, test } from 'vitest'
import { blockedDrain } from './blocked-drain.ts'
import { brief, foundIn } from './testing/found-in.ts'

const budget = (disruptionsAllowed: number, expectedPods: number, currentHealthy: number, desiredHealthy: number) => ({
  status: { disruptionsAllowed, expectedPods, currentHealthy, desiredHealthy },
})

test('a budget that asks for all pods', () => {
  const found = foundIn(blockedDrain, {
    'poddisruptionbudgets/shop/all': budget(0, 3, 3, 3),
    'poddisruptionbudgets/shop/single': budget(0, 1, 1, 1),
    'poddisruptionbudgets/shop/more': budget(0, 2, 2, 5),
  })
  expect(brief(found)).toEqual([
    'warning blocked-drain poddisruptionbudgets/shop/all: All 3 pods must stay healthy, so none may be evicted.',
    'warning blocked-drain poddisruptionbudgets/shop/single: Its only pod must stay healthy, so it may not be evicted.',
    'warning blocked-drain poddisruptionbudgets/shop/more: All 2 pods must stay healthy, so none may be evicted.',
  ])
})

test('not one that allows some, waits for healthy pods, has none, or was not judged yet', () => {
  expect(
    foundIn(blockedDrain, {
      'poddisruptionbudgets/shop/some': budget(1, 3, 3, 2),
      'poddisruptionbudgets/shop/sick': budget(0, 3, 1, 2),
      'poddisruptionbudgets/shop/empty': budget(0, 0, 0, 1),
      'poddisruptionbudgets/shop/new': { spec: { minAvailable: 1 } },
    }),
  ).toEqual([])
})
