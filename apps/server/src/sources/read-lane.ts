// Reads of one etcd that share turns and patience: one that works slowly keeps its readers, one that has fallen silent is said to be silent to all of
// them at once. The reads of the status page have a lane of their own, so that it says what keeps all others waiting.
import { ReadQueue } from './read-queue.ts'
import { silent } from './silent.ts'

/** With less time than this left nothing is asked any more. */
export const LEAST_MS = 100

export interface ReadLaneOptions {
  readsInFlight: number
  /** Milliseconds that a read may take, its waiting and its tries at all members included. */
  patienceMs: number
  now: () => number
}

export class ReadLane {
  readonly #options: ReadLaneOptions
  readonly #queue: ReadQueue
  #heard = Number.NEGATIVE_INFINITY
  /** The endpoints that have not answered yet, the one that was asked first before the others. */
  readonly #unanswered = new Map<object, string>()
  #lastAsked = 'its endpoints'

  constructor(options: ReadLaneOptions) {
    this.#options = options
    this.#queue = new ReadQueue(options.readsInFlight)
  }

  get inFlight(): number {
    return this.#queue.inFlight
  }

  /** etcd has answered somebody, whatever it said. */
  heard(): void {
    this.#heard = this.#options.now()
  }

  /** A read is sent to an endpoint; the returned function tells that it ended there. */
  asking(endpoint: string): () => void {
    const read = {}
    this.#unanswered.set(read, endpoint)
    this.#lastAsked = endpoint
    return () => {
      this.#unanswered.delete(read)
    }
  }

  /**
   * Runs `read` when it is its turn, with what tells the milliseconds that it has left: counted from when it was asked for, or from when etcd last
   * answered anybody. Rejects with SOURCE_TIMEOUT when they are over before its turn, and with CANCELLED when `signal` aborts before that.
   */
  run<T>(read: (left: () => number) => Promise<T>, signal: AbortSignal | undefined): Promise<T> {
    const { now, patienceMs } = this.#options
    const asked = now()
    const until = () => Math.max(asked, this.#heard) + patienceMs
    const begin = async () => {
      const over = until()
      if (over - now() < LEAST_MS) throw timedOut()
      return await read(() => Math.max(0, over - now()))
    }
    const timedOut = () => {
      const seconds = Math.round((now() - asked) / 100) / 10
      const [endpoint = this.#lastAsked] = this.#unanswered.values()
      return silent(endpoint, `Waited ${seconds} s behind other reads; none of them was answered.`)
    }
    return this.#queue.run(begin, signal, { limit: { left: () => until() - now(), error: timedOut } })
  }
}
