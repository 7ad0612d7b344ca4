// Queries for all namespaces, for the number of their objects as it is counted, and for one namespace with what blocks its deletion.
import { apiPaths, type NamespaceAnswer, type NamespaceCounts, type NamespaceCountsLine, type NamespacesAnswer } from '@registree/contract'
import { queryOptions } from '@tanstack/react-query'
import { activity } from '../../lib/activity.ts'
import { getJson } from '../../lib/http.ts'
import { readLines } from '../../lib/ndjson.ts'
import { pace } from '../../lib/pace.ts'
import { rereadPartial } from '../../lib/reread-partial.ts'
import { reads } from '../../lib/source-query.ts'

export const namespacesQuery = (cluster: string) =>
  queryOptions({
    queryKey: ['namespaces', cluster],
    queryFn: ({ signal }) => getJson<NamespacesAnswer>(apiPaths.namespaces(cluster), signal),
    // A new list makes etcd count every key.
    meta: reads<NamespacesAnswer>(cluster, {
      heavy: true,
      revisionOf: ({ revision }) => revision,
      finds: ({ namespaces }) => namespaces.length,
    }),
    staleTime: 30_000,
  })

export const namespaceQuery = (cluster: string, name: string) =>
  queryOptions({
    queryKey: ['namespace', cluster, name],
    queryFn: ({ signal }) => getJson<NamespaceAnswer>(apiPaths.namespace(cluster, name), signal),
    meta: reads<NamespaceAnswer>(cluster, { revisionOf: ({ revision }) => revision }),
    staleTime: 30_000,
    refetchOnWindowFocus: false,
  })

/** Objects of one namespace in one resource. */
export interface Counted {
  resource: string
  path: string
  kind: string
  objects: number
}

export interface CountsData {
  /** A large live cluster is counted only on request. */
  ask: boolean
  total: number | null
  read: number
  complete: boolean
  byNamespace: ReadonlyMap<string, readonly Counted[]>
}

/** Reads every key once, so each revision is counted once. `all`: the user has agreed to read a large cluster. */
export const countsQuery = (cluster: string, revision: string, all: boolean) => {
  const queryKey = ['namespaces', cluster, 'counts', revision, all] as const
  return queryOptions({
    queryKey,
    queryFn: async ({ signal, client }): Promise<CountsData> => {
      const byNamespace = new Map<string, Counted[]>()
      let data: CountsData = { ask: false, total: null, read: 0, complete: false, byNamespace }
      const due = pace()
      await readLines<NamespaceCountsLine>(apiPaths.namespaceCounts(cluster, { rev: revision, all }), signal, (line) => {
        if (line.type === 'head') data = { ...data, ask: line.ask, total: line.total }
        else if (line.type === 'counts') {
          add(byNamespace, line)
          data = { ...data, read: line.read }
        } else {
          data = { ...data, read: line.read, complete: true }
          activity.cost(line.cost)
        }
        if (!due()) return
        client.setQueryData<CountsData>(queryKey, { ...data, byNamespace: new Map(byNamespace) })
      })
      return data
    },
    meta: reads(cluster, { rev: revision, heavy: true }),
    staleTime: Number.POSITIVE_INFINITY,
    refetchOnMount: rereadPartial<CountsData>(({ ask, complete }) => ask || complete),
    refetchOnWindowFocus: false,
    structuralSharing: false,
  })
}

function add(byNamespace: Map<string, Counted[]>, { path, kind, resource, counts }: NamespaceCounts): void {
  for (const { namespace, objects } of counts) {
    const known = byNamespace.get(namespace) ?? []
    byNamespace.set(namespace, [...known, { path, kind, resource: resource || path, objects }])
  }
}
