// GET …/search: what matches a query in keys and values of both keyspaces, streamed in the order of keys.
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { SEARCH_LIMIT, SearchEnd, SearchFound, SearchHead, SearchProgress, SearchQuery } from '@registree/contract'
import { beginReading } from '../http/begin-reading.ts'
import { bytesFromQuery, type RouteDeps, readRevision } from '../http/request.ts'
import { ClusterParams, linesOf, problems, streaming } from '../http/schemas.ts'
import { sendLines } from '../http/send-lines.ts'
import { search } from '../search/search.ts'
import { linesInTurn } from '../streams/in-turn.ts'

export const searchRoutes =
  (deps: RouteDeps): FastifyPluginAsyncTypebox =>
  async (app) => {
    app.get(
      '/api/v1/clusters/:cluster/search',
      {
        ...streaming,
        schema: {
          summary:
            'What matches a query in keys and decoded values, as NDJSON: a head, results with their lines in key order, progress, an end that says what was not searched',
          params: ClusterParams,
          querystring: SearchQuery,
          produces: ['application/x-ndjson'],
          response: { 200: linesOf(SearchHead, SearchFound, SearchProgress, SearchEnd), ...problems },
        },
      },
      async (request, reply) => {
        const reading = beginReading(deps, request, reply)
        const { q, rev, limit = SEARCH_LIMIT, keyspace = 'v3', after, after64 } = request.query
        const key = bytesFromQuery(after, after64, 'after')
        const lines = search({
          ...reading,
          query: q,
          revision: readRevision(rev),
          limit,
          after: key === null ? (keyspace === 'v2' ? { keyspace, key: new Uint8Array() } : null) : { keyspace, key },
        })
        return await sendLines(reply, linesInTurn(reading, lines), reading.signal)
      },
    )
  }
