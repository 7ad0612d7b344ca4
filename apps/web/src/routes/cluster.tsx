// Everything below `/{cluster}`: the cluster that its pages are about, or the answer where the address names none of ours.
import type { ClusterInfo } from '@registree/contract'
import { useQuery } from '@tanstack/react-query'
import { Outlet } from '@tanstack/react-router'
import { type ComponentType, createContext, Fragment, type ReactNode, useContext } from 'react'
import { text } from '../i18n/en.ts'
import { clustersQuery } from '../lib/cluster-queries.ts'
import { LinkTo } from '../lib/LinkTo.tsx'
import { buttonClass } from '../ui/Button.tsx'
import { EmptyState } from '../ui/EmptyState.tsx'
import { useAddress, usePlace } from './address.ts'
import { NamespacesPage, ResourcesPage, V2Page, V3Page } from './lazy-pages.ts'

const PageCluster = createContext<ClusterInfo | null>(null)

/** The layout of a cluster's pages. Another cluster is another page: nothing of the one before it is kept. */
export function ClusterLayout() {
  const name = useAddress().pathname.split('/')[1] ?? ''
  const cluster = useQuery(clustersQuery()).data?.clusters.find((candidate) => candidate.name === name)
  if (cluster === undefined) return <HomeState title={text.clusters.unknown(name)} />
  return (
    <PageCluster value={cluster}>
      <Fragment key={name}>
        <Outlet />
      </Fragment>
    </PageCluster>
  )
}

/** A page as a route's component: it is given the cluster that the address names. */
export function inCluster(Page: ComponentType<{ cluster: ClusterInfo }>): () => ReactNode {
  return function PageOfCluster() {
    const cluster = useContext(PageCluster)
    return cluster && <Page cluster={cluster} />
  }
}

/** The page of an address whose parts only the permalink grammar can read. */
export function PermalinkPage({ cluster }: { cluster: ClusterInfo }) {
  const { search, hash } = useAddress()
  const place = usePlace()
  if (place?.page === 'v3') return <V3Page cluster={cluster} place={place} hash={hash} />
  if (place?.page === 'v2') return <V2Page cluster={cluster} place={place} hash={hash} />
  if (place?.page === 'resources') return <ResourcesPage cluster={cluster} resource={place.resource} search={search} />
  if (place?.page === 'namespaces') return <NamespacesPage cluster={cluster} namespace={place.namespace} search={search} />
  return (
    <EmptyState page title={text.keys.badLink}>
      {text.keys.badLinkHint}
    </EmptyState>
  )
}

export const NotFound = () => <HomeState title={text.notFound.title} />

const HomeState = ({ title }: { title: string }) => (
  <EmptyState
    page
    title={title}
    actions={
      <LinkTo href="/" className={buttonClass('primary')}>
        {text.notFound.home}
      </LinkTo>
    }
  />
)
