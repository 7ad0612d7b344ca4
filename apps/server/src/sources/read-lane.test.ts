// How long reads of one etcd wait: while etcd answers any of them, and all together no longer than one if it answers none.
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { isAppError } from '../problem.ts'
import { ReadLane } from './read-lane.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const lane = () => new ReadLane({ readsInFlight: 2, patienceMs: 10_000, now: Date.now })
const reader = () => new AbortController().signal

test('all reads give up together on a silent etcd, also those whose turn never came', async () => {
  const reads = lane()
  const left: number[] = []
  const silence = async (rest: () => number) => {
    left.push(rest())
    const ended = reads.asking('http://m0:2379')
    await new Promise((resolve) => setTimeout(resolve, rest()))
    ended()
    throw new Error('no answer')
  }
  const all = Promise.allSettled(Array.from({ length: 20 }, () => reads.run(silence, reader())))
  await vi.advanceTimersByTimeAsync(10_000)
  const errors = (await all).map((end) => (end.status === 'rejected' ? end.reason : null))
  expect(left).toEqual([10_000, 10_000])
  expect(errors.filter((error) => isAppError(error, 'SOURCE_TIMEOUT') && error.facts.endpoint === 'http://m0:2379')).toHaveLength(18)
  expect(reads.inFlight).toBe(0)
})

test('a timed-out reader is told which endpoint was silent, not which is next', async () => {
  const reads = lane()
  const silence = async (rest: () => number) => {
    const ended = reads.asking('http://silent:2379')
    await new Promise((resolve) => setTimeout(resolve, rest()))
    ended()
  }
  const healthy = async () => reads.asking('http://healthy:2379')()
  const silent = [reads.run(silence, reader()), reads.run(silence, reader())]
  const waiting = reads.run(healthy, reader())
  reads.asking('http://healthy:2379')()
  const error = waiting.catch((reason: unknown) => reason)
  await vi.advanceTimersByTimeAsync(9_999)
  await vi.advanceTimersByTimeAsync(1)
  await Promise.all(silent)
  expect(await error).toMatchObject({ code: 'SOURCE_TIMEOUT', facts: { endpoint: 'http://silent:2379' } })
})

test('a slow etcd keeps its readers', async () => {
  const reads = lane()
  const slow = async (rest: () => number) => {
    await new Promise((resolve) => setTimeout(resolve, 4000))
    reads.heard()
    return rest()
  }
  const all = Promise.all(Array.from({ length: 20 }, () => reads.run(slow, reader())))
  await vi.advanceTimersByTimeAsync(40_000)
  expect(await all).toEqual(Array.from({ length: 20 }, () => 6000))
})
