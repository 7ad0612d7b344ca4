// The line below a table: how much was read and when, what ages are relative to, and what is hidden.
import type { ReactNode } from 'react'
import { count, shortSize } from '../../lib/size.ts'
import { formatInstant, type Zone } from '../../lib/time.ts'
import { classNames } from '../../ui/class-names.ts'
import type { ShownColumn } from './shown-rows.ts'
import { tableText as t } from './strings.ts'
import type { TableData, TableRow } from './table-data.ts'

export function TableFoot({
  data,
  isFetching,
  waits,
  shownCount,
  onCancel,
  troubleFirst,
  hiddenColumns,
  said,
  focused,
  zone,
  live = null,
}: {
  data: TableData | undefined
  isFetching: boolean
  /** The message while the reading waits. */
  waits: string | null
  /** Rows that match the filter. */
  shownCount: number
  onCancel: () => void
  /** Rows are ordered by their troubles. */
  troubleFirst: boolean
  /** Columns without content in any row. */
  hiddenColumns: readonly ShownColumn[]
  /** What a key did, or why it did nothing. */
  said: string
  focused: TableRow | null
  zone: Zone
  /** Whether changes are followed. */
  live?: ReactNode
}) {
  const head = data?.head
  const all = data?.count ?? 0
  const complete = data !== undefined && data.end !== null
  // Beside what a reading shows, it would move at its end.
  const isStill = complete || !isFetching
  return (
    <div className="flex min-h-7 shrink-0 flex-wrap content-center items-center gap-x-3 overflow-hidden border-t border-line bg-sunken px-3 text-xs text-soft max-md:min-h-[3.65rem] max-md:content-start max-md:py-1 xl:flex-nowrap xl:[&>*]:shrink-0 xl:[&>*]:whitespace-nowrap">
      <span role="status" className="font-medium text-ink">
        {isFetching && !complete ? (waits ?? (data ? t.reading({ rows: all }) : t.readingFirst)) : data ? t.rows(shownCount, all) : ''}
      </span>
      {isFetching && (
        <button type="button" onClick={onCancel} className="rounded border border-line-strong/60 px-1.5 hover:bg-hover">
          {t.cancel}
        </button>
      )}
      {live}
      {isFetching && complete && <span role="status">{waits ?? t.readingAgain}</span>}
      {/* A narrow page has room for only one of the two. */}
      {data?.end && (
        <span className={classNames(head?.printedAs && 'max-md:hidden')}>
          {t.readIn({ size: shortSize(data.end.bytes), time: `${count(data.end.milliseconds)} ms` })}
        </span>
      )}
      {head && isStill && <span>{t.revision({ revision: head.revision })}</span>}
      {head?.printedAs && isStill && (
        <>
          <span className="max-md:hidden">{t.printedAs[head.printedAs.from]({ release: head.printedAs.release })}</span>
          <span className="md:hidden">{t.printedAs.short({ release: head.printedAs.release })}</span>
        </>
      )}
      {head && isStill && (
        <span className="max-md:order-last max-md:basis-full">
          {head.now === null
            ? t.asOfUnknown
            : head.asOf === null
              ? t.asOfNow({ instant: formatInstant(head.now, zone) })
              : t.asOf({ instant: formatInstant(head.asOf, zone) })}
        </span>
      )}
      {troubleFirst && isStill && <span className="max-md:hidden">{t.orderedByTrouble}</span>}
      {hiddenColumns.length > 0 && (
        <span className="min-w-0 shrink! truncate max-md:hidden">{t.emptyColumns(hiddenColumns.map(({ name }) => name))}</span>
      )}
      <span role="status" className={said === '' ? 'sr-only' : 'text-ink'}>
        {said}
      </span>
      {focused && data && <FocusedTimes row={focused} data={data} zone={zone} />}
    </div>
  )
}

/** The times behind the ages of the focused row, for keyboard users: a mouse shows them on hover. */
function FocusedTimes({ row, data, zone }: { row: TableRow; data: TableData; zone: Zone }) {
  const times = Object.entries(row.instants ?? {})
  return (
    <span className="ml-auto text-ink">
      {times.map(([index, instant]) => `${data.head.columns[Number(index)]?.name}: ${formatInstant(instant, zone)}`).join(' · ')}
    </span>
  )
}
