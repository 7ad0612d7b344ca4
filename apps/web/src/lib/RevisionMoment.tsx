// When a revision was written, as an interval, with the evidence on hover and keyboard focus.
import type { RevisionTime, TimeEvidence } from '@registree/contract'
import { text } from '../i18n/text.ts'
import { Exact } from '../ui/Exact.tsx'
import { formatClock, formatInstant, useZone, type Zone } from './time.ts'

const t = text.revisionTime

/** Only the times of day; a list shows the day once. */
export function RevisionMoment({ time, className }: { time: RevisionTime | null; className?: string }) {
  const zone = useZone()
  if (time === null) return <Exact exact={t.unknownHint}>{t.unknown}</Exact>
  return (
    <Exact exact={howKnown(time, zone)} {...(className === undefined ? {} : { className })}>
      {clockText(time, zone)}
    </Exact>
  )
}

/** `03:41:30 – 03:41:37`, or `03:41:33` if both ends are in one second. */
export function clockText({ notBefore, notAfter, best }: RevisionTime, zone: Zone): string {
  const [from, to] = [notBefore, notAfter].map((end) => (end === null ? null : formatClock(end, zone)))
  if (from == null && to == null) return formatClock(best, zone)
  if (to == null) return t.since({ from: from as string })
  if (from == null) return t.until({ to })
  return from === to ? from : t.range({ from, to })
}

/** `2026-11-23 UTC`: the day of a revision in UTC or local time. */
export function dayOf(time: RevisionTime | null, zone: Zone): string {
  if (time === null) return ''
  const [day = '', , name = ''] = formatInstant(time.best, zone).split(' ')
  return `${day} ${name}`
}

/** Whole sentences on separate lines. */
export function howKnown(time: RevisionTime, zone: Zone): string {
  const full = (end: string) => formatInstant(end, zone)
  const { notBefore, notAfter, best, before, after } = time
  const bounds =
    notBefore !== null && notAfter !== null
      ? t.between({ from: full(notBefore), to: full(notAfter) })
      : notBefore !== null
        ? t.notBefore({ from: full(notBefore) })
        : notAfter !== null
          ? t.notAfter({ to: full(notAfter) })
          : ''
  const evidence = [before, after].flatMap((one) => (one === null ? [] : [evidenceText(one, zone)]))
  return [`${bounds} ${full(best)}.`, ...(evidence.length > 0 ? [t.how, ...new Set(evidence)] : [])].join('\n')
}

function evidenceText({ kind, source, revision, instant, offsetMs, due }: TimeEvidence, zone: Zone): string {
  const at = formatClock(instant, zone)
  const said = due ? t.due(source, at, revision) : t.evidence(kind, source, at, revision)
  return Math.abs(offsetMs) < 1000 ? `• ${said}` : `• ${said}; ${t.offset(offsetMs)}`
}
