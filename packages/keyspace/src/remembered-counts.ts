// Numbers of keys below prefixes, each at one revision: counted once, also while somebody is still counting.
import { toHex } from './bytes.ts'

/** Prefixes and revisions that are remembered; some hundred bytes each. */
const MOST = 2_000

export class RememberedCounts {
  readonly #counts = new Map<string, Promise<number>>()

  /** The count that is known or being made; it rejects as whoever makes it does, and is forgotten then. */
  running(prefix: Uint8Array, revision: bigint): Promise<number> | undefined {
    return this.#counts.get(nameOf(prefix, revision))
  }

  remember(prefix: Uint8Array, revision: bigint, keys: Promise<number>): void {
    const name = nameOf(prefix, revision)
    this.#counts.delete(name)
    this.#counts.set(name, keys)
    keys.catch(() => {
      if (this.#counts.get(name) === keys) this.#counts.delete(name)
    })
    for (const oldest of this.#counts.keys()) {
      if (this.#counts.size <= MOST) break
      this.#counts.delete(oldest)
    }
  }
}

function nameOf(prefix: Uint8Array, revision: bigint): string {
  return `${revision}@${toHex(prefix)}`
}
