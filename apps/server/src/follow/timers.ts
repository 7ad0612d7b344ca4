// Named timers, at most one per name: work that is requested often and done once.

export class Timers {
  readonly #timers = new Map<string, NodeJS.Timeout>()

  /** Runs after `ms`, unless a timer of that name is pending. Does not keep the process alive. */
  later(name: string, ms: number, run: () => void): void {
    if (this.#timers.has(name)) return
    const timer = setTimeout(() => {
      this.#timers.delete(name)
      run()
    }, ms)
    timer.unref()
    this.#timers.set(name, timer)
  }

  cancel(...names: string[]): void {
    for (const name of names) {
      clearTimeout(this.#timers.get(name))
      this.#timers.delete(name)
    }
  }

  cancelAll(): void {
    this.cancel(...this.#timers.keys())
  }
}
