// What the flannel page reads: the stores in which flannel may keep its networks, and the Kubernetes objects to hold them against.
import {
  type FlannelStore,
  type KeyRef,
  type KubeManagerInputs,
  type NodeInput,
  type Notice,
  type PodInput,
  parseAddress,
  type ServiceInput,
  type StoredText,
} from '@registree/flannel'
import { childDirectory, concatBytes, KEYSPACE_END, listLevel, prefixEnd, readPrefix, toUtf8OrNull, utf8 } from '@registree/keyspace'
import { type FieldSelection, type KubeObject, type KubeValue, selectFields } from '@registree/kube'
import type { Cluster } from '../cluster.ts'
import { isAppError } from '../problem.ts'
import type { Rangeable } from '../sources/cost-meter.ts'
import type { KeyValue } from '../sources/source.ts'
import { kubernetesRoot, openObject } from './stored-objects.ts'

/** flannel's own largest network has 65,536 subnets in a /8 cut in /24. */
const MOST_LEASES = 70_000
/** A remaining time costs a request for each lease. */
const MOST_TTLS = 500
const MOST_OBJECTS = { nodes: 20_000, pods: 50_000, services: 20_000 }
const LEVEL_LIMIT = 1000
const PAGE = 200

/** The v2 keyspace as discovery sees it. A missing node is nothing; every other failure rejects. */
export function v2Store(cluster: Cluster, signal: AbortSignal): FlannelStore {
  const node = async (path: string) => {
    try {
      return await cluster.opened.v2.node(path === '' ? '/' : path, signal)
    } catch (error) {
      if (isAppError(error, 'KEY_NOT_FOUND')) return null
      throw error
    }
  }
  return {
    keyspace: 'v2',
    async level(path) {
      const children = (await node(path))?.children
      if (!children) return null
      const names = (directory: boolean) =>
        children.filter((child) => child.directory === directory).map((child) => child.path.slice(child.path.lastIndexOf('/') + 1))
      return { directories: names(true), keys: names(false), cut: false }
    },
    async get(path) {
      const read = await node(path)
      return read === null || read.node.directory ? null : v2Text(read.node)
    },
    async values(path) {
      const all = ((await node(path))?.children ?? []).filter((child) => !child.directory)
      return { values: all.slice(0, MOST_LEASES).map(v2Text), cut: all.length > MOST_LEASES }
    },
  }
}

function v2Text(node: {
  path: string
  value: string | null
  expiration: string | null
  createdIndex: bigint
  modifiedIndex: bigint
}): StoredText {
  return {
    key: node.path,
    value: node.value ?? '',
    expires: node.expiration === null ? 'never' : { at: node.expiration },
    created: String(node.createdIndex),
    modified: String(node.modifiedIndex),
  }
}

/** The v3 keyspace as discovery sees it, at one revision. Keys that are no text are none of flannel's. */
export function v3Store(cluster: Cluster, source: Rangeable, revision: bigint, now: Date, signal: AbortSignal): FlannelStore {
  const root = kubernetesRoot(cluster)
  let outside: Promise<{ keys: string[]; cut: boolean }> | null = null
  let ttls = 0
  const toText = async (kv: KeyValue, key: string): Promise<StoredText> => {
    let expires: StoredText['expires'] = 'never'
    if (kv.lease !== 0n) {
      expires = 'unknown'
      if (cluster.opened.source === 'etcd' && ttls < MOST_TTLS) {
        ttls += 1
        const ttl = (await cluster.opened.v3.lease(kv.lease, signal))?.ttl ?? null
        if (ttl !== null) expires = { at: new Date(now.getTime() + Number(ttl) * 1000).toISOString() }
      }
    }
    return {
      key,
      value: Buffer.from(kv.value).toString('utf8'),
      expires,
      created: String(kv.createRevision),
      modified: String(kv.modRevision),
    }
  }
  return {
    keyspace: 'v3',
    async level(path) {
      const inKubernetes = root === '/' || `${path}/`.startsWith(root)
      outside ??= root === '/' ? Promise.resolve({ keys: [], cut: false }) : keysOutside(cluster, source, root, revision, signal)
      const { keys: known, cut } = await outside
      if (path === '' || (!inKubernetes && !cut)) return levelOf(known, path, cut)
      const page = await listLevel(source, {
        prefix: utf8(`${path}/`),
        revision,
        cursor: undefined,
        limit: LEVEL_LIMIT,
        knowledge: cluster.knowledge,
        signal,
      })
      const below = page.entries.map((entry) => toUtf8OrNull(entry.kind === 'directory' ? concatBytes(entry.prefix, ANY) : entry.key))
      return levelOf(
        below.filter((key) => key !== null),
        path,
        page.cursor !== undefined && page.cursor !== null,
      )
    },
    async get(path) {
      const reply = await source.range({ key: utf8(path), end: null, revision, limit: 1 }, signal)
      const kv = reply.kvs[0]
      return kv === undefined ? null : await toText(kv, path)
    },
    async values(path) {
      const prefix = utf8(`${path}/`)
      const values: StoredText[] = []
      for await (const page of readPrefix(source, {
        prefix,
        revision,
        keysOnly: false,
        pageSize: 500,
        knowledge: cluster.knowledge,
        signal,
      })) {
        for (const kv of page.kvs) {
          const key = toUtf8OrNull(kv.key)
          if (key === null || childDirectory(kv.key, prefix) !== null) continue
          if (values.length >= MOST_LEASES) return { values, cut: true }
          values.push(await toText(kv, key))
        }
      }
      return { values, cut: false }
    },
  }
}

/** Stands for whatever lies in a directory. */
const ANY = utf8('*')
const MOST_KEYS_OUTSIDE = 5000

/** The keys that are not Kubernetes': few in nearly every etcd, and found without making etcd walk those that are. */
async function keysOutside(cluster: Cluster, source: Rangeable, root: string, revision: bigint, signal: AbortSignal) {
  const prefix = utf8(root)
  const keys: string[] = []
  for (const interval of [
    { key: new Uint8Array([0]), end: prefix },
    { key: prefixEnd(prefix), end: KEYSPACE_END },
  ]) {
    for await (const page of readPrefix(source, {
      ...interval,
      revision,
      keysOnly: true,
      pageSize: 500,
      knowledge: cluster.knowledge,
      signal,
    })) {
      for (const { key } of page.kvs) {
        const text = toUtf8OrNull(key)
        if (text !== null) keys.push(text)
      }
      if (keys.length >= MOST_KEYS_OUTSIDE) return { keys, cut: true }
    }
  }
  return { keys, cut: false }
}

function levelOf(keys: readonly string[], path: string, cut: boolean): { directories: string[]; keys: string[]; cut: boolean } | null {
  const directories = new Set<string>()
  const here: string[] = []
  for (const key of keys) {
    if (!key.startsWith(`${path}/`)) continue
    const rest = key.slice(path.length + 1)
    const slash = rest.indexOf('/')
    if (slash < 0) here.push(rest)
    else directories.add(rest.slice(0, slash))
  }
  return directories.size === 0 && here.length === 0 ? null : { directories: [...directories], keys: here, cut }
}

/** What Kubernetes says of the network, at one revision. */
export interface KubernetesReading {
  nodes: NodeInput[]
  manager: KubeManagerInputs
  pods: PodInput[]
  services: ServiceInput[]
  serviceRanges: { source: KeyRef; cidr: string }[]
  notices: Notice[]
}

export const nothingRead = (): KubernetesReading => ({
  nodes: [],
  manager: { nodes: [], netConf: null },
  pods: [],
  services: [],
  serviceRanges: [],
  notices: [],
})

const NODE = selectFields([
  '.metadata.name',
  '.metadata.annotations',
  '.spec.podCIDR',
  '.spec.podCIDRs',
  '.status.addresses',
  '.status.conditions',
])
const NODE_LEASE = selectFields(['.spec.renewTime'])
const POD = selectFields([
  '.metadata.name',
  '.metadata.namespace',
  '.spec.nodeName',
  '.spec.hostNetwork',
  '.status.phase',
  '.status.podIP',
  '.status.podIPs',
])
const SERVICE = selectFields([
  '.metadata.name',
  '.metadata.namespace',
  '.spec.clusterIP',
  '.spec.clusterIPs',
  '.spec.externalIPs',
  '.spec.loadBalancerIP',
  '.status.loadBalancer.ingress',
])
const RANGE = selectFields(['.range'])
const SERVICE_CIDR = selectFields(['.spec.cidrs'])
const NET_CONF = selectFields(['.data'])

/** Reads nodes, pods, Services and their ranges: only the fields that the comparison needs, at most so many of each, page by page. */
export async function readKubernetes(
  cluster: Cluster,
  source: Rangeable,
  revision: bigint,
  signal: AbortSignal,
): Promise<KubernetesReading> {
  const reading = nothingRead()
  const root = kubernetesRoot(cluster)

  async function each(
    directory: string,
    what: string,
    fields: FieldSelection,
    most: number,
    take: (object: KubeObject, kv: KeyValue, ref: KeyRef) => void,
  ) {
    let count = 0
    let unread = 0
    let reason = ''
    for await (const page of readPrefix(source, {
      prefix: utf8(`${root}${directory}`),
      revision,
      keysOnly: false,
      pageSize: PAGE,
      knowledge: cluster.knowledge,
      signal,
    })) {
      for (const kv of page.kvs) {
        if (count >= most) {
          reading.notices.push({ severity: 'warning', message: `Only the first ${most} ${what} were compared.` })
          return
        }
        count += 1
        const key = toUtf8OrNull(kv.key)
        const { object, problem } = openObject(cluster, kv, fields)
        if (key === null || object === undefined) {
          unread += 1
          reason = problem ?? 'The key is no text.'
        } else take(object, kv, { keyspace: 'v3', key })
      }
    }
    if (unread > 0) reading.notices.push({ severity: 'warning', message: `${unread} of ${count} ${what} could not be read. ${reason}` })
  }

  const renewed = new Map<string, string>()
  await each('leases/kube-node-lease/', 'node heartbeats', NODE_LEASE, MOST_OBJECTS.nodes, (object, _, { key }) => {
    const at = text(valueAt(object, 'spec', 'renewTime'))
    if (at !== '') renewed.set(key.slice(key.lastIndexOf('/') + 1), at)
  })
  const managed: KubeManagerInputs['nodes'][number][] = []
  await each('minions/', 'nodes', NODE, MOST_OBJECTS.nodes, (object, kv, ref) => {
    const name = text(valueAt(object, 'metadata', 'name')) || ref.key.slice(ref.key.lastIndexOf('/') + 1)
    const podCIDRs = unique([text(valueAt(object, 'spec', 'podCIDR')), ...texts(valueAt(object, 'spec', 'podCIDRs'))])
    reading.nodes.push({
      source: ref,
      name,
      addresses: unique(list(valueAt(object, 'status', 'addresses')).map((one) => text(valueAt(one, 'address')))).filter(
        (address) => parseAddress(address) !== null,
      ),
      podCIDRs,
      heartbeat: newest([renewed.get(name) ?? '', ...list(valueAt(object, 'status', 'conditions')).map(heartbeatOf)]),
    })
    const annotations = valueAt(object, 'metadata', 'annotations')
    managed.push({
      source: ref,
      name,
      podCIDRs,
      annotations: isObject(annotations)
        ? Object.fromEntries(Object.entries(annotations).map(([label, value]) => [label, text(value)]))
        : {},
      created: String(kv.createRevision),
      modified: String(kv.modRevision),
    })
  })
  await each('pods/', 'pods', POD, MOST_OBJECTS.pods, (object, _, ref) => {
    const [namespace = '', name = ''] = ref.key.split('/').slice(-2)
    reading.pods.push({
      source: ref,
      namespace,
      name,
      nodeName: text(valueAt(object, 'spec', 'nodeName')) || null,
      ips: unique([
        text(valueAt(object, 'status', 'podIP')),
        ...list(valueAt(object, 'status', 'podIPs')).map((one) => text(valueAt(one, 'ip'))),
      ]),
      hostNetwork: valueAt(object, 'spec', 'hostNetwork') === true,
      phase: text(valueAt(object, 'status', 'phase')),
    })
  })
  await each('services/specs/', 'Services', SERVICE, MOST_OBJECTS.services, (object, _, ref) => {
    const [namespace = '', name = ''] = ref.key.split('/').slice(-2)
    const ips = [
      text(valueAt(object, 'spec', 'clusterIP')),
      text(valueAt(object, 'spec', 'loadBalancerIP')),
      ...texts(valueAt(object, 'spec', 'clusterIPs')),
      ...texts(valueAt(object, 'spec', 'externalIPs')),
      ...list(valueAt(object, 'status', 'loadBalancer', 'ingress')).map((one) => text(valueAt(one, 'ip'))),
    ]
    reading.services.push({ source: ref, namespace, name, ips: unique(ips).filter((ip) => parseAddress(ip) !== null) })
  })
  const ranges = new Set<string>()
  const range = (cidr: string, ref: KeyRef) => {
    if (!cidr.includes('/') || ranges.has(cidr)) return
    ranges.add(cidr)
    reading.serviceRanges.push({ source: ref, cidr })
  }
  await each('ranges/', 'service ranges', RANGE, 100, (object, _, ref) => range(text(valueAt(object, 'range')), ref))
  await each('servicecidrs/', 'ServiceCIDRs', SERVICE_CIDR, 1000, (object, _, ref) => {
    for (const cidr of texts(valueAt(object, 'spec', 'cidrs'))) range(cidr, ref)
  })

  let netConf: KubeManagerInputs['netConf'] = null
  for (const namespace of ['kube-flannel', 'kube-system']) {
    const key = `${root}configmaps/${namespace}/kube-flannel-cfg`
    const kv = (await source.range({ key: utf8(key), end: null, revision, limit: 1 }, signal)).kvs[0]
    const content = kv && text(valueAt(openObject(cluster, kv, NET_CONF).object, 'data', 'net-conf.json'))
    if (content) netConf ??= { source: { keyspace: 'v3', key }, text: content }
  }
  reading.manager = { nodes: managed, netConf }
  return reading
}

/** Only Ready is set by the kubelet itself at every report; the node controller writes `Unknown` and leaves the time of the last report. */
function heartbeatOf(condition: KubeValue): string {
  return text(valueAt(condition, 'type')) === 'Ready' ? text(valueAt(condition, 'lastHeartbeatTime')) : ''
}

function newest(instants: readonly string[]): string | null {
  let best: string | null = null
  for (const instant of instants) {
    const time = Date.parse(instant)
    if (!Number.isNaN(time) && (best === null || time > Date.parse(best))) best = instant
  }
  return best
}

const isObject = (value: unknown): value is KubeObject => typeof value === 'object' && value !== null && !Array.isArray(value)
const text = (value: KubeValue | undefined): string => (typeof value === 'string' ? value : '')
const list = (value: KubeValue | undefined): KubeValue[] => (Array.isArray(value) ? value : [])
const texts = (value: KubeValue | undefined): string[] => list(value).map(text)
const unique = (values: readonly string[]): string[] => [...new Set(values.filter((value) => value !== ''))]

function valueAt(value: KubeValue | undefined, ...path: string[]): KubeValue | undefined {
  let at: KubeValue | undefined = value
  for (const step of path) {
    if (!isObject(at) || !Object.hasOwn(at, step)) return undefined
    at = at[step]
  }
  return at
}
