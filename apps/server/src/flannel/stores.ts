// What the flannel page reads: the stores where flannel may keep its networks, and the Kubernetes objects to compare them with.
import {
  type FlannelMessage,
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
import {
  childDirectory,
  concatBytes,
  isRefusal,
  KEYSPACE_END,
  listLevel,
  prefixEnd,
  readPrefix,
  toUtf8OrNull,
  utf8,
} from '@registree/keyspace'
import type { ProblemMessage } from '@registree/kube'
import { type FieldSelection, isObject, type KubeObject, type KubeValue, selectFields, valueAt } from '@registree/kube'
import type { Cluster } from '../clusters/cluster.ts'
import { type AppError, isAppError } from '../problem.ts'
import type { Rangeable } from '../sources/cost-meter.ts'
import type { KeyValue, V2Node } from '../sources/source.ts'
import { flannelText } from '../values/flannel-text.ts'
import { kubernetesRoot, type OpenedObject, openObject, openObjects, whyUnread } from '../values/stored-objects.ts'

/** flannel's own largest network has 65,536 subnets in a /8 cut in /24. */
const MOST_LEASES = 70_000
/** A remaining time costs one request per lease. */
const MOST_TTLS = 500
const MOST_OBJECTS = { nodes: 20_000, pods: 50_000, services: 20_000 }
const LEVEL_LIMIT = 1000
const PAGE = 200

/**
 * The v2 keyspace for discovery. A missing node counts as empty; every other failure rejects. `onRead` receives the store's index at each read:
 * changes after the first of them may or may not be included. `onRefused` receives the reason why a directory may not be read.
 */
export function v2Store(
  cluster: Cluster,
  signal: AbortSignal,
  onRead: (index: bigint) => void,
  onRefused: (error: AppError) => void,
): FlannelStore {
  const node = async (path: string) => {
    try {
      const read = await cluster.opened.v2.node(path === '' ? '/' : path, signal)
      onRead(read.index)
      return read
    } catch (error) {
      if (isAppError(error, 'KEY_NOT_FOUND')) return null
      throw error
    }
  }
  return {
    keyspace: 'v2',
    async level(path) {
      const read = await unlessRefused(node(path), onRefused)
      if (read === 'refused') return read
      const children = read?.children
      if (!children) return null
      const names = (directory: boolean) =>
        children.filter((child) => child.directory === directory).map((child) => child.path.slice(child.path.lastIndexOf('/') + 1))
      return { directories: names(true), keys: names(false), cut: false }
    },
    async get(path) {
      const read = await node(path)
      return read === null || read.node.directory ? null : v2Text(cluster, read.node)
    },
    async values(path) {
      const all = ((await node(path))?.children ?? []).filter((child) => !child.directory)
      return { values: all.slice(0, MOST_LEASES).map((child) => v2Text(cluster, child)), cut: all.length > MOST_LEASES }
    },
  }
}

/** A value stored by flannel, with its keys masked. */
export function v2Text(
  { masking }: Pick<Cluster, 'masking'>,
  node: Pick<V2Node, 'path' | 'value' | 'expiration' | 'createdIndex' | 'modifiedIndex'>,
): StoredText {
  return {
    key: node.path,
    value: flannelText(node.value ?? '', { path: node.path }, masking),
    expires: node.expiration === null ? 'never' : { at: node.expiration },
    created: String(node.createdIndex),
    modified: String(node.modifiedIndex),
  }
}

/**
 * The v3 keyspace for discovery, at one revision. Keys that are not UTF-8 cannot be flannel's. `onUnasked` receives the etcd leases whose end was not
 * asked for, because there are too many.
 */
export function v3Store(
  cluster: Cluster,
  source: Rangeable,
  revision: bigint,
  now: () => Date,
  signal: AbortSignal,
  onUnasked: (key: string, lease: bigint) => void,
): FlannelStore {
  const root = kubernetesRoot(cluster)
  let outside: Promise<{ keys: string[]; cut: boolean } | 'refused'> | null = null
  let ttls = 0
  const toText = async (kv: KeyValue, key: string): Promise<StoredText> => {
    const ends = kv.lease !== 0n && cluster.opened.source === 'etcd'
    const ask = ends && ttls < MOST_TTLS
    if (ask) ttls += 1
    else if (ends) onUnasked(key, kv.lease)
    return v3Text(cluster, kv, key, ask ? await leaseEnd(cluster, kv.lease, now(), signal) : null)
  }
  return {
    keyspace: 'v3',
    async level(path) {
      const inKubernetes = root === '/' || `${path}/`.startsWith(root)
      outside ??=
        root === '/' ? Promise.resolve({ keys: [], cut: false }) : unlessRefused(keysOutside(cluster, source, root, revision, signal))
      const known = await outside
      if (known !== 'refused' && (path === '' || (!inKubernetes && !known.cut))) return levelOf(known.keys, path, known.cut)
      // A user who may not read everything may still read this.
      if (path === '') return 'refused'
      const page = await unlessRefused(
        listLevel(source, {
          prefix: utf8(`${path}/`),
          revision,
          cursor: undefined,
          limit: LEVEL_LIMIT,
          knowledge: cluster.knowledge,
          signal,
        }),
      )
      if (page === 'refused') return page
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
        const texts: Promise<StoredText>[] = []
        for (const kv of page.kvs) {
          const key = toUtf8OrNull(kv.key)
          if (key === null || childDirectory(kv.key, prefix) !== null) continue
          if (values.length + texts.length >= MOST_LEASES) return { values: [...values, ...(await Promise.all(texts))], cut: true }
          texts.push(toText(kv, key))
        }
        values.push(...(await Promise.all(texts)))
      }
      return { values, cut: false }
    },
  }
}

/** Resolves to `refused` if the user may not read it. */
async function unlessRefused<T>(read: Promise<T>, onRefused: (error: AppError) => void = () => {}): Promise<T | 'refused'> {
  try {
    return await read
  } catch (error) {
    if (!isAppError(error, 'SOURCE_FORBIDDEN')) throw error
    onRefused(error)
    return 'refused'
  }
}

/** A value stored by flannel, with its keys masked. `ends` is when its lease expires; null if unknown. */
export function v3Text({ masking }: Pick<Cluster, 'masking'>, kv: KeyValue, key: string, ends: string | null): StoredText {
  return {
    key,
    value: flannelText(kv.value, { key: kv.key }, masking),
    expires: kv.lease === 0n ? 'never' : ends === null ? 'unknown' : { at: ends },
    created: String(kv.createRevision),
    modified: String(kv.modRevision),
  }
}

/** When an etcd lease expires; null if it is gone or unknown. */
export async function leaseEnd(cluster: Cluster, lease: bigint, now: Date, signal: AbortSignal): Promise<string | null> {
  // In a file leases do not run: the remaining time starts when a member starts.
  if (cluster.opened.source === 'file') return null
  const ttl = (await cluster.opened.v3.lease(lease, signal))?.ttl ?? null
  return ttl === null ? null : new Date(now.getTime() + Number(ttl) * 1000).toISOString()
}

/** Matches everything in a directory. */
const ANY = utf8('*')
const MOST_KEYS_OUTSIDE = 5000

/** The keys outside Kubernetes: usually few, and found without making etcd walk the others. */
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

type ManagedNode = KubeManagerInputs['nodes'][number]

/** The network as Kubernetes sees it: nodes at one revision; pods and the rest at the same revision, or at an earlier one that was kept. */
export interface KubernetesReading {
  revision: bigint | null
  nodesReadAt: Date | null
  podsReadAt: Date | null
  nodes: NodeInput[]
  manager: KubeManagerInputs
  pods: PodInput[]
  services: ServiceInput[]
  serviceRanges: { source: KeyRef; cidr: string }[]
  nodeNotices: Notice[]
  podNotices: Notice[]
  /** What the user may not read of it, in words. */
  refused: string[]
  /** Whether the nodes' leases could be read: without them the last heartbeats are unknown. */
  heartbeatsRead: boolean
}

export const nothingRead = (): KubernetesReading => ({
  revision: null,
  nodesReadAt: null,
  podsReadAt: null,
  nodes: [],
  manager: { nodes: [], netConf: null },
  pods: [],
  services: [],
  serviceRanges: [],
  nodeNotices: [],
  podNotices: [],
  refused: [],
  heartbeatsRead: true,
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

/** Where the ConfigMap with flannel's settings may be. */
export const netConfKeys = (cluster: Cluster): string[] =>
  ['kube-flannel', 'kube-system'].map((namespace) => `${kubernetesRoot(cluster)}configmaps/${namespace}/kube-flannel-cfg`)

/** The directory of the nodes. */
export const nodesDirectory = (cluster: Cluster): string => `${kubernetesRoot(cluster)}minions/`

/** Why an object was not read. */
type Unread = readonly (ProblemMessage | FlannelMessage)[]
const KEY_NO_TEXT: Unread = [{ code: 'key-no-text', params: {} }]

/** What is compared, as messages and the names of watches call it. */
const COMPARED = {
  'node heartbeats': 'heartbeats',
  nodes: 'nodes',
  'service ranges': 'ranges',
  ServiceCIDRs: 'cidrs',
  pods: 'pods',
  Services: 'services',
} as const

/** One Node for the comparison; null with the reason if its value is not an object. `renewed` is its last heartbeat from its lease. */
export async function readNode(cluster: Cluster, kv: KeyValue, renewed: string | null, signal: AbortSignal): Promise<NodeRead> {
  return nodeOf(kv, await openObject(cluster, kv, NODE, { signal }), renewed)
}

type NodeRead = { node: NodeInput; managed: ManagedNode } | { node: null; why: Unread }

/** What is compared may be in the part that did not decode. */
const wholeOf = ({ object, problem }: OpenedObject): KubeObject | undefined => (problem === undefined ? object : undefined)

function nodeOf(kv: KeyValue, opened: OpenedObject, renewed: string | null): NodeRead {
  const key = toUtf8OrNull(kv.key)
  const object = wholeOf(opened)
  if (key === null || object === undefined) return { node: null, why: key === null ? KEY_NO_TEXT : whyUnread(opened) }
  const source: KeyRef = { keyspace: 'v3', key }
  const name = text(valueAt(object, 'metadata', 'name')) || lastPart(key)
  const podCIDRs = unique([text(valueAt(object, 'spec', 'podCIDR')), ...texts(valueAt(object, 'spec', 'podCIDRs'))])
  const annotations = valueAt(object, 'metadata', 'annotations')
  return {
    node: {
      source,
      name,
      addresses: unique(list(valueAt(object, 'status', 'addresses')).map((one) => text(valueAt(one, 'address')))).filter(
        (address) => parseAddress(address) !== null,
      ),
      podCIDRs,
      heartbeat: newest([renewed ?? '', ...list(valueAt(object, 'status', 'conditions')).map(heartbeatOf)]),
    },
    managed: {
      source,
      name,
      podCIDRs,
      annotations: isObject(annotations)
        ? Object.fromEntries(Object.entries(annotations).map(([label, value]) => [label, text(value)]))
        : {},
      created: String(kv.createRevision),
      modified: String(kv.modRevision),
    },
  }
}

/** `net-conf.json` of a ConfigMap; null if there is none. */
export async function readNetConf(cluster: Cluster, kv: KeyValue, signal: AbortSignal): Promise<string | null> {
  const { object } = await openObject(cluster, kv, NET_CONF, { signal })
  return text(valueAt(object, 'data', 'net-conf.json')) || null
}

/** Large parts that need not be read again each time. */
export type KeptFromBefore = Pick<KubernetesReading, 'podsReadAt' | 'pods' | 'services' | 'podNotices'>

/**
 * Reads nodes and their heartbeats, and unless given, pods and Services: only the fields that the comparison needs, up to a limit of each, page by
 * page.
 */
export async function readKubernetes(
  cluster: Cluster,
  source: Rangeable,
  revision: bigint,
  now: () => Date,
  signal: AbortSignal,
  kept: KeptFromBefore | null = null,
): Promise<KubernetesReading> {
  const root = kubernetesRoot(cluster)
  const reading = nothingRead()
  reading.revision = revision
  reading.nodesReadAt = now()

  async function each(
    directory: string,
    what: keyof typeof COMPARED,
    most: number,
    notices: Notice[],
    fields: FieldSelection,
    take: (kv: KeyValue, opened: OpenedObject) => Unread | null,
  ): Promise<void> {
    let seen = 0
    let count = 0
    let unread = 0
    let why: Unread = []
    const pages = readPrefix(source, {
      prefix: utf8(`${root}${directory}`),
      revision,
      keysOnly: false,
      pageSize: PAGE,
      knowledge: cluster.knowledge,
      signal,
    })
    try {
      for await (const page of pages) {
        for await (const { kv, opened } of openObjects(cluster, page.kvs.slice(0, most - count), fields, { signal })) {
          count += 1
          const problem = take(kv, opened)
          if (problem === null) continue
          unread += 1
          why = problem
        }
        seen += page.kvs.length
        if (seen > most) {
          notices.push({ severity: 'warning', says: { code: 'compared-first', params: { most, what: COMPARED[what] } } })
          return
        }
      }
    } catch (error) {
      if (!isRefusal(error)) throw error
      reading.refused.push(what)
    }
    if (unread > 0)
      notices.push({ severity: 'warning', says: { code: 'compared-unread', params: { unread, count, what: COMPARED[what], why } } })
  }
  const objects =
    (take: (object: KubeObject, ref: KeyRef) => void) =>
    (kv: KeyValue, opened: OpenedObject): Unread | null => {
      const key = toUtf8OrNull(kv.key)
      const object = wholeOf(opened)
      if (key === null || object === undefined) return key === null ? KEY_NO_TEXT : whyUnread(opened)
      take(object, { keyspace: 'v3', key })
      return null
    }

  const renewed = new Map<string, string>()
  const { nodeNotices } = reading
  const heartbeat = objects((object, { key }) => {
    const at = text(valueAt(object, 'spec', 'renewTime'))
    if (at !== '') renewed.set(lastPart(key), at)
  })
  await each('leases/kube-node-lease/', 'node heartbeats', MOST_OBJECTS.nodes, nodeNotices, NODE_LEASE, heartbeat)
  reading.heartbeatsRead = reading.refused.length === 0
  const managed: ManagedNode[] = []
  await each('minions/', 'nodes', MOST_OBJECTS.nodes, nodeNotices, NODE, (kv, opened) => {
    const read = nodeOf(kv, opened, renewed.get(lastPart(Buffer.from(kv.key).toString())) ?? null)
    if (read.node === null) return read.why
    reading.nodes.push(read.node)
    managed.push(read.managed)
    return null
  })
  const ranges = new Set<string>()
  const range = (cidr: string, ref: KeyRef) => {
    if (!cidr.includes('/') || ranges.has(cidr)) return
    ranges.add(cidr)
    reading.serviceRanges.push({ source: ref, cidr })
  }
  const rangeOf = objects((object, ref) => range(text(valueAt(object, 'range')), ref))
  await each('ranges/', 'service ranges', 100, nodeNotices, RANGE, rangeOf)
  const cidrsOf = objects((object, ref) => {
    for (const cidr of texts(valueAt(object, 'spec', 'cidrs'))) range(cidr, ref)
  })
  await each('servicecidrs/', 'ServiceCIDRs', 1000, nodeNotices, SERVICE_CIDR, cidrsOf)
  let netConf: KubeManagerInputs['netConf'] = null
  for (const key of netConfKeys(cluster)) {
    const reply = await unlessRefused(source.range({ key: utf8(key), end: null, revision, limit: 1 }, signal))
    if (reply === 'refused') {
      reading.refused.push(key)
      continue
    }
    const [kv] = reply.kvs
    const content = kv && (await readNetConf(cluster, kv, signal))
    if (content) netConf ??= { source: { keyspace: 'v3', key }, text: content }
  }
  reading.manager = { nodes: managed, netConf }
  if (kept !== null) {
    const { podsReadAt, pods, services, podNotices } = kept
    return { ...reading, podsReadAt, pods, services, podNotices }
  }

  reading.podsReadAt = now()
  const { podNotices } = reading
  const pod = objects((object, ref) => {
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
  await each('pods/', 'pods', MOST_OBJECTS.pods, podNotices, POD, pod)
  const service = objects((object, ref) => {
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
  await each('services/specs/', 'Services', MOST_OBJECTS.services, podNotices, SERVICE, service)
  return reading
}

/** The kubelet itself sets only Ready at every report; the node controller writes `Unknown` and keeps the time of the last report. */
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

const lastPart = (key: string): string => key.slice(key.lastIndexOf('/') + 1)
const text = (value: KubeValue | undefined): string => (typeof value === 'string' ? value : '')
const list = (value: KubeValue | undefined): KubeValue[] => (Array.isArray(value) ? value : [])
const texts = (value: KubeValue | undefined): string[] => list(value).map(text)
const unique = (values: readonly string[]): string[] => [...new Set(values.filter((value) => value !== ''))]
