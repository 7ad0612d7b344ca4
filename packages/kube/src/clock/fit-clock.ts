// Fits one clock to stamps of many: what each revision's moment is at least and at most, and which stamps are not believed.
//
// 1. The reference is the API servers' clock: the creation stamps, less those that contradict the heaviest consistent set of them. Where most
//    of them contradict each other they are no times of writes (a store that was copied key by key): then every prompt stamp is the reference.
// 2. Every other clock is compared with it. Each stamp allows a range of offsets; the offset that most of its stamps allow is that of the clock
//    (`clock-offset.ts`), looked for again in every {@link WINDOW} stamps, because clocks drift and are set right. An
//    offset that is neither slight nor contradicted is taken off.
// 3. The heaviest consistent set of all bounds is believed (`consistent-bounds.ts`). A clock counts by the time that its stamps cover, so that
//    one that is read often does not outvote the others.
// 4. Of the believed bounds, no revision is earlier than any before it, and none is later than any after it.
import { type Anchor, API_SERVER, OURSELVES, WRITTEN_WITHIN } from './anchor.ts'
import { type ClockOffset, clockOffset, nearest, type OffsetRange, SLIGHT } from './clock-offset.ts'
import { type Bound, byRevision, consistentBounds } from './consistent-bounds.ts'

/** Stamps of one clock that share an offset. */
const WINDOW = 64
/** So many stamps at either end of the reference have too few on their other side to contradict them. */
const UNPROVEN = 3
/** Stamps that must speak for an offset, and three times as many as against it. */
const ENOUGH = 3
/** A stamp of a clock that is read so often, in milliseconds, counts as one of another that is read more seldom. */
const STEADY = 10_000
const LEAST_WEIGHT = 0.05

/** What a fitted clock says from one revision on, up to the next step. */
export interface FitStep {
  revision: number
  /** Milliseconds since 1970, of this revision and all later ones; −Infinity where nothing tells. */
  notBefore: number
  /** Of this revision and all earlier ones; Infinity where nothing tells. */
  notAfter: number
  /** The likeliest moment of this revision. */
  best: number
  /** What the two ends are known by; null at an infinite end. */
  before: Evidence | null
  after: Evidence | null
}

/** A believed stamp. */
export interface Evidence {
  anchor: Anchor
  /** Milliseconds by which its clock was ahead, already taken off; 0 where it was not corrected. */
  offset: number
  /** Not the stamp itself, but that the lease was not yet renewed again, although it was due. */
  due: boolean
}

/** What became of the stamps of one clock. `offset` as in {@link Evidence}, of the last ones. */
export interface FittedSource {
  source: string
  stamps: number
  believed: number
  offset: number
}

export interface FittedClock {
  /** One step for each revision that has a believed stamp, ascending. */
  steps: FitStep[]
  sources: FittedSource[]
}

interface Stamp extends Bound {
  evidence: Evidence
  /** The likeliest moment of the write by this stamp alone; null where the write may have come long after. */
  point: number | null
}

/** Fits a clock. O(n log n) for n anchors, in whatever order they come. */
export function fitClock(anchors: readonly Anchor[]): FittedClock {
  const bySource = new Map<string, Anchor[]>()
  for (const anchor of [...anchors].sort(anchorOrder)) {
    const own = bySource.get(anchor.source)
    if (own === undefined) bySource.set(anchor.source, [anchor])
    else own.push(anchor)
  }
  const created = (bySource.get(API_SERVER) ?? []).filter(({ kind }) => kind === 'created')
  let reference = believed(created.map((anchor) => stampOf(anchor, 0, 0, 2)))
  const coherent = created.length > 0 && reference.length * 2 > created.length
  if (!coherent)
    reference = believed([...bySource.values()].flatMap((own) => own.filter(isPrompt).map((a, i, all) => stampOf(a, 0, 0, cover(all, i)))))
  const limits = new Limits(reference.slice(UNPROVEN, -UNPROVEN))

  const stamps: Stamp[] = []
  const sources: FittedSource[] = []
  for (const [source, own] of bySource) {
    const offsets = source === API_SERVER || source === OURSELVES ? [] : offsetsOf(own, limits)
    for (const [i, anchor] of own.entries()) {
      const offset = offsets[i] ?? NO_OFFSET
      const stamp = stampOf(anchor, offset.least, offset.most, weightOf(own, i))
      if (anchor.kind === 'created' && !coherent) Object.assign(stamp, { notAfter: Number.POSITIVE_INFINITY, point: null })
      stamps.push(stamp)
      if (anchor.until !== undefined && anchor.due !== undefined) stamps.push(dueStamp(anchor, anchor.until, anchor.due, offset))
    }
    const last = offsets.at(-1) ?? NO_OFFSET
    sources.push({ source, stamps: own.length, believed: 0, offset: (last.least + last.most) / 2 })
  }
  const kept = believed(stamps)
  const counts = new Map<string, number>()
  for (const { evidence } of kept) {
    if (!evidence.due) counts.set(evidence.anchor.source, (counts.get(evidence.anchor.source) ?? 0) + 1)
  }
  for (const each of sources) each.believed = counts.get(each.source) ?? 0
  return { steps: stepsOf(kept), sources }
}

const NO_OFFSET: OffsetRange = { least: 0, most: 0 }

function anchorOrder(a: Anchor, b: Anchor): number {
  return a.revision === b.revision ? a.instant - b.instant : a.revision < b.revision ? -1 : 1
}

function isPrompt({ kind }: Anchor): boolean {
  return kind === 'created' || kind === 'lease'
}

function believed(stamps: Stamp[]): Stamp[] {
  stamps.sort(byRevision)
  const kept = consistentBounds(stamps)
  return stamps.filter((_, i) => kept[i])
}

function weightOf(own: readonly Anchor[], i: number): number {
  switch ((own[i] as Anchor).kind) {
    case 'created':
    case 'seen':
      return 2
    case 'lease':
      return cover(own, i)
    default:
      return 0.5
  }
}

/** A stamp's share of the time that those of its clock cover. */
function cover(own: readonly Anchor[], i: number): number {
  const instant = (own[i] as Anchor).instant
  const before = own[i - 1]?.instant ?? instant - STEADY
  const after = own[i + 1]?.instant ?? instant + STEADY
  return Math.min(1, Math.max(LEAST_WEIGHT, Math.abs(after - before) / 2 / STEADY))
}

/** The bounds of a stamp whose clock was ahead by `least` … `most`. */
function stampOf(anchor: Anchor, least: number, most: number, weight: number): Stamp {
  const { instant, resolution, kind } = anchor
  const within = WRITTEN_WITHIN[kind]
  const evidence = { anchor, offset: (least + most) / 2, due: false }
  const revision = Number(anchor.revision)
  if (kind === 'seen') return { revision, notBefore: Number.NEGATIVE_INFINITY, notAfter: instant, weight, evidence, point: null }
  const notAfter = within === null ? Number.POSITIVE_INFINITY : instant - least + resolution + within
  return { revision, notBefore: instant - most, notAfter, weight, evidence, point: instant - evidence.offset + resolution / 2 }
}

function dueStamp(anchor: Anchor, until: bigint, due: number, { least, most }: OffsetRange): Stamp {
  return {
    ...{ revision: Number(until), notBefore: Number.NEGATIVE_INFINITY, notAfter: anchor.instant - least + anchor.resolution + due },
    ...{ weight: 1, evidence: { anchor, offset: (least + most) / 2, due: true }, point: null },
  }
}

/** By how much a clock was ahead at each of its stamps. */
function offsetsOf(own: readonly Anchor[], limits: Limits): OffsetRange[] {
  const ranges = own.map((anchor) => limits.offsetsAllowed(anchor))
  const known = correction(clockOffset(ranges))
  if (ranges.length <= WINDOW) return ranges.map(() => known)
  const offsets: OffsetRange[] = []
  for (let from = 0; from < ranges.length; from += WINDOW) {
    const some = ranges.slice(from, from + WINDOW)
    const here = clockOffset(some, (known.least + known.most) / 2)
    // Where a window leaves it open, the clock is taken to be as wrong as it mostly is.
    const offset = here.least <= known.most && known.least <= here.most ? known : correction(here)
    for (let i = 0; i < some.length; i++) offsets.push(offset)
  }
  return offsets
}

function correction({ least, most, onlyHere, onlySlight }: ClockOffset): OffsetRange {
  const slight = Math.abs(nearest({ least, most }, 0)) <= SLIGHT
  // Open to one side means that a single stamp of the reference speaks against many: that is left to the vote of all.
  const open = !Number.isFinite(most - least)
  return slight || open || onlyHere < ENOUGH || onlyHere <= 3 * onlySlight ? NO_OFFSET : { least, most }
}

/** The earliest and latest moment of any revision by some bounds that agree. */
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

  /** Which offsets of its clock a stamp allows. */
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

/** The place of the first of ascending numbers that is at least `value`. */
export function firstFrom(values: readonly number[], value: number): number {
  let low = 0
  let high = values.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((values[middle] as number) < value) low = middle + 1
    else high = middle
  }
  return low
}

/** Stamps that agree, by revision, as what they say together. */
function stepsOf(stamps: readonly Stamp[]): FitStep[] {
  const steps: (FitStep & { point: number | null })[] = []
  let latest = Number.NEGATIVE_INFINITY
  let before: Evidence | null = null
  for (const { revision, notBefore, notAfter, evidence } of stamps) {
    if (notBefore >= latest && notBefore !== Number.NEGATIVE_INFINITY) {
      latest = notBefore
      before = evidence
    }
    const last = steps.at(-1)
    if (last?.revision !== revision) {
      steps.push({ revision, notBefore: latest, notAfter, best: 0, before, after: evidence, point: null })
      continue
    }
    last.notBefore = latest
    last.before = before
    if (notAfter <= last.notAfter) {
      last.notAfter = notAfter
      last.after = evidence
    }
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

/** The likeliest moment of each step: what its stamps say, as near to it as the bounds and the order of revisions allow. */
function addPoints(steps: (FitStep & { point: number | null })[], stamps: readonly Stamp[]): void {
  let i = 0
  for (const step of steps) {
    let sum = 0
    let count = 0
    for (; i < stamps.length && (stamps[i] as Stamp).revision === step.revision; i++) {
      const { point, notAfter, notBefore } = stamps[i] as Stamp
      // An old stamp that is only carried along says nothing of this write.
      if (point === null || (notAfter === Number.POSITIVE_INFINITY && notBefore < step.notBefore - 1000)) continue
      sum += point
      count++
    }
    if (count > 0) step.point = Math.min(Math.max(sum / count, step.notBefore), step.notAfter)
  }
  // Halfway between the latest point so far and the earliest one to come: in order, and within the bounds of every step.
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

/** Steps without a point of their own lie between their neighbours in proportion to the revisions. */
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

/** The likeliest moment of a revision between two steps; either may be missing. */
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
