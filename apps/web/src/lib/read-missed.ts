// Reads a page that missed changes again by itself: once etcd answers, less often the longer a reading takes, and not all pages at once.
import { useEffect, useRef, useState } from 'react'
import { type Connection, useConnection } from './cluster-events.ts'
import type { Touch } from './live.ts'

/** After a reading: so many times as long as it took, and at least this, in ms. What was missed is worth more than what follows by itself. */
const REST = 4
const LEAST_REST_MS = 2000
/** After each reading that failed the rest is twice as long, but no longer than this, in ms. */
const MOST_REST_MS = 120_000

export interface MissedReading {
  touch: Touch
  isFetching: boolean
  /** Somebody uses the page, which would move; or reading is left to the user. */
  isHeld?: boolean
  read: () => void
}

/** `again` is when a page that had missed changes was last read again, in ms since 1970; null if it never was. */
export function useReadMissed({ touch, isFetching, isHeld = false, read }: MissedReading): { touch: Touch; again: number | null } {
  const connection = useConnection()
  const { state, pages = 1 } = touch
  const timing = useReadingTime(isFetching)
  const [again, setAgain] = useState<number | null>(null)
  const tries = useRef(0)
  const triedAt = useRef(0)
  const before = useRef(state)
  useEffect(() => {
    if (before.current === 'missed' && (state === 'connecting' || state === 'following')) {
      tries.current = 0
      setAgain(Date.now())
    }
    before.current = state
  }, [state])
  const run = useRef(read)
  run.current = read
  const willRead = state === 'missed' && !isHeld && answers(connection)
  const isDue = willRead && !isFetching
  useEffect(() => {
    if (!isDue) return
    const { took, ended } = timing.current
    const rest = Math.min(MOST_REST_MS, Math.max(LEAST_REST_MS, REST * took) * 2 ** tries.current)
    // As if the pages read one after the other.
    const turn = Math.random() * Math.min(MOST_REST_MS, pages * took)
    const timer = setTimeout(
      () => {
        tries.current += 1
        triedAt.current = performance.now()
        run.current()
      },
      Math.max(0, (tries.current === 0 ? ended : Math.max(ended, triedAt.current)) + rest - performance.now()) + turn,
    )
    return () => clearTimeout(timer)
  }, [isDue, pages, timing])
  return { touch: willRead ? { ...touch, state: 'again' } : state === 'missed' ? silent(touch, connection) : touch, again }
}

/** How long the last reading took, and when it ended, as of `performance.now()`; of what was read before the page opened it is not known. */
export function useReadingTime(isFetching: boolean): { current: { took: number; ended: number } } {
  const timing = useRef({ took: 0, ended: 0 })
  const began = useRef<number | null>(null)
  useEffect(() => {
    if (isFetching) began.current = performance.now()
    else if (began.current !== null) {
      const ended = performance.now()
      timing.current = { took: ended - began.current, ended }
      began.current = null
    }
  }, [isFetching])
  return timing
}

const answers = (connection: Connection): boolean =>
  connection.kind === 'health' && (connection.health.state === 'live' || connection.health.state === 'no-leader')

/** Nothing can be read: that is what there is to say. */
const silent = (touch: Touch, connection: Connection): Touch =>
  connection.kind === 'health' && !answers(connection) && connection.health.state !== 'connecting'
    ? { ...touch, state: 'lost', reason: connection.health.problem?.title ?? '' }
    : touch
