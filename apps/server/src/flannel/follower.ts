// Follows flannel's keys of one cluster for all pages that look at them: one set of watches, and few reads however many changes there are.
import { randomBytes } from 'node:crypto'
import { setMaxListeners } from 'node:events'
import type { FlannelChange, FlannelNews, FlannelTouch } from '@registree/contract'
import {
  discoverKubernetes,
  type FoundNetwork,
  type NodeInput,
  nodeFinder,
  parseNetworkConfig,
  parseSubnetLease,
  type SubnetLease,
} from '@registree/flannel'
import { prefixEnd, toUtf8OrNull, utf8 } from '@registree/keyspace'
import type { Cluster } from '../clusters/cluster.ts'
import { isAppError } from '../problem.ts'
import { CostMeter, metered } from '../sources/cost-meter.ts'
import { pause } from '../sources/pause.ts'
import type { V2Change, V3Change, WatchReply } from '../sources/source.ts'
import { inTurn } from '../streams/in-turn.ts'
import { judge, type NodeOf, toCompared, toWireLease, toWirePlans } from './answer.ts'
import { compareLeases, holderOf, ranOut, subjectOf, touched } from './changes.ts'
import { type FlannelReading, flannelPlaces, readFlannel } from './networks.ts'
import { leaseEnd, netConfKeys, nodesDirectory, readKubernetes, readNetConf, readNode, v2Text, v3Text } from './stores.ts'

export interface FollowerTimes {
  /** Changes of so many ms travel together. */
  gatherMs: number
  /** Findings are made anew so long after a change, and at most once in this time. */
  judgeMs: number
  /** Nodes and heartbeats are read again this often while a page is open. */
  nodesMs: number
  /** Pods are read again at most this often, and only when leases came, went or moved. */
  podsMs: number
  /** The first pause after touch was lost; it doubles up to twenty times as long. */
  retryMs: number
  /** What is known is kept so long when nobody looks. */
  keepMs: number
}

const TIMES: FollowerTimes = { gatherMs: 100, judgeMs: 1000, nodesMs: 60_000, podsMs: 60_000, retryMs: 500, keepMs: 60_000 }
/** Directories that are followed in a keyspace. */
const MOST_PLACES = 8
const MOST_LOG = 200
const MOST_HISTORY = 200
/** A v3 key does not say when it ends: that is asked lease by lease, so many at once, and this many a second after. */
const LEASES_AT_ONCE = 50
const LEASES_PER_SECOND = 50
const OVERDUE_MS = 5000

/** One thing that is watched; `at` is what it has told up to. */
interface Place {
  name: string
  at: bigint
  stands: boolean
  follow(after: bigint, signal: AbortSignal): AsyncIterable<WatchReply<V2Change | V3Change>>
  take(change: V2Change | V3Change): Promise<void> | void
}

/** Everything that is known at one time, and what came after it. */
interface State {
  epoch: string
  version: number
  reading: FlannelReading
  leases: Map<FoundNetwork, Map<string, SubnetLease>>
  /** By place, so that following can stop and go on. */
  positions: Map<string, bigint>
  history: { version: number; news: FlannelNews }[]
}

interface Pending {
  log: FlannelChange[]
  set: Map<FoundNetwork, Map<string, SubnetLease>>
  removed: Map<FoundNetwork, Set<string>>
  reload: boolean
}

type Listener = (news: FlannelNews) => void

export class FlannelFollower {
  readonly #cluster: Cluster
  readonly #now: () => Date
  readonly #times: FollowerTimes
  readonly #listeners = new Set<Listener>()
  #state: State | null = null
  #run: AbortController | null = null
  #places: Place[] = []
  #touch: FlannelTouch
  #log: FlannelChange[] = []
  #logged = 0
  #pending: Pending = nothingPending()
  /** What was told while everything is read again: it may or may not be in what is read. */
  #meanwhile: [Place, V2Change | V3Change][] | null = null
  #finder: { nodes: readonly NodeInput[]; find: NodeOf } = { nodes: [], find: () => null }
  readonly #timers = new Map<string, NodeJS.Timeout>()
  #rereading: Promise<void> | null = null
  #verdicts: FlannelNews['verdicts'] | null = null
  #judgedIn = 0
  #podsDue = false
  #tokens = { left: LEASES_AT_ONCE, at: 0 }
  readonly #unasked = new Map<string, { network: FoundNetwork; lease: bigint }>()

  constructor(cluster: Cluster, now: () => Date, times: Partial<FollowerTimes> = {}) {
    this.#cluster = cluster
    this.#now = now
    this.#times = { ...TIMES, ...times }
    this.#touch = { following: false, since: now().toISOString(), reason: null }
  }

  /** What is known: followed, where somebody follows it and touch is not lost; read now otherwise. */
  async current(meter: CostMeter, signal: AbortSignal): Promise<{ reading: FlannelReading; token: string | null }> {
    if (this.#run !== null && this.#touch.following && this.#state !== null) {
      this.#flush()
      return { reading: this.#materialised(this.#state), token: tokenOf(this.#state) }
    }
    const reading = await inTurn(this.#cluster, signal, () => readFlannel(this.#cluster, meter, this.#now, signal))
    if (this.#cluster.opened.source !== 'etcd') return { reading, token: null }
    if (this.#run === null) this.#keep(reading)
    return { reading, token: this.#run === null && this.#state !== null ? tokenOf(this.#state) : null }
  }

  /** Tells `listener` what comes after `token`, until the returned function is called. */
  subscribe(token: string | null, listener: Listener): () => void {
    this.#listeners.add(listener)
    this.#cancel('keep')
    if (this.#run === null) this.#start()
    const state = this.#state
    this.#flush()
    const hello: FlannelNews = { token: state === null ? '' : tokenOf(state), touch: this.#touch, log: this.#log }
    if (state !== null) {
      const leases = leasesAfter(state, token)
      if (leases === null) hello.reload = true
      else if (leases.length > 0) hello.leases = leases
    }
    const verdicts = this.#verdicts
    if (verdicts) hello.verdicts = verdicts
    listener(hello)
    return () => {
      if (!this.#listeners.delete(listener) || this.#listeners.size > 0) return
      this.#stop()
    }
  }

  /** Watches open at this moment. */
  get watches(): number {
    return this.#run === null ? 0 : this.#places.length
  }

  close(): void {
    this.#listeners.clear()
    this.#stop()
    this.#cancel('keep')
    this.#state = null
  }

  // --- beginning and ending

  #keep(reading: FlannelReading): void {
    const leases = new Map(reading.networks.map((network) => [network, byKey(network.leases)]))
    this.#state = { epoch: randomBytes(6).toString('hex'), version: 0, reading, leases, positions: new Map(), history: [] }
    this.#verdicts = null
    this.#unasked.clear()
    for (const network of reading.networks) {
      for (const { source } of network.leases) {
        const lease = source.keyspace === 'v3' ? reading.unasked.get(source.key) : undefined
        if (lease !== undefined) this.#unasked.set(source.key, { network, lease })
      }
    }
    if (this.#listeners.size === 0) this.#later('keep', this.#times.keepMs, () => this.#forget())
  }

  #forget(): void {
    if (this.#run !== null) return
    this.#state = null
    this.#log = []
  }

  #start(): void {
    const run = new AbortController()
    // Every watch hangs on it.
    setMaxListeners(0, run.signal)
    this.#run = run
    this.#touch = { following: false, since: this.#now().toISOString(), reason: null }
    void (async () => {
      if (this.#state === null) await this.#readAnew(run.signal)
      if (run.signal.aborted) return
      this.#openPlaces(run.signal)
      this.#everyNodes(run.signal)
    })()
  }

  #stop(): void {
    this.#run?.abort()
    this.#run = null
    this.#flush()
    const state = this.#state
    for (const place of this.#places) state?.positions.set(place.name, place.at)
    this.#places = []
    this.#rereading = null
    this.#meanwhile = null
    for (const name of ['judge', 'nodes', 'pods', 'ask', 'again']) this.#cancel(name)
    // Who comes back soon goes on where this ended.
    this.#later('keep', this.#times.keepMs, () => this.#forget())
  }

  // --- watches

  #openPlaces(signal: AbortSignal): void {
    const state = this.#state
    if (state === null) return
    const { reading } = state
    const { v2, v3 } = this.#cluster.opened
    const wanted: Omit<Place, 'at' | 'stands'>[] = []
    const places = flannelPlaces(this.#cluster, reading.networks)
    const { index, revision } = reading
    if (index !== null) {
      for (const path of places.slice(0, MOST_PLACES)) {
        wanted.push({
          name: `v2 ${path}`,
          follow: (after, gone) => v2.watch({ path, after }, gone),
          take: (change) => this.#takeV2(change as V2Change),
        })
      }
    }
    if (revision !== null) {
      const interval = (name: string, key: Uint8Array, end: Uint8Array | null, take: (change: V3Change) => Promise<void> | void) =>
        wanted.push({
          name,
          follow: (after, gone) => v3.watch({ key, end, after }, gone),
          take: (change) => take(change as V3Change),
        })
      for (const path of places.slice(0, MOST_PLACES)) {
        const prefix = utf8(`${path}/`)
        interval(`v3 ${path}/`, prefix, prefixEnd(prefix), (change) => this.#takeV3(change, signal))
      }
      if (reading.networks.some(({ manager }) => manager === 'kubernetes')) {
        const nodes = utf8(nodesDirectory(this.#cluster))
        interval('v3 nodes', nodes, prefixEnd(nodes), (change) => this.#takeNode(change, signal))
        for (const key of netConfKeys(this.#cluster)) interval(`v3 ${key}`, utf8(key), null, (change) => this.#takeNetConf(change, signal))
      }
    }
    const known = new Map(this.#places.map((place) => [place.name, place]))
    // A watch of what the user may not read would be refused again and again.
    const watched = wanted.filter(({ name }) => !reading.refused.has(name))
    const added: Place[] = []
    this.#places = watched.map((place) => {
      const old = known.get(place.name)
      if (old !== undefined) return old
      const begin = state.positions.get(place.name) ?? (place.name.startsWith('v2 ') ? index : revision) ?? 0n
      const fresh: Place = { ...place, at: begin, stands: false }
      added.push(fresh)
      return fresh
    })
    for (const place of added) void this.#followPlace(place, signal)
    if (this.#unasked.size > 0) this.#later('ask', 1000, () => void this.#askMore(signal))
    this.#tellTouch(null)
  }

  async #followPlace(place: Place, signal: AbortSignal): Promise<void> {
    let wait = this.#times.retryMs
    while (!signal.aborted && this.#places.includes(place)) {
      try {
        for await (const reply of place.follow(place.at, signal)) {
          if (!this.#places.includes(place)) return
          if (!place.stands) {
            place.stands = true
            wait = this.#times.retryMs
            this.#tellTouch(null)
          }
          if (reply.kind === 'gap') void this.#reread(signal)
          else {
            for (const change of reply.changes) {
              this.#meanwhile?.push([place, change])
              await place.take(change)
            }
          }
          place.at = reply.at
        }
        return
      } catch (error) {
        if (signal.aborted) return
        place.stands = false
        this.#tellTouch(isAppError(error) ? error.message : 'Following etcd failed unexpectedly.')
        await pause(wait, signal)
        wait = Math.min(wait * 2, this.#times.retryMs * 20)
      }
    }
  }

  /** Says it when touch is lost or regained, once. */
  #tellTouch(reason: string | null): void {
    const following = this.#state !== null && this.#places.every(({ stands }) => stands)
    const before = this.#touch
    if (following === before.following && (following || before.reason !== null || reason === null)) return
    const since = following === before.following ? before.since : this.#now().toISOString()
    this.#touch = { following, since, reason: following ? null : (reason ?? before.reason) }
    this.#tell({ touch: this.#touch })
  }

  // --- changes

  async #takeV2({ action, index, path, node }: V2Change): Promise<void> {
    const state = this.#state
    if (state === null) return
    const what = touched(state.reading.networks, 'etcd-v2', path, node === null)
    if (what.what === 'networks') void this.#reread(this.#signal())
    if (what.what === 'config' && node !== null && !node.directory) this.#takeConfig(what.network, v2Text(this.#cluster, node).value, index)
    if (what.what !== 'lease') return
    if (node === null) this.#removeLease(what.network, path, index, action === 'expire' ? 'expired' : 'removed')
    else if (!node.directory)
      this.#setLease(
        what.network,
        parseSubnetLease({ ...v2Text(this.#cluster, node), source: { keyspace: 'v2', key: path }, name: what.name }),
      )
  }

  async #takeV3({ key, revision, kv }: V3Change, signal: AbortSignal): Promise<void> {
    const state = this.#state
    const path = toUtf8OrNull(key)
    if (state === null || path === null) return
    const what = touched(state.reading.networks, 'etcd-v3', path, kv === null)
    if (what.what === 'networks') void this.#reread(this.#signal())
    if (what.what === 'config' && kv !== null) this.#takeConfig(what.network, v3Text(this.#cluster, kv, path, null).value, revision)
    if (what.what !== 'lease') return
    const { network, name } = what
    if (kv === null) {
      const lease = state.leases.get(network)?.get(path)
      this.#removeLease(network, path, revision, lease && ranOut(lease, this.#now()) ? 'expired' : 'removed')
      return
    }
    const ends = kv.lease === 0n ? null : await this.#askEnd(network, path, kv.lease, signal)
    this.#setLease(network, parseSubnetLease({ ...v3Text(this.#cluster, kv, path, ends), source: { keyspace: 'v3', key: path }, name }))
  }

  #takeConfig(network: FoundNetwork, text: string, at: bigint): void {
    network.config = parseNetworkConfig(text)
    const source = network.configSource
    if (source === null) return
    this.#logLine(network, { kind: 'config', subject: source.key, holder: null, detail: `at ${at}`, source })
    this.#pending.reload = true
    this.#podsDue = true
    this.#soon()
  }

  async #takeNode({ key, kv }: V3Change, signal: AbortSignal): Promise<void> {
    const state = this.#state
    const path = toUtf8OrNull(key)
    if (state === null || path === null) return
    const renewed = state.reading.kubernetes.nodes.find(({ source }) => source.key === path)?.heartbeat ?? null
    const read = kv === null ? null : await readNode(this.#cluster, kv, renewed, signal)
    // What was read again meanwhile has this change.
    if (state !== this.#state) return
    const { kubernetes } = state.reading
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
    // A kubelet that reports changes its Node all the time; only what flannel reads of it is news.
    if (relevant(before) === relevant(read?.managed)) return
    this.#refreshManaged(state)
  }

  async #takeNetConf({ key, kv }: V3Change, signal: AbortSignal): Promise<void> {
    const state = this.#state
    const path = toUtf8OrNull(key)
    if (state === null || path === null) return
    const text = kv === null ? null : await readNetConf(this.#cluster, kv, signal)
    if (state !== this.#state) return
    const { kubernetes } = state.reading
    if (text === kubernetes.manager.netConf?.text) return
    kubernetes.manager = { ...kubernetes.manager, netConf: text === null ? null : { source: { keyspace: 'v3', key: path }, text } }
    const network = this.#refreshManaged(state)
    if (network !== null)
      this.#logLine(network, { kind: 'config', subject: path, holder: null, detail: null, source: { keyspace: 'v3', key: path } })
    this.#pending.reload = true
    this.#soon()
  }

  /** Makes the leases of the Kubernetes subnet manager anew from the Nodes, and tells what is different. */
  #refreshManaged(state: State): FoundNetwork | null {
    const at = state.reading.networks.findIndex(({ manager }) => manager === 'kubernetes')
    const [before, after] = [state.reading.networks[at], discoverKubernetes(state.reading.kubernetes.manager)]
    if (before === undefined || after === null) {
      void this.#reread(this.#signal())
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
    const leases = this.#state?.leases.get(network)
    const before = leases?.get(key)
    if (leases === undefined) return
    const managed = network.manager === 'kubernetes'
    // A change from before the reading is told again when following begins.
    if (!managed && before?.modified && lease.modified && BigInt(before.modified) >= BigInt(lease.modified)) return
    const difference = compareLeases(before, lease)
    leases.set(key, lease)
    if (difference === null || (managed && difference.kind === 'renewed')) return
    of(this.#pending.set, network, () => new Map()).set(key, lease)
    this.#pending.removed.get(network)?.delete(key)
    this.#logLine(network, { ...difference, subject: subjectOf(lease), holder: this.#holder(lease), source: lease.source })
    if (difference.kind !== 'renewed') this.#podsDue = true
    this.#soon()
  }

  #removeLease(network: FoundNetwork, key: string, at: bigint | null, kind: 'expired' | 'removed'): void {
    const leases = this.#state?.leases.get(network)
    const before = leases?.get(key)
    if (leases === undefined || before === undefined) return
    if (at !== null && before.modified !== null && BigInt(before.modified) >= at) return
    leases.delete(key)
    this.#unasked.delete(key)
    of(this.#pending.removed, network, () => new Set()).add(key)
    this.#pending.set.get(network)?.delete(key)
    this.#logLine(network, { kind, detail: null, subject: subjectOf(before), holder: this.#holder(before), source: before.source })
    this.#podsDue = true
    this.#soon()
  }

  #holder(lease: SubnetLease): string | null {
    return holderOf(lease, this.#nodeOf(lease))
  }

  get #nodeOf(): NodeOf {
    const nodes = this.#state?.reading.kubernetes.nodes ?? []
    if (this.#finder.nodes !== nodes) this.#finder = { nodes, find: nodeFinder(nodes) }
    return this.#finder.find
  }

  #logLine(network: FoundNetwork, line: Omit<FlannelChange, 'id' | 'at' | 'network'>): void {
    const entry: FlannelChange = { ...line, id: ++this.#logged, at: this.#now().toISOString(), network: network.id }
    this.#log = [...this.#log.slice(1 - MOST_LOG), entry]
    this.#pending.log.push(entry)
  }

  // --- when a v3 lease runs out

  /** Asked at once for the first of a burst; the others follow slowly. */
  async #askEnd(network: FoundNetwork, key: string, lease: bigint, signal: AbortSignal): Promise<string | null> {
    const now = this.#now().getTime()
    this.#tokens.left = Math.min(LEASES_AT_ONCE, this.#tokens.left + ((now - this.#tokens.at) / 1000) * LEASES_PER_SECOND)
    this.#tokens.at = now
    if (this.#tokens.left >= 1) {
      this.#tokens.left -= 1
      this.#unasked.delete(key)
      return await leaseEnd(this.#cluster, lease, this.#now(), signal).catch(() => null)
    }
    this.#unasked.set(key, { network, lease })
    this.#later('ask', 1000, () => void this.#askMore(signal))
    return null
  }

  async #askMore(signal: AbortSignal): Promise<void> {
    for (const [key, { network, lease }] of [...this.#unasked].slice(0, LEASES_PER_SECOND)) {
      this.#unasked.delete(key)
      const ends = await leaseEnd(this.#cluster, lease, this.#now(), signal).catch(() => null)
      const known = this.#state?.leases.get(network)?.get(key)
      if (signal.aborted || known === undefined || ends === null) continue
      const told = { ...known, expiration: ends }
      this.#state?.leases.get(network)?.set(key, told)
      of(this.#pending.set, network, () => new Map()).set(key, told)
    }
    this.#soon()
    if (this.#unasked.size > 0) this.#later('ask', 1000, () => void this.#askMore(signal))
  }

  // --- reading again

  #signal(): AbortSignal {
    return this.#run?.signal ?? AbortSignal.abort()
  }

  /** Everything anew, once however many ask for it meanwhile; tells what is different from before. */
  #reread(signal: AbortSignal): Promise<void> {
    this.#rereading ??= (async () => {
      // A directory that is being filled is read when it is.
      await pause(this.#times.judgeMs / 2, signal)
      await this.#readAnew(signal)
    })().finally(() => {
      this.#rereading = null
    })
    return this.#rereading
  }

  /** Tries until it succeeds or nobody looks any more. */
  async #readAnew(signal: AbortSignal): Promise<void> {
    let wait = this.#times.retryMs
    while (!signal.aborted) {
      try {
        this.#meanwhile = []
        const reading = await readFlannel(this.#cluster, new CostMeter(), this.#now, signal)
        if (signal.aborted) return
        const before = this.#state
        this.#pending = { ...nothingPending(), log: this.#pending.log }
        this.#keep(reading)
        if (before !== null) this.#logDifferences(before, reading)
        const missed = this.#meanwhile
        this.#meanwhile = null
        for (const [place, change] of missed) await place.take(change)
        this.#pending.reload = true
        if (before !== null) this.#openPlaces(signal)
        this.#flush()
        if (!reading.complete) this.#later('again', this.#times.retryMs * 20, () => void this.#reread(signal))
        return
      } catch (error) {
        if (signal.aborted) return
        this.#tellTouch(isAppError(error) ? error.message : 'Reading etcd failed unexpectedly.')
        await pause(wait, signal)
        wait = Math.min(wait * 2, this.#times.retryMs * 20)
      }
    }
  }

  #logDifferences(before: State, reading: FlannelReading): void {
    const old = new Map(
      before.reading.networks.map((network) => [network.id, before.leases.get(network) ?? new Map<string, SubnetLease>()]),
    )
    for (const network of reading.networks) {
      const was = old.get(network.id)
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

  #everyNodes(signal: AbortSignal): void {
    this.#later('nodes', this.#times.nodesMs, async () => {
      if (this.#touch.following) await this.#refreshKubernetes(signal).catch(() => {})
      // etcd tells nobody when a TTL is only refreshed, or a lease kept alive.
      if (this.#touch.following && this.#overdue()) await this.#reread(signal)
      if (!signal.aborted) this.#everyNodes(signal)
    })
  }

  /** Whether a lease is still there although its time was up a while ago. */
  #overdue(): boolean {
    const before = this.#now().getTime() - OVERDUE_MS
    for (const leases of this.#state?.leases.values() ?? []) {
      for (const { expiration } of leases.values()) if (expiration !== null && Date.parse(expiration) < before) return true
    }
    return false
  }

  /** Heartbeats each time; pods only when a lease came, went or moved since, and not too often. */
  async #refreshKubernetes(signal: AbortSignal): Promise<void> {
    const state = this.#state
    const { v3 } = this.#cluster.opened
    if (state === null || state.reading.revision === null) return
    const before = state.reading.kubernetes
    const podsAge = before.podsReadAt === null ? Number.POSITIVE_INFINITY : this.#now().getTime() - before.podsReadAt.getTime()
    const pods = this.#podsDue && podsAge >= this.#times.podsMs
    const source = metered(v3, this.#cluster.meter)
    const { revision } = await source.range(
      { key: utf8(nodesDirectory(this.#cluster)), end: null, revision: 0n, limit: 1, countOnly: true },
      signal,
    )
    const kubernetes = await readKubernetes(this.#cluster, source, revision, this.#now, signal, pods ? null : before)
    if (signal.aborted || this.#state !== state) return
    if (pods) this.#podsDue = false
    const names = (nodes: typeof before.nodes) => nodes.map(({ name, addresses }) => `${name} ${addresses.join(' ')}`).join('\n')
    // A lease carries the name of its node: another set of nodes means other names.
    if (names(before.nodes) !== names(kubernetes.nodes)) this.#pending.reload = true
    state.reading.kubernetes = kubernetes
    if (state.reading.networks.some(({ manager }) => manager === 'kubernetes')) this.#refreshManaged(state)
    this.#judgeSoon()
    this.#soon()
  }

  // --- telling

  #soon(): void {
    this.#later('flush', this.#times.gatherMs, () => this.#flush())
  }

  #flush(): void {
    this.#cancel('flush')
    const state = this.#state
    const { log, set, removed, reload } = this.#pending
    if (state === null || (log.length === 0 && set.size === 0 && removed.size === 0 && !reload)) return
    this.#pending = nothingPending()
    state.version += 1
    const nodeOf = this.#nodeOf
    const news: FlannelNews = {
      token: tokenOf(state),
      ...(log.length > 0 ? { log: log.slice(-MOST_LOG) } : {}),
      ...(set.size + removed.size > 0
        ? {
            leases: state.reading.networks
              .filter((network) => set.has(network) || removed.has(network))
              .map((network) => ({
                network: network.id,
                set: [...(set.get(network)?.values() ?? [])].map((lease) => toWireLease(lease, nodeOf)),
                removed: [...(removed.get(network) ?? [])],
              })),
          }
        : {}),
      ...(reload ? { reload: true } : {}),
    }
    state.history = [...state.history.slice(1 - MOST_HISTORY), { version: state.version, news }]
    this.#send(news)
    this.#judgeSoon()
    if (this.#podsDue) {
      const age = this.#now().getTime() - (state.reading.kubernetes.podsReadAt?.getTime() ?? 0)
      const signal = this.#signal()
      if (age >= this.#times.podsMs) this.#later('pods', this.#times.judgeMs, () => void this.#refreshKubernetes(signal).catch(() => {}))
    }
  }

  #tell(part: Partial<FlannelNews>): void {
    this.#send({ token: this.#state === null ? '' : tokenOf(this.#state), ...part })
  }

  #send(news: FlannelNews): void {
    for (const listener of [...this.#listeners]) listener(news)
  }

  /** Findings follow a change after a moment, and the longer they take the rarer they are made. */
  #judgeSoon(): void {
    this.#later('judge', Math.max(this.#times.judgeMs, this.#judgedIn * 10), () => {
      const state = this.#state
      if (state === null) return
      const began = performance.now()
      const { networks, kubernetes } = this.#materialised(state)
      const now = this.#now()
      this.#verdicts = {
        now: now.toISOString(),
        compared: toCompared(kubernetes),
        networks: networks.map((network) => ({
          network: network.id,
          plans: toWirePlans(network),
          findings: judge(network, networks, kubernetes, now),
          notices: [...network.notices, ...(network.config?.notices ?? [])],
        })),
      }
      this.#judgedIn = performance.now() - began
      this.#tell({ verdicts: this.#verdicts })
    })
  }

  /** The reading with its leases as they are now, in the order of their keys. */
  #materialised(state: State): FlannelReading {
    for (const network of state.reading.networks) {
      const leases = [...(state.leases.get(network)?.values() ?? [])]
      network.leases = leases.sort((a, b) => (a.source.key < b.source.key ? -1 : 1))
    }
    return { ...state.reading, readAt: this.#now() }
  }

  #later(name: string, ms: number, run: () => void): void {
    if (this.#timers.has(name)) return
    const timer = setTimeout(() => {
      this.#timers.delete(name)
      run()
    }, ms)
    timer.unref()
    this.#timers.set(name, timer)
  }

  #cancel(name: string): void {
    clearTimeout(this.#timers.get(name))
    this.#timers.delete(name)
  }
}

const nothingPending = (): Pending => ({ log: [], set: new Map(), removed: new Map(), reload: false })
const tokenOf = ({ epoch, version }: State): string => `${epoch}.${version}`
const byKey = (leases: readonly SubnetLease[]) => new Map(leases.map((lease) => [lease.source.key, lease]))

function of<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const known = map.get(key)
  if (known !== undefined) return known
  const made = make()
  map.set(key, made)
  return made
}

/** The leases that changed after a token; null where that cannot be told any more. */
function leasesAfter(state: State, token: string | null): NonNullable<FlannelNews['leases']> | null {
  const [epoch, version] = (token ?? '').split('.')
  if (epoch !== state.epoch || version === undefined || !/^\d+$/.test(version)) return null
  const missed = state.history.filter((entry) => entry.version > Number(version))
  if (missed.length < state.version - Number(version) || missed.some(({ news }) => news.reload)) return null
  return missed.flatMap(({ news }) => news.leases ?? [])
}
