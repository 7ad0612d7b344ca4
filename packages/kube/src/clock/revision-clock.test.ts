// Simulated clusters: nodes with different clocks, late writes, one wrong clock, invalid timestamps, hours without a timestamp.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Anchor, API_SERVER, OURSELVES } from './anchor.ts'
import { RevisionClock, type RevisionTime } from './revision-clock.ts'

const START = Date.parse('2026-11-23T03:00:00Z')
const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE

interface Cluster {
  seed: number
  nodes: number
  /** Maximum difference between correct clocks and the API server's, in ms. */
  skew: number
  /** How far ahead one node's clock is. */
  liarAhead: number
  /** The share of invalid timestamps. */
  outliers: number
  gap: boolean
  minutes: number
}

interface History {
  /** When each revision was really written, by revision, from 1 on. */
  written: number[]
  anchors: Anchor[]
  createRevisions: Map<bigint, number>
}

/** A small random number generator in [0, 1): the same seed gives the same cluster. */
function randomFrom(seed: number): () => number {
  let state = (seed ^ 0x9e3779b9) >>> 0 || 1
  return () => {
    state ^= state << 13
    state >>>= 0
    state ^= state >>> 17
    state ^= state << 5
    state >>>= 0
    return state / 2 ** 32
  }
}

function simulate({ seed, nodes, skew, liarAhead, outliers, gap, minutes }: Cluster): History {
  const random = randomFrom(seed)
  const between = (low: number, high: number) => low + random() * (high - low)
  const writes: { at: number; anchor?: Omit<Anchor, 'revision'> }[] = []
  const end = START + minutes * MINUTE
  const gapFrom = START + (minutes / 2) * MINUTE
  const isGap = (at: number) => gap && at > gapFrom && at < gapFrom + HOUR
  const renew = (source: string, ahead: number, every: number) => {
    for (let at = START + random() * every; at < end; at += every * between(1, 1.05)) {
      if (isGap(at)) continue
      const instant = Math.round((at + ahead) * 1000) / 1000
      writes.push({ at: at + between(3, 80), anchor: { instant, resolution: 0.001, kind: 'lease', source } })
    }
  }
  for (let i = 0; i < nodes; i++) renew(`host/node-${i}`, i === 0 ? liarAhead : between(-skew, skew), 10 * SECOND)
  renew('host/scheduler', between(-skew, skew), 2 * SECOND)
  renew('host/controller-manager', between(-skew, skew), 2 * SECOND)
  const kinds = ['condition', 'managed-fields', 'event'] as const
  for (let at = START; at < end; at += between(0, 20 * SECOND)) {
    if (isGap(at)) continue
    // Half of them create something, the others change something with older timestamps.
    const seconds = (stamp: number) => Math.floor(stamp / SECOND) * SECOND
    if (random() < 0.5)
      writes.push({ at: at + between(3, 40), anchor: { instant: seconds(at), resolution: SECOND, kind: 'created', source: API_SERVER } })
    else {
      const kind = kinds[Math.floor(random() * kinds.length)] as (typeof kinds)[number]
      const old = random() < 0.5 ? 0 : random() * 20 * MINUTE
      writes.push({ at: at + between(3, 40), anchor: { instant: seconds(at - old), resolution: SECOND, kind, source: `writer/${kind}` } })
    }
    if (random() < 0.3) writes.push({ at: at + between(0, 5 * SECOND) })
  }
  writes.sort((a, b) => a.at - b.at)
  const history: History = { written: [START - SECOND], anchors: [], createRevisions: new Map() }
  for (const { at, anchor } of writes) {
    const revision = BigInt(history.written.push(at) - 1)
    if (anchor === undefined) continue
    const wrong = random() < outliers
    if (anchor.kind === 'created' && !wrong) history.createRevisions.set(revision, anchor.instant)
    history.anchors.push({
      ...anchor,
      revision,
      instant: wrong ? anchor.instant + (random() < 0.5 ? -1 : 1) * between(MINUTE, 24 * HOUR) : anchor.instant,
    })
  }
  // The newest revision is seen in etcd's answers.
  const newest = history.written.length - 1
  const seen = (history.written[newest] as number) + SECOND
  history.anchors.push({ revision: BigInt(newest), instant: seen, resolution: 0, kind: 'seen', source: OURSELVES })
  return history
}

const cluster = fc.record<Cluster>({
  seed: fc.integer(),
  nodes: fc.integer({ min: 2, max: 6 }),
  skew: fc.integer({ min: 0, max: 150 }),
  liarAhead: fc.oneof(fc.constant(0), fc.integer({ min: -5 * HOUR, max: 5 * HOUR }), fc.constantFrom(-3 * MINUTE, 4 * MINUTE)),
  outliers: fc.constantFrom(0, 0.01, 0.03),
  gap: fc.boolean(),
  minutes: fc.integer({ min: 10, max: 40 }),
})

const ends = (time: RevisionTime) =>
  [time.notBefore ?? Number.NEGATIVE_INFINITY, time.best, time.notAfter ?? Number.POSITIVE_INFINITY] as const

/** Order violations: an interval without its best estimate, or a time before that of an earlier revision. */
function outOfOrder(clock: RevisionClock, newest: number): string[] {
  const found: string[] = []
  let before: readonly [number, number, number] = [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY]
  for (let revision = 1; revision <= newest; revision++) {
    const [notBefore, best, notAfter] = ends(clock.timeOf(BigInt(revision)) as RevisionTime)
    if (!(notBefore <= best && best <= notAfter)) found.push(`${revision}: ${notBefore} ${best} ${notAfter}`)
    if (!(notBefore >= before[0] && best >= before[1] && notAfter >= before[2])) found.push(`${revision} is before ${revision - 1}`)
    before = [notBefore, best, notAfter]
  }
  return found
}

/** Revisions really written more than `slack` milliseconds outside the clock's interval. */
function outside(clock: RevisionClock, written: readonly number[], slack: number, from = 1): string[] {
  const found: string[] = []
  for (let revision = from; revision < written.length; revision++) {
    const [notBefore, , notAfter] = ends(clock.timeOf(BigInt(revision)) as RevisionTime)
    const at = written[revision] as number
    if (notBefore - at > slack || at - notAfter > slack) found.push(`${revision}: ${notBefore - at} ${notAfter - at}`)
  }
  return found
}

describe('RevisionClock', () => {
  test('contains the real times of simulated clusters, in revision order', () => {
    fc.assert(
      fc.property(cluster, (shape) => {
        const { written, anchors, createRevisions } = simulate(shape)
        const clock = new RevisionClock()
        clock.add(anchors)
        expect(outOfOrder(clock, written.length - 1)).toEqual([])
        // Correct clocks differ by the skew, a write takes its time, and a slight error cannot be distinguished from either.
        const slack = 300 + Math.max(shape.skew, Math.abs(shape.liarAhead) <= 2.5 * SECOND ? Math.abs(shape.liarAhead) : 0)
        // Before the first timestamps nothing contradicts one that is too old.
        expect(outside(clock, written, slack, shape.outliers > 0 ? 20 : 1)).toEqual([])
        let exact = 0
        for (const [revision, instant] of createRevisions) {
          const { notBefore, notAfter } = clock.timeOf(revision) as RevisionTime
          if ((notBefore ?? 0) >= instant && (notAfter ?? 0) <= instant + SECOND) exact++
        }
        expect(exact).toBeGreaterThanOrEqual(createRevisions.size * 0.9)
      }),
      { numRuns: 60 },
    )
  })

  test('finds the revision of an instant', () => {
    fc.assert(
      fc.property(cluster, fc.double({ min: -0.1, max: 1.1, noNaN: true }), (shape, share) => {
        const { written, anchors } = simulate(shape)
        const clock = new RevisionClock()
        clock.add(anchors)
        const kept = { oldest: 5n, newest: BigInt(written.length - 1) }
        const [first, last] = [clock.timeOf(kept.oldest)?.best as number, clock.timeOf(kept.newest)?.best as number]
        const instant = first + (last - first) * share
        const found = clock.revisionAt(instant, kept)
        expect(found?.time).toEqual(clock.timeOf(found?.revision as bigint))
        if (found?.position === 'before-kept') expect(first).toBeGreaterThan(instant)
        else expect(found?.time.best).toBeLessThanOrEqual(instant)
        if (found?.position === 'newest') expect(found.revision).toBe(kept.newest)
        else if (found?.position === 'within') expect(clock.timeOf(found.revision + 1n)?.best).toBeGreaterThan(instant)
      }),
      { numRuns: 60 },
    )
  })

  test('reports how far the wrong clock is off', () => {
    const { anchors } = simulate({ seed: 7, nodes: 3, skew: 100, liarAhead: 2 * HOUR, outliers: 0.01, gap: false, minutes: 30 })
    const clock = new RevisionClock()
    clock.add(anchors)
    const liar = clock.sources().find(({ source }) => source === 'host/node-0')
    expect((liar?.offset as number) / HOUR).toBeCloseTo(2, 2)
    for (const { source, offset } of clock.sources()) if (source !== 'host/node-0') expect(offset, source).toBe(0)
  })

  test.each([26, 32, 48])('a wrong creation timestamp with nothing created after it moves no clock (cluster %d)', (seed) => {
    const { written, anchors } = simulate({ seed, nodes: 3, skew: 50, liarAhead: 0, outliers: 0, gap: false, minutes: 12 })
    const last = anchors.filter(({ kind }) => kind === 'created').at(-1)
    for (const ahead of [6 * HOUR, MINUTE]) {
      const clock = new RevisionClock()
      clock.add(anchors.map((anchor) => (anchor === last ? { ...anchor, instant: anchor.instant + ahead } : anchor)))
      expect(outside(clock, written, 350)).toEqual([])
      expect(clock.sources().filter(({ offset }) => offset !== 0)).toEqual([])
    }
  })

  test('follows a clock that is corrected meanwhile', () => {
    const { written, anchors } = simulate({ seed: 3, nodes: 2, skew: 50, liarAhead: 3 * HOUR, outliers: 0, gap: false, minutes: 60 })
    const half = START + 30 * MINUTE
    // Only the wrong clock and creations.
    const few = anchors
      .filter(({ source }) => source === 'host/node-0' || source === API_SERVER)
      .map((anchor) =>
        anchor.source === 'host/node-0' && (written[Number(anchor.revision)] as number) > half
          ? { ...anchor, instant: anchor.instant - 3 * HOUR }
          : anchor,
      )
    const clock = new RevisionClock()
    clock.add(few)
    expect(outside(clock, written, 30 * SECOND)).toEqual([])
  })

  test('stays within its limit, in order, and close to the truth', () => {
    const { written, anchors } = simulate({ seed: 11, nodes: 6, skew: 100, liarAhead: HOUR, outliers: 0.01, gap: true, minutes: 90 })
    const limit = 1000
    const clock = new RevisionClock({ limit })
    for (let i = 0; i < anchors.length; i += 100) {
      clock.add(anchors.slice(i, i + 100))
      expect(clock.size).toBeLessThanOrEqual(limit)
    }
    expect(anchors.length).toBeGreaterThan(4 * limit)
    expect(outOfOrder(clock, written.length - 1)).toEqual([])
    expect(outside(clock, written, SECOND, 20)).toEqual([])
  })

  test('anchors in any order, also repeated, give the same result', () => {
    const { anchors } = simulate({ seed: 5, nodes: 3, skew: 100, liarAhead: -HOUR, outliers: 0.01, gap: true, minutes: 20 })
    const once = new RevisionClock()
    once.add(anchors)
    const again = new RevisionClock()
    again.add([...anchors].reverse())
    again.add(anchors)
    for (let revision = 1n; revision < 400n; revision++) {
      const [a, b] = [once.timeOf(revision), again.timeOf(revision)]
      expect([b?.notBefore, b?.best, b?.notAfter]).toEqual([a?.notBefore, a?.best, a?.notAfter])
    }
  })

  test('knows no time without an anchor', () => {
    const clock = new RevisionClock()
    expect(clock.timeOf(5n)).toBeNull()
    expect(clock.revisionAt(START, { oldest: 1n, newest: 9n })).toBeNull()
    clock.add([{ revision: 4n, instant: Number.NaN, resolution: 1, kind: 'lease', source: 'host/a' }])
    expect(clock.timeOf(5n)).toBeNull()
  })

  test('leaves an end open if nothing limits it', () => {
    const clock = new RevisionClock()
    clock.add([{ revision: 10n, instant: START, resolution: SECOND, kind: 'created', source: API_SERVER }])
    expect(clock.timeOf(9n)).toMatchObject({ notBefore: null, notAfter: START + SECOND, before: null })
    expect(clock.timeOf(10n)).toMatchObject({ notBefore: START, notAfter: START + SECOND, best: START + 500 })
    expect(clock.timeOf(11n)).toMatchObject({ notBefore: START, notAfter: null, after: null })
  })
})

describe('one reading of the leases of a live etcd', () => {
  /** Leases as one Range at `at` returns them: each was last renewed some seconds before. */
  const leases = (at: number, read: bigint, ages: number[], ahead: number[] = []): Anchor[] =>
    ages.map((age, i) => ({
      revision: read - BigInt(Math.round(age)),
      instant: at - age * SECOND + (ahead[i] ?? 0),
      resolution: 0.001,
      kind: 'lease',
      source: `host/node-${i}`,
      until: read,
      due: 11.5 * SECOND,
    }))

  test('the next renewals are due soon, and the result says that this is the reason', () => {
    const clock = new RevisionClock()
    clock.add(leases(START, 1000n, [2, 5, 9]))
    const time = clock.timeOf(1000n)
    expect(time).toMatchObject({ notBefore: START - 2 * SECOND, notAfter: START + 2500.001 })
    expect(time?.after).toMatchObject({ due: true, anchor: { source: 'host/node-2' } })
    expect(time?.before).toMatchObject({ due: false, anchor: { source: 'host/node-0', revision: 998n } })
  })

  test('a renewal that came later than it was due ends the time, however long the cluster had paused', () => {
    const numbered = (read: Anchor[], version: bigint) => read.map((anchor) => ({ ...anchor, version }))
    for (const pause of [20 * SECOND, 3 * MINUTE, HOUR]) {
      const clock = new RevisionClock()
      clock.add(numbered(leases(START, 1000n, [2, 5, 9]), 7n))
      expect(clock.timeOf(1000n)?.after).toMatchObject({ due: true })
      // Two nodes have renewed once since, one twice.
      const after = numbered(leases(START + pause, 1012n, [3, 4, 1]), 8n)
      clock.add(after.map((anchor, i) => (i === 2 ? { ...anchor, version: 9n } : anchor)))
      const time = clock.timeOf(1000n)
      expect(time).toMatchObject({ notBefore: START - 2 * SECOND, after: { due: false, anchor: { revision: 1008n } } })
      expect(time?.notAfter).toBeCloseTo(START + pause - 3500, 0)
    }
  })

  test('a renewal in time proves what was expected', () => {
    const clock = new RevisionClock()
    clock.add(leases(START, 1000n, [2, 5, 9]).map((anchor) => ({ ...anchor, version: 7n })))
    clock.add(leases(START + 4 * SECOND, 1004n, [6, 9, 3]).map((anchor, i) => ({ ...anchor, version: i === 2 ? 8n : 7n })))
    expect(clock.timeOf(1000n)).toMatchObject({ notBefore: START - 2 * SECOND, after: { due: false } })
    expect(clock.timeOf(1000n)?.notAfter).toBeCloseTo(START + 1500, 0)
  })

  test('a silent node does not hold back the time', () => {
    const clock = new RevisionClock()
    clock.add(leases(START, 1000n, [2, 5, 900]))
    expect(clock.timeOf(1000n)).toMatchObject({ notBefore: START - 2 * SECOND, notAfter: START + 6500.001 })
  })

  test('silent nodes do not hold back the time where the leases of the others weigh little', () => {
    const clock = new RevisionClock()
    clock.add(leases(START, 1000n, [1, 2, 3, 300, 310]))
    // Events of the other nodes, soon after: each timestamp of a clock that is known well weighs less.
    const more = ['node-0', 'node-1', 'node-2'].flatMap((host) =>
      Array.from({ length: 20 }, (_, i): Anchor => {
        const revision = 1001n + BigInt(i)
        return { revision, instant: START + i * 10, resolution: 1, kind: 'event', source: `host/${host}` }
      }),
    )
    clock.add(more)
    expect(clock.timeOf(1000n)).toMatchObject({ notBefore: START - SECOND, notAfter: START + 8500.001 })
  })

  test('the first renewal after a pause is trusted', () => {
    const clock = new RevisionClock()
    clock.add(leases(START, 1000n, [31, 33, 38, 0]))
    expect(clock.timeOf(1000n)).toMatchObject({ notBefore: START, notAfter: START + 500.001 })
  })

  test.each([2 * HOUR, -2 * HOUR, 3 * MINUTE])('a node whose clock is off by %d ms is outvoted', (off) => {
    for (const liar of [0, 1, 2, 3]) {
      const clock = new RevisionClock()
      const ahead = [0, 0, 0, 0]
      ahead[liar] = off
      clock.add(leases(START, 1000n, [1, 4, 6, 9], ahead))
      const [notBefore, , notAfter] = ends(clock.timeOf(1000n) as RevisionTime)
      expect(notBefore).toBeLessThanOrEqual(START)
      expect(notAfter).toBeGreaterThanOrEqual(START)
      expect(notAfter - notBefore).toBeLessThan(15 * SECOND)
    }
  })

  test('what Registree saw last is trusted over several wrong timestamps just before it', () => {
    const { written, anchors } = simulate({ seed: 4, nodes: 3, skew: 50, liarAhead: 0, outliers: 0, gap: false, minutes: 12 })
    const wrong = new Set(anchors.filter(({ kind }) => kind !== 'seen').slice(-3))
    const clock = new RevisionClock()
    clock.add(anchors.map((anchor) => (wrong.has(anchor) ? { ...anchor, instant: anchor.instant + HOUR } : anchor)))
    expect(outside(clock, written, 350)).toEqual([])
  })

  test('what Registree saw limits earlier times', () => {
    const clock = new RevisionClock()
    clock.add([
      { revision: 10n, instant: START, resolution: SECOND, kind: 'created', source: API_SERVER },
      { revision: 20n, instant: START + MINUTE, resolution: 0, kind: 'seen', source: OURSELVES },
    ])
    expect(clock.timeOf(15n)).toMatchObject({ notBefore: START, notAfter: START + MINUTE })
    expect(clock.timeOf(21n)?.notAfter).toBeNull()
  })
})

describe('a store that was copied key by key', () => {
  test('creation timestamps that are not write times do not set the clock', () => {
    const random = randomFrom(9)
    const copied: Anchor[] = Array.from({ length: 300 }, (_, i) => ({
      ...{ revision: BigInt(i + 2), instant: START - Math.floor(random() * 1000) * HOUR, resolution: SECOND },
      ...{ kind: 'created', source: API_SERVER },
    }))
    const renewed: Anchor[] = Array.from({ length: 60 }, (_, i) => ({
      ...{ revision: BigInt(310 + i * 5), instant: START + i * 5 * SECOND, resolution: 0.001 },
      ...{ kind: 'lease', source: `host/node-${i % 2}` },
    }))
    const clock = new RevisionClock()
    clock.add([...copied, ...renewed])
    for (const [i, { revision, instant }] of renewed.entries()) {
      expect(clock.timeOf(revision)?.notBefore, String(i)).toBe(instant)
      expect(clock.timeOf(revision)?.notAfter, String(i)).toBeLessThanOrEqual(instant + 501)
    }
  })
})
