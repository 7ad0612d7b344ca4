// One resource as kubectl's table: controls above, the rows, and below how much was read, when, and what ages are relative to.
import { apiPaths, type ClusterInfo, prefixLink, resourcesLink, type TableHead } from '@registree/contract'
import { isCancelledError, useQuery, useQueryClient } from '@tanstack/react-query'
import { FolderTree } from 'lucide-react'
import { lazy, type ReactNode, Suspense, useDeferredValue, useEffect, useMemo, useRef, useState } from 'react'
import { utf8 } from '../../lib/bytes.ts'
import { ErrorView } from '../../lib/ErrorView.tsx'
import { useHeld } from '../../lib/held.ts'
import { HttpError } from '../../lib/http.ts'
import { LinkTo } from '../../lib/LinkTo.tsx'
import { LiveState } from '../../lib/LiveState.tsx'
import { useReadMissed } from '../../lib/read-missed.ts'
import { say } from '../../lib/say.ts'
import { useShortcuts } from '../../lib/shortcuts.ts'
import { useZone } from '../../lib/time.ts'
import { useWaiting } from '../../lib/waiting.ts'
import { Banner } from '../../ui/Banner.tsx'
import { Button, buttonClass } from '../../ui/Button.tsx'
import { EmptyState } from '../../ui/EmptyState.tsx'
import { NotLoaded } from '../../ui/later.tsx'
import { Skeleton } from '../../ui/Skeleton.tsx'
import type { WithDeletions } from './Deletions.tsx'
import { errorWords } from './error-words.ts'
import { grammar, type Understood, useUnderstood } from './filter-grammar.ts'
import { PodTotals } from './PodTotals.tsx'
import { tableQuery } from './queries.ts'
import { registryRoot } from './registry-root.ts'
import { isPods, isTroubleFirst, KEY_ORDER, RowView, type ShownRows } from './row-view.ts'
import { SelectionBar } from './SelectionBar.tsx'
import { useSelection } from './selection.ts'
import { columnsWithContent, type ShownColumn, shownColumns, type TableSearch } from './shown-rows.ts'
import { tableText as t } from './strings.ts'
import { TableFoot } from './TableFoot.tsx'
import { TableGrid } from './TableGrid.tsx'
import { TableTools } from './TableTools.tsx'
import type { TableData, TableRow } from './table-data.ts'
import { useLiveTable, useSteadyRows } from './use-live-table.ts'

/** A larger table that missed changes is read again by the user only, as findings ask where they have to read more keys than that. */
const MOST_ROWS = 50_000
const isLarge = (read: TableData | undefined): boolean => read !== undefined && read.count > MOST_ROWS

const Deletions = lazy(() => import('./Deletions.tsx'))

const NO_ROWS: ShownRows = { rows: [], count: 0 }
const NO_COLUMNS: readonly ShownColumn[] = []

/** `hrefWith` is this table's URL with some parameters changed; `onSearch` goes there, replacing the history entry while typing. */
export function TableView({
  cluster,
  resource,
  search,
  hrefWith,
  onSearch,
}: {
  cluster: ClusterInfo
  resource: string
  search: TableSearch
  hrefWith: (change: Partial<TableSearch>) => string
  onSearch: (change: Partial<TableSearch>, replace?: boolean) => void
}) {
  const client = useQueryClient()
  const zone = useZone()
  const query = tableQuery(cluster.name, resource, search.namespace, search.rev)
  const { data: read, error: reason, isFetching, refetch } = useQuery(query)
  const [isPaused, setPaused] = useState(false)
  // A reading that the user asked for is drawn at once.
  const [readings, setReadings] = useState(0)
  const readNow = () => void refetch().then(() => setReadings((before) => before + 1))
  const followed = useLiveTable(cluster, search, query, read, isPaused)
  const { touch, again, changed } = useReadMissed({
    about: query.queryKey.join('\n'),
    touch: followed,
    isFetching,
    isHeld: isLarge(read),
    differed: read?.differed,
    read: () => void refetch(),
  })
  const [typed, setTyped] = useTyped(search.q, (q) => onSearch({ q }, true))
  const understood = useUnderstood(useDeferredValue(typed))
  const deferred = understood.q ?? ''
  // Their code is loaded with the switch.
  const [withDeletions, setWithDeletions] = useState<WithDeletions | null>(null)
  const known = understood.q === null ? undefined : read
  const data = useMemo(() => (known === undefined ? known : (withDeletions?.(known) ?? known)), [known, withDeletions])
  // Being stopped by the user is not a failure.
  const error = isCancelledError(reason) ? null : reason
  const waits = useWaiting(apiPaths.table(cluster.name, resource, { namespace: search.namespace, rev: search.rev }))
  const cancel = () => void client.cancelQueries({ queryKey: query.queryKey }, { revert: false })
  const input = useRef<HTMLInputElement>(null)
  // From anywhere on the page into the rows, where the same keys continue.
  const intoRows = () => {
    const scroller = document.querySelector('[data-table]')
    const top = scroller?.getBoundingClientRect().top ?? 0
    const inSight = [...(scroller?.querySelectorAll('[data-index]') ?? [])].find((row) => row.getBoundingClientRect().top >= top)
    inSight?.querySelector('a')?.focus({ preventScroll: true })
  }
  useShortcuts([
    { keys: 'f', run: () => input.current?.focus() },
    { keys: 'j', run: intoRows },
    { keys: 'r', run: readNow },
  ])

  const [focused, setFocused] = useState<TableRow | null>(null)
  const [said, setSaid] = useState('')

  const head = data?.head
  const all = data?.count ?? 0
  const complete = data?.end !== null && data !== undefined
  const { longest, filled } = useMeasures(data)
  const namespaced = head?.namespaced !== false
  const showNamespace = namespaced && search.namespace === null && (all === 0 || data?.namespaces.length !== 0)
  const pods = head !== undefined && isPods(head)
  const { sort } = search
  const only = head === undefined || pods ? search.only : null
  // A filter `node:…` shows the node column. Compared as text, so that further typing changes no column.
  const asked = head && deferred !== '' ? (grammar.now?.columnsOfFilter(deferred, head.columns) ?? []).join() : ''
  const empty = all === 0
  // What is followed changes the head's revision only.
  const headColumns = head?.columns
  const [allColumns, columns] = useMemo(() => {
    if (!headColumns) return [NO_COLUMNS, NO_COLUMNS]
    const indexes = asked === '' ? [] : asked.split(',').map(Number)
    const every = shownColumns({ columns: headColumns }, search.wide, { shown: showNamespace, name: t.namespace }, { indexes, sort })
    return [every, columnsWithContent(every, empty ? [] : filled, indexes, sort)]
  }, [headColumns, search.wide, showNamespace, asked, sort, filled, empty])
  const [view] = useState(() => new RowView())
  const latest = useMemo(
    () => (data ? view.show(data, columns, { q: deferred, sort, only }) : NO_ROWS),
    [view, data, columns, deferred, sort, only],
  )
  const [grid, setGrid] = useState<HTMLElement | null>(null)
  const held = useHeld(grid)
  const settings = JSON.stringify([deferred, sort, only, search.namespace, search.deleted, readings])
  const { shown, waiting, show } = useSteadyRows(latest, { held, moves: data?.moves, settings })

  const selection = useSelection(data, shown)
  const { picking } = selection

  const path = head?.path ?? resource
  const directory = `${registryRoot(cluster)}${path}/`
  const what = head?.resource || resource

  // An example that works in this table.
  const example = columns.find(({ index, name }) => index > 0 && name !== 'Age')
  const filterHint = t.filterHint({ column: pods || !example ? t.podFilterHint : `${example.id}:…` })

  const totals = useMemo(() => (data && pods ? view.totals(data, deferred) : null), [view, data, pods, deferred])
  const unclear = head === undefined ? [] : unclearOf(head, deferred, search, pods)

  const title = (
    <div className="flex min-w-0 items-center gap-2">
      <h1 className="truncate text-base font-semibold">{what}</h1>
      {/* Beside a name that is known only now. */}
      {(head || error) && (
        <LinkTo
          href={prefixLink(cluster.name, utf8(directory), { rev: search.rev })}
          className="inline-flex min-w-0 items-center gap-1 font-mono text-xs text-soft no-underline hover:text-ink hover:underline"
          title={t.directory}
        >
          <FolderTree size={13} aria-hidden className="shrink-0 text-v3" />
          <span className="truncate">{directory}</span>
        </LinkTo>
      )}
    </div>
  )
  return (
    <div className="flex h-full min-h-0 flex-col" data-page={apiPaths.table(cluster.name, path)} data-complete={complete}>
      <div className="flex shrink-0 flex-col gap-1.5 border-b border-line px-3 py-2">
        {title}
        <TableTools
          cluster={cluster}
          data={data}
          search={search}
          onSearch={onSearch}
          filter={{ typed, setTyped, hint: filterHint, input, intoRows }}
          shown={shown}
          columns={columns}
          allColumns={allColumns}
          picking={picking}
          onPicking={selection.setPicking}
          isFetching={isFetching}
          onRefresh={readNow}
        />
        {search.deleted && (
          <Suspense fallback={<div className="h-4" />}>
            <Deletions cluster={cluster.name} namespace={search.namespace} read={read} onRead={(merge) => setWithDeletions(() => merge)} />
          </Suspense>
        )}
        {head?.note && <p className="text-xs text-soft">{say.note(head.note.sentences, head.note.text)}</p>}
        {unclear.map((words) => (
          <p key={words} role="status" className="text-xs text-warn">
            {words}
          </p>
        ))}
      </div>
      {totals && <PodTotals totals={totals} only={only} hrefOnly={(next) => hrefWith({ only: next })} />}
      {search.rev !== null && (
        <Banner
          tone="muted"
          actions={
            <LinkTo href={hrefWith({ rev: null })} className={buttonClass('plain')}>
              {t.newest}
            </LinkTo>
          }
        >
          {t.pinned({ revision: search.rev })}
        </Banner>
      )}
      {error && data && (
        <Banner tone="error" actions={<Button onClick={() => void refetch()}>{t.retry}</Button>}>
          {complete ? t.failedAgain : t.failed({ rows: all, last: lastOf(data) })} {errorWords(error)}
        </Banner>
      )}
      {!error && data && !complete && !isFetching && (
        <Banner tone="warning" actions={<Button onClick={() => void refetch()}>{t.resume}</Button>}>
          {t.stopped({ rows: all })}
        </Banner>
      )}
      <TableMain
        cluster={cluster.name}
        data={data}
        read={read}
        retryFilter={understood.retry}
        error={error}
        isFetching={isFetching}
        waits={waits}
        complete={complete}
        onRetry={() => void refetch()}
        hrefWith={hrefWith}
        what={what}
        directory={search.namespace === null ? directory : `${directory}${search.namespace}/`}
        asked={[deferred, only].filter(Boolean).join(' ')}
        grid={{
          onElement: setGrid,
          cluster: cluster.name,
          shown,
          longest,
          columns,
          sort,
          onSort: (next) => onSearch({ sort: next }),
          rev: search.rev,
          complete,
          selection,
          onRowFocus: setFocused,
          onSaid: setSaid,
        }}
      />
      {picking && data && (
        <SelectionBar cluster={cluster.name} data={data} namespace={search.namespace} selection={selection} shownCount={shown.count} />
      )}
      <TableFoot
        data={data}
        isFetching={isFetching}
        waits={waits}
        shownCount={shown.count}
        onCancel={cancel}
        troubleFirst={head !== undefined && isTroubleFirst(head, sort) && totals !== null && totals.ill > 0}
        hiddenColumns={complete ? allColumns.filter((one) => !columns.includes(one)) : NO_COLUMNS}
        said={said}
        focused={focused}
        zone={zone}
        live={
          <LiveState
            touch={touch}
            again={again}
            changed={changed}
            isPaused={isPaused}
            onPause={setPaused}
            onRead={readNow}
            waiting={waiting}
            onShow={show}
          />
        }
      />
    </div>
  )
}

/** The rows, or why there are none. */
function TableMain({
  cluster,
  data,
  read,
  retryFilter,
  error,
  isFetching,
  waits,
  complete,
  onRetry,
  hrefWith,
  what,
  directory,
  asked,
  grid,
}: {
  cluster: string
  /** Nothing while its filter is not understood. */
  data: TableData | undefined
  read: TableData | undefined
  retryFilter: Understood['retry']
  error: Error | null
  isFetching: boolean
  /** What the table waits for, if it waits in line. */
  waits: string | null
  complete: boolean
  onRetry: () => void
  hrefWith: (change: Partial<TableSearch>) => string
  /** The name of the resource. */
  what: string
  /** Where its objects are. */
  directory: string
  /** The filter, as a text. */
  asked: string
  grid: Omit<Parameters<typeof TableGrid>[0], 'label' | 'head' | 'revision'>
}) {
  if (!data) {
    if (error)
      return (
        <Still>
          <ErrorView error={error} onRetry={onRetry} actions={<WayOut error={error} cluster={cluster} hrefWith={hrefWith} />} />
        </Still>
      )
    if (retryFilter)
      return (
        <Still>
          <NotLoaded onRetry={retryFilter} className="p-4" />
        </Still>
      )
    // Stopped before the first row; what was read waits for its filter to be understood.
    if (!isFetching && !read)
      return (
        <Still>
          <EmptyState title={t.stopped({ rows: 0 })} actions={<Button onClick={onRetry}>{t.resume}</Button>} />
        </Still>
      )
    if (waits === null) return <Pending />
    return (
      <Still>
        <p className="p-4 text-soft">{waits}</p>
      </Still>
    )
  }
  const { head, count } = data
  if (count === 0 && complete)
    return (
      <Still>
        <EmptyState title={t.emptyTitle({ what })}>{t.emptyWhere({ directory, revision: head.revision })}</EmptyState>
      </Still>
    )
  if (grid.shown.count === 0 && complete)
    return (
      <Still>
        <EmptyState
          title={t.noMatch}
          actions={
            <LinkTo href={hrefWith({ q: '', only: null })} className={buttonClass('plain')}>
              {t.showAll}
            </LinkTo>
          }
        >
          {t.noMatchHint({ query: asked, all: count })}
        </EmptyState>
      </Still>
    )
  return <TableGrid {...grid} label={t.tableOf({ what })} head={head} revision={head.revision} />
}

/** The row at which a reading ended. */
function lastOf({ rows, count: all }: TableData): string {
  const last = rows[all - 1]
  return last === undefined ? t.none : last.namespace === null ? last.name : `${last.namespace}/${last.name}`
}

/** In place of the rows: the line below stays at the bottom. */
function Still({ children }: { children: ReactNode }) {
  return <div className="min-h-0 flex-1 overflow-auto">{children}</div>
}

/** Links out of an error: another revision, or the catalogue. */
function WayOut({ error, cluster, hrefWith }: { error: unknown; cluster: string; hrefWith: (change: Partial<TableSearch>) => string }) {
  if (!(error instanceof HttpError)) return null
  if (error.code === 'RESOURCE_NOT_FOUND')
    return (
      <LinkTo href={resourcesLink(cluster)} className={buttonClass('primary')}>
        {t.catalogue}
      </LinkTo>
    )
  if (error.code !== 'REVISION_COMPACTED' && error.code !== 'REVISION_IN_FUTURE') return null
  const oldest = error.problem?.compactedRevision
  return (
    <>
      <LinkTo href={hrefWith({ rev: null })} className={buttonClass('primary')}>
        {t.newest}
      </LinkTo>
      {oldest !== undefined && (
        <LinkTo href={hrefWith({ rev: oldest })} className={buttonClass()}>
          {t.oldest({ revision: oldest })}
        </LinkTo>
      )}
    </>
  )
}

function Pending() {
  return (
    <div aria-hidden className="min-h-0 flex-1 overflow-hidden px-3">
      {Array.from({ length: 24 }, (_, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: skeletons have no identity
        <div key={i} className="flex h-7 items-center gap-8">
          <Skeleton className={['h-3 w-52', 'h-3 w-64', 'h-3 w-44'][i % 3] as string} />
          <Skeleton className="h-3 w-10" />
          <Skeleton className="h-3 w-24" />
          <Skeleton className="h-3 w-12" />
        </div>
      ))}
    </div>
  )
}

/** The parts of the URL or filter that are unknown in this table, in words. */
function unclearOf(head: TableHead, q: string, { sort, only }: TableSearch, pods: boolean): string[] {
  const words: string[] = []
  const named = head.columns.map(({ name }) => name)
  const unknown = (q === '' ? null : grammar.now?.unknownColumns(q, head.columns)) ?? []
  if (unknown.length > 0) words.push(t.unknownColumns(unknown, named))
  const all = shownColumns(head, true, { shown: true, name: t.namespace })
  const column = sort?.replace(/^-/, '')
  if (column !== undefined && !(pods && column === KEY_ORDER) && !all.some(({ id }) => id === column))
    words.push(t.unknownSort({ sort: column, columns: all.map(({ id }) => id) }))
  if (only !== null && !pods) words.push(t.onlyPods({ only }))
  return words
}

/** Measures the first rows until all are there, then all: widths and columns follow the content, but not while it arrives. */
function useMeasures(data: TableData | undefined): Pick<TableData, 'longest' | 'filled'> {
  const kept = useRef<{ rows: unknown; of: Pick<TableData, 'longest' | 'filled'> }>({ rows: null, of: { longest: [], filled: [] } })
  if (data !== undefined && (data.end !== null || kept.current.rows !== data.rows)) {
    const { rows, longest, filled } = data
    // The same object while equal, so that columns are not computed again.
    const same = kept.current.of.filled.join() === filled.join() && kept.current.of.longest.join() === longest.join()
    kept.current = { rows, of: same ? kept.current.of : { longest, filled } }
  }
  return kept.current.of
}

const TYPING_MS = 250

/** Updates the box at once, and the URL when typing pauses. */
function useTyped(q: string, onRest: (q: string) => void): [string, (q: string) => void] {
  const [typed, setTyped] = useState(q)
  const sent = useRef(q)
  const rest = useRef(onRest)
  rest.current = onRest
  // Back, forward and links change the URL from outside.
  useEffect(() => {
    if (q === sent.current) return
    sent.current = q
    setTyped(q)
  }, [q])
  useEffect(() => {
    if (typed === sent.current) return
    const timer = setTimeout(() => {
      sent.current = typed
      rest.current(typed)
    }, TYPING_MS)
    return () => clearTimeout(timer)
  }, [typed])
  return [typed, setTyped]
}
