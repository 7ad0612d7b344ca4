// This page's activity for the status line: reads in flight, keys walked, and whether the last answer arrived.
import { useSyncExternalStore } from 'react'

export type Activity = { inFlight: number; walked: number; largestWalk: number; ranges: number; reachable: boolean; since: number }

let current: Activity = { inFlight: 0, walked: 0, largestWalk: 0, ranges: 0, reachable: true, since: Date.now() }
const listeners = new Set<() => void>()

function set(change: Partial<Activity>) {
  current = { ...current, ...change }
  for (const listener of listeners) listener()
}

export const activity = {
  began: () => set({ inFlight: current.inFlight + 1 }),
  ended: () => set({ inFlight: current.inFlight - 1 }),
  answered: (reachable: boolean) => {
    if (reachable !== current.reachable) set({ reachable, since: Date.now() })
  },
  cost: (cost: { ranges: number; walked: number; largestWalk: number }) =>
    set({
      ranges: current.ranges + cost.ranges,
      walked: current.walked + cost.walked,
      largestWalk: Math.max(current.largestWalk, cost.largestWalk),
    }),
}

/** After this long without a read in flight, in ms, a page is complete: one answer often leads to the next request. */
const QUIET_MS = 1000
/** A page without any requests counts as quiet after this. */
const SILENT_MS = 5000

/** Resolves when the page has requested and received its data. */
export function quiet(): Promise<void> {
  return new Promise((resolve) => {
    let timer: ReturnType<typeof setTimeout> | undefined
    let began = current.inFlight > 0
    const look = () => {
      began ||= current.inFlight > 0
      clearTimeout(timer)
      if (current.inFlight === 0) timer = setTimeout(done, began ? QUIET_MS : SILENT_MS)
    }
    const done = () => {
      leave()
      resolve()
    }
    const leave = subscribe(look)
    look()
  })
}

const subscribe = (listener: () => void) => {
  listeners.add(listener)
  return () => {
    listeners.delete(listener)
  }
}

const now = () => current

export const useActivity = (): Activity => useSyncExternalStore(subscribe, now, now)
