// What every route that reads a cluster does first: find the cluster, decide what the request may see, notice when the browser goes away, count the cost.
import type { FastifyReply, FastifyRequest } from 'fastify'
import { type Cluster, findCluster } from '../clusters/cluster.ts'
import type { Reading } from '../clusters/reading.ts'
import { CostMeter, metered, type Rangeable } from '../sources/cost-meter.ts'
import type { ReadingIdentity } from '../sources/identity.ts'
import { decryptorFor, type Policy } from '../values/policy.ts'
import { type RouteDeps, requestSignal } from './request.ts'

declare module 'fastify' {
  interface FastifyReply {
    /** Which history the answer belongs to; null where it reads no cluster. */
    readingIdentity: ReadingIdentity | null
  }
}

export function beginReading(
  deps: Pick<RouteDeps, 'clusters' | 'policyOf' | 'now'>,
  request: FastifyRequest<{ Params: { cluster: string } }>,
  reply: FastifyReply,
): Reading {
  const policy = deps.policyOf(request)
  const cluster = clusterFor(policy, findCluster(deps.clusters, request.params.cluster))
  const meter = new CostMeter()
  const { opened } = cluster
  opened.keepConnected()
  const identity = opened.identity.begin()
  reply.readingIdentity = identity
  return {
    cluster,
    source: ofOneHistory(metered(opened.v3, cluster.meter, meter), identity),
    identity,
    meter,
    policy,
    now: opened.asOf ?? deps.now(),
    signal: requestSignal(request, reply),
  }
}

/** One object for each kind of policy, so that what is kept by cluster is kept apart by what a request may see. */
const restricted = new WeakMap<Cluster, Cluster>()

function clusterFor(policy: Policy, cluster: Cluster): Cluster {
  if (policy.decrypt) return cluster
  // Everything else stays the cluster's own, now and later: what is known of it changes.
  const known =
    restricted.get(cluster) ?? Object.create(cluster, { decryptor: { value: decryptorFor(policy, cluster.decryptor), enumerable: true } })
  restricted.set(cluster, known)
  return known
}

function ofOneHistory(source: Rangeable, identity: ReadingIdentity): Rangeable {
  return {
    async range(request, signal) {
      const answer = await source.range(request, signal)
      identity.check()
      return answer
    },
  }
}
