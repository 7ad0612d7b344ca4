// Whether one cluster's etcd answers, for all open pages: polled slowly while somebody watches, and reported when it changes.
import type { Health, HealthState } from '@registree/contract'
import { Feed } from '../follow/feed.ts'
import { Timers } from '../follow/timers.ts'
import { type AppError, isAppError, toProblem, unexpected } from '../problem.ts'
import type { OpenedCluster, Pulse } from '../sources/source.ts'

/** All in ms. */
export interface HealthTimes {
  /** Interval between polls while the member answers. */
  paceMs: number
  /** Interval between polls while it does not. */
  retryMs: number
  /** How long polling continues after the last page left. */
  idleRetentionMs: number
}

const TIMES: HealthTimes = { paceMs: 4000, retryMs: 1500, idleRetentionMs: 30_000 }

type Watched = Pick<OpenedCluster, 'identity' | 'keepConnected'> & { pulse: NonNullable<OpenedCluster['pulse']> }

export class HealthWatch {
  readonly #opened: Watched
  readonly #now: () => Date
  readonly #times: HealthTimes
  readonly #feed = new Feed<Health>({ mostHistory: 0 })
  readonly #timers = new Timers()
  #run: AbortController | null = null
  #asking = false
  #askAgain = false
  #state: HealthState = 'connecting'
  #since: Date
  /** The epoch in which the state began; another one means another connection. */
  #epoch = ''
  #lastAnswer: Date | null = null
  #pulse: Pulse | null = null
  #error: AppError | null = null
  #told = ''

  constructor(opened: Watched, now: () => Date, times: Partial<HealthTimes> = {}) {
    this.#opened = opened
    this.#now = now
    this.#times = { ...TIMES, ...times }
    this.#since = now()
  }

  /** Calls `listener` with the state now and at each change, until the returned function is called. */
  subscribe(listener: (health: Health) => void): () => void {
    const leave = this.#feed.listen(listener)
    this.#timers.cancel('stop')
    if (this.#run === null) this.#start()
    listener(this.current())
    return () => {
      if (leave() && this.#feed.listeners === 0) this.#timers.later('stop', this.#times.idleRetentionMs, () => this.#stop())
    }
  }

  /** Whether polling is active. */
  get running(): boolean {
    return this.#run !== null
  }

  close(): void {
    this.#feed.clear()
    this.#stop()
    this.#timers.cancelAll()
  }

  current(): Health {
    const { identity } = this.#opened
    const { replaced } = identity
    return {
      state: this.#state,
      since: this.#since.toISOString(),
      now: this.#now().toISOString(),
      lastAnswer: this.#lastAnswer?.toISOString() ?? null,
      epoch: identity.epoch,
      clusterId: identity.clusterId,
      revision: textOrNull(this.#pulse?.revision),
      index: textOrNull(this.#pulse?.index),
      member: this.#pulse?.member ?? null,
      leader: this.#pulse?.leader ?? null,
      problem: this.#error === null ? null : toProblem(this.#error),
      replaced: replaced === null ? null : { at: replaced.at.toISOString(), notice: replaced.notice },
    }
  }

  #start(): void {
    const run = new AbortController()
    this.#run = run
    // The state from when the last page left is outdated.
    this.#enter('connecting')
    const forget = this.#opened.identity.onChange(() => this.#askNow(run.signal))
    run.signal.addEventListener('abort', forget, { once: true })
    this.#askNow(run.signal)
  }

  #stop(): void {
    this.#run?.abort()
    this.#run = null
    this.#timers.cancel('ask')
  }

  /** Polls at once; if a poll is running, once more after it. */
  #askNow(signal: AbortSignal): void {
    this.#timers.cancel('ask')
    if (this.#asking) this.#askAgain = true
    else void this.#ask(signal)
  }

  async #ask(signal: AbortSignal): Promise<void> {
    const { keepConnected, pulse } = this.#opened
    this.#asking = true
    this.#askAgain = false
    keepConnected()
    try {
      this.#pulse = await pulse(signal)
      this.#error = null
      this.#lastAnswer = this.#now()
      this.#enter(this.#pulse.agrees ? 'live' : 'no-leader')
    } catch (error) {
      if (!signal.aborted) this.#fail(error)
    } finally {
      this.#asking = false
    }
    if (signal.aborted) return
    this.#tell()
    const settled = this.#state === 'live' || this.#state === 'no-leader'
    const wait = this.#askAgain ? 0 : settled ? this.#times.paceMs : this.#times.retryMs
    this.#timers.later('ask', wait, () => this.#askNow(signal))
  }

  #fail(error: unknown): void {
    this.#error = isAppError(error) ? error : unexpected(error)
    this.#enter(this.#error.code === 'SOURCE_MIXED' ? 'mixed' : 'lost')
  }

  #enter(state: HealthState): void {
    const { epoch } = this.#opened.identity
    // Connected since the current connection was made.
    const reconnected = state === 'live' && epoch !== this.#epoch
    if (state === this.#state && !reconnected) return
    this.#state = state
    this.#since = this.#now()
    if (state === 'live') this.#epoch = epoch
  }

  /** Reports each change once; the passing of time is not one. */
  #tell(): void {
    const health = this.current()
    const said = JSON.stringify({ ...health, now: null, lastAnswer: null })
    if (said === this.#told) return
    this.#told = said
    this.#feed.tell(health)
  }
}

const textOrNull = (number: bigint | null | undefined): string | null => (number == null ? null : String(number))
