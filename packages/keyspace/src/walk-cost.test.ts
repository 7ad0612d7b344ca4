// Measures the number of keys that the lister makes etcd walk in realistic keyspaces.
import { describe, expect, it } from 'vitest'
import { prefixEndOrNull, utf8 } from './bytes.ts'
import { type LevelPage, listLevel } from './list-level.ts'
import { RangeKnowledge } from './range-knowledge.ts'
import { readPrefix } from './read-prefix.ts'
import { clusterKeys } from './testing/cluster-keys.ts'
import { MemorySource } from './testing/memory-source.ts'

async function open(source: MemorySource, prefix: string, knowledge?: RangeKnowledge) {
  source.reset()
  let page: LevelPage | undefined
  let reported = 0
  let entries = 0
  do {
    page = await listLevel(source, { prefix: utf8(prefix), revision: page?.revision ?? 0n, cursor: page?.cursor, limit: 500, knowledge })
    reported += page.walked
    entries += page.entries.length
  } while (page.cursor !== undefined)
  if (knowledge !== undefined) expect(reported).toBe(source.walked)
  const { walked, ranges, largestWalk } = source
  return { walked, ranges, largestWalk, entries, below: source.countBelow(utf8(prefix), prefixEndOrNull(utf8(prefix))) }
}

const made = new Map<number, readonly string[]>()
/** The keys of a cluster of this size, created once, in the order of their bytes: a source would sort them more slowly. */
function sortedKeys(keys: number): readonly string[] {
  const sorted = made.get(keys) ?? clusterKeys({ keys, shopPods: Math.min(10_000, keys / 5) }).sort()
  made.set(keys, sorted)
  return sorted
}

describe.each([30_000, 300_000, 1_000_000])('with %d keys', (keys) => {
  const source = new MemorySource(sortedKeys(keys).map(utf8))

  it('opens /registry/ without walking it', async () => {
    const knowledge = new RangeKnowledge()
    const cold = await open(source, '/registry/', knowledge)
    expect(cold.walked).toBeLessThan(cold.below)
    expect(cold.ranges).toBeLessThanOrEqual(keys < 100_000 ? 55 : 105)
    expect(cold.largestWalk).toBeLessThanOrEqual(20_000)
    expect((await open(source, '/registry/', knowledge)).ranges).toBe(1)
    source.revision++
    const changed = await open(source, '/registry/', knowledge)
    expect(changed.walked).toBeLessThan(cold.below / 8)
    expect(changed.ranges).toBeLessThanOrEqual(60)
    expect(changed.entries).toBe(cold.entries)
  })

  it.each(['pods', 'events', 'secrets', 'configmaps'])('opens the namespaces of %s without walking them', async (resource) => {
    const knowledge = new RangeKnowledge()
    const cold = await open(source, `/registry/${resource}/`, knowledge)
    expect(cold.walked).toBeLessThanOrEqual(2 * cold.below)
    expect(cold.ranges).toBeLessThan(75)
    expect(cold.largestWalk).toBeLessThanOrEqual(20_000)
  })

  it('pages through a large namespace, walking each key about twice the first time and once later', async () => {
    const knowledge = new RangeKnowledge()
    const cold = await open(source, '/registry/pods/shop/', knowledge)
    expect(cold.walked).toBeLessThanOrEqual(2 * cold.below)
    source.revision++
    const again = await open(source, '/registry/pods/shop/', knowledge)
    expect(again.walked).toBeLessThanOrEqual(1.1 * cold.below)
    expect(again.entries).toBe(cold.below)
  })

  // A million keys take seconds, and longer beside other tests.
  it('reads everything walking at most twice its keys, and once the next time', async () => {
    const knowledge = new RangeKnowledge()
    for (const most of [2, 1.1]) {
      source.reset()
      let read = 0
      let reported = 0
      for await (const page of readPrefix(source, { prefix: utf8('/registry/'), revision: 0n, keysOnly: true, pageSize: 500, knowledge })) {
        read += page.kvs.length
        reported += page.walked
      }
      expect(read).toBe(source.countBelow(utf8('/registry/'), utf8('/registry0')))
      expect(reported).toBe(source.walked)
      expect(source.walked).toBeLessThanOrEqual(most * read)
    }
  })
})

/** What an etcd with values of a few hundred bytes says of its database. */
const BYTES_PER_KEY = 480

describe('a store that tells its size', () => {
  const told = (keys: readonly string[], bytes: number): MemorySource => Object.assign(new MemorySource(keys.map(utf8)), { bytes })

  it.each([1, 300, 3_000])('is read by one Range where it is small: %d keys', async (keys) => {
    const all = sortedKeys(3_000)
    const source = told(
      all.filter((_, i) => i % Math.ceil(all.length / keys) === 0),
      Math.max(29_000, keys * BYTES_PER_KEY),
    )
    const knowledge = new RangeKnowledge()
    for (const prefix of ['', '/registry/', '/registry/pods/', '/registry/pods/default/']) {
      const cold = await open(source, prefix, knowledge)
      expect(cold).toMatchObject({ ranges: 1, walked: cold.below })
      expect((await open(source, prefix, knowledge)).ranges).toBe(1)
      source.revision++
      // At a new revision a few keys tell as much, where one Range would return hundreds.
      const again = await open(source, prefix, knowledge)
      expect(again.entries).toBe(cold.entries)
      if (again.ranges > 1) expect(again.walked).toBeLessThan(cold.below / 125)
    }
  })

  it.each([
    ['pods in three namespaces', 3, 2_688, 4],
    ['pods in thirty namespaces', 30, 100, 1],
  ])('is read at a new revision by what costs etcd less: %s', async (_, namespaces, pods, ranges) => {
    const keys = Array.from({ length: namespaces * pods }, (_, i) => `/registry/pods/ns-${i % namespaces}/pod-${i}`)
    const source = told(keys, 3e6)
    const knowledge = new RangeKnowledge()
    const cold = await open(source, '/registry/pods/', knowledge)
    expect(cold).toMatchObject({ ranges: 1, walked: keys.length })
    for (let i = 0; i < 3; i++) {
      source.revision++
      const again = await open(source, '/registry/pods/', knowledge)
      expect(again).toMatchObject({ ranges, walked: ranges === 1 ? keys.length : namespaces, entries: namespaces })
    }
  })

  it('is paged at a new revision as where nothing is told of its size', async () => {
    const source = told(
      Array.from({ length: 5_000 }, (_, i) => `/registry/pods/shop/p${i}`),
      3e6,
    )
    const again = async (knowledge: RangeKnowledge) => {
      source.revision++
      return await open(source, '/registry/pods/shop/', knowledge)
    }
    const knowledge = new RangeKnowledge()
    await again(knowledge)
    const cost = await again(knowledge)
    source.bytes = undefined
    expect(await again(knowledge)).toEqual(cost)
  })

  it('is read by one Range for its first child too, and at a new revision by a few keys', async () => {
    const source = told(sortedKeys(3_000), 3_000 * BYTES_PER_KEY)
    const knowledge = new RangeKnowledge()
    const first = () => listLevel(source, { prefix: utf8('/registry/'), revision: 0n, limit: 1, knowledge })
    expect(await first()).toMatchObject({ ranges: 1, entries: [{}] })
    expect((await open(source, '/registry/', knowledge)).ranges).toBe(1)
    source.revision++
    const again = await first()
    expect(again.ranges).toBe(1)
    expect(again.walked).toBeLessThanOrEqual(150)
    expect(await open(source, '/registry/', knowledge)).toMatchObject({ ranges: 1, entries: 50 })
  })

  it('is paged where it is small and its keys are shown in pages', async () => {
    const source = told(
      Array.from({ length: 1_200 }, (_, i) => `/registry/pods/shop/p${i}`),
      1_200 * BYTES_PER_KEY,
    )
    expect(await open(source, '/registry/pods/shop/')).toMatchObject({ ranges: 3, entries: 1_200 })
  })

  it('needs fewer Ranges where it is of middle size', async () => {
    for (const [keys, ranges, share] of [
      [3_000, 26, 1],
      [30_000, 42, 0.5],
    ] as const) {
      const source = told(sortedKeys(keys), 30_000 * BYTES_PER_KEY)
      const knowledge = new RangeKnowledge()
      const cold = await open(source, '/registry/', knowledge)
      expect(cold.ranges).toBeLessThanOrEqual(ranges)
      expect(cold.walked).toBeLessThan(share * cold.below)
      expect(cold.largestWalk).toBeLessThanOrEqual(5_000)
      source.revision++
      const changed = await open(source, '/registry/', knowledge)
      expect(changed.ranges).toBeLessThanOrEqual(42)
      expect(changed.walked).toBeLessThan(cold.below / 4)
      for (const resource of ['pods', 'events', 'secrets']) {
        const level = await open(source, `/registry/${resource}/`, new RangeKnowledge())
        expect(level.ranges).toBeLessThanOrEqual(42)
        expect(level.walked).toBeLessThanOrEqual(2 * level.below)
      }
      expect((await open(source, '', new RangeKnowledge())).ranges).toBeLessThanOrEqual(8)
    }
  })

  it.each([
    [100_000, 14e6],
    [300_000, 60e6],
  ])('is walked no more than once where %d keys are packed into %d bytes', async (keys, bytes) => {
    const cold = await open(told(sortedKeys(keys), bytes), '/registry/', new RangeKnowledge())
    expect(cold.walked).toBeLessThan(cold.below / 2)
    expect(cold.largestWalk).toBeLessThanOrEqual(20_000)
  })

  it('costs as before where it is large', async () => {
    const source = told(sortedKeys(1_000_000), 1_000_000 * BYTES_PER_KEY)
    const cold = await open(source, '/registry/', new RangeKnowledge())
    source.bytes = undefined
    expect(await open(source, '/registry/', new RangeKnowledge())).toEqual(cold)
    // Many small keys: their number is not known from the size.
    source.bytes = 200e6
    expect(await open(source, '/registry/', new RangeKnowledge())).toEqual(cold)
  })
})

describe('the root of a keyspace', () => {
  it.each(['/registry/', '/kubernetes.io/'])('with a million keys below %s is listed without walking them', async (registry) => {
    const keys = sortedKeys(1_000_000).map((key) => key.replace('/registry/', registry))
    const source = new MemorySource([...keys, '/calico/ipam/v2/config', '/openshift.io/routes/shop/a', 'cilium/state/ip'].map(utf8))
    const knowledge = new RangeKnowledge()
    const cold = await open(source, '', knowledge)
    expect(cold.entries).toBe(5)
    expect(cold.walked).toBeLessThanOrEqual(100_000)
    expect(cold.ranges).toBeLessThanOrEqual(60)
    source.revision++
    const again = await open(source, '', knowledge)
    expect(again.entries).toBe(5)
    expect(again.walked).toBeLessThanOrEqual(20)
  })
})

describe('an unknown directory', () => {
  it('with 100,000 numbered keys is walked once to be found and about once to be paged', async () => {
    const source = new MemorySource(Array.from({ length: 100_000 }, (_, i) => utf8(`/queue/item-${String(i).padStart(6, '0')}`)))
    const cold = await open(source, '/queue/', new RangeKnowledge())
    expect(cold.entries).toBe(100_000)
    expect(cold.walked).toBeLessThanOrEqual(2.2 * cold.below)
  })

  it('can be continued by a cursor alone, after everything else was forgotten', async () => {
    const source = new MemorySource(Array.from({ length: 20_000 }, (_, i) => utf8(`/queue/item-${String(i).padStart(6, '0')}`)))
    expect((await open(source, '/queue/')).entries).toBe(20_000)
  })

  it('with unusual names needs few Ranges, and is cheap the second time', async () => {
    const keys = sortedKeys(300_000).map((key) => utf8(key.replace('/registry/', '/elsewhere/')))
    const source = new MemorySource(keys)
    const knowledge = new RangeKnowledge()
    const cold = await open(source, '/elsewhere/', knowledge)
    expect(cold.ranges).toBeLessThan(300)
    expect(cold.walked).toBeLessThanOrEqual(4 * cold.below)
    source.revision++
    expect((await open(source, '/elsewhere/', knowledge)).walked).toBeLessThan(cold.below / 10)
  })
})

it('costs what the README’s example says', async () => {
  const pods = (namespace: string, count: number) =>
    Array.from({ length: count }, (_, index) => `/registry/pods/${namespace}/p${String(index).padStart(5, '0')}`)
  const namespaces = ['a', 'b', 'shop'].map((name) => `/registry/namespaces/${name}`)
  const source = new MemorySource([...namespaces, ...pods('a', 5000), ...pods('b', 3), ...pods('shop', 5000)].map(utf8))
  const knowledge = new RangeKnowledge()
  expect(await open(source, '/registry/pods/', knowledge)).toMatchObject({ ranges: 11, walked: 10_006, entries: 3 })
  source.revision++
  expect(await open(source, '/registry/pods/', knowledge)).toMatchObject({ ranges: 4, walked: 3, entries: 3 })
})

describe.each([3_000, 30_000, 300_000])('a registry with %d keys below a name of its own', (keys) => {
  const source = new MemorySource(sortedKeys(keys).map((key) => utf8(`/east${key}`)))

  it('is walked once, to list the top level: nobody knows the name before', async () => {
    const knowledge = new RangeKnowledge()
    const { below, walked } = await open(source, '', knowledge)
    expect(walked).toBeLessThan(below + 100)
    // The first key of a directory was seen, so its first child is known.
    expect(await open(source, '/east/', knowledge)).toMatchObject({ entries: 1, walked: 1, ranges: 2 })
    // From here on it is listed like any other registry.
    expect((await open(source, '/east/registry/', knowledge)).walked).toBeLessThan(below / 2)
    const pods = await open(source, '/east/registry/pods/', knowledge)
    expect(pods.walked).toBeLessThan(pods.below * 2)
  })
})
