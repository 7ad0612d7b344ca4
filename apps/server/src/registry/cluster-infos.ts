// Describes the clusters to the browser: the keyspaces of each, and where its Kubernetes objects are.
import type { ClusterInfo } from '@registree/contract'
import type { Cluster } from '../clusters/cluster.ts'
import { inEnglish } from '../messages/in-english.ts'
import type { OpenedCluster } from '../sources/source.ts'
import type { Registries } from './registries.ts'

/** How long the front page waits for an etcd that does not answer. */
const PATIENCE_MS = 2000

/** Every configured cluster, and every further registry found in one. */
export async function clusterInfos(registries: Registries, revealSecrets: boolean, signal: AbortSignal): Promise<ClusterInfo[]> {
  const keyspaces = new Map<OpenedCluster, Promise<Pick<ClusterInfo, 'v3' | 'v2'>>>()
  for (const { opened } of registries.clusters.values()) if (!keyspaces.has(opened)) keyspaces.set(opened, keyspacesOf(opened, signal))
  await Promise.all([registries.settleAll(), ...keyspaces.values()])
  return await Promise.all(
    registries.list().map(async (cluster) => ({
      ...factsOf(cluster),
      ...(await (keyspaces.get(cluster.opened) ?? keyspacesOf(cluster.opened, signal))),
      registry: registries.registryOf(cluster),
      revealSecrets,
    })),
  )
}

function factsOf({ name, title, opened, connection, kubernetesPrefix }: Cluster) {
  const asOf = opened.clock.kind === 'file' ? opened.clock.asOf.toISOString() : null
  return { name, title, source: opened.source, origin: opened.origin, asOf, connection, kubernetesPrefix }
}

async function keyspacesOf(opened: OpenedCluster, signal: AbortSignal): Promise<Pick<ClusterInfo, 'v3' | 'v2'>> {
  const [v3, v2] = await Promise.all(
    [opened.v3, opened.v2].map(async (source) => {
      const patience = AbortSignal.timeout(PATIENCE_MS)
      try {
        const { available, says } = await source.availability(AbortSignal.any([signal, patience]))
        return { available, source: opened.source, unavailable: says && inEnglish.any([says]), sentences: says === null ? [] : [says] }
      } catch (error) {
        if (signal.aborted || !patience.aborted) throw error
        // It may still have one: its pages say what is wrong.
        return { available: true, source: opened.source, unavailable: null, sentences: [] }
      }
    }),
  )
  return { v3: v3 as ClusterInfo['v3'], v2: v2 as ClusterInfo['v2'] }
}
