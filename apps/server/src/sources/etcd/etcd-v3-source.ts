// A live v3 keyspace: Ranges at a limited rate, to a member that answers, each with the consistency it needs.

import { isDeepStrictEqual } from 'node:util'
import type { CallOptions } from '@grpc/grpc-js'
import type { EtcdStatus, Member, Notice } from '@registree/contract'
import { equalBytes, type Readable } from '@registree/keyspace'
import type { AnyMessage } from '@registree/messages'
import type { Static } from 'typebox'
import { inEnglish } from '../../messages/in-english.ts'
import { noteOf } from '../../messages/note.ts'
import { notice } from '../../messages/notice.ts'
import { AppError, isAppError, saidBy } from '../../problem.ts'
import type { Identity } from '../identity.ts'
import { noLeader } from '../no-leader.ts'
import { pause } from '../pause.ts'
import { LEAST_MS, ReadLane } from '../read-lane.ts'
import { cancelled } from '../read-queue.ts'
import type {
  Availability,
  LeaseFacts,
  MemberHash,
  Pulse,
  RangeReply,
  RangeRequest,
  V3Change,
  V3Source,
  V3Status,
  WatchReply,
} from '../source.ts'
import { type Alarm, alarmNotices, alarmsIn, tellsAlarms } from './alarms.ts'
import { idOrNull } from './answer-header.ts'
import type { Endpoint } from './connections.ts'
import type { EtcdReads } from './etcd-client.ts'
import { CallFailed, type Credentials, EtcdMember, type KeepaliveTiming } from './etcd-member.ts'
import { type WatchRequest, watchMember } from './etcd-v3-watch.ts'
import {
  isCompacted,
  isFutureRevision,
  isMessageTooLarge,
  isNoQuorum,
  isPermissionDenied,
  isSilent,
  isTokenRefused,
  isUnavailable,
  offersNoStatus,
  offersNoV3,
  saysNoLeader,
  toAppError,
} from './grpc-status.ts'
import {
  describeInterval,
  downgradeNotice,
  type Fullness,
  kineNotice,
  proxyNotice,
  quotaNotices,
  restrictedNotice,
} from './member-notices.ts'
import { readOwnPermissions, userName } from './own-permissions.ts'
import type { TlsFiles } from './tls-files.ts'

export interface EtcdV3Options {
  endpoints: string[]
  tls: TlsFiles | null
  credentials: Credentials | null
  /** Which history the answers belong to. */
  identity: Identity
  /** A single key that every reading role can read: used to ask for revisions. */
  probeKey: Uint8Array
  /** Time limit of a read in ms, including its wait and its attempts at all members. */
  deadlineMs?: number
  /** Time limit in ms for a member that has never answered, if there are others to ask. */
  firstContactMs?: number
  keepalive?: KeepaliveTiming
  readsInFlight?: number
  now?: () => number
}

/** A read whose turn has come. */
interface Turn {
  /** Remaining time in ms. */
  left: () => number
  lane: ReadLane
  signal: AbortSignal | undefined
}

/** One member's own status. */
interface Vitals {
  endpoint: string
  /** Lower-case hex; null if it has none. */
  memberId: string | null
  /** Whether it belongs to a cluster that needs a leader. */
  raft: boolean
  leader: string | null
  revision: bigint | null
}

/** It answers, but its cluster has no leader. */
const isAlone = ({ raft, leader }: Vitals): boolean => raft && leader === null

type Call<T> = (client: EtcdReads, options: CallOptions) => Promise<T>

/** Time limit for a member that has never answered, if there are others to ask. */
const FIRST_CONTACT_MS = 3000
/** A linearizable read takes milliseconds; without a quorum etcd holds it for seven seconds before it fails. */
const CONSENSUS_MS = 4000
/** The share of the remaining time that it may use, so that some is left for a serializable read. */
const CONSENSUS_SHARE = 0.6
/** A serializable read is answered at once: after this time another member is tried, if there is one. */
const PROBE_MS = 2000
/** Requests for the status page do not queue behind other reads, and have a shorter time limit. */
const STATUS_MS = 5000
/** After a failed linearizable read, none is tried for this long. */
const STALE_RETRY_MS = 15_000
/** A member that does not report its status within this time counts as not answering. */
const PULSE_MS = 3000
/** Limit for hashing all keys of one member: seconds for a database of gigabytes. */
const HASH_MS = 120_000
/** Retry delay after a failed look-up of the members' names. */
const NAMES_MS = 30_000
const TRIES = 3
/** A member tells its size at once. A listing does not wait longer for a hint. */
const SIZE_MS = 1000
/** How long its size, or that it did not tell, is trusted. */
const SIZE_FRESH_MS = 20_000
/** How long the known permissions of the user are trusted. */
const PERMISSIONS_FRESH_MS = 20_000

export class EtcdV3Source implements V3Source {
  readonly kind = 'etcd'
  readonly #members: EtcdMember[]
  readonly #reads: ReadLane
  readonly #status: ReadLane
  readonly #statusMs: number
  readonly #firstContactMs: number
  #probeKey: Uint8Array
  /** Our user name in etcd; null if etcd needs none. */
  readonly #user: string | null
  /** The user's permissions, read after the first refusal; null if etcd did not tell. */
  #permissions: { readable: Readable | null; at: number; epoch: string } | null = null
  #permissionsAsked: { epoch: string; answer: Promise<Readable | null> } | null = null
  readonly #now: () => number
  /** The member that answered last is asked first. */
  #preferred = 0
  /** When linearizable reads began to fail, and when the last was tried. */
  #stale: { since: number; tried: number } | null = null
  #size: { bytes: Promise<number | undefined>; of: EtcdMember; at: number; epoch: string } | null = null
  #compacted: { revision: bigint; epoch: string } | null = null
  readonly #identity: Identity
  #names: { byId: ReadonlyMap<string, string>; at: number; epoch: string } = { byId: new Map(), at: Number.NEGATIVE_INFINITY, epoch: '' }

  constructor(options: EtcdV3Options) {
    const { endpoints, tls, credentials, identity, keepalive } = options
    this.#members = endpoints.map((endpoint) => new EtcdMember(endpoint, tls, credentials, identity, keepalive))
    this.#identity = identity
    this.#probeKey = new Uint8Array(options.probeKey)
    this.#firstContactMs = options.firstContactMs ?? FIRST_CONTACT_MS
    this.#user = userName(options.credentials, options.tls)
    this.#now = options.now ?? Date.now
    const deadlineMs = options.deadlineMs ?? 10_000
    const lane = (readsInFlight: number, patienceMs: number) => new ReadLane({ readsInFlight, patienceMs, now: this.#now })
    this.#reads = lane(options.readsInFlight ?? 4, deadlineMs)
    this.#statusMs = Math.min(STATUS_MS, deadlineMs)
    this.#status = lane(4, this.#statusMs)
  }

  get inFlight(): number {
    return this.#reads.inFlight + this.#status.inFlight
  }

  async availability(signal?: AbortSignal): Promise<Availability> {
    try {
      await this.#newestRevision(signal, this.#status)
    } catch (error) {
      if (isAppError(error, 'KEYSPACE_UNAVAILABLE')) return { available: false, says: error.says }
      if (isAppError(error, 'CANCELLED')) throw error
      // It is configured and may come back: the status page says what is wrong with it.
    }
    return { available: true, says: null }
  }

  /**
   * The first read, which pins the revision, is linearizable: it shows what the cluster has agreed on. All later reads name that revision, which is
   * the same on every member, so they are serializable and need no quorum.
   */
  range(request: RangeRequest, signal?: AbortSignal): Promise<RangeReply> {
    return this.#rangeIn(this.#reads, request, signal)
  }

  /**
   * The size of the asked member's database, without what is free in it. Asked once for all who wait, whoever leaves meanwhile. A member that does not
   * answer is not waited for: the Range that follows will say so.
   */
  async storedBytes(): Promise<number | undefined> {
    const { epoch } = this.#identity
    const known = this.#size
    const member = this.#asked
    if (known !== null && known.of === member && known.epoch === epoch && this.#now() - known.at < SIZE_FRESH_MS) return await known.bytes
    const bytes = sizeOf(member)
    this.#size = { bytes, of: member, at: this.#now(), epoch }
    return await bytes
  }

  async #rangeIn(lane: ReadLane, request: RangeRequest, signal: AbortSignal | undefined): Promise<RangeReply> {
    if (request.limit === 0 && request.end !== null && !request.countOnly) {
      throw new AppError('INTERNAL', { code: 'range-unlimited', params: {} })
    }
    // Ranges that etcd has just refused are not sent again by every page and level.
    const known = this.#readable
    if (known !== null && !known.covers(request)) throw notReadable(this.#asked.endpoint, this.#user, known)
    try {
      return await this.#inTurn(lane, signal, (turn) => this.#range(request, request.revision > 0n, turn))
    } catch (error) {
      if (!(error instanceof CallFailed)) throw error
      throw await this.#explain(error, request, lane, signal)
    }
  }

  /** Not asked for without a leader: etcd would hold the call for seconds. */
  async lease(id: bigint, signal?: AbortSignal): Promise<LeaseFacts | null> {
    if (this.#staleNow) throw noLeader(this.#asked.endpoint, { code: 'leases-need-leader', params: {} })
    // int64 on the wire: ids from 2^63 on are sent as negative numbers.
    const ID = String(BigInt.asIntN(64, id))
    const ask: Call<{ TTL: string; grantedTTL: string }> = (client, options) =>
      client.leaseClient.leaseTimeToLive({ ID, keys: false }, options)
    const reply = await this.#callAny(this.#reads, ask, signal).catch((error: unknown) => {
      if (error instanceof CallFailed && /lease not found/.test(error.status.details)) return null
      if (error instanceof CallFailed && /lease time to live is not supported/.test(error.status.details)) return 'kine' as const
      throw this.#translate(error)
    })
    // Source: github.com/k3s-io/kine pkg/server/lease.go (LeaseGrant).
    if (reply === 'kine') return { ttl: null, granted: id, note: noteOf({ code: 'lease-of-kine', params: {} }) }
    if (reply === null || BigInt(reply.TTL) < 0n) return null
    return { ttl: BigInt(reply.TTL), granted: BigInt(reply.grantedTTL), note: null }
  }

  async *watch(request: WatchRequest, signal: AbortSignal): AsyncGenerator<WatchReply<V3Change>> {
    let { after } = request
    for (let retried = false; ; ) {
      try {
        // Finds a member that answers, and renews an expired token, which a stream would not do.
        const newest = await this.#newestRevision(signal, this.#reads)
        if (after > newest && this.#stale === null) {
          // The cluster was restored from a backup: what was known belongs to another history.
          after = newest
          yield { kind: 'gap', at: after }
        }
        for await (const reply of watchMember(this.#asked, { ...request, after }, signal)) {
          retried = false
          after = reply.at
          yield reply
        }
        return
      } catch (error) {
        if (signal.aborted) throw cancelled()
        if (error instanceof CallFailed && isTokenRefused(error.status) && !retried) {
          retried = true
          continue
        }
        if (error instanceof CallFailed && isUnavailable(error.status)) this.#moveOn(error.endpoint)
        throw this.#translate(error)
      }
    }
  }

  async status(signal?: AbortSignal): Promise<V3Status> {
    const revision = await this.#newestRevision(signal, this.#status)
    const compactedRevision = await this.#compactedRevision(1n, revision, this.#status, signal).catch(() => null)
    return { revision, compactedRevision, keys: null }
  }

  /** Whether kine, not etcd, answers at one of the endpoints. Does not reject. */
  async isKine(endpoint: string): Promise<boolean> {
    const member = this.#members.find((one) => one.endpoint.replace(/\/+$/, '') === endpoint.replace(/\/+$/, ''))
    if (member === undefined) return false
    return member.kine !== null || (await member.findServer(this.#statusMs).catch(() => null)) === 'kine'
  }

  /** Members, leader and raft as the endpoints see them. Never throws: an endpoint that does not answer is listed with the reason. */
  async facts(signal?: AbortSignal): Promise<{ members: Member[]; etcd: Static<typeof EtcdStatus>; notices: Notice[] }> {
    const notices: Notice[] = []
    /** Why an endpoint gave no status, by its address. */
    const failed = new Map<string, AnyMessage[]>()
    let unlisted: AnyMessage | null = null
    const [statuses, list] = await Promise.all([
      Promise.all(this.#members.map((member) => this.#endpointStatus(member, failed, signal))),
      this.#callAny(this.#status, (client, options) => client.cluster.memberList({}, options), signal).catch((error: unknown) => {
        unlisted = this.#translate(error).says
        return null
      }),
    ])
    // The reason of an endpoint says it too.
    const isSaid = [...failed.values()].flat().some((message) => isDeepStrictEqual(message, unlisted))
    if (unlisted !== null && !isSaid) notices.push(notice('warning', 'members', 'members-unread', { why: [unlisted] }))
    // A proxy lists the members behind it without naming their cluster.
    const proxied = list !== null && list.header === null
    const endpoints = statuses.map((status) => ({ ...status, server: proxied ? ('grpc-proxy' as const) : status.server }))
    const answering = endpoints.filter(({ error }) => error === null)
    const alarms = answering.every(({ server, version }) => server === 'kine' || tellsAlarms(version))
      ? alarmsIn(answering.flatMap(({ errors }) => errors))
      : await this.#askAlarms(signal)
    notices.push(...alarmNotices(alarms, (id) => list?.members.find((member) => hexId(member.ID) === id)?.name))
    notices.push(...this.#memberNotices(endpoints))
    const readable = this.#readable
    if (readable !== null) notices.push(restrictedNotice(this.#user ?? '', readable))
    const known = endpoints.find((endpoint) => endpoint.leader !== null)
    const leader = known?.leader ?? null
    if (this.#stale !== null) {
      const since = new Date(this.#stale.since).toISOString()
      const id = endpoints.find(({ endpoint }) => endpoint === this.#asked.endpoint)?.memberId
      const member = list?.members.find(({ ID }) => hexId(ID) === id)?.name || this.#asked.endpoint
      notices.push(notice('warning', 'v3', 'no-consensus', { since, member }))
    }
    if (this.#identity.replaced !== null) notices.push(this.#identity.replaced.notice)
    for (const endpoint of endpoints) {
      if (endpoint.error === null) continue
      notices.push(notice('error', endpoint.endpoint, 'endpoint-failed', { why: failed.get(endpoint.endpoint) ?? endpoint.error }))
      this.#moveOn(endpoint.endpoint)
    }
    const highest = endpoints.reduce((max, { raftIndex }) => (raftIndex !== null && BigInt(raftIndex) > max ? BigInt(raftIndex) : max), 0n)
    return {
      members: (list?.members ?? []).map((member) => ({
        id: idOrNull(BigInt(member.ID)),
        name: member.name,
        peerURLs: member.peerURLs,
        clientURLs: member.clientURLs,
        isLearner: member.isLearner,
        isLeader: leader !== null && hexId(member.ID) === leader,
      })),
      etcd: {
        // A status through a proxy names the cluster too.
        clusterId: endpoints.find(({ clusterId }) => clusterId !== null)?.clusterId ?? this.#identity.clusterId,
        leader,
        raftTerm: known?.raftTerm ?? null,
        raftIndex: highest > 0n ? String(highest) : null,
        version: known?.version ?? endpoints.find(({ version }) => version !== null)?.version ?? null,
        endpoints: endpoints.map(({ clusterId: _, downgradeTarget: __, ...endpoint }) => endpoint),
        alarms,
        downgradeTarget: endpoints.find(({ downgradeTarget }) => downgradeTarget !== null)?.downgradeTarget ?? null,
      },
      notices,
    }
  }

  /** Asks one member for its state: the one that reads are sent to, or the next that answers. */
  async pulse(signal?: AbortSignal): Promise<Pulse> {
    try {
      let answer = await this.#statusOfAny(signal)
      if (isAlone(answer) && (await this.#preferLed(signal))) answer = await this.#statusOfAny(signal)
      if (isAlone(answer)) this.#stale = { since: this.#stale?.since ?? this.#now(), tried: this.#now() }
      else if (this.#stale !== null) {
        // There is a leader again, or none is needed: a read will show whether the newest revision is available.
        this.#stale = { ...this.#stale, tried: Number.NEGATIVE_INFINITY }
        await this.#newestRevision(signal, this.#status).catch(() => {})
      }
      const { memberId, endpoint, leader, revision } = answer
      const names = await this.#memberNames([memberId, leader], signal)
      return {
        member: { id: memberId, name: names.get(memberId ?? '') ?? '', endpoint },
        leader: leader === null ? null : { id: leader, name: names.get(leader) ?? '' },
        agrees: this.#stale === null,
        revision,
        index: null,
      }
    } catch (error) {
      if (error instanceof AppError) throw error
      if (signal?.aborted) throw cancelled()
      if (!(error instanceof CallFailed)) throw this.#translate(error)
      const member = this.#members.find(({ endpoint }) => endpoint === error.endpoint)
      throw toAppError((await member?.explained(error.status)) ?? error.status, error.endpoint)
    }
  }

  /** The members as endpoints to hold connections to. */
  get endpoints(): Endpoint[] {
    return this.#members.map((member) => ({
      endpoint: member.endpoint,
      ways: [
        async (signal, open) => {
          for await (const _ of member.watch({ key: Buffer.from(this.#probeKey) }, signal, { idle: true })) open()
        },
      ],
    }))
  }

  async close(): Promise<void> {
    for (const member of this.#members) member.close()
  }

  #statusOfAny(signal: AbortSignal | undefined) {
    return this.#inTurn(this.#status, signal, (turn) =>
      this.#askAny((member, ms) => this.#vitals(member, Math.min(ms, PULSE_MS), signal), turn),
    )
  }

  /** Rejects with {@link CallFailed} if the member does not answer. */
  async #vitals(member: EtcdMember, deadlineMs: number, signal: AbortSignal | undefined): Promise<Vitals> {
    const deadline = Date.now() + deadlineMs
    if (member.kine === null) {
      const status = await member.status(deadlineMs, signal).catch((error: unknown) => {
        if (error instanceof CallFailed && offersNoStatus(error.status)) return null
        throw error
      })
      const memberId = status?.header.memberId ?? null
      if (status !== null && (memberId !== null || (await member.findServer(deadline - Date.now(), signal)) === 'etcd')) {
        const { header, leader } = status
        return { endpoint: member.endpoint, memberId, raft: true, leader: idOrNull(leader), revision: revisionOrNull(header.revision) }
      }
    }
    // kine has no leader, and reports a status only if its database knows its size. A read will show whether it answers.
    const request = { key: this.#probeKey, end: null, revision: 0n, limit: 1, countOnly: true }
    const { revision } = await member.range({ request, serializable: false }, deadline - Date.now(), signal)
    return { endpoint: member.endpoint, memberId: null, raft: false, leader: null, revision: revisionOrNull(revision) }
  }

  /** Switches to another member that has a leader; false if there is none. A member that is cut off does not speak for the cluster. */
  async #preferLed(signal: AbortSignal | undefined): Promise<boolean> {
    const others = this.#members.filter((member) => member !== this.#asked)
    const led = await Promise.all(
      others.map(async (member) => {
        const status = await member.status(PROBE_MS, signal).catch(() => null)
        return status !== null && status.leader !== 0n ? [member] : []
      }),
    )
    const [best] = led.flat()
    if (best === undefined) return false
    this.#preferred = this.#members.indexOf(best)
    return true
  }

  /** Names by id. The list is read again if an id is unknown, or in another epoch: a restored member may have the same id. */
  async #memberNames(ids: readonly (string | null)[], signal: AbortSignal | undefined): Promise<ReadonlyMap<string, string>> {
    const { epoch } = this.#identity
    const { byId, at } = this.#names.epoch === epoch ? this.#names : { byId: new Map<string, string>(), at: Number.NEGATIVE_INFINITY }
    if (ids.every((id) => id === null || byId.has(id)) || this.#now() - at < NAMES_MS) return byId
    const list = await this.#callAny(this.#status, (client, options) => client.cluster.memberList({}, options), signal).catch(() => null)
    this.#names = { byId: new Map(list?.members.map(({ ID, name }) => [hexId(ID), name]) ?? byId), at: this.#now(), epoch }
    return this.#names.byId
  }

  #inTurn<T>(lane: ReadLane, signal: AbortSignal | undefined, read: (turn: Turn) => Promise<T>): Promise<T> {
    return lane.run((left) => read({ left, lane, signal }), signal)
  }

  /** Whether a linearizable read has just failed, so that none is tried yet. */
  get #staleNow(): boolean {
    return this.#stale !== null && this.#now() - this.#stale.tried < STALE_RETRY_MS
  }

  /** The member that is tried first. */
  get #asked(): EtcdMember {
    return this.#members[this.#preferred % this.#members.length] as EtcdMember
  }

  /** Tries another member first from now on, unless another read has already switched. */
  #moveOn(from: string): void {
    if (this.#asked.endpoint === from) this.#preferred = (this.#preferred + 1) % this.#members.length
  }

  async #range(request: RangeRequest, serializable: boolean, turn: Turn): Promise<RangeReply> {
    try {
      if (serializable || this.#staleNow)
        return await this.#askAny((member, ms) => member.range({ request, serializable: true }, ms, turn.signal), turn)
      return await this.#rangeByConsensus(request, turn)
    } catch (error) {
      if (!(error instanceof CallFailed) || turn.signal?.aborted) throw error
      // A member that lags does not have the pinned revision yet. A linearizable read waits until it does.
      if (serializable && isFutureRevision(error.status) && request.revision > 0n) return await this.#rangeByConsensus(request, turn)
      if (isMessageTooLarge(error.status) && request.limit > 1) {
        return await this.#range({ ...request, limit: Math.max(1, request.limit >> 3) }, serializable, turn)
      }
      throw error
    }
  }

  /** What the cluster has agreed on; without a quorum, what one member holds. */
  async #rangeByConsensus(request: RangeRequest, turn: Turn): Promise<RangeReply> {
    const { signal } = turn
    for (let tried = 1; ; tried += 1) {
      const ms = Math.min(CONSENSUS_MS, CONSENSUS_SHARE * turn.left())
      let asked = this.#asked
      const ask = (member: EtcdMember, first: number) => {
        asked = member
        return member.range({ request, serializable: false }, Math.min(first, ms), signal)
      }
      try {
        const reply = await this.#askAny(ask, turn, 'leave silence to the caller')
        this.#stale = null
        return reply
      } catch (error) {
        if (!(error instanceof CallFailed) || signal?.aborted || !isNoQuorum(error.status) || request.revision > 0n) throw error
        if (tried < this.#members.length && turn.left() > LEAST_MS && (await this.#preferLed(signal))) continue
      }
      const other = tried < this.#members.length
      try {
        const left = turn.left()
        const reply = await asked.range({ request, serializable: true }, other ? Math.min(PROBE_MS, left / 2) : left, signal)
        turn.lane.heard()
        // Only now it is certain that the member is alive and the quorum is lost.
        this.#stale = { since: this.#stale?.since ?? this.#now(), tried: this.#now() }
        return reply
      } catch (error) {
        if (!(error instanceof CallFailed) || signal?.aborted || !(isSilent(error.status) || isUnavailable(error.status))) throw error
        // The member itself is silent: the others may still have a quorum.
        this.#moveOn(asked.endpoint)
        if (!other || turn.left() < LEAST_MS) throw error
      }
    }
  }

  async #newestRevision(signal: AbortSignal | undefined, lane: ReadLane): Promise<bigint> {
    const ask = async () =>
      (await this.#rangeIn(lane, { key: this.#probeKey, end: null, revision: 0n, limit: 1, countOnly: true }, signal)).revision
    try {
      return await ask()
    } catch (error) {
      const allowed = isAppError(error, 'SOURCE_FORBIDDEN') ? error.facts.readable?.granted[0] : undefined
      if (allowed === undefined || equalBytes(allowed.key, this.#probeKey)) throw error
      // Any key that the user may read will do.
      this.#probeKey = allowed.key
      return await ask()
    }
  }

  /** The user's permissions, if they were read recently. */
  get #readable(): Readable | null {
    const known = this.#permissions
    const fresh = known !== null && known.epoch === this.#identity.epoch && this.#now() - known.at < PERMISSIONS_FRESH_MS
    return fresh ? known.readable : null
  }

  /** The user's permissions, read again when they are old: once for all who wait, whoever leaves meanwhile. Null if etcd does not tell. */
  async #findReadable(): Promise<Readable | null> {
    const user = this.#user
    if (user === null) return null
    const { epoch } = this.#identity
    const known = this.#permissions
    if (known !== null && known.epoch === epoch && this.#now() - known.at < PERMISSIONS_FRESH_MS) return known.readable
    if (this.#permissionsAsked?.epoch === epoch) return await this.#permissionsAsked.answer
    const answer = this.#askPermissions(user, epoch)
    this.#permissionsAsked = { epoch, answer }
    try {
      return await answer
    } finally {
      if (this.#permissionsAsked?.answer === answer) this.#permissionsAsked = null
    }
  }

  async #askPermissions(user: string, epoch: string): Promise<Readable | null> {
    try {
      const readable = await readOwnPermissions(user, (make) => this.#callAny(this.#status, make, undefined))
      this.#permissions = { readable, at: this.#now(), epoch }
      return readable
    } catch (error) {
      // Only a refusal is an answer. If etcd was not reached in time, the next refused read asks again.
      if (error instanceof CallFailed && !isSilent(error.status) && !isUnavailable(error.status))
        this.#permissions = { readable: null, at: this.#now(), epoch }
      return null
    }
  }

  #callAny<T>(lane: ReadLane, call: Call<T>, signal: AbortSignal | undefined): Promise<T> {
    return this.#inTurn(lane, signal, (turn) => this.#askAny((member, ms) => member.call(call, ms, signal), turn))
  }

  /**
   * Asks the preferred member first, then up to two others if it is unreachable or silent. Rejects with CallFailed or CANCELLED. A member that has
   * never answered, or did not answer last time, gets less time if there are others.
   */
  async #askAny<T>(
    ask: (member: EtcdMember, deadlineMs: number) => Promise<T>,
    turn: Turn,
    onSilence: 'ask another' | 'leave silence to the caller' = 'ask another',
  ): Promise<T> {
    const { signal, lane } = turn
    const several = this.#members.length > 1
    /** An answer with an error outweighs that other members are unreachable. */
    let there: { member: EtcdMember; failure: CallFailed } | null = null
    for (let attempt = 0; ; attempt += 1) {
      const member = this.#asked
      const last = attempt + 1 >= Math.max(TRIES, this.#members.length)
      const left = turn.left()
      const ended = lane.asking(member.endpoint)
      const most = several && !last ? (member.answers ? left / 2 : Math.min(this.#firstContactMs, left / 2)) : left
      try {
        const answer = await ask(member, most)
        lane.heard()
        return answer
      } catch (error) {
        if (signal?.aborted) throw cancelled()
        if (!(error instanceof CallFailed)) throw error
        const unanswered = isSilent(error.status)
        const foreign = several && offersNoV3(error.status)
        if (!unanswered && !foreign && !isUnavailable(error.status)) {
          lane.heard()
          throw error
        }
        if (unanswered && onSilence !== 'ask another') throw error
        if (saysNoLeader(error.status) || ((unanswered || foreign) && there === null)) there = { member, failure: error }
        this.#moveOn(member.endpoint)
        if (last || (unanswered && !several) || turn.left() < LEAST_MS) {
          if (there === null) throw error
          this.#preferred = this.#members.indexOf(there.member)
          throw there.failure
        }
      } finally {
        ended()
      }
      if (!several) await pause(100 * (attempt + 1), signal)
    }
  }

  /** See {@link Members.hashes}. One member after the other: each is busy while it hashes. */
  async hashes(revision: bigint, signal: AbortSignal): Promise<MemberHash[]> {
    const hashes: MemberHash[] = []
    for (const member of this.#members) {
      const { endpoint } = member
      try {
        const { hash, compactedRevision } = await member.hash(revision, HASH_MS, signal)
        hashes.push({ endpoint, hash: String(hash), compactedRevision, problem: null })
      } catch (error) {
        if (signal.aborted) throw cancelled()
        if (!(error instanceof CallFailed)) throw error
        hashes.push({ endpoint, hash: null, compactedRevision: 0n, problem: error.status.details })
      }
    }
    return hashes
  }

  /** Before 3.4: a GET changes nothing, although it goes through raft. */
  async #askAlarms(signal: AbortSignal | undefined): Promise<Alarm[]> {
    const answer = await this.#callAny(
      this.#status,
      (client, options) => client.maintenance.alarm({ action: 'Get' }, options),
      signal,
    ).catch(() => null)
    return (answer?.alarms ?? []).map(({ memberID, alarm }) => ({ memberId: hexId(memberID), alarm: String(alarm).toUpperCase() }))
  }

  /** @param failed gets why there is no status */
  async #endpointStatus(member: EtcdMember, failed: Map<string, AnyMessage[]>, signal: AbortSignal | undefined) {
    const empty = {
      endpoint: member.endpoint,
      server: 'etcd' as 'etcd' | 'kine',
      error: null,
      clusterId: null,
      memberId: null,
      version: null,
      dbSize: null,
      dbSizeInUse: null,
      dbSizeQuota: null,
      storageVersion: null,
      downgradeTarget: null,
      isLeader: false,
      isLearner: false,
      leader: null,
      raftTerm: null,
      raftIndex: null,
      raftAppliedIndex: null,
      errors: [],
    }
    const deadlineMs = Math.min(this.#firstContactMs, this.#statusMs)
    try {
      const reply = await member.status(deadlineMs, signal)
      const { clusterId, memberId } = reply.header
      const leader = idOrNull(reply.leader)
      return {
        ...empty,
        server: memberId === null ? await member.findServer(deadlineMs, signal) : ('etcd' as const),
        clusterId,
        memberId,
        version: reply.version,
        dbSize: Number(reply.dbSize),
        // Missing before 3.4: proto3's zero means unknown.
        dbSizeInUse: numberOrNull(reply.dbSizeInUse),
        dbSizeQuota: reply.dbSizeQuota < 0n ? null : numberOrNull(reply.dbSizeQuota),
        storageVersion: reply.storageVersion === '' ? null : reply.storageVersion,
        downgradeTarget: reply.downgradeTarget,
        isLeader: leader !== null && memberId === leader,
        isLearner: reply.isLearner,
        leader,
        raftTerm: textOrNull(reply.raftTerm),
        raftIndex: textOrNull(reply.raftIndex),
        raftAppliedIndex: textOrNull(reply.raftAppliedIndex),
        errors: reply.errors,
      }
    } catch (error) {
      if (!(error instanceof CallFailed || error instanceof AppError)) throw error
      // kine reports a status only if its database knows its size.
      const noStatus = error instanceof CallFailed && offersNoStatus(error.status)
      if (noStatus && (await member.findServer(deadlineMs, signal).catch(() => null)) === 'kine')
        return { ...empty, server: 'kine' as const }
      const failure = error instanceof AppError ? error : toAppError(await member.explained(error.status), member.endpoint)
      const { hint } = failure.facts
      const why = [...saidBy(failure), ...(hint === undefined ? [] : [hint])]
      failed.set(member.endpoint, why)
      return { ...empty, error: inEnglish.any(why) }
    }
  }

  #memberNotices(endpoints: readonly (Fullness & { server: string; downgradeTarget: string | null })[]): Notice[] {
    const kines = this.#members.filter(({ kine }) => kine !== null)
    const [features] = kines.flatMap(({ kine }) => kine ?? [])
    const proxies = endpoints.filter(({ server }) => server === 'grpc-proxy').map(({ endpoint }) => endpoint)
    const target = endpoints.find(({ downgradeTarget }) => downgradeTarget !== null)?.downgradeTarget ?? null
    return [
      ...quotaNotices(endpoints),
      ...(target === null ? [] : [downgradeNotice(target)]),
      ...(proxies.length === 0 ? [] : [proxyNotice(proxies)]),
      ...(features === undefined
        ? []
        : [
            kineNotice(
              kines.map(({ endpoint }) => endpoint),
              features,
            ),
          ]),
    ]
  }

  #translate(error: unknown): AppError {
    if (error instanceof AppError) return error
    if (error instanceof CallFailed) return toAppError(error.status, error.endpoint)
    return new AppError('INTERNAL', { code: 'etcd-internal', params: {} }, { cause: error })
  }

  async #explain(error: CallFailed, request: RangeRequest, lane: ReadLane, signal: AbortSignal | undefined): Promise<AppError> {
    const member = this.#members.find(({ endpoint }) => endpoint === error.endpoint)
    if (isPermissionDenied(error.status)) {
      const readable = await this.#findReadable()
      if (readable !== null) return notReadable(error.endpoint, this.#user, readable)
    }
    const base = toAppError((await member?.explained(error.status)) ?? error.status, error.endpoint)
    if (isFutureRevision(error.status)) {
      const current = await this.#newestRevision(signal, lane).catch(() => undefined)
      return new AppError(
        'REVISION_IN_FUTURE',
        { code: 'revision-future', params: { revision: String(request.revision) } },
        {
          ...base.facts,
          ...(current === undefined ? {} : { currentRevision: current }),
          hint: { code: 'revision-other-cluster', params: {} },
        },
      )
    }
    if (isCompacted(error.status)) {
      const current = await this.#newestRevision(signal, lane).catch(() => undefined)
      const compacted =
        current === undefined ? undefined : await this.#compactedRevision(request.revision, current, lane, signal).catch(() => undefined)
      return new AppError(
        'REVISION_COMPACTED',
        { code: 'revision-compacted', params: { revision: String(request.revision) } },
        {
          ...base.facts,
          ...(current === undefined ? {} : { currentRevision: current }),
          ...(compacted === undefined || compacted === null ? {} : { compactedRevision: compacted }),
          hint: { code: 'present-instead', params: {} },
        },
      )
    }
    return base
  }

  /**
   * The oldest revision that can still be read. etcd reports it only to watchers, so it is found by bisection, at most log2(revisions) reads of one key,
   * each a point lookup. It is remembered, and one read tells whether it still holds: compaction only goes forward. `low` may be readable (then it is
   * the answer only if it is 1).
   */
  async #compactedRevision(low: bigint, current: bigint, lane: ReadLane, signal: AbortSignal | undefined): Promise<bigint | null> {
    const { revision = 0n, epoch = '' } = this.#compacted ?? {}
    const known = epoch === this.#identity.epoch && revision > low ? revision : null
    const readable = async (revision: bigint): Promise<boolean> => {
      try {
        const probe = { key: this.#probeKey, end: null, revision, limit: 1, countOnly: true }
        await this.#inTurn(lane, signal, (turn) => this.#range(probe, true, turn))
        return true
      } catch (error) {
        if (error instanceof CallFailed && isCompacted(error.status)) return false
        throw error
      }
    }
    if (known !== null && (await readable(known))) return known
    let unreadable = known ?? low - 1n
    let oldest = current
    while (oldest - unreadable > 1n) {
      const middle = (oldest + unreadable) / 2n
      if (await readable(middle)) oldest = middle
      else unreadable = middle
    }
    const answer = oldest <= 1n ? null : oldest
    if (answer !== null) this.#compacted = { revision: answer, epoch: this.#identity.epoch }
    return answer
  }
}

/** Bytes in use in a member's database, or before 3.4 of its file. Undefined if it does not tell; kine tells the size of something else. */
async function sizeOf(member: EtcdMember): Promise<number | undefined> {
  if (member.kine !== null) return undefined
  const status = await member.status(SIZE_MS).catch(() => null)
  if (status === null || status.header.memberId === null) return undefined
  return numberOrNull(status.dbSizeInUse) ?? numberOrNull(status.dbSize) ?? undefined
}

function notReadable(endpoint: string, user: string | null, readable: Readable): AppError {
  const ranges = readable.granted.map(describeInterval)
  return new AppError(
    'SOURCE_FORBIDDEN',
    { code: 'read-refused-to', params: { endpoint, user: user ?? '' } },
    {
      endpoint,
      hint: ranges.length === 0 ? { code: 'may-read-nothing', params: {} } : { code: 'may-read', params: { ranges } },
      readable,
    },
  )
}

const numberOrNull = (number: bigint): number | null => (number === 0n ? null : Number(number))
const revisionOrNull = (revision: bigint): bigint | null => (revision === 0n ? null : revision)
const textOrNull = (number: bigint): string | null => (number === 0n ? null : String(number))

/** etcd prints ids in hex without padding. */
function hexId(decimal: string): string {
  return BigInt.asUintN(64, BigInt(decimal)).toString(16)
}
