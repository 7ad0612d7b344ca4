// One member of a live etcd, spoken to through etcd3: the only file that touches the client, and where its traps are disarmed.
import {
  type CallOptions,
  ChannelCredentials,
  type Client,
  status as Code,
  InterceptingCall,
  type Interceptor,
  Metadata,
} from '@grpc/grpc-js'
import { Etcd3, type IOptions, type IWatchCreateRequest, type IWatchResponse } from 'etcd3'
import { AppError } from '../../problem.ts'
import type { AnswerHeader, Identity } from '../identity.ts'
import type { RangeReply } from '../source.ts'
import { type CallStatus, isTokenRefused, isUnavailable, saysNoLeader, saysNoReason } from './grpc-status.ts'
import { decodeRangeReply, encodeRange, idOrNull, RANGE_PATH, type WireRange } from './range-wire.ts'
import type { TlsFiles } from './tls-files.ts'
import { whyUnreachable } from './why-unreachable.ts'

export interface Credentials {
  user: string
  password: string
}

/** A call that ended badly, with gRPC's own code. */
export class CallFailed extends Error {
  readonly status: CallStatus
  readonly endpoint: string
  constructor(status: CallStatus, endpoint: string) {
    super(status.details)
    this.status = status
    this.endpoint = endpoint
  }
}

type Policy = NonNullable<NonNullable<IOptions['faultHandling']>['global']>

// etcd3's default policies retry inside a circuit breaker that fails every call to a host for 5 s after one oversized answer, and a
// policy that runs the call twice would break cancellation. Retries are ours (see EtcdV3Source).
const passThrough = {
  onSuccess: () => ({ dispose: () => {} }),
  onFailure: () => ({ dispose: () => {} }),
  execute: async <T>(fn: (context: { signal: AbortSignal }) => PromiseLike<T> | T) => fn({ signal: NEVER }),
} as unknown as Policy
const NEVER = new AbortController().signal

/** The largest reply taken, in bytes. The client's default of 4 MiB is less than one page of large values. */
const MAX_MESSAGE = 64 * 1024 * 1024

const WATCH_TOKEN_MS = 5000

export class EtcdMember {
  /** As it was given, with its scheme. */
  readonly endpoint: string
  /** Whether the last call that was not cut short was answered here: where not, a short deadline is enough to move on to another member. */
  answers = false
  readonly #client: RegistreeEtcd
  readonly #credentials: Credentials | null
  readonly #tls: TlsFiles | null
  readonly #identity: Identity
  #token: Promise<string | null> | null = null

  /** Every answer's header is compared with what `identity` knows. */
  constructor(endpoint: string, tls: TlsFiles | null, credentials: Credentials | null, identity: Identity) {
    this.endpoint = endpoint
    this.#identity = identity
    this.#credentials = credentials
    this.#tls = tls
    const secure = endpoint.startsWith('https://')
    this.#client = new RegistreeEtcd(
      {
        hosts: [endpoint],
        faultHandling: { host: () => passThrough, global: passThrough },
        grpcOptions: {
          'grpc.max_receive_message_length': MAX_MESSAGE,
          // etcd is a neighbour; a proxy variable meant for the internet must not carry its keys away.
          'grpc.enable_http_proxy': 0,
          'grpc.initial_reconnect_backoff_ms': 200,
          'grpc.max_reconnect_backoff_ms': 3000,
          'grpc.keepalive_time_ms': 30_000,
          'grpc.keepalive_timeout_ms': 10_000,
        },
      },
      secure ? sslCredentials(tls) : ChannelCredentials.createInsecure(),
    )
  }

  /**
   * Makes one unary call. `deadlineMs` bounds it (the client's own dialTimeout is never read), `signal` cancels it on the wire.
   * Rejects with {@link CallFailed}. A refused token is renewed once.
   */
  call<T>(make: (client: EtcdReads, options: CallOptions) => Promise<T>, deadlineMs: number, signal?: AbortSignal): Promise<T> {
    return this.#withToken((token, deadline) => this.#once(make, deadline, signal, token), deadlineMs)
  }

  /** One Range, by our own codec and without an interceptor: as `call` otherwise. */
  range(wire: WireRange, deadlineMs: number, signal?: AbortSignal): Promise<RangeReply> {
    return this.#withToken((token, deadline) => this.#rangeOnce(wire, deadline, signal, token), deadlineMs)
  }

  /**
   * One watch over the raw stream: etcd3's own Watcher loses events when it reconnects, and dies in silence on a compacted revision.
   * Ends when the stream does. Throws {@link CallFailed}. With `idle` the watch itself ends as soon as it is created: what is left is a stream that
   * tells nothing but its end, which is that of the connection.
   */
  async *watch(request: IWatchCreateRequest, signal: AbortSignal, { idle = false } = {}): AsyncGenerator<IWatchResponse> {
    const token = await this.#authenticate(Date.now() + WATCH_TOKEN_MS)
    const ended: { status: CallStatus | null } = { status: null }
    const client = this.#client as unknown as EtcdReads
    // A member that has lost its leader would keep the stream open and tell nothing.
    const metadata: Record<string, string> = idle ? {} : { hasleader: 'true' }
    const stream = await client.watchClient.watch({ interceptors: [observe(ended, signal, token, metadata)] })
    try {
      stream.write({ create_request: request })
      for await (const response of stream as unknown as AsyncIterable<IWatchResponse>) {
        this.#heard(response)
        if (idle && response.created && !response.canceled) stream.write({ cancel_request: { watch_id: response.watch_id } })
        yield response
      }
    } catch (error) {
      if (error instanceof AppError) throw error
      const status = ended.status ?? { code: Code.UNKNOWN, details: error instanceof Error ? error.message : String(error) }
      if (isTokenRefused(status)) this.#token = null
      throw this.#failed(status)
    } finally {
      // The end of a cancelled call is an error event, which nobody awaits any more.
      stream.on('error', () => {})
      stream.cancel()
    }
  }

  /** Where a call failed before it was connected, and gRPC did not say why: the same status with the reason. */
  async explained(status: CallStatus): Promise<CallStatus> {
    if (!saysNoReason(status)) return status
    const why = await whyUnreachable(this.endpoint, this.#tls)
    if (why === null) return { code: Code.DEADLINE_EXCEEDED, details: 'it takes connections, and does not answer' }
    return { ...status, details: why }
  }

  close(): void {
    this.#client.close()
  }

  /** `make` is given the token and the instant, in ms since 1970, by which all of it must be done. */
  async #withToken<T>(make: (token: string | null, deadline: number) => Promise<T>, deadlineMs: number): Promise<T> {
    const deadline = Date.now() + deadlineMs
    const token = this.#credentials === null ? null : await this.#authenticate(deadline)
    try {
      return await make(token, deadline)
    } catch (error) {
      if (!(error instanceof CallFailed) || token === null || !isTokenRefused(error.status)) throw error
      this.#token = null
      return await make(await this.#authenticate(deadline), deadline)
    }
  }

  #rangeOnce(wire: WireRange, deadline: number, signal: AbortSignal | undefined, token: string | null): Promise<RangeReply> {
    return new Promise((resolve, reject) => {
      const metadata = new Metadata()
      if (token !== null) metadata.set('token', token)
      const options = { deadline }
      const floor = this.#identity.floor()
      const call = this.#client
        .kvService()
        .makeUnaryRequest(RANGE_PATH, encodeRange, decodeRangeReply, wire, metadata, options, (error, reply) => {
          signal?.removeEventListener('abort', cancel)
          if (error !== null) return reject(this.#failed({ code: error.code, details: error.details }))
          this.answers = true
          const answer = reply as ReturnType<typeof decodeRangeReply>
          try {
            this.#identity.heard(this.endpoint, answer.header, floor)
            resolve(answer.reply)
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
    // etcd3's own authenticator opens a channel without our channel options (a proxy would see the password), and its retry of a
    // refused token has no end: the token is carried by our interceptor instead.
    this.#token ??= this.#once(
      (client, options) => client.auth.authenticate({ name: credentials.user, password: credentials.password }, options),
      deadline,
      undefined,
      null,
    ).then(
      (reply) => (reply as { token: string }).token,
      (error: unknown) => {
        this.#token = null
        // As etcdctl does: a user where authentication is off is no error.
        if (error instanceof CallFailed && /authentication is not enabled/.test(error.status.details)) return null
        throw error
      },
    )
    return this.#token
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
      const reply = await make(this.#client as unknown as EtcdReads, options)
      this.answers = true
      this.#heard(reply as WithHeader, floor)
      return reply
    } catch (error) {
      if (error instanceof AppError) throw error
      throw this.#failed(ended.status ?? { code: Code.UNKNOWN, details: error instanceof Error ? error.message : String(error) })
    }
  }

  /** Throws AppError SOURCE_MIXED. */
  #heard({ header, raftIndex }: WithHeader, floor?: ReturnType<Identity['floor']>): void {
    if (header == null) return
    const said: AnswerHeader = {
      clusterId: idOrNull(BigInt(header.cluster_id)),
      memberId: idOrNull(BigInt(header.member_id)),
      revision: BigInt(header.revision),
      raftTerm: BigInt(header.raft_term),
      raftIndex: BigInt(raftIndex ?? 0),
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

/** What every answer carries; a status also carries the raft index. A gRPC proxy leaves some headers out. */
interface WithHeader {
  header?: { cluster_id: string; member_id: string; revision: string; raft_term: string } | null
  raftIndex?: string
}

/** The reads that Registree makes, and no others: what is not named here cannot be called. */
export interface EtcdReads {
  readonly leaseClient: Pick<Etcd3['leaseClient'], 'leaseTimeToLive'>
  readonly maintenance: Pick<Etcd3['maintenance'], 'status' | 'alarm'>
  readonly cluster: Pick<Etcd3['cluster'], 'memberList'>
  readonly watchClient: Pick<Etcd3['watchClient'], 'watch'>
  readonly auth: Pick<Etcd3['auth'], 'authenticate'>
}

// etcd3 passes only three arguments to createSsl, so certificates cannot be skipped through its options; its hosts take other
// credentials as long as no service has been used.
class RegistreeEtcd extends Etcd3 {
  constructor(options: IOptions, credentials: ChannelCredentials) {
    super({ ...options, hosts: (options.hosts as string[]).map((host) => host.replace(/^https?:\/\//, '')) })
    const { hosts } = this.pool as unknown as { hosts: { channelCredentials: ChannelCredentials }[] }
    if (hosts.length !== 1 || !('channelCredentials' in (hosts[0] ?? {})))
      throw new Error('etcd3 has changed: its hosts are not what they were')
    for (const host of hosts) host.channelCredentials = credentials
  }

  /** The gRPC client of the service that Ranges are sent to, on the same channel settings as every other call. */
  kvService(): Client {
    const { hosts } = this.pool as unknown as { hosts: { getServiceClient(name: string): Client }[] }
    return (hosts[0] as (typeof hosts)[number]).getServiceClient('KV')
  }
}

function sslCredentials(tls: TlsFiles | null): ChannelCredentials {
  return ChannelCredentials.createSsl(tls?.ca ?? null, tls?.key ?? null, tls?.cert ?? null, {
    rejectUnauthorized: !(tls?.insecureSkipVerify ?? false),
  })
}

/** Carries the token out, an abort to the socket, and the raw status back. */
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
            // etcd3 recognises this message and would call again with the same token, without end.
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
