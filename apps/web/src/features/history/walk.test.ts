// The next change in a comparison of either form.
import { expect, test } from 'vitest'
import { stepFrom } from './walk.ts'

test('the first step goes to either end, and the steps wrap around', () => {
  expect(stepFrom(-1, 1, 3)).toBe(0)
  expect(stepFrom(-1, -1, 3)).toBe(2)
  expect(stepFrom(2, 1, 3)).toBe(0)
  expect(stepFrom(0, -1, 3)).toBe(2)
  expect(stepFrom(0, 1, 1)).toBe(0)
})
