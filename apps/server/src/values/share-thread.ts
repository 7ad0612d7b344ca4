// Shares the main thread: work on many values yields to other requests every few milliseconds.

/** How long all such work may keep the thread before it yields. */
const SLICE_MS = 8

/** When work began after the last yield; null before any. */
let began: number | null = null
const waiting: (() => void)[] = []

function begin(now: number): void {
  began = now
  setImmediate(() => {
    began = null
    const next = waiting.shift()
    if (next === undefined) return
    begin(performance.now())
    next()
  })
}

/**
 * Undefined if there is time for another piece of work; otherwise resolves at its turn. One turn is given at a time, so that many waiters do not add
 * up to a long one.
 */
export function shareThread(): Promise<void> | undefined {
  const now = performance.now()
  if (began === null) {
    begin(now)
    return undefined
  }
  if (waiting.length === 0 && now - began < SLICE_MS) return undefined
  return new Promise((resolve) => waiting.push(resolve))
}
