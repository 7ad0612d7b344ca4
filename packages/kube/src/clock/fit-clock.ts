// Fits one clock to the timestamps of many: the earliest and latest time of each revision, and which timestamps to ignore.
//
// 1. The reference is the API servers' clock, known by creation timestamps. Those outside the heaviest consistent set of them are ignored. If
//    that is most of them, they are not the times of writes (the store was copied key by key), and all prompt timestamps are the reference.
// 2. Every other clock is compared with the reference. Each timestamp allows a range of offsets, and the clock's offset is the one that most
//    of them allow (`clock-offset.ts`). It is estimated for every {@link WINDOW} timestamps, because clocks drift and are corrected. An offset
//    is subtracted only when it is more than slight and hardly contradicted.
// 3. From all timestamps the heaviest consistent set is trusted (`consistent-bounds.ts`). A timestamp's weight grows with the time since the
//    one before it, so that a clock that is read often does not outvote the others.
// 4. A revision is not earlier than any trusted lower bound before it, and not later than any trusted upper bound after it.
import { type Anchor, API_SERVER, OURSELVES, WRITTEN_WITHIN } from './anchor.ts'
import { type ClockOffset, clockOffset, nearest, type OffsetRange, SLIGHT } from './clock-offset.ts'
import { type Bound, byRevision, consistentBounds } from './consistent-bounds.ts'

/** The number of timestamps of a clock that share one estimate of its offset. */
const WINDOW = 64
/** Timestamps at either end of the reference that are not used for offsets: too few follow or precede them to contradict a wrong one. */
const UNPROVEN = 3
/** An offset needs this many timestamps for it, and three times as many for it as against it. */
const ENOUGH = 3
/** Milliseconds between timestamps at which one has the full weight. */
const STEADY = 10_000
const LEAST_WEIGHT = 0.05
/**
 * Milliseconds without a renewal after which a timestamp that is later is not trusted: more likely its clock is wrong than that the whole
 * cluster stood still for so long.
 */
const LONGEST_STALL = 120_000

/** What is known of one revision. */
export interface FitStep {
  revision: number
  /** Milliseconds since 1970; holds for all later revisions too. −Infinity when not known. */
  notBefore: number
  /** Holds for all earlier revisions too. Infinity when not known. */
  notAfter: number
  /** The best estimate for this revision. */
  best: number
  /** The timestamps that the two ends come from; null at an infinite end. */
  before: Evidence | null
  after: Evidence | null
}

/** A trusted timestamp. */
export interface Evidence {
  anchor: Anchor
  /** Milliseconds that its clock was ahead, already subtracted; 0 if it was not corrected. */
  offset: number
  /** True when the bound is not the timestamp itself but the time at which the lease should have been renewed again. */
  due: boolean
}

/** One clock: its timestamps, how many of them are trusted, and the last known `offset` (see {@link Evidence}). */
export interface FittedSource {
  source: string
  stamps: number
  trusted: number
  offset: number
}

export interface FittedClock {
  /** One step for each revision that has a trusted timestamp, ascending. */
  steps: FitStep[]
  sources: FittedSource[]
}

interface Stamp extends Bound {
  evidence: Evidence
  /** The best estimate by this timestamp alone; null if it gives none. */
  point: number | null
  /** For a lease that is due: when. It replaces `notAfter` unless later timestamps are trusted. */
  expected?: number
}

/** Fits a clock to anchors in any order. O(n log n) for n anchors. */
export function fitClock(anchors: readonly Anchor[]): FittedClock {
  const bySource = new Map<string, Anchor[]>()
  for (const anchor of [...anchors].sort(anchorOrder)) {
    const own = bySource.get(anchor.source)
    if (own === undefined) bySource.set(anchor.source, [anchor])
    else own.push(anchor)
  }
  const created = (bySource.get(API_SERVER) ?? []).filter(({ kind }) => kind === 'created')
  let reference = trusted(created.map((anchor) => stampOf(anchor, 0, 0, 2)))
  const coherent = created.length > 0 && reference.length * 2 > created.length
  if (!coherent)
    reference = trusted([...bySource.values()].flatMap((own) => own.filter(isPrompt).map((a, i, all) => stampOf(a, 0, 0, cover(all, i)))))
  const limits = new Limits(reference.slice(UNPROVEN, -UNPROVEN))

  const stamps: Stamp[] = []
  const sources: FittedSource[] = []
  const due = new Map<bigint, Due[]>()
  /** Readings after which a renewal came later than it was due: others that were due may have been late too. */
  const stalled = new Set<bigint>()
  for (const [source, own] of bySource) {
    const offsets = source === API_SERVER || source === OURSELVES ? [] : offsetsOf(own, limits)
    for (const [i, anchor] of own.entries()) {
      const offset = offsets[i] ?? NO_OFFSET
      const stamp = stampOf(anchor, offset.least, offset.most, weightOf(own, i))
      if (anchor.kind === 'created' && !coherent) Object.assign(stamp, { notAfter: Number.POSITIVE_INFINITY, point: null })
      stamps.push(stamp)
      if (anchor.until === undefined || anchor.due === undefined) continue
      const next = nextRenewal(own, i)
      if (next !== null) {
        // It says itself what was only expected.
        if (next.instant - anchor.instant > anchor.due) stalled.add(anchor.until)
        continue
      }
      const renewed = anchor.instant - offset.least + anchor.resolution
      const lease = { anchor, until: anchor.until, renewed, within: anchor.due, offset }
      const others = due.get(anchor.until)
      if (others === undefined) due.set(anchor.until, [lease])
      else others.push(lease)
    }
    const last = offsets.at(-1) ?? NO_OFFSET
    sources.push({ source, stamps: own.length, trusted: 0, offset: (last.least + last.most) / 2 })
  }
  for (const [until, leases] of due) if (!stalled.has(until)) stamps.push(...dueStamps(leases))
  const kept = trusted(stamps)
  const counts = new Map<string, number>()
  for (const { evidence } of kept) {
    if (!evidence.due) counts.set(evidence.anchor.source, (counts.get(evidence.anchor.source) ?? 0) + 1)
  }
  for (const each of sources) each.trusted = counts.get(each.source) ?? 0
  return { steps: stepsOf(kept), sources }
}

const NO_OFFSET: OffsetRange = { least: 0, most: 0 }

function anchorOrder(a: Anchor, b: Anchor): number {
  return a.revision === b.revision ? a.instant - b.instant : a.revision < b.revision ? -1 : 1
}

function isPrompt({ kind }: Anchor): boolean {
  return kind === 'created' || kind === 'lease'
}

function trusted(stamps: Stamp[]): Stamp[] {
  stamps.sort(byRevision)
  const kept = consistentBounds(stamps)
  return stamps.filter((_, i) => kept[i])
}

function weightOf(own: readonly Anchor[], i: number): number {
  switch ((own[i] as Anchor).kind) {
    case 'created':
      return 2
    case 'seen':
      // Nothing follows the last one that could contradict wrong timestamps before it.
      return i === own.length - 1 ? 10 : cover(own, i)
    case 'lease':
      return cover(own, i)
    default:
      return 0.5
  }
}

/** A weight by the time that a timestamp covers among those of its clock. */
function cover(own: readonly Anchor[], i: number): number {
  const instant = (own[i] as Anchor).instant
  const before = own[i - 1]?.instant ?? instant - STEADY
  const after = own[i + 1]?.instant ?? instant + STEADY
  return Math.min(1, Math.max(LEAST_WEIGHT, Math.abs(after - before) / 2 / STEADY))
}

/** The bounds that a timestamp gives when its clock was ahead by `least` to `most`. */
function stampOf(anchor: Anchor, least: number, most: number, weight: number): Stamp {
  const { instant, resolution, kind } = anchor
  const within = WRITTEN_WITHIN[kind]
  const evidence = { anchor, offset: (least + most) / 2, due: false }
  const revision = Number(anchor.revision)
  if (kind === 'seen') return { revision, notBefore: Number.NEGATIVE_INFINITY, notAfter: instant, weight, evidence, point: null }
  const notAfter = within === null ? Number.POSITIVE_INFINITY : instant - least + resolution + within
  return { revision, notBefore: instant - most, notAfter, weight, evidence, point: instant - evidence.offset + resolution / 2 }
}

/** The renewal that followed one of `own` with none in between; null where that is not known. */
function nextRenewal(own: readonly Anchor[], i: number): Anchor | null {
  const { version } = own[i] as Anchor
  if (version === undefined) return null
  for (let at = i + 1; at < own.length; at++) {
    const next = own[at] as Anchor
    if (next.kind === 'lease' && next.version !== undefined) return next.version === version + 1n ? next : null
  }
  return null
}

/** A lease that had not been renewed when it was read. */
interface Due {
  anchor: Anchor
  until: bigint
  /** When it was renewed last, at the latest. */
  renewed: number
  within: number
  offset: OffsetRange
}

/**
 * When renewals were due, by leases that were read at one revision. The holders of some may be gone: a lease that is much older than most of the
 * others says nothing. Otherwise one dead node would limit the times of all later revisions wherever little else is known.
 */
function dueStamps(leases: readonly Due[]): Stamp[] {
  const byAge = [...leases].sort((a, b) => a.renewed - b.renewed)
  const middle = byAge[(byAge.length - 1) >> 1] as Due
  return byAge
    .filter(({ renewed }) => renewed + LONGEST_STALL >= middle.renewed)
    .map(({ anchor, until, renewed, within, offset }) => ({
      revision: Number(until),
      notBefore: Number.NEGATIVE_INFINITY,
      notAfter: renewed + Math.max(within, LONGEST_STALL),
      expected: renewed + within,
      weight: 1,
      evidence: { anchor, offset: (offset.least + offset.most) / 2, due: true },
      point: null,
    }))
}

/** How far ahead a clock was at each of its timestamps. */
function offsetsOf(own: readonly Anchor[], limits: Limits): OffsetRange[] {
  const ranges = own.map((anchor) => limits.offsetsAllowed(anchor))
  const known = correction(clockOffset(ranges))
  if (ranges.length <= WINDOW) return ranges.map(() => known)
  const offsets: OffsetRange[] = []
  for (let from = 0; from < ranges.length; from += WINDOW) {
    const some = ranges.slice(from, from + WINDOW)
    const here = clockOffset(some, (known.least + known.most) / 2)
    // If the overall offset is possible in this window, it is used: a window alone may say little.
    const offset = here.least <= known.most && known.least <= here.most ? known : correction(here)
    for (let i = 0; i < some.length; i++) offsets.push(offset)
  }
  return offsets
}

function correction({ least, most, onlyHere, onlySlight }: ClockOffset): OffsetRange {
  const slight = Math.abs(nearest({ least, most }, 0)) <= SLIGHT
  // An open range can come from one wrong timestamp of the reference. The vote of all timestamps decides such cases.
  const open = !Number.isFinite(most - least)
  return slight || open || onlyHere < ENOUGH || onlyHere <= 3 * onlySlight ? NO_OFFSET : { least, most }
}

/** The earliest and latest time of any revision, by bounds that agree. */
class Limits {
  private readonly revisions: number[] = []
  private readonly notBefore: number[] = []
  private readonly notAfter: number[] = []

  constructor(agreeing: readonly Bound[]) {
    let latest = Number.NEGATIVE_INFINITY
    for (const bound of agreeing) {
      latest = Math.max(latest, bound.notBefore)
      this.revisions.push(bound.revision)
      this.notBefore.push(latest)
      this.notAfter.push(bound.notAfter)
    }
    for (let i = agreeing.length - 2; i >= 0; i--) {
      this.notAfter[i] = Math.min(this.notAfter[i] as number, this.notAfter[i + 1] as number)
    }
  }

  /** The offsets of its clock that a timestamp allows. */
  offsetsAllowed({ revision, instant, resolution, kind }: Anchor): OffsetRange {
    const at = Number(revision)
    const next = firstFrom(this.revisions, at)
    const last = this.revisions[next] === at ? firstFrom(this.revisions, at + 1) - 1 : next - 1
    const notBefore = this.notBefore[last] ?? Number.NEGATIVE_INFINITY
    const notAfter = this.notAfter[next] ?? Number.POSITIVE_INFINITY
    const within = WRITTEN_WITHIN[kind]
    return { least: instant - notAfter, most: within === null ? Number.POSITIVE_INFINITY : instant + resolution + within - notBefore }
  }
}

/** The index of the first of ascending numbers that is at least `value`. */
export function firstFrom(values: ArrayLike<number>, value: number): number {
  let low = 0
  let high = values.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((values[middle] as number) < value) low = middle + 1
    else high = middle
  }
  return low
}

/** Combines timestamps that agree, in revision order. */
function stepsOf(stamps: readonly Stamp[]): FitStep[] {
  const steps: (FitStep & { point: number | null })[] = []
  let latest = Number.NEGATIVE_INFINITY
  let before: Evidence | null = null
  for (let from = 0; from < stamps.length; ) {
    const { revision } = stamps[from] as Stamp
    let to = from
    for (; stamps[to]?.revision === revision; to++) {
      const { notBefore, evidence } = stamps[to] as Stamp
      if (notBefore < latest || notBefore === Number.NEGATIVE_INFINITY) continue
      latest = notBefore
      before = evidence
    }
    const step = {
      revision,
      notBefore: latest,
      notAfter: Number.POSITIVE_INFINITY,
      best: 0,
      before,
      after: null as Evidence | null,
      point: null,
    }
    for (const { notAfter, expected, evidence } of stamps.slice(from, to)) {
      const end = expected !== undefined && expected >= latest ? expected : notAfter
      if (end >= step.notAfter) continue
      step.notAfter = end
      step.after = evidence
    }
    steps.push(step)
    from = to
  }
  let earliest = Number.POSITIVE_INFINITY
  let after: Evidence | null = null
  for (const step of steps.toReversed()) {
    if (step.notAfter < earliest) {
      earliest = step.notAfter
      after = step.after
    }
    step.notAfter = earliest
    step.after = after
  }
  addPoints(steps, stamps)
  return steps.map(({ point: _, ...step }) => step)
}

/** Sets the best estimate of each step: as near to what its timestamps say as the bounds and the order of revisions allow. */
function addPoints(steps: (FitStep & { point: number | null })[], stamps: readonly Stamp[]): void {
  let i = 0
  for (const step of steps) {
    let sum = 0
    let count = 0
    for (; i < stamps.length && (stamps[i] as Stamp).revision === step.revision; i++) {
      const { point, notAfter, notBefore } = stamps[i] as Stamp
      // An old timestamp that the object still carries says nothing about this write.
      if (point === null || (notAfter === Number.POSITIVE_INFINITY && notBefore < step.notBefore - 1000)) continue
      sum += point
      count++
    }
    if (count > 0) step.point = Math.min(Math.max(sum / count, step.notBefore), step.notAfter)
  }
  // Halfway between the latest point so far and the earliest point to come: this keeps the order, and stays within the bounds.
  let latest = Number.NEGATIVE_INFINITY
  for (const step of steps) {
    if (step.point !== null) latest = Math.max(latest, step.point)
    step.best = latest
  }
  let earliest = Number.POSITIVE_INFINITY
  for (const step of steps.toReversed()) {
    if (step.point !== null) {
      earliest = Math.min(earliest, step.point)
      step.best = (step.best + earliest) / 2
    } else step.best = Number.NaN
  }
  fillIn(steps)
}

/** Places steps without an estimate of their own between their neighbours, in proportion to the revisions. */
function fillIn(steps: FitStep[]): void {
  let last: FitStep | null = null
  for (let i = 0; i < steps.length; i++) {
    const step = steps[i] as FitStep
    if (!Number.isNaN(step.best)) {
      last = step
      continue
    }
    let next = i + 1
    while (next < steps.length && Number.isNaN((steps[next] as FitStep).best)) next++
    for (; i < next; i++) {
      const each = steps[i] as FitStep
      each.best = between(last, steps[next] ?? null, each.revision, each.notBefore, each.notAfter)
    }
    i--
  }
}

/** The best estimate for a revision between two steps; either may be missing. */
export function between(last: FitStep | null, next: FitStep | null, revision: number, notBefore: number, notAfter: number): number {
  const clamped = (moment: number) => Math.min(Math.max(moment, notBefore), notAfter)
  if (last !== null && next !== null) {
    const share = (revision - last.revision) / (next.revision - last.revision)
    return clamped(last.best + (next.best - last.best) * share)
  }
  if (last !== null) return clamped(Math.max(last.best, notBefore))
  if (next !== null) return clamped(Math.min(next.best, notAfter))
  return notBefore === Number.NEGATIVE_INFINITY ? notAfter : notBefore
}
