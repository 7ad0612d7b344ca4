// Reads a page again when etcd has newer revisions, where a new reading costs etcd only what is new; it rests in between, and waits while the page is used.
import { useEffect, useRef } from 'react'
import { useConnection } from './cluster-events.ts'
import type { Touch } from './live.ts'

/** Between two readings, in ms: at least this, and so many times as long as the last one took. */
const LEAST_REST_MS = 2000
const REST = 10

export interface FollowedReading {
  /** False for a file, and until the page has been read. */
  isOn: boolean
  isPaused: boolean
  /** Somebody uses the page. */
  isHeld: boolean
  /** The revision of what is shown. */
  revision: string | null
  isFetching: boolean
  read: () => void
}

/** How many revisions are newer than what is shown while it is held, and whether etcd answers. */
export function useFollowedReading({ isOn, isPaused, isHeld, revision, isFetching, read }: FollowedReading): {
  touch: Touch
  waiting: number
} {
  const connection = useConnection()
  const newest = connection.kind === 'health' ? connection.health.revision : null
  const behind = isOn && revision !== null && newest !== null ? Number(BigInt(newest) - BigInt(revision)) : 0
  const timing = useRef({ began: 0, ended: 0 })
  useEffect(() => {
    if (isFetching) timing.current.began = performance.now()
    else timing.current.ended = performance.now()
  }, [isFetching])
  const run = useRef(read)
  run.current = read
  const isDue = behind > 0 && !isPaused && !isHeld && !isFetching
  useEffect(() => {
    if (!isDue) return
    const { began, ended } = timing.current
    const rest = Math.max(LEAST_REST_MS, REST * Math.max(0, ended - began))
    const timer = setTimeout(() => run.current(), Math.max(0, ended + rest - performance.now()))
    return () => clearTimeout(timer)
  }, [isDue])
  return { touch: touchOf(isOn, connection), waiting: isHeld && !isPaused ? Math.max(0, behind) : 0 }
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
