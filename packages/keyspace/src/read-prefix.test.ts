// How far reading a whole prefix runs ahead of its consumer.
import { describe, expect, it } from 'vitest'
import { utf8 } from './bytes.ts'
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
