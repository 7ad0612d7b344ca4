// What a person may mean by a few letters, or by `pods/shop/web`, as far as the browser has read it already: nothing is asked for here.
import { type ClusterInfo, keyLink, namespacesLink, type ResourceEntry, resourcesLink } from '@registree/contract'
import type { QueryClient } from '@tanstack/react-query'
import { namespacesQuery } from '../features/namespaces/queries.ts'
import { resourcesQuery } from '../features/resources/queries.ts'
import { keyOfRow, type TableData } from '../features/tables/table-data.ts'

export type KnownPlace = { id: string; group: 'resources' | 'namespaces' | 'objects'; label: string; note: string; href: string }

const MOST = { resources: 6, namespaces: 5, objects: 10 }

export function knownPlaces(client: QueryClient, cluster: string, typed: string): KnownPlace[] {
  const words = typed.trim().toLowerCase()
  if (words === '') return []
  const places: KnownPlace[] = []
  const resources = client.getQueryData(resourcesQuery(cluster).queryKey)?.resources ?? []
  for (const { path, kind, resource } of best(resources, namesOf, words).slice(0, MOST.resources))
    places.push({
      id: `resource ${path}`,
      group: 'resources',
      label: kind || path,
      note: resource || path,
      href: resourcesLink(cluster, path),
    })

  const tables = client.getQueriesData<TableData>({ queryKey: ['table', cluster] }).flatMap(([, data]) => (data ? [data] : []))
  const namespaces = new Set([
    ...(client.getQueryData(namespacesQuery(cluster).queryKey)?.namespaces.map(({ name }) => name) ?? []),
    ...tables.flatMap((table) => table.namespaces),
  ])
  for (const name of best([...namespaces], (name) => [name], words).slice(0, MOST.namespaces))
    places.push({ id: `namespace ${name}`, group: 'namespaces', label: name, note: '', href: namespacesLink(cluster, name) })

  const objects = new Map<string, KnownPlace>()
  for (const { head, rows, count } of tables)
    for (let i = 0; i < count && objects.size < MOST.objects; i++) {
      const row = rows[i]
      const name = row === undefined ? '' : row.namespace === null ? row.name : `${row.namespace}/${row.name}`
      if (row === undefined || !name.toLowerCase().includes(words)) continue
      const href = keyLink(cluster, keyOfRow(head, row))
      objects.set(href, { id: `object ${href}`, group: 'objects', label: name, note: head.kind || head.resource, href })
    }
  return [...places, ...objects.values()]
}

/**
 * The key that is meant by `po/shop/web` or `services/specs/shop/web`: a directory of the registry by its path, or a resource by any of its
 * names. Null where the first part is no name of a resource: the text is then a key as it stands.
 */
export function keyOfShortForm(client: QueryClient, cluster: ClusterInfo, typed: string): string | null {
  const resources = client.getQueryData(resourcesQuery(cluster.name).queryKey)?.resources ?? []
  const byPath = resources.map(({ path }) => path).filter((path) => typed.startsWith(`${path}/`))
  const longest = byPath.sort((a, b) => b.length - a.length)[0]
  const slash = typed.indexOf('/')
  if (slash <= 0) return null
  const root = `${cluster.kubernetesPrefix.replace(/\/$/, '')}/`
  if (longest !== undefined) return root + typed
  const named = resources.find((resource) => namesOf(resource).includes(typed.slice(0, slash).toLowerCase()))
  return named === undefined ? null : root + named.path + typed.slice(slash)
}

const namesOf = ({ kind, resource, path, shortNames }: ResourceEntry): string[] =>
  [resource, kind, path, ...shortNames].filter((name) => name !== '').map((name) => name.toLowerCase())

/** Those that are called so first, then those that begin so, then those that hold it. */
function best<One>(all: readonly One[], names: (one: One) => string[], words: string): One[] {
  const rank = (one: One) =>
    Math.min(...names(one).map((name) => (name === words ? 0 : name.startsWith(words) ? 1 : name.includes(words) ? 2 : 9)))
  return all
    .map((one) => ({ one, rank: rank(one) }))
    .filter(({ rank }) => rank < 9)
    .sort((a, b) => a.rank - b.rank)
    .map(({ one }) => one)
}
