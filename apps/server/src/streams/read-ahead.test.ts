// Reading ahead: order, distance, end and errors.
import { expect, test } from 'vitest'
import { keepsBuffers, mayReadAhead, readAhead } from './read-ahead.ts'

function counting(limit: number, failAt = -1) {
  const state = { made: 0, returned: false }
  async function* source(): AsyncGenerator<number, void> {
    try {
      for (let n = 0; n < limit; n++) {
        if (n === failAt) throw new Error('no more')
        state.made++
        yield n
        await null
      }
    } finally {
      state.returned = true
    }
  }
  return { state, source: source() }
}
const settle = () => new Promise((resolve) => setTimeout(resolve, 5))
/** The real answer depends on what else this process holds. */
const always = () => true

test('yields everything in order, and is that many items ahead', async () => {
  const { state, source } = counting(10)
  const got: number[] = []
  for await (const n of readAhead(source, 2, always)) {
    got.push(n)
    await settle()
    expect(state.made).toBe(Math.min(10, n + 3))
  }
  expect(got).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
})

test('stops the source when the consumer stops', async () => {
  const { state, source } = counting(100)
  for await (const n of readAhead(source, 3, always)) if (n === 5) break
  await settle()
  expect(state.returned).toBe(true)
  expect(state.made).toBeLessThanOrEqual(9)
})

test('fetches one item after another where there is no memory', async () => {
  const { state, source } = counting(5)
  for await (const n of readAhead(source, 2, () => false)) {
    await settle()
    expect(state.made).toBe(n + 1)
  }
  expect(state.made).toBe(5)
})

test('an error follows the items before it', async () => {
  const { source } = counting(10, 4)
  const got: number[] = []
  await expect(
    (async () => {
      for await (const n of readAhead(source, 8, always)) got.push(n)
    })(),
  ).rejects.toThrow('no more')
  expect(got).toEqual([0, 1, 2, 3])
})

test('reads ahead beside what others keep, but not beside as much in flight', () => {
  const megabytes = (n: number) => n * 1024 * 1024
  const all = (n: number) => () => megabytes(n)
  expect(mayReadAhead(all(47))).toBe(true)
  expect(mayReadAhead(all(64))).toBe(false)
  const keeper = { bytes: megabytes(64) }
  keepsBuffers(keeper)
  expect(mayReadAhead(all(64))).toBe(true)
  expect(mayReadAhead(all(128))).toBe(false)
  keeper.bytes = 0
  expect(mayReadAhead(all(64))).toBe(false)
})
