// Times and ages: kubectl's short form for an age, the exact time in UTC or local time, and a source's clock.
import { createContext, useContext, useEffect, useState, useSyncExternalStore } from 'react'
import { tellLook } from './look.ts'

const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE

/** kubectl's HumanDuration of `now - then` (both in ms): `75s`, `3m20s`, `5h`, `2d3h`, `3y41d`. `<invalid>` if more than 2 s in the future. */
export function age(then: number, now: number): string {
  const d = now - then
  const seconds = Math.trunc(d / SECOND)
  if (seconds < -1) return '<invalid>'
  if (seconds < 0) return '0s'
  if (seconds < 120) return `${seconds}s`
  const two = (big: number, bigUnit: string, small: number, smallUnit: string) =>
    small === 0 ? `${big}${bigUnit}` : `${big}${bigUnit}${small}${smallUnit}`
  const minutes = Math.trunc(d / MINUTE)
  if (minutes < 10) return two(minutes, 'm', Math.trunc(d / SECOND) % 60, 's')
  if (minutes < 180) return `${minutes}m`
  const hours = Math.trunc(d / HOUR)
  if (hours < 8) return two(hours, 'h', minutes % 60, 'm')
  if (hours < 48) return `${hours}h`
  if (hours < 192) return two(Math.trunc(hours / 24), 'd', hours % 24, 'h')
  if (hours < 24 * 365 * 2) return `${Math.trunc(hours / 24)}d`
  if (hours < 24 * 365 * 8) return two(Math.trunc(hours / 24 / 365), 'y', Math.trunc(hours / 24) % 365, 'd')
  return `${Math.trunc(hours / 24 / 365)}y`
}

/** Seconds as `3h 25m 10s`, for countdowns. */
export function duration(total: number): string {
  const s = Math.max(0, Math.trunc(total))
  const parts: [number, string][] = [
    [Math.trunc(s / 86_400), 'd'],
    [Math.trunc(s / 3600) % 24, 'h'],
    [Math.trunc(s / 60) % 60, 'm'],
    [s % 60, 's'],
  ]
  const first = parts.findIndex(([n]) => n > 0)
  return first < 0
    ? '0s'
    : parts
        .slice(first)
        .map(([n, unit]) => `${n}${unit}`)
        .join(' ')
}

export type Zone = 'utc' | 'local'

/** `2026-11-23 09:52:01 UTC`, or in local time with its offset. */
export function formatInstant(instant: string | number, zone: Zone): string {
  const date = new Date(instant)
  if (Number.isNaN(date.getTime())) return String(instant)
  const two = (n: number) => String(n).padStart(2, '0')
  if (zone === 'utc') return `${date.toISOString().slice(0, 19).replace('T', ' ')} UTC`
  const offset = -date.getTimezoneOffset()
  const sign = offset < 0 ? '-' : '+'
  const zoneText = `${sign}${two(Math.trunc(Math.abs(offset) / 60))}:${two(Math.abs(offset) % 60)}`
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())} ${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())} ${zoneText}`
}

/** The time of day, `09:52:01`: where the day is obvious. */
export function formatClock(instant: string | number, zone: Zone): string {
  return /\d\d:\d\d:\d\d/.exec(formatInstant(instant, zone))?.[0] ?? String(instant)
}

const ZONE_KEY = 'registree.zone'
const zoneListeners = new Set<() => void>()
let zone: Zone = read()

function read(): Zone {
  try {
    return localStorage.getItem(ZONE_KEY) === 'local' ? 'local' : 'utc'
  } catch {
    return 'utc'
  }
}

/** A picture of the server has times in UTC. */
export const tellZone = (): void => tellLook('local', zone === 'local')

export function setZone(next: Zone): void {
  zone = next
  tellZone()
  try {
    localStorage.setItem(ZONE_KEY, next)
  } catch {
    // Without storage the choice still applies to this page.
  }
  for (const listener of zoneListeners) listener()
}

export const useZone = (): Zone =>
  useSyncExternalStore(
    (listener) => {
      zoneListeners.add(listener)
      return () => {
        zoneListeners.delete(listener)
      }
    },
    () => zone,
    // A zone of the reader is known to no server.
    () => 'utc' as const,
  )

/**
 * What ages are relative to: the current time; etcd's last answer while it does not answer; a file's newest instant; or nothing if a file has none.
 * In ms since 1970.
 */
export type Clock = { kind: 'live' } | { kind: 'lost'; lastAnswer: number } | { kind: 'file'; asOf: number } | { kind: 'unknown' }

export const clockOf = ({ source, asOf }: { source: 'etcd' | 'file'; asOf: string | null }): Clock =>
  source === 'etcd' ? LIVE : asOf === null ? UNKNOWN : { kind: 'file', asOf: Date.parse(asOf) }

const LIVE: Clock = { kind: 'live' }
const UNKNOWN: Clock = { kind: 'unknown' }

export const ClockContext = createContext<Clock>(LIVE)

/**
 * The current time for ages, in ms: advances every `step` ms while etcd answers, is fixed for a file and while etcd does not answer, and null if no
 * age is known. `lost` is the time of etcd's last answer, while it does not answer.
 */
export function useNow(step = 10_000): { now: number | null; file: boolean; lost: number | null } {
  const clock = useContext(ClockContext)
  const [now, setNow] = useState(() => Date.now())
  const { kind } = clock
  useEffect(() => {
    if (kind !== 'live') return
    const timer = setInterval(() => setNow(Date.now()), step)
    return () => clearInterval(timer)
  }, [kind, step])
  if (clock.kind === 'live') return { now, file: false, lost: null }
  if (clock.kind === 'lost') return { now: clock.lastAnswer, file: false, lost: clock.lastAnswer }
  return { now: clock.kind === 'file' ? clock.asOf : null, file: true, lost: null }
}
