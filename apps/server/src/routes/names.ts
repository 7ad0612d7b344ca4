// GET …/names: keys with a matching name, as far as they can be found without making etcd walk many keys.
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { NamesEnd, NamesFound, NamesHead, NamesProgress, NamesQuery } from '@registree/contract'
import { beginReading } from '../http/begin-reading.ts'
import type { RouteDeps } from '../http/request.ts'
import { ClusterParams, linesOf, problems, streaming } from '../http/schemas.ts'
import { sendLines } from '../http/send-lines.ts'
import { searchNames } from '../registry/name-search.ts'
import { linesInTurn } from '../streams/in-turn.ts'

export const namesRoutes =
  (deps: RouteDeps): FastifyPluginAsyncTypebox =>
  async (app) => {
    app.get(
      '/api/v1/clusters/:cluster/names',
      {
        ...streaming,
        schema: {
          summary:
            'What is called so, as NDJSON: a head, a line a directory, an end that says what was not looked through. Reads keys only',
          params: ClusterParams,
          querystring: NamesQuery,
          produces: ['application/x-ndjson'],
          response: { 200: linesOf(NamesHead, NamesFound, NamesProgress, NamesEnd), ...problems },
        },
      },
      async (request, reply) => {
        const reading = beginReading(deps, request, reply)
        const { q, in: only = null } = request.query
        const lines = searchNames({ ...reading, text: q, only })
        // Searches of large directories wait for a turn; small ones answer while the user types.
        return await sendLines(reply, only === null ? lines : linesInTurn(reading, lines), reading.signal)
      },
    )
  }
