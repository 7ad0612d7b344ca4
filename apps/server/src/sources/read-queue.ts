// Limits the reads in flight at one etcd to a small fixed number, and shares them fairly between pages.
import { AppError } from '../problem.ts'

export interface Waiting {
  /** How long a read may wait for its turn. */
  limit?: {
    /** Remaining ms; called again when they are over, as there may be more by then. */
    left: () => number
    error: () => AppError
  }
  /** Reads with the same lane share its turns; default: the signal. */
  lane?: unknown
  /** Called at once and at each change with the number of reads ahead. */
  onPlace?: (ahead: number) => void
}

interface Entry {
  start: () => void
  onPlace: ((ahead: number) => void) | undefined
  /** The position last reported. */
  told: number
}

/** Waiting entries of all lanes, and of one. */
export interface Waiters {
  all: number
  inLane: number
}

/** By default a request's signal is its lane. Lanes take turns, so a page with 1,000 reads does not delay a page with one. */
const NO_LANE = {}

export class ReadQueue {
  readonly #limit: number
  #inFlight = 0
  /** Waiting entries that want to know their position. */
  #tellers = 0
  /** Insertion order is the order of turns: a lane moves to the back once served. */
  readonly #lanes = new Map<unknown, Entry[]>()

  constructor(limit: number) {
    this.#limit = limit
  }

  get inFlight(): number {
    return this.#inFlight
  }

  /** How many entries wait, and how many of them in this lane. */
  waiting(lane: unknown): Waiters {
    let all = 0
    for (const entries of this.#lanes.values()) all += entries.length
    return { all, inLane: this.#lanes.get(lane)?.length ?? 0 }
  }

  /**
   * Runs `read` at its turn. If its turn has not come, rejects with CANCELLED when `signal` aborts, and with the limit's error when its time is over.
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

  #turn(signal: AbortSignal | undefined, { limit, lane = signal ?? NO_LANE, onPlace }: Waiting): Promise<void> {
    return new Promise((resolve, reject) => {
      let timer: NodeJS.Timeout | undefined
      const start = () => {
        settle()
        this.#inFlight += 1
        resolve()
      }
      const entry: Entry = { start, onPlace, told: 0 }
      const settle = () => {
        clearTimeout(timer)
        if (onPlace !== undefined) this.#tellers -= 1
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
      if (onPlace !== undefined) this.#tellers += 1
      this.#tellPlaces()
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
    // Reads of single keys come by the thousand and do not ask for it.
    if (this.#tellers === 0) return
    for (const [lane, entries] of this.#lanes) {
      for (const entry of entries) {
        if (entry.onPlace === undefined) continue
        const place = this.#placeOf(lane, entry)
        if (place !== entry.told) entry.onPlace(place)
        entry.told = place
      }
    }
  }

  /** The number of reads ahead. Each round serves one entry of every lane, so an entry waits one round per entry ahead in its own lane. */
  #placeOf(lane: unknown, entry: Entry): number {
    const round = this.#lanes.get(lane)?.indexOf(entry) ?? 0
    let place = 1
    let before = true
    for (const [other, entries] of this.#lanes) {
      if (other === lane) {
        before = false
        place += round
      } else place += Math.min(entries.length, before ? round + 1 : round)
    }
    return place
  }
}

export function cancelled(): AppError {
  return new AppError('CANCELLED', { code: 'request-cancelled', params: {} })
}
