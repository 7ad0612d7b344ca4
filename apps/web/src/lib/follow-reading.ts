// Reads a page again when etcd has newer revisions, where a new reading costs etcd only what is new; it rests in between, and waits while the page is used.
import { useEffect, useMemo, useRef, useState } from 'react'
import { useConnection } from './cluster-events.ts'
import type { Touch } from './live.ts'
import { restAfter, useReadingTime } from './read-missed.ts'
import { NO_SILENCE, silenceAfter } from './silence.ts'

/** Rest between two readings: REST times the duration of the last one, within these limits in ms. */
const LEAST_REST_MS = 2000
const REST = 10
const MOST_REST_MS = 30_000

export interface FollowedReading {
  /** False for a file, and until the page has been read. */
  isOn: boolean
  isPaused: boolean
  /** Somebody uses the page. */
  isHeld: boolean
  /** The revision of what is shown. */
  revision: string | null
  /** When that was read, in ms since 1970. */
  readAt: number
  isFetching: boolean
  read: () => void
}

/**
 * How many revisions are newer than what is shown while it is held, and whether etcd answers. `again` is when the page was last read again because
 * etcd had not answered for a while.
 */
export function useFollowedReading({ isOn, isPaused, isHeld, revision, readAt, isFetching, read }: FollowedReading): {
  touch: Touch
  again: number | null
  waiting: number
} {
  const connection = useConnection()
  const newest = connection.kind === 'health' ? connection.health.revision : null
  const behind = isOn && revision !== null && newest !== null ? Number(BigInt(newest) - BigInt(revision)) : 0
  const timing = useReadingTime(isFetching, readAt)
  const run = useRef(read)
  run.current = read
  const touch = useMemo(() => touchOf(isOn, connection), [isOn, connection])
  const [silence, setSilence] = useState(NO_SILENCE)
  const [again, setAgain] = useState<number | null>(null)
  const etcd = touch.state === 'lost' ? 'lost' : touch.state === 'following' ? 'answers' : 'unknown'
  const next = silenceAfter(silence, { etcd, isFetching, readAt: isOn ? readAt : null })
  if (next !== silence) {
    setSilence(next)
    if (next === NO_SILENCE) setAgain(Date.now())
  }
  const isDue = (behind > 0 || (silence.is === 'was' && touch.state === 'following')) && !isPaused && !isHeld && !isFetching
  useEffect(() => {
    if (!isDue) return
    const { took, ended, failures } = timing.current
    const rest = restAfter(Math.min(MOST_REST_MS, Math.max(LEAST_REST_MS, REST * took)), failures)
    const timer = setTimeout(() => run.current(), Math.max(0, ended + rest - performance.now()))
    return () => clearTimeout(timer)
  }, [isDue, timing])
  return { touch, again, waiting: isHeld && !isPaused ? Math.max(0, behind) : 0 }
}

function touchOf(isOn: boolean, connection: ReturnType<typeof useConnection>): Touch {
  if (!isOn) return { state: 'off', since: 0, reason: null }
  if (connection.kind === 'server-lost') return { state: 'server', since: connection.since, reason: null }
  if (connection.kind === 'connecting') return { state: 'connecting', since: Date.now(), reason: null }
  const { state, since, problem } = connection.health
  if (state === 'live') return { state: 'following', since: Date.parse(since), reason: null }
  if (state === 'connecting') return { state: 'connecting', since: Date.parse(since), reason: null }
  return { state: 'lost', since: Date.parse(since), reason: problem?.title ?? '' }
}
