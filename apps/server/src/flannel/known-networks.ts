// The known state of flannel: a reading with every later change applied. It sends nothing; new changes are collected from it in one piece.
import type { FlannelChange } from '@registree/contract'
import {
  discoverKubernetes,
  type FlannelMessage,
  type FoundNetwork,
  type NodeInput,
  nodeFinder,
  parseNetworkConfig,
  parseSubnetLease,
  type SubnetLease,
} from '@registree/flannel'
import { toUtf8OrNull } from '@registree/keyspace'
import type { Cluster } from '../clusters/cluster.ts'
import { inEnglish } from '../messages/in-english.ts'
import type { V2Change, V3Change } from '../sources/source.ts'
import type { NodeOf } from './answer.ts'
import { affectedBy, compareLeases, holderOf, ranOut, subjectOf } from './changes.ts'
import type { FlannelReading } from './networks.ts'
import { type KubernetesReading, readNetConf, readNode, v2Text, v3Text } from './stores.ts'

/** How long a lease may be overdue before it is read again, in ms: etcd needs a moment to remove it. */
const OVERDUE_MS = 5000

/** Changes not yet collected. */
export interface Unsent {
  log: Omit<FlannelChange, 'id'>[]
  set: Map<FoundNetwork, Map<string, SubnetLease>>
  removed: Map<FoundNetwork, Set<string>>
  /** More than leases changed: a page has to read everything again. */
  reload: boolean
}

export interface KnownNetworksEvents {
  /** Called when something changed. */
  onNews: () => void
  /** Called when networks appeared or went: a new reading is needed. */
  onReread: () => void
}

type LeaseEnd = (network: FoundNetwork, key: string, lease: bigint) => Promise<string | null>

export class KnownNetworks {
  readonly #cluster: Cluster
  readonly #now: () => Date
  readonly #events: KnownNetworksEvents
  readonly reading: FlannelReading
  readonly #leases: Map<FoundNetwork, Map<string, SubnetLease>>
  #unsent: Unsent = nothingUnsent()
  #finder: { nodes: readonly NodeInput[]; find: NodeOf } = { nodes: [], find: () => null }
  /** Leases appeared, went or moved since pods were read. */
  podsDue = false

  constructor(cluster: Cluster, now: () => Date, reading: FlannelReading, events: KnownNetworksEvents) {
    this.#cluster = cluster
    this.#now = now
    this.#events = events
    this.reading = reading
    this.#leases = new Map(reading.networks.map((network) => [network, byKey(network.leases)]))
  }

  /** The reading with its current leases, in key order. */
  materialised(): FlannelReading {
    for (const network of this.reading.networks) {
      const leases = [...(this.#leases.get(network)?.values() ?? [])]
      network.leases = leases.sort((a, b) => (a.source.key < b.source.key ? -1 : 1))
    }
    return { ...this.reading, readAt: this.#now() }
  }

  /** Returns the changes once; null if there are none. */
  takeUnsent(): Unsent | null {
    const unsent = this.#unsent
    if (unsent.log.length === 0 && unsent.set.size === 0 && unsent.removed.size === 0 && !unsent.reload) return null
    this.#unsent = nothingUnsent()
    return unsent
  }

  /** Makes pages read everything again. */
  reload(): void {
    this.#unsent.reload = true
  }

  get nodeOf(): NodeOf {
    const { nodes } = this.reading.kubernetes
    if (this.#finder.nodes !== nodes) this.#finder = { nodes, find: nodeFinder(nodes) }
    return this.#finder.find
  }

  /** Whether an expired lease still exists after a while. */
  get overdue(): boolean {
    const before = this.#now().getTime() - OVERDUE_MS
    for (const leases of this.#leases.values())
      for (const { expiration } of leases.values()) if (expiration !== null && Date.parse(expiration) < before) return true
    return false
  }

  // --- changes in etcd

  applyV2({ action, index, path, node }: V2Change): void {
    const what = affectedBy(this.reading.networks, 'etcd-v2', path, node === null)
    if (what.what === 'networks') this.#events.onReread()
    if (what.what === 'config' && node !== null && !node.directory) this.#setConfig(what.network, v2Text(this.#cluster, node).value, index)
    if (what.what !== 'lease') return
    if (node === null) this.#removeLease(what.network, path, index, action === 'expire' ? 'expired' : 'removed')
    else if (!node.directory)
      this.#setLease(
        what.network,
        parseSubnetLease({ ...v2Text(this.#cluster, node), source: { keyspace: 'v2', key: path }, name: what.name }),
      )
  }

  async applyV3({ key, revision, kv }: V3Change, leaseEnd: LeaseEnd): Promise<void> {
    const path = toUtf8OrNull(key)
    if (path === null) return
    const what = affectedBy(this.reading.networks, 'etcd-v3', path, kv === null)
    if (what.what === 'networks') this.#events.onReread()
    if (what.what === 'config' && kv !== null) this.#setConfig(what.network, v3Text(this.#cluster, kv, path, null).value, revision)
    if (what.what !== 'lease') return
    const { network, name } = what
    if (kv === null) {
      const lease = this.#leases.get(network)?.get(path)
      this.#removeLease(network, path, revision, lease && ranOut(lease, this.#now()) ? 'expired' : 'removed')
      return
    }
    const ends = kv.lease === 0n ? null : await leaseEnd(network, path, kv.lease)
    this.#setLease(network, parseSubnetLease({ ...v3Text(this.#cluster, kv, path, ends), source: { keyspace: 'v3', key: path }, name }))
  }

  async applyNode({ key, kv }: V3Change, signal: AbortSignal): Promise<void> {
    const path = toUtf8OrNull(key)
    if (path === null) return
    const heartbeat = this.reading.kubernetes.nodes.find(({ source }) => source.key === path)?.heartbeat ?? null
    const read = kv === null ? null : await readNode(this.#cluster, kv, heartbeat, signal)
    const { kubernetes } = this.reading
    const before = kubernetes.manager.nodes.find(({ source }) => source.key === path)
    if (read !== null && read.node === null) return
    const relevant = (node: typeof before) =>
      node && JSON.stringify([node.podCIDRs, Object.entries(node.annotations).filter(([name]) => name.startsWith('flannel.'))])
    const replace = <T extends { source: { key: string } }>(list: readonly T[], item: T | undefined): T[] => {
      const at = list.findIndex(({ source }) => source.key === path)
      if (at < 0) return item === undefined ? [...list] : [...list, item]
      return item === undefined ? list.toSpliced(at, 1) : list.with(at, item)
    }
    kubernetes.nodes = replace(kubernetes.nodes, read?.node)
    kubernetes.manager = { ...kubernetes.manager, nodes: replace(kubernetes.manager.nodes, read?.managed) }
    // A kubelet updates its Node all the time; only the fields that flannel reads matter.
    if (relevant(before) !== relevant(read?.managed)) this.#refreshManaged()
  }

  async applyNetConf({ key, kv }: V3Change, signal: AbortSignal): Promise<void> {
    const path = toUtf8OrNull(key)
    if (path === null) return
    const text = kv === null ? null : await readNetConf(this.#cluster, kv, signal)
    const { kubernetes } = this.reading
    if (text === kubernetes.manager.netConf?.text) return
    const source = { keyspace: 'v3', key: path } as const
    kubernetes.manager = { ...kubernetes.manager, netConf: text === null ? null : { source, text } }
    const network = this.#refreshManaged()
    if (network !== null) this.#logLine(network, { kind: 'config', subject: path, holder: null, detail: null, source })
    this.#unsent.reload = true
    this.#events.onNews()
  }

  /** Sets when a key's lease ends, if that was unknown when the key was read. */
  setEnd(network: FoundNetwork, key: string, expiration: string): void {
    const lease = this.#leases.get(network)?.get(key)
    if (lease === undefined) return
    const told = { ...lease, expiration }
    this.#leases.get(network)?.set(key, told)
    entryOf(this.#unsent.set, network, () => new Map()).set(key, told)
  }

  /** Sets nodes, heartbeats and perhaps pods from a new reading. */
  setKubernetes(kubernetes: KubernetesReading): void {
    const names = ({ nodes }: KubernetesReading) => nodes.map(({ name, addresses }) => `${name} ${addresses.join(' ')}`).join('\n')
    // A lease includes the name of its node, so new nodes change the names.
    if (names(this.reading.kubernetes) !== names(kubernetes)) this.#unsent.reload = true
    this.reading.kubernetes = kubernetes
    if (this.reading.networks.some(({ manager }) => manager === 'kubernetes')) this.#refreshManaged()
  }

  /** Takes over the uncollected changes of the previous state, and logs the differences. */
  continueFrom(before: KnownNetworks): void {
    this.#unsent.log = before.#unsent.log
    this.podsDue = before.podsDue
    const old = new Map(before.reading.networks.map((network) => [network.id, before.#leases.get(network) ?? new Map()]))
    for (const network of this.reading.networks) {
      const was: Map<string, SubnetLease> | undefined = old.get(network.id)
      if (was === undefined) continue
      const is = byKey(network.leases)
      const line = (lease: SubnetLease) => ({ subject: subjectOf(lease), holder: this.#holder(lease), source: lease.source })
      for (const [key, lease] of was) {
        if (!is.has(key)) this.#logLine(network, { kind: ranOut(lease, this.#now()) ? 'expired' : 'removed', detail: null, ...line(lease) })
      }
      for (const [key, lease] of is) {
        const difference = compareLeases(was.get(key), lease)
        if (difference !== null && difference.kind !== 'renewed') this.#logLine(network, { ...difference, ...line(lease) })
      }
    }
  }

  // --- effects on leases and settings

  #setConfig(network: FoundNetwork, text: string, at: bigint): void {
    network.config = parseNetworkConfig(text)
    const source = network.configSource
    if (source === null) return
    this.#logLine(network, {
      kind: 'config',
      subject: source.key,
      holder: null,
      detail: [{ code: 'config-at', params: { at: String(at) } }],
      source,
    })
    this.#unsent.reload = true
    this.podsDue = true
    this.#events.onNews()
  }

  /** Reads the Kubernetes subnet manager's leases from the Nodes again, and records the differences. */
  #refreshManaged(): FoundNetwork | null {
    const before = this.reading.networks.find(({ manager }) => manager === 'kubernetes')
    const after = discoverKubernetes(this.reading.kubernetes.manager)
    if (before === undefined || after === null) {
      this.#events.onReread()
      return null
    }
    const leases = byKey(after.leases)
    for (const lease of before.leases) if (!leases.has(lease.source.key)) this.#removeLease(before, lease.source.key, null, 'removed')
    for (const lease of after.leases) this.#setLease(before, lease)
    before.config = after.config
    before.configSource = after.configSource
    before.notices = after.notices
    return before
  }

  #setLease(network: FoundNetwork, lease: SubnetLease): void {
    const { key } = lease.source
    const leases = this.#leases.get(network)
    const before = leases?.get(key)
    if (leases === undefined) return
    const managed = network.manager === 'kubernetes'
    // A change from before the reading is delivered again when following begins.
    if (!managed && before?.modified && lease.modified && BigInt(before.modified) >= BigInt(lease.modified)) return
    const difference = compareLeases(before, lease)
    leases.set(key, lease)
    if (difference === null || (managed && difference.kind === 'renewed')) return
    entryOf(this.#unsent.set, network, () => new Map()).set(key, lease)
    this.#unsent.removed.get(network)?.delete(key)
    this.#logLine(network, { ...difference, subject: subjectOf(lease), holder: this.#holder(lease), source: lease.source })
    if (difference.kind !== 'renewed') this.podsDue = true
    this.#events.onNews()
  }

  #removeLease(network: FoundNetwork, key: string, at: bigint | null, kind: 'expired' | 'removed'): void {
    const leases = this.#leases.get(network)
    const before = leases?.get(key)
    if (leases === undefined || before === undefined) return
    if (at !== null && before.modified !== null && BigInt(before.modified) >= at) return
    leases.delete(key)
    entryOf(this.#unsent.removed, network, () => new Set()).add(key)
    this.#unsent.set.get(network)?.delete(key)
    this.#logLine(network, { kind, detail: null, subject: subjectOf(before), holder: this.#holder(before), source: before.source })
    this.podsDue = true
    this.#events.onNews()
  }

  #holder(lease: SubnetLease): string | null {
    return holderOf(lease, this.nodeOf(lease))
  }

  #logLine(
    network: FoundNetwork,
    { detail, ...line }: Omit<FlannelChange, 'id' | 'at' | 'network' | 'detail'> & { detail: FlannelMessage[] | null },
  ): void {
    const said = detail && { text: inEnglish.flannelChange(detail), sentences: detail }
    this.#unsent.log.push({ ...line, detail: said, at: this.#now().toISOString(), network: network.id })
  }
}

const nothingUnsent = (): Unsent => ({ log: [], set: new Map(), removed: new Map(), reload: false })
const byKey = (leases: readonly SubnetLease[]) => new Map(leases.map((lease) => [lease.source.key, lease]))

function entryOf<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const known = map.get(key)
  if (known !== undefined) return known
  const made = make()
  map.set(key, made)
  return made
}
