// A live v2 keyspace: GET requests over HTTP to /v2/keys, one level at a time, at the first endpoint that answers.
import { Agent, type Dispatcher, Pool, request } from 'undici'
import { type ErrorMessage, inEnglish } from '../../messages/in-english.ts'
import { AppError, isAppError, type ProblemFacts } from '../../problem.ts'
import { whyUnreachable } from '../etcd/why-unreachable.ts'
import type { Identity } from '../identity.ts'
import { noLeader } from '../no-leader.ts'
import { notEtcd } from '../not-etcd.ts'
import { pause } from '../pause.ts'
import { LEAST_MS, ReadLane } from '../read-lane.ts'
import { cancelled } from '../read-queue.ts'
import { silent } from '../silent.ts'
import type { Availability, Pulse, V2Change, V2Event, V2FirstEvent, V2Node, V2Read, V2Source, V2Status, WatchReply } from '../source.ts'
import { targetOf } from '../target.ts'
import { unreachableHint } from '../unreachable-hint.ts'
import { cleanPath, isOrRemoves } from '../v2-path.ts'
import { saysGrpcOnly, speaksHttp2 } from './grpc-only.ts'
import { EVENT_INDEX_CLEARED, longPoll, type Poll } from './long-poll.ts'

export interface EtcdV2Options {
  endpoints: string[]
  tls: { ca: Buffer | null; cert: Buffer | null; key: Buffer | null; insecureSkipVerify: boolean } | null
  credentials: { user: string; password: string } | null
  /** Which history the answers belong to. */
  identity: Identity
  /** Time limit of a read in ms, including its wait and its attempts at all endpoints. */
  deadlineMs?: number
  readsInFlight?: number
  /** Time limit in ms for opening a connection, and for the first answer of an endpoint if there are others to ask. */
  firstContactMs?: number
  /** How long one poll of a watch waits before it is repeated. This finds connections that died silently. */
  pollMs?: number
  /** Whether kine answers at an endpoint, asked where the port speaks gRPC only. Must not reject. */
  isKine?: (endpoint: string) => Promise<boolean>
  now?: () => number
}

/** A directory listing includes its children's values, and v2 has no paging. */
const MAX_BODY = 128 * 1024 * 1024
const AVAILABILITY_FRESH_MS = 10_000
const GRPC_ONLY_FRESH_MS = 60_000
/** A key that is never written. */
const PROBE_PATH = '/registree-never-written'
/** How long a poll for the past stays silent after etcd has answered other requests. */
const SILENT_MS = 50
/** Requests for the status page do not queue behind other reads, and have a shorter time limit. */
const STATUS_MS = 4000

/** Each lane has its own connections, so that silent reads do not use up those of others. */
interface Lane {
  agent: Agent
  reads: ReadLane
}

interface Answer {
  status: number
  headers: Record<string, string | string[] | undefined>
  text: string
  endpoint: string
}

/** A node in etcd's v2 JSON: every member may be missing. */
interface WireNode {
  key?: string
  value?: string
  dir?: boolean
  nodes?: WireNode[]
  expiration?: string
  ttl?: number
  createdIndex?: number | string
  modifiedIndex?: number | string
}

export class EtcdV2Source implements V2Source {
  readonly kind = 'etcd'
  readonly #endpoints: string[]
  readonly #identity: Identity
  readonly #reads: Lane
  readonly #status: Lane
  /** Long polls occupy their connections, so reads use others. */
  readonly #polls: Agent
  readonly #pollMs: number
  readonly #authorization: string | null
  readonly #now: () => number
  #preferred = 0
  readonly #tls: EtcdV2Options['tls']
  readonly #isKine: (endpoint: string) => Promise<boolean>
  readonly #firstContactMs: number
  /** Endpoints whose last request was answered. */
  readonly #answering = new Set<string>()
  /** When an endpoint was found to speak gRPC only. */
  readonly #grpcOnly = new Map<string, number>()
  /** Whether any node has been read. */
  #offersV2 = false
  #availability: { at: number; epoch: string; value: Availability } | null = null

  constructor(options: EtcdV2Options) {
    this.#endpoints = options.endpoints.map((endpoint) => endpoint.replace(/\/+$/, ''))
    this.#identity = options.identity
    const { tls, credentials } = options
    this.#firstContactMs = options.firstContactMs ?? 3000
    this.#tls = tls
    this.#isKine = options.isKine ?? (async () => false)
    // Paths are sent unchanged; redirects are not followed and proxies not used.
    const connect = {
      timeout: this.#firstContactMs,
      ...(tls === null
        ? {}
        : {
            rejectUnauthorized: !tls.insecureSkipVerify,
            ...(tls.ca === null ? {} : { ca: tls.ca }),
            ...(tls.cert === null ? {} : { cert: tls.cert }),
            ...(tls.key === null ? {} : { key: tls.key }),
          }),
    }
    const agentOf = (more: Agent.Options) =>
      new Agent({
        ...more,
        connect,
        maxResponseSize: MAX_BODY,
        // Each endpoint is its own origin, Unix sockets too.
        factory: (origin, all) => {
          const { socket, serverName } = targetOf(endpointOf(String(origin), this.#endpoints))
          const over = {
            ...('path' in socket ? { socketPath: socket.path } : {}),
            ...(serverName === null ? {} : { servername: serverName }),
          }
          return new Pool(origin, { ...(all as Pool.Options), connect: { ...connect, ...over } })
        },
      })
    this.#now = options.now ?? Date.now
    const deadlineMs = options.deadlineMs ?? 10_000
    const lane = (readsInFlight: number, patienceMs: number): Lane => ({
      agent: agentOf({ connections: readsInFlight }),
      reads: new ReadLane({ readsInFlight, patienceMs, now: this.#now }),
    })
    this.#reads = lane(options.readsInFlight ?? 4, deadlineMs)
    this.#status = lane(2, Math.min(STATUS_MS, deadlineMs))
    this.#polls = agentOf({ headersTimeout: 0, bodyTimeout: 0 })
    this.#pollMs = options.pollMs ?? 60_000
    this.#authorization =
      credentials === null ? null : `Basic ${Buffer.from(`${credentials.user}:${credentials.password}`).toString('base64')}`
  }

  get inFlight(): number {
    return this.#reads.reads.inFlight + this.#status.reads.inFlight
  }

  async availability(signal?: AbortSignal): Promise<Availability> {
    const known = this.#availability
    const { epoch } = this.#identity
    if (known !== null && known.epoch === epoch && this.#now() - known.at < AVAILABILITY_FRESH_MS) return known.value
    let value: Availability
    try {
      await this.#node('/', this.#status, signal)
      value = { available: true, says: null }
    } catch (error) {
      if (!(error instanceof AppError) || error.code === 'CANCELLED') throw error
      // An etcd that is down or refuses us may still have a v2 keyspace: its pages say what is wrong.
      if (error.code !== 'KEYSPACE_UNAVAILABLE') return { available: true, says: null }
      value = { available: false, says: error.says }
    }
    this.#availability = { at: this.#now(), epoch, value }
    return value
  }

  node(path: string, signal?: AbortSignal): Promise<V2Read> {
    return this.#node(path, this.#reads, signal)
  }

  async #node(path: string, lane: Lane, signal: AbortSignal | undefined): Promise<V2Read> {
    const clean = cleanPath(path)
    const answer = await this.#get(keysPath(clean), lane, signal)
    const body = parseJson(answer)
    if (answer.status !== 200) throw this.#refused(answer, body, clean)
    const wire = (body as { node?: WireNode }).node
    if (wire === undefined) throw notV2(answer)
    this.#offersV2 = true
    const node = toNode(wire, clean)
    const children = node.directory ? inByteOrder((wire.nodes ?? []).map((child) => toNode(child, child.key ?? ''))) : null
    return {
      index: header(answer, 'x-etcd-index') ?? 0n,
      raftIndex: header(answer, 'x-raft-index'),
      raftTerm: header(answer, 'x-raft-term'),
      node,
      children,
    }
  }

  async *watch({ path, after }: { path: string; after: bigint }, signal: AbortSignal): AsyncGenerator<WatchReply<V2Change>> {
    const clean = cleanPath(path)
    const below = clean === '/' ? '/' : `${clean}/`
    // From its past, etcd 3.4 also reports the removal of a directory whose name is the beginning of this one's.
    const concerns = (change: V2Change) => change.path.startsWith(below) || isOrRemoves(change, clean)
    try {
      const replies = longPoll(after, {
        open: (at) => this.#poll(clean, at, signal),
        toChange,
        errorCode,
        refused: (poll, text) => this.#refusedPoll(poll, text, clean),
        pause: (ms) => pause(ms, signal),
      })
      for await (const reply of replies) yield reply.kind === 'gap' ? reply : { ...reply, changes: reply.changes.filter(concerns) }
    } catch (error) {
      throw signal.aborted ? cancelled() : error
    }
  }

  /**
   * One poll that is ended as soon as it waits. etcd answers a poll for the past with headers, then with the event at once, and says nothing if there
   * is none: that nothing comes is believed once the same endpoint has answered other requests meanwhile, and only if nothing has begun to come.
   * @param request `from` is at most one more than the newest index that is known: a member behind that is refused with REVISION_IN_FUTURE
   */
  async firstEvent({ path, from }: { path: string; from: bigint }, signal?: AbortSignal): Promise<V2FirstEvent> {
    const clean = cleanPath(path)
    for (let at = from; ; ) {
      const found = await this.#reads.reads.run((left) => this.#firstEvent(clean, at, left(), signal), signal)
      const { event } = 'event' in found ? found : { event: null }
      // As in `watch`.
      if (event === null || isOrRemoves(event, clean)) return found
      at = event.index + 1n
    }
  }

  async #firstEvent(path: string, from: bigint, overMs: number, signal: AbortSignal | undefined): Promise<V2FirstEvent> {
    const ended = new AbortController()
    const ends = signal === undefined ? ended.signal : AbortSignal.any([signal, ended.signal])
    try {
      const poll = await this.#poll(path, from - 1n, ends, { recursive: false, overMs })
      if (poll.status === 200 && poll.index !== null && poll.index < from) {
        poll.drop()
        if (poll.index === from - 1n) return { event: null }
        throw new AppError(
          'REVISION_IN_FUTURE',
          { code: 'v2-index-ahead', params: { index: String(from) } },
          { currentRevision: poll.index },
        )
      }
      const body = poll.body()
      // It ends with the poll.
      body.catch(() => {})
      const silence = poll.status === 200 ? this.#silentAfter(poll.endpoint, ends) : new Promise<never>(() => {})
      const told = await Promise.race([body, silence])
      if (told === null && !poll.begun()) return { event: null }
      const { text } = told ?? (await body)
      const refusal = errorCode(text)
      if (refusal?.code === EVENT_INDEX_CLEARED) return { oldest: oldestOf(refusal, from) }
      if (refusal !== null || poll.status !== 200) throw this.#refusedPoll(poll, text, path)
      const event = toEvent(text)
      // Cut off: by its time limit, or by a proxy.
      if (event === null) throw silent(poll.endpoint, { code: 'v2-no-answer', params: {} })
      return { event }
    } catch (error) {
      throw signal?.aborted ? cancelled() : error
    } finally {
      ended.abort()
    }
  }

  /** Null once this endpoint has answered twice, and a moment after that. */
  async #silentAfter(endpoint: string, signal: AbortSignal): Promise<null> {
    for (let i = 0; i < 2; i++) {
      const answer = await this.#get(keysPath(PROBE_PATH), this.#status, signal)
      if (answer.endpoint !== endpoint) throw silent(endpoint, { code: 'v2-no-answer', params: {} })
    }
    await pause(SILENT_MS, signal)
    return null
  }

  #refusedPoll(poll: Poll, text: string, path: string): AppError {
    return this.#refused({ status: poll.status, headers: {}, text, endpoint: poll.endpoint }, parseJsonOrNull(text), path)
  }

  /** `begun` tells whether a part of the body has come. */
  async #poll(
    path: string,
    after: bigint,
    signal: AbortSignal,
    { recursive = true, overMs = this.#pollMs } = {},
  ): Promise<Poll & { begun: () => boolean }> {
    const endpoint = this.#asked
    const over = new AbortController()
    const timer = setTimeout(() => over.abort(), overMs)
    const failed = (error: unknown) => {
      clearTimeout(timer)
      if (signal.aborted) return cancelled()
      if (isAppError(error)) return error
      this.#moveOn(endpoint)
      return transportError(error, endpoint, over.signal.aborted)
    }
    try {
      const reply = await request(
        `${originOf(endpoint, this.#endpoints)}${keysPath(path)}?wait=true&recursive=${recursive}&waitIndex=${after + 1n}`,
        {
          method: 'GET',
          dispatcher: this.#polls,
          headers: this.#authorization === null ? {} : { authorization: this.#authorization },
          signal: AbortSignal.any([signal, over.signal]),
        },
      )
      this.#heardOrDrop(endpoint, reply)
      if (!namesEtcd(reply.headers)) {
        const text = await reply.body.text()
        const foreign = notFromKeys({ status: reply.statusCode, headers: reply.headers, text, endpoint })
        if (foreign !== null) {
          this.#moveOn(endpoint)
          throw foreign
        }
      }
      const index = reply.headers['x-etcd-index']
      const parts: Buffer[] = []
      return {
        endpoint,
        begun: () => parts.length > 0,
        status: reply.statusCode,
        index: typeof index === 'string' && /^\d+$/.test(index) ? BigInt(index) : null,
        body: async () => {
          try {
            for await (const part of reply.body) parts.push(part as Buffer)
            clearTimeout(timer)
            return { text: Buffer.concat(parts).toString(), idle: false }
          } catch (error) {
            if (over.signal.aborted && !signal.aborted) return { text: '', idle: true }
            throw failed(error)
          }
        },
        drop: () => {
          clearTimeout(timer)
          reply.body.on('error', () => {}).destroy()
        },
      }
    } catch (error) {
      throw failed(error)
    }
  }

  async status(signal?: AbortSignal): Promise<V2Status> {
    return { index: (await this.#node('/', this.#status, signal)).index }
  }

  /** State of the member that reads are sent to, from the v2 API alone. */
  async pulse(signal?: AbortSignal): Promise<Pulse> {
    // The key need not exist: the headers hold everything needed.
    const probe = await this.#get(keysPath(PROBE_PATH), this.#status, signal)
    if (header(probe, 'x-etcd-index') === null && parseJsonOrNull(probe.text) === null) throw notV2(probe)
    const self = (await this.#stats('self', signal)) as { id?: string; name?: string; leaderInfo?: { leader?: string } } | null
    const leader = self?.leaderInfo?.leader ?? ''
    return {
      member: { id: self?.id ?? null, name: self?.name ?? '', endpoint: probe.endpoint },
      leader: /^0*$/.test(leader) ? null : { id: leader, name: leader === self?.id ? (self.name ?? '') : '' },
      agrees: !/^0*$/.test(leader),
      revision: null,
      index: header(probe, 'x-etcd-index'),
    }
  }

  /** The current index if this keyspace was read before; null otherwise, or if etcd does not answer. Throws only SOURCE_MIXED. */
  async index(signal?: AbortSignal): Promise<bigint | null> {
    if (!this.#offersV2) return null
    try {
      return header(await this.#get(keysPath(PROBE_PATH), this.#status, signal), 'x-etcd-index')
    } catch (error) {
      if (isAppError(error, 'SOURCE_MIXED')) throw error
      return null
    }
  }

  async #stats(name: string, signal: AbortSignal | undefined): Promise<unknown> {
    const answer = await this.#get(`/v2/stats/${name}`, this.#status, signal)
    return answer.status === 200 ? parseJsonOrNull(answer.text) : null
  }

  /** Holds one connection to an endpoint by polling a key that never changes; settles when the connection ends. */
  async hold(endpoint: string, signal: AbortSignal, open: () => void): Promise<void> {
    const reply = await request(`${originOf(endpoint, this.#endpoints)}${keysPath(PROBE_PATH)}?wait=true`, {
      method: 'GET',
      dispatcher: this.#polls,
      headers: this.#authorization === null ? {} : { authorization: this.#authorization },
      signal,
    })
    this.#heardOrDrop(endpoint, reply)
    // A web server that answers everything holds nothing of etcd.
    if (reply.statusCode === 200 && namesEtcd(reply.headers)) open()
    await reply.body.text()
  }

  /** For a streaming answer: cancels it if its headers are rejected. */
  #heardOrDrop(endpoint: string, { headers, body }: Dispatcher.ResponseData): void {
    try {
      this.#heard(endpoint, headers)
    } catch (error) {
      body.on('error', () => {}).destroy()
      throw error
    }
  }

  /** Throws SOURCE_MIXED. */
  #heard(endpoint: string, headers: Answer['headers']): void {
    const id = headers['x-etcd-cluster-id']
    const clusterId = typeof id === 'string' && /^[0-9a-f]+$/.test(id) ? id : null
    this.#identity.heard(endpoint, { clusterId, memberId: null, revision: 0n, raftTerm: 0n })
  }

  async close(): Promise<void> {
    await Promise.all([this.#reads.agent.destroy(), this.#status.agent.destroy(), this.#polls.destroy()])
  }

  #get(path: string, lane: Lane, signal: AbortSignal | undefined): Promise<Answer> {
    const { agent, reads } = lane
    return reads.run(async (left) => {
      let failure: AppError | null = null
      const tries = Math.max(1, Math.min(3, this.#endpoints.length))
      for (let attempt = 1; attempt <= tries && (failure === null || left() > LEAST_MS); attempt += 1) {
        const endpoint = this.#asked
        // A silent endpoint must leave time for the next.
        const most = this.#answering.has(endpoint) ? left() / 2 : Math.min(left() / 2, this.#firstContactMs)
        const deadline = AbortSignal.timeout(Math.ceil(attempt < tries ? most : left()))
        const ended = reads.asking(endpoint)
        try {
          const reply = await untilAborted(signal === undefined ? deadline : AbortSignal.any([signal, deadline]), (until) =>
            request(originOf(endpoint, this.#endpoints) + path, {
              method: 'GET',
              dispatcher: agent,
              headers: this.#authorization === null ? {} : { authorization: this.#authorization },
              signal: until,
            }),
          )
          const text = await reply.body.text()
          reads.heard()
          this.#answering.add(endpoint)
          this.#heard(endpoint, reply.headers)
          const answer = { status: reply.statusCode, headers: reply.headers, text, endpoint }
          const foreign = path.startsWith(KEYS) ? notFromKeys(answer) : null
          if (foreign === null) return answer
          failure = weightier(failure, foreign)
          this.#moveOn(endpoint)
        } catch (error) {
          if (signal?.aborted) throw cancelled()
          failure = await this.#weighed(failure, error, endpoint, deadline.aborted)
          this.#moveOn(endpoint)
        } finally {
          ended()
        }
      }
      throw failure === null ? new AppError('INTERNAL', { code: 'endpoint-none', params: {} }) : await this.#explained(failure)
    }, signal)
  }

  /** The weightier of an earlier failure and this one. Throws what no other endpoint would answer differently. */
  async #weighed(before: AppError | null, error: unknown, endpoint: string, isLate: boolean): Promise<AppError> {
    if (isAppError(error)) throw error
    const said = transportError(error, endpoint, isLate)
    if (said.code === 'VALUE_TOO_LARGE') throw said
    this.#answering.delete(endpoint)
    if (said.code === 'SOURCE_UNREACHABLE') this.#identity.unreachable(endpoint)
    if (before !== null && weightOf(before) >= 2) return before
    return weightier(before, (await this.#isGrpcOnly(error, endpoint)) ? await this.#withoutV2(endpoint) : said)
  }

  /** A TLS handshake of our own gives more details than the HTTP client. */
  async #explained(failure: AppError): Promise<AppError> {
    const { endpoint } = failure.facts
    if (failure.code !== 'SOURCE_UNREACHABLE' || endpoint === undefined || !targetOf(endpoint).secure) return failure
    const detail = await whyUnreachable(endpoint, this.#tls)
    if (detail === null) return failure
    return new AppError(failure.code, failure.says, { ...failure.facts, detail, hint: unreachableHint(endpoint, inEnglish.any([detail])) })
  }

  /**
   * Whether a request failed because the port speaks gRPC only. With TLS, such a port closes the connection; so does one that refuses the client's
   * certificate, and an etcd that is shutting down. To tell them apart, the port is tried with HTTP/2 and the same certificates, then again with
   * HTTP/1.1.
   */
  async #isGrpcOnly(error: unknown, endpoint: string): Promise<boolean> {
    if (saysGrpcOnly(error)) return true
    if (!isClosed(error) || !targetOf(endpoint).secure) return false
    const known = this.#grpcOnly.get(endpoint)
    if (known !== undefined && this.#now() - known < GRPC_ONLY_FRESH_MS) return true
    if (!(await speaksHttp2(endpoint, this.#tls))) return false
    const again = await request(originOf(endpoint, this.#endpoints), {
      method: 'GET',
      dispatcher: this.#status.agent,
      signal: AbortSignal.timeout(STATUS_MS),
    })
      .then(({ body }) => body.dump())
      .catch((reason: unknown) => reason)
    const only = isClosed(again)
    if (only) this.#grpcOnly.set(endpoint, this.#now())
    return only
  }

  async #withoutV2(endpoint: string): Promise<AppError> {
    return (await this.#isKine(endpoint)) ? kine(endpoint) : grpcOnly(endpoint)
  }

  /** The endpoint that is tried first. */
  get #asked(): string {
    return this.#endpoints[this.#preferred % this.#endpoints.length] as string
  }

  /** Tries another endpoint first from now on, unless another read has already switched. */
  #moveOn(from: string): void {
    if (this.#asked === from) this.#preferred = (this.#preferred + 1) % this.#endpoints.length
  }

  #refused(answer: Answer, body: unknown, path: string): AppError {
    const error = body as { errorCode?: number; message?: string; cause?: string } | null
    const detail = error?.message === undefined ? `HTTP ${answer.status}` : `${error.errorCode}: ${error.message} (${error.cause ?? ''})`
    const facts: ProblemFacts = { detail, endpoint: answer.endpoint }
    const index = header(answer, 'x-etcd-index')
    const absent = index === null ? facts : { ...facts, currentRevision: index }
    if (error?.errorCode === 100) return new AppError('KEY_NOT_FOUND', { code: 'v2-key-missing', params: { path } }, absent)
    if (error?.errorCode === 104) return new AppError('KEY_NOT_FOUND', { code: 'v2-key-in-key', params: { path } }, absent)
    if (error?.errorCode === 110 || answer.status === 401 || answer.status === 403) {
      return new AppError(
        'SOURCE_FORBIDDEN',
        { code: 'v2-read-refused', params: { endpoint: answer.endpoint, path } },
        {
          ...facts,
          // The v2 API does not distinguish a wrong password from a missing permission.
          hint: { code: 'v2-read-refused-now', params: {} },
        },
      )
    }
    if (error?.errorCode === 300 || error?.errorCode === 301) {
      return noLeader(answer.endpoint, detail)
    }
    return new AppError(
      'SOURCE_ERROR',
      { code: 'etcd-v2-error', params: { endpoint: answer.endpoint, status: String(answer.status) } },
      facts,
    )
  }
}

/** A request that ends with its signal: undici's own does not while it waits for a connection. */
async function untilAborted(signal: AbortSignal, send: (signal: AbortSignal) => Promise<Dispatcher.ResponseData>) {
  let end = () => {}
  const aborted = new Promise<never>((_, reject) => {
    end = () => reject(signal.reason)
  })
  signal.addEventListener('abort', end, { once: true })
  const sent = send(signal)
  // It ends later, by the same signal, and nobody waits for it.
  sent.catch(() => {})
  try {
    return await Promise.race([sent, aborted])
  } finally {
    signal.removeEventListener('abort', end)
  }
}

/** The HTTP origin of an endpoint. A Unix socket gets a made-up host name, by which its connections find the socket again. */
function originOf(endpoint: string, endpoints: readonly string[]): string {
  const { secure, socket } = targetOf(endpoint)
  if (!('path' in socket)) return new URL(endpoint).origin
  return `${secure ? 'https' : 'http'}://socket-${endpoints.indexOf(endpoint)}.invalid`
}

const endpointOf = (origin: string, endpoints: readonly string[]): string => {
  const found = endpoints.find((endpoint) => originOf(endpoint, endpoints) === origin)
  if (found === undefined) throw new Error('a request to an endpoint that is not configured')
  return found
}

function toNode(wire: WireNode, path: string): V2Node {
  const directory = wire.dir === true
  const value = directory ? null : (wire.value ?? '')
  return {
    // The root node has neither key nor indices.
    path: path === '' ? '/' : path,
    directory,
    value,
    size: value === null ? null : Buffer.byteLength(value),
    ttl: wire.ttl === undefined ? null : BigInt(wire.ttl),
    expiration: wire.expiration === undefined ? null : wire.expiration,
    createdIndex: BigInt(wire.createdIndex ?? 0),
    modifiedIndex: BigInt(wire.modifiedIndex ?? 0),
  }
}

/** Strings sort like their bytes, except outside the basic multilingual plane. */
function inByteOrder(nodes: V2Node[]): V2Node[] {
  if (nodes.every(({ path }) => !/[\ud800-\udbff]/.test(path))) return nodes.sort((a, b) => (a.path < b.path ? -1 : 1))
  const keyed = nodes.map((node) => ({ node, bytes: Buffer.from(node.path) }))
  return keyed.sort((a, b) => Buffer.compare(a.bytes, b.bytes)).map(({ node }) => node)
}

const KEYS = '/v2/keys'
const keysPath = (path: string): string => `${KEYS}${path.split('/').map(encodeURIComponent).join('/')}`

/** One event of a watch; null if the text is not one. */
function toChange(text: string): V2Change | null {
  const event = parseJsonOrNull(text) as { action?: string; node?: WireNode } | null
  if (typeof event?.action !== 'string' || event.node?.key === undefined) return null
  const gone = event.action === 'delete' || event.action === 'expire' || event.action === 'compareAndDelete'
  const { key, modifiedIndex } = event.node
  return { action: event.action, index: BigInt(modifiedIndex ?? 0), path: key, node: gone ? null : toNode(event.node, key) }
}

/** The same with the nodes after and before it. */
function toEvent(text: string): V2Event | null {
  const change = toChange(text)
  if (change === null) return null
  const { prevNode } = parseJsonOrNull(text) as { prevNode?: WireNode }
  return { ...change, refresh: false, before: prevNode === undefined ? null : toNode(prevNode, prevNode.key ?? change.path) }
}

interface Refusal {
  code: number
  index: bigint | null
  cause: string
}

function errorCode(text: string): Refusal | null {
  const body = parseJsonOrNull(text) as { errorCode?: unknown; index?: number | string; cause?: unknown } | null
  if (typeof body?.errorCode !== 'number') return null
  const { index, cause } = body
  return { code: body.errorCode, index: index === undefined ? null : BigInt(index), cause: typeof cause === 'string' ? cause : '' }
}

/** etcd names the first kept index and the asked one: `the requested history has been cleared [113/50]`. */
function oldestOf({ index, cause }: Refusal, asked: bigint): bigint {
  const [, first] = /\[(\d{1,19})\/\d+\]/.exec(cause) ?? []
  const oldest = first === undefined ? (index ?? asked) + 1n : BigInt(first)
  return oldest > asked ? oldest : asked + 1n
}

function parseJson(answer: Answer): unknown {
  const value = parseJsonOrNull(answer.text)
  if (value === null && answer.status === 200) throw notV2(answer)
  return value
}

/** JSON with integers of 16 or more digits read as text, so that no index is rounded. Null if it is not JSON. */
function parseJsonOrNull(text: string): unknown {
  try {
    if (!/\d{16}/.test(text)) return JSON.parse(text)
    return JSON.parse(text.replace(/"(?:[^"\\]|\\.)*"|\d{16,}/g, (token) => (token.startsWith('"') ? token : `"${token}"`)))
  } catch {
    return null
  }
}

function header(answer: Answer, name: string): bigint | null {
  const value = answer.headers[name]
  return typeof value === 'string' && /^\d+$/.test(value) ? BigInt(value) : null
}

/** etcd names itself in every answer about keys, also in refusals. */
function namesEtcd(headers: Answer['headers']): boolean {
  return headers['x-etcd-cluster-id'] !== undefined || headers['x-etcd-index'] !== undefined
}

/** The error if etcd's v2 API did not give this answer: there is none, or something else listens there. */
function notFromKeys(answer: Answer): AppError | null {
  if (namesEtcd(answer.headers)) return null
  const body = parseJsonOrNull(answer.text) as { errorCode?: unknown; node?: unknown } | null
  if (typeof body?.errorCode === 'number' || typeof body?.node === 'object') return null
  return answer.status === 404 ? notV2(answer) : notEtcd(answer.endpoint, String(answer.status), `HTTP ${answer.status} for ${KEYS}`)
}

/** What one endpoint says about all of them outweighs that another is down; what is not etcd says nothing about the others. */
function weightier(first: AppError | null, next: AppError): AppError {
  if (first === null || weightOf(next) === weightOf(first)) return first?.code === 'KEYSPACE_UNAVAILABLE' ? first : next
  return weightOf(next) > weightOf(first) ? next : first
}

function weightOf({ code, says, facts }: AppError): number {
  if (facts.detail === FOREIGN_404 || says.code === 'not-etcd') return 0
  return code === 'KEYSPACE_UNAVAILABLE' ? 2 : 1
}

/** A 404 in other words than those of Go's HTTP server: something in front of etcd may have given it. */
const FOREIGN_404: ErrorMessage = { code: 'v2-http-foreign', params: {} }

function notV2(answer: Answer): AppError {
  return new AppError(
    'KEYSPACE_UNAVAILABLE',
    { code: 'v2-not-offered', params: { endpoint: answer.endpoint } },
    {
      detail:
        answer.status === 404 && answer.text.trim() !== '404 page not found'
          ? FOREIGN_404
          : { code: 'v2-http', params: { status: String(answer.status) } },
      endpoint: answer.endpoint,
    },
  )
}

function grpcOnly(endpoint: string): AppError {
  return new AppError('KEYSPACE_UNAVAILABLE', { code: 'v2-port-grpc-only', params: { endpoint } }, { endpoint })
}

function kine(endpoint: string): AppError {
  return new AppError('KEYSPACE_UNAVAILABLE', { code: 'kine-without-v2', params: { endpoint } }, { endpoint })
}

function isClosed(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException
  return code === 'UND_ERR_SOCKET' || code === 'ECONNRESET'
}

function transportError(error: unknown, endpoint: string, timedOut: boolean): AppError {
  const cause = error as NodeJS.ErrnoException
  const detail = `${cause.code ?? cause.name}: ${cause.message}`
  if (timedOut) return silent(endpoint, { code: 'v2-no-answer', params: {} })
  if (cause.code === 'UND_ERR_RES_EXCEEDED_MAX_SIZE') {
    return new AppError('VALUE_TOO_LARGE', { code: 'directory-too-large', params: {} }, { detail, endpoint })
  }
  return new AppError(
    'SOURCE_UNREACHABLE',
    { code: 'etcd-unreachable', params: { endpoint } },
    {
      detail,
      endpoint,
      hint: unreachableHint(endpoint, detail),
    },
  )
}
