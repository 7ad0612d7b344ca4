// One member of a live etcd: unary calls and watches with a deadline, a reader's abort signal and a token that is renewed.
import { type CallOptions, ChannelCredentials, status as Code, InterceptingCall, type Interceptor, Metadata } from '@grpc/grpc-js'
import type { IWatchCreateRequest, IWatchResponse } from 'etcd3'
import type { RangeReply } from '../source.ts'
import { EtcdClient, type EtcdReads } from './etcd-client.ts'
import { type CallStatus, isTokenRefused, isUserMissing, saysNoReason } from './grpc-status.ts'
import { RANGE, type WireRange } from './range-wire.ts'
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

/** The largest reply taken, in bytes. The client's default of 4 MiB is less than one page of large values. */
const MAX_MESSAGE = 64 * 1024 * 1024

const WATCH_TOKEN_MS = 5000

export class EtcdMember {
  /** As it was given, with its scheme. */
  readonly endpoint: string
  /** Whether the last call that was not cut short was answered here: where not, a short deadline is enough to move on to another member. */
  answers = false
  readonly #client: EtcdClient
  readonly #credentials: Credentials | null
  readonly #tls: TlsFiles | null
  #token: Promise<string | null> | null = null

  constructor(endpoint: string, tls: TlsFiles | null, credentials: Credentials | null) {
    this.endpoint = endpoint
    this.#credentials = credentials
    this.#tls = tls
    const secure = endpoint.startsWith('https://')
    this.#client = new EtcdClient(
      endpoint.replace(/^https?:\/\//, ''),
      secure ? sslCredentials(tls) : ChannelCredentials.createInsecure(),
      {
        'grpc.max_receive_message_length': MAX_MESSAGE,
        // etcd is a neighbour; a proxy variable meant for the internet must not carry its keys away.
        'grpc.enable_http_proxy': 0,
        'grpc.initial_reconnect_backoff_ms': 200,
        'grpc.max_reconnect_backoff_ms': 3000,
        'grpc.keepalive_time_ms': 30_000,
        'grpc.keepalive_timeout_ms': 10_000,
      },
    )
  }

  /**
   * Makes one unary call. `deadlineMs` bounds it (the client's own dialTimeout is never read), `signal` cancels it on the wire.
   * Rejects with {@link CallFailed}. Where etcd refuses the token, or has changed its users since, it is called once more with a new token.
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
   * Ends when the stream does. Throws {@link CallFailed}.
   */
  async *watch(request: IWatchCreateRequest, signal: AbortSignal): AsyncGenerator<IWatchResponse> {
    const used = this.#authenticate(Date.now() + WATCH_TOKEN_MS)
    const token = await used
    const ended: { status: CallStatus | null } = { status: null }
    // A member that has lost its leader would keep the stream open and tell nothing.
    const stream = await this.#client.openWatch({ interceptors: [observe(ended, signal, token, { hasleader: 'true' })] })
    try {
      stream.write({ create_request: request })
      for await (const response of stream) {
        // From 3.5 on etcd refuses the token of a watch in the stream.
        const refusal = { code: Code.UNAUTHENTICATED, details: response.cancel_reason }
        if (response.canceled && this.#wantsNewToken(refusal)) throw new CallFailed(refusal, this.endpoint)
        yield response
      }
    } catch (error) {
      const status = error instanceof CallFailed ? error.status : (ended.status ?? unknownStatus(error))
      if (this.#wantsNewToken(status)) this.#forget(used)
      throw new CallFailed(status, this.endpoint)
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

  /** Whether a call that ended so may succeed with a new token. Without credentials it may succeed as it was. */
  #wantsNewToken(status: CallStatus): boolean {
    return isTokenRefused(status) || (this.#credentials !== null && isUserMissing(status))
  }

  /** Many calls may hear that one token is refused: only the first of them gives it up. */
  #forget(used: Promise<string | null>): void {
    if (this.#token === used) this.#token = null
  }

  #rangeOnce(wire: WireRange, deadline: number, signal: AbortSignal | undefined, token: string | null): Promise<RangeReply> {
    return new Promise((resolve, reject) => {
      const metadata = new Metadata()
      if (token !== null) metadata.set('token', token)
      const options = { deadline }
      const call = this.#client.unary(RANGE, wire, metadata, options, (error, reply) => {
        signal?.removeEventListener('abort', cancel)
        if (error !== null) return reject(this.#failed({ code: error.code, details: error.details }))
        this.answers = true
        resolve(reply as RangeReply)
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
        // As etcdctl does: a user where authentication is off is no error.
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
    try {
      const reply = await make(this.#client.reads, options)
      this.answers = true
      return reply
    } catch (error) {
      throw this.#failed(ended.status ?? unknownStatus(error))
    }
  }

  #failed(status: CallStatus): CallFailed {
    if (status.code === Code.DEADLINE_EXCEEDED) this.answers = false
    else if (status.code !== Code.UNAVAILABLE && status.code !== Code.CANCELLED) this.answers = true
    return new CallFailed(status, this.endpoint)
  }
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
