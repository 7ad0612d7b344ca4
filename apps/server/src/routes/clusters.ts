// GET /api/v1/clusters: what there is to look at.

import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { ClustersAnswer } from '@registree/contract'
import { clusterInfo } from '../cluster.ts'
import { cacheAnswer, type RouteDeps, requestSignal } from './deps.ts'
import { problems } from './schemas.ts'

export const clustersRoutes =
  ({ clusters, policy, version }: RouteDeps): FastifyPluginAsyncTypebox =>
  async (app) => {
    app.get(
      '/api/v1/clusters',
      { schema: { summary: 'The clusters of this Registree', response: { 200: ClustersAnswer, ...problems } } },
      async (request, reply) => {
        const signal = requestSignal(request, reply)
        cacheAnswer(reply, false)
        return {
          version,
          clusters: await Promise.all([...clusters.values()].map((cluster) => clusterInfo(cluster, policy.reveal, signal))),
        }
      },
    )
  }
