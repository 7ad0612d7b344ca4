// How often what streams in is drawn: lines come every few ms, and a page that was drawn again for each would do nothing else.

/** Says for each call whether it is time to draw again; the first time at once. */
export function pace(milliseconds = 150): () => boolean {
  let drawn = Number.NEGATIVE_INFINITY
  return () => {
    const now = performance.now()
    if (now - drawn < milliseconds) return false
    drawn = now
    return true
  }
}
