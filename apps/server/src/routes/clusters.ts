// GET /api/v1/clusters: the list of clusters.

import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { ClustersAnswer } from '@registree/contract'
import { cacheAnswer, type RouteDeps, requestSignal } from '../http/request.ts'
import { problems } from '../http/schemas.ts'
import { clusterInfos } from '../registry/cluster-infos.ts'

export const clustersRoutes =
  (deps: RouteDeps): FastifyPluginAsyncTypebox =>
  async (app) => {
    app.get(
      '/api/v1/clusters',
      { schema: { summary: 'The clusters of this Registree', response: { 200: ClustersAnswer, ...problems } } },
      async (request, reply) => {
        const signal = requestSignal(request, reply)
        cacheAnswer(reply, false)
        return {
          version: deps.version,
          clusters: await clusterInfos(deps.registries, deps.policyOf(request).reveal, signal),
        }
      },
    )
  }
