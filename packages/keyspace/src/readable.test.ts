// Readable intervals against an oracle: no Range outside them is sent, and every key in them can be reached through the tree.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compareBytes, prefixEnd, toHex, utf8 } from './bytes.ts'
import type { LevelEntry } from './list-level.ts'
import type { OrderedSource } from './ordered-source.ts'
import { type Interval, kindOf, listReadableLevel, Readable } from './readable.ts'
import { MemorySource } from './testing/memory-source.ts'

const text = (bytes: Uint8Array) => Buffer.from(bytes).toString()
const prefix = (of: string): Interval => ({ key: utf8(of), end: prefixEnd(utf8(of)) })
const single = (key: string): Interval => ({ key: utf8(key), end: null })
const open = (from: string): Interval => ({ key: utf8(from), end: new Uint8Array([0]) })
const shown = (entry: LevelEntry) => text(entry.kind === 'key' ? entry.key : entry.prefix)

/** Rejects what etcd would reject. */
function guarded(source: MemorySource, readable: Readable): OrderedSource {
  return {
    range: (request) => {
      if (!readable.covers(request)) throw new Error(`asked for ${text(request.key)} … ${request.end && text(request.end)}`)
      return source.range(request)
    },
  }
}

async function level(source: OrderedSource, readable: Readable, of: Uint8Array, limit = 3): Promise<LevelEntry[]> {
  const entries: LevelEntry[] = []
  let cursor: string | undefined
  do {
    const page = await listReadableLevel(source, readable, { prefix: of, revision: 0n, cursor, limit })
    expect(page.entries.length).toBeLessThanOrEqual(limit)
    expect(page.revision).toBe(7n)
    entries.push(...page.entries)
    cursor = page.cursor
  } while (cursor !== undefined)
  return entries
}

describe('a user of two prefixes', () => {
  const keys = ['/apps/blue/a', '/apps/blue/b/c', '/apps/green/x', '/shared/one', '/registry/pods/p', 'top'].map(utf8)
  const readable = new Readable([prefix('/shared/'), prefix('/apps/blue/'), single('top'), prefix('/apps/blue/b/')])
  const source = guarded(new MemorySource(keys), readable)

  it('can navigate to them level by level', async () => {
    const at = async (of: string) => (await level(source, readable, utf8(of))).map(shown)
    expect(await at('')).toEqual(['/apps/', '/shared/', 'top'])
    expect(await at('/apps/')).toEqual(['/apps/blue/'])
    expect(await at('/apps/blue/')).toEqual(['/apps/blue/a', '/apps/blue/b/'])
    expect(await at('/registry/')).toEqual([])
    expect(readable.granted.map(({ key }) => text(key))).toEqual(['/apps/blue/', '/shared/', 'top'])
  })
})

it('describes a grant', () => {
  expect(kindOf(prefix('/apps/'))).toEqual({ kind: 'prefix' })
  expect(kindOf(single('/apps/one'))).toEqual({ kind: 'key' })
  expect(kindOf({ key: new Uint8Array([0]), end: new Uint8Array([0]) })).toEqual({ kind: 'prefix' })
  expect(kindOf(open('/apps/'))).toEqual({ kind: 'range', opens: true })
  expect(kindOf({ key: utf8('/apps/a'), end: utf8('/apps/c') })).toEqual({ kind: 'range', opens: true })
  expect(kindOf({ key: utf8('/apps/a'), end: utf8('/apps/a5') })).toEqual({ kind: 'range', opens: false })
})

it('combines two adjacent grants', () => {
  const readable = new Readable([prefix('/a'), prefix('/b'), open('/x/')])
  expect(readable.covers({ key: utf8('/a'), end: utf8('/c') })).toBe(true)
  expect(readable.covers({ key: utf8('/a'), end: utf8('/d') })).toBe(false)
  expect(readable.covers({ key: utf8('/y'), end: new Uint8Array([0]) })).toBe(true)
  expect(readable.covers({ key: new Uint8Array([0]), end: new Uint8Array([0]) })).toBe(false)
  expect(new Readable([]).covers(single('/a'))).toBe(false)
})

it('restricts an interval to its readable part', () => {
  const readable = new Readable([prefix('/apps/'), single('/b'), open('/x/')])
  const parts = (interval: Interval) => readable.partsOf(interval).map(({ key, end }) => `${text(key)} ${text(end)}`)
  expect(parts(open('/'))).toEqual(['/apps/ /apps0', '/b /b\0', '/x/ \0'])
  expect(parts({ key: utf8('/apps/m'), end: utf8('/b') })).toEqual(['/apps/m /apps0'])
  expect(parts(single('/b'))).toEqual(['/b /b\0'])
  expect(parts(prefix('/c'))).toEqual([])
})

it('reaches every readable key and requests no other, for any grants', async () => {
  const part = fc.constantFrom('a', 'b', 'c/', '/', 'd0')
  const key = fc.array(part, { minLength: 1, maxLength: 5 }).map((parts) => utf8(parts.join('')))
  const grant = fc.oneof(
    key.map((of): Interval => ({ key: of, end: null })),
    key.map((of): Interval => ({ key: of, end: prefixEnd(of) })),
    key.map((of): Interval => ({ key: of, end: new Uint8Array([0]) })),
    fc
      .tuple(key, key)
      .filter(([from, to]) => compareBytes(from, to) < 0)
      .map(([from, to]): Interval => ({ key: from, end: to })),
  )
  await fc.assert(
    fc.asyncProperty(fc.array(key, { maxLength: 30 }), fc.array(grant, { minLength: 1, maxLength: 4 }), async (keys, granted) => {
      const memory = new MemorySource(keys)
      const readable = new Readable(granted)
      const source = guarded(memory, readable)
      const reached = new Set<string>()
      const visit = async (of: Uint8Array): Promise<void> => {
        const entries = await level(source, readable, of)
        const order = entries.map((entry) => (entry.kind === 'key' ? entry.key : entry.prefix))
        expect(order).toEqual([...order].sort(compareBytes))
        for (const entry of entries) {
          if (entry.kind === 'key') reached.add(toHex(entry.key))
          else if (compareBytes(entry.prefix, of) !== 0) await visit(entry.prefix)
        }
      }
      await visit(new Uint8Array())
      const expected = memory.keys.filter((one) => readable.covers({ key: one, end: null })).map(toHex)
      expect([...reached].sort()).toEqual(expected.sort())
    }),
    { numRuns: 300 },
  )
})
