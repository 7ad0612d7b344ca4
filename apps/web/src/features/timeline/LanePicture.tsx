// One object over time: how it was, as bands with words, and what was done to it, as marks. A few paths, however many marks there are.
import { memo, useMemo } from 'react'
import { timelineText } from './strings.ts'
import { type Scale, xOf } from './time-axis.ts'
import { SILENT, type Span, spansOf, type TimelineData, timeAt } from './timeline-data.ts'

const HEIGHT = 22
const MIDDLE = HEIGHT / 2
const STROKE = 1.5
/** Pixels of one character of a word, about. */
const CHARACTER = 6.4

const BANDS: Readonly<Record<Span['tone'], string>> = {
  ok: 'var(--ok-soft)',
  warning: 'var(--warn-soft)',
  error: 'var(--error-soft)',
  progress: 'var(--accent-soft)',
  muted: 'var(--hover)',
}
const WORDS: Readonly<Record<Span['tone'], string>> = {
  ok: 'var(--ok)',
  warning: 'var(--warn)',
  error: 'var(--error)',
  progress: 'var(--accent)',
  muted: 'var(--soft)',
}

export const LanePicture = memo(function LanePicture({
  data,
  scale,
  object,
  writes,
  chosen,
}: {
  data: TimelineData
  scale: Scale
  object: number
  writes: readonly number[]
  /** The write that is chosen, if it is one of these. */
  chosen: number | null
}) {
  const { marks, bands, words } = useMemo(
    () => ({ marks: marksOf(data, scale, writes), ...bandsOf(data, scale, object) }),
    [data, scale, object, writes],
  )
  return (
    <svg width={scale.width} height={HEIGHT} aria-hidden className="block overflow-hidden">
      {bands.map(({ tone, silent, area, line }) => (
        <g key={`${tone} ${silent}`}>
          <path d={area} fill={BANDS[tone]} />
          <path d={line} stroke={WORDS[tone]} strokeWidth={1.5} {...(silent ? { strokeDasharray: '3 3' } : {})} />
        </g>
      ))}
      {words.map(({ x, text, tone }) => (
        <text key={x} x={x} y={MIDDLE + 4} fontSize="11" fill={WORDS[tone]}>
          {text}
        </text>
      ))}
      <path d={marks.updated} fill="var(--soft)" />
      <path d={marks.created} stroke="var(--ok)" strokeWidth={1.5} fill="var(--ok)" />
      <path d={marks.deleted} stroke="var(--error)" strokeWidth={2} fill="none" />
      {chosen !== null && (
        <circle cx={xOf(scale, data.time[chosen] as number)} cy={MIDDLE} r={7} fill="none" stroke="var(--accent)" strokeWidth={2} />
      )}
    </svg>
  )
})

function marksOf(data: TimelineData, scale: Scale, writes: readonly number[]) {
  const marks = { created: '', updated: '', deleted: '' }
  const last = { created: Number.NEGATIVE_INFINITY, deleted: Number.NEGATIVE_INFINITY }
  // Changes on neighbouring pixels are one block: hundreds of strokes in each lane would be most of the work of drawing.
  let from = Number.NEGATIVE_INFINITY
  let to = Number.NEGATIVE_INFINITY
  const block = () => {
    if (to > Number.NEGATIVE_INFINITY)
      marks.updated += `M${from - STROKE / 2} ${MIDDLE - 5}H${to + STROKE / 2}V${MIDDLE + 5}H${from - STROKE / 2}Z`
  }
  for (const i of writes) {
    const x = Math.round(xOf(scale, data.time[i] as number))
    const action = data.action[i] as keyof typeof marks
    if (action === 'updated') {
      if (x > to + 1) {
        block()
        from = x
      }
      to = x
      continue
    }
    // Marks on the same pixel would only lie on each other.
    if (x === last[action]) continue
    last[action] = x
    marks[action] += markAt(action, x)
  }
  block()
  return marks
}

interface Band {
  tone: Span['tone']
  silent: boolean
  area: string
  line: string
}

/** One path for all states of a tone, and the words for which there is room. */
function bandsOf(data: TimelineData, scale: Scale, object: number) {
  const bands = new Map<string, Band>()
  const words: { x: number; text: string; tone: Span['tone'] }[] = []
  for (const { from, to, state, tone } of spansOf(data, object)) {
    const left = Math.max(0, xOf(scale, timeAt(data, from)))
    const right = Math.min(scale.width, xOf(scale, timeAt(data, to)))
    const room = right - left
    if (right < 0 || left > scale.width || room < 0.5) continue
    const silent = state === SILENT
    const id = `${tone} ${silent}`
    const band = bands.get(id) ?? { tone, silent, area: '', line: '' }
    bands.set(id, band)
    const [x, width] = [left.toFixed(1), room.toFixed(1)]
    band.area += `M${x} 2h${width}v${HEIGHT - 4}h-${width}z`
    band.line += `M${x} ${HEIGHT - 2.25}h${width}`
    if (room > state.length * CHARACTER + 12) words.push({ x: left + 8, text: timelineText.stateText(state), tone })
  }
  return { bands: [...bands.values()], words }
}

/** Created is a filled triangle, changed a stroke, deleted a cross: they differ by more than colour. */
function markAt(action: 'created' | 'deleted', x: number): string {
  if (action === 'created') return `M${x - 4} ${MIDDLE + 4}L${x} ${MIDDLE - 4}L${x + 4} ${MIDDLE + 4}Z`
  return `M${x - 4} ${MIDDLE - 4}L${x + 4} ${MIDDLE + 4}M${x - 4} ${MIDDLE + 4}L${x + 4} ${MIDDLE - 4}`
}
