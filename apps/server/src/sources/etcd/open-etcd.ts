// A live cluster: both keyspaces behind the same endpoints, and what the members say of themselves.
import { EtcdV2Source } from '../etcd-v2/etcd-v2-source.ts'
import type { OpenedCluster } from '../source.ts'
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
  const v3 = new EtcdV3Source({ endpoints, tls, credentials, probeKey: Buffer.from(`${options.kubernetesPrefix}/`), ...deadline })
  const v2 = new EtcdV2Source({ endpoints, tls, credentials, ...deadline })
  return {
    source: 'etcd',
    origin: endpoints.join(', '),
    clock: { kind: 'live' },
    v3,
    v2,
    inFlight: () => v3.inFlight + v2.inFlight,
    facts: async (signal) => ({ file: null, ...(await v3.facts(signal)) }),
    close: async () => {
      await Promise.all([v3.close(), v2.close()])
    },
  }
}
