// What the palette offers on every page: the sections, the other clusters, and what can be done anywhere.
import { type ClusterInfo, clusterLink } from '@registree/contract'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useCallback } from 'react'
import type { PaletteEntry } from '../features/frame/Palette.tsx'
import type { RailItem } from '../features/frame/Rail.tsx'
import { resourcesQuery } from '../features/resources/queries.ts'
import { text } from '../i18n/en.ts'
import { useGo } from '../lib/LinkTo.tsx'
import { useTheme } from '../lib/theme.ts'
import { keyOfShortForm, knownPlaces } from './known-places.ts'
import { pages } from './pages.ts'

const { groups } = text.search

export interface PaletteActions {
  nextTheme: () => void
  nextZone: () => void
  help: () => void
}

/** `fixed` is always offered; `known` and `longForm` answer to what was typed. `open` says whether the palette is on the screen. */
export function usePaletteEntries(
  cluster: ClusterInfo | undefined,
  clusters: readonly ClusterInfo[],
  items: readonly RailItem[],
  open: boolean,
  { nextTheme, nextZone, help }: PaletteActions,
): { fixed: PaletteEntry[]; known: (typed: string) => PaletteEntry[]; longForm: (typed: string) => string | null } {
  const client = useQueryClient()
  const go = useGo()
  const theme = useTheme()

  const sections = items.map((item) => {
    const shortcut = pages.find((page) => page.id === item.id)?.shortcut
    return {
      id: `page-${item.id}`,
      label: item.label,
      words: item.label,
      group: groups.go,
      keys: shortcut === undefined ? undefined : `g ${shortcut}`,
      run: () => go(item.href),
    }
  })
  const others = clusters.length > 1 ? clusters : []
  const elsewhere = others.map((other) => ({
    id: `cluster-${other.name}`,
    label: other.title,
    words: `${other.title} ${other.origin}`,
    group: groups.clusters,
    run: () => go(clusterLink(other.name)),
  }))
  const action = (id: string, label: string, words: string, keys: string, run: () => void): PaletteEntry => ({
    id,
    label,
    words,
    group: groups.actions,
    keys,
    run,
  })
  const actions = [
    action('theme', text.theme.action(theme === 'dark' ? text.theme.light : text.theme.dark), 'theme dark light', 't', nextTheme),
    action('zone', text.zone.action, 'time zone utc local', 'z', nextZone),
    action('refresh', text.keys.refresh, 'refresh reload newest revision', 'r', () => void client.invalidateQueries()),
    action('help', text.shortcuts.action, 'keyboard shortcuts help', '?', help),
  ]

  // Which resources there are is one cheap read, and what makes `deploy` or `po/shop/web` understood.
  const catalogue = useQuery({ ...resourcesQuery(cluster?.name ?? ''), enabled: open && cluster?.v3.available === true }).data
  const known = useCallback(
    (typed: string): PaletteEntry[] =>
      cluster === undefined || (catalogue === undefined && typed === '')
        ? []
        : knownPlaces(client, cluster.name, typed).map(({ id, group, label, note, href }) => ({
            id,
            label,
            note,
            words: label,
            group: groups[group],
            run: () => go(href),
          })),
    [client, cluster, catalogue, go],
  )
  const longForm = (typed: string) => (cluster === undefined ? null : keyOfShortForm(client, cluster, typed))
  return { fixed: [...sections, ...elsewhere, ...actions], known, longForm }
}
