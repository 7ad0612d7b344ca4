// A cluster as the routes see it: an opened source with its name, its cost meter and its known key ranges.
import { randomBytes } from 'node:crypto'
import type { EtcdConnection } from '@registree/contract'
import type { RangeKnowledge } from '@registree/keyspace'
import type { Decryptor } from '@registree/kube'
import type { JobRunner } from '../jobs/jobs.ts'
import { AppError } from '../problem.ts'
import type { CostMeter } from '../sources/cost-meter.ts'
import type { OpenedCluster } from '../sources/source.ts'
import type { Policy } from '../values/policy.ts'

/** Masks everything; its digests are not comparable. */
export const maskAll = (): Policy => ({ reveal: false, decrypt: true, salt: randomBytes(32) })

export interface Cluster {
  readonly name: string
  readonly title: string
  /** The name in the configuration: its own, or for a further registry the name of the cluster with the same etcd. */
  readonly configured: string
  readonly kubernetesPrefix: string
  /** Whether the prefix was configured, and is not just the default. */
  readonly prefixGiven: boolean
  readonly flannelPrefix: string | null
  readonly opened: OpenedCluster
  /** How a person reaches the same etcd; null for a file, and if that needs a token. */
  readonly connection: EtcdConnection | null
  readonly meter: CostMeter
  /** What earlier listings learned about the tree; limited in size. */
  readonly knowledge: RangeKnowledge
  readonly decryptor: Decryptor
  /** The policy for opening values of this cluster: masks everything until a request sets its own (http/begin-reading.ts). */
  readonly masking: Policy
  /** Opens large values. */
  readonly jobs: JobRunner
}

/** The same cluster with some properties replaced. All others are read from the original each time: they change with its epoch. */
export function viewOf<C extends Partial<Cluster>>(cluster: C, replaced: Partial<C>): C {
  return Object.create(cluster, Object.getOwnPropertyDescriptors(replaced))
}

export type Clusters = ReadonlyMap<string, Cluster>

export function findCluster(clusters: Clusters, name: string): Cluster {
  const cluster = clusters.get(name)
  if (cluster === undefined) {
    throw new AppError(
      'CLUSTER_NOT_FOUND',
      { code: 'cluster-missing', params: { name } },
      {
        hint: { code: 'clusters-known', params: { names: [...clusters.keys()] } },
      },
    )
  }
  return cluster
}
