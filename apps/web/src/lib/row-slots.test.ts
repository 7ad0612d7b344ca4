// DOM elements of a virtualised list.
import { expect, test } from 'vitest'
import { RowSlots } from './row-slots.ts'

const ids = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => `r${from + i}`)

test('a jump reuses the old elements for the new rows, in order', () => {
  const slots = new RowSlots()
  const first = slots.take(ids(0, 5))
  expect(slots.take(ids(100, 105))).toEqual(first)
  // Additional rows get new elements after them.
  expect(slots.take(ids(200, 206)).slice(0, 5)).toEqual(first)
})

test('rows added at one end get new elements, and the others keep theirs', () => {
  const slots = new RowSlots()
  const first = slots.take(ids(10, 15))
  const up = slots.take(ids(8, 13))
  expect(up.slice(2)).toEqual(first.slice(0, 3))
  expect(first).not.toContain(up[0])
})

test('the focused row keeps its element through a jump', () => {
  const slots = new RowSlots()
  const first = slots.take(ids(0, 5))
  const after = slots.take([...ids(100, 105), 'r2'])
  expect(after.at(-1)).toBe(first[2])
  // Elements above it stay above: its own element need not move.
  expect(after.slice(0, 2)).toEqual(first.slice(0, 2))
  expect(after).not.toContain(first[3])
  expect(new Set(after).size).toBe(6)
  expect(slots.take([...ids(300, 305), 'r2'])).toEqual(after)
})
