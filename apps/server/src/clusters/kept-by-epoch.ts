// What is remembered of a cluster from one request to the next, and dropped when its data may be of another history.
import type { Cluster } from './cluster.ts'

type Owner = Pick<Cluster, 'opened'>

/** One value for each view of a cluster. It is not given out in another epoch than the one in which it was read. */
export class KeptByEpoch<T> {
  readonly #kept = new WeakMap<Owner, { epoch: string; value: T }>()

  /** Undefined where nothing is kept of the present epoch. */
  get(cluster: Owner): T | undefined {
    const kept = this.#kept.get(cluster)
    return kept?.epoch === cluster.opened.identity.epoch ? kept.value : undefined
  }

  /** @param epoch the epoch before `value` was read: one that ended meanwhile leaves nothing behind */
  set(cluster: Owner, value: T, epoch: string = cluster.opened.identity.epoch): void {
    this.#kept.set(cluster, { epoch, value })
  }
}
