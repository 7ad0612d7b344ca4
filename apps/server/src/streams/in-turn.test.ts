// Readings of many values at once: as many as there are turns, each turn given back whatever becomes of who had it.
import { expect, test } from 'vitest'
import type { Cluster } from '../clusters/cluster.ts'
import { inTurn, linesInTurn } from './in-turn.ts'

const cluster = (): Cluster => ({ name: 'test', opened: {} }) as Cluster
const signal = () => new AbortController().signal

test('no more than two at once that say nothing meanwhile, and all of them in the end', async () => {
  const one = cluster()
  let now = 0
  let most = 0
  const read = async () => {
    now += 1
    most = Math.max(most, now)
    await new Promise((resolve) => setTimeout(resolve, 5))
    now -= 1
  }
  await Promise.all(Array.from({ length: 20 }, () => inTurn(one, signal(), read)))
  expect(most).toBe(2)
})

test('the turn of who fails, stops reading or goes away before it is another’s', async () => {
  const one = cluster()
  async function* lines() {
    yield 1
    yield 2
  }
  const read = (at = signal()) => linesInTurn({ cluster: one, signal: at }, lines())
  for (let i = 0; i < 8; i += 1) {
    await expect(inTurn(one, signal(), () => Promise.reject(new Error('no')))).rejects.toThrow('no')
    for await (const _ of read()) break
  }
  const held = Array.from({ length: 4 }, () => read())
  for (const each of held) expect(await each.next()).toMatchObject({ value: 1 })
  const gone = new AbortController()
  const fifth = read(gone.signal)
  const sixth = read()
  expect((await fifth.next()).value).toEqual({ type: 'waiting', ahead: 1 })
  expect((await sixth.next()).value).toEqual({ type: 'waiting', ahead: 2 })
  const nothing = fifth.next()
  gone.abort()
  await expect(nothing).rejects.toMatchObject({ code: 'CANCELLED' })
  expect((await sixth.next()).value).toEqual({ type: 'waiting', ahead: 1 })
  // What cannot say that it waits does not wait behind them.
  expect(await inTurn(one, signal(), async () => 'read')).toBe('read')
  await held[0]?.return()
  const values = []
  for await (const line of sixth) values.push(line)
  expect(values).toEqual([1, 2])
})
