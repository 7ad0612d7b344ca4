// What the histories of both keyspaces share: the frame with the way to older entries, and the frame of one entry.
import type { ChangeSummary } from '@registree/contract'
import type { UseInfiniteQueryResult } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { ErrorView } from '../../lib/ErrorView.tsx'
import { Stale } from '../../lib/Stale.tsx'
import { Button } from '../../ui/Button.tsx'
import { SkeletonLines } from '../../ui/Skeleton.tsx'
import { ChangeLine } from './ChangeLine.tsx'
import { strings } from './strings.ts'

/** In place of a history: it is being read, or could not be. */
export function HistoryPending({ query: { error, refetch } }: { query: Pick<UseInfiniteQueryResult, 'error' | 'refetch'> }) {
  return error ? (
    <ErrorView error={error} onRetry={() => void refetch()} />
  ) : (
    <div className="p-3" role="status" aria-label={strings.loading}>
      <SkeletonLines lines={14} />
    </div>
  )
}

export function HistoryFrame({
  query,
  words,
  children,
  foot,
}: {
  query: UseInfiniteQueryResult
  words: { title: string; older: string; readingOlder: string }
  /** The entries. */
  children: ReactNode
  /** How far back it goes, and what is not known. */
  foot: ReactNode
}) {
  const { error, hasNextPage, isFetchingNextPage, isFetchNextPageError } = query
  const readOlder = () => void query.fetchNextPage()
  return (
    <section aria-label={words.title} className="flex min-h-0 flex-1 flex-col overflow-auto" data-history={hasNextPage ? 'part' : 'whole'}>
      {!isFetchNextPageError && <Stale query={query} />}
      {children}
      <div className="flex flex-col items-start gap-2 p-3">
        {hasNextPage && (
          <Button onClick={readOlder} disabled={isFetchingNextPage} aria-busy={isFetchingNextPage}>
            {isFetchingNextPage ? words.readingOlder : words.older}
          </Button>
        )}
        {error && isFetchNextPageError && <ErrorView error={error} onRetry={readOlder} />}
        {foot}
      </div>
    </section>
  )
}

export function EntryFrame({
  isShown,
  at,
  head,
  changes,
  beforeGone,
  facts,
}: {
  isShown: boolean
  at: { 'data-revision': string } | { 'data-index': string }
  head: ReactNode
  /** Null if the state before is not known. */
  changes: ChangeSummary[] | null
  beforeGone: string
  facts: ReactNode
}) {
  return (
    <li
      className="flex flex-col gap-1 border-b border-line/60 px-3 py-1.5 hover:bg-hover aria-[current]:border-l-2 aria-[current]:border-l-accent aria-[current]:pl-2.5"
      aria-current={isShown ? 'true' : undefined}
      {...at}
    >
      <div className="flex flex-wrap items-center gap-x-3 gap-y-0.5">{head}</div>
      <div className="flex flex-wrap items-start justify-between gap-x-4">
        <div className="min-w-0 flex-1 basis-72">
          {changes === null ? <p className="text-xs text-soft">{beforeGone}</p> : <ChangeLine changes={changes} />}
        </div>
        <span className="flex flex-wrap gap-x-3 text-xs text-soft tabular-nums">{facts}</span>
      </div>
    </li>
  )
}
