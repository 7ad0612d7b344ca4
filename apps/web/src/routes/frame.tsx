// The frame around every page, mounted once: rail, top line, status line, palette and shortcuts. Pages change in its outlet.
import { type ClusterInfo, clusterLink } from '@registree/contract'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { type ReactNode, useEffect, useMemo, useRef, useState } from 'react'
import { Rail, type RailItem } from '../features/frame/Rail.tsx'
import { StatusLine } from '../features/frame/StatusLine.tsx'
import { type Crumb, TopLine } from '../features/frame/TopLine.tsx'
import { takeTyped, typeAhead } from '../features/frame/typed-ahead.ts'
import { text } from '../i18n/text.ts'
import { useClusterEvents, useConnection } from '../lib/cluster-events.ts'
import { clustersQuery, statusQuery } from '../lib/cluster-queries.ts'
import { ErrorView } from '../lib/ErrorView.tsx'
import { useFreshness } from '../lib/freshness.ts'
import { useNarrow } from '../lib/media.ts'
import { useMovedRegistry } from '../lib/moved-registry.ts'
import { useGo } from '../lib/navigation.ts'
import { readAgain } from '../lib/read-again.ts'
import { useRecovery } from '../lib/recovery.ts'
import { samePlace } from '../lib/same-place.ts'
import { useShortcuts } from '../lib/shortcuts.ts'
import { setTheme } from '../lib/theme.ts'
import { type Clock, ClockContext, clockOf, setZone, useZone } from '../lib/time.ts'
import { Dialog } from '../ui/Dialog.tsx'
import { Later, laterModule } from '../ui/later.tsx'
import { useAddress, usePlace } from './address.ts'
import { type PageId, pages } from './pages.ts'
import { routeOf, sectionOf } from './route.ts'

const palettes = laterModule(() => import('./PagePalette.tsx'))
const shortcutLists = laterModule(() => import('../features/frame/ShortcutsDialog.tsx'))

const HOME: Crumb[] = [{ id: 'home', label: text.product, href: '/' }]

export function Frame({ children }: { children: ReactNode }) {
  const go = useGo()
  const narrow = useNarrow()
  const zone = useZone()
  const place = usePlace()
  const [sheet, setSheet] = useState(false)
  const [palette, setPalette] = useState(false)
  const [help, setHelp] = useState(false)

  const list = useQuery(clustersQuery())
  const clusters = list.data?.clusters ?? []
  const address = useAddress()
  const section = sectionOf(routeOf(address.pathname))
  const segment = address.pathname.split('/')[1] ?? ''
  const cluster = clusters.find((candidate) => candidate.name === segment)
  const status = useQuery({ ...statusQuery(segment), enabled: cluster !== undefined })
  const client = useQueryClient()
  const followed = cluster?.source === 'etcd' ? cluster.name : null
  useClusterEvents(followed)
  useRecovery(followed)
  useMovedRegistry(cluster)
  const items = useRailItems(cluster, section?.page(place))
  const crumbs = useMemo<Crumb[]>(
    () =>
      cluster
        ? [{ id: 'cluster', label: cluster.title, href: clusterLink(cluster.name) }, ...(section?.crumbs(cluster, place) ?? [])]
        : HOME,
    [cluster, section, place],
  )
  useEffect(() => {
    document.title = [...(section?.title(place) ?? []), cluster?.title, text.product].filter(Boolean).join(' · ')
  }, [section, place, cluster])

  const nextTheme = () => setTheme(darkNow() ? 'light' : 'dark')
  const nextZone = () => setZone(zone === 'utc' ? 'local' : 'utc')
  const openPalette = () => {
    // Its field has the focus already.
    if (palette) return
    typeAhead(() => setPalette(false))
    palettes.ready().catch(takeTyped)
    setPalette(true)
  }
  const openHelp = () => setHelp(true)
  const opened = useOpened({ palette, help })
  useShortcuts([
    { keys: '/', run: openPalette },
    { keys: 'mod+k', run: openPalette },
    { keys: '?', run: openHelp },
    { keys: 't', run: nextTheme },
    { keys: 'z', run: nextZone },
    ...pages.flatMap(({ id, shortcut }) => {
      const href = items.find((item) => item.id === id)?.href
      return shortcut === undefined || href === undefined ? [] : [{ keys: `g ${shortcut}`, run: () => go(href) }]
    }),
  ])

  const { keyspace, pinned } = section?.reads(place, address.search) ?? { keyspace: 'v3', pinned: null }
  const freshness = useFreshness(segment, keyspace)
  const clock = useClock(cluster)
  const inRail = items.filter(({ id }) => pages.find((page) => page.id === id)?.inRail !== false)
  const rail = (
    <Rail
      clusters={clusters}
      cluster={cluster}
      items={inRail}
      hrefIn={(other) => samePlace(address, cluster, other)}
      {...(narrow ? { onNavigate: () => setSheet(false) } : {})}
    />
  )
  return (
    <ClockContext.Provider value={clock}>
      <div className="flex h-full flex-col">
        <button
          type="button"
          onClick={() => document.getElementById('content')?.focus()}
          className="sr-only z-50 rounded bg-accent px-3 py-1 text-on-accent focus:not-sr-only focus:fixed focus:top-1 focus:left-1"
        >
          {text.skip}
        </button>
        <div className="flex min-h-0 flex-1">
          {/* Reserves the rail's space until the clusters are known. */}
          {!narrow && (cluster || (segment !== '' && !list.data && !list.error)) && (
            <div className="w-48 shrink-0 border-r border-line">{cluster && rail}</div>
          )}
          <div className="flex min-w-0 flex-1 flex-col">
            <TopLine crumbs={crumbs} onSearch={openPalette} onMenu={() => setSheet(true)} narrow={narrow} />
            <main id="content" tabIndex={-1} className="min-h-0 flex-1 overflow-hidden outline-none">
              {list.error && !list.data ? (
                <ErrorView error={list.error} onRetry={() => void list.refetch()} />
              ) : list.data ? (
                children
              ) : (
                <p role="status" className="late p-4 text-soft">
                  {text.clusters.asking}
                </p>
              )}
            </main>
          </div>
        </div>
        <StatusLine
          cluster={cluster}
          status={status.data}
          keyspace={keyspace}
          freshness={freshness}
          pinned={pinned}
          onReload={() => void readAgain(client, segment, 'asked')}
        />
        <Dialog open={sheet && narrow} onOpenChange={setSheet} title={cluster?.title ?? text.product} closeLabel={text.nav.close} side>
          {rail}
        </Dialog>
        {opened.palette && (
          <Later
            from={palettes}
            part={(module) => module.PagePalette}
            props={{ open: palette, onOpenChange: setPalette, cluster, clusters, actions: { nextTheme, nextZone, help: openHelp } }}
          />
        )}
        {opened.help && (
          <Later from={shortcutLists} part={(module) => module.ShortcutsDialog} props={{ open: help, onOpenChange: setHelp }} />
        )}
      </div>
    </ClockContext.Provider>
  )
}

/** Which have ever been open: until then their code is not needed. */
function useOpened<K extends string>(open: Record<K, boolean>): Record<K, boolean> {
  const opened = useRef(open)
  for (const name of Object.keys(open) as K[]) if (open[name]) opened.current = { ...opened.current, [name]: true }
  return opened.current
}

function useRailItems(cluster: ClusterInfo | undefined, current: PageId | undefined): RailItem[] {
  return useMemo(() => {
    if (cluster === undefined) return []
    return pages.flatMap(({ id, label, icon, keyspace, href }) => {
      const to = href(cluster)
      return to === null ? [] : [{ id, label, icon, keyspace, href: to, current: id === current }]
    })
  }, [cluster, current])
}

/** What ages on this page are relative to. */
function useClock(cluster: ClusterInfo | undefined): Clock {
  const connection = useConnection()
  const health = connection.kind === 'health' ? connection.health : null
  const lost =
    health?.state === 'no-leader' ? health.since : health?.state === 'lost' || health?.state === 'mixed' ? health.lastAnswer : null
  const lastAnswer = connection.kind === 'server-lost' ? connection.since : lost === null ? null : Date.parse(lost)
  return useMemo(() => {
    const clock = clockOf(cluster ?? { source: 'etcd', asOf: null })
    return clock.kind === 'live' && lastAnswer !== null ? { kind: 'lost', lastAnswer } : clock
  }, [cluster, lastAnswer])
}

function darkNow(): boolean {
  const forced = document.documentElement.dataset.theme
  return forced === undefined ? matchMedia('(prefers-color-scheme: dark)').matches : forced === 'dark'
}
