// A complete server for a test, over any cluster.
import type { EtcdConnection } from '@registree/contract'
import { RangeKnowledge } from '@registree/keyspace'
import { createDecryptor, type Decryptor } from '@registree/kube'
import type { FastifyInstance } from 'fastify'
import { type AppDeps, buildApp } from '../app.ts'
import { type Cluster, type Clusters, maskAll } from '../clusters/cluster.ts'
import type { JobRunner } from '../jobs/jobs.ts'
import { runHere } from '../jobs/run-here.ts'
import { CostMeter } from '../sources/cost-meter.ts'
import { Identity } from '../sources/identity.ts'
import { MemoryV2Source } from '../sources/memory/memory-v2-source.ts'
import { MemoryV3Source } from '../sources/memory/memory-v3-source.ts'
import type { OpenedCluster, V2Source, V3Source } from '../sources/source.ts'
import { checkedSerializers } from './checked-serializers.ts'

export interface TestAppOptions {
  reveal?: boolean
  policyOf?: AppDeps['policyOf']
  jobs?: JobRunner
  host?: string
  allowedHosts?: string[]
  webRoot?: string
  pagePatienceMs?: number
  kubernetesPrefix?: string
  decryptor?: Decryptor
  now?: AppDeps['now']
  connection?: EtcdConnection
}

/** The cluster is named `test`. */
export async function testApp(opened: OpenedCluster, options: TestAppOptions = {}): Promise<FastifyInstance> {
  return await appOf(new Map([['test', testCluster('test', opened, options)]]), options)
}

export function testCluster(name: string, opened: OpenedCluster, options: TestAppOptions = {}): Cluster {
  const decryptor = options.decryptor ?? createDecryptor(null)
  return {
    name,
    title: name,
    configured: name,
    kubernetesPrefix: options.kubernetesPrefix ?? '/registry',
    prefixGiven: options.kubernetesPrefix !== undefined,
    flannelPrefix: null,
    opened,
    connection: options.connection ?? null,
    meter: new CostMeter(),
    knowledge: new RangeKnowledge(),
    decryptor,
    masking: maskAll(),
    jobs: options.jobs ?? runHere({ decryptorOf: () => decryptor }),
  }
}

export async function appOf(clusters: Clusters, options: TestAppOptions = {}): Promise<FastifyInstance> {
  return await buildApp({
    clusters,
    policyOf: options.policyOf ?? (() => ({ reveal: options.reveal ?? false, decrypt: true, salt: new Uint8Array(32) })),
    now: options.now ?? (() => new Date('2026-11-23T12:00:00Z')),
    version: '0.0.0-test',
    host: options.host ?? '127.0.0.1',
    allowedHosts: options.allowedHosts ?? [],
    webRoot: options.webRoot ?? '/nonexistent',
    serializers: checkedSerializers(),
    logger: false,
    ...(options.pagePatienceMs === undefined ? {} : { pagePatienceMs: options.pagePatienceMs }),
  })
}

export function memoryCluster(v3: V3Source = new MemoryV3Source(), v2: V2Source = new MemoryV2Source()): OpenedCluster {
  return {
    source: 'file',
    origin: 'memory',
    clock: { kind: 'live' },
    v3,
    v2,
    identity: Identity.constant(),
    pulse: null,
    keepConnected: () => {},
    inFlight: () => 0,
    facts: async () => ({ members: [], etcd: null, file: null, notices: [] }),
    close: async () => {},
  }
}

/** GETs a path below the cluster's API and parses the answer. */
export async function get(app: FastifyInstance, url: string, headers: Record<string, string> = {}) {
  const reply = await app.inject({ method: 'GET', url: `/api/v1/clusters/test/${url}`, headers })
  return {
    status: reply.statusCode,
    headers: reply.headers,
    raw: reply.rawPayload,
    json: <T = Record<string, unknown>>() => JSON.parse(reply.payload) as T,
  }
}

/** GETs an NDJSON answer below the cluster's API. */
export async function getLines<Line>(app: FastifyInstance, url: string): Promise<Line[]> {
  const reply = await app.inject({ method: 'GET', url: `/api/v1/clusters/test/${url}` })
  if (reply.statusCode !== 200) throw new Error(`${url} answered ${reply.statusCode}: ${reply.payload}`)
  return reply.payload
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Line)
}
