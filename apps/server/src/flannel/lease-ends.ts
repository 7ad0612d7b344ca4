// When the etcd leases of v3 keys expire. etcd answers for one lease at a time, so a burst is asked at once and the rest slowly.
import type { FoundNetwork } from '@registree/flannel'
import type { Cluster } from '../clusters/cluster.ts'
import type { Timers } from '../follow/timers.ts'
import { leaseEnd } from './stores.ts'

const AT_ONCE = 50
const PER_SECOND = 50

export interface LeaseEndsOptions {
  cluster: Cluster
  now: () => Date
  timers: Timers
  /** Called with an end that became known later. */
  onEnd: (network: FoundNetwork, key: string, ends: string) => void
  /** Called after each batch of questions. */
  onAsked: () => void
}

export class LeaseEnds {
  readonly #options: LeaseEndsOptions
  readonly #waiting = new Map<string, { network: FoundNetwork; lease: bigint }>()
  /** Number of questions allowed now; refills over time. */
  #budget = { left: AT_ONCE, at: 0 }

  constructor(options: LeaseEndsOptions) {
    this.#options = options
  }

  /** The end of a lease, or null if it is not known yet; then `onEnd` reports it. */
  async ask(network: FoundNetwork, key: string, lease: bigint, signal: AbortSignal): Promise<string | null> {
    const { cluster, now } = this.#options
    const at = now().getTime()
    this.#budget = { left: Math.min(AT_ONCE, this.#budget.left + ((at - this.#budget.at) / 1000) * PER_SECOND), at }
    if (this.#budget.left >= 1) {
      this.#budget.left -= 1
      this.#waiting.delete(key)
      return await leaseEnd(cluster, lease, now(), signal).catch(() => null)
    }
    this.wait(network, key, lease)
    this.start(signal)
    return null
  }

  /** Queues a question for later, once `start` has been called. */
  wait(network: FoundNetwork, key: string, lease: bigint): void {
    this.#waiting.set(key, { network, lease })
  }

  clear(): void {
    this.#waiting.clear()
  }

  start(signal: AbortSignal): void {
    if (this.#waiting.size > 0) this.#options.timers.later('lease-ends', 1000, () => void this.#askMore(signal))
  }

  async #askMore(signal: AbortSignal): Promise<void> {
    const { cluster, now, onEnd, onAsked } = this.#options
    for (const [key, { network, lease }] of [...this.#waiting].slice(0, PER_SECOND)) {
      this.#waiting.delete(key)
      const ends = await leaseEnd(cluster, lease, now(), signal).catch(() => null)
      if (signal.aborted) return
      if (ends !== null) onEnd(network, key, ends)
    }
    onAsked()
    this.start(signal)
  }
}
