// What was deleted of a table: reads it, says how far back that is known, and merges it into the rows.
import { deletedLink, PAST_MEGABYTES, type PastProgress } from '@registree/contract'
import { isCancelledError, useInfiniteQuery } from '@tanstack/react-query'
import { useEffect, useLayoutEffect, useRef, useState } from 'react'
import { deletedQuery } from '../../lib/deleted-query.ts'
import { LinkTo } from '../../lib/LinkTo.tsx'
import { clockText } from '../../lib/RevisionMoment.tsx'
import { useZone, type Zone } from '../../lib/time.ts'
import { type Deletion, deletionsOf, withDeleted } from './deleted-rows.ts'
import { errorWords } from './error-words.ts'
import { tableText as t } from './strings.ts'
import type { TableData } from './table-data.ts'

/** A table with what was deleted among its rows. */
export type WithDeletions = (read: TableData) => TableData

export interface DeletionsProps {
  cluster: string
  /** Null for all. */
  namespace: string | null
  read: TableData | undefined
  /** Hands on how to merge what is known; null for nothing. */
  onRead: (merge: WithDeletions | null) => void
}

export default function Deletions({ cluster, namespace, read, onRead }: DeletionsProps) {
  const zone = useZone()
  const [progress, setProgress] = useState<PastProgress | null>(null)
  const path = read?.head.path ?? ''
  // A table of Events or leases is asked for, so they are not left out as routine.
  const filter = { path, namespace: namespace ?? '', q: '', routine: true }
  const query = useInfiniteQuery({ ...deletedQuery(cluster, filter, PAST_MEGABYTES, setProgress), enabled: path !== '' })
  const { data, refetch, isFetching } = query
  const pages = data?.pages
  const hand = useRef(onRead)
  hand.current = onRead
  useLayoutEffect(() => {
    const found = pages?.flatMap(({ entries }) => entries)
    hand.current(
      found === undefined
        ? null
        : (table) => (table.end === null ? table : withDeleted(table, deletionsOf(found, table.gone ?? []), (one) => wordsOf(one, zone))),
    )
  }, [pages, zone])
  useLayoutEffect(() => () => hand.current(null), [])

  // A table that was read again, because it had missed changes or was asked to, may have missed deletions: of these only reading tells. Once for each
  // reading.
  const end = read?.end ?? null
  const asked = useRef(end)
  const isBehind = pages !== undefined && read !== undefined && end !== null && BigInt(pages[0]?.window.revision ?? 0) < BigInt(read.readAt)
  useEffect(() => {
    if (!isBehind || isFetching || asked.current === end) return
    asked.current = end
    void refetch()
  }, [isBehind, isFetching, end, refetch])

  const last = pages?.at(-1)
  const shown =
    pages === undefined
      ? []
      : deletionsOf(
          pages.flatMap(({ entries }) => entries),
          read?.gone ?? [],
        )
  // What the table saw go since then is not among those that reading has counted.
  const since = shown.filter(({ revision }) => BigInt(revision) > BigInt(pages?.[0]?.window.revision ?? 0)).length
  return (
    <div className="flex flex-wrap items-center gap-x-3 gap-y-1 text-xs text-soft" data-deleted-too={last !== undefined}>
      {query.error !== null && !isCancelledError(query.error) ? (
        <span role="alert" className="text-error">
          {t.deletedFailed} {errorWords(query.error)}
        </span>
      ) : (
        <span role="status">
          {/* Nothing is looked for before the table was read. */}
          {last === undefined
            ? isFetching && (progress === null ? t.deletedLoading : t.deletedProgress({ writes: progress.writes }))
            : t.deletedFound({ shown: shown.length, matched: last.matched + since, oldest: last.window.oldest })}
        </span>
      )}
      {last?.window.unproven && (
        <span role="alert" className="text-warn">
          {t.deletedUnproven(last.window.unproven)}
        </span>
      )}
      {last?.next != null && (
        <button type="button" disabled={isFetching} onClick={() => void query.fetchNextPage()} className="link">
          {t.deletedOlder}
        </button>
      )}
      <LinkTo href={deletedLink(cluster, { path, namespace })} className="link">
        {t.deletedPage}
      </LinkTo>
    </div>
  )
}

const wordsOf = ({ after, time, revision }: Deletion, zone: Zone): string =>
  after === undefined
    ? t.deletedAt({ known: String(time !== null), time: time === null ? '' : clockText(time, zone), revision })
    : t.goneBetween({ after, revision })
