// Reads large values on a thread of its own, one after another, so that no other request waits for them.
import { Worker } from 'node:worker_threads'
import { AppError } from './problem.ts'
import type { Decoded, ValueJob } from './read-value.ts'

/** What the thread answers: a decoded value, or what went wrong with it. */
export type ThreadAnswer = { decoded: Decoded } | { error: string }

interface Waiting {
  job: ValueJob
  signal: AbortSignal
  resolve: (decoded: Decoded) => void
  reject: (error: Error) => void
}

/** A thread that nobody needs holds some 30 MB. */
const IDLE_MS = 30_000
/** A value is 1.5 MB at most, unless etcd was told otherwise: a thread that needs more than this is lost in one. */
const HEAP_MB = 512

export class ValueThread {
  #worker: Worker | null = null
  #running: Waiting | null = null
  readonly #queue: Waiting[] = []
  #idle: NodeJS.Timeout | undefined

  /** Rejects with CANCELLED when the signal aborts before its turn, and with INTERNAL when the thread breaks. */
  read(job: ValueJob, signal: AbortSignal): Promise<Decoded> {
    return new Promise((resolve, reject) => {
      this.#queue.push({ job, signal, resolve, reject })
      this.#next()
    })
  }

  async close(): Promise<void> {
    clearTimeout(this.#idle)
    const worker = this.#worker
    this.#worker = null
    this.#queue.splice(0)
    await worker?.terminate()
  }

  #next(): void {
    if (this.#running !== null) return
    const waiting = this.#queue.shift()
    clearTimeout(this.#idle)
    if (waiting === undefined) {
      this.#idle = setTimeout(() => void this.close(), IDLE_MS).unref()
      return
    }
    if (waiting.signal.aborted) {
      waiting.reject(new AppError('CANCELLED', 'The browser went away.'))
      this.#next()
      return
    }
    this.#running = waiting
    this.#worker ??= this.#start()
    this.#worker.postMessage(waiting.job)
  }

  #start(): Worker {
    const worker = new Worker(new URL('./value-thread-worker.js', import.meta.url), { resourceLimits: { maxOldGenerationSizeMb: HEAP_MB } })
    worker.unref()
    worker.on('message', (answer: ThreadAnswer) => this.#finish(answer))
    worker.on('error', (error) => this.#broke(worker, error))
    worker.on('exit', () => this.#broke(worker, new Error('The thread ended.')))
    return worker
  }

  #broke(worker: Worker, error: Error): void {
    if (this.#worker !== worker) return
    this.#worker = null
    // The words of a V8 or Node error quote nothing of the value.
    this.#finish({ error: error.message })
  }

  #finish(answer: ThreadAnswer): void {
    const waiting = this.#running
    this.#running = null
    if (waiting !== null) {
      if ('decoded' in answer) waiting.resolve(answer.decoded)
      else waiting.reject(new AppError('INTERNAL', 'The value could not be read.', { detail: answer.error }))
    }
    this.#next()
  }
}
