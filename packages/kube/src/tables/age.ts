// Ages in tables, as the API server prints them: apimachinery's duration.HumanDuration of the time since a timestamp.
import { humanAge as ageOf, UNKNOWN_AGE } from '../summary/human-duration.ts'

/**
 * The time from `from` to `now` in kubectl's format (`5m12s`, `3h`, `12d`); with `now` null, where no age is known, `from` itself. An unset or
 * invalid time gives `<unknown>`, one more than a second in the future `<invalid>`.
 */
export function humanAge(from: Date | string, now: Date | null): string {
  if (from instanceof Date && Number.isNaN(from.getTime())) return UNKNOWN_AGE
  return ageOf(typeof from === 'string' ? from : from.toISOString(), now === null ? null : now.getTime())
}
