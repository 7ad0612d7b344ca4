// One Range for a small store: it answers what etcd would, and as often as is asked.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { KEYSPACE_END, utf8 } from './bytes.ts'
import type { RangeRequest } from './ordered-source.ts'
import { withKeysOfSmallStore } from './small-store.ts'
import { MemorySource } from './testing/memory-source.ts'

const small = (keys: Uint8Array[]) => Object.assign(new MemorySource(keys), { bytes: 20_000 })
const all: RangeRequest = { key: KEYSPACE_END, end: KEYSPACE_END, revision: 0n, limit: 100, keysOnly: true }

describe('withKeysOfSmallStore', () => {
  it('answers any Range of keys as the store does, and asks it no more', async () => {
    const key = fc.uint8Array({ minLength: 1, maxLength: 3 })
    const interval = fc.tuple(key, fc.option(fc.oneof(key, fc.constant(KEYSPACE_END))), fc.nat({ max: 4 }), fc.boolean())
    await fc.assert(
      fc.asyncProperty(fc.array(key, { maxLength: 40 }), fc.array(interval, { maxLength: 20 }), async (keys, intervals) => {
        const store = small(keys)
        const { source } = await withKeysOfSmallStore(store)
        for (const [from, end, limit, countOnly] of intervals) {
          const request = { key: from, end, limit, revision: 0n, countOnly, keysOnly: !countOnly }
          store.reset()
          const answer = await source.range(request)
          expect(store.ranges).toBe(0)
          const { kvs, ...rest } = await store.range(request)
          expect(answer).toMatchObject(rest)
          expect(answer.kvs.map((kv) => kv.key)).toEqual(kvs.map((kv) => kv.key))
        }
      }),
    )
  })

  it('leaves values and other revisions to the store', async () => {
    const store = small([utf8('/a'), utf8('/b')])
    const { source } = await withKeysOfSmallStore(store)
    store.replace([utf8('/c')])
    expect((await source.range(all)).kvs).toHaveLength(2)
    expect((await source.range({ ...all, keysOnly: false })).kvs).toHaveLength(1)
    expect((await source.range({ ...all, revision: 8n })).kvs).toHaveLength(1)
  })

  it('asks the store once what it read is forgotten', async () => {
    const store = small([utf8('/a'), utf8('/b')])
    const { source, forget } = await withKeysOfSmallStore(store)
    store.replace([utf8('/c')])
    forget()
    expect((await source.range(all)).kvs).toHaveLength(1)
  })

  it('changes nothing where the store is large, does not tell, or has not sent all of its keys', async () => {
    const keys = [utf8('/a'), utf8('/b')]
    for (const [given, ranges] of [
      [{ bytes: 1e9 }, 0],
      [{ bytes: undefined }, 0],
      [{ bytes: 20_000, mostShown: 1 }, 1],
    ] as const) {
      const store = Object.assign(new MemorySource(keys), given)
      expect((await withKeysOfSmallStore(store)).source).toBe(store)
      expect(store.ranges).toBe(ranges)
    }
  })
})
