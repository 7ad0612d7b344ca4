// What a few letters or `pods/shop/web` may mean, from what the browser has already read: no requests are made here.
import { type ClusterInfo, keyLink, namespacesLink, type ResourceEntry, resourcesLink } from '@registree/contract'
import type { QueryClient } from '@tanstack/react-query'
import { bestOf, type Rank } from '../features/frame/matching.ts'
import { namespacesQuery } from '../features/namespaces/queries.ts'
import { resourcesQuery } from '../features/resources/queries.ts'
import { keyOfRow, type TableData } from '../features/tables/table-data.ts'

export type KnownPlace = {
  id: string
  group: 'resources' | 'namespaces' | 'objects'
  rank: Rank
  label: string
  note: string
  href: string
}

const MOST = { resources: 6, namespaces: 5, objects: 10 }

export function knownPlaces(client: QueryClient, cluster: string, typed: string): KnownPlace[] {
  if (typed.trim() === '') return []
  const places: KnownPlace[] = []
  for (const { one, rank } of bestOf(resourcesOf(client, cluster), namesOfResource, typed).slice(0, MOST.resources)) {
    const { path, kind, resource, group } = one
    const qualified = group === '' ? resource : `${resource}.${group}`
    places.push({
      id: `resource ${path}`,
      group: 'resources',
      rank,
      label: kind || path,
      note: qualified || path,
      href: resourcesLink(cluster, path),
    })
  }

  const tables = client.getQueriesData<TableData>({ queryKey: ['table', cluster] }).flatMap(([, data]) => (data ? [data] : []))
  const namespaces = new Set([
    ...(client.getQueryData(namespacesQuery(cluster).queryKey)?.namespaces.map(({ name }) => name) ?? []),
    ...tables.flatMap((table) => table.namespaces),
  ])
  for (const { one, rank } of bestOf([...namespaces], (name) => [name], typed).slice(0, MOST.namespaces))
    places.push({ id: `namespace ${one}`, group: 'namespaces', rank, label: one, note: '', href: namespacesLink(cluster, one) })

  const words = typed.trim().toLowerCase()
  const objects = new Map<string, KnownPlace>()
  for (const { head, rows, count } of tables)
    for (let i = 0; i < count && objects.size < MOST.objects; i++) {
      const row = rows[i]
      const name = row === undefined ? '' : row.namespace === null ? row.name : `${row.namespace}/${row.name}`
      if (row === undefined || !name.toLowerCase().includes(words)) continue
      const href = keyLink(cluster, keyOfRow(head, row))
      const rank = row.name.toLowerCase() === words ? 0 : row.name.toLowerCase().startsWith(words) ? 1 : 2
      objects.set(href, { id: `object ${href}`, group: 'objects', rank, label: name, note: head.kind || head.resource, href })
    }
  return [...places, ...objects.values()]
}

/** `po/shop/web`, parsed. */
export interface ShortForm {
  /** The key that it stands for, as far as it is typed. */
  key: string
  /** The directory of the resource: `pods`. */
  path: string
  kind: string
  /** The text after the resource: `shop/web`. */
  rest: string
}

/**
 * Parses `po/shop/web`, `deployments.apps/web` or `services/specs/shop/web`: a registry directory by its path, or a resource by any of its names.
 * Null if the first part is not a resource: then the text is a literal key.
 */
export function shortForm(client: QueryClient, cluster: ClusterInfo, typed: string): ShortForm | null {
  const resources = resourcesOf(client, cluster.name)
  const byPath = resources.filter(({ path }) => typed.startsWith(`${path}/`))
  const longest = byPath.sort((a, b) => b.path.length - a.path.length)[0]
  const slash = typed.indexOf('/')
  if (slash <= 0) return null
  const root = `${cluster.kubernetesPrefix.replace(/\/$/, '')}/`
  const first = typed.slice(0, slash).toLowerCase()
  const found = longest ?? resources.find((resource) => namesOfResource(resource).includes(first))
  if (found === undefined) return null
  const rest = longest === undefined ? typed.slice(slash + 1) : typed.slice(longest.path.length + 1)
  return { key: `${root}${found.path}/${rest}`, path: found.path, kind: found.kind || found.path, rest }
}

const resourcesOf = (client: QueryClient, cluster: string): readonly ResourceEntry[] =>
  client.getQueryData(resourcesQuery(cluster).queryKey)?.resources ?? []

/** Every name that kubectl accepts: `deployments`, `deployment`, `deploy`, `deployments.apps`, `deployments.v1.apps`; and its directory. */
function namesOfResource({ kind, resource, path, group, versions, shortNames }: ResourceEntry): string[] {
  const names = [resource, kind, ...shortNames].filter((name) => name !== '').map((name) => name.toLowerCase())
  const stored = versions.map((version) => version.slice(version.lastIndexOf('/') + 1))
  const qualified =
    group === '' ? [] : names.flatMap((name) => [`${name}.${group}`, ...stored.map((version) => `${name}.${version}.${group}`)])
  return [...new Set([...names, path.toLowerCase(), ...qualified])]
}
