// The follower of flannel's keys of each cluster, created at first use.
import type { Cluster } from '../clusters/cluster.ts'
import { FlannelFollower } from './follower.ts'

export class FlannelFollowers {
  readonly #now: () => Date
  readonly #followers = new Map<Cluster, FlannelFollower>()

  constructor(now: () => Date) {
    this.#now = now
  }

  of(cluster: Cluster): FlannelFollower {
    const known = this.#followers.get(cluster) ?? new FlannelFollower(cluster, this.#now)
    this.#followers.set(cluster, known)
    return known
  }

  close(): void {
    for (const follower of this.#followers.values()) follower.close()
  }
}
