// The health watch of each cluster, created at first use.
import type { OpenedCluster } from '../sources/source.ts'
import { HealthWatch } from './health-watch.ts'

export class HealthWatches {
  readonly #now: () => Date
  /** By the opened source: shared by all policies. */
  readonly #watches = new Map<OpenedCluster, HealthWatch>()

  constructor(now: () => Date) {
    this.#now = now
  }

  /** Null if nothing can change: a file. */
  of(opened: OpenedCluster): HealthWatch | null {
    const { identity, keepConnected, pulse } = opened
    if (pulse === null) return null
    const known = this.#watches.get(opened) ?? new HealthWatch({ identity, keepConnected, pulse }, this.#now)
    this.#watches.set(opened, known)
    return known
  }

  close(): void {
    for (const watch of this.#watches.values()) watch.close()
  }
}
