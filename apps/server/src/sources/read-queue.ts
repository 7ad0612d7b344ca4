// Keeps the reads in flight at one etcd to a small fixed number, and shares them fairly between the pages that want them.
import { AppError } from '../problem.ts'

/** How long a read may wait for its turn. */
export interface WaitLimit {
  /** Milliseconds; asked again when they are over, so there may be more then. */
  left: () => number
  error: () => AppError
}

/** The signal of the request is its lane: lanes take turns, so that one page that wants 1,000 reads does not hold up one that wants a single one. */
const NO_LANE = {}

export class ReadQueue {
  readonly #limit: number
  #inFlight = 0
  /** Insertion order is the order of turns: a lane that was served moves to the back. */
  readonly #lanes = new Map<object, (() => void)[]>()

  constructor(limit: number) {
    this.#limit = limit
  }

  get inFlight(): number {
    return this.#inFlight
  }

  /**
   * Runs `read` when it is its turn. Without having run it, rejects with CANCELLED when `signal` aborts before that, and with the error of `limit`
   * when its time is over.
   */
  async run<T>(read: () => Promise<T>, signal?: AbortSignal, limit?: WaitLimit): Promise<T> {
    if (signal?.aborted) throw cancelled()
    if (this.#inFlight >= this.#limit) await this.#turn(signal, limit)
    else this.#inFlight += 1
    try {
      return await read()
    } finally {
      this.#inFlight -= 1
      this.#next()
    }
  }

  #turn(signal: AbortSignal | undefined, limit: WaitLimit | undefined): Promise<void> {
    const lane = signal ?? NO_LANE
    return new Promise((resolve, reject) => {
      let timer: NodeJS.Timeout | undefined
      const start = () => {
        settle()
        this.#inFlight += 1
        resolve()
      }
      const settle = () => {
        clearTimeout(timer)
        signal?.removeEventListener('abort', onAbort)
      }
      const leave = (error: AppError) => {
        settle()
        const queue = this.#lanes.get(lane)
        const at = queue?.indexOf(start) ?? -1
        if (queue === undefined || at < 0) return
        queue.splice(at, 1)
        if (queue.length === 0) this.#lanes.delete(lane)
        reject(error)
      }
      const onAbort = () => leave(cancelled())
      const watchTime = (wait: WaitLimit) => {
        const left = wait.left()
        if (left <= 0) leave(wait.error())
        else timer = setTimeout(() => watchTime(wait), left)
      }
      signal?.addEventListener('abort', onAbort, { once: true })
      const queue = this.#lanes.get(lane)
      if (queue === undefined) this.#lanes.set(lane, [start])
      else queue.push(start)
      if (limit !== undefined) watchTime(limit)
    })
  }

  #next(): void {
    if (this.#inFlight >= this.#limit) return
    for (const [lane, queue] of this.#lanes) {
      const start = queue.shift()
      this.#lanes.delete(lane)
      if (queue.length > 0) this.#lanes.set(lane, queue)
      start?.()
      return
    }
  }
}

export function cancelled(): AppError {
  return new AppError('CANCELLED', 'The request was cancelled.')
}
