// Work that waits until what has just been rendered is on the screen.

/** @returns cancels it */
export function afterPaint(run: () => void): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined
  let frame = 0
  // A hidden page is not painted.
  if (document.hidden) run()
  else
    frame = requestAnimationFrame(() => {
      timer = setTimeout(run)
    })
  return () => {
    cancelAnimationFrame(frame)
    clearTimeout(timer)
  }
}
