// Measures what reads cost etcd: the sum of `count` over all Range replies is the number of keys etcd walked (mvcc/index.go, Revisions).
import type { Cost } from '@registree/contract'
import type { V3Source } from './source.ts'

export class CostMeter {
  #ranges = 0
  #walked = 0
  #largestWalk = 0

  add(count: number): void {
    this.#ranges += 1
    this.#walked += count
    if (count > this.#largestWalk) this.#largestWalk = count
  }

  read(): Cost {
    return { ranges: this.#ranges, walked: this.#walked, largestWalk: this.#largestWalk }
  }
}

/** The part of a v3 source that a lister needs. */
export type Rangeable = Pick<V3Source, 'range' | 'storedBytes'>

/** The same source; every reply's count is added to each meter. */
export function metered(source: Rangeable, ...meters: CostMeter[]): Rangeable {
  return {
    storedBytes: async (signal) => await source.storedBytes?.(signal),
    async range(request, signal) {
      const reply = await source.range(request, signal)
      for (const meter of meters) meter.add(reply.count)
      return reply
    },
  }
}
