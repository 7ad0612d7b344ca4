// One resource as kubectl's table: what may be set above it, the rows, and below it how much was read, when, and what ages mean.
import { apiPaths, type ClusterInfo, columnsOfFilter, prefixLink, resourcesLink, type TableHead, unknownColumns } from '@registree/contract'
import { isCancelledError, useQuery, useQueryClient } from '@tanstack/react-query'
import { ArrowDownUp, ChevronDown, Columns3, Download, FolderTree, Layers, RotateCw, Search, X } from 'lucide-react'
import { type ReactNode, useDeferredValue, useEffect, useMemo, useRef, useState } from 'react'
import { utf8 } from '../../lib/bytes.ts'
import { ErrorView } from '../../lib/ErrorView.tsx'
import { HttpError } from '../../lib/http.ts'
import { LinkTo } from '../../lib/LinkTo.tsx'
import { useNarrow } from '../../lib/media.ts'
import { useShortcuts } from '../../lib/shortcuts.ts'
import { count, shortSize } from '../../lib/size.ts'
import { formatInstant, useZone } from '../../lib/time.ts'
import { useWaiting } from '../../lib/waiting.ts'
import { Banner } from '../../ui/Banner.tsx'
import { Button, buttonClass } from '../../ui/Button.tsx'
import { classNames } from '../../ui/class-names.ts'
import { EmptyState } from '../../ui/EmptyState.tsx'
import { IconButton } from '../../ui/IconButton.tsx'
import { Menu, MenuChoice, MenuItem } from '../../ui/Menu.tsx'
import { Skeleton } from '../../ui/Skeleton.tsx'
import { download, tableCsv, tableJson } from './download.ts'
import { PodTotals } from './PodTotals.tsx'
import { namespacesQuery, tableQuery } from './queries.ts'
import { isPods, isTroubleFirst, KEY_ORDER, RowView, type ShownRows } from './row-view.ts'
import { columnsWithContent, type ShownColumn, shownColumns, type TableSearch } from './shown-rows.ts'
import { tableText as t } from './strings.ts'
import { TableGrid } from './TableGrid.tsx'
import type { TableData, TableRow } from './table-data.ts'

const NO_ROWS: ShownRows = { rows: [], count: 0 }
const NO_NAMES: readonly string[] = []
const NO_COLUMNS: readonly ShownColumn[] = []

/** `hrefWith` is the address of this table with some of what it says changed; `onSearch` goes there, typing replaces the entry of the history. */
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
  const narrow = useNarrow()
  const query = tableQuery(cluster.name, resource, search.namespace, search.rev)
  const { data, error: reason, isFetching, refetch } = useQuery(query)
  // Stopped by the reader is no failure.
  const error = isCancelledError(reason) ? null : reason
  const waits = useWaiting(apiPaths.table(cluster.name, resource, { namespace: search.namespace, rev: search.rev }))
  const cancel = () => void client.cancelQueries({ queryKey: query.queryKey }, { revert: false })
  const input = useRef<HTMLInputElement>(null)
  // From anywhere on the page into the rows, where the same keys go on.
  const intoRows = () => {
    const scroller = document.querySelector('[data-table]')
    const top = scroller?.getBoundingClientRect().top ?? 0
    const inSight = [...(scroller?.querySelectorAll('[data-index]') ?? [])].find((row) => row.getBoundingClientRect().top >= top)
    inSight?.querySelector('a')?.focus({ preventScroll: true })
  }
  useShortcuts([
    { keys: 'f', run: () => input.current?.focus() },
    { keys: 'j', run: intoRows },
    { keys: 'r', run: () => void refetch() },
  ])

  const [typed, setTyped] = useTyped(search.q, (q) => onSearch({ q }, true))
  const deferred = useDeferredValue(typed)
  const [focused, setFocused] = useState<TableRow | null>(null)
  const [copied, setCopied] = useState('')

  const head = data?.head
  const all = data?.count ?? 0
  const complete = data?.end !== null && data !== undefined
  const { longest, filled } = useMeasures(data)
  const namespaced = head?.namespaced !== false
  const showNamespace = namespaced && search.namespace === null && (all === 0 || data?.namespaces.length !== 0)
  const pods = head !== undefined && isPods(head)
  const { sort } = search
  const only = head === undefined || pods ? search.only : null
  // Who asks for `node:…` wants to see the node. As text, so that typing on changes no column.
  const asked = head ? columnsOfFilter(deferred, head.columns).join() : ''
  const empty = all === 0
  const [allColumns, columns] = useMemo(() => {
    if (!head) return [NO_COLUMNS, NO_COLUMNS]
    const indexes = asked === '' ? [] : asked.split(',').map(Number)
    const every = shownColumns(head, search.wide, { shown: showNamespace, name: t.namespace }, { indexes, sort })
    return [every, columnsWithContent(every, empty ? [] : filled, indexes, sort)]
  }, [head, search.wide, showNamespace, asked, sort, filled, empty])
  const [view] = useState(() => new RowView())
  const shown = useMemo(
    () => (data ? view.show(data, columns, { q: deferred, sort, only }) : NO_ROWS),
    [view, data, columns, deferred, sort, only],
  )

  const path = head?.path ?? resource
  const directory = `${rootOf(cluster)}${path}/`
  const what = head?.resource || resource
  const file = (extension: string) => `${cluster.name}-${path.replaceAll('/', '-')}.${extension}`

  // An example that this very table can answer.
  const example = columns.find(({ index, name }) => index > 0 && name !== 'Age')
  const filterHint = t.filterHint(pods || !example ? t.podFilterHint : `${example.id}:…`)

  const shownNow = () => shown.rows.slice(0, shown.count)
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
  const tools = (
    <div className="flex flex-wrap items-center gap-1.5">
      <NamespacePicker
        cluster={cluster.name}
        directory={`${rootOf(cluster)}namespaces/`}
        namespaced={namespaced}
        found={data?.namespaces ?? NO_NAMES}
        chosen={search.namespace}
        onChoose={(namespace) => onSearch({ namespace })}
      />
      <search className="relative flex min-w-0 flex-1 basis-56 items-center max-[799px]:order-last max-[799px]:basis-full">
        <Search size={14} aria-hidden className="pointer-events-none absolute left-2 text-faint" />
        <input
          ref={input}
          type="text"
          aria-label={t.filter}
          title={t.filterHelp}
          placeholder={filterHint}
          value={typed}
          spellCheck={false}
          autoComplete="off"
          onChange={(event) => setTyped(event.target.value)}
          onKeyDown={(event) => {
            if (event.key === 'Escape') typed === '' ? input.current?.blur() : setTyped('')
            if (event.key !== 'ArrowDown') return
            event.preventDefault()
            intoRows()
          }}
          className="h-7 w-full min-w-0 rounded border border-line-strong/60 bg-surface pr-7 pl-7 font-mono text-[12.5px] placeholder:font-sans placeholder:text-faint"
        />
        {typed !== '' && (
          <button
            type="button"
            aria-label={t.clear}
            onClick={() => setTyped('')}
            className="absolute right-0.5 inline-flex size-6 items-center justify-center rounded text-soft hover:bg-hover"
          >
            <X size={14} aria-hidden />
          </button>
        )}
      </search>
      {narrow && (
        <Menu
          trigger={
            <Button icon={<ArrowDownUp size={14} aria-hidden />} aria-label={t.sort} disabled={!head}>
              {columns.find((column) => column.id === sort?.replace(/^-/, ''))?.name ?? t.sort}
            </Button>
          }
        >
          <MenuChoice
            value={sort ?? ''}
            onChange={(next) => onSearch({ sort: next === '' ? null : next })}
            choices={[
              ...(pods ? [{ value: '', label: t.troubleFirst }] : []),
              { value: pods ? KEY_ORDER : '', label: t.stored },
              ...columns.flatMap((column) => [
                { value: column.id, label: `${column.name}, ${t.ascending}` },
                { value: `-${column.id}`, label: `${column.name}, ${t.descending}` },
              ]),
            ]}
          />
        </Menu>
      )}
      <Button
        aria-pressed={search.wide}
        title={t.wideHint}
        icon={<Columns3 size={14} aria-hidden />}
        aria-label={t.wide}
        className={search.wide ? 'border-accent! bg-accent-soft! text-accent!' : ''}
        onClick={() => onSearch({ wide: !search.wide })}
      >
        {narrow ? null : t.wide}
      </Button>
      <Menu
        align="end"
        trigger={
          <Button disabled={shown.count === 0} icon={<Download size={14} aria-hidden />} aria-label={t.download}>
            {narrow ? null : t.download}
          </Button>
        }
      >
        <MenuItem onClick={() => download(file('csv'), 'text/csv;charset=utf-8', tableCsv(shownNow(), allColumns))}>{t.csv}</MenuItem>
        <MenuItem onClick={() => head && download(file('json'), 'application/json', tableJson(head, shownNow(), allColumns))}>
          {t.json}
        </MenuItem>
      </Menu>
      <IconButton label={t.refresh} disabled={isFetching} onClick={() => void refetch()}>
        <RotateCw size={15} aria-hidden />
      </IconButton>
    </div>
  )

  return (
    <div className="flex h-full min-h-0 flex-col" data-page={apiPaths.table(cluster.name, path)} data-complete={complete}>
      <div className="flex shrink-0 flex-col gap-1.5 border-b border-line px-3 py-2">
        {title}
        {tools}
        {head?.note && <p className="text-xs text-soft">{head.note}</p>}
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
          {t.pinned(search.rev)}
        </Banner>
      )}
      {error && data && (
        <Banner tone="error" actions={<Button onClick={() => void refetch()}>{t.retry}</Button>}>
          {complete ? t.failedAgain : t.failed(count(all), lastOf(data))} {wordsOf(error)}
        </Banner>
      )}
      {!error && data && !complete && !isFetching && (
        <Banner tone="warning" actions={<Button onClick={() => void refetch()}>{t.resume}</Button>}>
          {t.stopped(count(all))}
        </Banner>
      )}
      {error && !data ? (
        <Still>
          <ErrorView
            error={error}
            onRetry={() => void refetch()}
            actions={<WayOut error={error} cluster={cluster.name} hrefWith={hrefWith} />}
          />
        </Still>
      ) : !data && !isFetching ? (
        // Stopped before the first row.
        <Still>
          <EmptyState title={t.stopped('0')} actions={<Button onClick={() => void refetch()}>{t.resume}</Button>} />
        </Still>
      ) : !data && waits !== null ? (
        <Still>
          <p className="p-4 text-soft">{waits}</p>
        </Still>
      ) : !data ? (
        <Pending />
      ) : all === 0 && complete ? (
        <Still>
          <EmptyState title={t.emptyTitle(what)}>
            {t.emptyWhere(search.namespace === null ? directory : `${directory}${search.namespace}/`, data.head.revision)}
          </EmptyState>
        </Still>
      ) : shown.count === 0 && complete ? (
        <Still>
          <EmptyState
            title={t.noMatch}
            actions={
              <LinkTo href={hrefWith({ q: '', only: null })} className={buttonClass('plain')}>
                {t.showAll}
              </LinkTo>
            }
          >
            {t.noMatchHint([deferred, only].filter(Boolean).join(' '), count(all))}
          </EmptyState>
        </Still>
      ) : (
        <TableGrid
          cluster={cluster.name}
          label={t.tableOf(what)}
          head={data.head}
          revision={data.head.revision}
          shown={shown}
          longest={longest}
          columns={columns}
          sort={sort}
          onSort={(next) => onSearch({ sort: next })}
          rev={search.rev}
          complete={complete}
          onRowFocus={setFocused}
          onCopied={setCopied}
        />
      )}
      <div className="flex min-h-7 shrink-0 flex-wrap content-center items-center gap-x-3 overflow-hidden border-t border-line bg-sunken px-3 text-xs text-soft max-md:min-h-[3.65rem] max-md:content-start max-md:py-1 xl:flex-nowrap xl:[&>*]:shrink-0 xl:[&>*]:whitespace-nowrap">
        <span role="status" className="font-medium text-ink">
          {isFetching && !complete
            ? (waits ?? (data ? t.reading(count(all)) : t.readingFirst))
            : data
              ? t.rows(count(shown.count), count(all))
              : ''}
        </span>
        {isFetching && (
          <button type="button" onClick={cancel} className="rounded border border-line-strong/60 px-1.5 hover:bg-hover">
            {t.cancel}
          </button>
        )}
        {isFetching && complete && <span role="status">{waits ?? t.readingAgain}</span>}
        {/* On a narrow page the line has room for one of the two. */}
        {data?.end && (
          <span className={classNames(head?.printedAs && 'max-md:hidden')}>
            {t.readIn(shortSize(data.end.bytes), `${count(data.end.milliseconds)} ms`)}
          </span>
        )}
        {head && <span>{t.revision(head.revision)}</span>}
        {head?.printedAs && (
          <>
            <span className="max-md:hidden">{t.printedAs[head.printedAs.from](head.printedAs.release)}</span>
            {/* While it is read, a narrow line is full. */}
            {data?.end && <span className="md:hidden">{t.printedAs.short(head.printedAs.release)}</span>}
          </>
        )}
        {head && (
          <span className="max-md:order-last max-md:basis-full">
            {head.now === null
              ? t.asOfUnknown
              : head.asOf === null
                ? t.asOfNow(formatInstant(head.now, zone))
                : t.asOf(formatInstant(head.asOf, zone))}
          </span>
        )}
        {head && isTroubleFirst(head, sort) && totals !== null && totals.ill > 0 && (
          <span className="max-md:hidden">{t.orderedByTrouble}</span>
        )}
        {complete && columns.length < allColumns.length && (
          <span className="min-w-0 shrink! truncate max-md:hidden">
            {t.emptyColumns(allColumns.filter((one) => !columns.includes(one)).map(({ name }) => name))}
          </span>
        )}
        <span role="status" className={copied === '' ? 'sr-only' : 'text-ink'}>
          {copied}
        </span>
        {focused && head && <FocusedTimes row={focused} data={data} />}
      </div>
    </div>
  )
}

/** The row at which a reading ended. */
function lastOf({ rows, count: all }: TableData): string {
  const last = rows[all - 1]
  return last === undefined ? t.none : last.namespace === null ? last.name : `${last.namespace}/${last.name}`
}

/** What the server said, in one line: what failed, and what exactly. */
function wordsOf(error: Error): string {
  const { title = error.message, detail } = error instanceof HttpError ? (error.problem ?? {}) : {}
  return detail === undefined ? title : `${title} ${detail}`
}

/** In place of the rows: the line below keeps its place at the bottom. */
function Still({ children }: { children: ReactNode }) {
  return <div className="min-h-0 flex-1 overflow-auto">{children}</div>
}

/** Where to go from an error: another revision, or the catalogue. */
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
          {t.oldest(oldest)}
        </LinkTo>
      )}
    </>
  )
}

/** The instants behind the ages of the row that has the focus: what a mouse finds by hovering. */
function FocusedTimes({ row, data }: { row: TableRow; data: TableData }) {
  const zone = useZone()
  const times = Object.entries(row.instants ?? {})
  return (
    <span className="ml-auto text-ink">
      {times.map(([index, instant]) => `${data.head.columns[Number(index)]?.name}: ${formatInstant(instant, zone)}`).join(' · ')}
    </span>
  )
}

function NamespacePicker({
  cluster,
  directory,
  namespaced,
  found,
  chosen,
  onChoose,
}: {
  cluster: string
  directory: string
  namespaced: boolean
  /** Those of the rows. */
  found: readonly string[]
  chosen: string | null
  onChoose: (namespace: string | null) => void
}) {
  // The rows of all namespaces say which there are; those of one do not.
  const { data = NO_NAMES } = useQuery({ ...namespacesQuery(cluster, directory), enabled: chosen !== null })
  const names = chosen === null ? found : [...new Set([...data, ...found, chosen])].sort()
  return (
    <Menu
      trigger={
        <Button
          icon={<Layers size={14} aria-hidden />}
          className="max-w-56 min-w-40"
          aria-label={!namespaced ? t.clusterWide : chosen === null ? t.allNamespaces : t.oneNamespace(chosen)}
          disabled={!namespaced && chosen === null}
        >
          <span className="min-w-0 flex-1 truncate text-left">{chosen ?? (namespaced ? t.allNamespaces : t.clusterWide)}</span>
          <ChevronDown size={14} aria-hidden />
        </Button>
      }
    >
      <MenuChoice
        value={chosen === null ? '' : `n${chosen}`}
        onChange={(next) => onChoose(next === '' ? null : next.slice(1))}
        choices={[{ value: '', label: t.allNamespaces }, ...names.map((name) => ({ value: `n${name}`, label: name }))]}
      />
    </Menu>
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

/** What of an address or a filter means nothing in this table, in words. */
function unclearOf(head: TableHead, q: string, { sort, only }: TableSearch, pods: boolean): string[] {
  const words: string[] = []
  const named = head.columns.map(({ name }) => name)
  const unknown = unknownColumns(q, head.columns)
  if (unknown.length > 0) words.push(t.unknownColumns(unknown, named))
  const all = shownColumns(head, true, { shown: true, name: t.namespace })
  const column = sort?.replace(/^-/, '')
  if (column !== undefined && !(pods && column === KEY_ORDER) && !all.some(({ id }) => id === column))
    words.push(
      t.unknownSort(
        column,
        all.map(({ id }) => id),
      ),
    )
  if (only !== null && !pods) words.push(t.onlyPods(only))
  return words
}

/** Of the first rows until all are there, then of all: widths and columns follow what there is, but not while it moves. */
function useMeasures(data: TableData | undefined): Pick<TableData, 'longest' | 'filled'> {
  const kept = useRef<{ rows: unknown; of: Pick<TableData, 'longest' | 'filled'> }>({ rows: null, of: { longest: [], filled: [] } })
  if (data !== undefined && (data.end !== null || kept.current.rows !== data.rows)) {
    const { rows, longest, filled } = data
    // The same object as long as it says the same: columns are not made anew for it.
    const same =
      kept.current.rows === rows && kept.current.of.filled.join() === filled.join() && kept.current.of.longest.join() === longest.join()
    kept.current = { rows, of: same ? kept.current.of : { longest, filled } }
  }
  return kept.current.of
}

const TYPING_MS = 250

/** What is in the box at once, and in the address when the typing rests. */
function useTyped(q: string, onRest: (q: string) => void): [string, (q: string) => void] {
  const [typed, setTyped] = useState(q)
  const sent = useRef(q)
  const rest = useRef(onRest)
  rest.current = onRest
  // Back, forward and links change the address from outside.
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

function rootOf(cluster: ClusterInfo): string {
  const segments = cluster.kubernetesPrefix.split('/').filter(Boolean)
  return segments.length === 0 ? '/' : `/${segments.join('/')}/`
}
