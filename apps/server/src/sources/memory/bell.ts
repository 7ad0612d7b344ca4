// Wakes the watchers of a keyspace in memory when it changes, and lets a test cut them off.
import type { AppError } from '../../problem.ts'

export class Bell {
  #wake: (() => void)[] = []
  #cut: { error: AppError } | null = null

  ring(): void {
    const waiting = this.#wake
    this.#wake = []
    for (const wake of waiting) wake()
  }

  /** Every watcher that waits now fails with this error, and every new one until `null` is given. */
  cut(error: AppError | null): void {
    this.#cut = error === null ? null : { error }
    this.ring()
  }

  /** Resolves at the next change or abort; throws when cut. */
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
