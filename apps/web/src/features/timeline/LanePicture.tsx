// One object over time: how it was, as bands with words, and what was done to it, as marks. A few paths, however many marks there are.
import { memo } from 'react'
import { timelineText } from './strings.ts'
import { type Scale, xOf } from './time-axis.ts'
import { SILENT, type Span, type TimelineData, timeAt } from './timeline-data.ts'

const HEIGHT = 22
const MIDDLE = HEIGHT / 2
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
  spans,
  writes,
  chosen,
}: {
  data: TimelineData
  scale: Scale
  spans: readonly Span[]
  writes: readonly number[]
  /** The write that is chosen, if it is one of these. */
  chosen: number | null
}) {
  const marks = { created: '', updated: '', deleted: '' }
  let last = { updated: Number.NEGATIVE_INFINITY, created: Number.NEGATIVE_INFINITY, deleted: Number.NEGATIVE_INFINITY }
  for (const i of writes) {
    const x = Math.round(xOf(scale, data.time[i] as number))
    const action = data.action[i] as keyof typeof marks
    // Marks on the same pixel would only lie on each other.
    if (x === last[action]) continue
    last = { ...last, [action]: x }
    marks[action] += markAt(action, x)
  }
  return (
    <svg width={scale.width} height={HEIGHT} aria-hidden className="block overflow-hidden">
      {spans.map(({ from, to, state, tone }) => {
        const left = Math.max(0, xOf(scale, timeAt(data, from)))
        const right = Math.min(scale.width, xOf(scale, timeAt(data, to)))
        if (right < 0 || left > scale.width || right - left < 0.5) return null
        const room = right - left
        return (
          <g key={from}>
            <rect x={left} y={2} width={room} height={HEIGHT - 4} fill={BANDS[tone]} />
            <rect
              x={left}
              y={HEIGHT - 3}
              width={room}
              height={1.5}
              fill={WORDS[tone]}
              {...(state === SILENT ? { strokeDasharray: '3 3' } : {})}
            />
            {room > state.length * CHARACTER + 12 && (
              <text x={left + 8} y={MIDDLE + 4} fontSize="11" fill={WORDS[tone]}>
                {timelineText.stateText(state)}
              </text>
            )}
          </g>
        )
      })}
      <path d={marks.updated} stroke="var(--soft)" strokeWidth={1.5} fill="none" />
      <path d={marks.created} stroke="var(--ok)" strokeWidth={1.5} fill="var(--ok)" />
      <path d={marks.deleted} stroke="var(--error)" strokeWidth={2} fill="none" />
      {chosen !== null && (
        <circle cx={xOf(scale, data.time[chosen] as number)} cy={MIDDLE} r={7} fill="none" stroke="var(--accent)" strokeWidth={2} />
      )}
    </svg>
  )
})

/** Created is a filled triangle, changed a stroke, deleted a cross: they differ by more than colour. */
function markAt(action: 'created' | 'updated' | 'deleted', x: number): string {
  if (action === 'updated') return `M${x} ${MIDDLE - 5}V${MIDDLE + 5}`
  if (action === 'created') return `M${x - 4} ${MIDDLE + 4}L${x} ${MIDDLE - 4}L${x + 4} ${MIDDLE + 4}Z`
  return `M${x - 4} ${MIDDLE - 4}L${x + 4} ${MIDDLE + 4}M${x - 4} ${MIDDLE + 4}L${x + 4} ${MIDDLE - 4}`
}
