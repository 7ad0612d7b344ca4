// A live v3 keyspace: Ranges sent gently, to a member that answers, each at the consistency that it needs.
import type { EtcdStatus, Member, Notice } from '@registree/contract'
import type { Static } from 'typebox'
import { AppError, isAppError } from '../../problem.ts'
import { pause } from '../pause.ts'
import { cancelled, ReadQueue } from '../read-queue.ts'
import type { Availability, LeaseFacts, RangeReply, RangeRequest, V3Change, V3Source, V3Status, WatchReply } from '../source.ts'
import { type Alarm, alarmsIn, tellsAlarms } from './alarms.ts'
import { CallFailed, type Credentials, EtcdMember, type EtcdReads, type TlsFiles } from './etcd-member.ts'
import { type WatchRequest, watchMember } from './etcd-v3-watch.ts'
import { isCompacted, isFutureRevision, isMessageTooLarge, isNoQuorum, isUnavailable, toAppError } from './grpc-status.ts'

export interface EtcdV3Options {
  endpoints: string[]
  tls: TlsFiles | null
  credentials: Credentials | null
  /** A single key that a reading role may surely read: revisions are asked for with it. */
  probeKey: Uint8Array
  /** Milliseconds that one call may take. */
  deadlineMs?: number
  readsInFlight?: number
  now?: () => number
}

type Call<T> = (client: EtcdReads, options: import('@grpc/grpc-js').CallOptions) => Promise<T>

/** A member that has never answered gets only this long when there are others to ask. */
const FIRST_CONTACT_MS = 3000
/** A read by consensus takes milliseconds; without a quorum etcd holds it for seven seconds before it says so. */
const CONSENSUS_MS = 4000
/** How long after a failed read by consensus the next is not even tried. */
const STALE_RETRY_MS = 15_000
const TRIES = 3
/** How long a found compacted revision is believed; Kubernetes compacts every five minutes. */
const COMPACTED_FRESH_MS = 60_000

export class EtcdV3Source implements V3Source {
  readonly kind = 'etcd'
  readonly #members: EtcdMember[]
  readonly #queue: ReadQueue
  readonly #probeKey: Buffer
  readonly #deadlineMs: number
  readonly #now: () => number
  /** The member that answered last is asked first. */
  #preferred = 0
  /** When reading by consensus began to fail, and when it was tried last. */
  #stale: { since: number; tried: number } | null = null
  #compacted: { revision: bigint; at: number } | null = null

  constructor(options: EtcdV3Options) {
    this.#members = options.endpoints.map((endpoint) => new EtcdMember(endpoint, options.tls, options.credentials))
    this.#queue = new ReadQueue(options.readsInFlight ?? 4)
    this.#probeKey = Buffer.from(options.probeKey)
    this.#deadlineMs = options.deadlineMs ?? 10_000
    this.#now = options.now ?? Date.now
  }

  get inFlight(): number {
    return this.#queue.inFlight
  }

  async availability(signal?: AbortSignal): Promise<Availability> {
    try {
      await this.#newestRevision(signal)
    } catch (error) {
      if (isAppError(error, 'KEYSPACE_UNAVAILABLE')) return { available: false, reason: error.message }
      if (isAppError(error, 'CANCELLED')) throw error
      // It is configured, and may come back: the status page says what is wrong with it.
    }
    return { available: true, reason: null }
  }

  /**
   * The first read, which pins the revision, is linearizable: it shows what the cluster has agreed on. Everything after it names that
   * revision, and a member's own state at a revision is the same everywhere, so those reads are serializable and cost no consensus.
   */
  async range(request: RangeRequest, signal?: AbortSignal): Promise<RangeReply> {
    if (request.limit === 0 && request.end !== null && !request.countOnly) {
      throw new AppError('INTERNAL', 'A Range without a limit was refused.')
    }
    try {
      return await this.#range(request, request.revision > 0n, signal)
    } catch (error) {
      if (!(error instanceof CallFailed)) throw error
      throw await this.#explain(error, request, signal)
    }
  }

  async lease(id: bigint, signal?: AbortSignal): Promise<LeaseFacts | null> {
    // int64 on the wire: ids above 2^63 travel as negative numbers.
    const ID = String(BigInt.asIntN(64, id))
    const reply = await this.#callAny((client, options) => client.leaseClient.leaseTimeToLive({ ID, keys: false }, options), signal).catch(
      (error: unknown) => {
        if (error instanceof CallFailed && /lease not found/.test(error.status.details)) return null
        throw this.#translate(error)
      },
    )
    if (reply === null || BigInt(reply.TTL) < 0n) return null
    return { ttl: BigInt(reply.TTL), granted: BigInt(reply.grantedTTL), note: null }
  }

  async *watch(request: WatchRequest, signal: AbortSignal): AsyncGenerator<WatchReply<V3Change>> {
    try {
      // Finds a member that answers, and renews a token that ran out, which a stream would not.
      const newest = await this.#newestRevision(signal)
      const member = this.#members[this.#preferred % this.#members.length] as EtcdMember
      let { after } = request
      if (after > newest && this.#stale === null) {
        // The cluster was restored from a backup: what was known is of another history.
        after = newest
        yield { kind: 'gap', at: after }
      }
      yield* watchMember(member, { ...request, after }, signal)
    } catch (error) {
      if (signal.aborted) throw cancelled()
      if (error instanceof CallFailed && isUnavailable(error.status)) this.#preferred = (this.#preferred + 1) % this.#members.length
      throw this.#translate(error)
    }
  }

  async status(signal?: AbortSignal): Promise<V3Status> {
    const revision = await this.#newestRevision(signal)
    const compactedRevision = await this.#compactedRevision(1n, revision, this.#probeKey, signal).catch(() => null)
    return { revision, compactedRevision, keys: null }
  }

  /** Members, leader and raft as the endpoints see them. Never throws: an endpoint that does not answer says so in its place. */
  async facts(signal?: AbortSignal): Promise<{ members: Member[]; etcd: Static<typeof EtcdStatus>; notices: Notice[] }> {
    const notices: Notice[] = []
    const [endpoints, list] = await Promise.all([
      Promise.all(this.#members.map((member) => this.#endpointStatus(member, signal))),
      this.#callAny((client, options) => client.cluster.memberList({}, options), signal).catch((error: unknown) => {
        notices.push({ level: 'warning', where: 'members', message: this.#translate(error).message })
        return null
      }),
    ])
    const answering = endpoints.filter(({ error }) => error === null)
    const alarms = answering.every(({ version }) => tellsAlarms(version))
      ? alarmsIn(answering.flatMap(({ errors }) => errors))
      : await this.#askAlarms(signal)
    const known = endpoints.find((endpoint) => endpoint.leader !== null)
    const leader = known?.leader ?? null
    if (this.#stale !== null) {
      notices.push({
        level: 'warning',
        where: 'v3',
        message: `Since ${new Date(this.#stale.since).toISOString()} etcd cannot read by consensus (no leader, or no quorum): what one member holds is shown, and may be out of date.`,
      })
    }
    for (const endpoint of endpoints) {
      if (endpoint.error !== null) notices.push({ level: 'error', where: endpoint.endpoint, message: endpoint.error })
    }
    const highest = endpoints.reduce((max, { raftIndex }) => (raftIndex !== null && BigInt(raftIndex) > max ? BigInt(raftIndex) : max), 0n)
    return {
      members: (list?.members ?? []).map((member) => ({
        id: hexId(member.ID),
        name: member.name,
        peerURLs: member.peerURLs,
        clientURLs: member.clientURLs,
        isLearner: member.isLearner,
        isLeader: hexId(member.ID) === leader,
      })),
      etcd: {
        clusterId: list === null ? null : hexId(list.header.cluster_id),
        leader,
        raftTerm: known?.raftTerm ?? null,
        raftIndex: highest > 0n ? String(highest) : null,
        version: known?.version ?? endpoints.find(({ version }) => version !== null)?.version ?? null,
        endpoints,
        alarms,
      },
      notices,
    }
  }

  async close(): Promise<void> {
    for (const member of this.#members) member.close()
  }

  async #range(request: RangeRequest, serializable: boolean, signal: AbortSignal | undefined): Promise<RangeReply> {
    if (!serializable && this.#stale !== null && this.#now() - this.#stale.tried < STALE_RETRY_MS) serializable = true
    try {
      const reply = await this.#rangeOnce(request, serializable, signal)
      if (!serializable) this.#stale = null
      return reply
    } catch (error) {
      if (!(error instanceof CallFailed) || signal?.aborted) throw error
      if (!serializable && isNoQuorum(error.status)) {
        const reply = await this.#rangeOnce(request, true, signal)
        // Only now is it sure that the member lives and the quorum does not.
        this.#stale = { since: this.#stale?.since ?? this.#now(), tried: this.#now() }
        return reply
      }
      // A member that lags behind does not have the pinned revision yet: asked by consensus it waits until it has.
      if (serializable && isFutureRevision(error.status) && request.revision > 0n) return await this.#rangeOnce(request, false, signal)
      if (isMessageTooLarge(error.status) && request.limit > 1) {
        return await this.#range({ ...request, limit: Math.max(1, request.limit >> 3) }, serializable, signal)
      }
      throw error
    }
  }

  #rangeOnce(request: RangeRequest, serializable: boolean, signal: AbortSignal | undefined): Promise<RangeReply> {
    const deadline = serializable ? this.#deadlineMs : Math.min(CONSENSUS_MS, this.#deadlineMs)
    return this.#askAny((member, ms) => member.range({ request, serializable }, ms, signal), signal, deadline)
  }

  async #newestRevision(signal: AbortSignal | undefined): Promise<bigint> {
    return (await this.range({ key: this.#probeKey, end: null, revision: 0n, limit: 1, countOnly: true }, signal)).revision
  }

  #callAny<T>(call: Call<T>, signal: AbortSignal | undefined): Promise<T> {
    return this.#askAny((member, deadlineMs) => member.call(call, deadlineMs, signal), signal, this.#deadlineMs)
  }

  /** Asks the preferred member first, and on UNAVAILABLE up to two others. Rejects with CallFailed or CANCELLED. */
  #askAny<T>(ask: (member: EtcdMember, deadlineMs: number) => Promise<T>, signal: AbortSignal | undefined, deadlineMs: number): Promise<T> {
    return this.#queue.run(async () => {
      for (let attempt = 0; ; attempt += 1) {
        const at = this.#preferred
        const member = this.#members[at % this.#members.length] as EtcdMember
        const last = attempt + 1 >= Math.max(TRIES, this.#members.length)
        const short = !member.everAnswered && this.#members.length > 1 && !last
        const deadline = short ? Math.min(FIRST_CONTACT_MS, deadlineMs) : deadlineMs
        try {
          return await ask(member, deadline)
        } catch (error) {
          if (signal?.aborted) throw cancelled()
          if (!(error instanceof CallFailed)) throw error
          if (!isUnavailable(error.status) || last) throw error
          if (this.#preferred === at) this.#preferred = (at + 1) % this.#members.length
          if (this.#members.length === 1) await pause(100 * (attempt + 1), signal)
        }
      }
    }, signal)
  }

  /** Before 3.4: a GET changes nothing, though raft carries it. */
  async #askAlarms(signal: AbortSignal | undefined): Promise<Alarm[]> {
    const answer = await this.#callAny((client, options) => client.maintenance.alarm({ action: 'Get' }, options), signal).catch(() => null)
    return (answer?.alarms ?? []).map(({ memberID, alarm }) => ({ memberId: hexId(memberID), alarm: String(alarm).toUpperCase() }))
  }

  async #endpointStatus(member: EtcdMember, signal: AbortSignal | undefined) {
    const empty = {
      endpoint: member.endpoint,
      error: null,
      memberId: null,
      version: null,
      dbSize: null,
      dbSizeInUse: null,
      isLeader: false,
      isLearner: false,
      leader: null,
      raftTerm: null,
      raftIndex: null,
      raftAppliedIndex: null,
      errors: [],
    }
    try {
      const reply = await member.call(
        (client, options) => client.maintenance.status(options),
        Math.min(FIRST_CONTACT_MS, this.#deadlineMs),
        signal,
      )
      const memberId = hexId(reply.header.member_id)
      return {
        ...empty,
        memberId,
        version: reply.version,
        dbSize: Number(reply.dbSize),
        // Absent before 3.4: proto's zero is no size.
        dbSizeInUse: reply.dbSizeInUse === '0' ? null : Number(reply.dbSizeInUse),
        isLeader: memberId === hexId(reply.leader),
        isLearner: reply.isLearner,
        leader: reply.leader === '0' ? null : hexId(reply.leader),
        raftTerm: reply.raftTerm,
        raftIndex: reply.raftIndex,
        raftAppliedIndex: reply.raftAppliedIndex === '0' ? null : reply.raftAppliedIndex,
        errors: reply.errors,
      }
    } catch (error) {
      if (!(error instanceof CallFailed)) throw error
      const { message, facts } = toAppError(error.status, member.endpoint)
      return { ...empty, error: `${message} ${facts.detail ?? ''}`.trim() }
    }
  }

  #translate(error: unknown): AppError {
    if (error instanceof AppError) return error
    if (error instanceof CallFailed) return toAppError(error.status, error.endpoint)
    return new AppError('INTERNAL', 'Reading etcd failed unexpectedly.', { cause: error })
  }

  async #explain(error: CallFailed, request: RangeRequest, signal: AbortSignal | undefined): Promise<AppError> {
    const base = this.#translate(error)
    if (isFutureRevision(error.status)) {
      const current = await this.#newestRevision(signal).catch(() => undefined)
      return new AppError('REVISION_IN_FUTURE', `Revision ${request.revision} does not exist yet.`, {
        ...base.facts,
        ...(current === undefined ? {} : { currentRevision: current }),
        hint: 'The link may belong to another cluster, or this one was restored from an older backup.',
      })
    }
    if (isCompacted(error.status)) {
      const current = await this.#newestRevision(signal).catch(() => undefined)
      const compacted =
        current === undefined
          ? undefined
          : await this.#compactedRevision(request.revision, current, this.#probeKey, signal).catch(() => undefined)
      return new AppError('REVISION_COMPACTED', `Revision ${request.revision} has been compacted away.`, {
        ...base.facts,
        ...(current === undefined ? {} : { currentRevision: current }),
        ...(compacted === undefined || compacted === null ? {} : { compactedRevision: compacted }),
        hint: 'Look at the present value instead.',
      })
    }
    return base
  }

  /**
   * The oldest revision that can still be read. etcd tells it only to watchers, so it is found by bisection: reads of one key, each a
   * point lookup, at most log2(revisions) of them, and remembered. `low` may be readable (then it is the answer only if it is 1).
   */
  async #compactedRevision(low: bigint, current: bigint, key: Uint8Array, signal: AbortSignal | undefined): Promise<bigint | null> {
    const known = this.#compacted
    if (known !== null && this.#now() - known.at < COMPACTED_FRESH_MS && known.revision > low) return known.revision
    const readable = async (revision: bigint): Promise<boolean> => {
      try {
        await this.#range({ key, end: null, revision, limit: 1, countOnly: true }, true, signal)
        return true
      } catch (error) {
        if (error instanceof CallFailed && isCompacted(error.status)) return false
        throw error
      }
    }
    let unreadable = known !== null && known.revision > low ? known.revision - 1n : low - 1n
    let oldest = current
    while (oldest - unreadable > 1n) {
      const middle = (oldest + unreadable) / 2n
      if (await readable(middle)) oldest = middle
      else unreadable = middle
    }
    const answer = oldest <= 1n ? null : oldest
    if (answer !== null) this.#compacted = { revision: answer, at: this.#now() }
    return answer
  }
}

/** etcd prints ids in hex without padding. */
function hexId(decimal: string): string {
  return BigInt.asUintN(64, BigInt(decimal)).toString(16)
}
