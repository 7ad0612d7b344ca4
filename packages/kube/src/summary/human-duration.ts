// Ages in kubectl's format (`5m12s`, `3h`, `12d`), by the rules of apimachinery's pkg/util/duration.

/** What kubectl prints for a time that is not set. */
export const UNKNOWN_AGE = '<unknown>'

/**
 * A duration as kubectl prints it (`duration.HumanDuration`).
 * @param milliseconds may be negative: up to a second of clock difference prints `0s`, more prints `<invalid>`.
 */
export function humanDuration(milliseconds: number): string {
  const total = Math.trunc(milliseconds / 1000)
  if (!Number.isFinite(total) || total < -1) return '<invalid>'
  if (total < 0) return '0s'
  if (total < 120) return `${total}s`
  const minutes = Math.trunc(total / 60)
  if (minutes < 10) return withRest(minutes, 'm', total % 60, 's')
  if (minutes < 180) return `${minutes}m`
  const hours = Math.trunc(minutes / 60)
  if (hours < 8) return withRest(hours, 'h', minutes % 60, 'm')
  if (hours < 48) return `${hours}h`
  const days = Math.trunc(hours / 24)
  if (hours < 24 * 8) return withRest(days, 'd', hours % 24, 'h')
  if (days < 365 * 2) return `${days}d`
  const years = Math.trunc(days / 365)
  if (days < 365 * 8) return withRest(years, 'y', days % 365, 'd')
  return `${years}y`
}

/**
 * The moment that ages are relative to, in ms since 1970: the current time, or a file's newest instant. Null if unknown: then no age is known, and
 * nothing may be concluded from one.
 */
export type Now = number | null

/** The age of an RFC 3339 time as kubectl prints it; if no age is known, the time itself. */
export function humanAge(time: string, now: Now): string {
  if (time === '') return UNKNOWN_AGE
  const then = Date.parse(time)
  if (Number.isNaN(then)) return UNKNOWN_AGE
  return now === null ? plainInstant(time) : humanDuration(now - then)
}

/** `5m12s ago`; if no age is known, `at 2026-11-23 07:54:41 UTC`. */
export function agoInWords(time: string, now: Now): string {
  return now === null ? `at ${humanAge(time, now)}` : `${humanAge(time, now)} ago`
}

/** What a sentence about a time is filled in with: an age (`5m12s`), or the time itself where no age is known. */
export type When = { when: 'ago' | 'at'; time: string }

export function whenOf(time: string, now: Now): When {
  return { when: now === null ? 'at' : 'ago', time: humanAge(time, now) }
}

/** RFC 3339 in readable form, in UTC to the second. */
function plainInstant(time: string): string {
  return `${new Date(time).toISOString().slice(0, 19).replace('T', ' ')} UTC`
}

function withRest(count: number, unit: string, rest: number, restUnit: string): string {
  return rest === 0 ? `${count}${unit}` : `${count}${unit}${rest}${restUnit}`
}
