// One piece of work for all who want its result: it is done once, and cancelled when nobody waits for it any more.
import { cancelled } from '../sources/read-queue.ts'

interface Work<T> {
  result: Promise<T>
  waiting: number
  end: AbortController
}

export class SharedWork<T> {
  #current: Work<T> | null = null

  get busy(): boolean {
    return this.#current !== null
  }

  /** Joins the work that is under way, or begins it. Rejects with CANCELLED when `signal` aborts. */
  async join(begin: (signal: AbortSignal) => Promise<T>, signal: AbortSignal): Promise<T> {
    if (signal.aborted) throw cancelled()
    const work = this.#current ?? this.#begin(begin)
    work.waiting++
    let onAbort = () => {}
    const aborted = new Promise<never>((_, reject) => {
      onAbort = () => reject(cancelled())
    })
    signal.addEventListener('abort', onAbort, { once: true })
    try {
      return await Promise.race([work.result, aborted])
    } finally {
      signal.removeEventListener('abort', onAbort)
      work.waiting--
      if (work.waiting === 0) {
        // Who comes next begins again, and does not join what was cancelled.
        if (this.#current === work) this.#current = null
        work.end.abort()
      }
    }
  }

  #begin(begin: (signal: AbortSignal) => Promise<T>): Work<T> {
    const end = new AbortController()
    const work = { result: begin(end.signal), waiting: 0, end }
    const clear = () => {
      if (this.#current === work) this.#current = null
    }
    work.result.then(clear, clear)
    this.#current = work
    return work
  }
}
