// Reads everything that flannel stores: its networks in either keyspace and in Kubernetes, and the objects they are compared with.
import {
  DEFAULT_PREFIX,
  type Discovery,
  discover,
  discoverKubernetes,
  type FlannelMessage,
  type FoundNetwork,
  type Notice,
} from '@registree/flannel'
import { utf8 } from '@registree/keyspace'
import type { Cluster } from '../clusters/cluster.ts'
import { type AppError, isAppError, saidBy } from '../problem.ts'
import { type CostMeter, metered, type Rangeable } from '../sources/cost-meter.ts'
import { kubernetesRoot } from '../values/stored-objects.ts'
import { type KeptFromBefore, type KubernetesReading, nothingRead, readKubernetes, v2Store, v3Store } from './stores.ts'

export interface FlannelReading {
  networks: FoundNetwork[]
  looked: FlannelMessage[]
  notices: Notice[]
  kubernetes: KubernetesReading
  /** The v3 revision of everything; null if no v3 keyspace was read. */
  revision: bigint | null
  /** The v2 index up to which everything is known; null if no v2 keyspace was read. */
  index: bigint | null
  readAt: Date
  /** v3 keys whose end is unknown, with their etcd leases. */
  unasked: ReadonlyMap<string, bigint>
  /** False if a part could not be read: `notices` say which. A retry may help. */
  complete: boolean
  /** Whether the user may not read a part: `notices` say which, and its content is unknown. */
  restricted: boolean
  /** Keys and directories that the user may not read, under the follower's names: they are not watched. */
  refused: ReadonlySet<string>
}

/**
 * If one keyspace does not answer, the page shows the other; if none answers, it rejects.
 * @param kept pods and Services that need not be read
 */
export async function readFlannel(
  cluster: Cluster,
  meter: CostMeter,
  now: () => Date,
  signal: AbortSignal,
  kept: KeptFromBefore | null = null,
): Promise<FlannelReading> {
  const { v3 } = cluster.opened
  const readAt = now()
  const found: Discovery = { networks: [], looked: [], refused: [], notices: [] }
  const unasked = new Map<string, bigint>()
  const refused = new Set<string>()
  let kubernetes = nothingRead()
  let revision: bigint | null = null
  let index: bigint | null = null
  const prefixes = cluster.flannelPrefix === null ? [] : [cluster.flannelPrefix]
  const failures: AppError[] = []
  const refusals: AppError[] = []
  /** Whether anything could be read, even if empty. */
  let allowed = false
  const part = async (what: 'v2' | 'v3' | 'objects', read: () => Promise<void>) => {
    try {
      await read()
    } catch (error) {
      if (!isAppError(error) || error.code === 'CANCELLED' || signal.aborted) throw error
      if (error.code === 'KEYSPACE_UNAVAILABLE') {
        if (what === 'objects') return
        const said = saidBy(error)
        found.looked.push({
          code: 'looked-absent',
          params: { keyspace: what, why: cluster.opened.source === 'file' ? said.slice(-1) : said.slice(0, 1) },
        })
        return
      }
      // Rejected credentials are an error; missing permissions are a note.
      if (error.code === 'SOURCE_FORBIDDEN') {
        refusals.push(error)
        found.notices.push({ severity: 'info', says: { code: 'part-unread', params: { part: what, why: [error.says] } } })
        found.looked.push({ code: 'part-refused', params: { part: what } })
        return
      }
      failures.push(error)
      found.notices.push({ severity: 'error', says: { code: 'part-unread', params: { part: what, why: [error.says] } } })
    }
  }
  const take = (more: Discovery) => {
    found.networks.push(...more.networks)
    found.looked.push(...more.looked)
    found.refused.push(...more.refused)
    found.notices.push(...more.notices)
  }

  // Whether a keyspace exists shows when it is read: an earlier answer may have come from an outage.
  const store = v2Store(
    cluster,
    signal,
    (at) => {
      index ??= at
    },
    (error) => refusals.push(error),
  )
  await part('v2', async () => {
    const inV2 = await discover(store, { prefixes })
    take(inV2)
    for (const path of inV2.refused) refused.add(`v2 ${path}`)
    if (inV2.refused.length > 0)
      found.notices.push(
        notReadable(
          inV2.refused.map((path) => `v2 ${path || '/'}`),
          '',
        ),
      )
    allowed ||= !inV2.refused.includes('') || inV2.networks.length > 0
  })
  const source = metered(v3, cluster.meter, meter)
  const root = kubernetesRoot(cluster)
  await part('v3', async () => {
    // Everything is read at the revision of this first answer.
    const at = await newestRevision(source, root, signal, (error) => refusals.push(error))
    revision = at
    const inV3 = v3Store(cluster, source, at, now, signal, (key, lease) => unasked.set(key, lease))
    const inV3Found = await discover(inV3, { prefixes, skip: root === '/' ? [] : [root] })
    take(inV3Found)
    for (const path of inV3Found.refused) refused.add(`v3 ${path}/`)
    await part('objects', async () => {
      kubernetes = await readKubernetes(cluster, source, at, now, signal, kept)
    })
    for (const name of kubernetes.refused) refused.add(`v3 ${name}`)
    const outside = inV3Found.refused.length > 0
    if (outside || kubernetes.refused.length > 0) found.notices.push(notReadable(kubernetes.refused, outside ? root : ''))
    allowed ||= !inV3Found.refused.includes('') || inV3Found.networks.length > 0 || !kubernetes.refused.includes('nodes')
    const managed = discoverKubernetes(kubernetes.manager)
    if (managed !== null) found.networks.push(managed)
    found.looked.push(
      kubernetes.refused.includes('nodes')
        ? { code: 'looked-kubernetes-refused', params: {} }
        : { code: 'looked-kubernetes', params: { nodes: kubernetes.nodes.length } },
    )
  })
  const [failure] = failures
  if (failure !== undefined && found.networks.length === 0 && kubernetes.nodes.length === 0) throw failure
  // If nothing may be read, that is the answer.
  const [refusal] = refusals
  if (refusal !== undefined && !allowed) throw refusal
  return {
    ...found,
    revision,
    index,
    kubernetes,
    readAt,
    unasked,
    refused,
    complete: failures.length === 0,
    restricted: refusals.length > 0 || refused.size > 0,
  }
}

/** The user may have access to one part only: if the Kubernetes prefix is refused, a key of that part tells the revision. */
async function newestRevision(source: Rangeable, root: string, signal: AbortSignal, onRefused: (error: AppError) => void): Promise<bigint> {
  const ask = async (key: Uint8Array) => (await source.range({ key, end: null, revision: 0n, limit: 1, countOnly: true }, signal)).revision
  return await ask(utf8(root)).catch((error: unknown) => {
    const readable = isAppError(error, 'SOURCE_FORBIDDEN') ? error.facts.readable?.granted[0] : undefined
    if (readable === undefined) throw error
    onRefused(error as AppError)
    return ask(readable.key)
  })
}

/** A note about what the user may not read: the rest is shown. `root` is the registry if keys outside of it are refused, else empty. */
function notReadable(what: string[], root: string): Notice {
  const kind = root === '' ? 'named' : what.length === 0 ? 'outside' : 'both'
  return { severity: 'info', says: { code: 'not-readable', params: { kind, what, root } } }
}

/** The directories with flannel's keys, or where they would first appear; none is inside another. */
export function flannelPlaces(cluster: Cluster, networks: readonly Pick<FoundNetwork, 'prefix'>[]): string[] {
  const named = cluster.flannelPrefix === null ? [] : [`/${cluster.flannelPrefix.split('/').filter(Boolean).join('/')}`]
  const all = [...named, DEFAULT_PREFIX, ...networks.flatMap(({ prefix }) => (prefix === null ? [] : [prefix]))]
  const shortestFirst = [...new Set(all)].sort((a, b) => a.length - b.length)
  return shortestFirst.filter((place, i) => !shortestFirst.slice(0, i).some((above) => place.startsWith(`${above}/`)))
}
