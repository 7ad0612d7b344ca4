// `/{cluster}/namespaces?q=&sort=` and `/{cluster}/namespaces/{name}?deleted=`: all namespaces, and one.

import { type ClusterInfo, namespacesLink } from '@registree/contract'
import { type NamespacesSearch, NamespacesView } from '../features/namespaces/NamespacesView.tsx'
import { NamespaceView } from '../features/namespaces/NamespaceView.tsx'
import { namespacesText } from '../features/namespaces/strings.ts'
import { resourceIcon } from '../features/resources/resource-icons.ts'
import { useGo } from '../lib/navigation.ts'
import { Unavailable } from '../lib/Unavailable.tsx'
import { EmptyState } from '../ui/EmptyState.tsx'
import { parsePlainSearch } from './search.ts'

export function NamespacesPage({ cluster, namespace, search }: { cluster: ClusterInfo; namespace: string | null; search: string }) {
  const go = useGo()
  if (!cluster.v3.available)
    return (
      <EmptyState page title={namespacesText.noKeyspace}>
        <Unavailable keyspace={cluster.v3} />
      </EmptyState>
    )
  const { q = '', sort = '', deleted = '' } = parsePlainSearch(search)
  if (namespace !== null)
    return (
      <NamespaceView
        key={namespace}
        cluster={cluster}
        name={namespace}
        deleted={deleted === '1'}
        onDeleted={(on) => go(namespacesLink(cluster.name, namespace, { deleted: on ? '1' : null }))}
        iconOf={iconOf}
      />
    )
  const said: NamespacesSearch = { q, sort: sort === 'objects' ? sort : '' }
  const hrefWith = (change: Partial<NamespacesSearch>) => {
    const { q, sort } = { ...said, ...change }
    return namespacesLink(cluster.name, null, { q: q || null, sort: sort || null })
  }
  return (
    <NamespacesView cluster={cluster} search={said} hrefWith={hrefWith} onFilter={(next) => go(hrefWith({ q: next }), { replace: true })} />
  )
}

function iconOf(icon: string) {
  const Icon = resourceIcon(icon)
  return <Icon size={15} aria-hidden className="shrink-0 text-faint" />
}
