// Walks one level with a few Ranges in flight: what lies ahead is halved at the milestones that are known, and the halves are walked side by side.
import { equalBytes } from './bytes.ts'
import { type FoundChild, KeyScan, type KeyScanOptions, type Milestone, type Scale } from './key-scan.ts'
import type { WalkCost } from './ordered-source.ts'

/** Ranges in flight for one level: a member answers them on several cores, and a reader need not wait for a round trip each. */
const IN_FLIGHT = 4

/** A part of the level, with what was found in it and is not handed out yet. */
interface Part {
  scan: KeyScan
  found: FoundChild[]
  underWay: boolean
}

/** As a KeyScan from the outside: children come in byte order, at one revision. */
export class SplitScan {
  readonly #parts: Part[]
  readonly #milestones: readonly Milestone[]
  readonly #scale: Scale = { value: 1, empty: 0 }
  revision: bigint

  constructor(options: KeyScanOptions) {
    this.revision = options.revision
    this.#milestones = options.milestones ?? []
    this.#parts = [{ scan: new KeyScan({ ...options, scale: this.#scale }), found: [], underWay: false }]
  }

  /** How many keys this directory may hold, by what such directories usually hold and what was found in others; undefined where nothing tells. */
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
   * Some Ranges: what they found next, in byte order; perhaps nothing. Rejects when one of them does, after the others came back: what they
   * found is kept for the next step.
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
    // The first reply decides the revision, and whether there is anything more to ask: it may be one that is known.
    if (this.revision === 0n) await range(this.#parts[0] as Part)
    else await Promise.all(Array.from({ length: IN_FLIGHT }, work))
    if (failures.length > 0) throw failures[0]
    return { found: this.#handOut(), cost }
  }

  /** The part to go on with: the first that still has something to look for, else one that can be looked at ahead of its turn. */
  #next(wanted: number): Part | undefined {
    let waiting = 0
    let first = true
    for (const part of this.#parts) {
      waiting += part.found.length
      if (waiting > wanted) return undefined
      if (part.scan.done) continue
      // Keys are read a page at a time, when it is their turn; directories are few.
      const keys = part.scan.walksKeys
      if (first && keys && part.found.length > 0) return undefined
      if (!part.underWay && (first || !keys)) return part
      first = false
    }
    return this.#split()
  }

  /** Halves the part that has the most before it. */
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
