// Tracks which history a cluster's answers belong to. The header of every answer is compared with earlier ones, and open connections prove that etcd
// was not replaced between two answers.
import { randomBytes } from 'node:crypto'
import type { Notice } from '@registree/contract'
import { notice } from '../messages/notice.ts'
import { AppError } from '../problem.ts'

/** The identity in the header of every answer. */
export interface AnswerHeader {
  /** Lower-case hex; null if missing: a gRPC proxy omits headers, kine has no ids. */
  clusterId: string | null
  memberId: string | null
  /** 0n if missing. */
  revision: bigint
  raftTerm: bigint
  /** Only in a status. */
  raftIndex?: bigint
}

interface Progress {
  revision: bigint
  raftTerm: bigint
  raftIndex: bigint
}

/**
 * Each member's progress, by its id, when a request was sent. Answers may be reordered, so an answer is compared with what was known before its
 * request.
 */
export interface Floor {
  /** `breaks` at that time: what was known before a break says nothing about later answers. */
  readonly breaks: number
  readonly members: ReadonlyMap<string, Progress>
}

/** etcd now holds another history than before. */
export interface Replaced {
  at: Date
  notice: Notice
}

export interface IdentityOptions {
  now: () => number
  /** Never changes: a file. */
  constant?: boolean
}

/** A unique name of this process: its start time and random bytes. */
const PROCESS = `${Date.now().toString(36)}-${randomBytes(4).toString('hex')}`
/** How long an epoch lasts without an open connection, in ms: etcd cannot be stopped, restored and restarted within it. */
const UNPROVEN_MS = 10_000
/** If a cluster id returns to an address within this time, in ms, different clusters alternate there. */
const ALTERNATING_MS = 60_000

/**
 * An epoch is a period in which all answers belong to one history. It ends when an answer contradicts an earlier one, and when the last connection to
 * a member closes: from then on etcd could be restored from a backup unnoticed (a restored member may have the same ids, term and revision).
 */
export class Identity {
  readonly #now: () => number
  readonly #constant: boolean
  readonly #listeners = new Set<() => void>()
  #number = 1
  /** When the first answer of this epoch arrived. */
  #answeredAt: number | null = null
  #breaks = 0
  readonly #connections = new Set<object>()
  #clusterId: string | null = null
  /** The cluster of each endpoint by its last answer. Endpoints that are gone are kept: another cluster must not replace theirs. */
  readonly #endpoints = new Map<string, { clusterId: string; answers: boolean }>()
  /** Clusters that were restored or replaced: an endpoint first answered for them, then for another. */
  readonly #left = new Set<string>()
  /** Cluster ids that were current before, and until when, in ms since 1970. */
  readonly #former = new Map<string, number>()
  #members: ReadonlyMap<string, Progress> = new Map()
  /** Until when reads are refused because different clusters alternate at one address. */
  #alternating: { until: number; error: () => AppError } | null = null
  #replaced: Replaced | null = null

  constructor({ now, constant = false }: IdentityOptions) {
    this.#now = now
    this.#constant = constant
  }

  static constant(): Identity {
    return new Identity({ now: Date.now, constant: true })
  }

  /** The current epoch. */
  get epoch(): string {
    this.#expire()
    return `${PROCESS}.${this.#number}`
  }

  /** Whether it is certain that the history has not been replaced since this epoch was read. */
  get proven(): boolean {
    return this.#constant || this.#connections.size > 0
  }

  /** Increases whenever an answer may belong to another history than the earlier ones. */
  get breaks(): number {
    return this.#breaks
  }

  /** Whether the endpoints belong to two clusters, as far as known. Then nothing is read: the intended one is unknown. */
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

  /** Calls `listener` when a connection opens or breaks, or a new epoch begins. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => {
      this.#listeners.delete(listener)
    }
  }

  /** Taken before a request is sent, and passed with its answer. */
  floor(): Floor {
    return { breaks: this.#breaks, members: this.#members }
  }

  /**
   * Records an answer's header. Throws SOURCE_MIXED if another endpoint belongs to another cluster, whether or not it still answers, unless a restore
   * explains the two ids. `floor` is omitted for what is not the answer to one request.
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

  /** An endpoint is unreachable: its last server may be gone. */
  unreachable(endpoint: string): void {
    const known = this.#endpoints.get(endpoint)
    if (known !== undefined) known.answers = false
  }

  /** Registers an open connection to a member; call the result at its end: `broken`, or `idle` if it was closed for lack of readers. */
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
   * For a reading of several requests. Its `check` is called either with every answer, so the reading begins with the first one, or only with the
   * last one: then `from the beginning` includes everything before it.
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

/** One reading, whose answers must all belong to one history. */
export class ReadingIdentity {
  readonly #identity: Identity
  #epoch: string
  #breaks: number
  /** Whether the reading contains something of this epoch: before the first answer only what an open connection proves. */
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

  /** Throws SOURCE_CHANGED if the answer that just arrived may belong to another history than the reading's earlier ones. */
  check(): void {
    const { breaks } = this.#identity
    if (breaks !== this.#breaks) {
      if (this.#begun) throw interrupted()
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
    return new AppError(
      'SOURCE_MIXED',
      { code: 'clusters-at-one-address', params: {} },
      {
        detail: { code: 'clusters-in-turns', params: { endpoint, other: otherId, id } },
        endpoint,
        hint: { code: 'clusters-between', params: {} },
      },
    )
  return new AppError(
    'SOURCE_MIXED',
    { code: 'clusters-mixed', params: {} },
    {
      detail: {
        code: otherAnswers ? 'clusters-mixed-now' : 'clusters-mixed-before',
        params: { otherEndpoint: other, other: otherId, endpoint, id },
      },
      endpoint,
      hint: { code: 'clusters-separate', params: {} },
    },
  )
}

/** The connection broke while something was read, and etcd answers again. */
export function interrupted(endpoint?: string): AppError {
  return new AppError(
    'SOURCE_CHANGED',
    { code: 'connection-interrupted', params: {} },
    {
      detail: { code: 'perhaps-restored', params: {} },
      hint: { code: 'read-again', params: {} },
      ...(endpoint === undefined ? {} : { endpoint }),
    },
  )
}
