// The Kubernetes release for a cluster's tables, from a few nodes, the names of its APIServices and its StorageVersions, remembered for minutes.
import { type OrderedSource, prefixEnd, toUtf8OrNull, utf8 } from '@registree/keyspace'
import {
  type FieldSelection,
  type KnownRelease,
  type KubeObject,
  releaseOf,
  selectFields,
  storageVersionEntries,
  textAt,
} from '@registree/kube'
import type { Cluster } from '../clusters/cluster.ts'
import { KeptByEpoch } from '../clusters/kept-by-epoch.ts'
import { isAppError } from '../problem.ts'
import { kubernetesRoot, openObjects } from '../values/stored-objects.ts'

/** Kubelets of one cluster differ by a few releases at most during an upgrade: the first few nodes are enough. */
const MOST_NODES = 20
/** One per version of each group. */
const MOST_API_SERVICES = 1000
/** One per resource, custom ones included. */
const MOST_STORAGE_VERSIONS = 1000
const MOST_API_SERVERS = 20
/** The names of the leases by which API servers say that they run begin so; before 1.26 as the second. */
const API_SERVERS = ['apiserver-', 'kube-apiserver-']
const REMEMBERED_MS = 5 * 60_000

const KUBELET = selectFields(['.status.nodeInfo.kubeletVersion'])
const STORAGE_VERSION = selectFields(['.metadata.name', '.status.storageVersions'])

const remembered = new KeptByEpoch<{ until: number; release: KnownRelease }>()

/**
 * Three small Ranges at the newest revision, at most once in five minutes, and two more where there are StorageVersions. What cannot be read tells
 * nothing; if one failed, nothing is remembered.
 */
export async function columnRelease(cluster: Cluster, source: OrderedSource, now: number, signal: AbortSignal): Promise<KnownRelease> {
  const known = remembered.get(cluster)
  if (known !== undefined && now < known.until) return known.release
  const { epoch } = cluster.opened.identity
  let complete = true
  const orNothing = async <T>(told: Promise<T[]>): Promise<T[]> => {
    try {
      return await told
    } catch (error) {
      if (signal.aborted || !isAppError(error)) throw error
      // What this user may not read is asked again after minutes, as the rest; what failed, at the next table.
      if (error.code !== 'SOURCE_FORBIDDEN') complete = false
      return []
    }
  }
  const range = async (start: string, limit: number, keysOnly: boolean) => {
    const prefix = utf8(`${kubernetesRoot(cluster)}${start}`)
    return (await source.range({ key: prefix, end: prefixEnd(prefix), revision: 0n, limit, keysOnly }, signal)).kvs
  }
  const names = async (start: string, limit: number) =>
    (await range(start, limit, true)).map(({ key }) => toUtf8OrNull(key)?.split('/').at(-1) ?? '')
  const objects = async (start: string, limit: number, fields: FieldSelection) => {
    const found: { object: KubeObject | undefined; isWhole: boolean }[] = []
    for await (const { opened } of openObjects(cluster, await range(start, limit, false), fields, { signal })) {
      const { object, problem } = opened
      found.push({ object, isWhole: object !== undefined && problem === undefined })
    }
    return found
  }
  const [nodes, apiServices, stored] = await Promise.all([
    orNothing(objects('minions/', MOST_NODES, KUBELET)),
    orNothing(names('apiregistration.k8s.io/apiservices/', MOST_API_SERVICES)),
    orNothing(objects('internal.apiserver.k8s.io/storageversions/', MOST_STORAGE_VERSIONS, STORAGE_VERSION)),
  ])
  const leases =
    stored.length === 0
      ? []
      : await Promise.all(API_SERVERS.map((start) => orNothing(names(`leases/kube-system/${start}`, MOST_API_SERVERS))))
  const running = new Set(leases.flat())
  const kubelets = nodes.map(({ object }) => textAt(object, 'status', 'nodeInfo', 'kubeletVersion'))
  // Of a part of them, those that are missing would tell an older release.
  const areWhole = stored.length < MOST_STORAGE_VERSIONS && stored.every(({ isWhole }) => isWhole)
  const storageVersions = (areWhole ? stored : [])
    .flatMap(({ object }) => storageVersionEntries(object))
    .filter(({ apiServer }) => running.has(apiServer))
  const release = releaseOf({ kubelets, apiServices, storageVersions })
  if (complete) remembered.set(cluster, { until: now + REMEMBERED_MS, release }, epoch)
  return release
}
