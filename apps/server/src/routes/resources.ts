// GET …/resources: the catalogue.
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { ResourcesAnswer, ResourcesQuery } from '@registree/contract'
import { beginReading } from '../http/begin-reading.ts'
import { cacheAnswer, type RouteDeps, readRevision } from '../http/request.ts'
import { ClusterParams, problems } from '../http/schemas.ts'
import { readCatalogue } from '../registry/catalogue.ts'

export const resourcesRoutes =
  (deps: RouteDeps): FastifyPluginAsyncTypebox =>
  async (app) => {
    app.get(
      '/api/v1/clusters/:cluster/resources',
      {
        schema: {
          summary: 'The resources that the cluster keeps in etcd; their objects are counted on request only',
          params: ClusterParams,
          querystring: ResourcesQuery,
          response: { 200: ResourcesAnswer, ...problems },
        },
      },
      async (request, reply) => {
        const { cluster, source, meter, signal } = beginReading(deps, request, reply)
        const asked = readRevision(request.query.rev)
        const answer = await readCatalogue(cluster, source, asked, request.query.counts === '1', signal)
        cacheAnswer(reply, asked > 0n)
        return { ...answer, cost: meter.read() }
      },
    )
  }
