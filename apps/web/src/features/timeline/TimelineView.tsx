// Everything that was written in the kept window, as a picture and as a list; a change that is chosen opens beside it.
import { type ClusterInfo, FIRST_TIMELINE, keyLink, PAST_MEGABYTES, type TimelineBars, type WireKey } from '@registree/contract'
import { isCancelledError, useQuery, useQueryClient } from '@tanstack/react-query'
import { ChevronLeft, ChevronRight, Maximize2, RotateCw, X, ZoomIn, ZoomOut } from 'lucide-react'
import { type ReactNode, useDeferredValue, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react'
import { text } from '../../i18n/text.ts'
import { keyId, wireToBytes } from '../../lib/bytes.ts'
import { ErrorView } from '../../lib/ErrorView.tsx'
import { useFollowedReading } from '../../lib/follow-reading.ts'
import { useHeld } from '../../lib/held.ts'
import { LinkTo } from '../../lib/LinkTo.tsx'
import { LiveState } from '../../lib/LiveState.tsx'
import { RevisionMoment } from '../../lib/RevisionMoment.tsx'
import { Stale } from '../../lib/Stale.tsx'
import { useShortcuts } from '../../lib/shortcuts.ts'
import { shortSize } from '../../lib/size.ts'
import { formatClock, formatInstant, useZone } from '../../lib/time.ts'
import { useWaiting } from '../../lib/waiting.ts'
import { Badge } from '../../ui/Badge.tsx'
import { Banner } from '../../ui/Banner.tsx'
import { Button, buttonClass } from '../../ui/Button.tsx'
import { classNames } from '../../ui/class-names.ts'
import { EmptyState } from '../../ui/EmptyState.tsx'
import { IconButton } from '../../ui/IconButton.tsx'
import { SearchField } from '../../ui/SearchField.tsx'
import { SkeletonLines } from '../../ui/Skeleton.tsx'
import { ChangeList, spanOf, TONES } from './ChangeList.tsx'
import { Lanes, nameOf } from './Lanes.tsx'
import { CountedOverview, Overview } from './Overview.tsx'
import { matchingQuery, type Reach, timelineQuery, timelineUrl } from './queries.ts'
import { timelineText as t } from './strings.ts'
import {
  type Action,
  extentOf,
  firstWriteFrom,
  type KeptOrder,
  keptOrder,
  type LaneObject,
  lanesOf,
  type Matching,
  shownIn,
  shownWrites,
  stateAt,
  type TimelineData,
  type TimelineFilter,
  timeAt,
} from './timeline-data.ts'
import { objectFilter, parseTimelineFilter } from './timeline-filter.ts'

export interface TimelineSearch extends TimelineFilter {
  list: boolean
  /** The change that is chosen: a key and its revision. */
  chosen: (WireKey & { rev: string }) | null
}

/** A live etcd is read back for a few writes first, and then for more. */
const FIRST_REACH: Reach = FIRST_TIMELINE
/** @see timelineQuery */
interface Reaching {
  reach: Reach
  /** Was read before. */
  after?: Reach
  /** Was tried after it; `why` it failed, null if it was cancelled. */
  unread?: { reach: Reach; why: string | null }
}

const SECOND_REACH: Reach = { writes: 20_000, budget: PAST_MEGABYTES }
const ZOOM = 2

export interface TimelineViewProps {
  cluster: ClusterInfo
  search: TimelineSearch
  hrefWith: (change: Partial<TimelineSearch>) => string
  onSearch: (change: Partial<TimelineSearch>, replace?: boolean) => void
  /** The comparison of a key at one revision with the one before. */
  difference: (key: Uint8Array, revision: number) => ReactNode
}

export function TimelineView({ cluster, search, hrefWith, onSearch, difference }: TimelineViewProps) {
  const client = useQueryClient()
  // That etcd may be read further back is said by a click, never by a link.
  const [{ reach, after, unread }, setReach] = useState<Reaching>({ reach: FIRST_REACH })
  const options = timelineQuery(cluster.name, reach, after)
  const query = useQuery({
    ...options,
    // Not what was read of another history of this etcd: that is forgotten.
    placeholderData: (before, of) => (of !== undefined && client.getQueryState(of.queryKey) === of.state ? before : undefined),
  })
  const waits = useWaiting(timelineUrl(cluster.name, reach))
  const error = isCancelledError(query.error) ? null : query.error
  const { data, isFetching } = query
  const isNearer = query.isPlaceholderData
  // Reading further back was cancelled, or failed before it told more: what was read before stays, and is followed.
  if (after !== undefined && !isFetching && (isNearer || data === undefined))
    setReach({ reach: after, unread: { reach, why: error?.message ?? null } })
  const wantsMore = reach === FIRST_REACH && unread === undefined && !isNearer && data?.end != null && data.window?.end === 'enough'
  useEffect(() => {
    if (wantsMore) setReach({ reach: SECOND_REACH, after: FIRST_REACH })
  }, [wantsMore])
  const [part, setPart] = useState<HTMLElement | null>(null)
  const [isPaused, setPaused] = useState(false)
  const isWhole = data?.end != null && !wantsMore && !isNearer
  const { touch, again, waiting } = useFollowedReading({
    isOn: cluster.source === 'etcd' && isWhole,
    isPaused,
    isHeld: useHeld(part),
    revision: data?.window?.revision ?? null,
    readAt: query.dataUpdatedAt,
    isFetching,
    read: () => void query.refetch(),
  })
  const live = (
    <LiveState
      touch={touch}
      again={again}
      isPaused={isPaused}
      onPause={setPaused}
      onRead={() => void query.refetch()}
      waiting={waiting}
      onShow={() => void query.refetch()}
    />
  )
  // What is read again to follow is no news.
  const isQuiet = isWhole && touch.state !== 'off'
  // What was cut short says little before objects have their places, and is never shown as if it were all.
  const isCutShort = data?.end === null && !isFetching
  const drawn =
    data !== undefined && data.revision.length > 0 && (data.timed || data.end !== null) && (data.placed || !isCutShort) ? data : null
  return (
    <div className="flex h-full min-h-0 flex-col" data-page="timeline" data-complete={data?.end != null && !isFetching && !isNearer}>
      {data?.end != null && <Stale query={query} />}
      {isCutShort && drawn !== null && <Banner tone="warning">{error === null ? t.cutShort : t.brokeOff({ why: error.message })}</Banner>}
      {unread !== undefined && unread.why !== null && (
        <Banner tone="warning" actions={<Button onClick={() => setReach({ reach: unread.reach, after: reach })}>{text.retry}</Button>}>
          {t.furtherFailed({ why: unread.why })}
        </Banner>
      )}
      <Tools
        search={search}
        data={data}
        hrefWith={hrefWith}
        onSearch={onSearch}
        status={
          isQuiet ? (
            live
          ) : (
            <>
              {isFetching && (
                <span role="status" className="w-52 truncate text-right max-md:order-1 max-md:w-64 max-md:text-left">
                  {waits ?? (isNearer ? t.further : progressText(data, drawn !== null))}
                </span>
              )}
              {/* One button, so that it keeps the focus. */}
              <Button
                icon={isFetching ? undefined : <RotateCw size={14} aria-hidden />}
                onClick={() =>
                  void (isFetching ? client.cancelQueries({ queryKey: options.queryKey }, { revert: false }) : query.refetch())
                }
              >
                {isFetching ? t.cancel : t.again}
              </Button>
            </>
          )
        }
      />
      {drawn !== null ? (
        <div ref={setPart} className="contents">
          <Drawn
            cluster={cluster.name}
            data={drawn}
            reach={isNearer ? (after ?? reach) : reach}
            isReading={isFetching}
            search={search}
            hrefWith={hrefWith}
            onSearch={onSearch}
            difference={difference}
          />
        </div>
      ) : (
        <Undrawn data={data} isReading={isFetching} search={search} error={error} onRetry={() => void query.refetch()} />
      )}
      <div className="mt-auto flex min-h-7 shrink-0 flex-wrap items-center gap-x-3 gap-y-0.5 border-t border-line bg-sunken px-3 py-1 text-xs text-soft max-md:min-h-10">
        {data?.window && (drawn !== null || !isCutShort) && (
          <>
            <span data-window={data.window.end}>{t.window(data.window)}</span>
            {data.window.unproven && (
              <span role="alert" className="text-warn">
                {t.unproven(data.window.unproven)}
              </span>
            )}
            {data.end !== null && data.end.left > 0 && <span>{t.left({ writes: data.end.left })}</span>}
            {data.window.end !== 'first' && <RevisionMoment time={data.window.since} />}
            {data.window.more !== null && !isFetching && (
              <Button
                title={t.readOnWhy({ bytes: shortSize(data.window.more.bytes) })}
                onClick={() =>
                  setReach({ reach: { writes: 1_000_000, budget: Math.max(reach.budget, data.window?.more?.budget ?? 0) }, after: reach })
                }
              >
                {t.readOn({ revisions: data.window.more.revisions, bytes: shortSize(data.window.more.bytes) })}
              </Button>
            )}
          </>
        )}
      </div>
    </div>
  )
}

function progressText(data: TimelineData | undefined, isDrawn: boolean): string {
  if (isDrawn) return t.details
  return data?.progress ? t.progress({ writes: data.progress.writes, bytes: shortSize(data.progress.bytes) }) : t.loading
}

/** What stands in place of the picture. */
function Undrawn({
  data,
  isReading,
  search,
  error,
  onRetry,
}: {
  data: TimelineData | undefined
  isReading: boolean
  search: TimelineSearch
  error: Error | null
  onRetry: () => void
}) {
  if (isReading)
    return data?.bars != null && isPlain(search) ? (
      <FirstPicture bars={data.bars} path={search.path} routine={search.routine} />
    ) : (
      <div className="p-3">
        <SkeletonLines lines={16} />
      </div>
    )
  if (data?.end != null) return <EmptyState title={t.noneEver}>{data.window && t.window(data.window)}</EmptyState>
  return error === null ? <EmptyState title={t.stopped} /> : <ErrorView error={error} onRetry={onRetry} />
}

function Tools({
  search,
  data,
  hrefWith,
  onSearch,
  status,
}: Pick<TimelineViewProps, 'search' | 'hrefWith' | 'onSearch'> & { data: TimelineData | undefined; status: ReactNode }) {
  const paths = useMemo(() => [...new Set(data?.objects.map(({ path }) => path))].filter((path) => path !== '').sort(), [data])
  const namespaces = useMemo(() => [...new Set(data?.objects.flatMap(({ namespace }) => namespace ?? []))].sort(), [data])
  return (
    <div className="flex shrink-0 flex-col gap-1.5 border-b border-line px-3 py-2">
      <div className="flex flex-wrap items-center gap-x-4 gap-y-1.5">
        <div className="min-w-0">
          <h1 className="text-base font-semibold">{t.title}</h1>
          <p className="text-xs text-soft max-md:hidden">{t.subtitle}</p>
        </div>
        <nav aria-label={t.forms} className="flex gap-1">
          {[false, true].map((list) => (
            <LinkTo
              key={String(list)}
              href={hrefWith({ list })}
              aria-current={search.list === list ? 'page' : undefined}
              className={classNames(
                'inline-flex h-7 items-center rounded px-2 text-sm no-underline hover:bg-hover',
                search.list === list ? 'bg-accent-soft text-ink ring-1 ring-accent' : 'text-soft',
              )}
            >
              {list ? t.list : t.picture}
            </LinkTo>
          ))}
        </nav>
        <div className="flex h-8 flex-1 items-center justify-end gap-2 text-xs text-soft max-md:basis-full max-md:justify-start">
          {status}
        </div>
      </div>
      <div className="flex flex-wrap items-center gap-1.5">
        <SearchField
          label={t.filter}
          placeholder={t.filterHint}
          title={t.filterHelp}
          value={search.q}
          onChange={(q) => onSearch({ q }, true)}
          className="min-w-0 flex-1 basis-40 md:max-w-72"
        />
        <Choice label={t.resource} all={t.allResources} value={search.path} options={paths} onChange={(path) => onSearch({ path })} />
        <Choice
          label={t.namespace}
          all={t.allNamespaces}
          value={search.namespace}
          options={namespaces}
          onChange={(namespace) => onSearch({ namespace })}
        />
        <Choice
          label={t.action}
          all={t.allActions}
          value={search.action}
          options={['created', 'updated', 'deleted']}
          text={(action) => t.actions[action as Action]}
          onChange={(action) => onSearch({ action: action as TimelineSearch['action'] })}
        />
        <label className="flex h-7 items-center gap-1.5 text-sm" title={t.routineHint}>
          <input
            type="checkbox"
            checked={search.routine}
            onChange={({ target }) => onSearch({ routine: target.checked })}
            className="accent-accent"
          />
          {t.routine}
        </label>
      </div>
    </div>
  )
}

function Choice({
  label,
  all,
  value,
  options,
  text = String,
  onChange,
}: {
  label: string
  all: string
  value: string
  options: readonly string[]
  text?: (option: string) => string
  onChange: (value: string) => void
}) {
  return (
    <select
      aria-label={label}
      value={value}
      onChange={({ target }) => onChange(target.value)}
      className="h-7 w-40 rounded border border-line bg-surface px-1.5 text-sm"
    >
      <option value="">{all}</option>
      {!options.includes(value) && value !== '' && <option value={value}>{value}</option>}
      {options.map((option) => (
        <option key={option} value={option}>
          {text(option)}
        </option>
      ))}
    </select>
  )
}

/** Whether the picture is that of all writes: those that were only counted cannot be filtered by more than their resource. */
const isPlain = ({ q, namespace, action, from, to, chosen }: TimelineSearch): boolean =>
  q === '' && namespace === '' && action === '' && from === null && to === null && chosen === null

/** The bars of writes that are not known one by one yet. */
function FirstPicture({ bars, path, routine }: { bars: TimelineBars; path: string; routine: boolean }) {
  const zone = useZone()
  const { ref, width } = useWidth()
  const extent = { start: Date.parse(bars.from), end: Date.parse(bars.to) }
  const tickText = (time: number) => formatClock(time, zone)
  return (
    <div className="flex min-h-0 flex-1 flex-col" data-first-picture>
      <div ref={ref} className={HEAD}>
        {width > 0 && <CountedOverview bars={bars} extent={extent} width={width} path={path} routine={routine} tickText={tickText} />}
        <RangeLine range="" move={null} />
      </div>
      <div className="p-3">
        <SkeletonLines lines={14} />
      </div>
    </div>
  )
}

/** Above the lanes: the overview, and what is in sight. */
const HEAD = 'shrink-0 border-b border-line px-3 pt-2 pb-1'

function RangeLine({
  range,
  move,
  children,
}: {
  /** Empty where the ends are not known to the second yet. */
  range: string
  /** Null where there is nothing to move to yet. */
  move: { shift: (share: number) => void; zoom: (factor: number) => void; showWhole: () => void } | null
  children?: ReactNode
}) {
  const disabled = move === null
  return (
    <div className="flex flex-wrap items-center gap-x-2 text-xs text-soft">
      <span className="flex min-h-4 gap-x-2 max-md:basis-full">{children}</span>
      <span className="ml-auto tabular-nums" data-range={disabled ? undefined : ''}>
        {range}
      </span>
      <span className="flex">
        <IconButton label={t.earlier} disabled={disabled} onClick={() => move?.shift(-0.5)}>
          <ChevronLeft size={14} aria-hidden />
        </IconButton>
        <IconButton label={t.later} disabled={disabled} onClick={() => move?.shift(0.5)}>
          <ChevronRight size={14} aria-hidden />
        </IconButton>
        <IconButton label={t.zoomOut} disabled={disabled} onClick={() => move?.zoom(ZOOM)}>
          <ZoomOut size={14} aria-hidden />
        </IconButton>
        <IconButton label={t.zoomIn} disabled={disabled} onClick={() => move?.zoom(1 / ZOOM)}>
          <ZoomIn size={14} aria-hidden />
        </IconButton>
        <IconButton label={t.whole} disabled={disabled} onClick={() => move?.showWhole()}>
          <Maximize2 size={14} aria-hidden />
        </IconButton>
      </span>
    </div>
  )
}

function Drawn({
  cluster,
  data,
  reach,
  isReading,
  search,
  hrefWith,
  onSearch,
  difference,
}: Omit<TimelineViewProps, 'cluster'> & { cluster: string; data: TimelineData; reach: Reach; isReading: boolean }) {
  const zone = useZone()
  const { q, path, namespace, action, routine, from, to } = search
  const asked = useMatching(cluster, data, search, reach)
  const { matching } = asked
  const { shown, routine: left } = useMemo(
    () => shownWrites(data, { q, path, namespace, action, routine, from: null, to: null }, matching),
    [data, q, path, namespace, action, routine, matching],
  )
  const whole = useMemo(
    () => (path === '' ? shown : shownWrites(data, { q, path: '', namespace, action, routine, from: null, to: null }, matching).shown),
    [data, q, path, shown, namespace, action, routine, matching],
  )
  const newest = data.revision.at(-1) as number
  /** If not, what the values tell is still being read. */
  const isWhole = data.end !== null
  const range = useMemo(() => {
    const ends = { from: from === null ? (data.revision[0] as number) : Number(from), to: to === null ? newest : Number(to) }
    const start = timeAt(data, ends.from)
    return { ...ends, start, end: Math.max(start + 1, timeAt(data, ends.to)) }
  }, [data, from, to, newest])
  const inRange = useMemo(() => shownIn(data, shown, range), [data, shown, range])
  const filter = JSON.stringify([q, path, namespace, action, routine, from, to])
  const [kept, setKept] = useState<KeptOrder | null>(null)
  const order = keptOrder(kept, data, filter)
  if (order !== kept) setKept(order)
  const sortedBy = order?.filter === filter ? order.sortedBy : null
  // Of many objects they take longer than the rest of the picture, which comes first.
  const lanes = useMemo(() => (data.placed ? lanesOf(data, shown, range, sortedBy) : []), [data, shown, range, sortedBy])
  const chosen = useChosen(data, search.chosen)
  const { ref, width } = useWidth()
  const choose = (write: number) => onSearch({ chosen: chosenOf(data, write) }, true)
  const setRange = (start: number, end: number) => {
    const extent = extentOf(data)
    const first = firstWriteFrom(data.time, start)
    const last = Math.max(first, firstWriteFrom(data.time, end) - 1)
    onSearch({
      from: start <= extent.start ? null : String(data.revision[Math.min(first, data.revision.length - 1)]),
      to: end >= extent.end ? null : String(data.revision[Math.min(last, data.revision.length - 1)]),
    })
  }
  const zoom = (factor: number) => {
    const middle = chosen === null ? (range.start + range.end) / 2 : (data.time[chosen] as number)
    const half = ((range.end - range.start) * factor) / 2
    setRange(middle - half, middle + half)
  }
  const shift = (share: number) => {
    const by = (range.end - range.start) * share
    const extent = extentOf(data)
    const bounded = Math.min(Math.max(by, extent.start - range.start), extent.end - range.end)
    setRange(range.start + bounded, range.end + bounded)
  }
  const showWhole = () => onSearch({ from: null, to: null })
  useShortcuts([
    { keys: '+', run: () => zoom(1 / ZOOM) },
    { keys: '-', run: () => zoom(ZOOM) },
    { keys: '[', run: () => shift(-0.5) },
    { keys: ']', run: () => shift(0.5) },
    { keys: '0', run: showWhole },
  ])
  const tickText = (time: number) => (data.timed ? formatClock(time, zone) : String(time))
  return (
    <div className="flex min-h-0 flex-1 max-md:flex-col">
      <div className="flex min-h-0 min-w-0 flex-1 flex-col">
        {!data.timed && <Banner tone="muted">{t.noTimes}</Banner>}
        <div ref={ref} className={classNames(HEAD, search.chosen !== null && 'max-md:[&>:first-child]:hidden')}>
          {width > 0 && (
            <Overview
              data={data}
              shown={whole}
              width={width}
              range={range}
              path={path}
              onRange={setRange}
              onPath={(next) => onSearch({ path: next })}
              tickText={tickText}
            />
          )}
          <RangeLine
            range={isWhole || from !== null || to !== null ? t.range({ from: tickText(range.start), to: tickText(range.end) }) : ''}
            move={{ shift, zoom, showWhole }}
          >
            <span role="status" data-shown={inRange.length}>
              {isWhole && t.shown({ changes: inRange.length, objects: lanes.filter(({ writes }) => writes.length > 0).length })}
            </span>
            {isWhole && left > 0 && <span data-routine={left}>{t.routineLeft({ writes: left })}</span>}
            <MatchingStatus asked={asked} />
          </RangeLine>
        </div>
        {!data.placed || (isReading && !isWhole && (search.list || inRange.length === 0)) ? (
          // What the newest values tell places and sorts the objects: drawn before, they would move.
          <div className="p-3">
            <SkeletonLines lines={14} />
          </div>
        ) : inRange.length === 0 ? (
          <EmptyState
            title={t.none}
            actions={
              <LinkTo
                href={hrefWith({ q: '', path: '', namespace: '', action: '', from: null, to: null })}
                className={buttonClass('plain')}
              >
                {t.showAll}
              </LinkTo>
            }
          />
        ) : search.list ? (
          <ChangeList
            cluster={cluster}
            data={data}
            writes={inRange}
            chosen={chosen}
            chooseHref={(write) => hrefWith({ chosen: chosenOf(data, write) })}
          />
        ) : (
          <Lanes data={data} lanes={lanes} range={range} chosen={chosen} onChoose={choose} tickText={tickText} />
        )}
      </div>
      {search.chosen !== null && (
        <aside
          aria-label={t.chosen}
          className="flex min-h-0 shrink-0 flex-col border-line max-md:h-1/2 max-md:border-t-2 md:w-[30rem] md:border-l"
        >
          {chosen === null ? (
            <div className="flex items-start justify-between p-3">
              <p>{t.notThere}</p>
              <IconButton label={t.close} onClick={() => onSearch({ chosen: null })}>
                <X size={14} aria-hidden />
              </IconButton>
            </div>
          ) : (
            <Chosen
              cluster={cluster}
              data={data}
              write={chosen}
              familyHref={(family) => hrefWith({ q: family })}
              onChoose={choose}
              onClose={() => onSearch({ chosen: null })}
            >
              <Difference
                object={data.objects[data.object[chosen] as number] as LaneObject}
                revision={data.revision[chosen] as number}
                difference={difference}
              />
            </Chosen>
          )}
        </aside>
      )}
    </div>
  )
}

/** The writes that `field:` and `by:` ask for; a half-typed one is asked for when typing pauses. */
function useMatching(cluster: string, data: TimelineData, { q, path, namespace, routine }: TimelineSearch, reach: Reach) {
  const typed = useDeferredValue(q)
  const filter = useMemo(() => parseTimelineFilter(typed), [typed])
  const [settled, setSettled] = useState(filter)
  useEffect(() => {
    const timer = setTimeout(() => setSettled(filter), TYPING_MS)
    return () => clearTimeout(timer)
  }, [filter])
  const { field, by } = settled
  const wanted = field !== null || by !== null
  const within = { field, by, path, namespace: namespace || settled.namespace, routine }
  const query = useQuery({ ...matchingQuery(cluster, within, reach, data.window?.revision ?? ''), enabled: wanted && data.end !== null })
  const pending = (filter.field !== null || filter.by !== null) && query.data === undefined
  const matching = wanted || pending ? (query.data?.matching ?? NO_MATCHING) : null
  return { matching, query, wanted: wanted || pending }
}

const NO_MATCHING: Matching = new Map()
const TYPING_MS = 400

/** Whether the writes of a field or manager were all found. */
function MatchingStatus({ asked: { query, wanted } }: { asked: ReturnType<typeof useMatching> }) {
  if (!wanted) return null
  const end = query.data?.end
  return query.error !== null && !isCancelledError(query.error) ? (
    <span role="alert" className="text-error">
      {t.matchingFailed}
    </span>
  ) : (
    <span role="status" data-matching={end != null}>
      {end == null
        ? t.matchingReading
        : end.left > 0
          ? t.matchingSome({ compared: end.compared, left: end.left })
          : t.matchingAll({ compared: end.compared })}
    </span>
  )
}

function Chosen({
  cluster,
  data,
  write,
  familyHref,
  onChoose,
  onClose,
  children,
}: {
  cluster: string
  data: TimelineData
  write: number
  familyHref: (q: string) => string
  onChoose: (write: number) => void
  onClose: () => void
  children: ReactNode
}) {
  const zone = useZone()
  const number = data.object[write] as number
  const object = data.objects[number] as LaneObject
  const revision = data.revision[write] as number
  const action = data.action[write] as Action
  const key = wireToBytes(object)
  const own = data.writesOf[number] ?? []
  const place = own.indexOf(write)
  const state = action === 'deleted' ? undefined : stateAt(data, number, revision)
  const time = data.timed ? formatInstant(data.time[write] as number, zone) : t.revision({ revision: String(revision) })
  return (
    <>
      <div className="flex shrink-0 flex-col gap-1 border-b border-line px-3 py-2">
        <div className="flex items-start gap-1">
          <h2 className="min-w-0 flex-1 text-sm break-words">
            <span className="text-soft">{object.kind || object.path || t.otherKey}</span>{' '}
            <LinkTo href={keyLink(cluster, key, { view: 'history' })} className="font-mono text-[12.5px] break-all text-v3">
              {nameOf(object)}
            </LinkTo>
          </h2>
          <IconButton label={t.previous} disabled={place <= 0} onClick={() => onChoose(own[place - 1] as number)}>
            <ChevronLeft size={14} aria-hidden />
          </IconButton>
          <IconButton label={t.next} disabled={place + 1 >= own.length} onClick={() => onChoose(own[place + 1] as number)}>
            <ChevronRight size={14} aria-hidden />
          </IconButton>
          <IconButton label={t.close} onClick={onClose}>
            <X size={14} aria-hidden />
          </IconButton>
        </div>
        <div className="flex flex-wrap items-center gap-x-2 gap-y-1 text-xs text-soft" role="status">
          <Badge tone={TONES[action]} icon={action !== 'updated'}>
            {t.actions[action]}
          </Badge>
          <span className="tabular-nums">{time}</span>
          {state !== undefined && (
            <Badge tone={state.tone}>
              {state.revision === revision ? t.firstState({ state: t.stateText(state.state) }) : t.stateText(state.state)}
            </Badge>
          )}
          <span>{t.place({ at: place + 1, changes: own.length })}</span>
          <LinkTo
            href={keyLink(cluster, key, { rev: String(action === 'deleted' ? Math.max(1, revision - 1) : revision) })}
            className="link inline-block leading-6"
          >
            {t.value}
          </LinkTo>
          <LinkTo href={keyLink(cluster, key, { diff: spanOf(revision) })} className="link inline-block leading-6">
            {t.compare}
          </LinkTo>
          <LinkTo href={familyHref(objectFilter(object))} className="link inline-block leading-6">
            {t.family}
          </LinkTo>
        </div>
      </div>
      {children}
    </>
  )
}

function Difference({ object, revision, difference }: { object: LaneObject; revision: number } & Pick<TimelineViewProps, 'difference'>) {
  const key = wireToBytes(object)
  return useStays(`${revision} ${keyId(key)}`) ? (
    difference(key, revision)
  ) : (
    <div className="p-3">
      <SkeletonLines lines={6} />
    </div>
  )
}

function chosenOf(data: TimelineData, write: number): TimelineSearch['chosen'] {
  const { key, key64 } = data.objects[data.object[write] as number] as LaneObject
  return { ...(key === undefined ? {} : { key }), ...(key64 === undefined ? {} : { key64 }), rev: String(data.revision[write]) }
}

/** The write that the address names; null where it is not among those that were read. */
function useChosen(data: TimelineData, asked: TimelineSearch['chosen']): number | null {
  const key = asked?.key
  const key64 = asked?.key64
  const number = useMemo(() => numberOf(data, key, key64), [data, key, key64])
  if (asked === null || number < 0) return null
  return data.writesOf[number]?.find((i) => String(data.revision[i]) === asked.rev) ?? null
}

/** −1 where no object has the key. */
function numberOf({ objects }: TimelineData, key: string | undefined, key64: string | undefined): number {
  const asked = key !== undefined ? { key } : key64 !== undefined ? { key64 } : null
  if (asked === null) return -1
  const same = objects.findIndex((object) => object.key === key && object.key64 === key64)
  if (same >= 0) return same
  // A link may name the bytes of a text.
  const id = keyId(wireToBytes(asked))
  return objects.findIndex((object) => keyId(wireToBytes(object)) === id)
}

/**
 * Whether one stays at a choice. The first of several that follow each other quickly, as a held key makes them, counts as that; of the others only the
 * last one: the differences between would be read and drawn for nobody.
 */
function useStays(choice: string): boolean {
  const [last, setLast] = useState({ choice, at: Number.NEGATIVE_INFINITY, passes: false })
  if (last.choice !== choice) {
    const at = performance.now()
    setLast({ choice, at, passes: at - last.at < WALK_MS })
  }
  useEffect(() => {
    if (!last.passes) return
    const timer = setTimeout(() => setLast((now) => (now === last ? { ...now, passes: false } : now)), WALK_MS)
    return () => clearTimeout(timer)
  }, [last])
  return !last.passes
}

/** Longer than a held key takes to repeat, in ms. */
const WALK_MS = 150

function useWidth() {
  const ref = useRef<HTMLDivElement>(null)
  const [width, setWidth] = useState(0)
  useLayoutEffect(() => {
    const element = ref.current
    if (element === null) return
    const look = () => {
      const { paddingLeft, paddingRight } = getComputedStyle(element)
      setWidth(Math.max(50, element.clientWidth - Number.parseFloat(paddingLeft) - Number.parseFloat(paddingRight)))
    }
    const sizes = new ResizeObserver(look)
    sizes.observe(element)
    look()
    return () => sizes.disconnect()
  }, [])
  return { ref, width }
}
