// One member of a live etcd: unary calls and watches with a deadline, an abort signal and a token that is renewed. The cluster identity in each
// answer is checked.
import { setTimeout as sleep } from 'node:timers/promises'
import { type CallOptions, ChannelCredentials, status as Code, InterceptingCall, type Interceptor, Metadata } from '@grpc/grpc-js'
import type { IWatchCreateRequest, IWatchResponse } from 'etcd3'
import { AppError } from '../../problem.ts'
import type { AnswerHeader, Floor, Identity } from '../identity.ts'
import type { RangeReply } from '../source.ts'
import { targetOf } from '../target.ts'
import { idOrNull } from './answer-header.ts'
import { EtcdClient, type EtcdReads, type ReadCall } from './etcd-client.ts'
import {
  BROKEN_CONNECTION,
  type CallStatus,
  HTTP1_ONLY,
  isAboutTls,
  isNotHttp2,
  isRefusedByKine,
  isSilent,
  isTokenRefused,
  isUnavailable,
  isUserMissing,
  saysNoLeader,
  saysNoReason,
} from './grpc-status.ts'
import { HASH, type HashReply } from './hash-wire.ts'
import { type AskKine, type Interval, Kine, type KineFeatures } from './kine.ts'
import { RANGE, RANGE_KEYS_TOGETHER, type WireRange } from './range-wire.ts'
import { STATUS, type StatusReply } from './status-wire.ts'
import type { TlsFiles } from './tls-files.ts'
import { speaksHttp1Only, whyUnreachable } from './why-unreachable.ts'

interface UserAndPassword {
  user: string
  password: string
}

/** With a given token (`etcdctl --auth-jwt-token`) there is no password, so the token cannot be renewed. */
export type Credentials = UserAndPassword | { token: string }

/** Milliseconds. Applies to connections with open calls. */
export interface KeepaliveTiming {
  keepaliveMs?: number
  keepaliveTimeoutMs?: number
}

/** A failed call, with gRPC's own code. */
export class CallFailed extends Error {
  readonly status: CallStatus
  readonly endpoint: string
  constructor(status: CallStatus, endpoint: string) {
    super(status.details)
    this.status = status
    this.endpoint = endpoint
  }
}

/** The largest accepted reply, in bytes. The client's default of 4 MiB is less than one page of large values. */
const MAX_MESSAGE = 64 * 1024 * 1024

/**
 * How much etcd may send before it is told to go on, for each call and for all calls of a connection together. With HTTP/2's default of 64 KiB, 30 MB
 * of pods took 20 s from an etcd that is 20 ms away, instead of 2 s. On a slow line, short answers wait behind so many bytes: a second at 8 Mbit/s.
 */
const WINDOW_BYTES = 1024 * 1024

const WATCH_TOKEN_MS = 5000
const ASK_PROGRESS_MS = 200

/** The longest pause of a channel between two tries to connect. */
const RECONNECT_MS = 3000
/** A member that takes connections and has not answered in this time is said not to answer. */
const ANSWER_MS = RECONNECT_MS + 500
const BETWEEN_TRIES_MS = 100

/** kine creates this key at its start, and reading it costs a single lookup. */
const KINE_PROBE = { key: Buffer.from('/registry/health'), end: null, revision: 0n, limit: 1, countOnly: true }

export class EtcdMember {
  /** As given, with its scheme. */
  readonly endpoint: string
  /** Whether the last completed call was answered. If not, a short deadline is enough before another member is tried. */
  answers = false
  readonly #client: EtcdClient
  readonly #credentials: Credentials | null
  readonly #tls: TlsFiles | null
  readonly #identity: Identity
  /** Set once kine, not etcd, was found to answer. */
  #kine: Kine | null = null
  #token: Promise<string | null> | null = null

  /** The header of every answer is checked against `identity`. */
  constructor(endpoint: string, tls: TlsFiles | null, credentials: Credentials | null, identity: Identity, timing: KeepaliveTiming = {}) {
    this.endpoint = endpoint
    this.#identity = identity
    this.#credentials = credentials
    this.#tls = tls
    const { secure, grpc, serverName } = targetOf(endpoint)
    this.#client = new EtcdClient(grpc, secure ? sslCredentials(tls) : ChannelCredentials.createInsecure(), {
      'grpc.max_receive_message_length': MAX_MESSAGE,
      'grpc-node.flow_control_window': WINDOW_BYTES,
      // etcd is a neighbour: a proxy variable meant for the internet must not route its keys elsewhere.
      'grpc.enable_http_proxy': 0,
      'grpc.initial_reconnect_backoff_ms': 200,
      'grpc.max_reconnect_backoff_ms': RECONNECT_MS,
      'grpc.keepalive_time_ms': timing.keepaliveMs ?? 30_000,
      'grpc.keepalive_timeout_ms': timing.keepaliveTimeoutMs ?? 10_000,
      ...(serverName === null ? {} : { 'grpc.ssl_target_name_override': serverName }),
    })
  }

  /**
   * Makes one unary call. `deadlineMs` limits it (the client's own dialTimeout is not used), `signal` cancels it on the wire. Rejects with {@link
   * CallFailed}. If etcd refuses the token, or its users have changed since, the call is repeated once with a new token.
   */
  call<T>(make: (client: EtcdReads, options: CallOptions) => Promise<T>, deadlineMs: number, signal?: AbortSignal): Promise<T> {
    return this.#withToken((token, deadline) => this.#once(make, deadline, signal, token), deadlineMs)
  }

  /** One Range with our own codec and no interceptor, otherwise as `call`. For kine it is split into reads that kine answers correctly. */
  async range(wire: WireRange, deadlineMs: number, signal?: AbortSignal): Promise<RangeReply> {
    const deadline = Date.now() + deadlineMs
    if (this.#kine === null) {
      try {
        const call = wire.request.keysTogether ? RANGE_KEYS_TOGETHER : RANGE
        const { reply, header } = await this.#unary(call, wire, deadlineMs, signal)
        // Every member of etcd sends its id. kine does not, and silently misreads some intervals.
        if (header.memberId !== null || wire.request.end === null) return reply
        if ((await this.findServer(deadline - Date.now(), signal)) === 'etcd') return reply
      } catch (error) {
        if (!(error instanceof CallFailed) || !isRefusedByKine(error.status)) throw error
        await this.#meetKine(deadline, signal)
      }
    }
    const kine = this.#kine
    const reply = await kine?.range(wire.request, this.#askKine(deadline, signal))
    // etcd has replaced kine meanwhile: ask etcd.
    return reply !== undefined && this.#kine === kine ? reply : await this.range(wire, deadline - Date.now(), signal)
  }

  /** Maintenance.Status: the member's own status. Otherwise as `call`. */
  status(deadlineMs: number, signal?: AbortSignal): Promise<StatusReply> {
    return this.#unary(STATUS, null, deadlineMs, signal)
  }

  /** Maintenance.HashKV: the hash of all keys as they were at the revision, over the revisions that the member keeps. Otherwise as `call`. */
  hash(revision: bigint, deadlineMs: number, signal?: AbortSignal): Promise<HashReply> {
    return this.#unary(HASH, revision, deadlineMs, signal)
  }

  /** What kine supports, once kine was found to answer. */
  get kine(): KineFeatures | null {
    return this.#kine?.features ?? null
  }

  /** The interval to watch: kine supports fewer intervals, so it may be wider than the requested one. */
  watched(interval: Interval): Interval {
    return this.#kine?.watched(interval) ?? interval
  }

  /** Which server answers here, by the one read that kine refuses and every member of etcd answers. Rejects with {@link CallFailed}. */
  async findServer(deadlineMs: number, signal?: AbortSignal): Promise<'etcd' | 'kine'> {
    const deadline = Date.now() + deadlineMs
    try {
      await this.#unary(RANGE, { request: KINE_PROBE, serializable: true }, deadlineMs, signal)
      this.#kine = null
      return 'etcd'
    } catch (error) {
      if (!(error instanceof CallFailed) || !isRefusedByKine(error.status)) throw error
      if (this.#kine === null) await this.#meetKine(deadline, signal)
      return 'kine'
    }
  }

  /**
   * One watch over the raw stream: etcd3's own Watcher loses events when it reconnects, and ends silently on a compacted revision. Ends with the
   * stream. Throws {@link CallFailed}. With `idle` the watch is cancelled once created: the stream then carries no events and ends with the
   * connection. With `asksProgress` etcd is asked again and again how far the watch is, if its answers can be trusted: see {@link isProgress}.
   */
  async *watch(
    request: IWatchCreateRequest,
    signal: AbortSignal,
    { idle = false, asksProgress = false } = {},
  ): AsyncGenerator<IWatchResponse> {
    const used = this.#authenticate(Date.now() + WATCH_TOKEN_MS)
    const token = await used
    const ended: { status: CallStatus | null } = { status: null }
    // A member without a leader would keep the stream open and send nothing.
    const metadata: Record<string, string> = idle ? {} : { hasleader: 'true' }
    const stream = await this.#client.openWatch({ interceptors: [observe(ended, signal, token, metadata)] })
    let asking: NodeJS.Timeout | undefined
    let created = false
    let trusted = asksProgress
    try {
      // A server that answers this before there is a watch answers at any time, and says nothing about the watch (etcd before 3.4.25 and 3.5.8).
      if (asksProgress) stream.write({ progress_request: {} })
      stream.write({ create_request: request })
      for await (const response of stream) {
        if (asksProgress && isProgress(response)) {
          if (!created) trusted = false
          if (!trusted) continue
        }
        if (response.created) {
          created = true
          if (trusted) asking = setInterval(() => stream.write({ progress_request: {} }), ASK_PROGRESS_MS)
        }
        // From 3.5 on etcd refuses a watch's token in the stream itself.
        const refusal = { code: Code.UNAUTHENTICATED, details: response.cancel_reason }
        if (response.canceled && this.#wantsNewToken(refusal)) throw new CallFailed(refusal, this.endpoint)
        this.#heardOf(response)
        if (idle && response.created && !response.canceled) stream.write({ cancel_request: { watch_id: response.watch_id } })
        yield response
      }
    } catch (error) {
      if (error instanceof AppError) throw error
      const status = error instanceof CallFailed ? error.status : (ended.status ?? unknownStatus(error))
      if (this.#wantsNewToken(status)) this.#forget(used)
      throw this.#failed(status)
    } finally {
      clearInterval(asking)
      // A cancelled call ends with an error event that nobody awaits any more.
      stream.on('error', () => {})
      stream.cancel()
    }
  }

  /** If a call failed before it connected and gRPC did not say why: the same status with the reason. */
  async explained(status: CallStatus): Promise<CallStatus> {
    if (isNotHttp2(status) && !targetOf(this.endpoint).secure && (await speaksHttp1Only(this.endpoint)))
      return { code: Code.UNIMPLEMENTED, details: HTTP1_ONLY, why: { code: 'http1-only', params: {} } }
    const mayBeTls = targetOf(this.endpoint).secure && isAboutTls(status)
    if (!saysNoReason(status) && !mayBeTls) return status
    const why = await whyUnreachable(this.endpoint, this.#tls)
    if (why !== null) return { ...status, why }
    if (mayBeTls) return status
    if (await this.#answersNow()) return { code: Code.UNAVAILABLE, details: BROKEN_CONNECTION }
    return { code: Code.DEADLINE_EXCEEDED, details: '', why: { code: 'answers-nothing', params: {} } }
  }

  /** Whether one small read is answered: an etcd that was restarted takes connections, and soon answers as well. */
  async #answersNow(): Promise<boolean> {
    const deadline = Date.now() + ANSWER_MS
    for (;;) {
      try {
        await this.findServer(deadline - Date.now())
        return true
      } catch (error) {
        if (!(error instanceof CallFailed)) return false
        // A refusal is an answer too.
        if (!isUnavailable(error.status)) return !isSilent(error.status)
      }
      // Until its next try to connect, the channel fails every call at once.
      if (deadline - Date.now() < BETWEEN_TRIES_MS) return false
      await sleep(BETWEEN_TRIES_MS)
    }
  }

  close(): void {
    this.#client.close()
  }

  /** `make` receives the token and the deadline, in ms since 1970. */
  async #withToken<T>(make: (token: string | null, deadline: number) => Promise<T>, deadlineMs: number): Promise<T> {
    const deadline = Date.now() + deadlineMs
    const used = this.#authenticate(deadline)
    const token = await used
    try {
      return await make(token, deadline)
    } catch (error) {
      if (!(error instanceof CallFailed) || !this.#wantsNewToken(error.status)) throw error
      this.#forget(used)
      return await make(await this.#authenticate(deadline), deadline)
    }
  }

  /** Whether a call with this failure may succeed with a new token; without credentials, with the same ones. */
  #wantsNewToken(status: CallStatus): boolean {
    return isTokenRefused(status) || (this.#credentials !== null && isUserMissing(status))
  }

  /** Many calls may learn that one token is refused: only the first discards it. */
  #forget(used: Promise<string | null>): void {
    if (this.#token === used) this.#token = null
  }

  async #meetKine(deadline: number, signal: AbortSignal | undefined): Promise<void> {
    const unimplemented = (error: unknown) => error instanceof CallFailed && isRefusedByKine(error.status)
    this.#kine = await Kine.meet(this.#askKine(deadline, signal), unimplemented)
  }

  #askKine(deadline: number, signal: AbortSignal | undefined): AskKine {
    return async (request) => {
      const { reply, header } = await this.#unary(RANGE, { request, serializable: false }, deadline - Date.now(), signal)
      if (header.memberId !== null) this.#kine = null
      return reply
    }
  }

  #unary<Request, Reply extends WireAnswer>(
    call: ReadCall<Request, Reply>,
    request: Request,
    deadlineMs: number,
    signal: AbortSignal | undefined,
  ): Promise<Reply> {
    return this.#withToken((token, deadline) => this.#unaryOnce(call, request, deadline, signal, token), deadlineMs)
  }

  #unaryOnce<Request, Reply extends WireAnswer>(
    read: ReadCall<Request, Reply>,
    request: Request,
    deadline: number,
    signal: AbortSignal | undefined,
    token: string | null,
  ): Promise<Reply> {
    return new Promise((resolve, reject) => {
      const metadata = new Metadata()
      if (token !== null) metadata.set('token', token)
      const floor = this.#identity.floor()
      const call = this.#client.unary(read, request, metadata, { deadline }, (error, reply) => {
        signal?.removeEventListener('abort', cancel)
        if (error !== null) return reject(this.#failed({ code: error.code, details: error.details }))
        this.answers = true
        const { header, raftIndex } = reply as Reply
        try {
          this.#identity.heard(this.endpoint, raftIndex === undefined ? header : { ...header, raftIndex }, floor)
          resolve(reply as Reply)
        } catch (contradiction) {
          reject(contradiction)
        }
      })
      const cancel = () => call.cancel()
      if (signal?.aborted) cancel()
      else signal?.addEventListener('abort', cancel, { once: true })
    })
  }

  #authenticate(deadline: number): Promise<string | null> {
    const credentials = this.#credentials
    if (credentials === null) return Promise.resolve(null)
    if ('token' in credentials) return Promise.resolve(credentials.token)
    // etcd3's own authenticator opens a channel without our channel options (a proxy would see the password), and retries a refused token forever. So
    // our interceptor carries the token.
    if (this.#token !== null) return this.#token
    const token: Promise<string | null> = this.#once(
      (client, options) => client.auth.authenticate({ name: credentials.user, password: credentials.password }, options),
      deadline,
      undefined,
      null,
    ).then(
      (reply) => (reply as { token: string }).token,
      (error: unknown) => {
        this.#forget(token)
        // As in etcdctl, giving a user to an etcd without authentication is no error.
        if (error instanceof CallFailed && /authentication is not enabled/.test(error.status.details)) return null
        throw error
      },
    )
    this.#token = token
    return token
  }

  async #once<T>(
    make: (client: EtcdReads, options: CallOptions) => Promise<T>,
    deadline: number,
    signal: AbortSignal | undefined,
    token: string | null,
  ): Promise<T> {
    const ended: { status: CallStatus | null } = { status: null }
    const options: CallOptions = { deadline, interceptors: [observe(ended, signal, token)] }
    const floor = this.#identity.floor()
    try {
      const reply = await make(this.#client.reads, options)
      this.answers = true
      this.#heardOf(reply as WithHeader, floor)
      return reply
    } catch (error) {
      if (error instanceof AppError) throw error
      throw this.#failed(ended.status ?? unknownStatus(error))
    }
  }

  /** Throws AppError SOURCE_MIXED. */
  #heardOf({ header }: WithHeader, floor?: Floor): void {
    if (header == null) return
    const said: AnswerHeader = {
      clusterId: idOrNull(BigInt(header.cluster_id)),
      memberId: idOrNull(BigInt(header.member_id)),
      revision: BigInt(header.revision),
      raftTerm: BigInt(header.raft_term),
    }
    this.#identity.heard(this.endpoint, said, floor)
  }

  #failed(status: CallStatus): CallFailed {
    if (isUnavailable(status) && !saysNoLeader(status)) this.#identity.unreachable(this.endpoint)
    if (status.code === Code.DEADLINE_EXCEEDED) this.answers = false
    else if (status.code !== Code.UNAVAILABLE && status.code !== Code.CANCELLED) this.answers = true
    return new CallFailed(status, this.endpoint)
  }
}

/** The answer to a progress request: etcd sends it once all watches of the stream have been told everything up to the header's revision. */
const isProgress = ({ watch_id: id, created, canceled, events }: IWatchResponse): boolean =>
  id === '-1' && !created && !canceled && events.length === 0

/** The header in every answer of our own codec; a status also has the raft index. */
interface WireAnswer {
  header: AnswerHeader
  raftIndex?: bigint
}

/** The header in every answer of the client's codec. A gRPC proxy omits some headers. */
interface WithHeader {
  header?: { cluster_id: string; member_id: string; revision: string; raft_term: string } | null
}

const unknownStatus = (error: unknown): CallStatus => ({
  code: Code.UNKNOWN,
  details: error instanceof Error ? error.message : String(error),
})

function sslCredentials(tls: TlsFiles | null): ChannelCredentials {
  return ChannelCredentials.createSsl(tls?.ca ?? null, tls?.key ?? null, tls?.cert ?? null, {
    rejectUnauthorized: !(tls?.insecureSkipVerify ?? false),
  })
}

/** Sends the token, cancels the call on abort, and returns the raw status. */
function observe(
  ended: { status: CallStatus | null },
  signal: AbortSignal | undefined,
  token: string | null,
  metadataOf: Record<string, string> = {},
): Interceptor {
  return (options, nextCall) => {
    const call = new InterceptingCall(nextCall(options), {
      start(metadata, _listener, next) {
        if (token !== null) metadata.set('token', token)
        for (const [name, value] of Object.entries(metadataOf)) metadata.set(name, value)
        const onAbort = () => call.cancelWithStatus(Code.CANCELLED, 'cancelled by the reader')
        next(metadata, {
          onReceiveStatus(status, pass) {
            signal?.removeEventListener('abort', onAbort)
            ended.status = { code: status.code, details: status.details }
            // etcd3 recognises this message and would retry with the same token forever.
            pass(isTokenRefused(ended.status) ? { ...status, details: 'token refused' } : status)
          },
        })
        if (signal?.aborted) onAbort()
        else signal?.addEventListener('abort', onAbort, { once: true })
      },
    })
    return call
  }
}
