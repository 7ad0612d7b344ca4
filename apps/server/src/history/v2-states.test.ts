// The walk through the past of a v2 key, against everything that was done to it.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isAppError } from '../problem.ts'
import { MemoryV2Source } from '../sources/memory/memory-v2-source.ts'
import type { V2FirstEvent } from '../sources/source.ts'
import { v2StateAt, v2States } from './v2-states.ts'

const KEY = '/dir/key'
const { signal } = new AbortController()

/** How often it is asked. */
class Counted extends MemoryV2Source {
  asked = 0
  override firstEvent(request: { path: string; from: bigint }): Promise<V2FirstEvent> {
    this.asked += 1
    return super.firstEvent(request)
  }
}

type Done = { index: bigint; action: string; value: string | null }

const DEEDS = ['set', 'delete', 'expire', 'refresh', 'above', 'other', 'other', 'other'] as const

/** Does one thing; what happened to the key, or null. */
async function act(v2: Counted, deed: (typeof DEEDS)[number], value: string | null): Promise<Done | null> {
  const there = value !== null
  const next = (await v2.status()).index + 1n
  if (deed === 'other') v2.set('/other', String(next))
  else if (deed === 'set') v2.set(KEY, `value ${next}`)
  else if (!there) return null
  else if (deed === 'refresh') v2.refresh(KEY, { ttl: 9n, expiration: '2026-01-01T00:00:00Z' })
  else v2.remove(deed === 'above' ? '/dir' : KEY, deed === 'expire' ? 'expire' : 'delete')
  if (deed === 'other') return null
  const action = deed === 'above' ? 'delete' : deed
  return { index: next, action, value: deed === 'set' ? `value ${next}` : deed === 'refresh' ? value : null }
}

async function whole(v2: Counted, most: number) {
  const states: Done[] = []
  for (let before = 0n; ; before = states.at(-1)?.index ?? 0n) {
    const page = await v2States(v2, { path: KEY, before, most }, signal)
    for (const { index, action, node } of page.states) states.push({ index, action: action ?? 'unknown', value: node?.value ?? null })
    if (page.end !== null) return { states, end: page.end }
    expect(page.states.length).toBeGreaterThan(0)
  }
}

async function story(deeds: readonly (typeof DEEDS)[number][]) {
  const v2 = new Counted()
  const done: Done[] = []
  for (const deed of deeds) {
    const one = await act(v2, deed, done.at(-1)?.value ?? null)
    if (one !== null) done.push(one)
  }
  return { v2, done }
}

describe('the states of a v2 key', () => {
  it('are all that were done to it, in pages of any size', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.constantFrom(...DEEDS), { maxLength: 40 }), fc.integer({ min: 1, max: 5 }), async (deeds, most) => {
        const { v2, done } = await story(deeds)
        const { states, end } = await whole(v2, most)
        // A renewal that was followed by a removal is known by the state that was removed; one below a removed directory is not known at all.
        const unseen = done.filter((one, i) => one.action === 'refresh' && !states.some(({ index }) => index === one.index) && done[i + 1])
        expect(states.toReversed()).toEqual(done.filter((one) => !unseen.includes(one)))
        expect(end.kind).toBe('first')
      }),
      { numRuns: 300 },
    )
  })

  it('at any index are what they were then', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.constantFrom(...DEEDS), { maxLength: 30 }), async (deeds) => {
        const { v2, done } = await story(deeds)
        const { index: head } = await v2.status()
        for (let at = 1n; at <= head; at++) {
          const { node } = await v2StateAt(v2, { path: KEY, at }, signal)
          expect([at, node?.value ?? null]).toEqual([at, done.findLast(({ index }) => index <= at)?.value ?? null])
        }
      }),
      { numRuns: 200 },
    )
  })

  it('cost one question each, and the start of a life a few', async () => {
    const v2 = new Counted()
    for (let i = 0; i < 300; i++) v2.set(KEY, String(i))
    v2.asked = 0
    const page = await v2States(v2, { path: KEY, before: 0n, most: 51 }, signal)
    expect([page.states.length, v2.asked]).toEqual([51, 51])
    for (let i = 0; i < 500; i++) v2.set('/other', String(i))
    v2.remove(KEY)
    for (let i = 0; i < 400; i++) v2.set('/other', String(i))
    v2.asked = 0
    const last = await v2States(v2, { path: KEY, before: 0n, most: 1 }, signal)
    expect(last.states).toMatchObject([{ action: 'delete', node: null }])
    expect(v2.asked).toBeLessThanOrEqual(24)
  })

  it('end where etcd has dropped the events, whose last state is still known', async () => {
    const v2 = new Counted()
    v2.set(KEY, 'one')
    v2.set(KEY, 'two')
    v2.set('/other', 'x')
    v2.forget()
    v2.set('/other', 'y')
    v2.set(KEY, 'three')
    const page = await v2States(v2, { path: KEY, before: 0n, most: 50 }, signal)
    expect(page).toMatchObject({ head: 5n, present: true, end: { kind: 'cleared', index: 4n } })
    expect(page.states).toMatchObject([
      { index: 5n, action: 'set', node: { value: 'three' } },
      { index: 2n, action: null, node: { value: 'two' } },
    ])
    const at = async (index: bigint) =>
      v2StateAt(v2, { path: KEY, at: index }, signal).then(
        ({ node }) => node?.value ?? null,
        (error: unknown) => (isAppError(error) ? [error.code, error.facts.compactedRevision ?? error.facts.currentRevision] : error),
      )
    expect([await at(5n), await at(4n), await at(3n), await at(2n)]).toEqual(['three', 'two', 'two', 'two'])
    expect(await at(1n)).toEqual(['REVISION_COMPACTED', 4n])
    expect(await at(6n)).toEqual(['REVISION_IN_FUTURE', 5n])
  })

  it('a directory has none', async () => {
    const v2 = new Counted()
    v2.set(KEY, 'x')
    await expect(v2States(v2, { path: '/dir', before: 0n, most: 5 }, signal)).rejects.toMatchObject({ code: 'BAD_REQUEST' })
    expect(await v2States(v2, { path: '/never', before: 0n, most: 5 }, signal)).toMatchObject({
      present: false,
      states: [],
      end: { kind: 'first' },
    })
  })
})
