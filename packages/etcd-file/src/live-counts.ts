// How many of an index's keys exist now, in any interval of ranks.

const BITS = 6

/** Counts of the keys that exist, kept for one rank of 64: the few keys after it are looked at. Most of a million numbers are not needed. */
export class LiveCounts {
  private readonly counts: Uint32Array
  private readonly lives: (rank: number) => boolean

  /** Of ranks from 0 to `keys`; `lives` says whether the key of a rank exists, and must always say the same. */
  constructor(keys: number, lives: (rank: number) => boolean) {
    this.lives = lives
    this.counts = new Uint32Array((keys >>> BITS) + 1)
    let count = 0
    for (let rank = 0; rank < keys; rank++) {
      if ((rank & ((1 << BITS) - 1)) === 0) this.counts[rank >>> BITS] = count
      if (lives(rank)) count++
    }
    if ((keys & ((1 << BITS) - 1)) === 0) this.counts[keys >>> BITS] = count
  }

  /** The number of existing keys before a rank. */
  before(rank: number): number {
    let count = this.counts[rank >>> BITS] as number
    for (let at = (rank >>> BITS) << BITS; at < rank; at++) if (this.lives(at)) count++
    return count
  }

  /** The number of existing keys with ranks in [from, to). */
  between(from: number, to: number): number {
    return this.before(to) - this.before(from)
  }
}
