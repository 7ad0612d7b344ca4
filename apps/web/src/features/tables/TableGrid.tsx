// The rows of a table: virtualised, with a sticky head that sorts; each row's name is a real link to its key.
import { keyLink, type TableHead } from '@registree/contract'
import { ArrowDown, ArrowUp } from 'lucide-react'
import { type KeyboardEvent, type MouseEvent, type PointerEvent, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react'
import { flushSync } from 'react-dom'
import { isPlainClick } from '../../lib/LinkTo.tsx'
import { useNarrow } from '../../lib/media.ts'
import { useGo } from '../../lib/navigation.ts'
import { RowSlots } from '../../lib/row-slots.ts'
import { useRowWindow } from '../../lib/row-window.ts'
import { useZone } from '../../lib/time.ts'
import { GridRow, isTall, titleOf } from './GridRow.tsx'
import type { ShownRows } from './row-view.ts'
import type { Selection } from './selection.ts'
import { columnWidths, LONGEST_NAME, type ShownColumn } from './shown-rows.ts'
import { tableText as t } from './strings.ts'
import { keyOfRow, newestOf, rowId, type TableRow } from './table-data.ts'

/** How long a message stays. */
const SAID_MS = 2500

const ROW = 28
/** On a narrow screen a row has two lines, or three for more content. */
const TWO_LINES = 52
const THREE_LINES = 72

export function TableGrid({
  onElement,
  cluster,
  label,
  head: { directory },
  shown: { rows, count },
  longest,
  columns,
  sort,
  onSort,
  rev,
  revision,
  complete,
  selection,
  onRowFocus,
  onSaid,
}: {
  /** What must not move while it is used. */
  onElement: (element: HTMLElement | null) => void
  cluster: string
  label: string
  head: TableHead
  shown: ShownRows
  /** The basis of column widths: constant while rows arrive. */
  longest: readonly number[]
  columns: readonly ShownColumn[]
  sort: string | null
  onSort: (sort: string | null) => void
  rev: string | null
  /** The revision of the rows. */
  revision: string
  complete: boolean
  selection: Selection
  onRowFocus: (row: TableRow | null) => void
  /** What a key did, or why it did nothing; empty when that has stood long enough. */
  onSaid: (words: string) => void
}) {
  const { picking } = selection
  const narrow = useNarrow()
  const zone = useZone()
  const scroller = useRef<HTMLDivElement>(null)
  useEffect(() => {
    onElement(scroller.current)
    return () => onElement(null)
  }, [onElement])
  const height = narrow ? (isTall(columns) ? THREE_LINES : TWO_LINES) : ROW
  const headHeight = narrow ? 0 : ROW
  const { first, end, fitting, show } = useRowWindow(scroller, { count, height, head: headHeight })
  // The focused row stays mounted while scrolling: otherwise the focus would be lost.
  const [focusedAt, setFocusedAt] = useFocusedRow(rows, count)
  /** The row under the pointer. */
  const [pointedAt, setPointedAt] = useState(-1)
  const drawn = Array.from({ length: end - first }, (_, i) => first + i)
  if (focusedAt >= 0 && focusedAt < first && focusedAt < count) drawn.unshift(focusedAt)
  else if (focusedAt >= end && focusedAt < count) drawn.push(focusedAt)
  const [slots] = useState(() => new RowSlots())
  const drawnRows = drawn.flatMap((index) => {
    const row = rows[index]
    return row === undefined ? [] : [{ index, row }]
  })
  const elements = slots.take(drawnRows.map(({ row }) => rowId(row)))
  const room = Math.min(LONGEST_NAME, longest.at(columns.find(({ id }) => id === 'name')?.index ?? -1) ?? 0)
  const widths = useMemo(() => columnWidths(longest, columns), [longest, columns])
  // The last column gets the remaining space: nothing is cut while there is room.
  const template = widths.map((width, at) => (at === widths.length - 1 ? `minmax(calc(${width}), 1fr)` : `calc(${width})`)).join(' ')
  const least = `calc(${['2.5rem', ...widths].join(' + ')})`

  const go = useGo()
  /** One handler for all rows: a plain click on a link navigates within the app, one beside it selects the row. */
  const onClick = (event: MouseEvent) => {
    const target = event.target as HTMLElement
    const link = target.closest('[data-index] a[href]')
    if (link === null) return pick(event, indexOf(target))
    if (!isPlainClick(event)) return
    event.preventDefault()
    go(link.getAttribute('href') ?? '')
  }

  const pick = (event: MouseEvent, index: number) => {
    if (index < 0 || event.detail > 2) return
    const isBox = (event.target as HTMLElement).tagName === 'INPUT'
    // Selecting text selects no row; the second click of a double click undoes the first.
    if (!isBox && event.detail < 2 && !event.shiftKey && document.getSelection()?.isCollapsed === false) return
    if (event.shiftKey) selection.extendTo(index, index)
    else if (!isBox || event.detail < 2) selection.toggle(index)
  }

  const focusRow = (index: number) => {
    const at = Math.max(0, Math.min(count - 1, index))
    // The row must be rendered before it can take the focus.
    flushSync(() => setFocusedAt(at))
    show(at)
    scroller.current?.querySelector<HTMLElement>(`[data-index="${at}"] a`)?.focus({ preventScroll: true })
  }
  const said = useRef<ReturnType<typeof setTimeout>>(undefined)
  useEffect(() => () => clearTimeout(said.current), [])
  const sayBriefly = (words: string) => {
    onSaid(words)
    clearTimeout(said.current)
    said.current = setTimeout(() => onSaid(''), SAID_MS)
  }
  const copyRow = async (row: TableRow) => {
    const href = keyLink(cluster, keyOfRow({ directory }, row), { rev: revision })
    try {
      await navigator.clipboard.writeText(new URL(href, location.origin).href)
      sayBriefly(t.rowCopied({ name: row.name, revision }))
    } catch {
      sayBriefly(t.rowNotCopied)
    }
  }
  const onKeyDown = (event: KeyboardEvent) => {
    const at = indexOf(event.target)
    if (at < 0 || event.altKey) return
    if (event.ctrlKey || event.metaKey) {
      if (event.key !== 'a') return
      event.preventDefault()
      return complete ? selection.selectAll() : sayBriefly(t.selectAllLater)
    }
    const row = rows[at]
    if (event.key === ' ' && (event.target as HTMLElement).tagName !== 'INPUT') {
      event.preventDefault()
      return selection.toggle(at)
    }
    if (event.key === 'Escape' && picking) {
      event.preventDefault()
      return selection.setPicking(false)
    }
    if (event.key === 'c' && row !== undefined) {
      event.preventDefault()
      return void copyRow(row)
    }
    const steps: Record<string, number> = {
      ArrowDown: at + 1,
      j: at + 1,
      ArrowUp: at - 1,
      k: at - 1,
      PageDown: at + fitting,
      PageUp: at - fitting,
      Home: 0,
      End: count - 1,
    }
    const to = steps[event.key]
    if (to === undefined) return
    event.preventDefault()
    if (event.shiftKey) selection.extendTo(Math.max(0, Math.min(count - 1, to)), at)
    focusRow(to)
  }
  // An element reused for another row must not keep the old title.
  const titled = useRef<HTMLElement | null>(null)
  useLayoutEffect(() => {
    if (first >= 0) titled.current?.removeAttribute('title')
  }, [first])
  /** A cell's full text, set on hover: writing it for every cell would be most of a row's cost. */
  const onPointerOver = (event: PointerEvent) => {
    const cell = (event.target as HTMLElement).closest<HTMLElement>('[data-column]')
    const pointed = indexOf(event.target)
    const row = rows[pointed]
    const column = columns[Number(cell?.dataset.column)]
    setPointedAt(pointed)
    if (!cell || !row || !column) return
    const title = titleOf(row, column, zone)
    if (title !== null) cell.title = title
    titled.current = cell
  }
  return (
    <div ref={scroller} className="min-h-0 flex-1 overflow-auto" data-table={label}>
      {/* biome-ignore lint/a11y/useSemanticElements: a virtualised table cannot be laid out by <table> */}
      <div
        role="table"
        aria-label={label}
        aria-rowcount={complete ? count + 1 : -1}
        aria-colcount={columns.length}
        style={narrow ? undefined : { minWidth: least }}
        onKeyDown={onKeyDown}
        onClick={onClick}
        onMouseDown={(event) => {
          // It would mark the text between the two clicks.
          if (event.shiftKey && indexOf(event.target) >= 0 && (event.target as HTMLElement).closest('a') === null) event.preventDefault()
        }}
        onPointerOver={onPointerOver}
        onPointerLeave={() => setPointedAt(-1)}
        onFocus={(event) => {
          const index = indexOf(event.target)
          setFocusedAt(index)
          onRowFocus(rows[index] ?? null)
        }}
        onBlur={(event) => {
          // Moves from a row's name to the link beside it, which exists while the row has the focus.
          if (event.relatedTarget instanceof Element && event.relatedTarget.closest('[data-index]') !== null) return
          setFocusedAt(-1)
          onRowFocus(null)
        }}
      >
        {!narrow && (
          // biome-ignore lint/a11y/useSemanticElements: see above
          <div role="rowgroup" className="sticky top-0 z-10">
            {/* biome-ignore lint/a11y/useSemanticElements: see above */}
            {/* biome-ignore lint/a11y/useFocusableInteractive: rows of a table are not interactive */}
            <div
              role="row"
              aria-rowindex={1}
              className="grid h-7 items-stretch border-b border-line bg-sunken pr-3 pl-7"
              style={{ gridTemplateColumns: template }}
            >
              {columns.map((column) => {
                const direction = sort === column.id ? 'ascending' : sort === `-${column.id}` ? 'descending' : 'none'
                return (
                  // biome-ignore lint/a11y/useSemanticElements: see above
                  // biome-ignore lint/a11y/useFocusableInteractive: the button inside is
                  <div key={column.id} role="columnheader" aria-sort={direction} className="flex min-w-0">
                    <button
                      type="button"
                      title={[column.description, t.sortBy({ column: column.name })].filter(Boolean).join('\n')}
                      onClick={() => onSort(direction === 'none' ? column.id : direction === 'ascending' ? `-${column.id}` : null)}
                      className="-ml-1.5 flex min-w-0 items-center gap-1 rounded px-1.5 text-xs font-medium text-soft hover:text-ink"
                    >
                      <span className="truncate">{column.name}</span>
                      {direction === 'ascending' && <ArrowUp size={12} aria-hidden className="shrink-0 text-accent" />}
                      {direction === 'descending' && <ArrowDown size={12} aria-hidden className="shrink-0 text-accent" />}
                    </button>
                  </div>
                )
              })}
            </div>
          </div>
        )}
        {/* biome-ignore lint/a11y/useSemanticElements: see above */}
        <div role="rowgroup" className="relative" style={{ height: count * height }}>
          {drawnRows.map(({ index, row }, at) => (
            <GridRow
              key={elements[at]}
              row={row}
              index={index}
              top={index * height}
              height={height}
              narrow={narrow}
              columns={columns}
              template={template}
              cluster={cluster}
              directory={directory}
              rev={rev}
              room={room}
              picked={picking || index === focusedAt || index === pointedAt ? selection.ids.has(rowId(row)) : null}
              picking={picking}
              pin={rev === null && !narrow && (index === focusedAt || index === pointedAt) ? revision : null}
            />
          ))}
        </div>
      </div>
    </div>
  )
}

/** The index of the row that an element is in; -1 for none. */
function indexOf(target: EventTarget): number {
  return Number((target as HTMLElement).closest('[data-index]')?.getAttribute('data-index') ?? -1)
}

/** The index of the focused row, also after rows were inserted before it; -1 for none. */
function useFocusedRow(rows: readonly TableRow[], count: number): [number, (index: number) => void] {
  const [focused, setFocused] = useState<{ index: number; row: TableRow | undefined }>({ index: -1, row: undefined })
  const { index } = focused
  const row = focused.row && newestOf(focused.row)
  const moved = row !== undefined && rows[index] !== row
  const now = moved ? rows.indexOf(row) : index
  const at = now < count ? now : -1
  // Cached, so that it is searched once.
  if (moved) setFocused(at >= 0 ? { index: at, row } : { index: -1, row: undefined })
  return [at, (next) => setFocused({ index: next, row: rows[next] })]
}
