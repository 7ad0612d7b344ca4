// Opens every configured cluster: the only place that knows the kinds of sources.
import type { EtcdConnection } from '@registree/contract'
import { RangeKnowledge } from '@registree/keyspace'
import type { Decryptor } from '@registree/kube'
import type { ClusterConfig, EtcdClusterConfig, FileClusterConfig } from '../config/config.ts'
import { ConfigError } from '../config/config-error.ts'
import { isSecure } from '../config/endpoint.ts'
import type { JobRunner } from '../jobs/jobs.ts'
import { runHere } from '../jobs/run-here.ts'
import { CostMeter } from '../sources/cost-meter.ts'
import type { Identity } from '../sources/identity.ts'
import type { OpenedCluster } from '../sources/source.ts'
import { openEncryption } from '../values/open-encryption.ts'
import { openSmall } from '../values/open-stored.ts'
import { type Cluster, maskAll } from './cluster.ts'

/**
 * Returns them in configuration order. Throws ConfigError if a path or setting is invalid.
 * @param jobs opens large values; default: this thread
 */
export async function openClusters(configs: ClusterConfig[], jobs?: JobRunner): Promise<Map<string, Cluster>> {
  const clusters = new Map<string, Cluster>()
  try {
    for (const config of configs) clusters.set(config.name, await openCluster(config, jobs))
  } catch (error) {
    await closeClusters(clusters)
    throw error
  }
  return clusters
}

export async function closeClusters(clusters: Map<string, Cluster>): Promise<void> {
  await Promise.all([...clusters.values()].map(({ opened }) => opened.close()))
}

async function openCluster(config: ClusterConfig, jobs: JobRunner | undefined): Promise<Cluster> {
  const decryptor = openEncryption(config.name, config.encryptionConfig)
  const { name, title, kubernetesPrefix, prefixGiven, flannelPrefix } = config
  const opened = config.kind === 'etcd' ? await openEtcdCluster(config) : await openFileCluster(config, decryptor)
  const cluster: Omit<Cluster, 'knowledge'> = {
    name,
    title,
    configured: name,
    kubernetesPrefix,
    prefixGiven,
    flannelPrefix,
    opened,
    connection: config.kind === 'etcd' ? connectionOf(config) : null,
    meter: new CostMeter(),
    decryptor,
    masking: maskAll(),
    jobs: jobs ?? runHere({ decryptorOf: () => decryptor }),
  }
  // Not copied by a spread, which would keep one epoch's knowledge: see viewOf.
  return Object.defineProperty(cluster, 'knowledge', { get: knowledgeByEpoch(opened.identity) }) as Cluster
}

/** Names the files with credentials, not their content. Null with a token: etcdctl accepts one only since 3.6, and it is a secret. */
function connectionOf({ endpoints, tls, tlsPaths, credentials }: EtcdClusterConfig): EtcdConnection | null {
  if (credentials !== null && 'token' in credentials) return null
  const [first = ''] = endpoints
  return {
    // etcdctl uses TLS for all endpoints or for none, depending on the first.
    endpoints: endpoints.filter((endpoint) => isSecure(endpoint) === isSecure(first)),
    ...(isSecure(first) ? tlsPaths : { cacert: null, cert: null, key: null }),
    insecureSkipVerify: isSecure(first) && (tls?.insecureSkipVerify ?? false),
    user: credentials?.user ?? null,
  }
}

/** What was learned about the tree holds in one epoch only, and is a hint for the next. */
export function knowledgeByEpoch(identity: Pick<Identity, 'epoch'>): () => RangeKnowledge {
  let known = { epoch: identity.epoch, knowledge: new RangeKnowledge() }
  return () => {
    const { epoch } = identity
    if (known.epoch !== epoch) known = { epoch, knowledge: known.knowledge.asHints() }
    return known.knowledge
  }
}

// Code for one kind of source is loaded with the first of its kind: etcd's client alone takes a third of the startup time.

async function openEtcdCluster({
  endpoints,
  tls,
  credentials,
  kubernetesPrefix,
  timing,
  notices,
}: EtcdClusterConfig): Promise<OpenedCluster> {
  const { openEtcd } = await import('../sources/etcd/open-etcd.ts')
  return openEtcd({ endpoints, tls, credentials, kubernetesPrefix, notices, ...timing })
}

async function openFileCluster(config: FileClusterConfig, decryptor: Decryptor): Promise<OpenedCluster> {
  try {
    const { openFile } = await import('../sources/file/open-file.ts')
    return await openFile(config.path, { open: openSmall(decryptor) })
  } catch (error) {
    throw new ConfigError(`${config.path} cannot be opened: ${error instanceof Error ? error.message : String(error)}`)
  }
}
