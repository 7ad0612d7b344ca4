// Concurrent readings of many values: limited by turns, and every turn is released however its reading ends.
import { expect, test } from 'vitest'
import type { Cluster } from '../clusters/cluster.ts'
import { inTurn, linesInTurn } from './in-turn.ts'

const cluster = (): Cluster => ({ name: 'test', opened: {} }) as Cluster
const signal = () => new AbortController().signal

test('at most two at once without progress lines, and all of them in the end', async () => {
  const one = cluster()
  let now = 0
  let most = 0
  const read = async () => {
    now += 1
    most = Math.max(most, now)
    await new Promise((resolve) => setTimeout(resolve, 5))
    now -= 1
  }
  await Promise.all(Array.from({ length: 20 }, () => inTurn({ cluster: one, browser: 'one', signal: signal() }, read)))
  expect(most).toBe(2)
})

test('a reading that fails, stops or is left releases its turn', async () => {
  const one = cluster()
  async function* lines() {
    yield 1
    yield 2
  }
  let browsers = 0
  const read = (at = signal()) => linesInTurn({ cluster: one, browser: String(browsers++), signal: at }, lines())
  for (let i = 0; i < 8; i += 1) {
    await expect(inTurn({ cluster: one, browser: 'one', signal: signal() }, () => Promise.reject(new Error('no')))).rejects.toThrow('no')
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
  // A reading that cannot report its wait does not queue behind them.
  expect(await inTurn({ cluster: one, browser: 'one', signal: signal() }, async () => 'read')).toBe('read')
  await held[0]?.return()
  const values = []
  for await (const line of sixth) values.push(line)
  expect(values).toEqual([1, 2])
})

/** Endless lines; records whether it was ended. */
function endless<Line>(line: Line) {
  const state = { ended: false }
  async function* lines() {
    try {
      for (;;) yield line
    } finally {
      state.ended = true
    }
  }
  return { state, lines: lines() }
}

const quick = { idleMs: 1, lookMs: 1 }
const numbers = async function* () {
  yield 1
  yield 2
}

test('a reader that stops reading loses its turn if another waits, and is told why', async () => {
  const one = cluster()
  const idle = Array.from({ length: 4 }, (_, i) => {
    const { state, lines } = endless('line')
    return { state, reader: linesInTurn({ cluster: one, browser: `idle ${i}`, signal: signal() }, lines, quick) }
  })
  for (const { reader } of idle) expect(await reader.next()).toMatchObject({ value: 'line' })
  const values = []
  for await (const line of linesInTurn({ cluster: one, browser: 'busy', signal: signal() }, numbers())) values.push(line)
  expect(values).toEqual([{ type: 'waiting', ahead: 1 }, 1, 2])
  const lost = idle.filter(({ state }) => state.ended)
  expect(lost.length).toBeGreaterThan(0)
  for (const { reader } of lost) await expect(reader.next()).rejects.toMatchObject({ code: 'BUSY', says: { code: 'idle-reader' } })
  for (const { reader } of idle) await reader.return()
})

test('a reader that stops reading keeps its turn while nobody waits', async () => {
  const one = cluster()
  const { state, lines } = endless('line')
  const reader = linesInTurn({ cluster: one, browser: 'idle', signal: signal() }, lines, quick)
  await reader.next()
  // Three others use the remaining turns in sequence, so that nobody waits.
  for (let i = 0; i < 30; i += 1) for await (const _ of linesInTurn({ cluster: one, browser: 'other', signal: signal() }, numbers()));
  expect(state.ended).toBe(false)
  expect(await reader.next()).toMatchObject({ value: 'line' })
  await reader.return()
  expect(state.ended).toBe(true)
})

test('a long line is sent in parts, and completely even if its reader has lost its turn', async () => {
  const one = cluster()
  const line = Uint8Array.from({ length: 300_000 }, (_, i) => i % 251)
  const { lines, state } = endless(line)
  const reader = linesInTurn({ cluster: one, browser: 'slow', signal: signal() }, lines, quick)
  const parts = [(await reader.next()).value as Uint8Array]
  expect(parts[0]?.length).toBeLessThan(100_000)
  const others = Array.from({ length: 3 }, (_, i) => linesInTurn({ cluster: one, browser: `o${i}`, signal: signal() }, endless(1).lines))
  for (const other of others) await other.next()
  for await (const _ of linesInTurn({ cluster: one, browser: 'busy', signal: signal() }, numbers()));
  expect(state.ended).toBe(true)
  await expect(
    (async () => {
      for await (const part of reader) parts.push(part as Uint8Array)
    })(),
  ).rejects.toMatchObject({ code: 'BUSY' })
  expect(Buffer.concat(parts).equals(line)).toBe(true)
  for (const other of others) await other.return()
})

test('browsers take turns, however many pages one has open, and none fills the queue alone', async () => {
  const one = cluster()
  const read = (browser: string) => linesInTurn({ cluster: one, browser, signal: signal() }, numbers())
  const held = Array.from({ length: 4 }, (_, i) => read(`held ${i}`))
  for (const each of held) await each.next()
  const many = Array.from({ length: 20 }, () => read('many'))
  const places = await Promise.all(many.map((each) => each.next()))
  expect(places.map(({ value }) => value)).toEqual(many.map((_, i) => ({ type: 'waiting', ahead: i + 1 })))
  await expect(read('many').next()).rejects.toMatchObject({ code: 'BUSY', says: { code: 'browser-limit', params: { waiting: 20 } } })
  const single = read('single')
  expect((await single.next()).value).toEqual({ type: 'waiting', ahead: 2 })
  // The second page of the first browser is now behind the other browser.
  expect((await many[1]?.next())?.value).toEqual({ type: 'waiting', ahead: 3 })
  const next = single.next()
  await held[0]?.return()
  await held[1]?.return()
  const values = [(await next).value]
  for await (const line of single) values.push(line)
  expect(values.at(-1)).toBe(2)
  for (const each of [...held, ...many]) await each.return()
})

test('what is answered in one piece waits in the line of its browser, and is refused with a code where the line is full', async () => {
  const one = cluster()
  const ended: string[] = []
  const held: (() => void)[] = []
  const hold = () => new Promise<void>((resolve) => held.push(resolve))
  const ask = (browser: string, at = signal()) => inTurn({ cluster: one, browser, signal: at }, async () => void ended.push(browser))
  const holders = Array.from({ length: 2 }, () => inTurn({ cluster: one, browser: 'holder', signal: signal() }, hold))
  const gone = new AbortController()
  const many = Array.from({ length: 19 }, () => ask('many'))
  const left = ask('many', gone.signal)
  await expect(ask('many')).rejects.toMatchObject({
    code: 'BUSY',
    says: { code: 'browser-limit', params: { waiting: 20 } },
  })
  // A place that somebody left is free again.
  gone.abort()
  await expect(left).rejects.toMatchObject({ code: 'CANCELLED' })
  many.push(ask('many'))
  const single = ask('single')
  held[0]?.()
  await single
  expect(ended.slice(0, 2)).toEqual(['many', 'single'])
  held[1]?.()
  await Promise.all([...holders, ...many])
  expect(ended).toHaveLength(21)
})

test('all browsers together have a limit too', async () => {
  const one = cluster()
  const held: (() => void)[] = []
  const ask = (browser: string) =>
    inTurn({ cluster: one, browser, signal: signal() }, () => new Promise<void>((resolve) => held.push(resolve)))
  const asked = Array.from({ length: 202 }, (_, i) => ask(`browser ${i % 20}`))
  await expect(ask('another')).rejects.toMatchObject({
    code: 'BUSY',
    says: { code: 'cluster-limit', params: { waiting: 200 } },
  })
  let done = false
  const all = Promise.all(asked).then(() => {
    done = true
  })
  while (!done) {
    for (const free of held.splice(0)) free()
    await new Promise(setImmediate)
  }
  await all
})
