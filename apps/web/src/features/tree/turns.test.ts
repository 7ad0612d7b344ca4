// Turns: at most the allowed number, in order, and without aborted tasks.
import { expect, it } from 'vitest'
import { turns } from './turns.ts'

const never = new AbortController().signal

it('runs a limited number of tasks at a time, and all of them in order', async () => {
  const turn = turns(2)
  let running = 0
  let most = 0
  const order: number[] = []
  await Promise.all(
    Array.from({ length: 20 }, (_, i) =>
      turn(never, async () => {
        most = Math.max(most, ++running)
        await Promise.resolve()
        order.push(i)
        running--
      }),
    ),
  )
  expect(most).toBe(2)
  expect(order).toEqual(Array.from({ length: 20 }, (_, i) => i))
})

it('skips aborted tasks, and continues after a failed one', async () => {
  const turn = turns(1)
  const leaving = new AbortController()
  let finish = () => {}
  const first = turn(never, () => new Promise<void>((_, reject) => (finish = () => reject(new Error('broken')))))
  const left = turn(leaving.signal, async () => 'worked')
  const last = turn(never, async () => 'worked')
  leaving.abort(new Error('gone'))
  await expect(left).rejects.toThrow('gone')
  finish()
  await expect(first).rejects.toThrow('broken')
  await expect(last).resolves.toBe('worked')
})
