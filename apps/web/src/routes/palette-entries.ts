// The palette's entries on every page: sections, clusters, global actions, and the meaning of the typed text in this cluster.

import { type ClusterInfo, clusterLink, lookupLink, resourcesLink, searchLink } from '@registree/contract'
import { parseLookup } from '@registree/flannel'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useCallback } from 'react'
import { type Rank, rankOf } from '../features/frame/matching.ts'
import type { PaletteEntry, TypedMeaning } from '../features/frame/Palette.tsx'
import { resourcesQuery } from '../features/resources/queries.ts'
import { keysText } from '../i18n/keys-text.ts'
import { paletteText } from '../i18n/palette-text.ts'
import { text } from '../i18n/text.ts'
import { useGo } from '../lib/navigation.ts'
import { samePlace } from '../lib/same-place.ts'
import { useTheme } from '../lib/theme.ts'
import { useAddress } from './address.ts'
import { knownPlaces, shortForm } from './known-places.ts'
import { pages } from './pages.ts'
import { parsePasted } from './pasted-link.ts'

const t = paletteText.search

export interface PaletteActions {
  nextTheme: () => void
  nextZone: () => void
  help: () => void
}

interface Offered {
  entry: PaletteEntry
  names: readonly string[]
}

/** The palette's function for each text. `open`: while it is visible, the catalogue is read. */
export function usePaletteMeaning(
  cluster: ClusterInfo | undefined,
  clusters: readonly ClusterInfo[],
  open: boolean,
  { nextTheme, nextZone, help }: PaletteActions,
): (typed: string) => TypedMeaning {
  const client = useQueryClient()
  const go = useGo()
  const address = useAddress()
  const theme = useTheme()
  // The list of resources is one cheap read, and makes `deploy` and `po/shop/web` understood.
  const catalogue = useQuery({ ...resourcesQuery(cluster?.name ?? ''), enabled: open && cluster?.v3.available === true }).data

  return useCallback(
    (typed: string): TypedMeaning => {
      const asked = typed.trim()
      const goTo: GoTo = (id, group, rank, label, href, note) => ({
        ...entry(id, group, rank, label, () => go(href)),
        href,
        ...(note === undefined ? {} : { note }),
      })
      const fixed: Offered[] = [
        ...sections(cluster, go),
        ...clusters.map((other) => ({
          entry: goTo(
            `cluster ${other.name}`,
            'clusters',
            0,
            other.title,
            samePlace(address, cluster, other),
            other.title === other.name ? other.origin : other.name,
          ),
          names: [other.title, other.name, other.origin],
        })),
        ...actions([
          ['theme', text.theme.action({ name: theme === 'dark' ? text.theme.light : text.theme.dark }), 't', nextTheme],
          ['zone', text.zone.action, 'z', nextZone],
          ['refresh', keysText.keys.refresh, 'r', () => void client.invalidateQueries()],
          ['help', paletteText.shortcuts.action, '?', help],
        ]),
      ]
      if (asked === '') {
        // With a single cluster, that one is current.
        const shown = fixed.filter(({ entry: { group, id } }) => (group !== 'clusters' || clusters.length > 1) && !id.startsWith('part '))
        return { entries: shown.map((offered) => offered.entry), short: null, searchable: false }
      }
      const entries = fixed.flatMap(({ entry: offered, names }): PaletteEntry[] => {
        const rank = rankOf(names, asked)
        return rank === null ? [] : [{ ...offered, rank }]
      })

      const names = clusters.map(({ name }) => name)
      const pasted = parsePasted(
        asked,
        location.origin,
        cluster === undefined ? names : [cluster.name, ...names.filter((name) => name !== cluster.name)],
      )
      if (pasted !== null) entries.push(...linkEntries(pasted, clusters, goTo))

      const question = pasted === null ? parseLookup(asked) : null
      const named = entries.some(({ rank }) => rank === 0)
      if (question !== null) entries.push(...lookupEntries(question, named, cluster, clusters, goTo))
      if (cluster === undefined) return { entries, short: null, searchable: false }
      entries.push(
        ...knownPlaces(client, cluster.name, asked).map(({ href, label, note, ...known }) =>
          goTo(known.id, known.group, known.rank, label, href, note),
        ),
      )
      if (pasted === null)
        entries.push(goTo('search values', 'further', 5, t.searchValues({ words: asked }), searchLink(cluster.name, { q: asked })))
      if (cluster.v3.available && pasted === null && !asked.includes('/'))
        // A table of Deployments has no addresses.
        for (const path of question === null || question.kind === 'host' ? ['pods', 'deployments'] : ['pods']) {
          const resource = catalogue?.resources.find((one) => one.path === path && !one.empty)
          if (resource !== undefined)
            entries.push(
              goTo(
                `filter ${path}`,
                'further',
                5,
                t.filterTable({ kind: resource.kind, words: asked }),
                resourcesLink(cluster.name, path, { q: quoted(asked) }),
              ),
            )
        }
      return { entries, short: asked.includes('/') ? shortForm(client, cluster, asked) : null, searchable: pasted === null }
    },
    [client, cluster, clusters, catalogue, address, go, theme, nextTheme, nextZone, help],
  )
}

const entry = (id: string, group: PaletteEntry['group'], rank: PaletteEntry['rank'], label: string, run: () => void): PaletteEntry => ({
  id,
  group,
  rank,
  label,
  run,
})

/** An entry that leads to a URL. */
type GoTo = (
  id: string,
  group: PaletteEntry['group'],
  rank: PaletteEntry['rank'],
  label: string,
  href: string,
  note?: string,
) => PaletteEntry

/** The targets of a pasted link: the same place in each cluster that has it, and the link itself if it belongs to another Registree. */
function linkEntries(pasted: NonNullable<ReturnType<typeof parsePasted>>, clusters: readonly ClusterInfo[], goTo: GoTo): PaletteEntry[] {
  const titleOf = (name: string) => clusters.find((one) => one.name === name)?.title ?? name
  const entries = pasted.here.map(({ cluster: to, href }) => {
    const meant = to === pasted.cluster
    const label = meant ? t.openLink({ href }) : t.openLinkIn({ cluster: titleOf(to), href })
    return goTo(`link ${to}`, 'links', meant ? 0 : 1, label, href, meant ? undefined : t.notHere({ cluster: pasted.cluster }))
  })
  const { elsewhere } = pasted
  if (elsewhere === null) return entries
  return [...entries, entry('link elsewhere', 'links', 2, t.openElsewhere({ href: elsewhere }), () => location.assign(elsewhere))]
}

/** A look-up in the current cluster, or in each. `named`: something has exactly the typed name. */
function lookupEntries(
  question: NonNullable<ReturnType<typeof parseLookup>>,
  named: boolean,
  cluster: ClusterInfo | undefined,
  clusters: readonly ClusterInfo[],
  goTo: GoTo,
): PaletteEntry[] {
  const plain = question.kind === 'address' || question.kind === 'network'
  // A single word is a name that is searched anyway; with a dot or a port it may be a host.
  const host = question.kind === 'host' && (question.host.includes('.') || question.port !== null)
  const rank: Rank | null = plain ? 0 : question.kind === 'port' || host ? 1 : null
  if (rank === null || (host && named)) return []
  return (cluster === undefined ? clusters : [cluster]).map((one) =>
    goTo(
      `lookup ${one.name}`,
      'lookup',
      rank,
      cluster === undefined ? t.lookUpIn({ asked: question.text, cluster: one.title }) : t.lookUp({ asked: question.text }),
      lookupLink(one.name, question.text),
      t.lookUpKinds[question.kind],
    ),
  )
}

function sections(cluster: ClusterInfo | undefined, go: (href: string) => void): Offered[] {
  if (cluster === undefined) return []
  const whole = pages.flatMap((page): Offered[] => {
    const href = page.href(cluster)
    if (href === null) return []
    const keys = page.shortcut === undefined ? {} : { keys: `g ${page.shortcut}` }
    return [
      {
        entry: { id: `page ${page.id}`, group: 'go', rank: 0, label: page.label, run: () => go(href), ...keys },
        names: [page.label, ...t.alsoCalled[page.id]],
      },
    ]
  })
  const parts = Object.entries(t.parts).map(([id, [label, ...also]]): Offered => {
    const href = `${clusterLink(cluster.name)}#${id}`
    return { entry: { id: `part ${id}`, group: 'go', rank: 0, label: label ?? id, run: () => go(href) }, names: [label ?? id, ...also] }
  })
  return [...whole, ...parts]
}

const actions = (all: readonly (readonly [id: keyof typeof t.actionNames, label: string, keys: string, run: () => void])[]): Offered[] =>
  all.map(([id, label, keys, run]) => ({
    entry: { id: `action ${id}`, group: 'actions', rank: 0, label, keys, run },
    names: [label, ...t.actionNames[id]],
  }))

/** Quoted as a table's filter reads it: one word unchanged, several as one. */
const quoted = (words: string): string => (/^\w[\w.-]*$/.test(words) ? words : `"${words.replaceAll('"', '\\"')}"`)
