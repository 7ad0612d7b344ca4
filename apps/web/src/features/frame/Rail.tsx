// The left rail: the cluster and its pages. On a narrow screen it is inside a sheet.
import type { ClusterInfo } from '@registree/contract'
import { ChevronsUpDown, Database, FileArchive, type LucideIcon } from 'lucide-react'
import { text } from '../../i18n/text.ts'
import { LinkTo } from '../../lib/LinkTo.tsx'
import { KeyspaceBadge } from '../../ui/Badge.tsx'
import { classNames } from '../../ui/class-names.ts'
import { Menu, MenuLink } from '../../ui/Menu.tsx'

export type RailItem = { id: string; label: string; icon: LucideIcon; href: string; current: boolean; keyspace?: 'v3' | 'v2' | undefined }

export function Rail({
  clusters,
  cluster,
  items,
  hrefIn,
  onNavigate,
}: {
  clusters: readonly ClusterInfo[]
  cluster: ClusterInfo | undefined
  items: readonly RailItem[]
  /** The current page in another cluster. */
  hrefIn: (cluster: ClusterInfo) => string
  onNavigate?: () => void
}) {
  return (
    <nav aria-label={text.nav.label} className="flex h-full min-h-0 flex-col gap-1 overflow-y-auto bg-sunken p-2">
      {cluster &&
        (clusters.length > 1 ? (
          <Menu
            trigger={
              <button
                type="button"
                aria-label={`${text.nav.switchCluster}: ${cluster.title}`}
                className="mb-1 flex h-9 w-full items-center gap-2 rounded border border-line bg-surface px-2 text-left hover:bg-hover"
              >
                <SourceIcon source={cluster.source} />
                <span className="min-w-0 flex-1 truncate font-medium">{cluster.title}</span>
                <ChevronsUpDown size={14} aria-hidden className="text-faint" />
              </button>
            }
          >
            {clusters.map((other) => (
              <MenuLink key={other.name} render={<LinkTo href={hrefIn(other)} {...(onNavigate ? { onClick: onNavigate } : {})} />}>
                <SourceIcon source={other.source} />
                {other.title}
              </MenuLink>
            ))}
          </Menu>
        ) : (
          <div className="mb-1 flex h-9 items-center gap-2 px-2">
            <SourceIcon source={cluster.source} />
            <span className="min-w-0 truncate font-medium" title={cluster.origin}>
              {cluster.title}
            </span>
          </div>
        ))}
      {items.map(({ icon: Icon, ...item }) => (
        <LinkTo
          key={item.id}
          href={item.href}
          aria-current={item.current ? 'page' : undefined}
          {...(onNavigate ? { onClick: onNavigate } : {})}
          className={classNames(
            'flex h-8 items-center gap-2 rounded px-2 no-underline hover:bg-hover',
            item.current ? 'bg-hover font-medium text-ink' : 'text-soft',
          )}
        >
          <Icon size={15} aria-hidden className="shrink-0" />
          <span className="min-w-0 flex-1 truncate">{item.keyspace ? item.label.replace(/ v[23]$/, '') : item.label}</span>
          {item.keyspace && <KeyspaceBadge keyspace={item.keyspace} />}
        </LinkTo>
      ))}
    </nav>
  )
}

const SourceIcon = ({ source }: { source: 'etcd' | 'file' }) =>
  source === 'etcd' ? (
    <Database size={14} aria-hidden className="shrink-0 text-faint" />
  ) : (
    <FileArchive size={14} aria-hidden className="shrink-0 text-faint" />
  )
