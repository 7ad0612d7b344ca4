import { it } from 'vitest'
import { utf8 } from './bytes.ts'
import { listLevel } from './list-level.ts'
import { RangeKnowledge } from './range-knowledge.ts'
import { clusterKeys } from './testing/cluster-keys.ts'
import { MemorySource } from './testing/memory-source.ts'
it.each([3000, 30_000, 300_000])('%d', async (n) => {
  const keys = clusterKeys({ keys: n, shopPods: Math.min(10_000, n / 5) }).map((k) => `/east${k}`).sort()
  const source = new MemorySource(keys.map(utf8))
  const knowledge = new RangeKnowledge()
  for (const [prefix, limit] of [['', 30], ['/east/', 30], ['/east/registry/', 30], ['/east/registry/', 500], ['/east/registry/pods/', 500]] as const) {
    source.reset()
    const page = await listLevel(source, { prefix: utf8(prefix), revision: 0n, limit, knowledge })
    console.log(n, keys.length, prefix, limit, page.entries.length, 'walked', source.walked, 'ranges', source.ranges, 'largest', source.largestWalk)
  }
})
