// Counts the keys of a comparison by what became of them, and how many of them an answer lists.
import type { CompareChange, CompareCounts, CompareNoise, CompareProgress } from '@registree/contract'

/** Entries that one answer lists; further ones are counted. */
const MOST_LISTED = 10_000

export class CompareTally {
  readonly #counts = new Map<string, CompareCounts>()
  readonly #noise: boolean
  #listed = 0

  /** @param noise list what is noise too */
  constructor(noise: boolean) {
    this.#noise = noise
  }

  /** Counts one key of a resource; whether it is listed. */
  count(path: string, change: CompareChange | 'equal', noise: CompareNoise | null): boolean {
    const counts = this.#counts.get(path) ?? { path, added: 0, removed: 0, changed: 0, undecided: 0, noise: 0, equal: 0 }
    this.#counts.set(path, counts)
    counts[noise !== null && change !== 'equal' ? 'noise' : change] += 1
    if (change === 'equal' || (noise !== null && !this.#noise)) return false
    this.#listed += 1
    return this.#listed <= MOST_LISTED
  }

  /** For the answer: copies. */
  told(): Pick<CompareProgress, 'counts' | 'unlisted'> {
    return { counts: [...this.#counts.values()].map((counts) => ({ ...counts })), unlisted: Math.max(0, this.#listed - MOST_LISTED) }
  }
}
