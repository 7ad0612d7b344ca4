// The etcd3 client of one member. Everything missing from its types is used only here, each with a reason.
import type { CallOptions, ChannelCredentials, ChannelOptions, Client, Metadata, ServiceError } from '@grpc/grpc-js'
import { Etcd3, type IOptions, type IWatchRequest, type IWatchResponse } from 'etcd3'

/** The only reads that Registree makes: nothing else can be called. */
export interface EtcdReads {
  readonly leaseClient: Pick<Etcd3['leaseClient'], 'leaseTimeToLive'>
  readonly maintenance: Pick<Etcd3['maintenance'], 'alarm'>
  readonly cluster: Pick<Etcd3['cluster'], 'memberList'>
  readonly auth: Pick<Etcd3['auth'], 'authenticate' | 'userGet' | 'roleGet'>
}

/** A read with our own codec. Its paths are a closed list, like {@link EtcdReads}. */
export interface ReadCall<Request, Reply> {
  path: '/etcdserverpb.KV/Range' | '/etcdserverpb.Maintenance/Status' | '/etcdserverpb.Maintenance/HashKV'
  encode: (request: Request) => Buffer
  /** Throws if the bytes are not such a reply. */
  decode: (bytes: Buffer) => Reply
}

/** A raw watch stream: the iteration ends with the stream, and throws its error. */
export interface WatchStream extends AsyncIterable<IWatchResponse> {
  write(
    request:
      | { create_request: IWatchRequest['create_request'] }
      | { cancel_request: { watch_id: string } }
      | { progress_request: Record<string, never> },
  ): unknown
  on(event: 'error', listener: (error: Error) => void): unknown
  cancel(): void
}

export class EtcdClient {
  readonly reads: EtcdReads
  readonly #etcd: Etcd3
  readonly #host: Host

  /** `host` is `name:port`. Connects at the first call. */
  constructor(host: string, credentials: ChannelCredentials, grpcOptions: ChannelOptions) {
    this.#etcd = new Etcd3({ hosts: [host], faultHandling: { host: () => passThrough, global: passThrough }, grpcOptions })
    this.reads = this.#etcd
    this.#host = onlyHost(this.#etcd)
    // etcd3 passes three arguments to createSsl, so its options cannot turn off the certificate check. Its host accepts other credentials until a
    // service is first used.
    this.#host.channelCredentials = credentials
  }

  /** A unary call with our own codec, with the same channel settings as other calls. */
  unary<Request, Reply>(
    { path, encode, decode }: ReadCall<Request, Reply>,
    request: Request,
    metadata: Metadata,
    options: CallOptions,
    callback: (error: ServiceError | null, reply?: Reply) => void,
  ): { cancel(): void } {
    // Looked up for each call: etcd3 replaces a service's client after a failed connection.
    const service = this.#host.getServiceClient(path.replace(/^\/etcdserverpb\.|\/.*$/g, ''))
    return service.makeUnaryRequest(path, encode, decode, request, metadata, options, callback)
  }

  /** etcd3's own Watcher loses events when it reconnects. Its raw stream is a Node stream, which its types hide. */
  async openWatch(options: CallOptions): Promise<WatchStream> {
    return (await this.#etcd.watchClient.watch(options)) as unknown as WatchStream
  }

  close(): void {
    this.#etcd.close()
  }
}

/** The parts of etcd3's private `Host` used here. */
interface Host {
  channelCredentials: ChannelCredentials
  getServiceClient(name: string): Client
}

/** Throws if a later etcd3 differs. */
function onlyHost(etcd: Etcd3): Host {
  const { hosts } = (etcd as unknown as { pool: { hosts?: Host[] } }).pool
  const [host] = hosts ?? []
  if (host === undefined || !('channelCredentials' in host) || typeof host.getServiceClient !== 'function')
    throw new Error('etcd3 has changed: its hosts are not what they were')
  return host
}

// etcd3's default policies retry inside a circuit breaker that fails every call to a host for 5 s after one oversized answer, and a policy that
// repeats a call would break cancellation. We retry ourselves (see EtcdV3Source). The type is a class of etcd3's own dependency with private fields;
// only these three members are used.
const passThrough = {
  onSuccess: () => ({ dispose: () => {} }),
  onFailure: () => ({ dispose: () => {} }),
  execute: async <T>(fn: (context: { signal: AbortSignal }) => PromiseLike<T> | T) => fn({ signal: NEVER }),
} as unknown as NonNullable<NonNullable<IOptions['faultHandling']>['global']>
const NEVER = new AbortController().signal
