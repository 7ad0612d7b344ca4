// How long ago something was, by the source's clock, with the exact time on hover and keyboard focus.
import { text } from '../i18n/text.ts'
import { Exact } from '../ui/Exact.tsx'
import { age, formatInstant, useNow, useZone } from './time.ts'

/** Puts an age into a sentence (`3m20s ago`), or if no age is known the time itself (`at 2026-11-23 09:52:01 UTC`). */
export type AgeWords = { ago: (params: { age: string }) => string; at: (params: { time: string }) => string }

const ALONE: AgeWords = { ago: ({ age }) => age, at: ({ time }) => time }

/** The time itself if no age is known. */
export function Ago({ instant, words = ALONE }: { instant: string; words?: AgeWords }) {
  const { now, file, lost } = useNow()
  const zone = useZone()
  const then = Date.parse(instant)
  const exact = formatInstant(instant, zone)
  if (now === null) return <Exact exact={text.ageUnknown}>{words.at({ time: exact })}</Exact>
  const note = file ? text.ageFile : lost === null ? null : text.ageLost({ time: formatInstant(lost, zone) })
  return (
    <Exact exact={note === null ? exact : `${exact}\n${note}`}>{words.ago({ age: Number.isNaN(then) ? instant : age(then, now) })}</Exact>
  )
}
