// The routes of the app, in one place: which address is which page. `routes/pages.ts` says which of them the rail leads to.
import { type ClusterInfo, clusterLink, parsePermalink } from '@registree/contract'
import { createRootRoute, createRoute, createRouter } from '@tanstack/react-router'
import { type ReactNode, useEffect, useMemo } from 'react'
import { ClusterList } from './features/cluster/ClusterList.tsx'
import { text } from './i18n/en.ts'
import { LinkTo, useGo } from './lib/LinkTo.tsx'
import { pathInWords, samePlace } from './lib/same-place.ts'
import { keyAddressInput, keyAddressOutput } from './routes/key-rewrite.ts'
import { FindingsPage, FlannelPage, NamespacesPage, OverviewPage, ResourcesPage, V2Page, V3Page } from './routes/lazy-pages.ts'
import { PageNotices } from './routes/PageNotices.tsx'
import { Frame, useAddress } from './routes/root.tsx'
import { parsePlainSearch, stringifyPlainSearch } from './routes/search.ts'
import { buttonClass } from './ui/Button.tsx'
import { EmptyState } from './ui/EmptyState.tsx'

const rootRoute = createRootRoute({ notFoundComponent: () => <Frame>{() => <NotFound />}</Frame> })

const indexRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/',
  component: () => (
    <Frame>
      {(_, clusters) =>
        clusters.length === 1 && clusters[0] ? <Redirect href={clusterLink(clusters[0].name)} /> : <ClusterList clusters={clusters} />
      }
    </Frame>
  ),
})

/** A page of a cluster: the frame around it, and the answer where the address names no cluster of ours. */
function InCluster({ draw }: { draw: (cluster: ClusterInfo) => ReactNode }) {
  const address = useAddress()
  return (
    <Frame>
      {(cluster, clusters) =>
        cluster ? (
          <div className="flex h-full min-h-0 flex-col">
            <PageNotices cluster={cluster} clusters={clusters} address={address} />
            <div className="min-h-0 flex-1">{draw(cluster)}</div>
          </div>
        ) : (
          <NoCluster clusters={clusters} />
        )
      }
    </Frame>
  )
}

const overviewRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/$cluster',
  component: () => <InCluster draw={(cluster) => <OverviewPage key={cluster.name} cluster={cluster} />} />,
})
const flannelRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/$cluster/flannel',
  component: () => <InCluster draw={(cluster) => <FlannelPage key={cluster.name} cluster={cluster} />} />,
})
const findingsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/$cluster/findings',
  component: () => <InCluster draw={(cluster) => <FindingsPage key={cluster.name} cluster={cluster} />} />,
})
const v3Route = createRoute({
  getParentRoute: () => rootRoute,
  path: '/$cluster/v3',
  component: () => <InCluster draw={(cluster) => <KeyAddress cluster={cluster} />} />,
})
const v2Route = createRoute({
  getParentRoute: () => rootRoute,
  path: '/$cluster/v2',
  component: () => <InCluster draw={(cluster) => <KeyAddress cluster={cluster} />} />,
})

const resourcesRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/$cluster/resources',
  component: () => <InCluster draw={(cluster) => <KeyAddress cluster={cluster} />} />,
})
const resourceRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/$cluster/resources/$',
  component: () => <InCluster draw={(cluster) => <KeyAddress cluster={cluster} />} />,
})

const namespacesRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/$cluster/namespaces',
  component: () => <InCluster draw={(cluster) => <KeyAddress cluster={cluster} />} />,
})
const namespaceRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/$cluster/namespaces/$',
  component: () => <InCluster draw={(cluster) => <KeyAddress cluster={cluster} />} />,
})

function KeyAddress({ cluster }: { cluster: ClusterInfo }) {
  const address = useAddress()
  const { pathname, search } = address
  // A change of the hash alone is the same place.
  const place = useMemo(() => parsePermalink({ pathname, search }), [pathname, search])
  if (place?.page === 'v3') return <V3Page key={cluster.name} cluster={cluster} place={place} hash={address.hash} />
  if (place?.page === 'v2') return <V2Page key={cluster.name} cluster={cluster} place={place} hash={address.hash} />
  if (place?.page === 'resources') return <ResourcesPage key={cluster.name} cluster={cluster} resource={place.resource} search={search} />
  if (place?.page === 'namespaces')
    return <NamespacesPage key={cluster.name} cluster={cluster} namespace={place.namespace} search={search} />
  return (
    <EmptyState page title={text.keys.badLink}>
      {text.keys.badLinkHint}
    </EmptyState>
  )
}

/** A link from another Registree, or to a cluster that was renamed: what it leads to may be in those that are here. */
function NoCluster({ clusters }: { clusters: readonly ClusterInfo[] }) {
  const address = useAddress()
  const name = address.pathname.split('/')[1] ?? ''
  const path = pathInWords(address)
  return (
    <EmptyState
      page
      title={text.clusters.unknown(name)}
      actions={
        <LinkTo href="/" className={buttonClass(path === '' ? 'primary' : 'plain')}>
          {text.notFound.home}
        </LinkTo>
      }
    >
      {path !== '' && clusters.length > 0 && (
        <>
          <p className="[overflow-wrap:anywhere]">{text.clusters.samePath(path)}</p>
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

function NotFound() {
  return (
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
}

function Redirect({ href }: { href: string }) {
  const go = useGo()
  useEffect(() => go(href, { replace: true }), [go, href])
  return null
}

export const router = createRouter({
  routeTree: rootRoute.addChildren([
    indexRoute,
    overviewRoute,
    flannelRoute,
    findingsRoute,
    namespacesRoute,
    namespaceRoute,
    v3Route,
    v2Route,
    resourcesRoute,
    resourceRoute,
  ]),
  parseSearch: parsePlainSearch,
  stringifySearch: stringifyPlainSearch,
  rewrite: { input: ({ url }) => keyAddressInput(url), output: ({ url }) => keyAddressOutput(url) },
  defaultPreload: false,
})

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router
  }
}
