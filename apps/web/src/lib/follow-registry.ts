// Keeps a page about many objects up to date: it is told where objects change, and reads again what concerns it, after a rest and while nobody uses it.
import type { RegistryChange } from '@registree/contract'
import { useEffect, useRef, useState } from 'react'
import { type Touch, useFollowed } from './live.ts'
import { restAfter, useReadingTime, useReadMissed } from './read-missed.ts'

/** Between two readings: so many times as long as the last one took. */
const REST = 20

export interface FollowedRegistry {
  /** The revision of what is shown; null for a file, and until it has been read. */
  after: string | null
  /** When that was read, in ms since 1970: also a reading that finds the same revision is a new one. */
  readAt: number
  /** Whether a change concerns the page. */
  concerns: (change: RegistryChange) => boolean
  /** Reading again is left to the user, because it is heavy. */
  asks?: boolean
  /** Somebody uses the page. */
  isHeld: boolean
  isFetching: boolean
  read: () => void
  /** At least so long between two readings, in ms. */
  leastRestMs?: number
}

export interface RegistryState {
  touch: Touch
  /** See {@link useReadMissed}. */
  again: number | null
  /** Changes that are not shown: they wait for somebody, or for a rest that a long reading made long. */
  waiting: number
  isPaused: boolean
  setPaused: (paused: boolean) => void
}

export function useFollowedRegistry({
  after,
  readAt,
  concerns,
  asks = false,
  isHeld,
  isFetching,
  read,
  leastRestMs = 2000,
}: FollowedRegistry): RegistryState {
  const [isPaused, setPaused] = useState(false)
  /** The next reading is further away than the shortest rest. */
  const [isResting, setResting] = useState(false)
  const [known, setKnown] = useState({ after, changes: 0 })
  const state = known.after === after ? known : { after, changes: 0 }
  if (state !== known) setKnown(state)
  const followed = useFollowed('registry', {
    after: isPaused ? null : after,
    parameters: {},
    // Each reading is followed from its own revision.
    reading: readAt,
    onChanges: (changes) => {
      const own = changes.filter((change) => concerns(change) && BigInt(change.revision) > BigInt(after ?? 0)).length
      if (own > 0) setKnown((before) => ({ ...before, changes: before.changes + own }))
    },
  })
  const timing = useReadingTime(isFetching, readAt)
  const run = useRef(read)
  run.current = read
  const isDue = !asks && state.changes > 0 && followed.state !== 'missed' && !isPaused && !isHeld && !isFetching
  useEffect(() => {
    if (!isDue) return
    const { took, ended, failures } = timing.current
    const rest = restAfter(Math.max(leastRestMs, REST * took), failures)
    const left = Math.max(0, ended + rest - performance.now())
    setResting(left > leastRestMs)
    const timer = setTimeout(() => run.current(), left)
    return () => {
      clearTimeout(timer)
      setResting(false)
    }
  }, [isDue, leastRestMs, timing])
  const { touch, again } = useReadMissed({ touch: followed, isFetching, isHeld: isHeld || asks, read })
  return { touch, again, waiting: asks || isHeld || isResting ? state.changes : 0, isPaused, setPaused }
}
