// The history of a key: every kept revision, newest first, with time, changes and writer; it ends at the compaction.
import type { DiffSpan, HistoryAnswer, HistoryEdge, HistoryEntry } from '@registree/contract'
import { useInfiniteQuery } from '@tanstack/react-query'
import { Fragment } from 'react'
import { ErrorView } from '../../lib/ErrorView.tsx'
import { LinkTo } from '../../lib/LinkTo.tsx'
import { dayOf, RevisionMoment } from '../../lib/RevisionMoment.tsx'
import { Stale } from '../../lib/Stale.tsx'
import { useZone } from '../../lib/time.ts'
import { Badge, type Tone } from '../../ui/Badge.tsx'
import { Button } from '../../ui/Button.tsx'
import { Exact } from '../../ui/Exact.tsx'
import { SkeletonLines } from '../../ui/Skeleton.tsx'
import { ChangeLine } from './ChangeLine.tsx'
import { historyQuery } from './queries.ts'
import { strings } from './strings.ts'

export interface HistoryViewProps {
  cluster: string
  keyBytes: Uint8Array
  /** The newest revision when the visit began. */
  visit: string
  /** The page's revision: the entry that was current then is marked. */
  shownAt: string
  /** The link to the key's value at a revision. */
  revisionHref: (revision: string) => string
  /** The link to the comparison of two revisions. */
  diffHref: (span: DiffSpan) => string
}

export function HistoryView({ cluster, keyBytes, visit, shownAt, revisionHref, diffHref }: HistoryViewProps) {
  const query = useInfiniteQuery(historyQuery(cluster, keyBytes, visit))
  const zone = useZone()
  const { data, error } = query
  if (data === undefined)
    return error ? (
      <ErrorView error={error} onRetry={() => void query.refetch()} />
    ) : (
      <div className="p-3" role="status" aria-label={strings.loading}>
        <SkeletonLines lines={14} />
      </div>
    )
  const first = data.pages[0] as HistoryAnswer
  const last = data.pages.at(-1) as HistoryAnswer
  const entries = data.pages.flatMap((page) => page.entries)
  const current = entries.find(({ revision }) => BigInt(revision) <= BigInt(shownAt))
  let day = ''
  return (
    <section
      aria-label={strings.title}
      className="flex min-h-0 flex-1 flex-col overflow-auto"
      data-history={last.next === null ? 'whole' : 'part'}
    >
      {!query.isFetchNextPageError && <Stale query={query} />}
      {entries.length === 0 ? (
        <p className="px-3 pt-3">{strings.none}</p>
      ) : (
        <>
          <p className="px-3 pt-2 pb-1 text-xs text-soft" role="status">
            {strings.kept(entries.length, first.total)}
          </p>
          <ol className="flex flex-col">
            {entries.map((entry) => {
              const own = dayOf(entry.time, zone)
              const heading = own !== '' && own !== day ? own : null
              day = own === '' ? day : own
              return (
                <Fragment key={entry.revision}>
                  {heading !== null && (
                    <li className="border-b border-line bg-sunken px-3 py-1 text-xs font-medium text-soft">{heading}</li>
                  )}
                  <Entry entry={entry} isShown={entry === current} revisionHref={revisionHref} diffHref={diffHref} />
                </Fragment>
              )
            })}
          </ol>
        </>
      )}
      <div className="flex flex-col items-start gap-2 p-3">
        {last.next !== null && (
          <Button onClick={() => void query.fetchNextPage()} disabled={query.isFetchingNextPage} aria-busy={query.isFetchingNextPage}>
            {query.isFetchingNextPage ? strings.readingOlder : strings.older}
          </Button>
        )}
        {error && query.isFetchNextPageError && <ErrorView error={error} onRetry={() => void query.fetchNextPage()} />}
        {last.edge && <Edge edge={last.edge} />}
        {data.pages.some(({ timesRead }) => !timesRead) && (
          <p className="max-w-2xl text-xs text-warn" data-times-unread>
            {strings.timesUnread}
          </p>
        )}
        {entries.length > 0 && data.pages.some(({ hidden }) => hidden === 'possible') && (
          <p className="max-w-2xl text-xs text-soft">{strings.hidden}</p>
        )}
      </div>
    </section>
  )
}

const TONES: Record<HistoryEntry['action'], Tone> = { created: 'ok', updated: 'muted', deleted: 'error', recreated: 'ok' }

function Entry({
  entry,
  isShown,
  revisionHref,
  diffHref,
}: { entry: HistoryEntry; isShown: boolean } & Pick<HistoryViewProps, 'revisionHref' | 'diffHref'>) {
  const { revision, action, time, version, size, rounded, lease, changes, before, readAt } = entry
  const gone = action === 'deleted'
  return (
    <li
      className="flex flex-col gap-1 border-b border-line/60 px-3 py-1.5 hover:bg-hover aria-[current]:border-l-2 aria-[current]:border-l-accent aria-[current]:pl-2.5"
      aria-current={isShown ? 'true' : undefined}
      data-revision={revision}
    >
      <div className="flex flex-wrap items-center gap-x-3 gap-y-0.5">
        <RevisionMoment
          time={time}
          className="min-w-[9.5rem] tabular-nums underline decoration-dotted decoration-line-strong underline-offset-2"
        />
        {gone ? (
          <span className="tabular-nums">{strings.revision({ revision })}</span>
        ) : (
          <LinkTo href={revisionHref(readAt)} className="link leading-6 tabular-nums" title={strings.showAt({ revision: readAt })}>
            {strings.revision({ revision })}
          </LinkTo>
        )}
        <Badge tone={TONES[action]} icon={action !== 'updated'}>
          {strings.actions[action]}
        </Badge>
        {isShown && <span className="text-xs text-accent">{strings.shown}</span>}
        <Writers entry={entry} />
        {action === 'updated' && before !== null && (
          <LinkTo href={diffHref({ from: before, to: readAt })} className="link leading-6" aria-label={strings.compareOf({ revision })}>
            {strings.compare}
          </LinkTo>
        )}
        {gone && before !== null && (
          <LinkTo href={revisionHref(before)} className="link leading-6" aria-label={strings.lastValueOf({ revision })}>
            {strings.lastValue}
          </LinkTo>
        )}
      </div>
      <div className="flex flex-wrap items-start justify-between gap-x-4">
        <div className="min-w-0 flex-1 basis-72">
          {changes === null ? <p className="text-xs text-soft">{strings.beforeGone}</p> : <ChangeLine changes={changes} />}
        </div>
        <span className="flex flex-wrap gap-x-3 text-xs text-soft tabular-nums">
          {lease !== null && <span className="font-mono">{strings.lease({ id: lease })}</span>}
          {version !== null && <span>{strings.version({ version })}</span>}
          {size !== null && <span>{strings.size({ bytes: size, rounded: String(rounded) })}</span>}
        </span>
      </div>
    </li>
  )
}

function Writers({ entry: { writers, writersBy } }: { entry: HistoryEntry }) {
  if (writers.length === 0) return null
  const names = [...new Set(writers.map(({ manager, subresource }) => strings.subresource(manager, subresource)))]
  return (
    <span className="inline-flex min-w-0 flex-wrap items-baseline gap-x-1">
      <span className="text-faint">{strings.by}</span>{' '}
      {names.map((name, i) => (
        <Fragment key={name}>
          {i > 0 && <span className="text-faint"> {strings.or} </span>}
          <Exact exact={strings.writersBy[writersBy]}>{name}</Exact>
        </Fragment>
      ))}
    </span>
  )
}

function Edge({ edge: { kind, revision, time, reads, gap } }: { edge: HistoryEdge }) {
  return (
    <p className="max-w-2xl text-soft" data-edge={kind}>
      {kind === 'compacted' ? (
        <>
          {strings.edge.compacted({ revision })} {time !== null && <RevisionMoment time={time} />}
        </>
      ) : kind === 'first' ? (
        strings.edge.first
      ) : (
        strings.edge.searched({ reads, oldest: revision, gap })
      )}
    </p>
  )
}
