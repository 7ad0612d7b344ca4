// What this page is doing to the server and to etcd: reads in flight, keys walked, and whether the last answer came. Shown in the status line.
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

const subscribe = (listener: () => void) => {
  listeners.add(listener)
  return () => {
    listeners.delete(listener)
  }
}

export const useActivity = (): Activity => useSyncExternalStore(subscribe, () => current)
