// The comparison of a cluster with another one, or with itself at another revision.
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { CompareEntries, CompareProgress, CompareQuery, CompareStart, CompareV2Query, MemberHashes } from '@registree/contract'
import { compareLines } from '../compare/compare-lines.ts'
import { compareV2Lines } from '../compare/compare-v2-lines.ts'
import { memberHashes } from '../compare/member-hashes.ts'
import { beginReading, beginSecondReading, readingOfMember } from '../http/begin-reading.ts'
import { cacheAnswer, type RouteDeps, readIndex, readRevision } from '../http/request.ts'
import { ClusterParams, linesOf, problems, streaming } from '../http/schemas.ts'
import { sendLines } from '../http/send-lines.ts'
import { AppError } from '../problem.ts'
import { cleanPath } from '../sources/v2-path.ts'
import { linesInBothTurns } from '../streams/in-both-turns.ts'
import { inTurn } from '../streams/in-turn.ts'

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
        const first = beginReading(deps, request, reply)
        const { with: other, rev, withRev, path, namespace, withNamespace, member, withMember, all, noise, every } = request.query
        const second = beginSecondReading(deps, request, other, first)
        if (withNamespace !== undefined && namespace === undefined)
          throw new AppError('BAD_REQUEST', { code: 'with-namespace-alone', params: {} })
        const left = member === undefined ? first : readingOfMember(first, member)
        const right = withMember === undefined ? second : readingOfMember(second, withMember)
        const members = (member ?? withMember) !== undefined && first.cluster.configured === second.cluster.configured
        const lines = compareLines(
          {
            left,
            right,
            revisions: { left: readRevision(rev), right: readRevision(withRev) },
            path,
            namespaces: namespace === undefined ? undefined : { left: namespace, right: withNamespace ?? namespace },
            all: all === '1',
            noise: noise === '1',
            // Members of one etcd have one history: what differs was not written.
            every: every === '1' || members,
            members,
          },
          deps.now,
        )
        return await sendLines(reply, linesInBothTurns(first, second, lines), first.signal)
      },
    )

    app.get(
      '/api/v1/clusters/:cluster/v2/compare',
      {
        ...streaming,
        schema: {
          summary:
            'Every node of the v2 keyspace that is not equal in two clusters, or in a file at two indices, as NDJSON in the order of a walk: both sides with their indices, then entries and counts',
          params: ClusterParams,
          querystring: CompareV2Query,
          produces: ['application/x-ndjson'],
          response: { 200: linesOf(CompareStart, CompareEntries, CompareProgress), ...problems },
        },
      },
      async (request, reply) => {
        const left = beginReading(deps, request, reply)
        const { with: other, at, withAt, path = '/', noise } = request.query
        const right = beginSecondReading(deps, request, other, left)
        const indices = { left: readIndex(at), right: readIndex(withAt) }
        const lines = compareV2Lines({ left, right, indices, path: cleanPath(path), noise: noise === '1' })
        return await sendLines(reply, linesInBothTurns(left, right, lines), left.signal)
      },
    )

    app.get(
      '/api/v1/clusters/:cluster/v3/member-hashes',
      {
        exposeHeadRoute: false,
        schema: {
          summary: 'The hash that each member makes of all its keys at one revision (HashKV); each reads its whole keyspace for it',
          params: ClusterParams,
          response: { 200: MemberHashes, ...problems },
        },
      },
      async (request, reply) => {
        const reading = beginReading(deps, request, reply)
        cacheAnswer(reply, false)
        return await inTurn(reading, () => memberHashes(reading))
      },
    )
  }
