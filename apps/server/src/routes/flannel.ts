// flannel's networks beside nodes, pods and Services.
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { FlannelAnswer } from '@registree/contract'
import { toCompared, toWireNetwork, toWireNotice, toWireText } from '../flannel/answer.ts'
import { beginReading } from '../http/begin-reading.ts'
import { cacheAnswer, type RouteDeps } from '../http/request.ts'
import { ClusterParams, problems } from '../http/schemas.ts'

export const flannelRoutes =
  (deps: RouteDeps): FastifyPluginAsyncTypebox =>
  async (app) => {
    app.get(
      '/api/v1/clusters/:cluster/flannel',
      {
        // HEAD would read nodes and pods for nothing.
        exposeHeadRoute: false,
        schema: {
          summary: "flannel's networks and subnet leases, and what disagrees with Kubernetes",
          params: ClusterParams,
          response: { 200: FlannelAnswer, ...problems },
        },
      },
      async (request, reply) => {
        const asked = beginReading(deps, request, reply)
        const { cluster, meter, now } = asked
        const { reading, token } = await deps.followers.of(cluster).current(asked)
        const { networks, kubernetes } = reading
        cacheAnswer(reply, false)
        // Two readings always differ: an ETag over megabytes would be useless, and so would validating a typed object.
        reply.header('etag', `W/"${token ?? ''}-${reading.readAt.getTime()}"`).serializer(JSON.stringify)
        return {
          readAt: reading.readAt.toISOString(),
          now: now?.toISOString() ?? null,
          token,
          networks: networks.map((network) => toWireNetwork(network, networks, kubernetes, now)),
          looked: reading.looked.map(toWireText),
          notices: [...reading.notices, ...kubernetes.nodeNotices, ...kubernetes.podNotices].map(toWireNotice),
          compared: toCompared(kubernetes),
          cost: meter.read(),
        }
      },
    )
  }
