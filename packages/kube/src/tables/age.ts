// Ages as the API server prints them in tables: apimachinery's duration.HumanDuration of the time since a timestamp.
import { humanDuration, UNKNOWN_AGE } from '../summary/human-duration.ts'

/**
 * The time from `from` to `now` in kubectl's words (`5m12s`, `3h`, `12d`).
 * An unset or unreadable time gives `<unknown>`, one more than a second in the future `<invalid>`.
 */
export function humanAge(from: Date | string, now: Date): string {
  if (from === '') return UNKNOWN_AGE
  const then = typeof from === 'string' ? Date.parse(from) : from.getTime()
  return Number.isNaN(then) ? UNKNOWN_AGE : humanDuration(now.getTime() - then)
}
