// Follows flannel's keys in one cluster for all pages: one set of watches, and few reads for any number of changes.
import { setMaxListeners } from 'node:events'
import type { FlannelChange, FlannelNews, FlannelTouch } from '@registree/contract'
import type { FoundNetwork } from '@registree/flannel'
import { prefixEnd, utf8 } from '@registree/keyspace'
import type { Cluster } from '../clusters/cluster.ts'
import type { Reading } from '../clusters/reading.ts'
import { Feed } from '../follow/feed.ts'
import { Timers } from '../follow/timers.ts'
import { applying, WatchSet, type WatchTarget } from '../follow/watch-set.ts'
import { type ErrorMessage, inEnglish } from '../messages/in-english.ts'
import { isAppError } from '../problem.ts'
import { CostMeter, metered } from '../sources/cost-meter.ts'
import { pause } from '../sources/pause.ts'
import type { V3Change } from '../sources/source.ts'
import { inTurn } from '../streams/in-turn.ts'
import { judge, type NodeOf, toCompared, toWireLease, toWireNotice, toWirePlans } from './answer.ts'
import { KnownNetworks, type Unsent } from './known-networks.ts'
import { LeaseEnds } from './lease-ends.ts'
import { type FlannelReading, flannelPlaces, readFlannel } from './networks.ts'
import { netConfKeys, nodesDirectory, readKubernetes } from './stores.ts'

/** All in ms. */
export interface FollowerTimes {
  /** Changes within this window go out as one event. */
  batchWindowMs: number
  /** Delay before findings are computed after a change; also their minimum interval. */
  findingsDelayMs: number
  /** Nodes and heartbeats are read again this often while a page is open. */
  nodesMs: number
  /** Minimum interval between two readings of pods; they are read only when leases came, went or moved. */
  podsMs: number
  /** First reconnect delay; doubles up to 20×. */
  retryMs: number
  /** How long state is kept after the last subscriber leaves. */
  idleRetentionMs: number
}

const TIMES: FollowerTimes = {
  batchWindowMs: 100,
  findingsDelayMs: 1000,
  nodesMs: 60_000,
  podsMs: 60_000,
  retryMs: 500,
  idleRetentionMs: 60_000,
}
/** Directories followed in one keyspace. */
const MOST_PLACES = 8
const MOST_LOG = 200
const MOST_HISTORY = 200

export class FlannelFollower {
  readonly #cluster: Cluster
  readonly #now: () => Date
  readonly #times: FollowerTimes
  readonly #feed = new Feed<FlannelNews>({ mostHistory: MOST_HISTORY })
  readonly #timers = new Timers()
  readonly #watches: WatchSet
  readonly #leaseEnds: LeaseEnds
  #known: KnownNetworks | null = null
  /** The epoch in which it was read. */
  #epoch = ''
  /** Where the watches ended, so that a page that returns soon resumes there. */
  #positions = new Map<string, bigint>()
  /** Set while there are subscribers. */
  #run: AbortController | null = null
  #touch: FlannelTouch
  #log: FlannelChange[] = []
  #logged = 0
  #rereading: Promise<void> | null = null
  #verdicts: NonNullable<FlannelNews['verdicts']> | null = null
  /** Something has changed since they were computed. */
  #findingsOutdated = false
  #findingsTookMs = 0

  constructor(cluster: Cluster, now: () => Date, times: Partial<FollowerTimes> = {}) {
    this.#cluster = cluster
    this.#now = now
    this.#times = { ...TIMES, ...times }
    this.#touch = { following: false, since: now().toISOString(), reason: null, sentences: [] }
    this.#watches = new WatchSet({
      retryMs: this.#times.retryMs,
      onGap: () => void this.#reread(),
      onState: (reason) => this.#tellTouch(reason),
    })
    this.#leaseEnds = new LeaseEnds({
      cluster,
      now,
      timers: this.#timers,
      onEnd: (network, key, ends) => this.#known?.setEnd(network, key, ends),
      onAsked: () => this.#flushSoon(),
    })
  }

  /** The current state: the followed one while the watches are connected, otherwise a new reading. */
  async current({
    meter,
    browser,
    signal,
  }: Pick<Reading, 'meter' | 'browser' | 'signal'>): Promise<{ reading: FlannelReading; token: string | null }> {
    if (this.#run !== null && this.#touch.following && this.#known !== null) {
      this.#flush()
      return { reading: this.#known.materialised(), token: this.#feed.token }
    }
    const { reading, epoch } = await inTurn({ cluster: this.#cluster, browser, signal }, () => this.#read(meter, signal))
    if (this.#cluster.opened.source !== 'etcd' || this.#run !== null) return { reading, token: null }
    this.#keep(reading, epoch)
    this.#forgetLater()
    return { reading, token: this.#feed.token }
  }

  /** Calls `listener` with what follows `token`, until the returned function is called. */
  subscribe(token: string | null, listener: (news: FlannelNews) => void): () => void {
    const leave = this.#feed.listen(listener)
    this.#timers.cancel('forget')
    if (this.#run === null) this.#start()
    this.#flush()
    const hello: FlannelNews = { ...this.#news(), touch: this.#touch, log: this.#log }
    if (this.#known !== null) {
      const missed = this.#feed.after(token)
      if (missed === null || missed.some(({ reload }) => reload)) hello.reload = true
      else if (missed.some(({ leases }) => leases)) hello.leases = missed.flatMap(({ leases }) => leases ?? [])
    }
    if (this.#verdicts !== null && !this.#findingsOutdated) hello.verdicts = this.#verdicts
    listener(hello)
    return () => {
      if (leave() && this.#feed.listeners === 0) this.#stop()
    }
  }

  /** Number of open watches. */
  get watches(): number {
    return this.#watches.size
  }

  close(): void {
    this.#feed.clear()
    this.#stop()
    this.#timers.cancelAll()
    this.#known = null
  }

  // --- start and stop

  #start(): void {
    const run = new AbortController()
    setMaxListeners(0, run.signal)
    this.#run = run
    const { identity } = this.#cluster.opened
    if (this.#epoch !== identity.epoch) this.#known = null
    run.signal.addEventListener(
      'abort',
      identity.onChange(() => this.#checkEpoch()),
      { once: true },
    )
    this.#touch = { following: false, since: this.#now().toISOString(), reason: null, sentences: [] }
    void (async () => {
      if (this.#known === null) await this.#readAgain(run.signal)
      if (run.signal.aborted) return
      this.#watchAll(run.signal)
      this.#refreshNodesLater(run.signal)
      if (this.#findingsOutdated) this.#findingsSoon()
    })()
  }

  #stop(): void {
    this.#run?.abort()
    this.#run = null
    this.#flush()
    this.#positions = this.#watches.positions
    this.#watches.clear()
    this.#rereading = null
    this.#timers.cancelAll()
    this.#forgetLater()
  }

  /** Watches resume after what was read; in another epoch that may be another history. */
  #checkEpoch(): void {
    if (this.#known === null || this.#epoch === this.#cluster.opened.identity.epoch) return
    this.#watches.clear()
    this.#tellTouch({ code: 'connection-broken', params: {} })
    void this.#reread()
  }

  /** Throws SOURCE_CHANGED if not all of it belongs to one history. */
  async #read(meter: CostMeter, signal: AbortSignal): Promise<{ reading: FlannelReading; epoch: string }> {
    const identity = this.#cluster.opened.identity.begin('from the beginning')
    const reading = await readFlannel(this.#cluster, meter, this.#now, signal)
    identity.check()
    return { reading, epoch: identity.epoch }
  }

  #keep(reading: FlannelReading, epoch: string): KnownNetworks {
    const known = new KnownNetworks(this.#cluster, this.#now, reading, {
      onNews: () => this.#flushSoon(),
      onReread: () => void this.#reread(),
    })
    this.#known = known
    this.#epoch = epoch
    this.#feed.restart()
    this.#positions.clear()
    this.#verdicts = null
    this.#findingsOutdated = false
    this.#leaseEnds.clear()
    for (const network of reading.networks) {
      for (const { source } of network.leases) {
        const lease = source.keyspace === 'v3' ? reading.unasked.get(source.key) : undefined
        if (lease !== undefined) this.#leaseEnds.wait(network, source.key, lease)
      }
    }
    return known
  }

  #forgetLater(): void {
    this.#timers.later('forget', this.#times.idleRetentionMs, () => {
      if (this.#run !== null) return
      this.#known = null
      this.#log = []
    })
  }

  // --- watching

  #watchAll(signal: AbortSignal): void {
    const known = this.#known
    if (known === null) return
    this.#watches.watch(this.#targets(known, signal), signal)
    this.#leaseEnds.start(signal)
    this.#tellTouch(null)
  }

  #targets(known: KnownNetworks, signal: AbortSignal): WatchTarget[] {
    const { v2, v3 } = this.#cluster.opened
    const { index, revision, networks, refused } = known.reading
    const places = flannelPlaces(this.#cluster, networks).slice(0, MOST_PLACES)
    const targets: WatchTarget[] = []
    // A watch that the user may not read would be refused again and again.
    const allowed = ({ name }: WatchTarget) => !refused.has(name)
    // A full reading replaces what is known; the watches continue.
    const latest = () => this.#known ?? known
    if (index !== null) {
      for (const path of places) {
        const name = `v2 ${path}`
        targets.push({
          name,
          from: this.#positions.get(name) ?? index,
          watch: (after, gone) => applying(v2.watch({ path, after }, gone), (change) => latest().applyV2(change)),
        })
      }
    }
    if (revision === null) return targets.filter(allowed)
    const interval = (name: string, key: Uint8Array, end: Uint8Array | null, apply: (change: V3Change) => Promise<void> | void) =>
      targets.push({
        name,
        from: this.#positions.get(name) ?? revision,
        watch: (after, gone) => applying(v3.watch({ key, end, after }, gone), apply),
      })
    const leaseEnd = (network: FoundNetwork, key: string, lease: bigint) => this.#leaseEnds.ask(network, key, lease, signal)
    for (const path of places) {
      const prefix = utf8(`${path}/`)
      interval(`v3 ${path}/`, prefix, prefixEnd(prefix), (change) => latest().applyV3(change, leaseEnd))
    }
    if (networks.some(({ manager }) => manager === 'kubernetes')) {
      const nodes = utf8(nodesDirectory(this.#cluster))
      interval('v3 nodes', nodes, prefixEnd(nodes), (change) => latest().applyNode(change, signal))
      for (const key of netConfKeys(this.#cluster))
        interval(`v3 ${key}`, utf8(key), null, (change) => latest().applyNetConf(change, signal))
    }
    return targets.filter(allowed)
  }

  /** Reports once that the connection was lost or regained. */
  #tellTouch(reason: ErrorMessage | null): void {
    const following = this.#known !== null && this.#watches.connected
    const before = this.#touch
    if (following === before.following && (following || before.reason !== null || reason === null)) return
    const since = following === before.following ? before.since : this.#now().toISOString()
    this.#touch = {
      following,
      since,
      ...(following || reason === null
        ? { reason: following ? null : before.reason, sentences: following ? [] : before.sentences }
        : { reason: inEnglish.any([reason]), sentences: [reason] }),
    }
    this.#feed.tell({ ...this.#news(), touch: this.#touch })
  }

  // --- reading again

  /** Reads everything again and reports the differences; concurrent requests share one reading. */
  #reread(): Promise<void> {
    const signal = this.#run?.signal ?? AbortSignal.abort()
    this.#rereading ??= (async () => {
      // Wait while a directory is being filled.
      await pause(this.#times.findingsDelayMs / 2, signal)
      await this.#readAgain(signal)
    })().finally(() => {
      this.#rereading = null
    })
    return this.#rereading
  }

  /** Retries until it succeeds or nobody is subscribed. */
  async #readAgain(signal: AbortSignal): Promise<void> {
    let delay = this.#times.retryMs
    while (!signal.aborted) {
      try {
        this.#watches.record()
        const { reading, epoch } = await this.#read(new CostMeter(), signal)
        if (signal.aborted) return
        await this.#replace(reading, epoch, signal)
        if (!reading.complete) this.#timers.later('read-again', this.#times.retryMs * 20, () => void this.#reread())
        return
      } catch (error) {
        if (signal.aborted) return
        this.#tellTouch(isAppError(error) ? error.says : { code: 'etcd-internal', params: {} })
        await pause(delay, signal)
        delay = Math.min(delay * 2, this.#times.retryMs * 20)
      }
    }
  }

  async #replace(reading: FlannelReading, epoch: string, signal: AbortSignal): Promise<void> {
    const before = this.#known
    const known = this.#keep(reading, epoch)
    if (before !== null) known.continueFrom(before)
    for (const apply of this.#watches.recorded()) await apply()
    known.reload()
    if (before !== null) this.#watchAll(signal)
    this.#flush()
  }

  #refreshNodesLater(signal: AbortSignal): void {
    this.#timers.later('nodes', this.#times.nodesMs, async () => {
      if (this.#touch.following) await this.#refreshKubernetes(signal).catch(() => {})
      // etcd reports neither a refreshed TTL nor a lease that is kept alive.
      if (this.#touch.following && this.#known?.overdue) await this.#reread()
      if (!signal.aborted) this.#refreshNodesLater(signal)
    })
  }

  /** Reads heartbeats, and pods only if a lease appeared, went or moved since, and not too often. */
  async #refreshKubernetes(signal: AbortSignal): Promise<void> {
    const known = this.#known
    if (known === null || known.reading.revision === null) return
    const before = known.reading.kubernetes
    const pods = known.podsDue && this.#podsAge(known) >= this.#times.podsMs
    const source = metered(this.#cluster.opened.v3, this.#cluster.meter)
    const probe = { key: utf8(nodesDirectory(this.#cluster)), end: null, revision: 0n, limit: 1, countOnly: true }
    const { revision } = await source.range(probe, signal)
    const kubernetes = await readKubernetes(this.#cluster, source, revision, this.#now, signal, pods ? null : before)
    if (signal.aborted || this.#known !== known) return
    if (pods) known.podsDue = false
    known.setKubernetes(kubernetes)
    this.#findingsSoon()
    this.#flushSoon()
  }

  #podsAge({ reading }: KnownNetworks): number {
    const { podsReadAt } = reading.kubernetes
    return podsReadAt === null ? Number.POSITIVE_INFINITY : this.#now().getTime() - podsReadAt.getTime()
  }

  // --- reporting

  /** An event without content yet. */
  #news(): FlannelNews {
    return { token: this.#known === null ? '' : this.#feed.token }
  }

  #flushSoon(): void {
    this.#timers.later('flush', this.#times.batchWindowMs, () => this.#flush())
  }

  #flush(): void {
    this.#timers.cancel('flush')
    const known = this.#known
    const unsent = known?.takeUnsent()
    if (known == null || unsent == null) return
    const log = unsent.log.map((line) => ({ ...line, id: ++this.#logged })).slice(-MOST_LOG)
    this.#log = [...this.#log, ...log].slice(-MOST_LOG)
    this.#feed.publish((token) => ({
      token,
      ...(log.length > 0 ? { log } : {}),
      ...(unsent.set.size + unsent.removed.size > 0 ? { leases: toWireChanges(known.reading.networks, unsent, known.nodeOf) } : {}),
      ...(unsent.reload ? { reload: true } : {}),
    }))
    this.#findingsSoon()
    const signal = this.#run?.signal
    if (signal !== undefined && known.podsDue && this.#podsAge(known) >= this.#times.podsMs)
      this.#timers.later('pods', this.#times.findingsDelayMs, () => void this.#refreshKubernetes(signal).catch(() => {}))
  }

  /** Schedules findings after a change: the longer they take to compute, the rarer they are. */
  #findingsSoon(): void {
    this.#findingsOutdated = true
    if (this.#run === null) return
    this.#timers.later('findings', Math.max(this.#times.findingsDelayMs, this.#findingsTookMs * 10), () => {
      if (this.#known === null) return
      const began = performance.now()
      const { networks, kubernetes } = this.#known.materialised()
      const now = this.#now()
      this.#findingsOutdated = false
      this.#verdicts = {
        now: now.toISOString(),
        compared: toCompared(kubernetes),
        networks: networks.map((network) => ({
          network: network.id,
          plans: toWirePlans(network),
          findings: judge(network, networks, kubernetes, now),
          notices: [...network.notices, ...(network.config?.notices ?? [])].map(toWireNotice),
        })),
      }
      this.#findingsTookMs = performance.now() - began
      this.#feed.tell({ ...this.#news(), verdicts: this.#verdicts })
    })
  }
}

/** Only the networks with changes. */
function toWireChanges(networks: readonly FoundNetwork[], { set, removed }: Unsent, nodeOf: NodeOf): NonNullable<FlannelNews['leases']> {
  return networks
    .filter((network) => set.has(network) || removed.has(network))
    .map((network) => ({
      network: network.id,
      set: [...(set.get(network)?.values() ?? [])].map((lease) => toWireLease(lease, nodeOf)),
      removed: [...(removed.get(network) ?? [])],
    }))
}
