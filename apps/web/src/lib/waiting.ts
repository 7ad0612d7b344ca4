// Which readings wait for their turn on the server, and how many are ahead: shown in place of their progress.
import { useSyncExternalStore } from 'react'
import { text } from '../i18n/text.ts'

const ahead = new Map<string, number>()
const listeners = new Set<() => void>()

function changed() {
  for (const listener of listeners) listener()
}

export const waiting = {
  tell: (url: string, readings: number) => {
    ahead.set(url, readings)
    changed()
  },
  end: (url: string) => {
    if (ahead.delete(url)) changed()
  },
}

const subscribe = (listener: () => void) => {
  listeners.add(listener)
  return () => {
    listeners.delete(listener)
  }
}

/** The message that the reading of `url` waits; null if it does not. */
export function useWaiting(url: string): string | null {
  const readings = useSyncExternalStore(
    subscribe,
    () => ahead.get(url),
    () => undefined,
  )
  return readings === undefined ? null : text.waiting({ readings })
}
