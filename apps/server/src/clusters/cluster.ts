// A cluster as the routes see it: an opened source with its name, its cost meter and what has been learnt about its tree.
import { randomBytes } from 'node:crypto'
import type { ClusterInfo, EtcdConnection } from '@registree/contract'
import type { RangeKnowledge } from '@registree/keyspace'
import type { Decryptor } from '@registree/kube'
import type { JobRunner } from '../jobs/jobs.ts'
import { AppError } from '../problem.ts'
import type { CostMeter } from '../sources/cost-meter.ts'
import type { OpenedCluster } from '../sources/source.ts'
import type { Policy } from '../values/policy.ts'

/** Masks everything; its digests compare with nothing. */
export const maskAll = (): Policy => ({ reveal: false, decrypt: true, salt: randomBytes(32) })

export interface Cluster {
  readonly name: string
  readonly title: string
  readonly kubernetesPrefix: string
  readonly flannelPrefix: string | null
  readonly opened: OpenedCluster
  /** How a person reaches the same etcd; null for a file. */
  readonly connection: EtcdConnection | null
  readonly meter: CostMeter
  /** What earlier listings taught about the tree; bounded in size. */
  readonly knowledge: RangeKnowledge
  readonly decryptor: Decryptor
  /** What is masked wherever a value of this cluster is opened: everything, until a request's policy says otherwise (http/begin-reading.ts). */
  readonly masking: Policy
  /** Where its large values are opened. */
  readonly jobs: JobRunner
}

export type Clusters = ReadonlyMap<string, Cluster>

export function findCluster(clusters: Clusters, name: string): Cluster {
  const cluster = clusters.get(name)
  if (cluster === undefined) {
    throw new AppError('CLUSTER_NOT_FOUND', `There is no cluster called "${name}".`, {
      hint: `There is: ${[...clusters.keys()].join(', ')}.`,
    })
  }
  return cluster
}

/** How long the front page waits for an etcd that does not answer before it says so. */
const PATIENCE_MS = 2000

export async function clusterInfo(cluster: Cluster, revealSecrets: boolean, signal: AbortSignal): Promise<ClusterInfo> {
  const { opened } = cluster
  const [v3, v2] = await Promise.all(
    [opened.v3, opened.v2].map(async (source) => {
      const patience = AbortSignal.timeout(PATIENCE_MS)
      try {
        const { available, reason } = await source.availability(AbortSignal.any([signal, patience]))
        return { available, source: opened.source, unavailable: reason }
      } catch (error) {
        if (signal.aborted || !patience.aborted) throw error
        // It has not said that it has none: its pages say what is wrong.
        return { available: true, source: opened.source, unavailable: null }
      }
    }),
  )
  return {
    name: cluster.name,
    title: cluster.title,
    source: opened.source,
    origin: opened.origin,
    asOf: opened.clock.kind === 'file' ? opened.clock.asOf.toISOString() : null,
    connection: cluster.connection,
    v3: v3 as ClusterInfo['v3'],
    v2: v2 as ClusterInfo['v2'],
    kubernetesPrefix: cluster.kubernetesPrefix,
    revealSecrets,
  }
}
