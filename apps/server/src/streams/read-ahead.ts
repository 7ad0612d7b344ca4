// Lets a slow producer work while its consumer is busy: pages are read while rows are made and sent.

/** Bytes of the buffers in flight, beyond which nothing is read ahead: many readers of large values would hold hundreds of megabytes. */
const MOST_AHEAD = 48 * 1024 * 1024

/** Who keeps buffers for longer than one reading: those are bounded by themselves. */
export interface Keeper {
  /** Of the buffers that it keeps. */
  readonly bytes: number
}

let keepers: WeakRef<Keeper>[] = []

/** From now on what it keeps does not count as in flight. */
export function keepsBuffers(keeper: Keeper): void {
  keepers.push(new WeakRef(keeper))
}

/** How long a figure of memory serves, in ms: asking takes up to a millisecond, because Linux adds up the pages of the process. */
const SERVES_MS = 25
let measured = { at: Number.NEGATIVE_INFINITY, bytes: 0 }

function buffersOfProcess(): number {
  const now = performance.now()
  if (now - measured.at > SERVES_MS) measured = { at: now, bytes: process.memoryUsage().arrayBuffers }
  return measured.bytes
}

/** Whether there is memory to read what is not needed yet: by the buffers of the process in bytes, less those that are kept. */
export function mayReadAhead(buffers = buffersOfProcess): boolean {
  const all = buffers()
  if (all < MOST_AHEAD) return true
  keepers = keepers.filter((keeper) => keeper.deref() !== undefined)
  const kept = keepers.reduce((sum, keeper) => sum + (keeper.deref()?.bytes ?? 0), 0)
  return all - kept < MOST_AHEAD
}

/**
 * Yields the items of `source` in order. Once the first is requested, up to `ahead` more are fetched in advance while there is memory; if the
 * consumer stops, the source stops too. An error is thrown after the items before it. `mayRead` says whether there is memory.
 */
export async function* readAhead<T>(source: AsyncGenerator<T, void>, ahead: number, mayRead = mayReadAhead): AsyncGenerator<T, void> {
  const pending: Promise<IteratorResult<T, void>>[] = []
  try {
    for (;;) {
      while (pending.length === 0 || (pending.length <= ahead && mayRead())) {
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
