// Lets a slow producer work while its consumer is busy: reading goes on while rows are made and sent.

/**
 * The items of `source` in order. Once the first is asked for, up to `ahead` more are under way before anybody asks for them; a consumer
 * that stops, stops the source too. An error comes in its turn, after the items before it.
 */
export async function* readAhead<T>(source: AsyncGenerator<T, void>, ahead: number): AsyncGenerator<T, void> {
  const pending: Promise<IteratorResult<T, void>>[] = []
  try {
    for (;;) {
      while (pending.length <= ahead) {
        const next = source.next()
        // It is heard in its turn.
        next.catch(() => {})
        pending.push(next)
      }
      const item = await (pending.shift() as Promise<IteratorResult<T, void>>)
      if (item.done) return
      yield item.value
    }
  } finally {
    // Behind what is under way; nobody waits for that.
    source.return().catch(() => {})
  }
}
