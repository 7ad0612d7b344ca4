// What every route does first that reads values of a cluster: finds it, listens for the browser going away, and counts what the reading costs.
import type { FastifyReply, FastifyRequest } from 'fastify'
import { type Cluster, type Clusters, findCluster } from '../cluster.ts'
import { CostMeter, metered, type Rangeable } from '../sources/cost-meter.ts'
import { requestSignal } from './deps.ts'

export interface Reading {
  cluster: Cluster
  /** The v3 keyspace; each Range is counted in `meter`, and in the cluster's own. */
  source: Rangeable
  meter: CostMeter
  signal: AbortSignal
}

export function beginReading(clusters: Clusters, request: FastifyRequest<{ Params: { cluster: string } }>, reply: FastifyReply): Reading {
  const cluster = findCluster(clusters, request.params.cluster)
  const meter = new CostMeter()
  return { cluster, source: metered(cluster.opened.v3, cluster.meter, meter), meter, signal: requestSignal(request, reply) }
}
