// flannel's networks beside nodes, pods and Services; and what changes, as it changes.
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { FlannelAnswer, FlannelChangesQuery, type FlannelNews } from '@registree/contract'
import { Type } from 'typebox'
import type { Cluster } from '../clusters/cluster.ts'
import { toCompared, toWireNetwork } from '../flannel/answer.ts'
import { FlannelFollower } from '../flannel/follower.ts'
import { beginReading } from '../http/begin-reading.ts'
import { cacheAnswer, type RouteDeps } from '../http/request.ts'
import { ClusterParams, problems } from '../http/schemas.ts'
import { sendEvents } from '../http/send-events.ts'

export const flannelRoutes =
  (deps: RouteDeps): FastifyPluginAsyncTypebox =>
  async (app) => {
    const followers = new Map<Cluster, FlannelFollower>()
    const followerOf = (cluster: Cluster): FlannelFollower => {
      const known = followers.get(cluster) ?? new FlannelFollower(cluster, deps.now)
      followers.set(cluster, known)
      return known
    }
    app.addHook('preClose', async () => {
      for (const follower of followers.values()) follower.close()
    })

    app.get(
      '/api/v1/clusters/:cluster/flannel',
      {
        // A HEAD would read nodes and pods for nothing.
        exposeHeadRoute: false,
        schema: {
          summary: "flannel's networks and subnet leases, and what disagrees with Kubernetes",
          params: ClusterParams,
          response: { 200: FlannelAnswer, ...problems },
        },
      },
      async (request, reply) => {
        const { cluster, meter, signal, now } = beginReading(deps, request, reply)
        const { reading, token } = await followerOf(cluster).current(meter, signal)
        const { networks, kubernetes } = reading
        cacheAnswer(reply, false)
        // Two readings are never the same: a digest of megabytes would be for nothing, and so would be a check of what was just made by type.
        reply.header('etag', `W/"${token ?? ''}-${reading.readAt.getTime()}"`).serializer(JSON.stringify)
        return {
          readAt: reading.readAt.toISOString(),
          now: now?.toISOString() ?? null,
          token,
          networks: networks.map((network) => toWireNetwork(network, networks, kubernetes, now)),
          looked: reading.looked,
          notices: [...reading.notices, ...kubernetes.nodeNotices, ...kubernetes.podNotices],
          compared: toCompared(kubernetes),
          cost: meter.read(),
        }
      },
    )

    app.get(
      '/api/v1/clusters/:cluster/flannel/changes',
      {
        exposeHeadRoute: false,
        schema: {
          summary: "what changes in flannel's networks, as server-sent events; 204 where nothing ever will",
          params: ClusterParams,
          querystring: FlannelChangesQuery,
          response: { 200: Type.String({ description: 'text/event-stream of FlannelNews' }), 204: Type.Null(), ...problems },
        },
      },
      async (request, reply) => {
        const { cluster, signal } = beginReading(deps, request, reply)
        // A browser that is told "no content" does not come back.
        if (cluster.opened.source !== 'etcd') return reply.code(204).send(null)
        const last = request.headers['last-event-id']
        const after = (typeof last === 'string' ? last : undefined) ?? request.query.after ?? null
        const follower = followerOf(cluster)
        return sendEvents(reply, signal, (send) =>
          follower.subscribe(after, (news: FlannelNews) => send({ id: news.token, name: 'news', data: news })),
        )
      },
    )
  }
