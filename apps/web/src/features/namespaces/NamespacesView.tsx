// All namespaces: their state and, as it is counted, their content; also those that hold objects but do not exist.
import { apiPaths, type ClusterInfo, type NamespaceEntry, namespacesLink, resourcesLink } from '@registree/contract'
import { listFilter } from '@registree/query'
import { isCancelledError, useQuery, useQueryClient } from '@tanstack/react-query'
import { useMemo, useState } from 'react'
import { Ago } from '../../lib/Ago.tsx'
import { ErrorView } from '../../lib/ErrorView.tsx'
import { LinkTo } from '../../lib/LinkTo.tsx'
import { Stale } from '../../lib/Stale.tsx'
import { count } from '../../lib/size.ts'
import { formatInstant, useZone } from '../../lib/time.ts'
import { useWaiting } from '../../lib/waiting.ts'
import { Badge } from '../../ui/Badge.tsx'
import { Button } from '../../ui/Button.tsx'
import { type DataColumn, DataRow, DataTable } from '../../ui/DataTable.tsx'
import { EmptyState } from '../../ui/EmptyState.tsx'
import { MiddleCut } from '../../ui/MiddleCut.tsx'
import { SearchField } from '../../ui/SearchField.tsx'
import { Skeleton, SkeletonLines } from '../../ui/Skeleton.tsx'
import { type Counted, type CountsData, countsQuery, namespacesQuery } from './queries.ts'
import { namespacesText as t } from './strings.ts'

export type NamespacesSearch = { q: string; sort: string }

type Row = { name: string; entry: NamespaceEntry | null; counted: readonly Counted[]; objects: number }

const STEP = 500
const MOST = 4

export function NamespacesView({
  cluster,
  search,
  hrefWith,
  onFilter,
}: {
  cluster: ClusterInfo
  search: NamespacesSearch
  hrefWith: (change: Partial<NamespacesSearch>) => string
  onFilter: (q: string) => void
}) {
  const zone = useZone()
  const query = useQuery(namespacesQuery(cluster.name))
  const { data } = query
  const client = useQueryClient()
  const [agreed, setAgreed] = useState(false)
  const options = countsQuery(cluster.name, data?.revision ?? '', agreed)
  const counts = useQuery({ ...options, enabled: data !== undefined })
  const waits = useWaiting(apiPaths.namespaceCounts(cluster.name, { rev: data?.revision ?? '', all: agreed }))
  const [limit, setLimit] = useState(STEP)
  const rows = useMemo(() => rowsOf(data?.namespaces ?? [], counts.data, search), [data, counts.data, search])
  if (query.error && !data) return <ErrorView error={query.error} onRetry={() => void query.refetch()} />
  if (!data)
    return (
      <div className="p-4" data-pending>
        <SkeletonLines lines={16} />
      </div>
    )
  if (data.namespaces.length === 0 && rows.length === 0 && counts.data?.complete)
    return (
      <EmptyState page title={t.empty}>
        {t.emptyWhere({ prefix: data.prefix, revision: data.revision })}
      </EmptyState>
    )
  const shown = rows.slice(0, limit)
  const columns: DataColumn[] = [
    { ...sortable('name', t.name, search, hrefWith), width: 'w-[28%] max-md:w-auto' },
    { id: 'status', head: t.status, width: 'w-40 max-md:w-28' },
    { id: 'age', head: t.age, width: 'w-20', wide: true },
    { ...sortable('objects', t.objects, search, hrefWith), width: 'w-24', end: true },
    { id: 'most', head: t.most, wide: true, inset: 'pl-6' },
  ]
  return (
    <div className="flex h-full min-h-0 flex-col" data-page="namespaces">
      <Stale query={query} />
      <div className="flex shrink-0 flex-wrap items-center gap-x-4 gap-y-1.5 border-b border-line px-3 py-2">
        <div className="min-w-0">
          <h1 className="text-base font-semibold">{t.title}</h1>
          <p className="text-xs text-soft">{t.subtitle({ prefix: data.prefix, revision: data.revision })}</p>
        </div>
        <SearchField label={t.filter} value={search.q} onChange={onFilter} className="w-72 max-w-full md:ml-auto" />
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable from the keyboard */}
      <section tabIndex={0} aria-label={t.title} className="min-h-0 flex-1 overflow-y-auto px-3 pb-4">
        {rows.length === 0 ? (
          <EmptyState title={t.noMatch({ query: search.q })} />
        ) : (
          <DataTable columns={columns} label={t.list} sticky>
            {shown.map((row) => (
              <NamespaceRow
                key={row.name}
                columns={columns}
                cluster={cluster.name}
                row={row}
                counts={counts.data}
                failed={counts.isError}
              />
            ))}
          </DataTable>
        )}
        {rows.length > limit && (
          <Button className="mt-2" onClick={() => setLimit(limit + STEP)}>
            {t.more({ left: rows.length - limit })}
          </Button>
        )}
      </section>
      <div
        className="flex min-h-9 shrink-0 flex-wrap items-center gap-x-3 border-t border-line bg-sunken px-3 text-xs text-soft"
        role="status"
      >
        {data.asOf !== null && <span>{t.asOf({ time: formatInstant(data.asOf, zone) })}</span>}
        {data.now === null && <span>{t.asOfUnknown}</span>}
        <span className="flex min-h-7 items-center gap-3">
          {counts.data?.ask ? (
            <Button onClick={() => setAgreed(true)}>{t.askCount({ total: counts.data.total ?? 0 })}</Button>
          ) : counts.isFetching ? (
            <>
              <Button onClick={() => void client.cancelQueries({ queryKey: options.queryKey }, { revert: false })}>{t.cancel}</Button>
              <span>{waits ?? t.counting(counts.data?.read ?? 0, counts.data?.total ?? null)}</span>
            </>
          ) : counts.data?.complete ? (
            <span>{t.counted({ read: counts.data.read })}</span>
          ) : (
            <>
              <span>{counts.isError && !isCancelledError(counts.error) ? `${t.failed} ${counts.error.message}` : t.notCounted}</span>
              <Button onClick={() => void counts.refetch()}>{t.again}</Button>
            </>
          )}
        </span>
      </div>
    </div>
  )
}

function sortable(
  id: string,
  label: string,
  search: NamespacesSearch,
  hrefWith: (change: Partial<NamespacesSearch>) => string,
): Pick<DataColumn, 'id' | 'head' | 'sorted'> {
  const chosen = (search.sort || 'name') === id
  return {
    id,
    sorted: chosen ? (id === 'objects' ? 'descending' : 'ascending') : undefined,
    head: (
      <LinkTo
        href={hrefWith({ sort: id === 'name' ? '' : id })}
        className={`no-underline hover:underline ${chosen ? 'font-semibold text-ink' : ''}`}
      >
        {label}
        {chosen && <span aria-hidden>{id === 'objects' ? ' ↓' : ' ↑'}</span>}
      </LinkTo>
    ),
  }
}

function NamespaceRow({
  columns,
  cluster,
  row,
  counts,
  failed,
}: {
  columns: readonly DataColumn[]
  cluster: string
  row: Row
  counts: CountsData | undefined
  failed: boolean
}) {
  const { name, entry, counted, objects } = row
  return (
    <DataRow
      columns={columns}
      className="h-8"
      classes={{ most: 'truncate text-soft' }}
      cells={{
        name: (
          <LinkTo href={namespacesLink(cluster, name)} aria-label={name} className="block font-medium no-underline hover:underline">
            <MiddleCut text={name} />
          </LinkTo>
        ),
        status: <Status entry={entry} />,
        age: entry?.created && <Ago instant={entry.created} />,
        objects:
          counts?.ask || (failed && !counts) ? '–' : counts?.complete || objects > 0 ? count(objects) : <Skeleton className="h-3 w-8" />,
        most: counted.slice(0, MOST).map(({ path, resource, objects: own }) => (
          <LinkTo key={path} href={resourcesLink(cluster, path, { namespace: name })} className="mr-3 no-underline hover:underline">
            {resource} {count(own)}
          </LinkTo>
        )),
      }}
    />
  )
}

/** A namespace's state in one word. */
export function Status({ entry }: { entry: NamespaceEntry | null }) {
  if (entry === null)
    return (
      <span title={t.ghostLong}>
        <Badge tone="error">{t.ghost}</Badge>
      </span>
    )
  if (entry.problem !== undefined && entry.phase === '') return <Badge tone="error">{t.unread}</Badge>
  const tone = entry.deletion !== null ? 'warning' : entry.phase === 'Active' ? 'ok' : 'muted'
  return <Badge tone={tone}>{entry.deletion !== null && entry.phase !== 'Terminating' ? 'Terminating' : entry.phase || t.noStatus}</Badge>
}

/** What a filter may name. */
const COLUMNS = [{ name: 'Name' }, { name: 'Status' }]

function rowsOf(namespaces: readonly NamespaceEntry[], counts: CountsData | undefined, { q, sort }: NamespacesSearch): Row[] {
  const entries = new Map(namespaces.map((entry) => [entry.name, entry]))
  const names = new Set([...entries.keys(), ...(counts?.byNamespace.keys() ?? [])])
  const matches = listFilter(q, COLUMNS)
  return [...names]
    .filter((name) => matches?.({ cells: [name, entries.get(name)?.phase ?? ''] }) ?? true)
    .map((name) => {
      const counted = [...(counts?.byNamespace.get(name) ?? [])].sort((a, b) => b.objects - a.objects)
      return { name, entry: entries.get(name) ?? null, counted, objects: counted.reduce((sum, { objects }) => sum + objects, 0) }
    })
    .sort((a, b) => (sort === 'objects' ? b.objects - a.objects : 0) || (a.name < b.name ? -1 : 1))
}
