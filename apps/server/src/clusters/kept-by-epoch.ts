// A cache for data of a cluster, dropped when the cluster may have another history.
import type { Cluster } from './cluster.ts'

type Owner = Pick<Cluster, 'opened'>

/** One value per view of a cluster, returned only in the epoch in which it was read. */
export class KeptByEpoch<T> {
  readonly #kept = new WeakMap<Owner, { epoch: string; value: T }>()

  /** Undefined if nothing is cached for the current epoch. */
  get(cluster: Owner): T | undefined {
    const kept = this.#kept.get(cluster)
    return kept?.epoch === cluster.opened.identity.epoch ? kept.value : undefined
  }

  /** @param epoch the epoch before `value` was read; if it has ended since, nothing is kept */
  set(cluster: Owner, value: T, epoch: string = cluster.opened.identity.epoch): void {
    this.#kept.set(cluster, { epoch, value })
  }
}
