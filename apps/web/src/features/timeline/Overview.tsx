// All changes over time, stacked by resource; a part of it is chosen by dragging, by buttons and by keys.
import type { TimelineBars } from '@registree/contract'
import { type PointerEvent, useMemo, useState } from 'react'
import { count } from '../../lib/size.ts'
import { classNames } from '../../ui/class-names.ts'
import { timelineText as t } from './strings.ts'
import { type Scale, ticksOf, timeOf, xOf } from './time-axis.ts'
import { extentOf, type Histogram, histogram, histogramOf, OTHERS, type TimelineData } from './timeline-data.ts'

const HEIGHT = 64
/** Pixels of one bar. */
const BAR = 6
/** A drag of fewer pixels is a click. */
const DRAG = 4

const COLOURS = [
  'light-dark(#3b6fd4, #7fabff)',
  'light-dark(#c2571a, #f0a065)',
  'light-dark(#2a8a5a, #62cf8c)',
  'light-dark(#8a4fc7, #c4a0ff)',
  'light-dark(#b03a6a, #f28fb4)',
  'light-dark(#7a7a1e, #d2d062)',
  'light-dark(#1f8a94, #5fd0dc)',
  'light-dark(#7b828c, #9aa3af)',
]

export function Overview({
  data,
  shown,
  width,
  ...frame
}: {
  data: TimelineData
  shown: readonly number[]
  width: number
} & Pick<PictureProps, 'range' | 'path' | 'onRange' | 'onPath' | 'tickText'>) {
  const parts = partsOf(width)
  const bars = useMemo(() => histogram(data, shown, parts), [data, shown, parts])
  return <Picture {...frame} bars={bars} scale={{ ...extentOf(data), width }} timed={data.timed} isWhole={data.end !== null} />
}

/** Of writes that were only counted: there are no revisions yet to choose a part by, and the counts are not the last ones. */
export function CountedOverview({
  bars,
  extent,
  width,
  path,
  routine,
  tickText,
}: {
  bars: TimelineBars
  /** Times. */
  extent: { start: number; end: number }
  width: number
  path: string
  routine: boolean
  tickText: (time: number) => string
}) {
  const parts = partsOf(width)
  const counted = useMemo(() => histogramOf(bars, routine, parts), [bars, routine, parts])
  const scale = { ...extent, width }
  return (
    <Picture
      bars={counted}
      scale={scale}
      timed
      isWhole={false}
      range={extent}
      path={path}
      onRange={null}
      onPath={null}
      tickText={tickText}
    />
  )
}

const partsOf = (width: number): number => Math.max(1, Math.floor(width / BAR))

interface PictureProps {
  bars: Histogram
  /** Of all that is known. */
  scale: Scale
  timed: boolean
  isWhole: boolean
  /** Times that are in sight. */
  range: { start: number; end: number }
  path: string
  /** Null where nothing can be chosen yet. */
  onRange: ((start: number, end: number) => void) | null
  onPath: ((path: string) => void) | null
  tickText: (time: number) => string
}

function Picture({ bars, scale, timed, isWhole, range, path, onRange, onPath, tickText }: PictureProps) {
  const { width } = scale
  const { paths } = bars
  const [drag, setDrag] = useState<{ from: number; to: number } | null>(null)
  // A choice or a drag draws the rest again, many times a second.
  const shapes = useMemo(() => shapesOf(bars, width), [bars, width])
  const xAt = (event: PointerEvent<SVGSVGElement>) =>
    Math.min(width, Math.max(0, event.clientX - event.currentTarget.getBoundingClientRect().left))
  const seen = drag === null ? { left: xOf(scale, range.start), right: xOf(scale, range.end) } : ends(drag)
  return (
    <div>
      <svg
        width={width}
        height={HEIGHT + 16}
        role="img"
        aria-label={t.overview}
        className={classNames('block select-none', onRange !== null && 'cursor-crosshair touch-none')}
        onPointerDown={(event) => {
          if (onRange === null) return
          event.currentTarget.setPointerCapture(event.pointerId)
          setDrag({ from: xAt(event), to: xAt(event) })
        }}
        onPointerMove={(event) => drag && setDrag({ ...drag, to: xAt(event) })}
        onPointerUp={() => {
          if (drag === null) return
          const { left, right } = ends(drag)
          setDrag(null)
          if (right - left >= DRAG) onRange?.(timeOf(scale, left), timeOf(scale, right))
        }}
        onPointerCancel={() => setDrag(null)}
      >
        {onRange !== null && <title>{t.overviewHint}</title>}
        <rect x={seen.left} y={0} width={Math.max(2, seen.right - seen.left)} height={HEIGHT} fill="var(--accent-soft)" />
        {shapes.map((d, row) => (
          <path key={paths[row]?.path} d={d} fill={COLOURS[row]} />
        ))}
        <path d={`M${seen.left} 0V${HEIGHT}M${seen.right} 0V${HEIGHT}`} stroke="var(--accent)" strokeWidth={1} />
        <path d={`M0 ${HEIGHT + 0.5}H${width}`} stroke="var(--line-strong)" />
        {ticksOf(scale, timed).map((tick) => (
          <text key={tick} x={xOf(scale, tick)} y={HEIGHT + 13} fontSize="11" fill="var(--soft)">
            {tickText(tick)}
          </text>
        ))}
      </svg>
      <ul aria-label={t.legend} className="flex h-7 items-center gap-x-1 overflow-x-auto text-xs whitespace-nowrap">
        {(isWhole ? paths : []).map(({ path: own, writes }, row) => {
          const label = own === OTHERS ? t.others : own === '' ? t.otherKey : own
          const content = (
            <>
              <span aria-hidden className="inline-block size-2.5 rounded-sm" style={{ background: COLOURS[row] }} />
              {label} <span className="text-faint">{count(writes)}</span>
            </>
          )
          return (
            <li key={own}>
              {own === OTHERS || own === '' ? (
                <span className="inline-flex h-6 items-center gap-1 px-1 text-soft">{content}</span>
              ) : (
                <button
                  type="button"
                  aria-pressed={path === own}
                  title={t.onlyResource({ path: own, writes })}
                  onClick={() => onPath?.(path === own ? '' : own)}
                  className={classNames(
                    'inline-flex h-6 items-center gap-1 rounded px-1 hover:bg-hover',
                    path === own ? 'bg-accent-soft text-ink' : 'text-soft',
                  )}
                >
                  {content}
                </button>
              )}
            </li>
          )
        })}
      </ul>
    </div>
  )
}

/** A path for the bars of each resource. */
function shapesOf({ paths, counts, most }: Histogram, width: number): string[] {
  const parts = partsOf(width)
  const below = new Array<number>(parts).fill(0)
  return paths.map((_, row) => {
    let d = ''
    for (let part = 0; part < parts; part++) {
      const own = counts[row]?.[part] ?? 0
      if (own === 0) continue
      const top = (below[part] as number) + own
      below[part] = top
      const y = HEIGHT - (top / Math.max(1, most)) * HEIGHT
      const height = Math.max(1, (own / Math.max(1, most)) * HEIGHT)
      d += `M${(part * width) / parts + 0.5} ${y}h${width / parts - 1}v${height}h${1 - width / parts}z`
    }
    return d
  })
}

const ends = ({ from, to }: { from: number; to: number }) => ({ left: Math.min(from, to), right: Math.max(from, to) })
