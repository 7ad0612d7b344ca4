// Which answers a page's HTML is not made to hold: those that were too large for it, or too late, a short while ago. Made twice, they would cost etcd
// and this server two of their largest or slowest reads.

/** How long an answer that was too large is left to the page, in ms. */
const LARGE_MS = 10 * 60_000
/** The same of one that was late; each further time in a row doubles it. */
const LATE_MS = 5000
/** Late answers of a cluster in a row after which it is thought to be far away. */
const FAR_AFTER = 5
const FAR_MS = 30_000
const MOST_KNOWN = 1000
const LONGEST_KNOWN = 2000

interface Left {
  until: number
  /** How often it was late in a row. */
  late: number
}

/** Times are in ms since any moment. */
export class LeftToPages {
  /** By address; the longest known first. */
  readonly #answers = new Map<string, Left>()
  readonly #clusters = new Map<string, Left>()

  has({ cluster, url }: { cluster: string; url: string }, now: number): boolean {
    return (this.#answers.get(url)?.until ?? 0) > now || (this.#clusters.get(cluster)?.until ?? 0) > now
  }

  wasLarge({ url }: { url: string }, now: number): void {
    this.#leave(url, { until: now + LARGE_MS, late: 0 })
  }

  wasLate({ cluster, url }: { cluster: string; url: string }, now: number): void {
    const before = this.#answers.get(url)?.late ?? 0
    this.#leave(url, { until: now + Math.min(LARGE_MS, LATE_MS * 2 ** before), late: before + 1 })
    const inARow = (this.#clusters.get(cluster)?.late ?? 0) + 1
    this.#clusters.set(cluster, inARow < FAR_AFTER ? { until: 0, late: inARow } : { until: now + FAR_MS, late: 0 })
  }

  wasInTime({ cluster, url }: { cluster: string; url: string }): void {
    this.#answers.delete(url)
    this.#clusters.delete(cluster)
  }

  #leave(url: string, left: Left): void {
    if (url.length > LONGEST_KNOWN) return
    this.#answers.delete(url)
    this.#answers.set(url, left)
    for (const oldest of this.#answers.keys()) if (this.#answers.size > MOST_KNOWN) this.#answers.delete(oldest)
  }
}
