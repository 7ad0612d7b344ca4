// `/{cluster}/resources/{resource}`: a resource as a table; the user's settings are in the URL.
import { type ClusterInfo, resourcesLink } from '@registree/contract'
import type { TableSearch } from '../features/tables/shown-rows.ts'
import { tableText } from '../features/tables/strings.ts'
import { TableView } from '../features/tables/TableView.tsx'
import { useGo } from '../lib/navigation.ts'
import { Unavailable } from '../lib/Unavailable.tsx'
import { EmptyState } from '../ui/EmptyState.tsx'
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

export function ResourcesPage({ cluster, resource, search }: { cluster: ClusterInfo; resource: string; search: string }) {
  const go = useGo()
  if (!cluster.v3.available)
    return (
      <EmptyState title={tableText.noKeyspace}>
        <Unavailable keyspace={cluster.v3} />
      </EmptyState>
    )
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
