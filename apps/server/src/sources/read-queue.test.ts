// The queue in front of an etcd: a fixed number in flight, turns between readers, and no work for readers that have left.
import { describe, expect, it } from 'vitest'
import { isAppError } from '../problem.ts'
import { ReadQueue } from './read-queue.ts'

function gate() {
  let open: () => void = () => {}
  const closed = new Promise<void>((resolve) => {
    open = resolve
  })
  return { closed, open }
}

describe('ReadQueue', () => {
  it('keeps its limit, and frees the slot of a failed read', async () => {
    const queue = new ReadQueue(3)
    let most = 0
    const reads = Array.from({ length: 20 }, (_, i) =>
      queue.run(async () => {
        most = Math.max(most, queue.inFlight)
        await new Promise((resolve) => setTimeout(resolve, i % 3))
        if (i % 4 === 0) throw new Error('broken')
        return i
      }),
    )
    const settled = await Promise.allSettled(reads)
    expect(most).toBe(3)
    expect(settled.filter(({ status }) => status === 'rejected')).toHaveLength(5)
    expect(queue.inFlight).toBe(0)
  })

  it('lets a reader of one key pass a reader of a thousand', async () => {
    const queue = new ReadQueue(1)
    const order: string[] = []
    const first = gate()
    const bulk = new AbortController().signal
    const single = new AbortController().signal
    const reads = [queue.run(() => first.closed, bulk)]
    for (let i = 0; i < 10; i += 1) reads.push(queue.run(async () => void order.push(`bulk ${i}`), bulk))
    reads.push(queue.run(async () => void order.push('single'), single))
    first.open()
    await Promise.all(reads)
    expect(order.indexOf('single')).toBe(1)
    expect(order.filter((name) => name !== 'single')).toEqual(Array.from({ length: 10 }, (_, i) => `bulk ${i}`))
  })

  it('does not start a read whose reader has left', async () => {
    const queue = new ReadQueue(1)
    const first = gate()
    const running = queue.run(() => first.closed)
    const abort = new AbortController()
    let started = false
    const waiting = queue.run(async () => {
      started = true
    }, abort.signal)
    abort.abort()
    const error = await waiting.catch((reason: unknown) => reason)
    expect(isAppError(error, 'CANCELLED')).toBe(true)
    first.open()
    await running
    expect(started).toBe(false)
    expect(await queue.run(async () => 'next')).toBe('next')
  })
})
