// The rows of a table: virtualised, a sticky head that sorts, the name of each row a real link to its key.
import { keyLink, type TableCell, type TableHead } from '@registree/contract'
import { useVirtualizer } from '@tanstack/react-virtual'
import { ArrowDown, ArrowUp, TriangleAlert } from 'lucide-react'
import { type KeyboardEvent, useEffect, useMemo, useRef } from 'react'
import { LinkTo } from '../../lib/LinkTo.tsx'
import { useNarrow } from '../../lib/media.ts'
import { formatInstant, useZone } from '../../lib/time.ts'
import { ToneIcon } from '../../ui/Badge.tsx'
import { classNames } from '../../ui/class-names.ts'
import type { ShownRows } from './row-view.ts'
import { cellOf, columnWidths, type ShownColumn } from './shown-rows.ts'
import { tableText as t } from './strings.ts'
import { keyOfRow, type TableRow } from './table-data.ts'

const ROW = 28
/** On a narrow screen a row has two lines. */
const TALL = 52

export function TableGrid({
  cluster,
  label,
  head: { directory },
  shown: { rows, count },
  longest,
  columns,
  sort,
  onSort,
  rev,
  complete,
  onRowFocus,
}: {
  cluster: string
  label: string
  head: TableHead
  shown: ShownRows
  /** What column widths are measured by: it must not change while more rows arrive. */
  longest: readonly number[]
  columns: readonly ShownColumn[]
  sort: string | null
  onSort: (sort: string | null) => void
  rev: string | null
  complete: boolean
  onRowFocus: (row: TableRow | null) => void
}) {
  const narrow = useNarrow()
  const zone = useZone()
  const scroller = useRef<HTMLDivElement>(null)
  const height = narrow ? TALL : ROW
  const headHeight = narrow ? 0 : ROW
  const virtualizer = useVirtualizer({
    count,
    getScrollElement: () => scroller.current,
    estimateSize: () => height,
    overscan: 14,
    scrollPaddingEnd: headHeight,
  })
  // biome-ignore lint/correctness/useExhaustiveDependencies: another height measures every row anew
  useEffect(() => virtualizer.measure(), [virtualizer, height])
  const widths = useMemo(() => columnWidths(longest, columns), [longest, columns])
  const grid = { gridTemplateColumns: `${widths.map((width) => `${(width * 7.1).toFixed(0)}px`).join(' ')} minmax(0, 1fr)` }
  const least = widths.reduce((sum, width) => sum + width * 7.1, 32)

  const focusRow = (index: number) => {
    const at = Math.max(0, Math.min(count - 1, index))
    virtualizer.scrollToIndex(at)
    // The row is drawn first, then it can take the focus.
    requestAnimationFrame(() =>
      requestAnimationFrame(() => scroller.current?.querySelector<HTMLElement>(`[data-index="${at}"] a`)?.focus({ preventScroll: true })),
    )
  }
  const onKeyDown = (event: KeyboardEvent) => {
    const at = Number((event.target as HTMLElement).closest('[data-index]')?.getAttribute('data-index') ?? -1)
    if (at < 0 || event.altKey || event.ctrlKey || event.metaKey) return
    const page = Math.max(1, Math.floor((scroller.current?.clientHeight ?? height) / height) - 2)
    const steps: Record<string, number> = {
      ArrowDown: at + 1,
      ArrowUp: at - 1,
      PageDown: at + page,
      PageUp: at - page,
      Home: 0,
      End: count - 1,
    }
    const to = steps[event.key]
    if (to === undefined) return
    event.preventDefault()
    focusRow(to)
  }
  const title = (row: TableRow, column: ShownColumn): string => {
    const instant = row.instants?.[column.index]
    if (instant !== undefined) return formatInstant(instant, zone)
    const words = column.name === 'Status' ? (row.trouble ?? []).map((trouble) => t.trouble[trouble]) : []
    return [String(cellOf(row, column) ?? t.none), ...words].join(', ')
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
        onFocus={(event) => {
          const index = event.target.closest('[data-index]')?.getAttribute('data-index')
          onRowFocus(index === null || index === undefined ? null : (rows[Number(index)] ?? null))
        }}
        onBlur={() => onRowFocus(null)}
      >
        {!narrow && (
          // biome-ignore lint/a11y/useSemanticElements: see above
          <div role="rowgroup" className="sticky top-0 z-10">
            {/* biome-ignore lint/a11y/useSemanticElements: see above */}
            {/* biome-ignore lint/a11y/useFocusableInteractive: rows of a table are not interactive */}
            <div role="row" aria-rowindex={1} className="grid h-7 items-stretch border-b border-line bg-sunken px-3" style={grid}>
              {columns.map((column) => {
                const direction = sort === column.id ? 'ascending' : sort === `-${column.id}` ? 'descending' : 'none'
                return (
                  // biome-ignore lint/a11y/useSemanticElements: see above
                  // biome-ignore lint/a11y/useFocusableInteractive: the button inside is
                  <div key={column.id} role="columnheader" aria-sort={direction} className="flex min-w-0">
                    <button
                      type="button"
                      title={[column.description, t.sortBy(column.name)].filter(Boolean).join('\n')}
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
        <div role="rowgroup" className="relative" style={{ height: virtualizer.getTotalSize() }}>
          {virtualizer.getVirtualItems().map((item) => {
            const row = rows[item.index]
            if (!row) return null
            const href = keyLink(cluster, keyOfRow({ directory }, row), { rev })
            return (
              // biome-ignore lint/a11y/useSemanticElements: see above
              // biome-ignore lint/a11y/useFocusableInteractive: see above
              <div
                key={href}
                role="row"
                aria-rowindex={item.index + 2}
                data-index={item.index}
                className={classNames(
                  'absolute inset-x-0 top-0 border-b border-line/60 px-3 focus-within:bg-hover hover:bg-hover',
                  narrow ? 'flex flex-col justify-center' : 'grid items-center',
                )}
                style={{ ...(narrow ? {} : grid), height, transform: `translateY(${item.start}px)` }}
              >
                {narrow ? (
                  <NarrowRow row={row} columns={columns} href={href} title={title} />
                ) : (
                  columns.map((column, at) => (
                    // biome-ignore lint/a11y/useSemanticElements: see above
                    <div
                      key={column.id}
                      role="cell"
                      aria-colindex={at + 1}
                      title={title(row, column)}
                      className={classNames('flex h-full min-w-0 items-center pr-3', row.problem !== undefined && 'text-soft')}
                    >
                      {isName(column) ? <NameLink row={row} href={href} /> : <Cell row={row} column={column} />}
                    </div>
                  ))
                )}
              </div>
            )
          })}
        </div>
      </div>
    </div>
  )
}

const isName = (column: ShownColumn): boolean => column.name === 'Name'

function NameLink({ row, href }: { row: TableRow; href: string }) {
  return (
    <LinkTo
      href={href}
      className="flex h-full min-w-0 items-center gap-1.5 font-medium no-underline hover:underline"
      aria-description={row.problem}
    >
      {row.problem !== undefined && <TriangleAlert size={13} aria-hidden className="shrink-0 text-warn" />}
      <bdi className="truncate">{row.name}</bdi>
      {row.problem !== undefined && <span className="truncate font-normal text-warn">{row.problem}</span>}
    </LinkTo>
  )
}

function Cell({ row, column }: { row: TableRow; column: ShownColumn }) {
  const cell = cellOf(row, column)
  const none = cell === null || cell === t.none
  if (column.name === 'Status' && row.tone !== undefined && !none)
    return (
      <span className="flex min-w-0 items-center gap-1.5">
        <ToneIcon tone={row.tone} size={13} />
        <bdi
          className={classNames('truncate', row.tone === 'error' ? 'font-medium text-error' : row.tone === 'warning' ? 'text-warn' : '')}
        >
          {cell}
        </bdi>
      </span>
    )
  if (row.problem !== undefined && cell === null) return null
  return <bdi className={classNames('truncate', none ? 'text-faint' : 'text-soft')}>{shown(cell)}</bdi>
}

const shown = (cell: TableCell): string => (cell === null ? t.none : String(cell))

/** Name and status first, everything else in the second line, each with the name of its column. */
function NarrowRow({
  row,
  columns,
  href,
  title,
}: {
  row: TableRow
  columns: readonly ShownColumn[]
  href: string
  title: (row: TableRow, column: ShownColumn) => string
}) {
  const status = columns.find((column) => column.name === 'Status' && row.tone !== undefined)
  const rest = columns.filter((column) => !isName(column) && column !== status)
  return (
    <>
      {/* biome-ignore lint/a11y/useSemanticElements: see above */}
      <div role="cell" className="flex h-6 min-w-0 items-center gap-2">
        <NameLink row={row} href={href} />
        {status && (
          <span className="ml-auto flex shrink-0 items-center">
            <Cell row={row} column={status} />
          </span>
        )}
      </div>
      {/* biome-ignore lint/a11y/useSemanticElements: see above */}
      <div role="cell" className="flex h-5 min-w-0 items-center gap-2 overflow-hidden text-xs whitespace-nowrap text-soft">
        {row.problem === undefined &&
          rest.map((column) => (
            <span key={column.id} title={title(row, column)} className="shrink-0">
              {column.index >= 0 && <span className="text-faint">{column.name} </span>}
              <bdi>{shown(cellOf(row, column))}</bdi>
            </span>
          ))}
      </div>
    </>
  )
}
