// Everything below `/{cluster}`: the cluster of its pages, or a message if it is unknown.
import type { ClusterInfo } from '@registree/contract'
import { useQuery } from '@tanstack/react-query'
import { type ComponentType, createContext, type ReactNode, useContext } from 'react'
import { text } from '../i18n/text.ts'
import { clustersQuery } from '../lib/cluster-queries.ts'
import { LinkTo } from '../lib/LinkTo.tsx'
import { pathInWords, samePlace } from '../lib/same-place.ts'
import { buttonClass } from '../ui/Button.tsx'
import { EmptyState } from '../ui/EmptyState.tsx'
import { useAddress, usePlace } from './address.ts'
import { CataloguePage, NamespacesPage, ResourcesPage, V2Page, V3Page } from './lazy-pages.ts'
import { PageNotices } from './PageNotices.tsx'

const PageCluster = createContext<ClusterInfo | null>(null)

/** The layout of a cluster's pages. Another cluster is a new page: nothing of the previous one is kept. */
export function ClusterLayout({ children }: { children: ReactNode }) {
  const address = useAddress()
  const name = address.pathname.split('/')[1] ?? ''
  const clusters = useQuery(clustersQuery()).data?.clusters ?? []
  const cluster = clusters.find((candidate) => candidate.name === name)
  if (cluster === undefined) return <NoCluster clusters={clusters} />
  return (
    <PageCluster value={cluster}>
      <div key={name} className="flex h-full min-h-0 flex-col">
        <PageNotices cluster={cluster} clusters={clusters} address={address} />
        <div className="min-h-0 flex-1">{children}</div>
      </div>
    </PageCluster>
  )
}

/** A page as a route component: it receives the cluster in the URL. */
export function inCluster(Page: ComponentType<{ cluster: ClusterInfo }>): () => ReactNode {
  return function PageOfCluster() {
    const cluster = useContext(PageCluster)
    return cluster && <Page cluster={cluster} />
  }
}

/** The page of a URL that only the permalink grammar can parse. */
export function PermalinkPage({ cluster }: { cluster: ClusterInfo }) {
  const { search, hash } = useAddress()
  const place = usePlace()
  if (place?.page === 'v3') return <V3Page cluster={cluster} place={place} hash={hash} />
  if (place?.page === 'v2') return <V2Page cluster={cluster} place={place} hash={hash} />
  if (place?.page === 'resources') {
    const { resource } = place
    return resource === null ? (
      <CataloguePage cluster={cluster} search={search} />
    ) : (
      <ResourcesPage cluster={cluster} resource={resource} search={search} />
    )
  }
  if (place?.page === 'namespaces') return <NamespacesPage cluster={cluster} namespace={place.namespace} search={search} />
  return (
    <EmptyState page title={text.badLink}>
      {text.badLinkHint}
    </EmptyState>
  )
}

/** A link from another Registree, or to a renamed cluster: its target may be in one of these clusters. */
function NoCluster({ clusters }: { clusters: readonly ClusterInfo[] }) {
  const address = useAddress()
  const name = address.pathname.split('/')[1] ?? ''
  const path = pathInWords(address)
  return (
    <EmptyState
      page
      title={text.clusters.unknown({ name })}
      actions={
        <LinkTo href="/" className={buttonClass(path === '' ? 'primary' : 'plain')}>
          {text.notFound.home}
        </LinkTo>
      }
    >
      {path !== '' && clusters.length > 0 && (
        <>
          <p className="[overflow-wrap:anywhere]">{text.clusters.samePath({ path })}</p>
          <ul className="my-1">
            {clusters.map((cluster) => (
              <li key={cluster.name} className="py-0.5">
                <LinkTo href={samePlace(address, undefined, cluster)} className="link">
                  {cluster.title}
                </LinkTo>
              </li>
            ))}
          </ul>
          {/[?&]rev=/.test(address.search) && <p>{text.clusters.withoutRevision}</p>}
        </>
      )}
    </EmptyState>
  )
}

export const NotFound = () => (
  <EmptyState
    page
    title={text.notFound.title}
    actions={
      <LinkTo href="/" className={buttonClass('primary')}>
        {text.notFound.home}
      </LinkTo>
    }
  />
)
