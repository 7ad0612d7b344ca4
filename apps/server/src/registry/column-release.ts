// The Kubernetes release for a cluster's tables, from a few nodes and the names of its APIServices, remembered for minutes.
import { type OrderedSource, prefixEnd, toUtf8OrNull, utf8 } from '@registree/keyspace'
import { type KnownRelease, type KubeObject, NEWEST_MINOR, releaseOf, selectFields } from '@registree/kube'
import type { Cluster } from '../clusters/cluster.ts'
import { KeptByEpoch } from '../clusters/kept-by-epoch.ts'
import { isAppError } from '../problem.ts'
import { kubernetesRoot, openObjects } from '../values/stored-objects.ts'

/** Kubelets of one cluster differ by a few releases at most during an upgrade: the first few nodes are enough. */
const MOST_NODES = 20
/** One per version of each group. */
const MOST_API_SERVICES = 1000
const REMEMBERED_MS = 5 * 60_000

const KUBELET = selectFields(['.status.nodeInfo.kubeletVersion'])

const remembered = new KeptByEpoch<{ until: number; release: KnownRelease }>()

/**
 * Two small Ranges at the newest revision, at most once in five minutes. If nothing can be read, the newest known release is used and not remembered.
 */
export async function columnRelease(cluster: Cluster, source: OrderedSource, now: number, signal: AbortSignal): Promise<KnownRelease> {
  const known = remembered.get(cluster)
  if (known !== undefined && now < known.until) return known.release
  const { epoch } = cluster.opened.identity
  const root = kubernetesRoot(cluster)
  const read = async (path: string, limit: number, keysOnly: boolean) => {
    const prefix = utf8(`${root}${path}/`)
    const { kvs } = await source.range({ key: prefix, end: prefixEnd(prefix), revision: 0n, limit, keysOnly }, signal)
    return { kvs, below: prefix.length }
  }
  try {
    const [nodes, services] = await Promise.all([
      read('minions', MOST_NODES, false),
      read('apiregistration.k8s.io/apiservices', MOST_API_SERVICES, true),
    ])
    const kubelets: string[] = []
    for await (const { opened } of openObjects(cluster, nodes.kvs, KUBELET, { signal })) kubelets.push(kubeletOf(opened.object))
    const release = releaseOf(
      kubelets,
      services.kvs.map(({ key }) => toUtf8OrNull(key.subarray(services.below)) ?? ''),
    )
    remembered.set(cluster, { until: now + REMEMBERED_MS, release }, epoch)
    return release
  } catch (error) {
    if (signal.aborted || !isAppError(error)) throw error
    return { minor: NEWEST_MINOR, from: 'newest' }
  }
}

function kubeletOf(node: KubeObject | undefined): string {
  const version = (node as { status?: { nodeInfo?: { kubeletVersion?: unknown } } } | undefined)?.status?.nodeInfo?.kubeletVersion
  return typeof version === 'string' ? version : ''
}
