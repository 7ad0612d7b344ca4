// How long readers of one etcd wait: as long as it answers anybody, and together no longer than one of them when it answers nobody.
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { isAppError } from '../problem.ts'
import { ReadLane } from './read-lane.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const lane = () => new ReadLane({ readsInFlight: 2, patienceMs: 10_000, now: Date.now })
const reader = () => new AbortController().signal

test('an etcd that answers nobody is given up by all at once, also by those whose turn it never was', async () => {
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

test('who waited in vain is told the endpoint that was silent, not the one that will be asked next', async () => {
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

test('one that answers slowly keeps its readers', async () => {
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
