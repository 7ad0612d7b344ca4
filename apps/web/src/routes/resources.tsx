// `/{cluster}/resources` and `/{cluster}/resources/{resource}`: the catalogue, and a resource as a table; the user's settings are in the URL.
import { type ClusterInfo, resourcesLink } from '@registree/contract'
import { ResourceCatalogue } from '../features/resources/ResourceCatalogue.tsx'
import type { TableSearch } from '../features/tables/shown-rows.ts'
import { tableText } from '../features/tables/strings.ts'
import { TableView } from '../features/tables/TableView.tsx'
import { useGo } from '../lib/navigation.ts'
import { EmptyState } from '../ui/EmptyState.tsx'
import { parsePlainSearch } from './search.ts'
import { parseTableSearch } from './table-search.ts'

function tableHref(cluster: string, resource: string, search: TableSearch): string {
  const { namespace, q, sort, wide, only, deleted, rev } = search
  return resourcesLink(cluster, resource, {
    namespace,
    q: q === '' ? null : q,
    sort,
    wide: wide ? '1' : null,
    only,
    deleted: deleted ? '1' : null,
    rev,
  })
}

export function ResourcesPage({ cluster, resource, search }: { cluster: ClusterInfo; resource: string | null; search: string }) {
  const go = useGo()
  if (!cluster.v3.available) return <EmptyState title={tableText.noKeyspace}>{cluster.v3.unavailable}</EmptyState>
  if (resource === null) {
    const { q = '' } = parsePlainSearch(search)
    return (
      <ResourceCatalogue
        cluster={cluster}
        q={q}
        onFilter={(next) => go(resourcesLink(cluster.name, null, { q: next === '' ? null : next }), { replace: true })}
      />
    )
  }
  const said = parseTableSearch(search)
  const hrefWith = (change: Partial<TableSearch>) => tableHref(cluster.name, resource, { ...said, ...change })
  return (
    <TableView
      key={resource}
      cluster={cluster}
      resource={resource}
      search={said}
      hrefWith={hrefWith}
      onSearch={(change, replace) => go(hrefWith(change), replace === undefined ? {} : { replace })}
    />
  )
}
