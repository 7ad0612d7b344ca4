// The app's routes in one place, inside one frame. `routes/sections.tsx` defines what each tells the frame.
import { clusterLink } from '@registree/contract'
import { useQuery } from '@tanstack/react-query'
import { createRootRoute, createRoute, createRouter } from '@tanstack/react-router'
import { useEffect } from 'react'
import { ClusterList } from './features/cluster/ClusterList.tsx'
import { clustersQuery } from './lib/cluster-queries.ts'
import { useGo } from './lib/LinkTo.tsx'
import { ClusterLayout, inCluster, NotFound, PermalinkPage } from './routes/cluster.tsx'
import { Frame } from './routes/frame.tsx'
import { keyAddressInput, keyAddressOutput } from './routes/key-rewrite.ts'
import {
  ComparePage,
  DeletedPage,
  FindingsPage,
  FlannelPage,
  LearnPage,
  LookupPage,
  OverviewPage,
  SearchPage,
  TimelinePage,
} from './routes/lazy-pages.ts'
import { parsePlainSearch, stringifyPlainSearch } from './routes/search.ts'
import { type Section, sections } from './routes/sections.tsx'

const rootRoute = createRootRoute({ component: Frame, notFoundComponent: NotFound })
const indexRoute = createRoute({ getParentRoute: () => rootRoute, path: '/', component: Home })
const clusterRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/$cluster',
  component: ClusterLayout,
  notFoundComponent: NotFound,
})

const page = <Path extends string>(path: Path, section: Section, component: ReturnType<typeof inCluster>) =>
  createRoute({ getParentRoute: () => clusterRoute, path, component, staticData: { section } })

const Permalink = inCluster(PermalinkPage)

const pageRoutes = [
  page('/', sections.overview, inCluster(OverviewPage)),
  page('/flannel', sections.flannel, inCluster(FlannelPage)),
  page('/findings', sections.findings, inCluster(FindingsPage)),
  page('/timeline', sections.timeline, inCluster(TimelinePage)),
  page('/deleted', sections.deleted, inCluster(DeletedPage)),
  page('/compare', sections.compare, inCluster(ComparePage)),
  page('/learn', sections.learn, inCluster(LearnPage)),
  page('/search', sections.search, inCluster(SearchPage)),
  page('/lookup', sections.lookup, inCluster(LookupPage)),
  page('/namespaces', sections.namespaces, Permalink),
  page('/namespaces/$', sections.namespaces, Permalink),
  page('/v3', sections.v3, Permalink),
  page('/v2', sections.v2, Permalink),
  page('/resources', sections.resources, Permalink),
  page('/resources/$', sections.resources, Permalink),
]

/** All clusters; if there is only one, that one. */
function Home() {
  const go = useGo()
  const clusters = useQuery(clustersQuery()).data?.clusters ?? []
  const only = clusters.length === 1 ? clusters[0]?.name : undefined
  useEffect(() => {
    if (only !== undefined) go(clusterLink(only), { replace: true })
  }, [only, go])
  return only === undefined ? <ClusterList clusters={clusters} /> : null
}

export const router = createRouter({
  routeTree: rootRoute.addChildren([indexRoute, clusterRoute.addChildren(pageRoutes)]),
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
