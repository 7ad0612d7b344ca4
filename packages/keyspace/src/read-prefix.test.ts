// How far reading a whole prefix runs ahead of its consumer.
import { describe, expect, it } from 'vitest'
import { utf8 } from './bytes.ts'
import type { RangeRequest } from './ordered-source.ts'
import { RangeKnowledge } from './range-knowledge.ts'
import { readPrefix } from './read-prefix.ts'
import { clusterKeys } from './testing/cluster-keys.ts'
import { MemorySource } from './testing/memory-source.ts'

const settled = () => new Promise((resolve) => setTimeout(resolve, 20))

describe.each([true, false])('with keys only: %s', (keysOnly) => {
  it('requests only a few pages in advance, the first time and again', async () => {
    const source = new MemorySource(clusterKeys({ keys: 60_000, shopPods: 10_000 }).map(utf8))
    const knowledge = new RangeKnowledge()
    for (const prefix of ['/registry/pods/', '/registry/pods/', '/registry/', '/registry/']) {
      source.reset()
      let pages = 0
      for await (const { kvs } of readPrefix(source, { prefix: utf8(prefix), revision: 0n, keysOnly, pageSize: 500, knowledge })) {
        if (kvs.length === 0) continue
        pages++
        if (pages % 10 !== 5) continue
        const before = source.shown
        await settled()
        const ahead = source.shown - before
        expect(ahead).toBeLessThanOrEqual((keysOnly ? 16 : 4) * 500)
      }
      expect(pages).toBeGreaterThan(20)
    }
  })
})

describe('large values', () => {
  const SIZE = 1_000_000
  const keys = Array.from({ length: 40 }, (_, i) => utf8(`/registry/example.com/widgets/shop/widget-${String(i).padStart(3, '0')}`))
  /** The largest reply, in bytes. */
  let largest = 0
  /** Answers with values of a megabyte. */
  const source = {
    memory: new MemorySource(keys),
    async range(request: RangeRequest, signal?: AbortSignal) {
      const reply = await this.memory.range(request, signal)
      if (request.keysOnly) return reply
      for (const kv of reply.kvs) kv.value = new Uint8Array(SIZE)
      largest = Math.max(largest, reply.kvs.length * SIZE)
      return reply
    },
  }
  const request = { prefix: utf8('/registry/'), revision: 0n, keysOnly: false, pageSize: 500, firstPage: 4, pageBytes: 4 * SIZE }

  it('come in pages of limited bytes, also where earlier pages are remembered', async () => {
    const knowledge = new RangeKnowledge()
    for (let time = 0; time < 3; time++) {
      let found = 0
      for await (const { kvs } of readPrefix(source, { ...request, knowledge })) found += kvs.length
      expect(found).toBe(keys.length)
    }
    expect(largest).toBe(4 * SIZE)
  })

  it('are read one part after another where nothing may be read ahead', async () => {
    const knowledge = new RangeKnowledge()
    for await (const _ of readPrefix(source, { ...request, knowledge }));
    source.memory.reset()
    let taken = 0
    for await (const { kvs } of readPrefix(source, { ...request, knowledge, readsAhead: () => false })) {
      await settled()
      taken += kvs.length
      expect(source.memory.shown - taken).toBeLessThanOrEqual(4)
    }
    expect(taken).toBe(keys.length)
  })
})
