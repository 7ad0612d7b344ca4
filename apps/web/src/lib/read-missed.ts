// Reads a page again by itself after it missed changes: once etcd answers, less often the longer a reading takes, and spread over the open pages.
import { useEffect, useRef, useState } from 'react'
import { type Connection, useConnection } from './cluster-events.ts'
import type { Touch } from './live.ts'

/** Rest before the page is read again: this many times the duration of the last reading, and at least LEAST_REST_MS. */
const REST = 4
const LEAST_REST_MS = 2000
/** Each failed reading doubles the rest, up to this, in ms. */
const MOST_REST_MS = 120_000

/** Assumed minimum duration of a reading, in ms: unknown for pages from the cache, which must not all read at once. */
const LEAST_TOOK_MS = 200

export interface MissedReading {
  /** What the page shows, if one page shows different things in turn: each is tracked separately. */
  about?: string
  touch: Touch
  isFetching: boolean
  /** The page is in use and would move, or reading is left to the user. */
  isHeld?: boolean
  /** How many rows the last reading found different, if it says. */
  differed?: number | null | undefined
  read: () => void
}

/** `again` is when a page that had missed changes was last read again, in ms since 1970, and null if it never was; `changed`: what differed then. */
export interface ReadAgain {
  touch: Touch
  again: number | null
  changed: number | null
}

export function useReadMissed({ about = '', touch, isFetching, isHeld = false, differed = null, read }: MissedReading): ReadAgain {
  const connection = useConnection()
  const { state, pages = 1 } = touch
  const timing = useReadingTime(isFetching)
  const { again, tries, triedAt, rested } = useTries(about, touch, differed)
  const run = useRef(read)
  run.current = read
  const willRead = state === 'missed' && !isHeld && answers(connection)
  const isDue = willRead && !isFetching
  useEffect(() => {
    if (!isDue) return
    const { took, ended } = timing.current
    const rest = restAfter(Math.max(LEAST_REST_MS, REST * took), tries.current)
    // A random turn, as if the pages read one after the other.
    const turn = Math.random() * Math.min(MOST_REST_MS, pages * Math.max(LEAST_TOOK_MS, took))
    const timer = setTimeout(
      () => {
        tries.current += 1
        triedAt.current = performance.now()
        rested.current = rest
        run.current()
      },
      Math.max(0, (tries.current === 0 ? ended : Math.max(ended, triedAt.current)) + rest - performance.now()) + turn,
    )
    return () => clearTimeout(timer)
  }, [isDue, pages, timing, tries, triedAt, rested])
  const shown = willRead ? { ...touch, state: 'again' as const } : state === 'missed' ? silent(touch, connection) : touch
  return { touch: shown, again: again?.at ?? null, changed: again?.changed ?? null }
}

/** Whether `about` was read again because it had missed changes, how often that was tried in vain, and the rest before the last try, in ms. */
function useTries(about: string, touch: Touch, differed: number | null) {
  const { state } = touch
  const [again, setAgain] = useState<{ about: string; at: number; changed: number | null } | null>(null)
  const tries = useRef(0)
  const triedAt = useRef(0)
  const rested = useRef(0)
  const seen = useRef<{ about: string; touch: Touch; hasMissed: boolean } | null>(null)
  const found = useRef(differed)
  found.current = differed
  useEffect(() => {
    const before = seen.current
    const isOther = before !== null && before.about !== about
    if (isOther) tries.current = 0
    // Right after `about` changes, the state still belongs to the previous one.
    const hasMissed = state === 'missed' ? before?.touch !== touch || (before.hasMissed && !isOther) : false
    if (before?.hasMissed && !isOther && (state === 'connecting' || state === 'following'))
      setAgain({ about, at: Date.now(), changed: found.current })
    seen.current = { about, touch, hasMissed }
  }, [about, touch, state])
  useEffect(() => {
    if (state !== 'following') return
    // A page that keeps missing changes is read less and less often.
    const timer = setTimeout(() => {
      tries.current = 0
    }, rested.current)
    return () => clearTimeout(timer)
  }, [state])
  return { again: again?.about === about ? again : null, tries, triedAt, rested }
}

/** `rest` in ms, doubled for each failure, up to MOST_REST_MS. */
export const restAfter = (rest: number, failures: number): number => Math.min(Math.max(MOST_REST_MS, rest), rest * 2 ** failures)

/**
 * How long the last reading took, when it ended (by `performance.now()`), and how many failed in a row; all 0 if the page has read nothing yet.
 * @param readAt when the shown data was read: a reading that does not change it has failed
 */
export function useReadingTime(isFetching: boolean, readAt?: number): { current: { took: number; ended: number; failures: number } } {
  const timing = useRef({ took: 0, ended: 0, failures: 0 })
  const began = useRef<{ at: number; readAt: number | undefined } | null>(null)
  const newest = useRef(readAt)
  newest.current = readAt
  useEffect(() => {
    if (isFetching) began.current = { at: performance.now(), readAt: newest.current }
    else if (began.current !== null) {
      const ended = performance.now()
      const hasFailed = newest.current !== undefined && newest.current === began.current.readAt
      timing.current = { took: ended - began.current.at, ended, failures: hasFailed ? timing.current.failures + 1 : 0 }
      began.current = null
    }
  }, [isFetching])
  return timing
}

const answers = (connection: Connection): boolean =>
  connection.kind === 'health' && (connection.health.state === 'live' || connection.health.state === 'no-leader')

/** While etcd does not answer, the page says that instead. */
const silent = (touch: Touch, connection: Connection): Touch =>
  connection.kind === 'health' && !answers(connection) && connection.health.state !== 'connecting'
    ? { ...touch, state: 'lost', reason: connection.health.problem?.title ?? '' }
    : touch
