// Limits how many tasks run at a time; others wait in order until their turn, or until they are aborted.

/** `turn(signal, work)` starts `work` when fewer than `most` are running; rejects with the signal's reason if it is aborted before. */
export function turns(most: number): <T>(signal: AbortSignal, work: () => Promise<T>) => Promise<T> {
  let running = 0
  const waiting = new Set<() => void>()
  const next = () => {
    const [first] = waiting
    if (running >= most || first === undefined) return
    waiting.delete(first)
    first()
  }
  return async (signal, work) => {
    signal.throwIfAborted()
    if (running >= most)
      await new Promise<void>((resolve, reject) => {
        const begin = () => {
          signal.removeEventListener('abort', leave)
          resolve()
        }
        const leave = () => {
          waiting.delete(begin)
          reject(signal.reason)
        }
        waiting.add(begin)
        signal.addEventListener('abort', leave, { once: true })
      })
    running++
    try {
      return await work()
    } finally {
      running--
      next()
    }
  }
}
