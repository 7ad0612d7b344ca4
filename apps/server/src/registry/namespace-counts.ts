// Counts the objects of every namespace by resource, from keys alone; objects in a namespace that does not exist are counted too.
import type { NamespaceCountsLine } from '@registree/contract'
import { placeBelow, readPrefix, toUtf8OrNull, utf8 } from '@registree/keyspace'
import type { Cluster } from '../clusters/cluster.ts'
import type { CostMeter, Rangeable } from '../sources/cost-meter.ts'
import { readCatalogue } from './catalogue.ts'
import { countDirectories } from './count-directories.ts'

export interface NamespaceCountsRequest {
  cluster: Cluster
  source: Rangeable
  root: string
  revision: bigint
  all: boolean
  meter: CostMeter
  signal: AbortSignal
}

/** A live etcd with more keys is read only on request. */
const LARGE = 50_000
const PAGE = 1_000

export async function* namespaceCounts(request: NamespaceCountsRequest): AsyncGenerator<NamespaceCountsLine, void> {
  const { cluster, source, root, signal } = request
  const { knowledge } = cluster
  const began = performance.now()
  const catalogue = await readCatalogue(cluster, source, request.revision, false, signal)
  const revision = BigInt(catalogue.revision)
  const resources = catalogue.resources.filter(({ empty, namespaced }) => !empty && namespaced !== false)
  const paths = resources.map(({ path }) => path)
  const total = request.all ? null : await countDirectories({ source, knowledge, root, revision, signal }, paths)
  const ask = cluster.opened.source === 'etcd' && total !== null && total > LARGE
  yield { type: 'head', revision: catalogue.revision, total, ask }
  if (ask) return

  let read = 0
  for (const { path, kind, resource } of resources) {
    const directory = `${root}${path}/`
    const counts = new Map<string, number>()
    for await (const { kvs } of readPrefix(source, {
      prefix: utf8(directory),
      revision,
      keysOnly: true,
      pageSize: PAGE,
      knowledge,
      signal,
    })) {
      for (const { key } of kvs) {
        const { namespace, name } = placeBelow(path, toUtf8OrNull(key)?.slice(directory.length) ?? '')
        if (namespace !== '' && !name.includes('/')) counts.set(namespace, (counts.get(namespace) ?? 0) + 1)
      }
      read += kvs.length
    }
    yield { type: 'counts', path, kind, resource, counts: [...counts].map(([namespace, objects]) => ({ namespace, objects })), read }
  }
  yield { type: 'end', read, milliseconds: Math.round(performance.now() - began), cost: request.meter.read() }
}
