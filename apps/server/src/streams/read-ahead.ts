// Lets a slow producer work while its consumer is busy: pages are read while rows are made and sent.

/** Bytes of all buffers of the process, beyond which nothing is read ahead: many readers of large values would hold hundreds of megabytes. */
const MOST_AHEAD = 48 * 1024 * 1024

/** Whether there is memory to read what is not needed yet. */
export function mayReadAhead(): boolean {
  return process.memoryUsage().arrayBuffers < MOST_AHEAD
}

/**
 * Yields the items of `source` in order. Once the first is requested, up to `ahead` more are fetched in advance while there is memory; if the
 * consumer stops, the source stops too. An error is thrown after the items before it.
 */
export async function* readAhead<T>(source: AsyncGenerator<T, void>, ahead: number): AsyncGenerator<T, void> {
  const pending: Promise<IteratorResult<T, void>>[] = []
  try {
    for (;;) {
      while (pending.length === 0 || (pending.length <= ahead && mayReadAhead())) {
        const next = source.next()
        // The error is thrown at its turn.
        next.catch(() => {})
        pending.push(next)
      }
      const item = await (pending.shift() as Promise<IteratorResult<T, void>>)
      if (item.done) return
      yield item.value
    }
  } finally {
    // The running read ends first; nobody waits for it.
    source.return().catch(() => {})
  }
}
