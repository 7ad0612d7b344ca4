// Reads an instant as a person types it, in English or Chinese: `10 minutes ago`, `03:41`, `yesterday 14:00`, `2026-11-28 03:41`, or RFC 3339.

export interface TypedInstantOptions {
  /** Milliseconds since 1970: the present, or the time of a backup. */
  now: number
  /**
   * The zone of times that name none, in minutes east of UTC; for a zone with daylight saving time, a function of the instant (milliseconds
   * since 1970). UTC by default.
   */
  zone?: number | ((instant: number) => number)
}

/** What was typed. `precision` is the smallest unit that was typed, in milliseconds: 60,000 for `03:41`. */
export type TypedInstant = { instant: number; precision: number } | { problem: TypedInstantProblem }

/** `not-a-time`: the text has none of the known forms. `no-such-time`: it has one, but there is no 13th month or 25th hour. */
export type TypedInstantProblem = 'not-a-time' | 'no-such-time'

const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

const UNITS: Record<string, number> = {
  ...{ ms: 1, millisecond: 1, s: SECOND, sec: SECOND, second: SECOND, m: MINUTE, min: MINUTE, minute: MINUTE },
  ...{ h: HOUR, hr: HOUR, hour: HOUR, d: DAY, day: DAY, w: 7 * DAY, week: 7 * DAY },
}

const PART =
  '(?:(\\d+(?:\\.\\d+)?)\\s*|an?\\s+)(ms|milliseconds?|s|secs?|seconds?|m|mins?|minutes?|h|hrs?|hours?|d|days?|w|weeks?)(?![a-z])'
const AGO = new RegExp(`^(?:-\\s*)?(${PART}(?:(?:\\s*,\\s*|\\s+and\\s+|\\s*)${PART})*)(\\s+ago)?$`)
const DAY_NAME = /^(today|yesterday)(?:\s+(?:at\s+)?(.+))?$/
const DATE = /^(\d{4})-(\d{1,2})-(\d{1,2})(?:(?:\s+at\s+|[t ]\s*)(.+))?$/
const CLOCK = /^(\d{1,2}):(\d\d)(?::(\d\d)(\.\d{1,9})?)?\s*(am|pm)?\s*(z|utc|gmt|[+-]\d\d(?::?\d\d)?)?$/

/** The units of Chinese, in both scripts, as English has them. The longer first: `分` begins `分钟`. */
const CHINESE_UNITS: readonly (readonly [RegExp, string])[] = [
  [/毫秒/g, 'ms '],
  [/秒[钟鐘]?/g, 's '],
  [/分[钟鐘]?/g, 'm '],
  [/[个個]?(?:小时|小時|钟头|鐘頭)/g, 'h '],
  [/(?<=\d\s*)[天日]/g, 'd '],
  [/[个個]?(?:星期|周|週)/g, 'w '],
]

/** Chinese times as English has them: `10 分钟前` as `10 m ago`, `昨天下午 2:00` as `yesterday 2:00 pm`. */
function inEnglishWords(text: string): string {
  if (!/\p{Script=Han}/u.test(text)) return text
  let said = text
    .replace(/：/g, ':')
    .replace(/[，、]/g, ' ')
    .replace(/现在|現在/g, 'now')
    .replace(/昨[天日]/g, 'yesterday ')
    .replace(/今[天日]/g, 'today ')
    .replace(/(?:之|以)?前$/, ' ago')
    .replace(/(?:上午|早上|凌晨)\s*(\d{1,2}:[\d:.]+)/, '$1 am')
    .replace(/(?:下午|晚上)\s*(\d{1,2}:[\d:.]+)/, '$1 pm')
    .replace(/(\d{4})\s*年\s*(\d{1,2})\s*月\s*(\d{1,2})\s*[日号號]/, '$1-$2-$3 ')
  for (const [pattern, unit] of CHINESE_UNITS) said = said.replace(pattern, unit)
  return said.replace(/\s+/g, ' ').trim()
}

/**
 * Reads an instant. `03:41` means the last time it was 03:41; `10m` and `-10m` mean ten minutes ago. Never throws.
 */
export function parseTypedInstant(text: string, options: TypedInstantOptions): TypedInstant {
  const typed = inEnglishWords(text.trim().toLowerCase())
  if (typed.length > 100) return { problem: 'not-a-time' }
  if (typed === 'now') return { instant: options.now, precision: 1 }
  const ago = AGO.exec(typed)
  if (ago !== null) return backFrom(ago[1] as string, options.now)
  const named = DAY_NAME.exec(typed)
  if (named !== null) {
    const today = localDay(options.now, options)
    return onDay(named[1] === 'today' ? today : today - DAY, named[2], options)
  }
  const date = DATE.exec(typed)
  if (date !== null) {
    const [year, month, day] = [Number(date[1]), Number(date[2]), Number(date[3])]
    const midnight = Date.UTC(year, month - 1, day)
    const real = new Date(midnight)
    if (year < 1970 || real.getUTCMonth() !== month - 1 || real.getUTCDate() !== day) return { problem: 'no-such-time' }
    return onDay(midnight, date[4], options)
  }
  const clock = CLOCK.exec(typed)
  if (clock === null) return { problem: 'not-a-time' }
  // Today in the zone of the typed time.
  const zone = zoneOf(clock[6])
  const today = localDay(options.now, zone === undefined ? options : { ...options, zone })
  const found = onDay(today, typed, options)
  return 'instant' in found && found.instant > options.now ? onDay(today - DAY, typed, options) : found
}

function backFrom(parts: string, now: number): TypedInstant {
  let back = 0
  let precision = Number.POSITIVE_INFINITY
  for (const [, amount, name] of parts.matchAll(new RegExp(PART, 'g'))) {
    const unit = UNITS[name as string] ?? UNITS[(name as string).slice(0, -1)]
    if (unit === undefined) return { problem: 'not-a-time' }
    back += (amount === undefined ? 1 : Number(amount)) * unit
    precision = Math.min(precision, unit)
  }
  return back > now ? { problem: 'no-such-time' } : { instant: now - back, precision }
}

/** A time of day on the day that begins at `midnight`: local time, as milliseconds since 1970. */
function onDay(midnight: number, time: string | undefined, options: TypedInstantOptions): TypedInstant {
  if (time === undefined) return { instant: toUtc(midnight, options.zone), precision: DAY }
  const match = CLOCK.exec(time)
  if (match === null) return { problem: 'not-a-time' }
  const [, hours, minutes, seconds, fraction, half, zone] = match
  let hour = Number(hours)
  if (half !== undefined) {
    if (hour < 1 || hour > 12) return { problem: 'no-such-time' }
    hour = (hour % 12) + (half === 'pm' ? 12 : 0)
  }
  const minute = Number(minutes)
  const second = seconds === undefined ? 0 : Number(seconds)
  const offset = zoneOf(zone)
  if (hour > 23 || minute > 59 || second > 59 || Number.isNaN(offset)) return { problem: 'no-such-time' }
  const local = midnight + hour * HOUR + minute * MINUTE + second * SECOND + (fraction === undefined ? 0 : Number(fraction) * SECOND)
  const precision = fraction !== undefined ? SECOND / 10 ** (fraction.length - 1) : seconds !== undefined ? SECOND : MINUTE
  return { instant: toUtc(local, offset ?? options.zone), precision }
}

/** Minutes east of UTC; undefined if no zone is named, NaN if it is impossible. */
function zoneOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  const match = /^([+-])(\d\d):?(\d\d)?$/.exec(text)
  if (match === null) return 0
  const [hours, minutes] = [Number(match[2]), Number(match[3] ?? 0)]
  if (hours > 15 || minutes > 59) return Number.NaN
  return (match[1] === '-' ? -1 : 1) * (hours * 60 + minutes)
}

function minutesEast(instant: number, zone: TypedInstantOptions['zone']): number {
  return typeof zone === 'function' ? zone(instant) : (zone ?? 0)
}

/** Midnight of the day of an instant: local time, as milliseconds since 1970. */
function localDay(instant: number, { zone }: TypedInstantOptions): number {
  const local = instant + minutesEast(instant, zone) * MINUTE
  return Math.floor(local / DAY) * DAY
}

/**
 * The instant of a local time. When clocks are set back, a time occurs twice, and the first is meant. When they are set forward, a time is
 * skipped, and is read by the clock before the change.
 */
function toUtc(local: number, zone: TypedInstantOptions['zone']): number {
  const before = local - minutesEast(local - DAY, zone) * MINUTE
  const after = local - minutesEast(local + DAY, zone) * MINUTE
  if (minutesEast(before, zone) === minutesEast(local - DAY, zone)) return before
  if (minutesEast(after, zone) === minutesEast(local + DAY, zone)) return after
  return before
}
