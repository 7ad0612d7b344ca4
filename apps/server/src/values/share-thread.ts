// Shares the main thread: work on many values yields to other requests every few milliseconds.

/** How long all of them together may keep the thread between two looks at what else there is to do. */
const SLICE_MS = 8

/** When work began after the last look; null before any did. */
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
 * Undefined where there is time left for another piece of work; otherwise resolves when it is this one's turn. One turn is given at a time, so
 * that many who wait do not add up to a long one.
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
