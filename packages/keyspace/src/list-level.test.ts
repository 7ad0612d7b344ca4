// The lister against a naive oracle over any keys, and its cost on keyspaces shaped like clusters.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compareBytes, prefixEndOrNull, startsWithBytes, toHex, utf8 } from './bytes.ts'
import { countPrefix } from './count-prefix.ts'
import { InvalidCursorError, type LevelEntry, listLevel } from './list-level.ts'
import type { OrderedSource } from './ordered-source.ts'
import { RangeKnowledge } from './range-knowledge.ts'
import { readPrefix } from './read-prefix.ts'
import { MemorySource } from './testing/memory-source.ts'

/** Checks every key. */
function naiveChildren(keys: readonly Uint8Array[], prefix: Uint8Array): string[] {
  const children: string[] = []
  for (const key of keys) {
    if (!startsWithBytes(key, prefix)) continue
    const slash = Array.from(key).findIndex((byte, i) => byte === 0x2f && i >= Math.max(prefix.length, prefix.length === 0 ? 1 : 0))
    const child = slash < 0 ? `key ${toHex(key)}` : `directory ${toHex(key.subarray(0, slash + 1))}`
    if (children.at(-1) !== child) children.push(child)
  }
  return children
}

const named = (entry: LevelEntry) => (entry.kind === 'key' ? `key ${toHex(entry.key)}` : `directory ${toHex(entry.prefix)}`)

async function wholeLevel(source: MemorySource, prefix: Uint8Array, limit: number, knowledge?: RangeKnowledge) {
  const entries: LevelEntry[] = []
  let cursor: string | undefined
  let revision = 0n
  let pages = 0
  do {
    const page = await listLevel(source, { prefix, revision, cursor, limit, knowledge })
    expect(page.entries.length).toBeLessThanOrEqual(limit)
    if (page.cursor !== undefined) expect(page.entries.length).toBe(limit)
    entries.push(...page.entries)
    cursor = page.cursor
    revision = page.revision
    pages++
  } while (cursor !== undefined)
  return { entries, pages }
}

const segment = fc.oneof(
  fc.constantFrom('a', 'b', 'ab', 'pods', 'pod', 'po', '', 'registry', 'default', 'z', '\u00ff', 'team-1', 'team-10', 'team-2'),
  fc.string({ maxLength: 3 }),
)
const pathKey = fc
  .tuple(fc.boolean(), fc.array(segment, { minLength: 1, maxLength: 5 }))
  .map(([slash, parts]) => utf8((slash ? '/' : '') + parts.join('/')))
const rawKey = fc.uint8Array({ minLength: 1, maxLength: 6 })
const narrowKey = fc.array(fc.constantFrom(0, 0x2f, 0x61, 0xff), { minLength: 1, maxLength: 6 }).map((bytes) => Uint8Array.from(bytes))
const keysOf = (maxLength: number) =>
  fc.array(fc.oneof(pathKey, rawKey, narrowKey), { maxLength, size: 'max' }).map((keys) => keys.filter((key) => key.length > 0))

/** What a store says of its size: nothing, small, middle, large. It need not be true of its keys. */
const storeSize = fc.constantFrom(undefined, 20_000, 20_000_000, 20_000_000_000)
/** Keys in a reply at most. */
const mostShown = fc.constantFrom(1, 5, Number.POSITIVE_INFINITY)

describe('listLevel', () => {
  it('lists the same as a naive reader, at every prefix, in pages of any size, first and again', async () => {
    await fc.assert(
      fc.asyncProperty(
        keysOf(200),
        fc.constantFrom(1, 2, 7, 100),
        fc.boolean(),
        storeSize,
        mostShown,
        async (keys, limit, remembers, bytes, most) => {
          const source = Object.assign(new MemorySource(keys), { bytes, mostShown: most })
          const knowledge = remembers ? new RangeKnowledge({ maxChildren: 20, maxLevels: 4 }) : undefined
          const prefixes = new Map<string, Uint8Array>([['', new Uint8Array(0)]])
          for (const key of source.keys)
            key.forEach((byte, i) => {
              if (byte === 0x2f) prefixes.set(toHex(key.subarray(0, i + 1)), key.slice(0, i + 1))
            })
          for (const prefix of [...prefixes.values()].slice(0, 25)) {
            const expected = naiveChildren(source.keys, prefix)
            expect((await wholeLevel(source, prefix, limit, knowledge)).entries.map(named)).toEqual(expected)
            expect((await wholeLevel(source, prefix, limit, knowledge)).entries.map(named)).toEqual(expected)
          }
        },
      ),
      { numRuns: 150 },
    )
  })

  it('finds new keys and drops removed ones at a later revision, with any memory', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(keysOf(150), { minLength: 2, maxLength: 4 }),
        fc.constantFrom(3, 50),
        storeSize,
        async (states, limit, bytes) => {
          const source = Object.assign(new MemorySource(states[0] as Uint8Array[]), { bytes })
          const knowledge = new RangeKnowledge()
          const prefixes = [new Uint8Array(0), utf8('/'), utf8('/registry/'), utf8('/pods/'), utf8('a/')]
          for (const state of states) {
            source.replace([...state, ...source.keys.filter((_, i) => i % 3 !== 0)])
            for (const prefix of prefixes)
              expect((await wholeLevel(source, prefix, limit, knowledge)).entries.map(named)).toEqual(naiveChildren(source.keys, prefix))
          }
        },
      ),
      { numRuns: 100 },
    )
  })

  it('reads everything in an interval once, in order', async () => {
    await fc.assert(
      fc.asyncProperty(keysOf(300), fc.constantFrom(1, 3, 40), rawKey, storeSize, async (keys, pageSize, prefix, bytes) => {
        const source = Object.assign(new MemorySource(keys), { bytes })
        const knowledge = new RangeKnowledge()
        for (const from of [new Uint8Array(0), prefix.slice(0, 1), utf8('/'), utf8('/registry/')]) {
          const expected = source.keys.filter((key) => startsWithBytes(key, from)).map(toHex)
          for (let again = 0; again < 2; again++) {
            const read: string[] = []
            for await (const page of readPrefix(source, { prefix: from, revision: 0n, keysOnly: true, pageSize, knowledge }))
              read.push(...page.kvs.map((kv) => toHex(kv.key)))
            expect(read).toEqual(expected)
          }
        }
      }),
      { numRuns: 100 },
    )
  })

  it('shows a key that is also a prefix twice, and a key with a trailing slash in its own directory', async () => {
    const source = new MemorySource(['/a', '/a/b', '/a-b', '/a/', '/a//c', 'compact_rev_key'].map(utf8))
    const list = async (prefix: string) => (await wholeLevel(source, utf8(prefix), 100)).entries.map(named)
    const key = (text: string) => `key ${toHex(utf8(text))}`
    const directory = (text: string) => `directory ${toHex(utf8(text))}`
    expect(await list('')).toEqual([key('/a'), key('/a-b'), directory('/a/'), key('compact_rev_key')])
    expect(await list('/a/')).toEqual([key('/a/'), directory('/a//'), key('/a/b')])
    expect(await list('/a//')).toEqual([key('/a//c')])
    expect(await list('/')).toEqual([key('/a'), key('/a-b'), directory('/a/')])
  })

  it('does not modify the bytes of its caller and source, even if they are Buffers with shared memory', async () => {
    const texts = ['/registry/pods/shop/a', '/registry/pods/shop/b', '/registry/services/specs/shop/c', 'z']
    const slab = Buffer.from(texts.join(''))
    const keys = texts.map((text, i) => {
      const at = texts.slice(0, i).join('').length
      return slab.subarray(at, at + text.length)
    })
    const source = new MemorySource(keys)
    const prefix = Buffer.from('/registry/')
    const read: string[] = []
    for await (const page of readPrefix(source, { prefix, revision: 0n, keysOnly: true, pageSize: 1 }))
      read.push(...page.kvs.map((kv) => new TextDecoder().decode(kv.key)))
    expect(read).toEqual(texts.slice(0, 3))
    expect((await wholeLevel(source, prefix, 1)).entries.map(named)).toEqual(naiveChildren(source.keys, prefix))
    expect(slab.toString()).toBe(texts.join(''))
    expect(prefix.toString()).toBe('/registry/')
  })

  it('refuses a cursor of another prefix or revision', async () => {
    const source = new MemorySource(['/a/1', '/a/2', '/a/3'].map(utf8))
    const page = await listLevel(source, { prefix: utf8('/a/'), revision: 0n, limit: 1 })
    for (const wrong of [
      { prefix: utf8('/b/'), revision: 0n, cursor: page.cursor, code: 'cursor-of-prefix' },
      { prefix: utf8('/a/'), revision: 3n, cursor: page.cursor, code: 'cursor-of-revision' },
      { prefix: utf8('/a/'), revision: 0n, cursor: 'x', code: 'cursor-wrong' },
    ]) {
      const listing = listLevel(source, { ...wrong, limit: 1 })
      await expect(listing).rejects.toBeInstanceOf(InvalidCursorError)
      await expect(listing).rejects.toMatchObject({ says: { code: wrong.code } })
    }
    await expect(listLevel(source, { prefix: utf8('/a/'), revision: 0n, limit: 0 })).rejects.toBeInstanceOf(RangeError)
  })

  it('continues after a reader that left, and serves two readers of one level', async () => {
    const source = new MemorySource(Array.from({ length: 3_000 }, (_, i) => utf8(`/a/${i}`)))
    const knowledge = new RangeKnowledge()
    const aborted = AbortSignal.abort(new Error('gone'))
    await expect(listLevel(source, { prefix: utf8('/a/'), revision: 0n, limit: 10, knowledge, signal: aborted })).rejects.toThrow('gone')
    const first = await listLevel(source, { prefix: utf8('/a/'), revision: 0n, limit: 10, knowledge })
    const pages = await Promise.all(
      [1, 2, 3].map(() =>
        listLevel(source, { prefix: utf8('/a/'), revision: first.revision, cursor: first.cursor, limit: 900, knowledge }),
      ),
    )
    for (const page of pages) expect(page.entries.map(named)).toEqual(naiveChildren(source.keys, utf8('/a/')).slice(10, 910))
    expect(compareBytes(utf8('/a/'), prefixEndOrNull(utf8('/a/')) as Uint8Array)).toBeLessThan(0)
  })
})

describe('a user whose role has one prefix', () => {
  const keys = ['default/a', 'default/b', 'shop/c'].map((name) => utf8(`/registry/pods/${name}`))
  const refuse = (code: string): OrderedSource => {
    const stored = new MemorySource(keys)
    return {
      range: async (request, signal) => {
        if (startsWithBytes(request.key, utf8('/registry/pods/'))) return await stored.range(request, signal)
        throw Object.assign(new Error('permission denied'), { code })
      },
    }
  }
  const prefix = utf8('/registry/pods/')

  it('reads it without names from elsewhere', async () => {
    const source = refuse('SOURCE_FORBIDDEN')
    expect((await listLevel(source, { prefix, revision: 0n, limit: 10 })).entries).toHaveLength(2)
    expect((await countPrefix(source, { prefix, revision: 0n })).keys).toBe(3)
    let read = 0
    for await (const { kvs } of readPrefix(source, { prefix, revision: 0n, keysOnly: true, pageSize: 10 })) read += kvs.length
    expect(read).toBe(3)
  })

  it('is told what it may not read, and other failures', async () => {
    const elsewhere = { prefix: utf8('/registry/secrets/'), revision: 0n, limit: 10 }
    await expect(listLevel(refuse('SOURCE_FORBIDDEN'), elsewhere)).rejects.toThrow('permission denied')
    for (const code of ['SOURCE_TIMEOUT', 'SOURCE_AUTH'])
      await expect(listLevel(refuse(code), { prefix, revision: 0n, limit: 10 })).rejects.toThrow('permission denied')
  })
})
