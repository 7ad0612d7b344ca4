// Gives the revisions of an etcd their times: etcd stores none, but the objects in it do.
import type { Anchor, AnchorKind } from './anchor.ts'
import { between, type Evidence, type FitStep, type FittedClock, type FittedSource, firstFrom, fitClock } from './fit-clock.ts'

/** When a revision was written. Times are milliseconds since 1970, UTC; an end is null when it is not known. */
export interface RevisionTime {
  /** The revision was not written before this time. Never earlier than that of an earlier revision. */
  notBefore: number | null
  /** The revision was not written after this time, give or take the duration of a write. Never later than that of a later revision. */
  notAfter: number | null
  /** The best estimate between the two. Never earlier than that of an earlier revision. */
  best: number
  /** The timestamp that each end comes from. When `after.due` is true, the end is expected but not proven. */
  before: Evidence | null
  after: Evidence | null
}

/** The revision that was current at an instant. */
export interface RevisionAt {
  revision: bigint
  time: RevisionTime
  /** `before-kept`: the instant is before the oldest kept revision, and that one is given. `newest`: it is the newest revision. */
  position: 'before-kept' | 'within' | 'newest'
}

export interface ClockOptions {
  /**
   * The most anchors to keep; beyond that, the densest are thinned out. An anchor takes about 200 bytes. Fitting 16,384 of them (the
   * default) takes about 0.1 s of CPU.
   */
  limit?: number
}

const LEAST_LIMIT = 64

/**
 * Gives revisions their times; `fit-clock.ts` explains how. Anchors may be added at any time and in any order. The next question after that
 * fits the clock again, so add them in batches.
 */
export class RevisionClock {
  private readonly limit: number
  private readonly anchors = new Map<string, Anchor>()
  private fitted: (FittedClock & { revisions: number[] }) | null = null

  constructor(options: ClockOptions = {}) {
    this.limit = Math.max(LEAST_LIMIT, options.limit ?? 16_384)
  }

  /** The number of anchors that are kept. */
  get size(): number {
    return this.anchors.size
  }

  /** Adds anchors. Adding a known one again changes nothing, unless it says that a lease was not renewed for longer. */
  add(anchors: Iterable<Anchor>): void {
    for (const anchor of anchors) {
      if (!Number.isFinite(anchor.instant) || anchor.revision <= 0n) continue
      const id = `${anchor.revision} ${anchor.kind} ${anchor.source}`
      const known = this.anchors.get(id)
      if (known !== undefined && known.instant === anchor.instant && (known.until ?? 0n) >= (anchor.until ?? 0n)) continue
      this.anchors.set(id, anchor)
      this.fitted = null
      if (this.anchors.size >= 2 * this.limit) this.thin()
    }
    if (this.anchors.size > this.limit) this.thin()
  }

  /** When a revision was written; null when there is no trusted anchor. */
  timeOf(revision: bigint): RevisionTime | null {
    const { steps, revisions } = this.fit()
    if (steps.length === 0) return null
    const at = Number(revision)
    const place = firstFrom(revisions, at)
    const next = steps[place] ?? null
    const last = next?.revision === at ? next : (steps[place - 1] ?? null)
    const notBefore = last?.notBefore ?? Number.NEGATIVE_INFINITY
    const notAfter = next?.notAfter ?? Number.POSITIVE_INFINITY
    return {
      notBefore: finite(notBefore),
      notAfter: finite(notAfter),
      best: next === last && next !== null ? next.best : between(last, next, at, notBefore, notAfter),
      before: last?.before ?? null,
      after: next?.after ?? null,
    }
  }

  /**
   * The newest kept revision whose best estimate is not after `instant`; the oldest kept one if all are later. Null when there is no
   * trusted anchor. Between anchors that are far apart the answer is vague: on a live etcd, read the leases at the answer's revision, add their
   * anchors, and ask again.
   * @param kept the oldest and the newest revision that can be read
   */
  revisionAt(instant: number, kept: { oldest: bigint; newest: bigint }): RevisionAt | null {
    const answer = (revision: bigint, position: RevisionAt['position']): RevisionAt | null => {
      const time = this.timeOf(revision)
      return time === null ? null : { revision, time, position }
    }
    const first = this.timeOf(kept.oldest)
    if (first === null) return null
    if (first.best > instant) return answer(kept.oldest, 'before-kept')
    let low = kept.oldest
    let high = kept.newest + 1n
    while (high - low > 1n) {
      const middle = (low + high) / 2n
      if ((this.timeOf(middle) as RevisionTime).best <= instant) low = middle
      else high = middle
    }
    return answer(low, low >= kept.newest ? 'newest' : 'within')
  }

  /** The clocks that the anchors come from, with the number of trusted timestamps and the offset of each. */
  sources(): FittedSource[] {
    return this.fit().sources
  }

  private fit(): FittedClock & { revisions: number[] } {
    if (this.fitted === null) {
      const fitted = fitClock([...this.anchors.values()])
      this.fitted = { ...fitted, revisions: fitted.steps.map(({ revision }: FitStep) => revision) }
    }
    return this.fitted
  }

  /** Removes half of each group of neighbours, the least useful first, until half of the limit is left. */
  private thin(): void {
    while (this.anchors.size > this.limit / 2) {
      const inOrder = [...this.anchors].map(([id, anchor]) => ({ id, anchor, at: Number(anchor.revision), turn: 0 }))
      inOrder.sort((a, b) => a.at - b.at)
      for (let from = 0; from < inOrder.length; from += GROUP) {
        for (const { id } of leastUseful(inOrder.slice(from, from + GROUP))) this.anchors.delete(id)
      }
    }
    this.fitted = null
  }
}

const GROUP = 16
const RANK: Record<AnchorKind, number> = { created: 0, lease: 0, seen: 1, event: 2, deletion: 2, condition: 3, 'managed-fields': 3 }

interface Member {
  id: string
  anchor: Anchor
  at: number
  turn: number
}

/** The less useful half of a group. The first and the last anchor of each clock are the most useful; those in between add least. */
function leastUseful(group: Member[]): Member[] {
  const own = new Map<string, Member[]>()
  for (const each of group) {
    const known = own.get(each.anchor.source)
    if (known === undefined) own.set(each.anchor.source, [each])
    else known.push(each)
  }
  for (const entries of own.values()) {
    // The first, the last, then from the outside in.
    for (let low = 0, high = entries.length - 1, place = 0; low <= high; low++, high--) {
      ;(entries[low] as Member).turn = place++
      if (high > low) (entries[high] as Member).turn = place++
    }
  }
  group.sort((a, b) => RANK[a.anchor.kind] - RANK[b.anchor.kind] || a.turn - b.turn)
  return group.slice(Math.ceil(group.length / 2))
}

function finite(moment: number): number | null {
  return Number.isFinite(moment) ? moment : null
}
