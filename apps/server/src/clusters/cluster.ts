// A cluster as the routes see it: an opened source with its name, its cost meter and what has been learnt about its tree.
import { randomBytes } from 'node:crypto'
import type { EtcdConnection } from '@registree/contract'
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
  /** The name in the configuration: its own, or that of the cluster whose etcd holds this registry as well. */
  readonly configured: string
  readonly kubernetesPrefix: string
  /** Whether the prefix was named at the start, and is not only the usual one. */
  readonly prefixGiven: boolean
  readonly flannelPrefix: string | null
  readonly opened: OpenedCluster
  /** How a person reaches the same etcd; null for a file, and where a token is needed for it. */
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

/** The same cluster with some of its properties replaced. Everything else stays its own, now and later: what is known of it changes with its epoch. */
export function viewOf(cluster: Cluster, replaced: Partial<Cluster>): Cluster {
  return Object.create(cluster, Object.getOwnPropertyDescriptors(replaced))
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
