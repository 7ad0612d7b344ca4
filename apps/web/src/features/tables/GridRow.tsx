// One row of a table: rendered once while it is on the screen, however often the table is.

import { keyLink, type TableCell } from '@registree/contract'
import { Pin, Trash2, TriangleAlert } from 'lucide-react'
import { memo } from 'react'
import { text as appText } from '../../i18n/text.ts'
import { say } from '../../lib/say.ts'
import { formatInstant, type Zone } from '../../lib/time.ts'
import { ToneIcon } from '../../ui/Badge.tsx'
import { classNames } from '../../ui/class-names.ts'
import { MiddleCut } from '../../ui/MiddleCut.tsx'
import { isStatusColumn, statusReason, statusWords } from './row-status.ts'
import { cellOf, type ShownColumn } from './shown-rows.ts'
import { tableText as t } from './strings.ts'
import { keyOfRow, type TableRow } from './table-data.ts'

export const GridRow = memo(function GridRow({
  row,
  index,
  top,
  height,
  narrow,
  columns,
  template,
  cluster,
  directory,
  rev,
  room,
  picked,
  picking,
  pin,
}: {
  row: TableRow
  index: number
  top: number
  height: number
  narrow: boolean
  columns: readonly ShownColumn[]
  /** CSS grid-template-columns. */
  template: string
  cluster: string
  directory: string
  rev: string | null
  /** Number of characters of a name that surely fit: a longer name may have to be cut. */
  room: number
  /** Whether it is selected; null if that is not shown. */
  picked: boolean | null
  /** Rows are being selected: a narrow one makes room for the box. */
  picking: boolean
  /** The revision of the pinned link beside the name; null for none. */
  pin: string | null
}) {
  const key = keyOfRow({ directory }, row)
  const { deleted } = row
  const href = keyLink(cluster, key, deleted === undefined ? { rev } : deleted.last === null ? { view: 'history' } : { rev: deleted.last })
  const fresh = row.fresh !== undefined && performance.now() - row.fresh.at < FRESH_MS ? row.fresh : undefined
  const marked = (column: ShownColumn) => fresh?.cells?.includes(column.index) === true
  const nameAt = linkAt(columns)
  const nameEnds = endOfName(row, columns, nameAt)
  return (
    // biome-ignore lint/a11y/useSemanticElements: a virtualised table cannot be laid out by <table>
    // biome-ignore lint/a11y/useFocusableInteractive: rows of a table are not interactive
    <div
      role="row"
      aria-rowindex={index + 2}
      data-index={index}
      className={classNames(
        'absolute inset-x-0 top-0 border-b border-line/60 pr-3 focus-within:bg-hover hover:bg-hover [contain:strict]',
        narrow ? (picking ? 'flex flex-col justify-center pl-11' : 'flex flex-col justify-center pl-3') : 'grid items-center pl-7',
        picked === true && 'bg-accent-soft',
        fresh !== undefined && (fresh.cells === null || narrow) && 'just-changed',
      )}
      style={{ ...(narrow ? {} : { gridTemplateColumns: template }), height, transform: `translateY(${top}px)` }}
    >
      {narrow ? (
        <NarrowRow row={row} columns={columns} href={href} picked={picking ? picked : null} />
      ) : (
        columns.map((column, at) => {
          if (at > nameAt && at < nameEnds) return null
          const place = { role: 'cell', 'aria-colindex': at + 1, 'data-column': at }
          if (at === nameAt)
            return (
              <div
                key={column.id}
                {...place}
                className="flex h-full min-w-0 items-center pr-3"
                {...(nameEnds > at + 1 ? { 'aria-colspan': nameEnds - at, style: { gridColumn: `${at + 1} / ${nameEnds + 1}` } } : {})}
              >
                {picked !== null && <PickBox picked={picked} name={row.name} narrow={false} />}
                <NameLink row={row} label={nameIn(row, column)} href={href} room={room} />
                {pin !== null && deleted === undefined && <PinLink href={keyLink(cluster, key, { rev: pin })} revision={pin} />}
              </div>
            )
          if (isStatus(row, column))
            return (
              <div
                key={marked(column) ? `${column.id} ${fresh?.at}` : column.id}
                {...place}
                className={classNames('flex h-full min-w-0 items-center pr-3', marked(column) && 'just-changed')}
              >
                <Status row={row} words={statusWords(row, cellOf(row, column))} />
              </div>
            )
          // A single element: cells are most of the work of scrolling.
          const cell = cellOf(row, column)
          return (
            <div
              key={marked(column) ? `${column.id} ${fresh?.at}` : column.id}
              {...place}
              className={classNames(
                'truncate pr-3 [unicode-bidi:isolate]',
                isEmpty(cell) ? 'text-faint' : 'text-soft',
                marked(column) && 'just-changed',
              )}
            >
              {shown(cell)}
            </div>
          )
        })
      )}
    </div>
  )
})

/** How long a change is marked, as in the style `just-changed`. */
const FRESH_MS = 3000

/** The column after the name's cell: for an unreadable row the reason takes the place of the following cells. */
function endOfName(row: TableRow, columns: readonly ShownColumn[], nameAt: number): number {
  if (row.problem === undefined && !row.unknownKind && row.deleted === undefined) return nameAt + 1
  const next = columns.findIndex((column, at) => at > nameAt && cellOf(row, column) !== null)
  if (next < 0) return columns.length
  // A value that was partly read keeps all its cells.
  return row.unknownKind ? next : nameAt + 1
}

/** A cell's full text: the time behind an age, the trouble behind a status. Null for a name, which is complete. */
export function titleOf(row: TableRow, column: ShownColumn, zone: Zone): string | null {
  if (isName(column)) return null
  const instant = row.instants?.[column.index]
  if (instant !== undefined) return formatInstant(instant, zone)
  const words = column.name === 'Status' ? (row.trouble ?? []).map((trouble) => t.trouble[trouble]) : []
  return [shown(cellOf(row, column)), ...words].join(appText.punctuation.facts)
}

const isName = (column: ShownColumn): boolean => column.id === 'name'

/** The cell with the link to the object: its name, or the most meaningful cell if the name comes last or is missing, as in events. */
function linkAt(columns: readonly ShownColumn[]): number {
  return Math.max(
    0,
    columns.findIndex(({ id }) => id === 'name' || id === 'reason'),
  )
}

const nameIn = (row: TableRow, column: ShownColumn): string =>
  isName(column) || row.deleted !== undefined ? row.name : shown(cellOf(row, column))

function NameLink({ row, label, href, room }: { row: TableRow; label: string; href: string; room: number }) {
  // Two more elements per row are noticeable while scrolling.
  const cut = row.problem === undefined && label.length > room
  return (
    // The table handles clicks for all rows.
    <a
      href={href}
      className="flex h-full min-w-0 flex-1 items-center gap-1.5 font-medium no-underline hover:underline"
      {...(row.problem !== undefined
        ? { 'aria-description': say.problem(row.sentences, row.problem) }
        : row.unknownKind
          ? { 'aria-description': t.unknownKindHint, title: t.unknownKindHint }
          : cut
            ? { 'aria-label': label }
            : {})}
    >
      {row.problem !== undefined && <TriangleAlert size={13} aria-hidden className="shrink-0 text-warn" />}
      {row.deleted !== undefined && <Trash2 size={13} aria-hidden className="shrink-0 text-faint" />}
      {cut ? (
        <MiddleCut text={label} />
      ) : (
        <bdi className={classNames('shrink truncate', row.deleted !== undefined && 'text-soft line-through')}>{label}</bdi>
      )}
      {row.deleted !== undefined && <span className="shrink-0 truncate font-normal text-soft no-underline">{row.deleted.words}</span>}
      {row.problem !== undefined && (
        <span className="min-w-0 flex-1 basis-0 truncate font-normal text-warn">{say.problem(row.sentences, row.problem)}</span>
      )}
      {row.problem === undefined && row.unknownKind && (
        <span className="min-w-0 flex-1 basis-0 truncate font-normal text-faint">{t.unknownKind}</span>
      )}
    </a>
  )
}

/** The table handles clicks; by keyboard, space on the row's name does the same. */
const PickBox = ({ picked, name, narrow }: { picked: boolean; name: string; narrow: boolean }) => (
  <input
    type="checkbox"
    checked={picked}
    readOnly
    tabIndex={-1}
    aria-label={t.selectRow({ name })}
    className={
      narrow ? 'absolute top-[calc(50%-0.75rem)] left-2.5 size-6 accent-accent' : 'absolute top-1.5 left-1.5 size-3.5 accent-accent'
    }
  />
)

/** A link to the object pinned to this revision. */
const PinLink = ({ href, revision }: { href: string; revision: string }) => (
  <a
    href={href}
    title={t.pinRowHint({ revision })}
    aria-label={t.pinRow({ revision })}
    className="-mr-2 inline-flex size-6 shrink-0 items-center justify-center rounded text-soft hover:text-ink"
  >
    <Pin size={13} aria-hidden />
  </a>
)

/** Only kinds with a status word have a tone. */
const isStatus = (row: TableRow, column: ShownColumn): boolean =>
  isStatusColumn(column.name) && row.tone !== undefined && cellOf(row, column) !== null

function Status({ row, words }: { row: TableRow; words: string }) {
  if (row.tone === undefined) return null
  return (
    <span className="flex min-w-0 items-center gap-1.5">
      <ToneIcon tone={row.tone} size={13} />
      <bdi className={classNames('truncate', row.tone === 'error' ? 'font-medium text-error' : row.tone === 'warning' ? 'text-warn' : '')}>
        {words}
      </bdi>
    </span>
  )
}

const isEmpty = (cell: TableCell): boolean => cell === null || cell === '' || cell === t.none

/** As kubectl prints it: empty for null. */
const shown = (cell: TableCell): string => (cell === null ? '' : String(cell))

/** A sentence, which has its own line in a narrow row. */
const isMessage = (column: ShownColumn): boolean => column.name === 'Message'

/** Whether a narrow row needs a third line. */
export const isTall = (columns: readonly ShownColumn[]): boolean => columns.length > 6 || columns.some(isMessage)

/** Name and status first, all other cells below with their column names; empty ones are omitted. */
function NarrowRow({
  row,
  columns,
  href,
  picked,
}: {
  row: TableRow
  columns: readonly ShownColumn[]
  href: string
  picked: boolean | null
}) {
  const status = columns.find((column) => isStatus(row, column))
  const reason = status && statusReason(row, cellOf(row, status))
  const message = columns.find(isMessage)
  const rest = columns.filter((column) => !isName(column) && column !== status && column !== message && !isEmpty(cellOf(row, column)))
  return (
    <>
      {/* biome-ignore lint/a11y/useSemanticElements: see above */}
      <div role="cell" className="flex h-6 min-w-0 items-center gap-2">
        {picked !== null && <PickBox picked={picked} name={row.name} narrow />}
        <NameLink row={row} label={row.name} href={href} room={0} />
        {status && (
          <span className="ml-auto flex shrink-0 items-center">
            <Status row={row} words={String(cellOf(row, status))} />
          </span>
        )}
      </div>
      {/* biome-ignore lint/a11y/useSemanticElements: see above */}
      <div role="cell" className={classNames('text-xs leading-5 text-soft', isTall(columns) && !message ? 'line-clamp-2' : 'truncate')}>
        {reason !== undefined && <span className="mr-2 text-warn">{reason}</span>}
        {row.problem === undefined &&
          rest.map((column) => (
            <span key={column.id} data-column={columns.indexOf(column)} className="mr-2">
              {column.index >= 0 && <span className="text-faint">{column.name} </span>}
              <bdi>{shown(cellOf(row, column))}</bdi>
            </span>
          ))}
      </div>
      {message && row.problem === undefined && (
        // biome-ignore lint/a11y/useSemanticElements: see above
        <div role="cell" data-column={columns.indexOf(message)} className="truncate text-xs leading-5">
          <bdi>{shown(cellOf(row, message))}</bdi>
        </div>
      )}
    </>
  )
}
