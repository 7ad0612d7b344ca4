// Reads of one etcd that share turns and a time limit: a slow etcd keeps its readers, and a silent one is reported to all of them at once. The status
// page has its own lane, so that it can say what keeps the others waiting.
import { ReadQueue } from './read-queue.ts'
import { silent } from './silent.ts'

/** With less time left than this no request is sent. */
export const LEAST_MS = 100

export interface ReadLaneOptions {
  readsInFlight: number
  /** Time limit of a read in ms, including its wait and its attempts at all members. */
  patienceMs: number
  now: () => number
}

export class ReadLane {
  readonly #options: ReadLaneOptions
  readonly #queue: ReadQueue
  #heard = Number.NEGATIVE_INFINITY
  /** Endpoints that have not answered yet, in the order of asking. */
  readonly #unanswered = new Map<object, string>()
  #lastAsked = 'its endpoints'

  constructor(options: ReadLaneOptions) {
    this.#options = options
    this.#queue = new ReadQueue(options.readsInFlight)
  }

  get inFlight(): number {
    return this.#queue.inFlight
  }

  /** etcd has answered a request, in any way. */
  heard(): void {
    this.#heard = this.#options.now()
  }

  /** Registers a request to an endpoint; call the result when it ends. */
  asking(endpoint: string): () => void {
    const read = {}
    this.#unanswered.set(read, endpoint)
    this.#lastAsked = endpoint
    return () => {
      this.#unanswered.delete(read)
    }
  }

  /**
   * Runs `read` at its turn and gives it a function that returns its remaining ms, counted from its request or from etcd's last answer to anyone.
   * Rejects with SOURCE_TIMEOUT if the time is up before its turn, and with CANCELLED if `signal` aborts before that.
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
      return silent(endpoint, { code: 'waited-behind', params: { seconds: String(seconds) } })
    }
    return this.#queue.run(begin, signal, { limit: { left: () => until() - now(), error: timedOut } })
  }
}
