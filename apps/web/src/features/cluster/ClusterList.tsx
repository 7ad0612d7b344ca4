// The front page of a Registree that shows several clusters, or none.
import { type ClusterInfo, clusterLink } from '@registree/contract'
import { Database, FileArchive } from 'lucide-react'
import { text } from '../../i18n/en.ts'
import { LinkTo } from '../../lib/LinkTo.tsx'
import { KeyspaceBadge } from '../../ui/Badge.tsx'
import { EmptyState } from '../../ui/EmptyState.tsx'

const t = text.clusters

export function ClusterList({ clusters }: { clusters: readonly ClusterInfo[] }) {
  if (clusters.length === 0)
    return (
      <EmptyState page title={t.none}>
        {t.noneHint}
      </EmptyState>
    )
  return (
    <div className="p-4 md:p-6">
      <h1 className="mb-3 text-lg font-semibold">{t.title}</h1>
      <ul className="max-w-3xl divide-y divide-line border-y border-line">
        {clusters.map((cluster) => {
          const Icon = cluster.source === 'etcd' ? Database : FileArchive
          return (
            <li key={cluster.name}>
              <LinkTo href={clusterLink(cluster.name)} className="flex min-h-11 items-center gap-3 px-2 py-2 no-underline hover:bg-hover">
                <Icon size={16} aria-hidden className="shrink-0 text-faint" />
                <span className="min-w-0 flex-1">
                  <span className="font-medium">{cluster.title}</span>
                  <span className="block truncate font-mono text-xs text-soft">{cluster.origin}</span>
                </span>
                <span className="flex gap-1">
                  {cluster.v3.available && <KeyspaceBadge keyspace="v3" />}
                  {cluster.v2.available && <KeyspaceBadge keyspace="v2" />}
                </span>
              </LinkTo>
            </li>
          )
        })}
      </ul>
    </div>
  )
}
