// When the revisions of a cluster were written. A file's leases are read once; a live etcd's leases at each requested revision.
import type { RevisionTime as RevisionTimeOnWire, TimeEvidence } from '@registree/contract'
import { compareBytes, keySuccessor, prefixEnd, utf8 } from '@registree/keyspace'
import { selectFields } from '@registree/kube'
import { ANCHOR_FIELDS, type Anchor, anchorsOf, type Evidence, OURSELVES, RevisionClock, type RevisionTime } from '@registree/kube/clock'
import type { Cluster } from '../clusters/cluster.ts'
import { KeptByEpoch } from '../clusters/kept-by-epoch.ts'
import type { Reading } from '../clusters/reading.ts'
import { isAppError } from '../problem.ts'
import type { KeyValue, RangeReply, RangeRequest } from '../sources/source.ts'
import { kubernetesRoot, openObjects } from '../values/stored-objects.ts'

export type ClockReading = Pick<Reading, 'source' | 'cluster' | 'signal'>

const FIELDS = selectFields(ANCHOR_FIELDS)
/** Leases read to date one revision: each is renewed every ten seconds, so the newest of these was renewed within the last second. */
const LEASES = 40
/** A time this precise is good enough, in ms: about the interval between two renewals of a node. */
const PRECISE_MS = 12_000
/** Lease readings for one answer. */
const MOST_READINGS = 64
/** To prove when a revision was written at the latest, leases are read so many revisions later, then four times as many; and readings for that. */
const FIRST_STEP = 16n
const MOST_PROOFS = 8
/** Revisions of which is remembered how far leases were read to prove when they were written. */
const PROOFS_KEPT = 256
/** Changes of a file's node leases that are read, and changes of all objects. */
const FILE_LEASES = 12_000
/** Those of them that give a first picture its times: some hundred milliseconds, and a quarter of that. */
const SOON_LEASES = { some: 1000, few: 250 }
const FILE_OTHERS = 3_000
/** Values of a file opened at once. */
const OPENED_AT_ONCE = 64
/** Anchors kept for a live etcd. */
const LIVE_ANCHORS = 4096

/** Where node leases are, in the keyspace of a cluster. */
export function nodeLeases(cluster: Pick<Cluster, 'kubernetesPrefix'>): { key: Uint8Array; end: Uint8Array } {
  const prefix = utf8(`${kubernetesRoot(cluster)}leases/kube-node-lease/`)
  return { key: prefix, end: prefixEnd(prefix) }
}

/** The small Range that dates a revision of a live etcd. */
export function leasesToRead(cluster: Pick<Cluster, 'kubernetesPrefix'>, revision: bigint): RangeRequest {
  return { ...nodeLeases(cluster), revision, limit: LEASES }
}

/** Leases as they were at a revision that is asked for alone, if they are at hand, and the newest revision. */
export interface ToProve {
  newest: bigint
  leases: RangeReply | null
}

/** Dates the revisions of one cluster, as seen by one policy. */
export class ClusterClock {
  readonly #clock: RevisionClock
  readonly #cluster: Cluster
  readonly #someLeasesRead = new Map<keyof typeof SOON_LEASES, Promise<boolean>>()
  #leasesRead: Promise<boolean> | null = null
  #othersRead: Promise<boolean> | null = null
  /** Revisions of a file whose values were told by {@link addOf}. */
  readonly #told = new Set<bigint>()
  /** Leases that {@link learn} opened. */
  readonly #learnt = new WeakSet<KeyValue>()
  /** How far leases were read to prove some revisions, the last asked last; one request at a time reads on. */
  readonly #proofs = new Map<bigint, { walk: LeaseWalk; turn: Promise<unknown> }>()
  /** The newest revision at the first look: a later look would say less. */
  #newestSeen = 0n

  constructor(cluster: Cluster) {
    this.#cluster = cluster
    this.#clock = new RevisionClock(cluster.opened.source === 'etcd' ? { limit: LIVE_ANCHORS } : {})
  }

  get revisionClock(): RevisionClock {
    return this.#clock
  }

  /** Adds anchors found in an answer. */
  add(anchors: Iterable<Anchor>): void {
    this.#clock.add(anchors)
  }

  /**
   * Records that `revision` was the newest at `now`. Only if no object tells the time, after {@link prepare}: this host's clock may be wrong, and
   * objects carry the clocks that wrote them.
   */
  saw(revision: bigint, now: Date): void {
    const known = this.#clock.timeOf(revision)
    if (this.#cluster.opened.clock.kind !== 'live' || (known !== null && known.notBefore !== null) || revision <= this.#newestSeen) return
    this.#newestSeen = revision
    this.#clock.add([{ revision, instant: now.getTime(), resolution: 1, kind: 'seen', source: OURSELVES }])
  }

  /** Adds the anchors in the values that were written at some revisions: those values need not be read again. */
  addOf(revisions: readonly bigint[], anchors: Iterable<Anchor>): void {
    this.#clock.add(anchors)
    if (this.#othersRead === null && this.#isFile) for (const revision of revisions) this.#told.add(revision)
  }

  get #isFile(): boolean {
    return this.#cluster.opened.v3.keptChanges !== undefined
  }

  /** Takes times from leases that passed by. Those that were given before cost nothing. Rejects only with CANCELLED. */
  async learn(leases: readonly KeyValue[], signal: AbortSignal): Promise<void> {
    const fresh = leases.filter((kv) => !this.#learnt.has(kv))
    this.#clock.add(await this.#anchorsIn(fresh, signal))
    for (const kv of fresh) this.#learnt.add(kv)
  }

  /**
   * Reads what is needed to date some revisions. What cannot be read makes them less precise; throws only CANCELLED.
   * @returns whether all of it could be read
   * @param revisions readable revisions
   * @param always read even if a time is precise enough
   * @param soon read no more of a file than some or few of its leases, unless they tell nothing: the rest takes ten times as long
   * @param proven of a live etcd, read on until renewals were made: that they were due says nothing where the cluster had paused. For a few revisions,
   * each of them; `leases` only for a single one. How far this was read is remembered: it is read on where the history has grown to twice as long since
   */
  async prepare(
    reading: ClockReading,
    revisions: readonly bigint[],
    {
      always = false,
      soon = null,
      proven = null,
    }: { always?: boolean; soon?: keyof typeof SOON_LEASES | null; proven?: ToProve | null } = {},
  ): Promise<boolean> {
    if (this.#isFile) {
      if (soon !== null && this.#othersRead === null) {
        const read = this.#someLeasesRead.get(soon) ?? this.#readFile(nodeLeases(this.#cluster), SOON_LEASES[soon])
        this.#someLeasesRead.set(soon, read)
        const whole = await read
        if (this.#clock.size > 0) return whole
      }
      this.#leasesRead ??= this.#readFile(nodeLeases(this.#cluster), FILE_LEASES)
      this.#othersRead ??= this.#readOthers()
      const read = await Promise.all([this.#leasesRead, this.#othersRead])
      return !read.includes(false)
    }
    if (proven !== null) {
      let whole = true
      for (const revision of revisions) whole = (await this.#prove(reading, revision, proven)) && whole
      return whole
    }
    const vague = revisions.filter((revision) => always || !isPrecise(this.#clock.timeOf(revision)))
    if (vague.length === 0) return true
    // Evenly, with the first and the last: others lie between their times.
    const some = vague.length <= MOST_READINGS ? vague : chosen(vague, MOST_READINGS)
    const ends = some.length === 1 ? some : [some[0] as bigint, some.at(-1) as bigint]
    const readings = await Promise.all(ends.map((revision) => this.#leasesAt(reading, revision)))
    // If there are no leases at either end, there are none between. A young cluster has none at its first revisions.
    if (readings.some((leases) => leases?.anchors.length !== 0))
      readings.push(...(await Promise.all(some.slice(1, -1).map((revision) => this.#leasesAt(reading, revision)))))
    this.#clock.add(readings.flatMap((leases) => leases?.anchors ?? []))
    return readings.every((leases) => leases !== null)
  }

  /** Whether {@link prepare} with `proven` has read leases of this revision. */
  isWalked(revision: bigint): boolean {
    return this.#proofs.has(revision)
  }

  /**
   * Reads leases at the revision and later ones until its time ends with a renewal that was made, and not with one that was due.
   * @returns whether all of it could be read
   */
  async #prove(reading: ClockReading, revision: bigint, toProve: ToProve): Promise<boolean> {
    const { walk, turn } = this.#proofs.get(revision) ?? { walk: new LeaseWalk(revision), turn: null }
    // Equal requests read one after the other, so that the next finds what the first read. If the first is cancelled, the next reads on.
    const own = Promise.resolve(turn).then(() => this.#walkOn(reading, walk, toProve))
    this.#proofs.delete(revision)
    this.#proofs.set(revision, { walk, turn: own.catch(() => null) })
    for (const oldest of this.#proofs.keys()) {
      if (this.#proofs.size <= PROOFS_KEPT) break
      this.#proofs.delete(oldest)
    }
    return await own
  }

  async #walkOn(reading: ClockReading, walk: LeaseWalk, { newest, leases: first }: ToProve): Promise<boolean> {
    const { revision } = walk
    if (!walk.begin(newest)) return true
    for (let readings = 0; readings < MOST_PROOFS; readings++) {
      const at = walk.next(this.#clock.timeOf(revision))
      if (at === null) break
      const isFirst = at === revision && first !== null
      const leases = isFirst ? await this.#leasesOf(first, reading.signal, revision) : await this.#leasesAt(reading, at, walk.end)
      if (leases === null) return false
      this.#clock.add(leases.anchors)
      walk.saw(at, leases)
    }
    walk.ended()
    return true
  }

  timeOf(revision: bigint): RevisionTimeOnWire | null {
    const time = this.#clock.timeOf(revision)
    return time === null ? null : timeOnWire(time)
  }

  /** The best estimate alone, in whole milliseconds since 1970: of thousands of revisions the evidence would be most of the work. */
  bestOf(revision: bigint): number | null {
    const time = this.#clock.timeOf(revision)
    return time === null ? null : Date.parse(instant(time.best))
  }

  /**
   * What the leases tell as they were at a revision, and the newest revision; null if they could not be read.
   * @param end where to stop, if not after all of them
   */
  async #leasesAt({ source, signal }: ClockReading, revision: bigint, end: Uint8Array | null = null): Promise<ReadLeases | null> {
    const request = leasesToRead(this.#cluster, revision)
    try {
      return await this.#leasesOf(await source.range(end === null ? request : { ...request, end }, signal), signal, revision)
    } catch (error) {
      // Times are an addition: without them the rest is still shown.
      if (isAppError(error, 'CANCELLED')) throw error
      return null
    }
  }

  async #leasesOf({ kvs, revision: newest }: RangeReply, signal: AbortSignal, readAt: bigint): Promise<ReadLeases> {
    return { anchors: await this.#anchorsIn(kvs, signal, readAt), newest, last: kvs.length < LEASES ? null : (kvs.at(-1)?.key ?? null) }
  }

  async #anchorsIn(kvs: readonly KeyValue[], signal: AbortSignal, readAt?: bigint): Promise<Anchor[]> {
    const anchors: Anchor[] = []
    for await (const { kv, opened } of openObjects(this.#cluster, kvs, FIELDS, { signal })) {
      if (opened.object === undefined) continue
      const { createRevision, modRevision, version } = kv
      anchors.push(...anchorsOf(opened.object, { createRevision, modRevision, version, ...(readAt === undefined ? {} : { readAt }) }))
    }
    return anchors
  }

  /** Creations and Events give times between two renewals, and all times if there are no leases. */
  async #readOthers(): Promise<boolean> {
    const root = utf8(kubernetesRoot(this.#cluster))
    const { key, end } = nodeLeases(this.#cluster)
    const isKnown = (kv: KeyValue) => this.#told.has(kv.modRevision) || (compareBytes(kv.key, key) >= 0 && compareBytes(kv.key, end) < 0)
    const whole = await this.#readFile({ key: root, end: prefixEnd(root) }, FILE_OTHERS, isKnown)
    this.#told.clear()
    return whole
  }

  /** Whether all of it could be read: of an unreadable page of the file, what came before is kept. */
  async #readFile(
    interval: { key: Uint8Array; end: Uint8Array },
    most: number,
    isKnown: (kv: KeyValue) => boolean = () => false,
  ): Promise<boolean> {
    const { v3 } = this.#cluster.opened
    const anchors: Anchor[] = []
    let kvs: KeyValue[] = []
    let whole = true
    const open = async () => {
      for (const anchor of await this.#anchorsIn(kvs, new AbortController().signal)) anchors.push(anchor)
      kvs = []
    }
    try {
      for await (const { kv } of v3.keptChanges?.({ ...interval, most }) ?? []) {
        if (kv !== null && !isKnown(kv)) kvs.push(kv)
        if (kvs.length >= OPENED_AT_ONCE) await open()
      }
      await open()
    } catch {
      whole = false
    }
    this.#clock.add(anchors)
    return whole
  }
}

const clocks = new KeptByEpoch<ClusterClock>()

/** Whether leases were read already to prove when a revision was written: the next answer needs none, or few. */
export function isWalked({ cluster }: Pick<Reading, 'cluster'>, revision: bigint): boolean {
  return clocks.get(cluster)?.isWalked(revision) === true
}

/** The clock of a cluster for a request. Call it after the first read: it throws SOURCE_CHANGED if etcd has another history since. */
export function clockOf({ cluster, identity }: Pick<Reading, 'cluster' | 'identity'>): ClusterClock {
  identity.check()
  const known = clocks.get(cluster)
  if (known !== undefined) return known
  const clock = new ClusterClock(cluster)
  clocks.set(cluster, clock, identity.epoch)
  return clock
}

interface ReadLeases {
  anchors: Anchor[]
  newest: bigint
  /** The last lease that was read; null if there are no more than were read. */
  last: Uint8Array | null
}

/** At which revisions leases are read to date one revision: first at itself. It can be continued when there are later revisions. */
class LeaseWalk {
  readonly revision: bigint
  #newest = 0n
  /** The newest revision when it last ended. */
  #endedAt: bigint | null = null
  #end: Uint8Array | null = null
  #step = FIRST_STEP
  /** The last reading before a renewal that is looked for, with how often each lease had been written. */
  #low: { at: bigint; versions: Map<string, bigint> } | null = null
  /** A reading after it: each lease that was renewed was renewed several times. */
  #high: bigint | null = null

  constructor(revision: bigint) {
    this.revision = revision
  }

  /** Where a later reading stops: etcd walks all keys of an interval to count them, whatever the limit. Null before the first, or for all leases. */
  get end(): Uint8Array | null {
    return this.#end
  }

  /** Begins or continues it; false where it has ended and too little was written since to expect more. */
  begin(newest: bigint): boolean {
    if (this.#endedAt !== null) {
      const length = this.#endedAt - this.revision
      if (newest < this.#endedAt + (length > FIRST_STEP ? length : FIRST_STEP)) return false
    }
    if (newest > this.#newest) this.#newest = newest
    return true
  }

  ended(): void {
    this.#endedAt = this.#newest
  }

  /** Null where reading on would tell no more. */
  next(time: RevisionTime | null): bigint | null {
    const isProven = time !== null && time.after !== null && !time.after.due
    if (this.#low === null) return isProven && isPrecise(time) ? null : this.revision
    // Without leases there are none later either, or other evidence serves.
    if (isProven || this.#low.versions.size === 0) return null
    const { at } = this.#low
    const next = this.#high === null ? at + this.#step : (at + this.#high) / 2n
    if (next > at && next <= this.#newest) return next
    return this.#newest > at && next > at ? this.#newest : null
  }

  saw(at: bigint, { anchors, newest, last }: ReadLeases): void {
    if (newest > this.#newest) this.#newest = newest
    const low = this.#low
    // Just after the last lease of the first reading.
    if (low === null && last !== null) this.#end = keySuccessor(last)
    const versions = versionsIn(anchors)
    const since = [...versions].map(([source, version]) => version - (low?.versions.get(source) ?? version))
    if (!since.includes(1n) && since.some((times) => times > 1n)) {
      this.#high = at
      return
    }
    if (low !== null && this.#high === null) this.#step *= 4n
    this.#low = { at, versions }
  }
}

/** How often each lease had been written. */
function versionsIn(anchors: readonly Anchor[]): Map<string, bigint> {
  return new Map(anchors.flatMap(({ kind, source, version }) => (kind === 'lease' && version !== undefined ? [[source, version]] : [])))
}

function isPrecise(time: RevisionTime | null): boolean {
  return time !== null && time.notBefore !== null && time.notAfter !== null && time.notAfter - time.notBefore <= PRECISE_MS
}

function chosen(revisions: readonly bigint[], most: number): bigint[] {
  return Array.from({ length: most }, (_, i) => revisions[Math.round((i * (revisions.length - 1)) / (most - 1))] as bigint)
}

function timeOnWire({ notBefore, notAfter, best, before, after }: RevisionTime): RevisionTimeOnWire {
  return {
    notBefore: notBefore === null ? null : instant(Math.floor(notBefore)),
    notAfter: notAfter === null ? null : instant(Math.ceil(notAfter)),
    best: instant(best),
    before: before === null ? null : evidenceOnWire(before),
    after: after === null ? null : evidenceOnWire(after),
  }
}

function evidenceOnWire({ anchor, offset, due }: Evidence): TimeEvidence {
  return {
    kind: anchor.kind,
    source: anchor.source,
    revision: String(anchor.revision),
    instant: instant(anchor.instant),
    offsetMs: Math.round(offset),
    due,
  }
}

/** Broken timestamps can be beyond the range of a Date. */
function instant(moment: number): string {
  return new Date(Math.min(Math.max(moment, -8.64e15), 8.64e15)).toISOString()
}
