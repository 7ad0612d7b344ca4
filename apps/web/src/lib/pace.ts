// Limits how often streamed data is drawn: lines arrive every few ms, too often to redraw for each.

/** Returns for each call whether it is time to redraw; true the first time. */
export function pace(milliseconds = 150): () => boolean {
  let drawn = Number.NEGATIVE_INFINITY
  return () => {
    const now = performance.now()
    if (now - drawn < milliseconds) return false
    drawn = now
    return true
  }
}
