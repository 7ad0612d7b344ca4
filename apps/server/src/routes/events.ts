// GET …/events: one stream per page with the health of etcd and what the page follows.
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { EventsQuery } from '@registree/contract'
import { Type } from 'typebox'
import { beginReading } from '../http/begin-reading.ts'
import type { RouteDeps } from '../http/request.ts'
import { ClusterParams, problems } from '../http/schemas.ts'
import { sendEvents } from '../http/send-events.ts'

const DESCRIPTION =
  'text/event-stream: `health` carries a Health (at once and whenever it changes), `flannel` a FlannelNews, `alive` nothing (every 15 s)'

export const eventsRoutes =
  (deps: RouteDeps): FastifyPluginAsyncTypebox =>
  async (app) => {
    app.get(
      '/api/v1/clusters/:cluster/events',
      {
        exposeHeadRoute: false,
        schema: {
          summary: 'whether etcd answers, and what changes, as server-sent events; 204 where nothing ever will',
          params: ClusterParams,
          querystring: EventsQuery,
          response: { 200: Type.String({ description: DESCRIPTION }), 204: Type.Null(), ...problems },
        },
      },
      async (request, reply) => {
        const { cluster, signal } = beginReading(deps, request, reply)
        const health = deps.health.of(cluster.opened)
        const follows = cluster.opened.source === 'etcd'
        // After "no content" a browser does not reconnect.
        if (health === null && !follows) return reply.code(204).send(null)
        // Only flannel's news is numbered: a health event is always complete.
        const last = request.headers['last-event-id']
        const { flannel } = request.query
        const after = (typeof last === 'string' && last !== '' ? last : flannel) ?? ''
        return sendEvents(reply, signal, (send) => {
          const ends = [
            health?.subscribe((state) => send({ name: 'health', data: state })),
            flannel === undefined || !follows
              ? undefined
              : deps.followers.of(cluster).subscribe(after === '' ? null : after, (news) => {
                  send({ id: news.token, name: 'flannel', data: news })
                }),
          ]
          return () => {
            for (const end of ends) end?.()
          }
        })
      },
    )
  }
