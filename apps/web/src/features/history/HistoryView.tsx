// The history of a key: every kept revision, newest first, with time, changes and writer; it ends at the compaction.
import type { DiffSpan, HistoryAnswer, HistoryEdge, HistoryEntry } from '@registree/contract'
import { useInfiniteQuery } from '@tanstack/react-query'
import { Fragment } from 'react'
import { LinkTo } from '../../lib/LinkTo.tsx'
import { dayOf, RevisionMoment } from '../../lib/RevisionMoment.tsx'
import { useZone } from '../../lib/time.ts'
import { Badge, type Tone } from '../../ui/Badge.tsx'
import { Exact } from '../../ui/Exact.tsx'
import { EntryFrame, HistoryFrame, HistoryPending } from './HistoryParts.tsx'
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
  const { data } = query
  if (data === undefined) return <HistoryPending query={query} />
  const first = data.pages[0] as HistoryAnswer
  const last = data.pages.at(-1) as HistoryAnswer
  const entries = data.pages.flatMap((page) => page.entries)
  const current = entries.find(({ revision }) => BigInt(revision) <= BigInt(shownAt))
  let day = ''
  return (
    <HistoryFrame
      query={query}
      words={strings}
      foot={
        <>
          {last.edge && <Edge edge={last.edge} />}
          {data.pages.some(({ timesRead }) => !timesRead) && (
            <p className="max-w-2xl text-xs text-warn" data-times-unread>
              {strings.timesUnread}
            </p>
          )}
          {entries.length > 0 && data.pages.some(({ hidden }) => hidden === 'possible') && (
            <p className="max-w-2xl text-xs text-soft">{strings.hidden}</p>
          )}
        </>
      }
    >
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
    </HistoryFrame>
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
    <EntryFrame
      isShown={isShown}
      at={{ 'data-revision': revision }}
      changes={changes}
      beforeGone={strings.beforeGone}
      head={
        <>
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
        </>
      }
      facts={
        <>
          {lease !== null && <span className="font-mono">{strings.lease({ id: lease })}</span>}
          {version !== null && <span>{strings.version({ version })}</span>}
          {size !== null && <span>{strings.size({ bytes: size, rounded: String(rounded) })}</span>}
        </>
      }
    />
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
