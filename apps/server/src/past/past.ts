// What was written in the kept window of a cluster, known once for all who look: out of a file's index, or of a live etcd as far back as asked.
import type { PastEnd, PastProgress, PastWindow } from '@registree/contract'
import { MOST_PAST_MEGABYTES } from '@registree/contract'
import { compareBytes, parseRegistryKey, prefixEnd, utf8 } from '@registree/keyspace'
import { firstFrom } from '@registree/kube/clock'
import { KeptByEpoch } from '../clusters/kept-by-epoch.ts'
import type { Reading } from '../clusters/reading.ts'
import { type ClusterClock, nodeLeases } from '../history/cluster-clock.ts'
import { hasStates } from '../jobs/told-state.ts'
import type { OpenedCluster, StoredWrites, V3Source } from '../sources/source.ts'
import { shareThread } from '../values/share-thread.ts'
import { kubernetesRoot } from '../values/stored-objects.ts'
import type { KeptValues } from './kept-values.ts'
import { EVERYTHING, LivePast, type RevisionRange } from './live-past.ts'
import { SharedWork } from './shared-work.ts'
import { WriteLog } from './write-log.ts'

const MEGABYTE = 1024 * 1024
/** The newest writes of a file that are kept in the list. */
const MOST_OF_A_FILE = 2_000_000
/** What nobody has looked at for so long is forgotten, in ms. */
const FORGET_AFTER_MS = 10 * 60_000

/** The writes of a cluster from `oldest` to `newest`. */
export interface KnownWrites {
  /** Of a live etcd it goes on growing at both ends, for others who look. */
  log: WriteLog
  /** How many writes it had. */
  writes: number
  /** Values that are at hand; null where each can be read at its revision without asking an etcd. */
  values: KeptValues | null
  newest: bigint
  oldest: bigint
  /** Null where etcd was never compacted. */
  compacted: bigint | null
  end: PastEnd
  bytes: number | null
  more: { revisions: bigint; bytes: number } | null
  /** Of which some writes may be missing; null where none can be. */
  unproven: RevisionRange | null
}

/** By the opened source: what was written does not depend on what a request may see of it. */
const owners = new WeakMap<OpenedCluster, { opened: OpenedCluster }>()
const kept = new KeptByEpoch<LivePast | FilePast>()

/**
 * Reads back, a step at a time, until `enough` says so, the budget (in megabytes that etcd reads at a time) is used up, or nothing earlier is kept.
 * Yields after each step, and returns what is known. Throws AppError.
 */
export async function* readPast(
  reading: Reading,
  { megabytes, enough }: { megabytes: number; enough: (known: KnownWrites) => boolean },
): AsyncGenerator<PastProgress, KnownWrites> {
  const { identity, signal } = reading
  const past = pastOf(reading)
  if (past instanceof FilePast) return await past.known(signal)
  const budget = megabytes * MEGABYTE
  await past.catchUp(budget, signal)
  for (;;) {
    identity.check()
    const start = past.nextStart(budget)
    const known = knownOf(past, start === null)
    if (start === null || enough(known)) return known
    await past.readBack(start, signal)
    yield { type: 'progress', oldest: String(past.oldest), writes: past.log.size, bytes: past.bytes }
  }
}

function knownOf(past: LivePast, stopped: boolean): KnownWrites {
  const { log, values, newest, oldest, compacted, bytes, more, unproven } = past
  const end = more === null ? (compacted > 0n ? 'compacted' : 'first') : past.full ? 'most' : stopped ? 'budget' : 'enough'
  return { log, writes: log.size, values, newest, oldest, compacted: compacted > 0n ? compacted : null, end, bytes, more, unproven }
}

function pastOf(reading: Reading): LivePast | FilePast {
  const { cluster } = reading
  const { opened } = cluster
  const owner = owners.get(opened) ?? { opened }
  owners.set(opened, owner)
  const known = kept.get(owner)
  const past = known ?? (opened.v3.writes === undefined ? livePastOf(reading) : new FilePast(opened.v3))
  if (known === undefined) kept.set(owner, past)
  if (past instanceof LivePast) forgetLater(past)
  return past
}

function livePastOf({ cluster }: Reading): LivePast {
  const root = utf8(kubernetesRoot(cluster))
  // A user who may not watch everything may be allowed the Kubernetes objects.
  const all = (key: Uint8Array) => hasStates(parseRegistryKey(key, { prefix: cluster.kubernetesPrefix })?.resource ?? '')
  const leases = nodeLeases(cluster)
  const lease = (key: Uint8Array) => compareBytes(key, leases.key) >= 0 && compareBytes(key, leases.end) < 0
  return new LivePast(cluster.opened.v3, { intervals: [EVERYTHING, { key: root, end: prefixEnd(root) }], wanted: { all, lease } })
}

const timers = new WeakMap<LivePast, NodeJS.Timeout>()

function forgetLater(past: LivePast): void {
  clearTimeout(timers.get(past))
  const timer = setTimeout(() => (past.busy ? forgetLater(past) : past.forget()), FORGET_AFTER_MS)
  timer.unref()
  timers.set(past, timer)
}

const NO_WRITES: StoredWrites = { parts: [], keyNumbered: () => new Uint8Array() }

/** A file never changes: its list is made once. */
class FilePast {
  readonly #v3: V3Source
  readonly #work = new SharedWork<KnownWrites>()
  #known: KnownWrites | null = null

  constructor(v3: V3Source) {
    this.#v3 = v3
  }

  async known(signal: AbortSignal): Promise<KnownWrites> {
    return this.#known ?? (await this.#work.join((shared) => this.#read(shared), signal))
  }

  async #read(signal: AbortSignal): Promise<KnownWrites> {
    const { revision, compactedRevision } = await this.#v3.status(signal)
    const log = new WriteLog()
    let first = compactedRevision === null ? 1n : compactedRevision + 1n
    let end: PastEnd = compactedRevision === null ? 'first' : 'compacted'
    const { parts, keyNumbered }: StoredWrites = this.#v3.writes?.() ?? NO_WRITES
    /** The oldest revision in the list. */
    let edge = Number.NaN
    for (const part of parts) {
      const { revision: revisions } = part
      // What is kept of earlier revisions is not all of them.
      const kept = firstFrom(revisions, Number(first))
      const cut = cutOf(revisions, MOST_OF_A_FILE - log.size, edge)
      if (cut > kept) {
        first = BigInt(revisions[cut - 1] as number) + 1n
        end = 'most'
      }
      const from = Math.max(kept, cut)
      log.addColumns(part, from, keyNumbered)
      if (from > 0) break
      edge = revisions[0] as number
      await shareThread()
      signal.throwIfAborted()
    }
    this.#known = {
      log,
      writes: log.size,
      values: null,
      newest: revision,
      oldest: first,
      compacted: compactedRevision,
      end,
      bytes: null,
      more: null,
      unproven: null,
    }
    return this.#known
  }
}

/** Where ascending revisions begin for which there is room; one that also has later writes, from `edge` on, is taken as a whole. */
function cutOf(revisions: Float64Array, room: number, edge: number): number {
  let cut = Math.min(revisions.length, Math.max(0, revisions.length - room))
  while (cut > 0 && revisions[cut - 1] === (revisions[cut] ?? edge)) cut--
  return cut
}

/** How an answer says what is known. */
export function windowOnWire(known: KnownWrites, clock: ClusterClock): PastWindow {
  const { writes, newest, oldest, compacted, end, bytes, more, unproven } = known
  return {
    revision: String(newest),
    oldest: String(oldest),
    since: clock.timeOf(oldest),
    end,
    compacted: compacted === null ? null : String(compacted),
    writes,
    bytes,
    more: more && {
      revisions: String(more.revisions),
      bytes: more.bytes,
      budget: Math.min(MOST_PAST_MEGABYTES, Math.ceil((more.bytes * 1.2) / MEGABYTE) + 1),
    },
    unproven: unproven && { from: String(unproven.from), to: String(unproven.to) },
  }
}
