// The app's pages in one place, inside one frame. `routes/sections.tsx` defines what each tells the frame.
import { clusterLink } from '@registree/contract'
import { useQuery } from '@tanstack/react-query'
import { type ReactNode, useEffect } from 'react'
import { clustersQuery } from './lib/cluster-queries.ts'
import { useGo } from './lib/navigation.ts'
import { useAddress } from './routes/address.ts'
import { ClusterLayout, inCluster, NotFound, PermalinkPage } from './routes/cluster.tsx'
import { Frame } from './routes/frame.tsx'
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
import { PageBoundary } from './routes/PageBoundary.tsx'
import { type RouteName, routeOf } from './routes/route.ts'
import { laterPart } from './ui/later.tsx'

const Permalink = inCluster(PermalinkPage)

const ClusterList = laterPart(
  () => import('./features/cluster/ClusterList.tsx'),
  (module) => module.ClusterList,
)

const PAGES: Record<Exclude<RouteName, 'home'>, () => ReactNode> = {
  overview: inCluster(OverviewPage),
  flannel: inCluster(FlannelPage),
  findings: inCluster(FindingsPage),
  timeline: inCluster(TimelinePage),
  deleted: inCluster(DeletedPage),
  compare: inCluster(ComparePage),
  learn: inCluster(LearnPage),
  search: inCluster(SearchPage),
  lookup: inCluster(LookupPage),
  namespaces: Permalink,
  v3: Permalink,
  v2: Permalink,
  resources: Permalink,
  missing: NotFound,
}

export function App() {
  const { pathname, search } = useAddress()
  return (
    <PageBoundary address={pathname + search}>
      <Frame>
        <PageBoundary address={pathname + search}>
          <Page pathname={pathname} />
        </PageBoundary>
      </Frame>
    </PageBoundary>
  )
}

function Page({ pathname }: { pathname: string }) {
  const { name, below } = routeOf(pathname)
  if (name === 'home') return <Home />
  const Shown = PAGES[name]
  return (
    <ClusterLayout>
      {/* The list of resources and a table are two pages; the tree beside a key is the same at its top. */}
      <Shown key={name === 'v3' || name === 'v2' ? name : `${name} ${below}`} />
    </ClusterLayout>
  )
}

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
