// GET …/events: one stream per page with the health of etcd and what the page follows.
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { EventsQuery, fromWireKey } from '@registree/contract'
import { Type } from 'typebox'
import type { Reading } from '../clusters/reading.ts'
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
        const given = typeof header === 'string' ? header : ''
        const starts = follows ? startsOf(deps, reading, request.query, given) : []
        return sendEvents(reply, signal, (send, unread) => {
          const readerOf = (name: Followed) => ({
            send: ({ id, data }: { id: string; data: Buffer }) => send({ id: `${name.charAt(0)}${id}`, name, data }),
            unread,
          })
          const { flannel } = request.query
          const after = given === '' ? (flannel ?? '') : given
          const ends = [
            ...starts.map((start) => start(readerOf)),
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

type Followed = 'table' | 'object' | 'registry' | 'node'
type Reader = Parameters<RouteDeps['live']['table']>[2]
/** Begins to follow one thing, and returns how to stop. */
type Start = (readerOf: (name: Followed) => Reader) => () => void

/** What a page follows besides flannel. `given` is the id of the last event that it received. Throws BAD_REQUEST. */
function startsOf({ live }: RouteDeps, reading: Reading, query: EventsQuery, given: string): Start[] {
  const { table, path, namespace = null, apiVersion = '', kind = '', object, registry, node, v2Path } = query
  const [, topic, last] = /^([torn])(\d{1,19})$/.exec(given) ?? []
  const since = (name: Followed, at: string) => BigInt(topic === name.charAt(0) && last ? last : at)
  const unnamed = () => new AppError('BAD_REQUEST', { code: 'follow-unnamed', params: {} })
  const starts: Start[] = []
  if (path !== undefined) resolveTable(path)
  if (table !== undefined) {
    if (path === undefined) throw unnamed()
    const asked = { path, namespace, main: { apiVersion, kind }, after: since('table', table) }
    starts.push((readerOf) => live.table(reading, asked, readerOf('table')))
  }
  if (registry !== undefined) starts.push((readerOf) => live.registry(reading, since('registry', registry), readerOf('registry')))
  if (object !== undefined) {
    const key = fromWireKey(query)
    if (key === null) throw unnamed()
    starts.push((readerOf) => live.key(reading, { key, after: since('object', object) }, readerOf('object')))
  }
  if (node !== undefined) {
    if (v2Path === undefined) throw unnamed()
    const asked = { path: cleanPath(v2Path), after: since('node', node) }
    starts.push((readerOf) => live.node(reading, asked, readerOf('node')))
  }
  return starts
}
