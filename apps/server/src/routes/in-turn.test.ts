// Readings of many values at once: as many as there are turns, each turn given back whatever becomes of who had it.
import { expect, test } from 'vitest'
import type { Cluster } from '../cluster.ts'
import { inTurn, linesInTurn } from './in-turn.ts'

const cluster = (): Cluster => ({ name: 'test' }) as Cluster
const signal = () => new AbortController().signal

test('no more than four at once, and all of them in the end', async () => {
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
  expect(most).toBe(4)
})

test('the turn of who fails, stops reading or goes away before it is another’s', async () => {
  const one = cluster()
  async function* lines() {
    yield 1
    yield 2
  }
  for (let i = 0; i < 8; i += 1) {
    await expect(inTurn(one, signal(), () => Promise.reject(new Error('no')))).rejects.toThrow('no')
    for await (const _ of linesInTurn(one, signal(), lines())) break
  }
  const held = Array.from({ length: 4 }, () => linesInTurn(one, signal(), lines()))
  for (const each of held) expect(await each.next()).toMatchObject({ value: 1 })
  const gone = new AbortController()
  const waits = inTurn(one, gone.signal, async () => 'read')
  gone.abort()
  await expect(waits).rejects.toMatchObject({ code: 'CANCELLED' })
  const waiting = inTurn(one, signal(), async () => 'read')
  await held[0]?.return()
  expect(await waiting).toBe('read')
})
