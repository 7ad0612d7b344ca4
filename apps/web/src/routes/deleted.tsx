// `/{cluster}/deleted?path=&namespace=&q=&routine=`: what was deleted in the kept window.

import { type ClusterInfo, deletedLink } from '@registree/contract'
import { type DeletedSearch, DeletedView } from '../features/deleted/DeletedView.tsx'
import { deletedText } from '../features/deleted/strings.ts'
import { useGo } from '../lib/navigation.ts'
import { Unavailable } from '../lib/Unavailable.tsx'
import { EmptyState } from '../ui/EmptyState.tsx'
import { useAddress } from './address.ts'
import { parsePlainSearch } from './search.ts'

export function DeletedPage({ cluster }: { cluster: ClusterInfo }) {
  const go = useGo()
  const { path = '', namespace = '', q = '', routine = '' } = parsePlainSearch(useAddress().search)
  if (!cluster.v3.available)
    return (
      <EmptyState page title={deletedText.noKeyspace}>
        <Unavailable keyspace={cluster.v3} />
      </EmptyState>
    )
  const search: DeletedSearch = { path, namespace, q, routine: routine === '1' }
  const hrefWith = (change: Partial<DeletedSearch>) => {
    const { path, namespace, q, routine } = { ...search, ...change }
    return deletedLink(cluster.name, { path: path || null, namespace: namespace || null, q: q || null, routine: routine ? '1' : null })
  }
  return <DeletedView cluster={cluster} search={search} onSearch={(change) => go(hrefWith(change), { replace: 'q' in change })} />
}
