// Numbers of keys below prefixes at one revision: counted once, also for concurrent requests.

/** Maximum remembered counts; some hundred bytes each. */
const MOST = 2_000

export interface RememberedCount {
  /** Known, or being counted. */
  keys: Promise<number>
  /** The counting request's signal; it may be cancelled before the end. */
  signal: AbortSignal | undefined
}

export class RememberedCounts {
  readonly #counts = new Map<string, RememberedCount>()

  get(name: string): RememberedCount | undefined {
    return this.#counts.get(name)
  }

  /** A failed count is dropped, so that the next request counts again. */
  remember(name: string, count: RememberedCount): void {
    this.#counts.delete(name)
    this.#counts.set(name, count)
    count.keys.catch(() => {
      if (this.#counts.get(name) === count) this.#counts.delete(name)
    })
    for (const oldest of this.#counts.keys()) {
      if (this.#counts.size <= MOST) break
      this.#counts.delete(oldest)
    }
  }
}
