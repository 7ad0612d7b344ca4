// The findings page: results by rule while the pass runs, and below them what fills the database.
import { apiPaths, type ClusterInfo, FINDING_RULES, type Finding, type FindingRule } from '@registree/contract'
import { type FilterRow, listFilter } from '@registree/query'
import { isCancelledError, useQuery, useQueryClient } from '@tanstack/react-query'
import { RotateCw } from 'lucide-react'
import { type ReactNode, useEffect, useMemo, useState } from 'react'
import { ErrorView } from '../../lib/ErrorView.tsx'
import { useFollowedRegistry } from '../../lib/follow-registry.ts'
import { LinkTo } from '../../lib/LinkTo.tsx'
import { LiveState } from '../../lib/LiveState.tsx'
import { say } from '../../lib/say.ts'
import { count, shortSize } from '../../lib/size.ts'
import { formatInstant, useZone } from '../../lib/time.ts'
import { useWaiting } from '../../lib/waiting.ts'
import { type Tone, ToneIcon } from '../../ui/Badge.tsx'
import { Banner } from '../../ui/Banner.tsx'
import { Button, buttonClass } from '../../ui/Button.tsx'
import { classNames } from '../../ui/class-names.ts'
import { EmptyState } from '../../ui/EmptyState.tsx'
import { PageHead } from '../../ui/PageHead.tsx'
import { SearchField } from '../../ui/SearchField.tsx'
import { Skeleton } from '../../ui/Skeleton.tsx'
import { FindingGroup, toneOf } from './FindingGroup.tsx'
import { type FindingsData, findingsQuery } from './queries.ts'
import { findingsText as t } from './strings.ts'
import { UsageTable } from './UsageTable.tsx'

/** Filters in the URL: a severity, a rule, words. Empty means everything. */
export type FindingsSearch = { severity: string; rule: string; q: string }

/** Rankings list the largest entries, not faults. */
const RANKINGS: readonly FindingRule[] = ['largest', 'rewritten']
const SEVERITIES = ['error', 'warning', 'info'] as const
/** Written all the time: no finding comes of them. */
const ROUTINE: readonly string[] = ['leases', 'events', 'events.k8s.io/events', 'masterleases', 'peerserverleases']
const NONE: readonly Finding[] = []

export function FindingsView({
  cluster,
  search,
  hrefWith,
  onSearch,
}: {
  cluster: ClusterInfo
  search: FindingsSearch
  hrefWith: (change: Partial<FindingsSearch>) => string
  onSearch: (change: Partial<FindingsSearch>) => void
}) {
  const client = useQueryClient()
  // Reading a large etcd needs a click: a link must not trigger it.
  const [agreed, setAgreed] = useState(() => client.getQueryData(findingsQuery(cluster.name, true).queryKey) !== undefined)
  const query = findingsQuery(cluster.name, agreed)
  const { data, dataUpdatedAt, error: reason, isFetching, refetch } = useQuery(query)
  const asked = useQuery({ ...findingsQuery(cluster.name, false), enabled: false }).data?.head
  const error = isCancelledError(reason) ? null : reason
  const waits = useWaiting(apiPaths.findings(cluster.name, { all: agreed }))
  const cancel = () => void client.cancelQueries({ queryKey: query.queryKey }, { revert: false })

  const live = useFollowedRegistry({
    after: cluster.source === 'etcd' && data?.end != null ? data.head.revision : null,
    readAt: dataUpdatedAt,
    concerns: ({ path }) => !ROUTINE.includes(path),
    // A pass reads everything: only the user starts it.
    asks: true,
    isHeld: false,
    isFetching,
    read: () => void refetch(),
  })
  if (error && !data) return <ErrorView error={error} onRetry={() => void refetch()} />
  if (data?.head.ask)
    return (
      <EmptyState
        page
        title={t.ask({ total: data.head.total ?? 0 })}
        actions={
          <Button tone="primary" onClick={() => setAgreed(true)}>
            {t.askButton({ total: data.head.total ?? 0 })}
          </Button>
        }
      >
        {t.askWhy({ total: data.head.total ?? 0 })}
      </EmptyState>
    )
  return (
    <div className="flex h-full min-h-0 flex-col" data-page="findings" data-complete={data?.end != null}>
      <Head
        cluster={cluster}
        data={data}
        total={data?.head.total ?? asked?.total ?? null}
        search={search}
        hrefWith={hrefWith}
        onSearch={onSearch}
        reading={isFetching}
        waits={waits}
        onCancel={cancel}
        onAgain={() => void refetch()}
        live={<LiveState {...live} onPause={live.setPaused} onRead={() => void refetch()} onShow={() => void refetch()} />}
      />
      {error && data && (
        <Banner tone="error" actions={<Button onClick={() => void refetch()}>{t.start}</Button>}>
          {t.failed} {error.message}
        </Banner>
      )}
      {!error && !isFetching && data?.end === null && (
        <Banner tone="warning" actions={<Button onClick={() => void refetch()}>{t.start}</Button>}>
          {t.stopped({ read: data.progress?.read ?? 0 })}
        </Banner>
      )}
      {data && data.head.notices.length > 0 && (
        <Banner tone="warning">{say.note(data.head.noticeSentences, data.head.notices.join(' '))}</Banner>
      )}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable from the keyboard */}
      <section tabIndex={0} aria-label={t.scope} className="min-h-0 flex-1 overflow-y-auto px-3 pb-6">
        {data === undefined ? (
          <Pending />
        ) : isFetching && data.end === null && search.rule === '' ? (
          <Tally data={data} search={search} hrefWith={hrefWith} />
        ) : (
          <Found cluster={cluster.name} data={data} search={search} hrefWith={hrefWith} />
        )}
      </section>
      <Foot data={data} />
    </div>
  )
}

function Head({
  cluster,
  data,
  total,
  search,
  hrefWith,
  onSearch,
  reading,
  waits,
  onCancel,
  onAgain,
  live,
}: {
  cluster: ClusterInfo
  data: FindingsData | undefined
  total: number | null
  search: FindingsSearch
  hrefWith: (change: Partial<FindingsSearch>) => string
  onSearch: (change: Partial<FindingsSearch>) => void
  reading: boolean
  /** The message while it is not its turn. */
  waits: string | null
  onCancel: () => void
  onAgain: () => void
  live: ReactNode
}) {
  const faults = useMemo(
    () => [...(data?.findings ?? [])].flatMap(([rule, list]) => (RANKINGS.includes(rule) ? [] : list)),
    [data?.findings],
  )
  const of = (severity: string) => faults.filter((finding) => severity === '' || finding.severity === severity).length
  const progress = data?.progress ?? null
  return (
    <div className="flex shrink-0 flex-col gap-1.5 border-b border-line px-3 py-2">
      <PageHead title={t.title} subtitle={t.subtitle({ prefix: data?.head.prefix ?? cluster.kubernetesPrefix })}>
        <div className="flex min-h-7 min-w-0 flex-1 items-center gap-2 text-xs text-soft max-md:basis-full md:justify-end">
          {reading ? (
            <>
              <span
                role="status"
                title={waits ?? undefined}
                className={classNames('min-w-0 truncate', waits === null && 'max-md:flex-1 md:w-64')}
              >
                {progress === null ? (waits ?? t.counting) : t.reading(progress.read, total, shortSize(progress.bytes))}
              </span>
              {waits === null && (
                <>
                  <progress
                    aria-label={t.progress}
                    max={total ?? undefined}
                    value={total === null ? undefined : (progress?.read ?? 0)}
                    className="h-1.5 w-40 accent-accent max-md:w-16"
                  />
                  <span className="w-40 truncate max-md:hidden">{progress !== null && t.now({ path: progress.path })}</span>
                </>
              )}
              <Button onClick={onCancel}>{t.cancel}</Button>
            </>
          ) : (
            <>
              {live}
              <Button icon={<RotateCw size={14} aria-hidden />} onClick={onAgain}>
                {t.again}
              </Button>
            </>
          )}
        </div>
      </PageHead>
      <div className="flex flex-wrap items-center gap-1.5">
        <SearchField
          label={t.filter}
          placeholder={t.filterHint}
          value={search.q}
          onChange={(q) => onSearch({ q })}
          className="min-w-0 flex-1 basis-56 md:max-w-80"
        />
        <ul aria-label={t.severities} className="flex flex-wrap items-center gap-1">
          {['', ...SEVERITIES].map((severity) => {
            const chosen = search.severity === severity
            return (
              <li key={severity}>
                <LinkTo
                  href={hrefWith({ severity })}
                  aria-current={chosen ? 'true' : undefined}
                  className={classNames(
                    'inline-flex h-7 items-center gap-1 rounded px-2 no-underline hover:bg-hover',
                    chosen ? 'bg-accent-soft text-ink ring-1 ring-accent' : 'text-soft',
                  )}
                >
                  {severity !== '' && <ToneIcon tone={toneOf(severity as Finding['severity'])} size={13} />}
                  <span className="inline-block min-w-[2ch] text-right font-semibold text-ink">{count(of(severity))}</span>
                  {severity === '' ? t.all : t.severity[severity as Finding['severity']]}
                </LinkTo>
              </li>
            )
          })}
          {search.rule !== '' && (
            <li>
              <LinkTo href={hrefWith({ rule: '' })} className={buttonClass('plain')}>
                {t.showAll}
              </LinkTo>
            </li>
          )}
        </ul>
      </div>
    </div>
  )
}

function Found({
  cluster,
  data,
  search,
  hrefWith,
}: {
  cluster: string
  data: FindingsData
  search: FindingsSearch
  hrefWith: (change: Partial<FindingsSearch>) => string
}) {
  const counts = useMemo(() => new Map(data.end?.counts.map(({ rule, count: all }) => [rule, all])), [data.end])
  const groups = useMemo(() => {
    const matches = matcher(search)
    return FINDING_RULES.filter((rule) => search.rule === '' || search.rule === rule).flatMap((rule) => {
      const all = data.findings.get(rule) ?? NONE
      const shown = all.filter(matches)
      return shown.length === 0 ? [] : [{ rule, all, shown, narrowed: shown.length < all.length }]
    })
  }, [data.findings, search])
  const faults = groups.filter(({ rule }) => !RANKINGS.includes(rule))
  const rankings = groups.filter(({ rule }) => RANKINGS.includes(rule))
  const notFound = FINDING_RULES.filter((rule) => !RANKINGS.includes(rule) && !data.findings.has(rule))
  const [judged, unjudged] = data.head.now === null ? splitBy(notFound, (rule) => !BY_AGE.includes(rule)) : [notFound, []]
  const anything = [...data.findings.keys()].some((rule) => !RANKINGS.includes(rule))
  const unfiltered = search.q === '' && search.rule === '' && search.severity === ''
  const usage = unfiltered ? (data.end?.usage ?? []) : []
  const drawGroup = ({ rule, all, shown, narrowed }: (typeof groups)[number]) => (
    <FindingGroup
      key={rule}
      cluster={cluster}
      rule={rule}
      shown={shown}
      count={narrowed ? shown.length : (counts.get(rule) ?? shown.length)}
      listed={all.length}
      ranking={RANKINGS.includes(rule)}
      href={hrefWith({ rule: search.rule === rule ? '' : rule })}
      chosen={search.rule === rule}
    />
  )
  return (
    <>
      {faults.map(drawGroup)}
      {faults.length === 0 && !anything && (
        <p className="flex items-center gap-2 py-4">
          <ToneIcon tone={!data.end ? 'progress' : data.end.read === 0 ? 'muted' : 'ok'} />
          {data.end ? t.nothing({ read: data.end.read }) : t.nothingYet}
        </p>
      )}
      {groups.length === 0 && anything && (
        <EmptyState
          title={t.noMatch}
          actions={
            <LinkTo href={hrefWith({ q: '', rule: '', severity: '' })} className={buttonClass('plain')}>
              {t.showAll}
            </LinkTo>
          }
        />
      )}
      {data.end && unfiltered && <RuleList id="silent" title={t.silent} rules={judged} tone="ok" />}
      {data.end && unfiltered && <RuleList id="unjudged" title={t.unjudged} rules={unjudged} tone="muted" />}
      {(rankings.length > 0 || usage.length > 0) && (
        <section aria-labelledby="store" className="mt-6">
          <h2 id="store" className="border-b border-line pb-1 text-base font-semibold">
            {t.store}
          </h2>
          {usage.length > 0 && <UsageTable cluster={cluster} usage={usage} />}
          <div className="grid gap-x-8 xl:grid-cols-2">{rankings.map(drawGroup)}</div>
        </section>
      )}
    </>
  )
}

/** Rules that depend on ages. */
const BY_AGE: readonly FindingRule[] = ['silent-node', 'stuck-deletion', 'stale-lease']

function splitBy<T>(items: readonly T[], test: (item: T) => boolean): [T[], T[]] {
  return [items.filter(test), items.filter((item) => !test(item))]
}

function RuleList({ id, title, rules, tone }: { id: string; title: string; rules: readonly FindingRule[]; tone: Tone }) {
  if (rules.length === 0) return null
  return (
    <section aria-labelledby={id} className="mt-5">
      <h2 id={id} className="text-sm font-semibold">
        {title}
      </h2>
      <ul className="mt-1 grid gap-x-6 text-soft md:grid-cols-2">
        {rules.map((rule) => (
          <li key={rule} className="flex min-h-6 items-center gap-2">
            <ToneIcon tone={tone} size={13} />
            {t.rules[rule].title}
          </li>
        ))}
      </ul>
    </section>
  )
}

/** Drawn at once it would only flicker when everything is read quickly. */
const TALLY_AFTER_MS = 300

/** While values are read: the number of findings per rule, one line each, so that nothing moves. Details are one click away. */
function Tally({
  data,
  search,
  hrefWith,
}: {
  data: FindingsData
  search: FindingsSearch
  hrefWith: (change: Partial<FindingsSearch>) => string
}) {
  const [shown, setShown] = useState(false)
  useEffect(() => {
    const timer = setTimeout(() => setShown(true), TALLY_AFTER_MS)
    return () => clearTimeout(timer)
  }, [])
  if (!shown) return <Pending />
  const matches = matcher(search)
  return (
    <ul aria-label={t.soFar} className="mt-3">
      {FINDING_RULES.filter((rule) => !RANKINGS.includes(rule)).map((rule) => {
        const found = (data.findings.get(rule) ?? NONE).filter(matches)
        const first = found[0]
        return (
          <li key={rule} className="flex min-h-8 items-center gap-2 border-b border-line/60">
            <ToneIcon tone={first === undefined ? 'muted' : toneOf(first.severity)} size={13} />
            <span className={classNames('w-[6ch] shrink-0 text-right', first === undefined ? 'text-faint' : 'font-semibold')}>
              {count(found.length)}
            </span>
            {first === undefined ? (
              <span className="min-w-0 text-soft">{t.rules[rule].title}</span>
            ) : (
              <LinkTo href={hrefWith({ rule })} className="link min-w-0">
                {t.rules[rule].title}
              </LinkTo>
            )}
          </li>
        )
      })}
    </ul>
  )
}

function Foot({ data }: { data: FindingsData | undefined }) {
  const zone = useZone()
  return (
    <div className="flex min-h-7 shrink-0 flex-wrap content-center items-center gap-x-3 border-t border-line bg-sunken px-3 text-xs text-soft max-md:min-h-[3.65rem] max-md:content-start max-md:py-1">
      {data && <span>{t.revision({ revision: data.head.revision })}</span>}
      {data && (
        <span className="max-md:order-last max-md:basis-full">
          {data.head.now === null
            ? t.asOfUnknown
            : data.head.asOf === null
              ? t.asOfNow({ time: formatInstant(data.head.now, zone) })
              : t.asOf({ time: formatInstant(data.head.asOf, zone) })}
        </span>
      )}
      {data?.end && (
        <span>{t.read({ read: data.end.read, bytes: shortSize(data.end.bytes), time: `${count(data.end.milliseconds)} ms` })}</span>
      )}
    </div>
  )
}

function Pending() {
  return (
    <div aria-hidden data-pending className="flex flex-col gap-5 pt-5">
      {[4, 7, 3].map((lines) => (
        <div key={lines} className="flex flex-col">
          <Skeleton className="mb-2 h-4 w-64" />
          {Array.from({ length: lines }, (_, i) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: skeletons have no identity
            <span key={i} className="flex h-7 items-center gap-6">
              <Skeleton className="h-3 w-52" />
              <Skeleton className="h-3 w-80 max-w-[40vw]" />
            </span>
          ))}
        </div>
      ))}
    </div>
  )
}

/** What a filter may name. */
const COLUMNS = [{ name: 'Kind' }, { name: 'Name' }, { name: 'Key' }, { name: 'Place' }, { name: 'Message' }]

function matcher({ severity, q }: FindingsSearch): (finding: Finding) => boolean {
  const matches = listFilter(q, COLUMNS)
  return (finding) => (severity === '' || finding.severity === severity) && (matches?.(rowOf(finding)) ?? true)
}

function rowOf({ kind, key = '', says, sentences, namespace, name, links }: Finding): FilterRow {
  const told = [say.finding(sentences, says), ...links.map((link) => say.findingLink([link.says], link.text))]
  return { namespace, cells: [kind, name, key, `${namespace}/${name}`, told.join(' ')] }
}
