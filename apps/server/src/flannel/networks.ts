// One whole reading of what flannel keeps: its networks in either keyspace and in Kubernetes, and what they are held against.
import { DEFAULT_PREFIX, type Discovery, discover, discoverKubernetes, type FoundNetwork, type Notice } from '@registree/flannel'
import { utf8 } from '@registree/keyspace'
import type { Cluster } from '../clusters/cluster.ts'
import { type AppError, isAppError } from '../problem.ts'
import { type CostMeter, metered } from '../sources/cost-meter.ts'
import { kubernetesRoot } from '../values/stored-objects.ts'
import { type KeptFromBefore, type KubernetesReading, nothingRead, readKubernetes, v2Store, v3Store } from './stores.ts'

export interface FlannelReading {
  networks: FoundNetwork[]
  looked: string[]
  notices: Notice[]
  kubernetes: KubernetesReading
  /** The v3 revision of it all; null where no v3 keyspace was read. */
  revision: bigint | null
  /** The v2 index before which nothing is unknown; null where no v2 keyspace was read. */
  index: bigint | null
  readAt: Date
  /** The v3 keys whose end is not known yet, with the etcd leases that tell it. */
  unasked: ReadonlyMap<string, bigint>
  /** False where a part could not be read: `notices` say which. */
  complete: boolean
}

/**
 * One keyspace that does not answer leaves the page with what the other one says; where none answers, that is the answer.
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
  const found: Discovery = { networks: [], looked: [], notices: [] }
  const unasked = new Map<string, bigint>()
  let kubernetes = nothingRead()
  let revision: bigint | null = null
  let index: bigint | null = null
  const prefixes = cluster.flannelPrefix === null ? [] : [cluster.flannelPrefix]
  const failures: AppError[] = []
  const part = async (what: string, read: () => Promise<void>, absent: (reason: string) => void = () => {}) => {
    try {
      await read()
    } catch (error) {
      if (!isAppError(error) || error.code === 'CANCELLED' || signal.aborted) throw error
      if (error.code === 'KEYSPACE_UNAVAILABLE')
        return absent((cluster.opened.source === 'file' ? error.facts.detail : undefined) ?? error.message)
      failures.push(error)
      found.notices.push({ severity: 'error', message: `${what} could not be read: ${error.message}` })
    }
  }
  const take = (more: Discovery) => {
    found.networks.push(...more.networks)
    found.looked.push(...more.looked)
    found.notices.push(...more.notices)
  }

  // Whether a keyspace is there is known when it is read: what was true a moment ago may be what an outage said.
  const store = v2Store(cluster, signal, (at) => {
    index ??= at
  })
  await part(
    'The v2 keyspace',
    async () => take(await discover(store, { prefixes })),
    (reason) => found.looked.push(`v2: not there (${reason})`),
  )
  const source = metered(v3, cluster.meter, meter)
  const root = kubernetesRoot(cluster)
  await part(
    'The v3 keyspace',
    async () => {
      // Everything is read at the revision of this first answer.
      const first = await source.range({ key: utf8(root), end: null, revision: 0n, limit: 1 }, signal)
      const at = first.revision
      revision = at
      const inV3 = v3Store(cluster, source, at, now, signal, (key, lease) => unasked.set(key, lease))
      take(await discover(inV3, { prefixes, skip: root === '/' ? [] : [root] }))
      await part('Nodes and pods', async () => {
        kubernetes = await readKubernetes(cluster, source, at, now, signal, kept)
      })
      const managed = discoverKubernetes(kubernetes.manager)
      if (managed !== null) found.networks.push(managed)
      found.looked.push(`Kubernetes: annotations of ${kubernetes.nodes.length} nodes, and the ConfigMap kube-flannel-cfg`)
    },
    (reason) => found.looked.push(`v3: not there (${reason})`),
  )
  const [failure] = failures
  if (failure !== undefined && found.networks.length === 0 && kubernetes.nodes.length === 0) throw failure
  return { ...found, revision, index, kubernetes, readAt, unasked, complete: failures.length === 0 }
}

/** The directories in which flannel's keys are, or would first appear: none lies within another. */
export function flannelPlaces(cluster: Cluster, networks: readonly Pick<FoundNetwork, 'prefix'>[]): string[] {
  const named = cluster.flannelPrefix === null ? [] : [`/${cluster.flannelPrefix.split('/').filter(Boolean).join('/')}`]
  const all = [...named, DEFAULT_PREFIX, ...networks.flatMap(({ prefix }) => (prefix === null ? [] : [prefix]))]
  const shortestFirst = [...new Set(all)].sort((a, b) => a.length - b.length)
  return shortestFirst.filter((place, i) => !shortestFirst.slice(0, i).some((above) => place.startsWith(`${above}/`)))
}
