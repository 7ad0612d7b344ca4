// Elements of a window over rows.
import { expect, test } from 'vitest'
import { RowSlots } from './row-slots.ts'

const ids = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => `r${from + i}`)

test('a jump draws the new rows with the old elements, in their order', () => {
  const slots = new RowSlots()
  const first = slots.take(ids(0, 5))
  expect(slots.take(ids(100, 105))).toEqual(first)
  // More rows than before get elements behind them.
  expect(slots.take(ids(200, 206)).slice(0, 5)).toEqual(first)
})

test('rows that come at one end have elements of their own, and those that stay keep theirs', () => {
  const slots = new RowSlots()
  const first = slots.take(ids(10, 15))
  const up = slots.take(ids(8, 13))
  expect(up.slice(2)).toEqual(first.slice(0, 3))
  expect(first).not.toContain(up[0])
})

test('the row that has the focus keeps its element through a jump', () => {
  const slots = new RowSlots()
  const first = slots.take(ids(0, 5))
  const after = slots.take([...ids(100, 105), 'r2'])
  expect(after.at(-1)).toBe(first[2])
  // What was above it is above it still: its own element need not move.
  expect(after.slice(0, 2)).toEqual(first.slice(0, 2))
  expect(after).not.toContain(first[3])
  expect(new Set(after).size).toBe(6)
  expect(slots.take([...ids(300, 305), 'r2'])).toEqual(after)
})
