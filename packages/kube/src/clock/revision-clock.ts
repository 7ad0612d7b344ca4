// The clock of an etcd's revisions: etcd keeps no times, but the objects that it holds do.
import type { Anchor, AnchorKind } from './anchor.ts'
import { between, type Evidence, type FitStep, type FittedClock, type FittedSource, firstFrom, fitClock } from './fit-clock.ts'

/** When a revision was written. Moments are milliseconds since 1970, UTC; an end is null where nothing tells. */
export interface RevisionTime {
  /** Not before; never earlier than that of an earlier revision. */
  notBefore: number | null
  /** Not after; never later than that of a later revision. Good to the time that a write takes, mostly under a tenth of a second. */
  notAfter: number | null
  /** The likeliest moment within, in the same order as revisions. */
  best: number
  /** The stamp that each end is known by. `after.due` says that the end is expected and not known. */
  before: Evidence | null
  after: Evidence | null
}

/** The revision that an instant names. */
export interface RevisionAt {
  revision: bigint
  time: RevisionTime
  /** `before-kept`: the instant is before the oldest kept revision, which is given. `newest`: nothing newer was written up to the instant. */
  position: 'before-kept' | 'within' | 'newest'
}

export interface ClockOptions {
  /**
   * Anchors that are kept at most; beyond, neighbours are thinned. Each takes some 200 bytes, and 16,384 (the default) are fitted
   * in about 0.1 s.
   */
  limit?: number
}

const LEAST_LIMIT = 64

/**
 * Gives revisions their times. Anchors may be added at any time and in any order; the next question fits them anew, so add them in batches.
 * How is said in `fit-clock.ts`.
 */
export class RevisionClock {
  private readonly limit: number
  private readonly anchors = new Map<string, Anchor>()
  private fitted: (FittedClock & { revisions: number[] }) | null = null

  constructor(options: ClockOptions = {}) {
    this.limit = Math.max(LEAST_LIMIT, options.limit ?? 16_384)
  }

  /** How many anchors are kept. */
  get size(): number {
    return this.anchors.size
  }

  /** Adds anchors. One that is known already changes nothing, but that a lease has not been renewed for longer. */
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

  /** When a revision was written; null while no anchor is believed. */
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
   * The newest kept revision whose likeliest moment is not after `instant`; the oldest kept one where all are later. Null while no
   * anchor is believed. Between anchors that are far apart it is as vague as they are: of a live etcd, read the leases at revisions nearer and
   * nearer to the answer, and add them.
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

  /** The clocks that the anchors come from, and what became of their stamps. */
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

  /** Leaves out every other anchor where they are densest, the least telling of each group first, until half of the limit is kept. */
  private thin(): void {
    while (this.anchors.size > this.limit / 2) {
      const inOrder = [...this.anchors].sort(([, a], [, b]) => (a.revision === b.revision ? 0 : a.revision < b.revision ? -1 : 1))
      for (let from = 0; from < inOrder.length; from += GROUP) {
        for (const [id] of leastTelling(inOrder.slice(from, from + GROUP))) this.anchors.delete(id)
      }
    }
    this.fitted = null
  }
}

const GROUP = 16
const RANK: Record<AnchorKind, number> = { created: 0, lease: 0, seen: 1, event: 2, deletion: 2, condition: 3, 'managed-fields': 3 }

/** Half of a group of neighbours. The first and the last of each clock tell the most, and of one clock those between tell the least. */
function leastTelling(group: [string, Anchor][]): [string, Anchor][] {
  const own = new Map<string, [string, Anchor][]>()
  for (const entry of group) own.set(entry[1].source, [...(own.get(entry[1].source) ?? []), entry])
  const turn = new Map<[string, Anchor], number>()
  for (const entries of own.values()) {
    // First, last, then from the outside in.
    for (let low = 0, high = entries.length - 1, place = 0; low <= high; low++, high--) {
      turn.set(entries[low] as [string, Anchor], place++)
      if (high > low) turn.set(entries[high] as [string, Anchor], place++)
    }
  }
  const telling = [...group].sort((a, b) => RANK[a[1].kind] - RANK[b[1].kind] || (turn.get(a) ?? 0) - (turn.get(b) ?? 0))
  return telling.slice(Math.ceil(telling.length / 2))
}

function finite(moment: number): number | null {
  return Number.isFinite(moment) ? moment : null
}
