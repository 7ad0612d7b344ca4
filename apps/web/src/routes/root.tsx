// The frame around every page: rail, top line, status line, palette and shortcuts; and which page an address is.
import { type ClusterInfo, clusterLink, parsePermalink, prefixLink, v2Link } from '@registree/contract'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useRouterState } from '@tanstack/react-router'
import { type ReactNode, useCallback, useEffect, useMemo, useState } from 'react'
import { Palette, type PaletteEntry } from '../features/frame/Palette.tsx'
import { Rail, type RailItem } from '../features/frame/Rail.tsx'
import { ShortcutsDialog } from '../features/frame/ShortcutsDialog.tsx'
import { StatusLine } from '../features/frame/StatusLine.tsx'
import { type Crumb, TopLine } from '../features/frame/TopLine.tsx'
import { resourcesQuery } from '../features/resources/queries.ts'
import { headQuery } from '../features/tree/queries.ts'
import { text } from '../i18n/en.ts'
import { ancestors, displayText, keyId, utf8 } from '../lib/bytes.ts'
import { clustersQuery, statusQuery } from '../lib/cluster-queries.ts'
import { ErrorView } from '../lib/ErrorView.tsx'
import { KeyText } from '../lib/KeyText.tsx'
import { useGo } from '../lib/LinkTo.tsx'
import { v3Href } from '../lib/links.ts'
import { useNarrow } from '../lib/media.ts'
import { samePlace } from '../lib/same-place.ts'
import { useShortcuts } from '../lib/shortcuts.ts'
import { setTheme, useTheme } from '../lib/theme.ts'
import { AsOfContext, setZone, useZone } from '../lib/time.ts'
import { Dialog } from '../ui/Dialog.tsx'
import { keyOfShortForm, knownPlaces } from './known-places.ts'
import { pages } from './pages.ts'

/** The address as the browser has it, with nothing decoded: what key links are read from. */
export function useAddress(): { pathname: string; search: string; hash: string } {
  const href = useRouterState({ select: (state) => state.location.publicHref })
  return useMemo(() => {
    const [, pathname = '/', search = '', hash = ''] = /^([^?#]*)(\?[^#]*)?(?:#(.*))?$/s.exec(href) ?? []
    return { pathname, search, hash }
  }, [href])
}

export function Frame({ children }: { children: (cluster: ClusterInfo | undefined, clusters: readonly ClusterInfo[]) => ReactNode }) {
  const client = useQueryClient()
  const go = useGo()
  const narrow = useNarrow()
  const theme = useTheme()
  const zone = useZone()
  const address = useAddress()
  const place = useMemo(() => parsePermalink(address), [address])
  const [sheet, setSheet] = useState(false)
  const [palette, setPalette] = useState(false)
  const [help, setHelp] = useState(false)

  const list = useQuery(clustersQuery())
  const clusters = list.data?.clusters ?? []
  const segment = address.pathname.split('/')[1] ?? ''
  const cluster = clusters.find((candidate) => candidate.name === segment)
  const status = useQuery({ ...statusQuery(segment), enabled: cluster !== undefined })
  const head = useQuery({ ...headQuery(segment), enabled: false })

  const path = address.pathname.slice(segment.length + 1).replace(/\/$/, '')
  const items = useMemo<RailItem[]>(
    () =>
      cluster
        ? pages.flatMap((page) => {
            const href = page.href(cluster)
            return href === null
              ? []
              : [{ id: page.id, label: page.label, icon: page.icon, keyspace: page.keyspace, href, current: page.holds(path) }]
          })
        : [],
    [cluster, path],
  )
  const hrefOf = (id: string) => items.find((item) => item.id === id)?.href
  const nextTheme = () => setTheme(darkNow() ? 'light' : 'dark')
  const nextZone = () => setZone(zone === 'utc' ? 'local' : 'utc')

  useShortcuts([
    { keys: '/', run: () => setPalette(true) },
    { keys: 'mod+k', run: () => setPalette(true) },
    { keys: '?', run: () => setHelp(true) },
    { keys: 't', run: nextTheme },
    { keys: 'z', run: nextZone },
    ...pages.flatMap((page) => {
      const href = page.shortcut === undefined ? undefined : hrefOf(page.id)
      return href === undefined ? [] : [{ keys: `g ${page.shortcut}`, run: () => go(href) }]
    }),
  ])

  const crumbs = useMemo<Crumb[]>(() => {
    if (!cluster) return [{ id: 'home', label: text.product, href: '/' }]
    const result: Crumb[] = [{ id: 'cluster', label: cluster.title, href: clusterLink(cluster.name) }]
    if (place?.page === 'v3') {
      const rev = place.rev
      result.push({ id: 'v3', label: 'v3', href: prefixLink(cluster.name, new Uint8Array(), { rev }) })
      const above = ancestors(place.bytes)
      const all = [...above.slice(1), ...(place.bytes.length > 0 ? [place.bytes] : [])]
      all.forEach((bytes, i) => {
        const last = i === all.length - 1
        const kind = last ? place.kind : 'directory'
        const label = bytes.subarray(all[i - 1]?.length ?? 0)
        result.push({
          id: `${kind}${keyId(bytes)}`,
          label: <KeyText bytes={label} className="text-[12.5px]" />,
          href: v3Href(cluster.name, kind, bytes, { rev }),
        })
      })
    } else if (place?.page === 'v2') {
      result.push({ id: 'v2', label: 'v2', href: v2Link(cluster.name, '/') })
      const parts = place.path === '/' ? [] : place.path.slice(1).split('/')
      parts.forEach((part, i) => {
        const below = `/${parts.slice(0, i + 1).join('/')}`
        result.push({ id: below, label: <KeyText bytes={utf8(part)} className="text-[12.5px]" />, href: v2Link(cluster.name, below) })
      })
    } else {
      const page = pages.find((candidate) => candidate.id !== 'overview' && candidate.holds(path))
      if (page) result.push({ id: page.id, label: page.label, href: page.href(cluster) ?? address.pathname })
      if (page?.id === 'resources' && place?.page === 'resources' && place.resource !== null)
        result.push({ id: 'resource', label: place.resource, href: address.pathname })
      if (page?.id === 'namespaces' && place?.page === 'namespaces' && place.namespace !== null)
        result.push({ id: 'namespace', label: place.namespace, href: address.pathname })
    }
    return result
  }, [cluster, place, path, address.pathname])

  useEffect(() => {
    const what =
      place?.page === 'v3'
        ? displayText(place.bytes) || 'v3'
        : place?.page === 'v2'
          ? place.path
          : (items.find((item) => item.current)?.label ?? '')
    const one = place?.page === 'namespaces' ? place.namespace : place?.page === 'resources' ? place.resource : null
    // Pods are a page of their own.
    document.title = [one === 'pods' ? null : one, what, cluster?.title, text.product].filter(Boolean).join(' · ')
  }, [place, cluster, items])

  const entries: PaletteEntry[] = [
    ...items.map((item) => ({
      id: `page-${item.id}`,
      label: item.label,
      words: item.label,
      group: text.search.groups.go,
      keys:
        pages.find((page) => page.id === item.id)?.shortcut === undefined
          ? undefined
          : `g ${pages.find((page) => page.id === item.id)?.shortcut}`,
      run: () => go(item.href),
    })),
    ...(clusters.length > 1
      ? clusters.map((other) => ({
          id: `cluster-${other.name}`,
          label: other.title,
          words: `${other.title} ${other.origin}`,
          group: text.search.groups.clusters,
          run: () => go(samePlace(address, cluster, other)),
        }))
      : []),
    {
      id: 'theme',
      label: text.theme.action(theme === 'dark' ? text.theme.light : text.theme.dark),
      words: 'theme dark light',
      group: text.search.groups.actions,
      keys: 't',
      run: nextTheme,
    },
    { id: 'zone', label: text.zone.action, words: 'time zone utc local', group: text.search.groups.actions, keys: 'z', run: nextZone },
    {
      id: 'refresh',
      label: text.keys.refresh,
      words: 'refresh reload newest revision',
      group: text.search.groups.actions,
      keys: 'r',
      run: () => void client.invalidateQueries(),
    },
    {
      id: 'help',
      label: text.shortcuts.action,
      words: 'keyboard shortcuts help',
      group: text.search.groups.actions,
      keys: '?',
      run: () => setHelp(true),
    },
  ]

  // Which resources there are is one cheap read, and what makes `deploy` or `po/shop/web` understood.
  const catalogue = useQuery({ ...resourcesQuery(segment), enabled: palette && cluster?.v3.available === true }).data
  const known = useCallback(
    (typed: string): PaletteEntry[] =>
      cluster === undefined || (catalogue === undefined && typed === '')
        ? []
        : knownPlaces(client, cluster.name, typed).map(({ id, group, label, note, href }) => ({
            id,
            label,
            note,
            words: label,
            group: text.search.groups[group],
            run: () => go(href),
          })),
    [client, cluster, catalogue, go],
  )
  const longForm = (typed: string) => (cluster === undefined ? null : keyOfShortForm(client, cluster, typed))

  const asOf = status.data?.file?.asOf
  const revision = place?.page === 'v3' && place.rev !== null ? place.rev : (head.data ?? status.data?.v3?.revision ?? null)
  const rail = (
    <Rail
      clusters={clusters}
      cluster={cluster}
      items={items}
      hrefIn={(other) => samePlace(address, cluster, other)}
      {...(narrow ? { onNavigate: () => setSheet(false) } : {})}
    />
  )
  return (
    <AsOfContext.Provider value={asOf ? Date.parse(asOf) : null}>
      <div className="flex h-full flex-col">
        <button
          type="button"
          onClick={() => document.getElementById('content')?.focus()}
          className="sr-only z-50 rounded bg-accent px-3 py-1 text-on-accent focus:not-sr-only focus:fixed focus:top-1 focus:left-1"
        >
          {text.skip}
        </button>
        <div className="flex min-h-0 flex-1">
          {/* While it is not known yet whether there is such a cluster the rail has its place already: nothing moves when it comes. */}
          {!narrow && (cluster || (segment !== '' && !list.data && !list.error)) && (
            <div className="w-48 shrink-0 border-r border-line">{cluster && rail}</div>
          )}
          <div className="flex min-w-0 flex-1 flex-col">
            <TopLine crumbs={crumbs} onSearch={() => setPalette(true)} onMenu={() => setSheet(true)} narrow={narrow} />
            <main id="content" tabIndex={-1} className="min-h-0 flex-1 overflow-hidden outline-none">
              {list.error && !list.data ? (
                <ErrorView error={list.error} onRetry={() => void list.refetch()} />
              ) : list.data ? (
                children(cluster, clusters)
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
          failed={status.error !== null}
          revision={revision}
          index={place?.page === 'v2' ? (status.data?.v2?.index ?? null) : null}
          pinned={place?.page === 'v3' && place.rev !== null}
        />
        <Dialog open={sheet && narrow} onOpenChange={setSheet} title={cluster?.title ?? text.product} closeLabel={text.nav.close} side>
          {rail}
        </Dialog>
        <Palette
          open={palette}
          onOpenChange={setPalette}
          cluster={cluster?.name ?? null}
          hasV3={cluster?.v3.available ?? false}
          hasV2={cluster?.v2.available ?? false}
          entries={entries}
          known={known}
          longForm={longForm}
          onGo={go}
        />
        <ShortcutsDialog open={help} onOpenChange={setHelp} />
      </div>
    </AsOfContext.Provider>
  )
}

function darkNow(): boolean {
  const forced = document.documentElement.dataset.theme
  return forced === undefined ? matchMedia('(prefers-color-scheme: dark)').matches : forced === 'dark'
}
