// GET …/events: one stream per page with the health of etcd and what the page follows.
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { EventsQuery, fromWireKey } from '@registree/contract'
import { Type } from 'typebox'
import { beginReading } from '../http/begin-reading.ts'
import type { RouteDeps } from '../http/request.ts'
import { ClusterParams, problems } from '../http/schemas.ts'
import { sendEvents } from '../http/send-events.ts'
import { AppError } from '../problem.ts'
import { resolveTable } from '../registry/table-place.ts'
import { cleanPath } from '../sources/v2-path.ts'

const DESCRIPTION =
  'text/event-stream: `health` carries a Health (at once and whenever it changes), `flannel` a FlannelNews, `table` a TableNews, `object` and `node` a KeyNews, `registry` a RegistryNews, `alive` nothing (every 15 s)'

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
        const reading = beginReading(deps, request, reply)
        const { cluster, signal } = reading
        const health = deps.health.of(cluster.opened)
        const follows = cluster.opened.source === 'etcd'
        // After "no content" a browser does not reconnect.
        if (health === null && !follows) return reply.code(204).send(null)
        // A health event is always complete; the id of all others says where a page continues.
        const header = request.headers['last-event-id']
        const [, topic, last] = /^([torn])(\d{1,19})$/.exec(typeof header === 'string' ? header : '') ?? []
        const { flannel, table, path, namespace, apiVersion = '', kind = '', object, registry, node, v2Path } = request.query
        const after = (typeof header === 'string' && header !== '' ? header : flannel) ?? ''
        const key = object === undefined ? null : fromWireKey(request.query)
        const isUnnamed = (object !== undefined && key === null) || (table !== undefined && path === undefined)
        if (isUnnamed || (node !== undefined && v2Path === undefined))
          throw new AppError('BAD_REQUEST', { code: 'follow-unnamed', params: {} })
        if (path !== undefined) resolveTable(path)
        const nodePath = v2Path === undefined ? null : cleanPath(v2Path)
        return sendEvents(reply, signal, (send, unread) => {
          const readerOf = (name: 'table' | 'object' | 'registry' | 'node') => ({
            send: ({ id, data }: { id: string; data: Buffer }) => send({ id: `${name.charAt(0)}${id}`, name, data }),
            unread,
          })
          const ends = [
            table === undefined || path === undefined || !follows
              ? undefined
              : deps.live.table(
                  reading,
                  { path, namespace: namespace ?? null, main: { apiVersion, kind }, after: BigInt(topic === 't' && last ? last : table) },
                  readerOf('table'),
                ),
            registry === undefined || !follows
              ? undefined
              : deps.live.registry(reading, BigInt(topic === 'r' && last ? last : registry), readerOf('registry')),
            object === undefined || key === null || !follows
              ? undefined
              : deps.live.key(reading, { key, after: BigInt(topic === 'o' && last ? last : object) }, readerOf('object')),
            node === undefined || nodePath === null || !follows
              ? undefined
              : deps.live.node(reading, { path: nodePath, after: BigInt(topic === 'n' && last ? last : node) }, readerOf('node')),
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
