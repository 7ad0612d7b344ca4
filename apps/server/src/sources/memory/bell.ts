// Wakes the watchers of an in-memory keyspace when it changes, and lets a test disconnect them.
import type { AppError } from '../../problem.ts'

export class Bell {
  #wake: (() => void)[] = []
  #cut: { error: AppError } | null = null

  ring(): void {
    const waiting = this.#wake
    this.#wake = []
    for (const wake of waiting) wake()
  }

  /** Fails every waiting and new watcher with this error, until `null` is given. */
  cut(error: AppError | null): void {
    this.#cut = error === null ? null : { error }
    this.ring()
  }

  /** Resolves at the next change or abort; throws when disconnected. */
  async wait(signal: AbortSignal): Promise<void> {
    this.check()
    if (signal.aborted) return
    await new Promise<void>((resolve) => {
      const wake = () => {
        signal.removeEventListener('abort', wake)
        resolve()
      }
      this.#wake.push(wake)
      signal.addEventListener('abort', wake, { once: true })
    })
    this.check()
  }

  check(): void {
    if (this.#cut !== null) throw this.#cut.error
  }
}
