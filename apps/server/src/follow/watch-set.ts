// Several watches as one: each reconnects where it broke, and the set is connected while all of them are.
import { setMaxListeners } from 'node:events'
import type { ErrorMessage } from '../messages/in-english.ts'
import { isAppError } from '../problem.ts'
import { pause } from '../sources/pause.ts'
import type { WatchReply } from '../sources/source.ts'

/** Applies one change. */
export type Apply = () => Promise<void> | void

/** One thing that is watched. */
export interface WatchTarget {
  /** A target with a known name continues where it is. */
  name: string
  /** Everything up to this revision (or v2 index) is known. */
  from: bigint
  /** Yields what follows `after`; throws AppError when the connection is lost. */
  watch: (after: bigint, signal: AbortSignal) => AsyncIterable<WatchReply<Apply>>
}

export interface WatchSetOptions {
  /** First reconnect delay in ms; doubles up to 20×. */
  retryMs: number
  /** Changes were lost: everything has to be read again. The watch itself continues. */
  onGap: () => void
  /** A watch was connected, or lost: then with the reason as a sentence. */
  onState: (reason: ErrorMessage | null) => void
}

interface Watched extends WatchTarget {
  deliveredUpTo: bigint
  connected: boolean
  /** Ends this watch alone. */
  end: AbortController
}

export class WatchSet {
  readonly #options: WatchSetOptions
  #watched: Watched[] = []
  #recording: Apply[] | null = null

  constructor(options: WatchSetOptions) {
    this.#options = options
  }

  get size(): number {
    return this.#watched.length
  }

  /** Whether all watches are connected; false without any. */
  get connected(): boolean {
    return this.#watched.length > 0 && this.#watched.every(({ connected }) => connected)
  }

  /** How far each target has been delivered, by name. */
  get positions(): Map<string, bigint> {
    return new Map(this.#watched.map(({ name, deliveredUpTo }) => [name, deliveredUpTo]))
  }

  /** Watches exactly these targets until `signal` aborts. */
  watch(targets: readonly WatchTarget[], signal: AbortSignal): void {
    const known = new Map(this.#watched.map((watched) => [watched.name, watched]))
    this.#watched = targets.map(
      (target) => known.get(target.name) ?? { ...target, deliveredUpTo: target.from, connected: false, end: new AbortController() },
    )
    for (const watched of known.values()) if (!this.#watched.includes(watched)) watched.end.abort()
    for (const watched of this.#watched) {
      if (known.has(watched.name)) continue
      const either = AbortSignal.any([signal, watched.end.signal])
      // Each call made by the watch adds a listener to it.
      setMaxListeners(0, either)
      void this.#follow(watched, either)
    }
  }

  /** Ends all watches. */
  clear(): void {
    for (const { end } of this.#watched) end.abort()
    this.#watched = []
    this.#recording = null
  }

  /** Starts to keep changes while everything is read again: the reading may or may not include them. */
  record(): void {
    this.#recording = []
  }

  /** The changes since `record`, oldest first. */
  recorded(): Apply[] {
    const recorded = this.#recording ?? []
    this.#recording = null
    return recorded
  }

  async #follow(watched: Watched, signal: AbortSignal): Promise<void> {
    const { retryMs, onGap, onState } = this.#options
    let delay = retryMs
    while (!signal.aborted) {
      try {
        for await (const reply of watched.watch(watched.deliveredUpTo, signal)) {
          if (signal.aborted) return
          if (!watched.connected) {
            watched.connected = true
            delay = retryMs
            onState(null)
          }
          if (reply.kind === 'gap') onGap()
          else await this.#apply(reply.changes)
          watched.deliveredUpTo = reply.at
        }
        return
      } catch (error) {
        if (signal.aborted) return
        watched.connected = false
        onState(isAppError(error) ? error.says : { code: 'follow-internal', params: {} })
        await pause(delay, signal)
        delay = Math.min(delay * 2, retryMs * 20)
      }
    }
  }

  async #apply(changes: readonly Apply[]): Promise<void> {
    for (const apply of changes) {
      this.#recording?.push(apply)
      await apply()
    }
  }
}

/** The replies of a watch, with each change as the function that applies it. */
export async function* applying<Change>(
  replies: AsyncIterable<WatchReply<Change>>,
  take: (change: Change) => Promise<void> | void,
): AsyncGenerator<WatchReply<Apply>> {
  for await (const reply of replies) {
    if (reply.kind === 'gap') yield reply
    else yield { ...reply, changes: reply.changes.map((change) => () => take(change)) }
  }
}
