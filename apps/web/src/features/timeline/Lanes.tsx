// A lane for each object, owners above what they own; those in sight are drawn. One listbox for the keyboard: up and down are objects, left and right changes.
import { type KeyboardEvent, memo, useEffect, useId, useLayoutEffect, useMemo, useRef, useState } from 'react'
import { useNarrow } from '../../lib/media.ts'
import { RowSlots } from '../../lib/row-slots.ts'
import { useRowWindow } from '../../lib/row-window.ts'
import { count } from '../../lib/size.ts'
import { classNames } from '../../ui/class-names.ts'
import { LanePicture } from './LanePicture.tsx'
import { timelineText as t } from './strings.ts'
import { type Scale, ticksOf, xOf } from './time-axis.ts'
import { type Lane, type LaneObject, stateAt, type TimelineData } from './timeline-data.ts'

/** Pixels. */
const ROW = 26
const NARROW_ROW = 42
const LABEL = 300
const AXIS = 20
const INDENT = 14
/** A click so near to a mark means it. */
const NEAR = 8

export function Lanes({
  data,
  lanes,
  range,
  chosen,
  onChoose,
  tickText,
}: {
  data: TimelineData
  lanes: readonly Lane[]
  range: { start: number; end: number; to: number }
  chosen: number | null
  onChoose: (write: number) => void
  tickText: (time: number) => string
}) {
  const id = useId()
  const narrow = useNarrow()
  const scroller = useRef<HTMLDivElement>(null)
  const [width, setWidth] = useState(0)
  const height = narrow ? NARROW_ROW : ROW
  const label = narrow ? 0 : LABEL
  const rows = useRowWindow(scroller, { count: lanes.length, height, head: AXIS })
  const [current, setCurrent] = useState(0)
  useLayoutEffect(() => {
    const element = scroller.current
    if (element === null) return
    const look = () => setWidth(Math.max(50, element.clientWidth - label - 16))
    const sizes = new ResizeObserver(look)
    sizes.observe(element)
    look()
    return () => sizes.disconnect()
  }, [label])
  const { start, end } = range
  // Rows that stay in sight are not drawn again.
  const scale = useMemo<Scale>(() => ({ start, end, width }), [start, end, width])
  const { show } = rows
  const showRow = useRef(show)
  showRow.current = show
  const at = chosen === null ? -1 : lanes.findIndex(({ object }) => object === data.object[chosen])
  useEffect(() => {
    if (at < 0) return
    setCurrent(at)
    showRow.current(at)
  }, [at])
  const active = Math.min(current, lanes.length - 1)
  const go = (lane: number) => {
    const next = Math.min(lanes.length - 1, Math.max(0, lane))
    setCurrent(next)
    show(next)
  }
  const onKeyDown = (event: KeyboardEvent) => {
    const own = lanes[active]?.writes ?? []
    const place = chosen === null ? -1 : own.indexOf(chosen)
    if (event.ctrlKey || event.metaKey || event.altKey) return
    const lane = laneAfter(event.key, active, lanes.length, rows.fitting)
    const mark = lane === null && own.length > 0 ? markAfter(event.key, place, own.length) : null
    if (lane === null && mark === null) return
    event.preventDefault()
    if (lane !== null) go(lane)
    if (mark !== null) onChoose(own[mark] as number)
  }
  const pick = (lane: Lane, index: number, x: number) => {
    setCurrent(index)
    const near = nearest(data, lane.writes, scale, x)
    if (near !== null) onChoose(near)
  }
  const latest = useRef(pick)
  latest.current = pick
  const [onPick] = useState(() => (lane: Lane, index: number, x: number) => latest.current(lane, index, x))
  const inSight = lanes.slice(rows.first, rows.end)
  // A screen of lanes is drawn into the elements of the one before: making them takes longer.
  const [slots] = useState(() => new RowSlots())
  const elements = useMemo(
    () => slots.take(lanes.slice(rows.first, rows.end).map(({ object }) => String(object))),
    [slots, lanes, rows.first, rows.end],
  )
  return (
    <div
      ref={scroller}
      role="listbox"
      aria-label={t.lanes}
      aria-activedescendant={lanes.length > 0 ? `${id}-${active}` : undefined}
      tabIndex={0}
      onKeyDown={onKeyDown}
      className="group relative min-h-0 flex-1 overflow-y-auto"
      data-lanes={lanes.length}
    >
      <div aria-hidden className="sticky top-0 z-10 border-b border-line bg-surface" style={{ height: AXIS, paddingLeft: label + 8 }}>
        <svg aria-hidden width={width} height={AXIS - 1} className="block overflow-hidden">
          {ticksOf(scale, data.timed).map((tick) => (
            <text key={tick} x={xOf(scale, tick) + 3} y={13} fontSize="11" fill="var(--soft)">
              {tickText(tick)}
            </text>
          ))}
        </svg>
      </div>
      <div className="relative" role="presentation" style={{ height: lanes.length * height }}>
        {inSight.map((lane, i) => {
          const index = rows.first + i
          return (
            <LaneRow
              key={elements[i]}
              id={`${id}-${index}`}
              data={data}
              lane={lane}
              index={index}
              height={height}
              narrow={narrow}
              scale={scale}
              upTo={range.to}
              chosen={chosen !== null && data.object[chosen] === lane.object ? chosen : null}
              isSelected={index === at}
              isActive={index === active}
              onPick={onPick}
            />
          )
        })}
      </div>
    </div>
  )
}

const LaneRow = memo(function LaneRow({
  id,
  data,
  lane,
  index,
  height,
  narrow,
  scale,
  upTo,
  chosen,
  isSelected,
  isActive,
  onPick,
}: {
  id: string
  data: TimelineData
  lane: Lane
  index: number
  height: number
  narrow: boolean
  scale: Scale
  /** The revision whose state is told. */
  upTo: number
  /** The write that is chosen, if it is one of the lane's. */
  chosen: number | null
  isSelected: boolean
  isActive: boolean
  /** `x` in pixels of the picture. */
  onPick: (lane: Lane, index: number, x: number) => void
}) {
  const object = data.objects[lane.object] as LaneObject
  const state = stateAt(data, lane.object, upTo)?.state ?? ''
  const name = nameOf(object)
  const kind = object.kind || object.path || t.otherKey
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the list takes the keys
    // biome-ignore lint/a11y/useFocusableInteractive: the list has the focus, and names this as its active one
    <div
      id={id}
      role="option"
      aria-selected={isSelected}
      aria-label={t.lane(kind, name, lane.writes.length, t.stateText(state))}
      onClick={(event) =>
        onPick(lane, index, event.clientX - (event.currentTarget.querySelector('svg')?.getBoundingClientRect().left ?? 0))
      }
      data-lane={`${object.path} ${name}`}
      className={classNames(
        'absolute right-0 left-0 flex border-b border-line/50 px-2 hover:bg-hover max-md:flex-col md:items-center',
        isActive && 'group-focus-visible:bg-hover group-focus-visible:outline-1 group-focus-visible:-outline-offset-1',
      )}
      style={{ top: index * height, height }}
    >
      <span
        className="flex shrink-0 items-baseline gap-1.5 overflow-hidden text-sm whitespace-nowrap md:pr-2"
        style={narrow ? { paddingLeft: lane.depth * INDENT } : { width: LABEL, paddingLeft: lane.depth * INDENT }}
        title={`${kind} ${name}`}
      >
        <span className="shrink-0 text-xs text-faint">{kind}</span>
        <span className="min-w-0 truncate font-mono text-[12px]">{shortName(data, object)}</span>
        {lane.writes.length === 0 ? null : <span className="shrink-0 text-xs text-faint">{count(lane.writes.length)}</span>}
      </span>
      <LanePicture data={data} scale={scale} object={lane.object} writes={lane.writes} chosen={chosen} />
    </div>
  )
})

/** Null for a key that goes to no lane. */
function laneAfter(key: string, at: number, lanes: number, fitting: number): number | null {
  switch (key) {
    case 'ArrowDown':
      return at + 1
    case 'ArrowUp':
      return at - 1
    case 'PageDown':
      return at + fitting
    case 'PageUp':
      return at - fitting
    case 'Home':
      return 0
    case 'End':
      return lanes - 1
    default:
      return null
  }
}

/** `place` is -1 where no mark of the lane is chosen. Null for a key that goes to no mark. */
function markAfter(key: string, place: number, marks: number): number | null {
  if (key === 'ArrowRight') return Math.min(marks - 1, place + 1)
  if (key === 'ArrowLeft') return place < 0 ? marks - 1 : Math.max(0, place - 1)
  return key === 'Enter' ? Math.max(0, place) : null
}

/** Of a key that is no object, `name` is the whole key, with its odd bytes escaped. */
export const nameOf = ({ path, namespace, name }: LaneObject): string => (path === '' || namespace === null ? name : `${namespace}/${name}`)

/** Below its owner the namespace goes without saying. */
function shortName(data: TimelineData, object: LaneObject): string {
  const owner = object.owner === null ? undefined : data.objects[object.owner]
  return owner?.namespace === object.namespace && owner.namespace !== null ? object.name : nameOf(object)
}

function nearest(data: TimelineData, writes: readonly number[], scale: Scale, x: number): number | null {
  let best: number | null = null
  let least = Number.POSITIVE_INFINITY
  for (const i of writes) {
    const distance = Math.abs(xOf(scale, data.time[i] as number) - x)
    if (distance <= least) {
      least = distance
      best = i
    }
  }
  return least <= NEAR || x < 0 ? best : null
}
