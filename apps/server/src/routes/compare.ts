// The comparison of a cluster with another one, or with itself at another revision.
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { CompareEntries, CompareProgress, CompareQuery, CompareStart } from '@registree/contract'
import type { Reading } from '../clusters/reading.ts'
import { compareLines } from '../compare/compare-lines.ts'
import { beginReading, beginSecondReading } from '../http/begin-reading.ts'
import { type RouteDeps, readRevision } from '../http/request.ts'
import { ClusterParams, linesOf, problems, streaming } from '../http/schemas.ts'
import { sendLines } from '../http/send-lines.ts'
import { linesInTurn } from '../streams/in-turn.ts'

export const compareRoutes =
  (deps: RouteDeps): FastifyPluginAsyncTypebox =>
  async (app) => {
    app.get(
      '/api/v1/clusters/:cluster/v3/compare',
      {
        ...streaming,
        schema: {
          summary:
            'Every key that is not equal in two clusters, or in one at two revisions, as NDJSON in the order of the keys: both sides, then entries and counts. Values are read only where equal revisions of one history do not prove them equal',
          params: ClusterParams,
          querystring: CompareQuery,
          produces: ['application/x-ndjson'],
          response: { 200: linesOf(CompareStart, CompareEntries, CompareProgress), ...problems },
        },
      },
      async (request, reply) => {
        const left = beginReading(deps, request, reply)
        const { with: other, rev, withRev, path, namespace, withNamespace, all, noise, every } = request.query
        const right = beginSecondReading(deps, request, other, left)
        const lines = compareLines(
          {
            left,
            right,
            revisions: { left: readRevision(rev), right: readRevision(withRev) },
            path,
            namespaces: namespace === undefined ? undefined : { left: namespace, right: withNamespace ?? namespace },
            all: all === '1',
            noise: noise === '1',
            every: every === '1',
          },
          deps.now,
        )
        return await sendLines(reply, inBothTurns(left, right, lines), left.signal)
      },
    )
  }

/** A turn in each cluster. Always in the same order: two comparisons that each hold what the other waits for would never end. */
function inBothTurns<Line>(left: Reading, right: Reading, lines: AsyncGenerator<Line, void>) {
  if (left.cluster.opened === right.cluster.opened) return linesInTurn(left, lines)
  const [outer, inner] = left.cluster.configured < right.cluster.configured ? [left, right] : [right, left]
  return linesInTurn(outer, linesInTurn(inner, lines))
}
