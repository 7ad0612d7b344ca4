// Several watches as one, over an in-memory keyspace: connection state, reconnects, gaps, and changes during a reading.
import { utf8 } from '@registree/keyspace'
import { afterAll, expect, test, vi } from 'vitest'
import { AppError } from '../problem.ts'
import { MemoryV3Source } from '../sources/memory/memory-v3-source.ts'
import { applying, WatchSet, type WatchTarget } from './watch-set.ts'

const run = new AbortController()
afterAll(() => run.abort())

function world() {
  const source = new MemoryV3Source()
  const heard: string[] = []
  const states: unknown[] = []
  const gaps = vi.fn()
  const watches = new WatchSet({ retryMs: 1, onGap: gaps, onState: (reason) => states.push(reason) })
  const target = (key: string): WatchTarget => ({
    name: key,
    from: 1n,
    watch: (after, signal) =>
      applying(source.watch({ key: utf8(key), end: null, after }, signal), ({ revision }) => void heard.push(`${key}@${revision}`)),
  })
  return { source, heard, states, gaps, watches, target }
}

test('delivers each change once, also after a disconnect; connected only when all are', async () => {
  const { source, heard, states, watches, target } = world()
  watches.watch([target('a'), target('b')], run.signal)
  expect(watches.connected).toBe(false)
  await expect.poll(() => watches.connected).toBe(true)
  source.set(utf8('a'), utf8('1'))
  await expect.poll(() => heard).toEqual(['a@2'])
  source.bell.cut(new AppError('SOURCE_UNREACHABLE', { code: 'stored-text', params: { text: 'gone' } }))
  await expect.poll(() => states).toContainEqual({ code: 'stored-text', params: { text: 'gone' } })
  expect(watches.connected).toBe(false)
  source.set(utf8('b'), utf8('1'))
  source.bell.cut(null)
  await expect.poll(() => heard).toEqual(['a@2', 'b@3'])
  await expect.poll(() => watches.connected).toBe(true)
  expect(Object.fromEntries(watches.positions)).toEqual({ a: 2n, b: 3n })
  watches.clear()
})

test('a kept target is not reopened; a removed one is no longer delivered', async () => {
  const { source, heard, watches, target } = world()
  watches.watch([target('a'), target('b')], run.signal)
  await expect.poll(() => watches.connected).toBe(true)
  const opened = vi.spyOn(source, 'watch')
  watches.watch([target('b'), target('c')], run.signal)
  await expect.poll(() => watches.connected).toBe(true)
  expect(opened).toHaveBeenCalledTimes(1)
  source.set(utf8('a'), utf8('1'))
  source.set(utf8('c'), utf8('1'))
  await expect.poll(() => heard).toEqual(['c@3'])
  watches.clear()
})

test('a gap is reported, and changes during a reading are kept to be applied again', async () => {
  const { source, heard, gaps, watches, target } = world()
  source.set(utf8('x'), utf8('1'))
  source.set(utf8('x'), utf8('2'))
  source.compact(3n)
  watches.watch([target('a')], run.signal)
  await expect.poll(() => gaps.mock.calls.length).toBe(1)
  watches.record()
  source.set(utf8('a'), utf8('1'))
  await expect.poll(() => heard).toEqual(['a@4'])
  for (const apply of watches.recorded()) await apply()
  expect(heard).toEqual(['a@4', 'a@4'])
  expect(watches.recorded()).toEqual([])
  watches.clear()
})
