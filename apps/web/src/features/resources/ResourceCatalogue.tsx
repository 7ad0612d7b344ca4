// The catalogue: every resource that the cluster keeps, by what it is for; there at once, with counts that fill in.
import { type ClusterInfo, type ResourceEntry, resourcesLink } from '@registree/contract'
import { useQuery } from '@tanstack/react-query'
import { Search } from 'lucide-react'
import { ErrorView } from '../../lib/ErrorView.tsx'
import { LinkTo } from '../../lib/LinkTo.tsx'
import { Stale } from '../../lib/Stale.tsx'
import { count } from '../../lib/size.ts'
import { Badge } from '../../ui/Badge.tsx'
import { Banner } from '../../ui/Banner.tsx'
import { EmptyState } from '../../ui/EmptyState.tsx'
import { Skeleton, SkeletonLines } from '../../ui/Skeleton.tsx'
import { countsQuery, resourcesQuery } from './queries.ts'
import { resourceIcon } from './resource-icons.ts'
import { resourcesText as t } from './strings.ts'

const CATEGORIES = Object.keys(t.categories) as (keyof typeof t.categories)[]

export function ResourceCatalogue({ cluster, q, onFilter }: { cluster: ClusterInfo; q: string; onFilter: (q: string) => void }) {
  const catalogue = useQuery(resourcesQuery(cluster.name))
  const { data } = catalogue
  const counts = useQuery({ ...countsQuery(cluster.name, data?.revision ?? ''), enabled: data !== undefined && data.resources.length > 0 })
  if (catalogue.error && !data) return <ErrorView error={catalogue.error} onRetry={() => void catalogue.refetch()} />
  if (!data)
    return (
      <div className="p-4">
        <SkeletonLines lines={24} />
      </div>
    )
  if (data.resources.length === 0) return <EmptyState title={t.empty}>{t.emptyWhere(data.prefix, data.revision)}</EmptyState>
  const found = data.resources.filter((resource) => matches(resource, q))
  return (
    <div className="flex h-full min-h-0 flex-col">
      <Stale query={catalogue} />
      {data.notices.length > 0 && <Banner tone="warning">{data.notices.join(' ')}</Banner>}
      <div className="flex shrink-0 flex-wrap items-center gap-x-4 gap-y-1.5 border-b border-line px-3 py-2">
        <div className="min-w-0">
          <h1 className="text-base font-semibold">{t.title}</h1>
          <p className="truncate text-xs text-soft">{t.subtitle(data.prefix, data.revision)}</p>
        </div>
        <search className="relative ml-auto flex w-72 max-w-full items-center">
          <Search size={14} aria-hidden className="pointer-events-none absolute left-2 text-faint" />
          <input
            type="search"
            aria-label={t.filter}
            placeholder={t.filterHint}
            value={q}
            onChange={(event) => onFilter(event.target.value)}
            className="h-7 w-full rounded border border-line-strong/60 bg-surface pr-2 pl-7 placeholder:text-faint"
          />
        </search>
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable from the keyboard */}
      <section tabIndex={0} aria-label={t.title} className="min-h-0 flex-1 overflow-y-auto px-3 pb-6">
        {found.length === 0 && <EmptyState title={t.noMatch(q)} />}
        {CATEGORIES.map((category) => {
          const own = found.filter((resource) => resource.category === category)
          if (own.length === 0) return null
          return (
            <table
              key={category}
              aria-label={t.tableOf(t.categories[category])}
              className="mt-4 w-full table-fixed border-collapse text-left"
            >
              <thead>
                <tr className="h-7 border-b border-line text-xs text-faint">
                  <th scope="col" className="w-[34%] font-semibold text-ink max-md:w-auto">
                    {t.categories[category]}
                  </th>
                  <th scope="col" className="w-[27%] font-normal max-md:hidden">
                    {t.directory}
                  </th>
                  <th scope="col" className="font-normal max-md:hidden">
                    {t.group}
                  </th>
                  <th scope="col" className="w-24 font-normal max-md:hidden">
                    {t.scope}
                  </th>
                  <th scope="col" className="w-20 text-right font-normal">
                    {t.objects}
                  </th>
                </tr>
              </thead>
              <tbody>
                {own.map((resource) => (
                  <Row
                    key={resource.path}
                    cluster={cluster.name}
                    resource={resource}
                    number={counts.data?.get(resource.path)}
                    failed={counts.isError}
                  />
                ))}
              </tbody>
            </table>
          )
        })}
      </section>
    </div>
  )
}

function Row({
  cluster,
  resource,
  number,
  failed,
}: {
  cluster: string
  resource: ResourceEntry
  number: number | undefined
  failed: boolean
}) {
  const Icon = resourceIcon(resource.icon)
  // Versions of the resource's own group without it; those of a group that it came from in full.
  const own = `${resource.group}/`
  const versions = resource.versions.map((version) => (version.startsWith(own) ? version.slice(own.length) : version)).join(', ')
  return (
    <tr className="border-b border-line/60 hover:bg-hover">
      <th scope="row" className="py-1 pr-3 font-normal">
        <span className="flex min-w-0 items-center gap-2">
          <Icon size={15} aria-hidden className="shrink-0 text-faint" />
          <LinkTo href={resourcesLink(cluster, resource.path)} className="truncate font-medium no-underline hover:underline">
            {resource.kind || resource.resource}
          </LinkTo>
          {resource.kind !== '' && resource.resource !== '' && <span className="truncate text-soft">{resource.resource}</span>}
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
        {resource.note !== null && <span className="block pl-[23px] text-xs text-soft">{resource.note}</span>}
      </th>
      <td className="truncate py-1 pr-3 font-mono text-xs text-soft max-md:hidden" title={resource.path}>
        {resource.path}
      </td>
      <td className="truncate py-1 pr-3 text-soft max-md:hidden" title={resource.versions.join('\n')}>
        {resource.group || t.core} <span className="text-xs text-faint">{versions}</span>
      </td>
      <td className="py-1 text-soft max-md:hidden">
        {resource.namespaced === null ? t.unknownScope : resource.namespaced ? t.namespaced : t.clusterWide}
      </td>
      <td className="py-1 text-right">
        {resource.empty ? (
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
        )}
      </td>
    </tr>
  )
}

function matches(resource: ResourceEntry, q: string): boolean {
  const words = q.toLowerCase().split(/\s+/).filter(Boolean)
  const haystack = `${resource.kind} ${resource.resource} ${resource.path} ${resource.group} ${resource.shortNames.join(' ')}`.toLowerCase()
  return words.every((word) => haystack.includes(word))
}
