// Counting below a prefix: exact, each key walked once (twice if directories are listed first), and no large Range where names allow smaller ones.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { prefixEndOrNull, utf8 } from './bytes.ts'
import { countPrefix } from './count-prefix.ts'
import { listLevel } from './list-level.ts'
import { RangeKnowledge } from './range-knowledge.ts'
import { holdsResources } from './registry-names.ts'
import { clusterKeys } from './testing/cluster-keys.ts'
import { MemorySource } from './testing/memory-source.ts'

describe.each([30_000, 1_000_000])('with %d keys', (keys) => {
  const source = new MemorySource(clusterKeys({ keys, shopPods: Math.min(10_000, keys / 5) }).map(utf8))
  const below = (prefix: string) => source.countBelow(utf8(prefix), prefixEndOrNull(utf8(prefix)))

  it.each([
    '/registry/pods/',
    '/registry/events/',
    '/registry/services/',
    '/registry/minions/',
    '/registry/',
    '/registry/pods/shop/',
    '/registry/argoproj.io/',
  ])('counts %s', async (prefix) => {
    const knowledge = new RangeKnowledge()
    await listLevel(source, { prefix: utf8('/registry/namespaces/'), revision: 0n, limit: 500, knowledge })
    source.reset()
    const counted = await countPrefix(source, { prefix: utf8(prefix), revision: 0n, knowledge })
    expect(counted.keys).toBe(below(prefix))
    expect(counted.walked).toBe(source.walked)
    expect(source.walked).toBeLessThanOrEqual((holdsResources(utf8(prefix)) ? 2 : 1) * below(prefix))
    expect(source.largestWalk).toBeLessThanOrEqual(20_000)
    expect(source.ranges).toBeLessThanOrEqual(200 + below(prefix) / 500)
    expect(counted.revision).toBe(source.revision)
  })

  it('sends no request if the parent’s listing has already counted', async () => {
    const knowledge = new RangeKnowledge()
    const { revision } = await listLevel(source, { prefix: utf8('/registry/'), revision: 0n, limit: 500, knowledge })
    source.reset()
    expect((await countPrefix(source, { prefix: utf8('/registry/masterleases/'), revision, knowledge })).keys).toBe(
      below('/registry/masterleases/'),
    )
    expect(source.ranges).toBe(0)
  })

  it('walks each key once for a registry and all of its directories, in any order of requests', async () => {
    const knowledge = new RangeKnowledge()
    const { revision, entries } = await listLevel(source, { prefix: utf8('/registry/'), revision: 0n, limit: 500, knowledge })
    source.reset()
    const directories = entries.flatMap((entry) => (entry.kind === 'directory' ? [entry.prefix] : []))
    const count = (prefix: Uint8Array) => countPrefix(source, { prefix, revision, knowledge })
    const whole = count(utf8('/registry/'))
    const parts = await Promise.all(directories.map(count))
    expect((await whole).keys).toBe(below('/registry/'))
    expect(parts.reduce((sum, { keys: below }) => sum + below, 0)).toBe(below('/registry/'))
    expect(source.walked).toBeLessThanOrEqual(1.1 * below('/registry/'))
    expect((await whole).walked + parts.reduce((sum, { walked }) => sum + walked, 0)).toBe(source.walked)
    source.reset()
    expect((await count(utf8('/registry/'))).keys).toBe(below('/registry/'))
    expect(source.ranges).toBe(0)
  })

  it('continues a count whose requester has left', async () => {
    const knowledge = new RangeKnowledge()
    const gone = new AbortController()
    const first = countPrefix(source, { prefix: utf8('/registry/events/'), revision: 7n, knowledge, signal: gone.signal })
    const second = countPrefix(source, { prefix: utf8('/registry/events/'), revision: 7n, knowledge })
    gone.abort()
    await expect(first).rejects.toThrow()
    expect((await second).keys).toBe(below('/registry/events/'))
  })
})

it('a failed count is reported to all waiting requests, and repeated by the next', async () => {
  const source = new MemorySource(clusterKeys({ keys: 3_000 }).map(utf8))
  const knowledge = new RangeKnowledge()
  let asked = 0
  let dead = true
  const failing = {
    async range(request: Parameters<MemorySource['range']>[0]) {
      asked++
      if (dead) throw new Error('no answer')
      return await source.range(request)
    },
  }
  const count = () => countPrefix(failing, { prefix: utf8('/registry/minions/'), revision: 7n, knowledge })
  const both = await Promise.allSettled([count(), count()])
  expect(both.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
  expect(asked).toBe(1)
  dead = false
  expect((await count()).keys).toBeGreaterThan(0)
})

it('is exact for keys of any bytes', async () => {
  const key = fc.uint8Array({ minLength: 1, maxLength: 6 })
  await fc.assert(
    fc.asyncProperty(fc.array(key, { maxLength: 40 }), fc.uint8Array({ maxLength: 3 }), fc.boolean(), async (keys, prefix, small) => {
      const source = Object.assign(new MemorySource(keys), small ? { bytes: 20_000 } : {})
      const counted = await countPrefix(source, { prefix, revision: 0n })
      if (small) expect(source.ranges).toBe(1)
      expect(counted.keys).toBe(source.countBelow(prefix, prefixEndOrNull(prefix)))
    }),
  )
})
