// One-slot async channel: a slow consumer sees only the newest value.

export class Latest<T> {
  #told: { value: T } | null = null
  #end: { error: unknown } | 'ended' | null = null
  #wake: (() => void) | null = null

  tell(value: T): void {
    this.#told = { value }
    this.#ring()
  }

  /** Ends the channel; an unread value is dropped. */
  end(): void {
    this.#end ??= 'ended'
    this.#ring()
  }

  /** Makes the next read throw this error. */
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
