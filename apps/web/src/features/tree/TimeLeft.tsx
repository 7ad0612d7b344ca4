// The time left until an instant: counts down every second on a live source, fixed on a file.
import { keysText } from '../../i18n/keys-text.ts'
import { duration, formatInstant, useNow, useZone } from '../../lib/time.ts'

/** `until` in ms since the epoch. Shows the instant itself if the current time is unknown. */
export function TimeLeft({ until }: { until: number }) {
  const { now } = useNow(1000)
  const zone = useZone()
  if (now === null) return <span>{keysText.keys.until({ time: formatInstant(until, zone) })}</span>
  const left = (until - now) / 1000
  return <span>{left <= 0 ? keysText.keys.expired : duration(left)}</span>
}
