// Keeps the reads in flight at one etcd to a small fixed number, and shares them fairly between the pages that want them.
import { AppError } from '../problem.ts'

interface Waiting {
  start: () => void
  cancel: (error: AppError) => void
}

/** The signal of the request is its lane: lanes take turns, so that one page that wants 1,000 reads does not hold up one that wants a single one. */
const NO_LANE = {}

export class ReadQueue {
  readonly #limit: number
  #inFlight = 0
  /** Insertion order is the order of turns: a lane that was served moves to the back. */
  readonly #lanes = new Map<object, Waiting[]>()

  constructor(limit: number) {
    this.#limit = limit
  }

  get inFlight(): number {
    return this.#inFlight
  }

  /** Runs `read` when it is its turn. Rejects with CANCELLED, without having run it, when `signal` aborts before that. */
  async run<T>(read: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    if (signal?.aborted) throw cancelled()
    if (this.#inFlight >= this.#limit) await this.#turn(signal)
    else this.#inFlight += 1
    try {
      return await read()
    } finally {
      this.#inFlight -= 1
      this.#next()
    }
  }

  #turn(signal: AbortSignal | undefined): Promise<void> {
    const lane = signal ?? NO_LANE
    return new Promise((resolve, reject) => {
      const waiting: Waiting = {
        start: () => {
          signal?.removeEventListener('abort', onAbort)
          this.#inFlight += 1
          resolve()
        },
        cancel: reject,
      }
      const onAbort = () => {
        const queue = this.#lanes.get(lane)
        const at = queue?.indexOf(waiting) ?? -1
        if (queue === undefined || at < 0) return
        queue.splice(at, 1)
        if (queue.length === 0) this.#lanes.delete(lane)
        waiting.cancel(cancelled())
      }
      signal?.addEventListener('abort', onAbort, { once: true })
      const queue = this.#lanes.get(lane)
      if (queue === undefined) this.#lanes.set(lane, [waiting])
      else queue.push(waiting)
    })
  }

  #next(): void {
    if (this.#inFlight >= this.#limit) return
    for (const [lane, queue] of this.#lanes) {
      const waiting = queue.shift()
      this.#lanes.delete(lane)
      if (queue.length > 0) this.#lanes.set(lane, queue)
      waiting?.start()
      return
    }
  }
}

export function cancelled(): AppError {
  return new AppError('CANCELLED', 'The request was cancelled.')
}
