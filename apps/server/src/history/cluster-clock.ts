// When the revisions of a cluster were written: a file's leases are read once, a live etcd's leases at each revision that is asked for.
import type { RevisionTime as RevisionTimeOnWire, TimeEvidence } from '@registree/contract'
import { prefixEnd, utf8 } from '@registree/keyspace'
import { selectFields } from '@registree/kube'
import { ANCHOR_FIELDS, type Anchor, anchorsOf, type Evidence, OURSELVES, RevisionClock, type RevisionTime } from '@registree/kube/clock'
import type { Cluster } from '../clusters/cluster.ts'
import { KeptByEpoch } from '../clusters/kept-by-epoch.ts'
import type { Reading } from '../clusters/reading.ts'
import { isAppError } from '../problem.ts'
import type { KeyValue } from '../sources/source.ts'
import { kubernetesRoot, openObjects } from '../values/stored-objects.ts'

export type ClockReading = Pick<Reading, 'source' | 'cluster' | 'signal'>

const FIELDS = selectFields(ANCHOR_FIELDS)
/** Leases that tell the time of one revision: each is renewed every ten seconds, so the newest of these was renewed within the last one. */
const LEASES = 40
/** A time is precise enough, in ms: about as long as a node waits between two renewals. */
const PRECISE_MS = 12_000
/** Readings of leases for one answer. */
const MOST_READINGS = 64
/** Changes of a file's node leases that are read, and changes of all objects. */
const FILE_LEASES = 12_000
const FILE_OTHERS = 3_000
/** Values of a file that are opened at once. */
const OPENED_AT_ONCE = 64
/** Anchors that are kept of a live etcd. */
const LIVE_ANCHORS = 4096

/** Where node leases are, in the keyspace of a cluster. */
function leaseInterval(cluster: Pick<Cluster, 'kubernetesPrefix'>): { key: Uint8Array; end: Uint8Array } {
  const prefix = utf8(`${kubernetesRoot(cluster)}leases/kube-node-lease/`)
  return { key: prefix, end: prefixEnd(prefix) }
}

/** Knows when revisions of one cluster were written. It belongs to a cluster as one policy may see it. */
export class ClusterClock {
  readonly #clock: RevisionClock
  readonly #cluster: Cluster
  #fileRead: Promise<void> | null = null
  /** Seen first: a later look would only say less. */
  #newestSeen = 0n

  constructor(cluster: Cluster) {
    this.#cluster = cluster
    this.#clock = new RevisionClock(cluster.opened.source === 'etcd' ? { limit: LIVE_ANCHORS } : {})
  }

  get revisionClock(): RevisionClock {
    return this.#clock
  }

  /** What an answer says of its revisions. */
  add(anchors: Iterable<Anchor>): void {
    this.#clock.add(anchors)
  }

  /**
   * That `revision` was the newest one at `now`. Only where no object tells the time, after {@link prepare}: this host's clock may be wrong, and
   * objects carry the clocks that wrote them.
   */
  saw(revision: bigint, now: Date): void {
    const known = this.#clock.timeOf(revision)
    if (this.#cluster.opened.clock.kind !== 'live' || (known !== null && known.notBefore !== null) || revision <= this.#newestSeen) return
    this.#newestSeen = revision
    this.#clock.add([{ revision, instant: now.getTime(), resolution: 1, kind: 'seen', source: OURSELVES }])
  }

  /**
   * Reads what is needed to tell the times of some revisions. What cannot be read leaves them vaguer; it throws only CANCELLED.
   * @param revisions that can be read
   * @param always read also where a time is precise enough
   */
  async prepare(reading: ClockReading, revisions: readonly bigint[], { always = false } = {}): Promise<void> {
    if (this.#cluster.opened.v3.keptChanges !== undefined) {
      this.#fileRead ??= this.#readFile()
      return await this.#fileRead
    }
    const vague = revisions.filter((revision) => always || !isPrecise(this.#clock.timeOf(revision)))
    if (vague.length === 0) return
    // Evenly, the first and the last included: what lies between two is between their times.
    const some = vague.length <= MOST_READINGS ? vague : chosen(vague, MOST_READINGS)
    const [first, ...rest] = some as [bigint, ...bigint[]]
    const anchors = await this.#leasesAt(reading, first)
    // Where there are no leases, there are none at its neighbours either.
    if (anchors.length > 0)
      for (const more of await Promise.all(rest.map((revision) => this.#leasesAt(reading, revision)))) anchors.push(...more)
    this.#clock.add(anchors)
  }

  timeOf(revision: bigint): RevisionTimeOnWire | null {
    const time = this.#clock.timeOf(revision)
    return time === null ? null : timeOnWire(time)
  }

  async #leasesAt({ source, signal }: ClockReading, revision: bigint): Promise<Anchor[]> {
    try {
      const reply = await source.range({ ...leaseInterval(this.#cluster), revision, limit: LEASES }, signal)
      return await this.#anchorsIn(reply.kvs, signal, revision)
    } catch (error) {
      // A time is told beside what was asked for: without it the rest is shown all the same.
      if (isAppError(error, 'CANCELLED')) throw error
      return []
    }
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

  async #readFile(): Promise<void> {
    const { v3 } = this.#cluster.opened
    const read = async (interval: { key: Uint8Array; end: Uint8Array }, most: number): Promise<void> => {
      const anchors: Anchor[] = []
      let kvs: KeyValue[] = []
      const open = async () => {
        for (const anchor of await this.#anchorsIn(kvs, new AbortController().signal)) anchors.push(anchor)
        kvs = []
      }
      try {
        for await (const { kv } of v3.keptChanges?.({ ...interval, most }) ?? []) {
          if (kv !== null) kvs.push(kv)
          if (kvs.length >= OPENED_AT_ONCE) await open()
        }
        await open()
      } catch {
        // A page of the file that cannot be read: what was read until there is what is known.
      }
      this.#clock.add(anchors)
    }
    await read(leaseInterval(this.#cluster), FILE_LEASES)
    // Creations and Events tell the time between two renewals, and all of it where there are no leases.
    const root = utf8(kubernetesRoot(this.#cluster))
    await read({ key: root, end: prefixEnd(root) }, FILE_OTHERS)
  }
}

const clocks = new KeptByEpoch<ClusterClock>()

/** The clock of a cluster as a request may see it. Call it after the first read: it throws SOURCE_CHANGED if etcd holds another history since then. */
export function clockOf({ cluster, identity }: Pick<Reading, 'cluster' | 'identity'>): ClusterClock {
  identity.check()
  const known = clocks.get(cluster)
  if (known !== undefined) return known
  const clock = new ClusterClock(cluster)
  clocks.set(cluster, clock, identity.epoch)
  return clock
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

/** Instants beyond what a Date can hold come from broken timestamps. */
function instant(moment: number): string {
  return new Date(Math.min(Math.max(moment, -8.64e15), 8.64e15)).toISOString()
}
