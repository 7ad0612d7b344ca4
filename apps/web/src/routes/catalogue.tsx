// `/{cluster}/resources?q=`: the catalogue of resources.
import { type ClusterInfo, resourcesLink } from '@registree/contract'
import { ResourceCatalogue } from '../features/resources/ResourceCatalogue.tsx'
import { tableText } from '../features/tables/strings.ts'
import { useGo } from '../lib/navigation.ts'
import { Unavailable } from '../lib/Unavailable.tsx'
import { EmptyState } from '../ui/EmptyState.tsx'
import { parsePlainSearch } from './search.ts'

export function CataloguePage({ cluster, search }: { cluster: ClusterInfo; search: string }) {
  const go = useGo()
  if (!cluster.v3.available)
    return (
      <EmptyState title={tableText.noKeyspace}>
        <Unavailable keyspace={cluster.v3} />
      </EmptyState>
    )
  const { q = '' } = parsePlainSearch(search)
  return (
    <ResourceCatalogue
      cluster={cluster}
      q={q}
      onFilter={(next) => go(resourcesLink(cluster.name, null, { q: next === '' ? null : next }), { replace: true })}
    />
  )
}
