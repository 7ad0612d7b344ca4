// Which history the answers of a cluster belong to. Every answer's header is compared with what was seen before, and connections are held open
// to prove that nothing was exchanged between two answers.
import { randomBytes } from 'node:crypto'
import type { Notice } from '@registree/contract'
import { notice } from '../messages/notice.ts'
import { AppError } from '../problem.ts'

/** What etcd says of itself with every answer. */
export interface AnswerHeader {
  /** Lower-case hex; null where it is not said: a gRPC proxy leaves headers out, kine has no ids. */
  clusterId: string | null
  memberId: string | null
  /** 0n where it is not said. */
  revision: bigint
  raftTerm: bigint
  /** In a status only. */
  raftIndex?: bigint
}

interface Progress {
  revision: bigint
  raftTerm: bigint
  raftIndex: bigint
}

/** How far each member was, by its id, when a request was sent: answers overtake each other, so an answer is compared with what came before its request. */
export interface Floor {
  /** `breaks` at that time: what was known before a break says nothing about what comes after it. */
  readonly breaks: number
  readonly members: ReadonlyMap<string, Progress>
}

/** That etcd holds another history than before. */
export interface Replaced {
  at: Date
  notice: Notice
}

export interface IdentityOptions {
  now: () => number
  /** Nothing is ever exchanged: a file. */
  constant?: boolean
}

/** The name of this process: its start and something that no other process has. */
const PROCESS = `${Date.now().toString(36)}-${randomBytes(4).toString('hex')}`
/** Without an open connection an epoch lasts this long, in ms: etcd cannot be stopped, restored and started again unnoticed in less. */
const UNPROVEN_MS = 10_000
/** A cluster id that comes back to an address within this time, in ms, means that different clusters answer there in turns. */
const ALTERNATING_MS = 60_000

/**
 * An epoch is a stretch of time in which all answers are of one history. It ends when an answer contradicts an earlier one, and when no connection to
 * any member is left: then etcd may be restored from a backup without a trace (a restored member may have the same ids, term and revision).
 */
export class Identity {
  readonly #now: () => number
  readonly #constant: boolean
  readonly #listeners = new Set<() => void>()
  #number = 1
  /** When the first answer of this epoch came. */
  #answeredAt: number | null = null
  #breaks = 0
  readonly #connections = new Set<object>()
  #clusterId: string | null = null
  /** The cluster that each endpoint belonged to when it last said so. One that is gone is not forgotten: another cluster does not stand in for its own. */
  readonly #endpoints = new Map<string, { clusterId: string; answers: boolean }>()
  /** Clusters that were restored or replaced: an endpoint answered for them, and then for another one. */
  readonly #left = new Set<string>()
  /** The cluster ids that were the present one before, and until when, in ms since 1970. */
  readonly #former = new Map<string, number>()
  #members: ReadonlyMap<string, Progress> = new Map()
  /** Until when nothing is read, because different clusters answer at one address. */
  #alternating: { until: number; error: () => AppError } | null = null
  #replaced: Replaced | null = null

  constructor({ now, constant = false }: IdentityOptions) {
    this.#now = now
    this.#constant = constant
  }

  static constant(): Identity {
    return new Identity({ now: Date.now, constant: true })
  }

  /** The present epoch. */
  get epoch(): string {
    this.#expire()
    return `${PROCESS}.${this.#number}`
  }

  /** Whether no other history could have come into the place of the one that was read in this epoch. */
  get proven(): boolean {
    return this.#constant || this.#connections.size > 0
  }

  /** Counts up whenever an answer may be of another history than the ones before. */
  get breaks(): number {
    return this.#breaks
  }

  /** Whether the endpoints belong to two clusters, as far as they have said: then nothing is read, and nothing is known of the one that was meant. */
  get mixed(): boolean {
    const ids = new Set<string>()
    for (const { clusterId, answers } of this.#endpoints.values()) if (answers || !this.#left.has(clusterId)) ids.add(clusterId)
    return ids.size > 1 || (this.#alternating !== null && this.#now() < this.#alternating.until)
  }

  get clusterId(): string | null {
    return this.#clusterId
  }

  get replaced(): Replaced | null {
    return this.#replaced
  }

  /** Calls `listener` when a connection opens or breaks, or another epoch begins. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => {
      this.#listeners.delete(listener)
    }
  }

  /** To be taken before a request is sent, and given with its answer. */
  floor(): Floor {
    return { breaks: this.#breaks, members: this.#members }
  }

  /**
   * Takes in what an answer says. Throws SOURCE_MIXED when another endpoint belongs to another cluster, whether it still answers or not, unless a
   * restore explains the two ids. `floor` is left out for what is not the answer to one request.
   */
  heard(endpoint: string, header: AnswerHeader, floor?: Floor): void {
    this.#answeredAt ??= this.#now()
    this.#checkCluster(endpoint, header.clusterId)
    const { memberId, revision, raftTerm, raftIndex = 0n } = header
    if (memberId === null) return
    const before = floor?.breaks === this.#breaks ? floor.members.get(memberId) : undefined
    const back = before === undefined ? null : wentBack(before, header)
    if (back !== null)
      this.#replace({ code: `history-${back.what}-back`, params: { endpoint, before: String(back.before), after: String(back.after) } })
    const known = this.#members.get(memberId) ?? { revision: 0n, raftTerm: 0n, raftIndex: 0n }
    if (revision <= known.revision && raftTerm <= known.raftTerm && raftIndex <= known.raftIndex) return
    const most = (a: bigint, b: bigint) => (a > b ? a : b)
    this.#members = new Map(this.#members).set(memberId, {
      revision: most(known.revision, revision),
      raftTerm: most(known.raftTerm, raftTerm),
      raftIndex: most(known.raftIndex, raftIndex),
    })
  }

  /** Nothing answers at an endpoint: what answered there last need not be there any more. */
  unreachable(endpoint: string): void {
    const known = this.#endpoints.get(endpoint)
    if (known !== undefined) known.answers = false
  }

  /** A connection to a member is open; the returned function tells its end: `broken` unless it was ended because nobody reads any more. */
  connected(endpoint: string): (end: 'broken' | 'idle') => void {
    // A connection proves nothing about what was read long before it.
    this.#expire()
    const connection = {}
    this.#connections.add(connection)
    this.#tell()
    return (end) => {
      if (!this.#connections.delete(connection)) return
      if (end === 'idle') return
      this.unreachable(endpoint)
      if (this.#connections.size === 0) {
        this.#breaks += 1
        this.#nextEpoch()
      }
      this.#tell()
    }
  }

  /**
   * For one reading of several requests: its `check` is called with every answer, and then the reading may begin with the first of them; or with the
   * last, and then `from the beginning` has it count what happened before.
   */
  begin(counts: 'from its first answer' | 'from the beginning' = 'from its first answer'): ReadingIdentity {
    return new ReadingIdentity(this, counts === 'from the beginning')
  }

  #checkCluster(endpoint: string, clusterId: string | null): void {
    if (clusterId === null) return
    const last = this.#endpoints.get(endpoint)?.clusterId
    if (last !== undefined && last !== clusterId) {
      this.#left.add(last)
      this.#left.delete(clusterId)
    }
    this.#endpoints.set(endpoint, { clusterId, answers: true })
    for (const [other, { clusterId: id, answers }] of this.#endpoints)
      if (id !== clusterId && (answers || !this.#left.has(id))) throw mixed([endpoint, clusterId], [other, id], answers)
    const now = this.#now()
    const before = this.#clusterId
    if (before !== clusterId) {
      const formerly = this.#former.get(clusterId)
      this.#clusterId = clusterId
      if (before === null) return
      this.#former.set(before, now)
      this.#replace({ code: 'history-cluster-id', params: { endpoint, before, after: clusterId } })
      if (formerly !== undefined && now - formerly < ALTERNATING_MS)
        this.#alternating = { until: now + ALTERNATING_MS, error: () => mixed([endpoint, clusterId], [endpoint, before]) }
    }
    if (this.#alternating !== null && now < this.#alternating.until) throw this.#alternating.error()
  }

  #replace({ code, params }: Replacement): void {
    this.#breaks += 1
    this.#members = new Map()
    this.#replaced = { at: new Date(this.#now()), notice: notice('warning', params.endpoint, code, params) }
    this.#nextEpoch()
    this.#tell()
  }

  #expire(): void {
    if (!this.proven && this.#answeredAt !== null && this.#now() - this.#answeredAt > UNPROVEN_MS) this.#nextEpoch()
  }

  #nextEpoch(): void {
    this.#number += 1
    this.#answeredAt = null
  }

  #tell(): void {
    for (const listener of [...this.#listeners]) listener()
  }
}

/** One reading, which must be of one history from its first answer to its last. */
export class ReadingIdentity {
  readonly #identity: Identity
  #epoch: string
  #breaks: number
  /** Whether something of this epoch is in the reading already: before the first answer that is only what a held connection vouches for. */
  #begun: boolean

  constructor(identity: Identity, begun: boolean) {
    this.#identity = identity
    this.#epoch = identity.epoch
    this.#breaks = identity.breaks
    this.#begun = begun || identity.proven
  }

  get epoch(): string {
    return this.#epoch
  }

  /** Throws SOURCE_CHANGED when the answer that just came may be of another history than the reading's earlier ones. */
  check(): void {
    const { breaks } = this.#identity
    if (breaks !== this.#breaks) {
      if (this.#begun) throw changed()
      this.#breaks = breaks
      this.#epoch = this.#identity.epoch
    }
    this.#begun = true
  }
}

function wentBack(before: Progress, now: AnswerHeader): { what: 'revision' | 'term' | 'index'; before: bigint; after: bigint } | null {
  if (now.revision > 0n && now.revision < before.revision) return { what: 'revision', before: before.revision, after: now.revision }
  if (now.raftTerm > 0n && now.raftTerm < before.raftTerm) return { what: 'term', before: before.raftTerm, after: now.raftTerm }
  const { raftIndex = 0n } = now
  if (raftIndex > 0n && raftIndex < before.raftIndex) return { what: 'index', before: before.raftIndex, after: raftIndex }
  return null
}

/** How it was noticed that the data is of another history. */
interface Replacement {
  code: `history-${'cluster-id' | 'revision-back' | 'term-back' | 'index-back'}`
  params: { endpoint: string; before: string; after: string }
}

type Answering = readonly [endpoint: string, clusterId: string]

function mixed([endpoint, id]: Answering, [other, otherId]: Answering, otherAnswers = true): AppError {
  if (endpoint === other)
    return new AppError('SOURCE_MIXED', 'Two different etcd clusters answer at one address: nothing is read from either.', {
      detail: `${endpoint} answers in turns for cluster ${otherId} and for cluster ${id}.`,
      endpoint,
      hint: 'What lies between Registree and etcd must lead to the members of one cluster only.',
    })
  return new AppError('SOURCE_MIXED', 'The endpoints belong to two different etcd clusters: nothing is read from either.', {
    detail: otherAnswers
      ? `${other} belongs to cluster ${otherId}, ${endpoint} to cluster ${id}.`
      : `${other} belonged to cluster ${otherId} when it last answered, ${endpoint} belongs to cluster ${id}.`,
    endpoint,
    hint: 'Restart Registree with the endpoints of one cluster only; a second cluster is an entry of its own in --config.',
  })
}

function changed(): AppError {
  return new AppError('SOURCE_CHANGED', 'The connection to etcd was interrupted while this was read.', {
    detail: 'etcd may have been restored or replaced meanwhile, so that what came before does not fit what comes after.',
    hint: 'Read it again.',
  })
}
