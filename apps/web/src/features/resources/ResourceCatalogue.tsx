// The catalogue: every stored resource, grouped by purpose; shown at once, with counts that fill in.
import { apiPaths, type ClusterInfo, type ResourceEntry, type ResourceSize, resourcesLink } from '@registree/contract'
import { isCancelledError, useQuery, useQueryClient } from '@tanstack/react-query'
import { Scale } from 'lucide-react'
import { useState } from 'react'
import { ErrorView } from '../../lib/ErrorView.tsx'
import { LinkTo } from '../../lib/LinkTo.tsx'
import { Stale } from '../../lib/Stale.tsx'
import { say } from '../../lib/say.ts'
import { count, exactSize, shortSize } from '../../lib/size.ts'
import { useWaiting } from '../../lib/waiting.ts'
import { Badge } from '../../ui/Badge.tsx'
import { Banner } from '../../ui/Banner.tsx'
import { Button } from '../../ui/Button.tsx'
import { type DataColumn, DataRow, DataTable } from '../../ui/DataTable.tsx'
import { EmptyState } from '../../ui/EmptyState.tsx'
import { SearchField } from '../../ui/SearchField.tsx'
import { Skeleton, SkeletonLines } from '../../ui/Skeleton.tsx'
import { countsQuery, measureQuery, resourcesQuery, type Sizes, sampleQuery } from './queries.ts'
import { resourceIcon } from './resource-icons.ts'
import { resourcesText as t } from './strings.ts'

/** A live etcd with at most this many values is measured without a request. */
const FEW = 2000

const CATEGORIES = Object.keys(t.categories) as (keyof typeof t.categories)[]

export function ResourceCatalogue({ cluster, q, onFilter }: { cluster: ClusterInfo; q: string; onFilter: (q: string) => void }) {
  const catalogue = useQuery(resourcesQuery(cluster.name))
  const { data } = catalogue
  const client = useQueryClient()
  const counts = useQuery({ ...countsQuery(cluster.name, data?.revision ?? ''), enabled: data !== undefined && data.resources.length > 0 })
  const revision = data?.revision ?? ''
  const sample = useQuery({ ...sampleQuery(cluster.name, revision), enabled: data !== undefined && data.resources.length > 0 })
  const total = counts.data === undefined ? null : [...counts.data.values()].reduce((sum, own) => sum + own, 0)
  const [asked, setAsked] = useState(false)
  const measure = measureQuery(cluster.name, revision, null)
  const measured = useQuery({
    ...measure,
    enabled: data !== undefined && total !== null && (asked || (cluster.source === 'etcd' && total <= FEW)),
  })
  const measureWaits = useWaiting(apiPaths.sizes(cluster.name, { path: null, rev: revision, sample: false }))
  const sampleWaits = useWaiting(apiPaths.sizes(cluster.name, { path: null, rev: revision, sample: true }))
  if (catalogue.error && !data) return <ErrorView error={catalogue.error} onRetry={() => void catalogue.refetch()} />
  if (!data)
    return (
      <div className="p-4">
        <SkeletonLines lines={24} />
      </div>
    )
  if (data.resources.length === 0)
    return <EmptyState title={t.empty}>{t.emptyWhere({ prefix: data.prefix, revision: data.revision })}</EmptyState>
  const found = data.resources.filter((resource) => matches(resource, q))
  return (
    <div className="flex h-full min-h-0 flex-col">
      <Stale query={catalogue} />
      {data.notices.length > 0 && <Banner tone="warning">{say.note(data.noticeSentences, data.notices.join(' '))}</Banner>}
      <div className="flex shrink-0 flex-wrap items-center gap-x-4 gap-y-1.5 border-b border-line px-3 py-2">
        <div className="min-w-0">
          <h1 className="text-base font-semibold">{t.title}</h1>
          <p className="truncate text-xs text-soft">{t.subtitle({ prefix: data.prefix, revision: data.revision })}</p>
        </div>
        <MeasureAll
          total={total}
          sizes={measured.data}
          known={sample.data}
          running={measured.isFetching}
          waits={measureWaits ?? sampleWaits}
          error={isCancelledError(measured.error) ? null : measured.error}
          onStart={() => (asked ? void measured.refetch() : setAsked(true))}
          onCancel={() => void client.cancelQueries({ queryKey: measure.queryKey }, { revert: false })}
        />
        <SearchField label={t.filter} placeholder={t.filterHint} value={q} onChange={onFilter} />
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable from the keyboard */}
      <section tabIndex={0} aria-label={t.title} className="min-h-0 flex-1 overflow-y-auto px-3 pb-6">
        {found.length === 0 && <EmptyState title={t.noMatch({ query: q })} />}
        {CATEGORIES.map((category) => {
          const own = found.filter((resource) => resource.category === category)
          if (own.length === 0) return null
          const columns = columnsOf(t.categories[category])
          return (
            <DataTable key={category} columns={columns} label={t.tableOf({ category: t.categories[category] })} className="mt-4">
              {own.map((resource) => (
                <Row
                  key={resource.path}
                  columns={columns}
                  cluster={cluster.name}
                  resource={resource}
                  number={counts.data?.get(resource.path)}
                  failed={counts.isError}
                  revision={data.revision}
                  size={measured.data?.byPath.get(resource.path) ?? sample.data?.byPath.get(resource.path)}
                  sampling={sample.isFetching}
                />
              ))}
            </DataTable>
          )
        })}
      </section>
    </div>
  )
}

const columnsOf = (category: string): DataColumn[] => [
  { id: 'resource', head: <span className="font-semibold text-ink">{category}</span>, width: 'w-[34%] max-md:w-auto' },
  { id: 'directory', head: t.directory, width: 'w-[27%]', wide: true },
  { id: 'group', head: t.group, wide: true },
  { id: 'scope', head: t.scope, width: 'w-24', wide: true },
  { id: 'objects', head: t.objects, width: 'w-20 max-md:w-14', end: true },
  { id: 'bytes', head: t.bytes, width: 'w-20', end: true },
]

function Row({
  columns,
  cluster,
  resource,
  number,
  failed,
  revision,
  size: known,
  sampling,
}: {
  columns: readonly DataColumn[]
  cluster: string
  resource: ResourceEntry
  number: number | undefined
  failed: boolean
  revision: string
  size: ResourceSize | undefined
  sampling: boolean
}) {
  const Icon = resourceIcon(resource.icon)
  const [asked, setAsked] = useState(false)
  const own = useQuery({ ...measureQuery(cluster, revision, resource.path), enabled: asked })
  const size = own.data?.byPath.get(resource.path) ?? known
  // Without a definition, the values read so far tell it.
  const kind = resource.kind || (size?.versions[0]?.kind ?? '')
  const scope = resource.namespaced === null ? t.unknownScope : resource.namespaced ? t.namespaced : t.clusterWide
  return (
    <DataRow
      columns={columns}
      className=""
      classes={{
        resource: 'py-1',
        directory: 'truncate py-1 pr-3 font-mono text-xs text-soft',
        group: 'truncate py-1 pr-3 text-soft',
        scope: 'py-1 text-soft',
        objects: 'py-1',
        bytes: 'py-1',
      }}
      cells={{
        resource: (
          <>
            <span className="flex min-w-0 items-center gap-2">
              <Icon size={15} aria-hidden className="shrink-0 text-faint" />
              <LinkTo href={resourcesLink(cluster, resource.path)} className="truncate font-medium no-underline hover:underline">
                {kind || resource.resource}
              </LinkTo>
              {kind !== '' && resource.resource !== '' && <span className="truncate text-soft max-md:hidden">{resource.resource}</span>}
              {resource.shortNames.length > 0 && (
                <span className="shrink-0 text-xs text-faint max-md:hidden">{resource.shortNames.join(' ')}</span>
              )}
              {resource.custom && (
                <Badge icon={false} tone="muted">
                  {t.custom}
                </Badge>
              )}
              {resource.category === 'unknown' && (
                <Badge icon={false} tone="warning">
                  {t.unknownKind}
                </Badge>
              )}
            </span>
            {/* A narrow screen has no room for their columns. One line each, for any number of versions. */}
            <span className="block truncate pl-[23px] font-mono text-xs text-soft md:hidden">{resource.path}</span>
            <span className="block truncate pl-[23px] text-xs text-soft md:hidden">
              {scope} · {resource.group || t.core} <Versions resource={resource} size={size} />
            </span>
            {resource.note !== null && (
              <span className="block pl-[23px] text-xs text-soft">{say.note(resource.note.sentences, resource.note.text)}</span>
            )}
          </>
        ),
        directory: <span title={resource.path}>{resource.path}</span>,
        group: (
          <>
            {resource.group || t.core} <Versions resource={resource} size={size} />
          </>
        ),
        scope,
        objects: resource.empty ? (
          <span className="text-faint" title={t.noObjects}>
            0
          </span>
        ) : number !== undefined ? (
          count(number)
        ) : failed ? (
          <span className="text-warn" title={t.notCountedHint}>
            {t.notCounted}
          </span>
        ) : (
          <Skeleton className="h-3 w-8" />
        ),
        bytes: resource.empty ? (
          <span className="text-faint">0</span>
        ) : size?.bytes != null ? (
          <span title={size.rounded ? t.rounded({ size: exactSize(size.bytes) }) : exactSize(size.bytes)}>{shortSize(size.bytes)}</span>
        ) : own.isFetching || (size === undefined && sampling) ? (
          <Skeleton className="h-3 w-10" />
        ) : (
          <button
            type="button"
            aria-label={t.measureOne({ path: resource.path, n: number ?? 0 })}
            title={own.error ? own.error.message : t.measureOne({ path: resource.path, n: number ?? 0 })}
            onClick={() => (asked ? void own.refetch() : setAsked(true))}
            className="link text-xs"
          >
            {t.measure}
          </button>
        ),
      }}
    />
  )
}

/** The versions found; before that, the possible ones. Without the group if it is the resource's own. */
function Versions({ resource, size }: { resource: ResourceEntry; size: ResourceSize | undefined }) {
  const own = `${resource.group}/`
  const short = (version: string) => (version.startsWith(own) ? version.slice(own.length) : version)
  if (size === undefined || size.versions.length === 0) {
    return (
      <span className="text-xs text-faint" title={`${t.versionsPossible}\n${resource.versions.join('\n')}`}>
        {resource.versions.map(short).join(', ')}
        {size !== undefined && size.unread > 0 && ` (${t.unread({ n: size.unread })})`}
      </span>
    )
  }
  const found = [...new Set(size.versions.map(({ apiVersion }) => apiVersion))]
  const said = size.complete ? t.versionsAll({ n: size.objects }) : t.versionsSampled({ n: size.objects })
  return (
    <span
      className="text-xs"
      title={`${said}\n${size.versions.map(({ apiVersion, kind, objects }) => `${apiVersion} ${kind}: ${count(objects)}`).join('\n')}`}
    >
      <span className="text-ink">{found.map(short).join(', ')}</span>
      {!size.complete && <span className="text-faint"> {t.sampled}</span>}
      {size.unread > 0 && <span className="text-warn"> {t.unread({ n: size.unread })}</span>}
    </span>
  )
}

/** Reads every value, with progress. */
function MeasureAll({
  total,
  sizes,
  known,
  running,
  waits,
  error,
  onStart,
  onCancel,
}: {
  total: number | null
  sizes: Sizes | undefined
  known: Sizes | undefined
  running: boolean
  /** The message while it is not its turn. */
  waits: string | null
  error: Error | null
  onStart: () => void
  onCancel: () => void
}) {
  const place = 'flex min-h-7 flex-1 items-center gap-2 text-xs text-soft justify-end max-md:basis-full'
  if (waits !== null)
    return (
      <div className={`${place} flex-wrap`}>
        <span role="status">{waits}</span>
        {running && <Button onClick={onCancel}>{t.cancel}</Button>}
      </div>
    )
  if (running)
    return (
      <div className={place}>
        <span role="status" className="min-w-0 truncate max-md:flex-1">
          {t.measuring({ read: sizes?.progress?.read ?? 0, total: total ?? 0, bytes: shortSize(sizes?.progress?.bytes ?? 0) })}
        </span>
        <progress
          aria-label={t.measureProgress}
          max={total ?? 1}
          value={sizes?.progress?.read ?? 0}
          className="h-1.5 w-32 shrink-0 accent-accent max-md:w-16"
        />
        <Button onClick={onCancel}>{t.cancel}</Button>
      </div>
    )
  const all = sizes?.complete ? sizes : known
  const bytes =
    all === undefined
      ? null
      : [...all.byPath.values()].reduce<number | null>((sum, one) => (sum === null || one.bytes === null ? null : sum + one.bytes), 0)
  const rounded = all !== undefined && [...all.byPath.values()].some((one) => one.rounded)
  return (
    <div className={`${place} flex-wrap`}>
      {error !== null && <span className="text-error">{t.failed({ message: error.message })}</span>}
      {error === null && sizes !== undefined && !sizes.complete && <span>{t.stopped}</span>}
      {/* Constant width while the bytes are summed up. */}
      {bytes !== null && total !== null && (
        <span className="min-w-36" title={rounded ? t.rounded({ size: exactSize(bytes) }) : exactSize(bytes)}>
          {t.measured({ n: total, bytes: shortSize(bytes) })}
        </span>
      )}
      {!sizes?.complete && total !== null && total > 0 && (
        <Button icon={<Scale size={14} aria-hidden />} title={t.measureHint} onClick={onStart}>
          {t.measureAll({ n: total })}
        </Button>
      )}
    </div>
  )
}

function matches(resource: ResourceEntry, q: string): boolean {
  const words = q.toLowerCase().split(/\s+/).filter(Boolean)
  const haystack = `${resource.kind} ${resource.resource} ${resource.path} ${resource.group} ${resource.shortNames.join(' ')}`.toLowerCase()
  return words.every((word) => haystack.includes(word))
}
