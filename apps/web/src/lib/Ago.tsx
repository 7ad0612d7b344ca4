// How long ago something was, by the clock that the source goes by, with the exact instant on hover and on keyboard focus.
import { text } from '../i18n/en.ts'
import { Exact } from '../ui/Exact.tsx'
import { age, formatInstant, useNow, useZone } from './time.ts'

/** `words` puts the age into a sentence: `3m20s ago`. */
export function Ago({ instant, words = String }: { instant: string; words?: (age: string) => string }) {
  const { now, asOf } = useNow()
  const zone = useZone()
  const then = Date.parse(instant)
  const exact = formatInstant(instant, zone)
  return (
    <Exact exact={asOf === null ? exact : `${exact}\n${asOf.file ? text.ageFile : text.ageLost(formatInstant(asOf.instant, zone))}`}>
      {words(Number.isNaN(then) ? instant : age(then, now))}
    </Exact>
  )
}
