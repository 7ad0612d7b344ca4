// Keeps the reads in flight at one etcd to a small fixed number, and shares them fairly between the pages that want them.
import { AppError } from '../problem.ts'

export interface Waiting {
  /** How long a read may wait for its turn. */
  limit?: {
    /** Milliseconds; asked again when they are over, so there may be more then. */
    left: () => number
    error: () => AppError
  }
  /** Told at once, and whenever it changes, how many turns are before this one. */
  onPlace?: (ahead: number) => void
}

interface Entry {
  start: () => void
  onPlace: ((ahead: number) => void) | undefined
}

/** The signal of the request is its lane: lanes take turns, so that one page that wants 1,000 reads does not hold up one that wants a single one. */
const NO_LANE = {}

export class ReadQueue {
  readonly #limit: number
  #inFlight = 0
  /** Insertion order is the order of turns: a lane that was served moves to the back. */
  readonly #lanes = new Map<object, Entry[]>()

  constructor(limit: number) {
    this.#limit = limit
  }

  get inFlight(): number {
    return this.#inFlight
  }

  /**
   * Runs `read` when it is its turn. Without having run it, rejects with CANCELLED when `signal` aborts before that, and with the error of its limit
   * when that is over.
   */
  async run<T>(read: () => Promise<T>, signal?: AbortSignal, waiting: Waiting = {}): Promise<T> {
    if (signal?.aborted) throw cancelled()
    if (this.#inFlight >= this.#limit) await this.#turn(signal, waiting)
    else this.#inFlight += 1
    try {
      return await read()
    } finally {
      this.#inFlight -= 1
      this.#next()
    }
  }

  #turn(signal: AbortSignal | undefined, { limit, onPlace }: Waiting): Promise<void> {
    const lane = signal ?? NO_LANE
    return new Promise((resolve, reject) => {
      let timer: NodeJS.Timeout | undefined
      const start = () => {
        settle()
        this.#inFlight += 1
        resolve()
      }
      const entry: Entry = { start, onPlace }
      const settle = () => {
        clearTimeout(timer)
        signal?.removeEventListener('abort', onAbort)
      }
      const leave = (error: AppError) => {
        settle()
        const queue = this.#lanes.get(lane)
        const at = queue?.indexOf(entry) ?? -1
        if (queue === undefined || at < 0) return
        queue.splice(at, 1)
        if (queue.length === 0) this.#lanes.delete(lane)
        reject(error)
        this.#tellPlaces()
      }
      const onAbort = () => leave(cancelled())
      const watchTime = (wait: NonNullable<Waiting['limit']>) => {
        const left = wait.left()
        if (left <= 0) leave(wait.error())
        else timer = setTimeout(() => watchTime(wait), left)
      }
      signal?.addEventListener('abort', onAbort, { once: true })
      const queue = this.#lanes.get(lane)
      if (queue === undefined) this.#lanes.set(lane, [entry])
      else queue.push(entry)
      onPlace?.([...this.#lanes.keys()].indexOf(lane) + 1)
      if (limit !== undefined) watchTime(limit)
    })
  }

  #next(): void {
    if (this.#inFlight >= this.#limit) return
    for (const [lane, queue] of this.#lanes) {
      const first = queue.shift()
      this.#lanes.delete(lane)
      if (queue.length > 0) this.#lanes.set(lane, queue)
      first?.start()
      break
    }
    this.#tellPlaces()
  }

  #tellPlaces(): void {
    let ahead = 1
    for (const [first] of this.#lanes.values()) first?.onPlace?.(ahead++)
  }
}

export function cancelled(): AppError {
  return new AppError('CANCELLED', 'The request was cancelled.')
}
