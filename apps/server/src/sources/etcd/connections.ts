// Holds one idle connection to each endpoint while there are readers: while one of them is unbroken, etcd cannot have been stopped and restored.

import type { Identity } from '../identity.ts'
import { pause } from '../pause.ts'

/** How long connections are held after the last read, in ms. */
const IDLE_MS = 60_000
/** First reconnect delay, in ms; doubles up to the longest. */
const RETRY_MS = 200
const LONGEST_RETRY_MS = 5000

/** Holds one connection: calls `open` once it is established, settles when it ends. */
type Hold = (signal: AbortSignal, open: () => void) => Promise<void>

export interface Endpoint {
  endpoint: string
  /** Ways to hold a connection, in the order of attempts. */
  ways: readonly Hold[]
}

export class Connections {
  readonly #endpoints: readonly Endpoint[]
  readonly #identity: Identity
  #run: AbortController | null = null
  #idle: NodeJS.Timeout | undefined

  constructor(endpoints: readonly Endpoint[], identity: Identity) {
    this.#endpoints = endpoints
    this.#identity = identity
  }

  /** Marks that somebody is reading now. */
  keep(): void {
    clearTimeout(this.#idle)
    this.#idle = setTimeout(() => this.close(), IDLE_MS)
    this.#idle.unref()
    if (this.#run !== null) return
    this.#run = new AbortController()
    for (const endpoint of this.#endpoints) void this.#hold(endpoint, this.#run.signal)
  }

  close(): void {
    clearTimeout(this.#idle)
    this.#run?.abort()
    this.#run = null
  }

  async #hold({ endpoint, ways }: Endpoint, signal: AbortSignal): Promise<void> {
    let delay = RETRY_MS
    while (!signal.aborted) {
      for (const way of ways) {
        let end: ReturnType<Identity['connected']> | null = null
        const open = () => {
          end ??= this.#identity.connected(endpoint)
        }
        // The reason does not matter here: the next read reports it.
        await way(signal, open).catch(() => {})
        ;(end as ReturnType<Identity['connected']> | null)?.(signal.aborted ? 'idle' : 'broken')
        if (end === null) continue
        delay = RETRY_MS
        break
      }
      await pause(delay, signal)
      delay = Math.min(delay * 2, LONGEST_RETRY_MS)
    }
  }
}
