// What one side tells and another takes when it has time: only the latest of it counts.

export class Latest<T> {
  #told: { value: T } | null = null
  #end: { error: unknown } | 'ended' | null = null
  #wake: (() => void) | null = null

  tell(value: T): void {
    this.#told = { value }
    this.#ring()
  }

  /** What was told and not yet taken is past. */
  end(): void {
    this.#end ??= 'ended'
    this.#ring()
  }

  /** Whoever takes next is thrown this error. */
  fail(error: unknown): void {
    this.#end ??= { error }
    this.#ring()
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<T, void> {
    for (;;) {
      if (this.#end === 'ended') return
      if (this.#end !== null) throw this.#end.error
      const told = this.#told
      this.#told = null
      if (told !== null) yield told.value
      else await new Promise<void>((resolve) => (this.#wake = resolve))
    }
  }

  #ring(): void {
    this.#wake?.()
    this.#wake = null
  }
}
