// A live cluster: both keyspaces behind the same endpoints, and what the members say of themselves.
import { isAppError } from '../../problem.ts'
import { EtcdV2Source } from '../etcd-v2/etcd-v2-source.ts'
import { Identity } from '../identity.ts'
import type { OpenedCluster, Pulse } from '../source.ts'
import { Connections } from './connections.ts'
import type { Credentials } from './etcd-member.ts'
import { EtcdV3Source } from './etcd-v3-source.ts'
import type { TlsFiles } from './tls-files.ts'

export interface EtcdOptions {
  /** `http://` or `https://`, one of the two for all. */
  endpoints: string[]
  tls: TlsFiles | null
  credentials: Credentials | null
  kubernetesPrefix: string
  deadlineMs?: number
}

/** Opens nothing yet: connections are made by the first read, so an etcd that is down does not keep the server from starting. */
export function openEtcd(options: EtcdOptions): OpenedCluster {
  const { endpoints, tls, credentials } = options
  const deadline = options.deadlineMs === undefined ? {} : { deadlineMs: options.deadlineMs }
  const identity = new Identity({ now: Date.now })
  const probeKey = Buffer.from(`${options.kubernetesPrefix}/`)
  const v3 = new EtcdV3Source({ endpoints, tls, credentials, identity, probeKey, ...deadline })
  const v2 = new EtcdV2Source({ endpoints, tls, credentials, identity, ...deadline })
  const connections = new Connections(
    // An etcd without the v3 API is held by the v2 API.
    v3.endpoints.map(({ endpoint, ways }) => ({ endpoint, ways: [...ways, (signal, open) => v2.hold(endpoint, signal, open)] })),
    identity,
  )
  /** An etcd that answers in one of its keyspaces answers. */
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
  return {
    source: 'etcd',
    origin: endpoints.join(', '),
    clock: { kind: 'live' },
    v3,
    v2,
    identity,
    pulse,
    keepConnected: () => connections.keep(),
    inFlight: () => v3.inFlight + v2.inFlight,
    facts: async (signal) => ({ file: null, ...(await v3.facts(signal)) }),
    close: async () => {
      connections.close()
      await Promise.all([v3.close(), v2.close()])
    },
  }
}
