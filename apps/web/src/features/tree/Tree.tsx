// The tree of a keyspace, accessible by keyboard and screen reader: flat rows, mounted only while in view, and always the focused one.
import {
  type KeyboardEvent,
  type MouseEvent,
  type ReactNode,
  type RefObject,
  useCallback,
  useEffect,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
  useSyncExternalStore,
} from 'react'
import { isPlainClick } from '../../lib/LinkTo.tsx'
import { useRowWindow } from '../../lib/row-window.ts'
import type { LevelObservers } from './level-observers.ts'
import { flatten, type Row, type Trail, type TreeNode } from './model.ts'
import { NodeRow } from './NodeRow.tsx'
import { OtherRow, PendingRow } from './TreeRows.tsx'
import { findTyped, stepOf } from './tree-keys.ts'

const ROW = 28
const FOLLOW_MS = 120
const PREFETCH_MS = 80
const TYPE_AHEAD_MS = 700
/** A scroll event belongs to the one before for this long. */
const SCROLLING_MS = 150
const MOVES = ['wheel', 'touchmove', 'pointerdown', 'keydown'] as const

export type TreeProps = {
  label: string
  keyspace: 'v3' | 'v2'
  rootId: string
  observers: LevelObservers
  open: ReadonlySet<string>
  onToggle: (id: string, open: boolean) => void
  trail: Trail
  selectedId: string | null
  onGo: (href: string, options: { replace: boolean }) => void
  onPrefetch: (node: TreeNode) => void
  /** The end of a directory's row, with reserved space. */
  aside?: (node: TreeNode) => ReactNode
}

export function Tree(props: TreeProps) {
  const { keyspace, rootId, observers, open, onToggle, trail, selectedId, onGo, onPrefetch, aside } = props
  const version = useSyncExternalStore(observers.subscribe, observers.version, observers.version)
  // biome-ignore lint/correctness/useExhaustiveDependencies: the version changes with what the observers hold
  const rows = useMemo(() => flatten(rootId, open, observers.level, trail), [rootId, open, observers, trail, version])
  const indexOf = useMemo(() => new Map(rows.map((row, i) => [row.id, i])), [rows])

  const [focusId, setFocusId] = useState<string | null>(selectedId)
  const wantsFocus = useRef(false)
  const scroller = useRef<HTMLDivElement>(null)
  const follow = useRef<ReturnType<typeof setTimeout>>(undefined)
  const hover = useRef<ReturnType<typeof setTimeout>>(undefined)
  const typed = useRef({ text: '', at: 0 })

  const focusIndex =
    (focusId === null ? undefined : indexOf.get(focusId)) ?? (selectedId === null ? undefined : indexOf.get(selectedId)) ?? 0
  const scrollsDown = useScrollsDown(scroller)
  const { first, end, show } = useRowWindow(scroller, { count: rows.length, height: ROW, head: 0 })
  // The focused row stays mounted while scrolling: otherwise the focus would be lost.
  const drawn = Array.from({ length: end - first }, (_, i) => first + i)
  if (focusIndex < first) drawn.unshift(focusIndex)
  else if (focusIndex >= end && focusIndex < rows.length) drawn.push(focusIndex)

  // The row in the URL is kept in view until everything above it has been read or the user scrolls; later arrivals do not move the view.
  const revealed = useRef<string | null>(null)
  // Whether the user has moved in the tree since the URL changed.
  const named = useRef<string | null>(null)
  const moved = useRef(false)
  useEffect(() => {
    const box = scroller.current
    const onMoved = () => {
      moved.current = true
    }
    for (const type of MOVES) box?.addEventListener(type, onMoved, { passive: true })
    return () => {
      for (const type of MOVES) box?.removeEventListener(type, onMoved)
    }
  }, [])
  // biome-ignore lint/correctness/useExhaustiveDependencies: the version changes with what the observers hold
  const settled = useMemo(
    () => [...trail.keys()].every((id) => (observers.level(id)?.state ?? 'pending') !== 'pending'),
    [trail, observers, version],
  )
  useEffect(() => {
    if (named.current !== selectedId) {
      named.current = selectedId
      moved.current = false
    }
    if (selectedId === null || revealed.current === selectedId || moved.current) return
    const index = indexOf.get(selectedId)
    if (index === undefined) return
    // An open directory further up pushes it down when its children arrive.
    const above = rows.slice(0, index).some((row) => row.type === 'pending')
    if (settled && !above) revealed.current = selectedId
    setFocusId(selectedId)
    const box = scroller.current
    const top = index * ROW
    const visible = box !== null && top >= box.scrollTop && top + ROW <= box.scrollTop + box.clientHeight
    if (box !== null && !visible) box.scrollTop = top - (box.clientHeight - ROW) / 2
  }, [selectedId, rows, indexOf, settled])

  useEffect(() => {
    if (!wantsFocus.current) return
    const element = scroller.current?.querySelector<HTMLElement>('[data-focus="true"]')
    if (!element) return
    wantsFocus.current = false
    element.focus({ preventScroll: true })
  })
  useEffect(
    () => () => {
      clearTimeout(follow.current)
      clearTimeout(hover.current)
    },
    [],
  )

  const selectedIndex = (selectedId === null ? undefined : indexOf.get(selectedId)) ?? -1
  // More children above the row in the URL would push it out of view: they load when the user scrolls there.
  const mayLoad = (index: number) => index > selectedIndex || index === focusIndex || (moved.current && scrollsDown())
  const loadParent = drawn
    .map((index) => ({ index, row: rows[index] }))
    .find(
      (item): item is { index: number; row: Row & { type: 'more' } } =>
        item.row?.type === 'more' && item.row.auto && !item.row.loading && mayLoad(item.index),
    )?.row.parent
  useEffect(() => {
    if (loadParent !== undefined) observers.loadMore(loadParent)
  }, [loadParent, observers])

  const moveTo = useCallback(
    (index: number, followValue = true) => {
      const row = rows[Math.max(0, Math.min(rows.length - 1, index))]
      if (!row) return
      wantsFocus.current = true
      setFocusId(row.id)
      show(indexOf.get(row.id) ?? 0)
      clearTimeout(follow.current)
      if (followValue && row.type === 'node' && !row.node.directory) {
        revealed.current = row.id
        follow.current = setTimeout(() => onGo(row.node.href, { replace: true }), FOLLOW_MS)
      }
    },
    [rows, indexOf, show, onGo],
  )

  const act = (row: Row) => {
    if (row.type === 'more') observers.loadMore(row.parent)
    else if (row.type === 'error') observers.retry(row.parent)
    else if (row.type === 'node') {
      if (row.node.directory) onToggle(row.node.id, selectedId === row.node.id ? !row.expanded : true)
      revealed.current = row.id
      clearTimeout(follow.current)
      onGo(row.node.href, { replace: false })
    }
  }

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return
    const row = rows[focusIndex]
    if (!row) return
    const page = Math.max(1, Math.floor((scroller.current?.clientHeight ?? 0) / ROW) - 1)
    const step = stepOf(event.key, { row, index: focusIndex, page, last: rows.length - 1, parent: indexOf.get(row.parent) })
    if (step !== null) {
      event.preventDefault()
      if (step.to === 'row') moveTo(step.index)
      else if (step.to === 'toggle' && row.type === 'node') onToggle(row.node.id, !row.expanded)
      else if (step.to === 'act') act(row)
    } else if (event.key.length === 1 && event.key !== '/' && event.key !== '?') {
      const now = event.timeStamp
      typed.current = { text: (now - typed.current.at < TYPE_AHEAD_MS ? typed.current.text : '') + event.key.toLowerCase(), at: now }
      const found = findTyped(rows, focusIndex, typed.current.text)
      if (found === null) return
      event.preventDefault()
      moveTo(found)
    }
  }

  const onClick = (event: MouseEvent, row: Row) => {
    if (!isPlainClick(event)) return
    event.preventDefault()
    wantsFocus.current = true
    setFocusId(row.id)
    act(row)
  }

  return (
    <div ref={scroller} className="h-full overflow-auto overscroll-contain [contain:strict]" data-tree={keyspace}>
      <div
        role="tree"
        aria-label={props.label}
        aria-busy={rows.some((row) => row.type === 'pending')}
        onKeyDown={onKeyDown}
        tabIndex={-1}
        className="relative w-full outline-none"
        style={{ height: rows.length * ROW }}
      >
        {drawn.map((index) => {
          const row = rows[index]
          if (!row) return null
          const focusable = index === focusIndex
          const place = { transform: `translateY(${index * ROW}px)`, paddingLeft: 8 + (row.level - 1) * 14, height: ROW }
          const common = {
            style: place,
            tabIndex: focusable ? 0 : -1,
            'data-focus': focusable,
            'aria-level': row.level,
            className: 'absolute inset-x-0 top-0 flex items-center gap-1 pr-2 text-left no-underline',
          }
          if (row.type === 'node')
            return (
              <NodeRow
                key={row.id}
                row={row}
                place={common}
                keyspace={keyspace}
                selected={row.id === selectedId}
                asideId={`tree-aside-${index}`}
                aside={aside?.(row.node)}
                onClick={(event) => onClick(event, row)}
                onToggle={() => {
                  setFocusId(row.id)
                  onToggle(row.node.id, !row.expanded)
                }}
                onFocus={() => {
                  setFocusId(row.id)
                  onPrefetch(row.node)
                }}
                onPointerEnter={() => {
                  clearTimeout(hover.current)
                  hover.current = setTimeout(() => onPrefetch(row.node), PREFETCH_MS)
                }}
                onPointerLeave={() => clearTimeout(hover.current)}
              />
            )
          if (row.type === 'pending') return <PendingRow key={row.id} {...common} />
          return (
            <OtherRow key={row.id} row={row} place={common} onClick={(event) => onClick(event, row)} onFocus={() => setFocusId(row.id)} />
          )
        })}
      </div>
    </div>
  )
}

/** Whether the user is scrolling downwards at this moment. */
function useScrollsDown(scroller: RefObject<HTMLElement | null>): () => boolean {
  const down = useRef(Number.NEGATIVE_INFINITY)
  // Before the effect that draws the rows of a new position, which asks.
  useLayoutEffect(() => {
    const box = scroller.current
    if (box === null) return
    let top = box.scrollTop
    const onScroll = () => {
      down.current = box.scrollTop > top ? performance.now() : Number.NEGATIVE_INFINITY
      top = box.scrollTop
    }
    box.addEventListener('scroll', onScroll, { passive: true })
    return () => box.removeEventListener('scroll', onScroll)
  }, [scroller])
  return useCallback(() => performance.now() - down.current < SCROLLING_MS, [])
}
