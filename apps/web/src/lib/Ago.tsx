// How long ago something was, by the clock that the source goes by, with the exact instant on hover and on keyboard focus.
import { text } from '../i18n/en.ts'
import { Exact } from '../ui/Exact.tsx'
import { age, formatInstant, useNow, useZone } from './time.ts'

export function Ago({ instant }: { instant: string }) {
  const { now, file } = useNow()
  const zone = useZone()
  const then = Date.parse(instant)
  const exact = formatInstant(instant, zone)
  return <Exact exact={file ? `${exact}\n${text.ageFile}` : exact}>{Number.isNaN(then) ? instant : age(then, now)}</Exact>
}
