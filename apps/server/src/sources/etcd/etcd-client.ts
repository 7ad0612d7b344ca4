// The etcd3 client of one member. What its types do not offer is used only here, each with its reason.
import type { CallOptions, ChannelCredentials, ChannelOptions, Client, Metadata, ServiceError } from '@grpc/grpc-js'
import { Etcd3, type IOptions, type IWatchRequest, type IWatchResponse } from 'etcd3'

/** The reads that Registree makes, and no others: what is not named here cannot be called. */
export interface EtcdReads {
  readonly leaseClient: Pick<Etcd3['leaseClient'], 'leaseTimeToLive'>
  readonly maintenance: Pick<Etcd3['maintenance'], 'alarm'>
  readonly cluster: Pick<Etcd3['cluster'], 'memberList'>
  readonly auth: Pick<Etcd3['auth'], 'authenticate' | 'userGet' | 'roleGet'>
}

/** A read with a codec of our own. The paths are a closed list, as {@link EtcdReads} is. */
export interface ReadCall<Request, Reply> {
  path: '/etcdserverpb.KV/Range' | '/etcdserverpb.Maintenance/Status'
  encode: (request: Request) => Buffer
  /** Throws where the bytes are no such reply. */
  decode: (bytes: Buffer) => Reply
}

/** A raw watch stream: iterating it ends with the stream, and throws its error. */
export interface WatchStream extends AsyncIterable<IWatchResponse> {
  write(request: { create_request: IWatchRequest['create_request'] } | { cancel_request: { watch_id: string } }): unknown
  on(event: 'error', listener: (error: Error) => void): unknown
  cancel(): void
}

export class EtcdClient {
  readonly reads: EtcdReads
  readonly #etcd: Etcd3
  readonly #host: Host

  /** `host` is `name:port`. Connects with the first call. */
  constructor(host: string, credentials: ChannelCredentials, grpcOptions: ChannelOptions) {
    this.#etcd = new Etcd3({ hosts: [host], faultHandling: { host: () => passThrough, global: passThrough }, grpcOptions })
    this.reads = this.#etcd
    this.#host = onlyHost(this.#etcd)
    // etcd3 passes three arguments to createSsl, so its options cannot skip the check of a certificate. Its host takes other
    // credentials as long as no service has been used.
    this.#host.channelCredentials = credentials
  }

  /** A unary call with a codec of our own, on the channel settings of every other call. */
  unary<Request, Reply>(
    { path, encode, decode }: ReadCall<Request, Reply>,
    request: Request,
    metadata: Metadata,
    options: CallOptions,
    callback: (error: ServiceError | null, reply?: Reply) => void,
  ): { cancel(): void } {
    // Asked for each time: etcd3 replaces a service's client after a failed connection.
    const service = this.#host.getServiceClient(path.replace(/^\/etcdserverpb\.|\/.*$/g, ''))
    return service.makeUnaryRequest(path, encode, decode, request, metadata, options, callback)
  }

  /** etcd3's own Watcher loses events when it reconnects; its raw stream is a Node stream, which the types do not say. */
  async openWatch(options: CallOptions): Promise<WatchStream> {
    return (await this.#etcd.watchClient.watch(options)) as unknown as WatchStream
  }

  close(): void {
    this.#etcd.close()
  }
}

/** The part of etcd3's private `Host` that is used. */
interface Host {
  channelCredentials: ChannelCredentials
  getServiceClient(name: string): Client
}

/** Throws where a later etcd3 is built otherwise. */
function onlyHost(etcd: Etcd3): Host {
  const { hosts } = (etcd as unknown as { pool: { hosts?: Host[] } }).pool
  const [host] = hosts ?? []
  if (host === undefined || !('channelCredentials' in host) || typeof host.getServiceClient !== 'function')
    throw new Error('etcd3 has changed: its hosts are not what they were')
  return host
}

// etcd3's default policies retry inside a circuit breaker that fails every call to a host for 5 s after one oversized answer, and a
// policy that runs the call twice would break cancellation. Retries are ours (see EtcdV3Source). The type is a class of etcd3's own
// dependency with private fields; only these three members are used.
const passThrough = {
  onSuccess: () => ({ dispose: () => {} }),
  onFailure: () => ({ dispose: () => {} }),
  execute: async <T>(fn: (context: { signal: AbortSignal }) => PromiseLike<T> | T) => fn({ signal: NEVER }),
} as unknown as NonNullable<NonNullable<IOptions['faultHandling']>['global']>
const NEVER = new AbortController().signal
