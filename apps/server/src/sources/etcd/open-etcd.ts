// A live cluster: both keyspaces behind the same endpoints, and what the members report about themselves.
import type { Notice } from '@registree/contract'
import { notice } from '../../messages/notice.ts'
import { isAppError } from '../../problem.ts'
import { EtcdV2Source } from '../etcd-v2/etcd-v2-source.ts'
import { Identity } from '../identity.ts'
import type { Members, OpenedCluster, Pulse } from '../source.ts'
import { certificateNotices } from './certificates.ts'
import { Connections } from './connections.ts'
import type { Credentials, KeepaliveTiming } from './etcd-member.ts'
import { EtcdV3Source } from './etcd-v3-source.ts'
import type { TlsFiles } from './tls-files.ts'

export interface EtcdOptions {
  /** In one of the forms that `targetOf` accepts. */
  endpoints: string[]
  tls: TlsFiles | null
  credentials: Credentials | null
  kubernetesPrefix: string
  /** Time limit of a read, in ms. */
  deadlineMs?: number
  /** Time limit in ms for a member's first answer, if there are others to ask. */
  firstContactMs?: number
  keepalive?: KeepaliveTiming
  now?: () => number
  /** Found before a connection was made. */
  notices?: readonly Notice[]
}

/** Connects at the first read, so an etcd that is down does not keep the server from starting. */
export function openEtcd(options: EtcdOptions): OpenedCluster {
  const { endpoints, tls, credentials, deadlineMs, firstContactMs, keepalive, now = Date.now, notices = [] } = options
  const deadline = deadlineMs === undefined ? {} : { deadlineMs }
  const identity = new Identity({ now })
  // The API server's own key for such reads. It need not exist.
  const probeKey = Buffer.from(`${options.kubernetesPrefix}/health`)
  const v3 = new EtcdV3Source({
    endpoints,
    tls,
    credentials,
    identity,
    probeKey,
    now,
    ...deadline,
    ...(firstContactMs === undefined ? {} : { firstContactMs }),
    ...(keepalive === undefined ? {} : { keepalive }),
  })
  const v2 = new EtcdV2Source({
    endpoints,
    tls,
    // Tokens belong to the v3 API.
    credentials: credentials !== null && 'user' in credentials ? credentials : null,
    identity,
    isKine: (endpoint) => v3.isKine(endpoint),
    ...deadline,
    ...(firstContactMs === undefined ? {} : { firstContactMs }),
  })
  const connections = new Connections(
    // For an etcd without the v3 API, connections are held by the v2 API.
    v3.endpoints.map(({ endpoint, ways }) => ({ endpoint, ways: [...ways, (signal, open) => v2.hold(endpoint, signal, open)] })),
    identity,
  )
  /** etcd is up if one of its keyspaces answers. */
  const pulse = async (signal?: AbortSignal): Promise<Pulse> => {
    try {
      const answer = await v3.pulse(signal)
      return { ...answer, index: await v2.index(signal) }
    } catch (error) {
      if (!isAppError(error) || !['KEYSPACE_UNAVAILABLE', 'SOURCE_UNREACHABLE', 'SOURCE_ERROR'].includes(error.code)) throw error
      return await v2.pulse(signal).catch(() => {
        throw error
      })
    }
  }
  /** Opened when first asked for: each has connections of its own. */
  const single = new Map<string, OpenedCluster>()
  const members: Members = {
    endpoints,
    at(endpoint) {
      if (!endpoints.includes(endpoint)) return undefined
      const opened = single.get(endpoint) ?? openEtcd({ ...options, endpoints: [endpoint], notices: [] })
      single.set(endpoint, opened)
      return opened
    },
    hashes: (revision, signal) => v3.hashes(revision, signal),
  }
  return {
    source: 'etcd',
    origin: endpoints.join(', '),
    clock: { kind: 'live' },
    v3,
    v2,
    identity,
    pulse,
    members,
    keepConnected: () => connections.keep(),
    inFlight: () => v3.inFlight + v2.inFlight,
    facts: async (signal) => {
      const [facts, { says }] = await Promise.all([v3.facts(signal), v2.availability(signal)])
      // kine has no v2 keyspace on any port, and says so itself.
      const grpcOnly = says?.code === 'v2-port-grpc-only' && !facts.etcd.endpoints.some(({ server }) => server === 'kine')
      const unsaid = grpcOnly ? [notice('info', 'v2', says.code, { endpoint: String(says.params.endpoint) })] : []
      return { file: null, ...facts, notices: [...facts.notices, ...unsaid, ...notices, ...certificateNotices(tls, new Date())] }
    },
    close: async () => {
      connections.close()
      await Promise.all([v3.close(), v2.close(), ...[...single.values()].map((opened) => opened.close())])
    },
  }
}
