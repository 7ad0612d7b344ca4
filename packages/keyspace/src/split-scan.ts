// Walks one level with a few parallel Ranges: what is ahead is split at known milestones, and the halves are walked in parallel.
import { equalBytes } from './bytes.ts'
import { type FoundChild, KeyScan, type KeyScanOptions, type Milestone, type Scale } from './key-scan.ts'
import type { WalkCost } from './ordered-source.ts'

/** Parallel Ranges for one level: a member answers them on several cores, and a reader need not wait for each round trip. */
const IN_FLIGHT = 4

/** A part of the level, with what was found in it and not returned yet. */
interface Part {
  scan: KeyScan
  found: FoundChild[]
  underWay: boolean
}

/** Same interface as KeyScan: children in byte order, at one revision. */
export class SplitScan {
  readonly #parts: Part[]
  readonly #milestones: readonly Milestone[]
  readonly #scale: Scale
  revision: bigint

  constructor(options: KeyScanOptions) {
    this.revision = options.revision
    this.#milestones = options.milestones ?? []
    this.#scale = options.scale ?? { value: 1, empty: 0 }
    this.#parts = [{ scan: new KeyScan({ ...options, scale: this.#scale }), found: [], underWay: false }]
  }

  /** Expected number of keys in this directory, from typical clusters and other directories; undefined if unknown. */
  guess(directory: Uint8Array): number | undefined {
    const usual = this.#milestones.find(({ start, counted }) => !counted && equalBytes(start, directory))
    return usual && usual.weight * this.#scale.value
  }

  get done(): boolean {
    return this.#parts.every(({ scan, found }) => scan.done && found.length === 0)
  }

  /** Whether an earlier reply proved that at least one more child lies ahead. */
  get moreIsCertain(): boolean {
    return this.#parts.some(({ scan, found }) => found.length > 0 || scan.moreIsCertain)
  }

  /**
   * Sends some Ranges and returns what they found next, in byte order; may be empty. Rejects if one of them does, after the others have returned:
   * their results are kept for the next step.
   * @param wanted how many keys a page has
   */
  async step(wanted: number, signal?: AbortSignal): Promise<{ found: FoundChild[]; cost: WalkCost }> {
    const cost: WalkCost = { ranges: 0, walked: 0, largestWalk: 0 }
    const failures: unknown[] = []
    const range = async (part: Part): Promise<void> => {
      part.underWay = true
      try {
        signal?.throwIfAborted()
        const { ranges, walked } = part.scan.cost
        part.found.push(...(await part.scan.step(wanted, signal)))
        const spent = part.scan.cost.walked - walked
        cost.ranges += part.scan.cost.ranges - ranges
        cost.walked += spent
        cost.largestWalk = Math.max(cost.largestWalk, spent)
        this.revision = part.scan.revision
      } catch (error) {
        failures.push(error)
      } finally {
        part.underWay = false
      }
    }
    const work = async (): Promise<void> => {
      for (let part = this.#next(wanted); part !== undefined && failures.length === 0; part = this.#next(wanted)) await range(part)
    }
    // The first reply decides the revision, and whether more requests are needed: it may be a known one.
    if (this.revision === 0n) await range(this.#parts[0] as Part)
    else await Promise.all(Array.from({ length: IN_FLIGHT }, work))
    if (failures.length > 0) throw failures[0]
    return { found: this.#handOut(), cost }
  }

  /** The next part to work on: the first unfinished one, else one that can be read ahead. */
  #next(wanted: number): Part | undefined {
    let waiting = 0
    let first = true
    for (const part of this.#parts) {
      waiting += part.found.length
      if (waiting > wanted) return undefined
      if (part.scan.done) continue
      // Keys are read a page at a time, in order; directories are few.
      const keys = part.scan.walksKeys
      if (first && keys && part.found.length > 0) return undefined
      if (!part.underWay && (first || !keys)) return part
      first = false
    }
    return this.#split()
  }

  /** Splits the part with most work ahead. */
  #split(): Part | undefined {
    const longest = this.#parts.reduce((a, b) => (b.scan.milestonesAhead > a.scan.milestonesAhead ? b : a))
    if (longest.scan.done || longest.scan.walksKeys) return undefined
    const rest = longest.scan.splitOff()
    if (rest === null) return undefined
    const part = { scan: rest, found: [], underWay: false }
    this.#parts.splice(this.#parts.indexOf(longest) + 1, 0, part)
    return part
  }

  #handOut(): FoundChild[] {
    const found: FoundChild[] = []
    while (this.#parts.length > 0) {
      const part = this.#parts[0] as Part
      found.push(...part.found)
      part.found = []
      if (!part.scan.done || this.#parts.length === 1) break
      this.#parts.shift()
    }
    return found
  }
}
