// A few threads that take jobs in turn, so that decoding never holds up the thread that answers requests and talks to etcd.
import { Worker } from 'node:worker_threads'
import { AppError } from '../problem.ts'
import { cancelled } from '../sources/read-queue.ts'
import { type JobReply, type JobRequest, jobFailure, placeOf, READY } from './job-messages.ts'
import { JobStopped } from './job-stopped.ts'

export interface WorkerPoolOptions {
  /** The script of a thread: it says READY if it likes, and answers every {@link JobRequest} with one {@link JobReply}. */
  script: URL
  /** What every thread gets when it starts. */
  workerData: unknown
  /** How many threads; they are started when there is work for them. */
  size: number
  /** How many more are started, one at a time, when a job waits and none was finished for {@link WorkerPoolOptions.stuckMs}. None unless told. */
  spares?: number
  stuckMs?: number
  /** A job that takes longer is given up with its thread. */
  jobLimitMs?: number
  /** A thread that needs more memory for its objects ends, and its job with it. */
  memoryMb?: number
}

export interface RunOptions {
  /** A job that waits is dropped; one that runs is finished, and nobody hears of it. */
  signal?: AbortSignal | undefined
  /** What is handed over instead of copied: it is gone here afterwards. */
  transfer?: ArrayBuffer[]
  /** Milliseconds after which it is given up with its thread, where that is less than the pool's own limit. */
  limitMs?: number
}

interface Task {
  request: JobRequest
  transfer: ArrayBuffer[]
  limitMs: number
  resolve(output: unknown): void
  reject(error: Error): void
}

interface Thread {
  worker: Worker
  task: Task | null
  /** Its code is loaded. */
  ready: boolean
  /** Gives up what takes too long. */
  timer: NodeJS.Timeout | null
}

const JOB_LIMIT_MS = 60_000
/** Longer than a page of a table takes and than a thread takes to start: a job that waits that long waits behind something large. */
const STUCK_MS = 300
/** A value is 1.5 MB at most, unless etcd was told otherwise: a thread that needs more than this is lost in one. */
const MEMORY_MB = 160
/** What a job makes is garbage when it is done: a large nursery would only keep it longer. */
const YOUNG_MB = 6
/** When this many threads in a row end before their code is loaded, the script itself is broken. */
const FALSE_STARTS = 3

/**
 * Every job is answered: with its output, with its error, with CANCELLED, or with INTERNAL where its thread ended under it (out of memory,
 * took too long, crashed). A thread that ended is replaced when there is work again. A caller that has many jobs waits for some of
 * their answers before it asks for more: that is its back-pressure, and keeps the turns fair.
 */
export class WorkerPool {
  readonly size: number
  readonly #options: WorkerPoolOptions
  readonly #threads = new Set<Thread>()
  readonly #waiting: Task[] = []
  #falseStarts = 0
  #closed = false
  /** Set while a job waits for a thread. */
  #stuck: NodeJS.Timeout | null = null

  constructor(options: WorkerPoolOptions) {
    this.#options = options
    this.size = Math.max(1, options.size)
  }

  /** Starts a thread, so that the first job need not wait for it. */
  warm(): void {
    if (this.#threads.size === 0) this.#start()
  }

  /** Whether a job would be begun without a thread having to start for it. */
  get ready(): boolean {
    for (const thread of this.#threads) if (thread.ready) return true
    return false
  }

  run(job: string, input: unknown, { signal, transfer = [], limitMs }: RunOptions = {}): Promise<unknown> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(cancelled())
      if (this.#closed) return reject(new AppError('CANCELLED', 'Registree is stopping.'))
      const onAbort = () => {
        const at = this.#waiting.indexOf(task)
        if (at >= 0) this.#waiting.splice(at, 1)
        reject(cancelled())
      }
      const settle = <T>(how: (value: T) => void) => {
        return (value: T) => {
          signal?.removeEventListener('abort', onAbort)
          how(value)
        }
      }
      const most = this.#options.jobLimitMs ?? JOB_LIMIT_MS
      const limit = Math.min(most, limitMs ?? most)
      const task: Task = { request: { job, input }, transfer, limitMs: limit, resolve: settle(resolve), reject: settle(reject) }
      signal?.addEventListener('abort', onAbort, { once: true })
      this.#waiting.push(task)
      this.#assign()
    })
  }

  async close(): Promise<void> {
    this.#closed = true
    this.#noLongerStuck()
    for (const task of this.#waiting.splice(0)) task.reject(new AppError('CANCELLED', 'Registree is stopping.'))
    await Promise.all([...this.#threads].map(({ worker }) => worker.terminate()))
  }

  #assign(most = this.size): void {
    while (this.#waiting.length > 0) {
      let idle: Thread | undefined
      for (const thread of this.#threads) if (thread.task === null) idle = thread
      if (idle === undefined && this.#threads.size < most) idle = this.#start()
      const task = idle && this.#waiting.shift()
      if (idle === undefined || task === undefined) break
      this.#give(idle, task)
    }
    if (this.#waiting.length === 0) this.#noLongerStuck()
    else this.#startSpareLater()
  }

  #startSpareLater(): void {
    const { spares = 0, stuckMs = STUCK_MS } = this.#options
    if (this.#stuck !== null || this.#threads.size >= this.size + spares) return
    this.#stuck = setTimeout(() => {
      this.#stuck = null
      this.#assign(this.#threads.size + 1)
    }, stuckMs)
  }

  #noLongerStuck(): void {
    if (this.#stuck !== null) clearTimeout(this.#stuck)
    this.#stuck = null
  }

  #give(thread: Thread, task: Task): void {
    thread.task = task
    thread.worker.ref()
    thread.timer = setTimeout(() => this.#end(thread, 'time'), task.limitMs)
    try {
      thread.worker.postMessage(task.request, task.transfer)
    } catch (error) {
      this.#done(thread)
      task.reject(new AppError('INTERNAL', 'Something went wrong in Registree.', { cause: error }))
    }
  }

  #start(): Thread {
    const worker = new Worker(this.#options.script, {
      workerData: this.#options.workerData,
      // Not the parent's flags: a test runner's would resolve our packages to their sources, which a thread cannot load.
      execArgv: [],
      resourceLimits: { maxOldGenerationSizeMb: this.#options.memoryMb ?? MEMORY_MB, maxYoungGenerationSizeMb: YOUNG_MB },
    })
    const thread: Thread = { worker, task: null, ready: false, timer: null }
    this.#threads.add(thread)
    // An idle thread must not keep the process alive.
    worker.unref()
    worker.on('message', (reply: JobReply | typeof READY) => {
      thread.ready = true
      this.#falseStarts = 0
      if (reply === READY) return
      const { task } = thread
      this.#done(thread)
      if (task === null) return
      if (reply.ok) task.resolve(reply.output)
      else task.reject(jobFailure(reply))
      this.#assign()
    })
    worker.on('error', (error: NodeJS.ErrnoException) =>
      this.#end(thread, error.code === 'ERR_WORKER_OUT_OF_MEMORY' ? 'memory' : 'crash', placeOf(error)),
    )
    worker.on('exit', () => this.#end(thread, 'crash'))
    return thread
  }

  #done(thread: Thread): void {
    thread.task = null
    this.#noLongerStuck()
    if (thread.timer !== null) clearTimeout(thread.timer)
    thread.timer = null
    thread.worker.unref()
  }

  /** Once a thread: whatever ends it, its job is told, and the others go on with a new one. */
  #end(thread: Thread, why: JobStopped['why'], cause?: string): void {
    if (!this.#threads.delete(thread)) return
    const { task } = thread
    this.#done(thread)
    void thread.worker.terminate()
    // A thread that was ready ended because of its job, which says nothing of the others.
    if (!thread.ready) this.#falseStarts += 1
    const detail =
      why === 'memory' ? 'It ran out of memory.' : why === 'time' ? `It took longer than ${(task?.limitMs ?? 0) / 1000} s.` : undefined
    const failure = new JobStopped(why, {
      ...(detail === undefined ? {} : { detail }),
      hint: 'Try again; if it stops again, open the keys one by one to see which value it is.',
      ...(cause === undefined ? {} : { cause: new Error(cause) }),
    })
    task?.reject(failure)
    if (this.#falseStarts >= FALSE_STARTS) {
      this.#falseStarts = 0
      for (const waiting of this.#waiting.splice(0)) waiting.reject(failure)
    }
    if (!this.#closed) this.#assign()
  }
}
