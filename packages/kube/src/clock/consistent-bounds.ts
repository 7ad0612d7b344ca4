// Finds the heaviest set of time bounds that one clock could have given; a clock never goes back. The rest are outliers.

/** What one timestamp says about the time of a revision. `notBefore` may be −Infinity and `notAfter` Infinity. */
export interface Bound {
  revision: number
  notBefore: number
  notAfter: number
  /** Above 0. */
  weight: number
}

/** The order that {@link consistentBounds} needs. Within a revision the latest `notAfter` comes first, so that all of its bounds must overlap. */
export function byRevision(a: Bound, b: Bound): number {
  return a.revision - b.revision || b.notAfter - a.notAfter
}

/**
 * Tells for each bound whether it belongs to the heaviest consistent set. A set is consistent if every revision can have a time that is not
 * earlier than that of the revision before. The bounds must be in the order of {@link byRevision}. O(n log n) for n bounds.
 *
 * A set is consistent if no bound ends before the latest `notBefore` among those up to it. Dynamic programming: the state is that latest
 * `notBefore`, and for every possible state the best weight so far is kept. A bound adds its weight to all states that it agrees with, and
 * can raise an earlier state to its own `notBefore`.
 */
export function consistentBounds(bounds: readonly Bound[]): boolean[] {
  const starts = [...new Set(bounds.map(({ notBefore }) => notBefore))].filter((start) => start !== Number.NEGATIVE_INFINITY)
  const states = [Number.NEGATIVE_INFINITY, ...Float64Array.from(starts).sort()]
  const best = new StateWeights(states.length)
  best.raise(0, 0)
  const raises: Raise[] = [{ bound: -1, state: 0, before: null }]
  // The last raise on the best way to each state.
  const raiseOf = new Int32Array(states.length)
  for (const [i, { notBefore, notAfter, weight }] of bounds.entries()) {
    const from = lastAtMost(states, notBefore)
    const to = lastAtMost(states, notAfter)
    const earlier = from > 0 ? best.bestBefore(from) : null
    best.add(from, to, weight)
    if (earlier === null || !best.raise(from, earlier.weight + weight)) continue
    raiseOf[from] = raises.length
    raises.push({ bound: i, state: from, before: raiseOf[earlier.state] as number })
  }
  const end = best.bestBefore(states.length)
  return keptOn(bounds, raises, raiseOf[end?.state ?? 0] as number, states)
}

interface Raise {
  /** The bound that raised the state; −1 for the first state. */
  bound: number
  state: number
  /** The raise before it. */
  before: number | null
}

function keptOn(bounds: readonly Bound[], raises: readonly Raise[], last: number, states: readonly number[]): boolean[] {
  const kept = new Array<boolean>(bounds.length).fill(false)
  let end = bounds.length
  for (let at: number | null = last; at !== null; ) {
    const raise: Raise = raises[at] as Raise
    const state = states[raise.state] as number
    if (raise.bound >= 0) kept[raise.bound] = true
    for (let i = raise.bound + 1; i < end; i++) {
      const { notBefore, notAfter } = bounds[i] as Bound
      kept[i] = notBefore <= state && state <= notAfter
    }
    end = raise.bound
    at = raise.before
  }
  return kept
}

/** The index of the last of ascending values that is at most `value`; the first value is −Infinity. */
function lastAtMost(values: readonly number[], value: number): number {
  let low = 0
  let high = values.length
  while (high - low > 1) {
    const middle = (low + high) >>> 1
    if ((values[middle] as number) <= value) low = middle
    else high = middle
  }
  return low
}

/** A weight for each state, as a segment tree: adds to a range of states, and finds the heaviest of the first ones, in O(log n). */
class StateWeights {
  private readonly size: number
  private readonly most: Float64Array
  private readonly pending: Float64Array

  constructor(states: number) {
    let size = 1
    while (size < states) size *= 2
    this.size = size
    this.most = new Float64Array(2 * size).fill(Number.NEGATIVE_INFINITY)
    this.pending = new Float64Array(2 * size)
  }

  /** Adds to the states [from, to]. */
  add(from: number, to: number, weight: number): void {
    this.addIn(1, 0, this.size - 1, from, to, weight)
  }

  private addIn(node: number, first: number, last: number, from: number, to: number, weight: number): void {
    if (to < first || last < from) return
    if (from <= first && last <= to) {
      this.most[node] = (this.most[node] as number) + weight
      this.pending[node] = (this.pending[node] as number) + weight
      return
    }
    const middle = (first + last) >>> 1
    this.addIn(2 * node, first, middle, from, to, weight)
    this.addIn(2 * node + 1, middle + 1, last, from, to, weight)
    this.most[node] = Math.max(this.most[2 * node] as number, this.most[2 * node + 1] as number) + (this.pending[node] as number)
  }

  /** Sets a state's weight if it is higher than the present one, and returns whether it was. */
  raise(state: number, weight: number): boolean {
    let above = 0
    for (let node = this.size + state; node > 1; node >>>= 1) above += this.pending[node >>> 1] as number
    const leaf = this.size + state
    if (!(weight > (this.most[leaf] as number) + above)) return false
    this.most[leaf] = weight - above
    for (let node = leaf >>> 1; node >= 1; node >>>= 1) {
      this.most[node] = Math.max(this.most[2 * node] as number, this.most[2 * node + 1] as number) + (this.pending[node] as number)
    }
    return true
  }

  /** The heaviest of the states [0, end); null if none has been reached. */
  bestBefore(end: number): { state: number; weight: number } | null {
    let best = Number.NEGATIVE_INFINITY
    let node = 0
    // Goes down from the root along the nodes that together cover [0, end).
    let at = 1
    let size = this.size
    let first = 0
    let pending = 0
    while (first < end) {
      if (first + size <= end) {
        const weight = (this.most[at] as number) + pending
        if (weight > best) {
          best = weight
          node = at
        }
        break
      }
      pending += this.pending[at] as number
      size >>>= 1
      if (first + size <= end) {
        const weight = (this.most[2 * at] as number) + pending
        if (weight > best) {
          best = weight
          node = 2 * at
        }
        first += size
        at = 2 * at + 1
      } else at = 2 * at
    }
    if (best === Number.NEGATIVE_INFINITY) return null
    while (node < this.size) node = (this.most[2 * node] as number) >= (this.most[2 * node + 1] as number) ? 2 * node : 2 * node + 1
    return { state: node - this.size, weight: best }
  }
}
