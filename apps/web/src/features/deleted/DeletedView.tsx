// What was deleted in the kept window: when, how, and one click to the last value and to what brings it back.
import {
  type ClusterInfo,
  type DeletedEntry,
  type DeletedPage,
  type DeletionCause,
  keyLink,
  PAST_MEGABYTES,
  type PastProgress,
} from '@registree/contract'
import { isCancelledError, useInfiniteQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { BundleMenu } from '../../lib/BundleMenu.tsx'
import { utf8, wireToBytes } from '../../lib/bytes.ts'
import { type DeletedFilter, deletedQuery, deletedUrl } from '../../lib/deleted-query.ts'
import { ErrorView } from '../../lib/ErrorView.tsx'
import { KeyText } from '../../lib/KeyText.tsx'
import { LinkTo } from '../../lib/LinkTo.tsx'
import { dayOf, RevisionMoment } from '../../lib/RevisionMoment.tsx'
import { Stale } from '../../lib/Stale.tsx'
import { say } from '../../lib/say.ts'
import { count, shortSize } from '../../lib/size.ts'
import { formatInstant, useZone } from '../../lib/time.ts'
import { useWaiting } from '../../lib/waiting.ts'
import { Badge } from '../../ui/Badge.tsx'
import { Button } from '../../ui/Button.tsx'
import { EmptyState } from '../../ui/EmptyState.tsx'
import { Exact } from '../../ui/Exact.tsx'
import { HeadReading, PageHead } from '../../ui/PageHead.tsx'
import { SearchField } from '../../ui/SearchField.tsx'
import { SkeletonLines } from '../../ui/Skeleton.tsx'
import { bundledDeletions } from './bundled-deletions.ts'
import { deletedText as t } from './strings.ts'

export type DeletedSearch = DeletedFilter

export function DeletedView({
  cluster,
  search,
  onSearch,
}: {
  cluster: ClusterInfo
  search: DeletedSearch
  onSearch: (change: Partial<DeletedSearch>) => void
}) {
  const client = useQueryClient()
  const zone = useZone()
  // That etcd may be read further back is said by a click, never by a link.
  const [budget, setBudget] = useState(PAST_MEGABYTES)
  const [progress, setProgress] = useState<PastProgress | null>(null)
  const options = deletedQuery(cluster.name, search, budget, setProgress)
  const query = useInfiniteQuery({ ...options, placeholderData: (before) => before })
  const waits = useWaiting(deletedUrl(cluster.name, search, budget, null))
  const error = isCancelledError(query.error) ? null : query.error
  const { data, isFetching } = query
  const pages = data?.pages ?? []
  const first = pages[0]
  const last = pages.at(-1)
  const entries = pages.flatMap((page) => page.entries)
  const { keys, objects } = bundledDeletions(entries)
  const cancel = () => void client.cancelQueries({ queryKey: options.queryKey }, { revert: true })
  return (
    <div className="flex h-full min-h-0 flex-col" data-page="deleted" data-complete={data !== undefined && !isFetching}>
      {!query.isFetchNextPageError && <Stale query={query} />}
      <div className="flex shrink-0 flex-col gap-1.5 border-b border-line px-3 py-2">
        <PageHead title={t.title} subtitle={t.subtitle}>
          <HeadReading
            progress={
              isFetching
                ? (waits ?? (progress === null ? t.loading : t.progress({ writes: progress.writes, bytes: shortSize(progress.bytes) })))
                : null
            }
            cancel={t.cancel}
            onCancel={cancel}
            again={t.again}
            onAgain={() => void query.refetch()}
          />
        </PageHead>
        <div className="flex flex-wrap items-center gap-1.5">
          <SearchField
            label={t.filter}
            placeholder={t.filterHint}
            value={search.q}
            onChange={(q) => onSearch({ q })}
            className="min-w-0 flex-1 basis-40 md:max-w-72"
          />
          <Choice
            label={t.resource}
            all={t.allResources}
            value={search.path}
            options={(first?.paths ?? []).filter(({ name }) => name !== '')}
            onChange={(path) => onSearch({ path })}
          />
          <Choice
            label={t.namespace}
            all={t.allNamespaces}
            value={search.namespace}
            options={first?.namespaces ?? []}
            onChange={(namespace) => onSearch({ namespace })}
          />
          <label
            className="flex h-7 items-center gap-1.5 text-sm"
            title={first && !search.routine ? t.routineHint({ deletions: first.routine }) : undefined}
          >
            <input
              type="checkbox"
              checked={search.routine}
              onChange={({ target }) => onSearch({ routine: target.checked })}
              className="accent-accent"
            />
            {t.routine}
            {first && !search.routine && first.routine > 0 && (
              <span className="text-xs text-soft max-md:hidden">({count(first.routine)})</span>
            )}
          </label>
        </div>
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable from the keyboard */}
      <section tabIndex={0} aria-label={t.list} className="min-h-0 flex-1 overflow-y-auto">
        {data === undefined && error ? (
          <ErrorView error={error} onRetry={() => void query.refetch()} />
        ) : data === undefined ? (
          isFetching ? (
            <div className="p-3">
              <SkeletonLines lines={12} />
            </div>
          ) : (
            <EmptyState title={t.stopped} />
          )
        ) : entries.length === 0 ? (
          <EmptyState title={isFiltered(search) ? t.none : t.noneEver}>{last && t.window(last.window)}</EmptyState>
        ) : (
          <Entries cluster={cluster.name} entries={entries} />
        )}
        <div className="flex flex-col items-start gap-2 p-3">
          {objects > 0 && keys.length > 1 && (
            <BundleMenu bundled={{ cluster: cluster.name, keys, rev: null }} label={t.applyAll({ objects })} />
          )}
          {last?.next != null && (
            <Button onClick={() => void query.fetchNextPage()} disabled={isFetching} aria-busy={query.isFetchingNextPage}>
              {query.isFetchingNextPage ? t.readingOlder : t.older}
            </Button>
          )}
          {error && query.isFetchNextPageError && <ErrorView error={error} onRetry={() => void query.fetchNextPage()} />}
          {last?.window.end === 'budget' && last.window.more && (
            <>
              <p className="max-w-2xl text-soft">{t.readOnWhy({ bytes: shortSize(last.window.more.bytes) })}</p>
              <Button disabled={isFetching} onClick={() => setBudget(last.window.more?.budget ?? budget)}>
                {t.readOn({ revisions: last.window.more.revisions, bytes: shortSize(last.window.more.bytes) })}
              </Button>
            </>
          )}
        </div>
      </section>
      <div className="mt-auto flex min-h-7 shrink-0 flex-wrap items-center gap-x-3 gap-y-0.5 border-t border-line bg-sunken px-3 py-1 text-xs text-soft max-md:min-h-11">
        {first && last && (
          <>
            <span role="status">{t.matched(entries.length, last.matched)}</span>
            <span data-window={last.window.end}>{t.window(last.window)}</span>
            {last.window.unproven && (
              <span role="alert" className="text-warn">
                {t.unproven(last.window.unproven)}
              </span>
            )}
            {last.window.since !== null && last.window.end !== 'first' && (
              <span>
                {t.since} {dayOf(last.window.since, zone)} <RevisionMoment time={last.window.since} />
              </span>
            )}
          </>
        )}
      </div>
    </div>
  )
}

const isFiltered = ({ path, namespace, q, routine }: DeletedSearch) => path !== '' || namespace !== '' || q.trim() !== '' || routine

function Choice({
  label,
  all,
  value,
  options,
  onChange,
}: {
  label: string
  all: string
  value: string
  options: DeletedPage['paths']
  onChange: (value: string) => void
}) {
  const known = value === '' || options.some(({ name }) => name === value)
  return (
    <select
      aria-label={label}
      value={value}
      onChange={({ target }) => onChange(target.value)}
      className="h-7 w-44 rounded border border-line bg-surface px-1.5 text-sm"
    >
      <option value="">{all}</option>
      {!known && <option value={value}>{value}</option>}
      {options.map(({ name, deletions }) => (
        <option key={name} value={name}>
          {t.option({ name, deletions })}
        </option>
      ))}
    </select>
  )
}

function Entries({ cluster, entries }: { cluster: string; entries: readonly DeletedEntry[] }) {
  const zone = useZone()
  let day = ''
  return (
    <ol>
      {entries.map((entry) => {
        const own = dayOf(entry.time, zone)
        const heading = own !== '' && own !== day ? own : null
        day = own === '' ? day : own
        return (
          <li key={`${entry.revision} ${entry.key ?? entry.key64}`} data-deleted={entry.key ?? entry.key64}>
            {heading !== null && <p className="border-b border-line bg-sunken px-3 py-1 text-xs font-medium text-soft">{heading}</p>}
            <Entry cluster={cluster} entry={entry} />
          </li>
        )
      })}
    </ol>
  )
}

function Entry({ cluster, entry }: { cluster: string; entry: DeletedEntry }) {
  const { revision, time, kind, path, namespace, name, size, rounded, last, causes, again, problem, sentences } = entry
  const key = wireToBytes(entry)
  const place = namespace === null ? name : `${namespace}/${name}`
  return (
    <div className="grid items-baseline gap-x-4 gap-y-0.5 border-b border-line/60 px-3 py-1.5 hover:bg-hover md:grid-cols-[9.5rem_minmax(0,5fr)_minmax(0,5fr)_6.5rem_auto]">
      <span className="flex flex-wrap items-baseline gap-x-2">
        <RevisionMoment time={time} className="tabular-nums underline decoration-dotted decoration-line-strong underline-offset-2" />
        <span className="text-xs text-faint tabular-nums">{t.revision({ revision })}</span>
      </span>
      <span className="flex min-w-0 flex-wrap items-baseline gap-x-2">
        <span className="shrink-0 text-soft">{kind || path || t.otherKey}</span>
        <LinkTo href={keyLink(cluster, key, { view: 'history' })} className="min-w-0 break-all text-v3 no-underline hover:underline">
          <KeyText bytes={path === '' ? key : utf8(place)} className="text-[12.5px]" />
        </LinkTo>
        {again !== null && (
          <Exact exact={t.createdAgain({ revision: again })} className="">
            <Badge tone="ok">{t.existsAgain}</Badge>
          </Exact>
        )}
      </span>
      <ul className="min-w-0 text-sm text-soft">
        {causes.map((cause) => (
          <Cause key={cause.code} cluster={cluster} cause={cause} />
        ))}
        {problem !== null && <li className="text-warn">{say.problem(sentences, problem)}</li>}
      </ul>
      <span className="text-xs text-soft tabular-nums md:text-right">
        {size === null ? '' : t.size({ bytes: size, rounded: String(rounded) })}
      </span>
      {last === null ? (
        <span className="text-xs text-soft">{t.notKept}</span>
      ) : (
        <span className="flex flex-wrap gap-x-3">
          <LinkTo href={keyLink(cluster, key, { rev: last })} className="link" aria-label={t.lastValueOf({ name })}>
            {t.lastValue}
          </LinkTo>
          <LinkTo href={keyLink(cluster, key, { rev: last, view: 'apply' })} className="link" aria-label={t.applyOf({ name })}>
            {t.apply}
          </LinkTo>
        </span>
      )}
    </div>
  )
}

function Cause({ cluster, cause }: { cluster: string; cause: DeletionCause }) {
  const { params, at } = cause
  const zone = useZone()
  const says = t.cause(cause)
  const requested = typeof params.requested === 'string' ? t.requested({ time: formatInstant(params.requested, zone) }) : null
  return (
    <li className="min-w-0 break-words">
      {at !== undefined ? (
        <LinkTo href={keyLink(cluster, wireToBytes(at), { rev: at.rev })} className="inline-block leading-6 no-underline hover:underline">
          {says}
        </LinkTo>
      ) : requested !== null ? (
        <Exact exact={requested}>{says}</Exact>
      ) : (
        says
      )}
    </li>
  )
}
