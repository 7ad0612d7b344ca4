// A few threads that run jobs, so that decoding never blocks the thread that answers requests and talks to etcd.
import { Worker } from 'node:worker_threads'
import type { ErrorMessage } from '../messages/in-english.ts'
import { AppError } from '../problem.ts'
import { cancelled } from '../sources/read-queue.ts'
import { type JobReply, type JobRequest, jobFailure, placeOf, READY } from './job-messages.ts'
import { JobStopped } from './job-stopped.ts'

export interface WorkerPoolOptions {
  /** A thread's script: it may send READY, and answers every {@link JobRequest} with one {@link JobReply}. */
  script: URL
  /** Passed to every thread at its start. */
  workerData: unknown
  /** Number of threads; they start when there is work. */
  size: number
  /** Spare threads, started one at a time when a job waits and none has finished for {@link WorkerPoolOptions.stuckMs}. Default: none. */
  spares?: number
  stuckMs?: number
  /** A job that takes longer is aborted with its thread. */
  jobLimitMs?: number
  /** Heap limit of a thread: beyond it, the thread and its job end. */
  memoryMb?: number
  /** Total bytes that waiting jobs may hold: see {@link RunOptions.holds}. */
  mostWaitingBytes?: number
}

export interface RunOptions {
  /** Drops a waiting job; a running one finishes and its result is ignored. */
  signal?: AbortSignal | undefined
  /** Transferred instead of copied: gone here afterwards. */
  transfer?: ArrayBuffer[]
  /** Creates the thread's input at the job's turn, so that a waiting job needs no copy. */
  handOver?: () => { input: unknown; transfer: ArrayBuffer[] }
  /** Bytes in memory only because this job waits. If all waiting jobs hold too many, it is refused with BUSY. */
  holds?: number
  /** Time limit in ms, if shorter than the pool's own. */
  limitMs?: number
}

interface Task {
  job: string
  /** Called once, when a thread starts the job. */
  handOver: () => { input: unknown; transfer: ArrayBuffer[] }
  /** Bytes. */
  holds: number
  limitMs: number
  resolve(output: unknown): void
  reject(error: Error): void
}

interface Thread {
  worker: Worker
  task: Task | null
  /** Its code is loaded. */
  ready: boolean
  /** Ends a job that takes too long. */
  timer: NodeJS.Timeout | null
}

const JOB_LIMIT_MS = 60_000
/** Longer than a table page and a thread's start take: a job that waits longer is behind something large. */
const STUCK_MS = 300
/** A value is 1.5 MB at most by etcd's default; a thread that needs more memory than this is stuck in one. */
const MEMORY_MB = 160
/** About forty of the largest values that etcd accepts by default. */
const MOST_WAITING_BYTES = 64 * 1024 * 1024
/** A job's objects are garbage once it is done: a large nursery would only keep them longer. */
const YOUNG_MB = 6
/** If this many threads in a row end before their code is loaded, the script itself is broken. */
const FALSE_STARTS = 3

/**
 * Every job is answered: with its output, its error, CANCELLED, BUSY, or INTERNAL if its thread ended (out of memory, too slow, crashed). Ended
 * threads are replaced when there is work. A caller with many jobs waits for some answers before it adds more: this is its back-pressure, and keeps
 * turns fair.
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

  /** Whether a job could run without starting a thread first. */
  get ready(): boolean {
    for (const thread of this.#threads) if (thread.ready) return true
    return false
  }

  run(job: string, input: unknown, options: RunOptions = {}): Promise<unknown> {
    const { signal, transfer = [], handOver = () => ({ input, transfer }), holds = 0, limitMs } = options
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(cancelled())
      if (this.#closed) return reject(new AppError('CANCELLED', { code: 'stopping', params: {} }))
      const { mostWaitingBytes = MOST_WAITING_BYTES } = this.#options
      if (holds > 0 && this.#waitingBytes > 0 && this.#waitingBytes + holds > mostWaitingBytes) return reject(tooManyWait())
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
      const task: Task = { job, handOver, holds, limitMs: limit, resolve: settle(resolve), reject: settle(reject) }
      signal?.addEventListener('abort', onAbort, { once: true })
      this.#waiting.push(task)
      this.#assign()
    })
  }

  get #waitingBytes(): number {
    let bytes = 0
    for (const { holds } of this.#waiting) bytes += holds
    return bytes
  }

  async close(): Promise<void> {
    this.#closed = true
    this.#noLongerStuck()
    for (const task of this.#waiting.splice(0)) task.reject(new AppError('CANCELLED', { code: 'stopping', params: {} }))
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
      const { input, transfer } = task.handOver()
      thread.worker.postMessage({ job: task.job, input } satisfies JobRequest, transfer)
    } catch (error) {
      this.#done(thread)
      task.reject(new AppError('INTERNAL', { code: 'internal', params: {} }, { cause: error }))
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

  /** Called once per thread, however it ended: its job is told, and the others continue with a new one. */
  #end(thread: Thread, why: JobStopped['why'], cause?: string): void {
    if (!this.#threads.delete(thread)) return
    const { task } = thread
    this.#done(thread)
    void thread.worker.terminate()
    // A thread that was ready ended because of its job, which says nothing about others.
    if (!thread.ready) this.#falseStarts += 1
    const detail = detailOfEnd(why, task?.limitMs ?? 0)
    const failure = new JobStopped(why, {
      ...(detail === null ? {} : { detail }),
      hint: { code: 'thread-stopped-now', params: {} },
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

function detailOfEnd(why: JobStopped['why'], limitMs: number): ErrorMessage | null {
  if (why === 'memory') return { code: 'thread-memory', params: {} }
  return why === 'time' ? { code: 'thread-time', params: { seconds: limitMs / 1000 } } : null
}

const tooManyWait = () => new AppError('BUSY', { code: 'values-waiting', params: {} }, { hint: { code: 'values-waiting-now', params: {} } })
