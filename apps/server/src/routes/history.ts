// The past of a v3 keyspace: every kept revision of a key, the difference of two, and when a revision was written.
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { ClockAnswer, ClockQuery, DiffAnswer, DiffQuery, HistoryAnswer, HistoryQuery } from '@registree/contract'
import { keyDiff } from '../history/key-diff.ts'
import { keyHistory } from '../history/key-history.ts'
import { revisionAtInstant, timeOfRevision } from '../history/when.ts'
import { beginReading, beginSecondReading, readingOfMember } from '../http/begin-reading.ts'
import { bytesFromQuery, cacheAnswer, keyFromQuery, type RouteDeps, readRevision } from '../http/request.ts'
import { ClusterParams, problems } from '../http/schemas.ts'
import { AppError } from '../problem.ts'
import { inTurn } from '../streams/in-turn.ts'

const DEFAULT_LIMIT = 50

export const historyRoutes =
  (deps: RouteDeps): FastifyPluginAsyncTypebox =>
  async (app) => {
    app.get(
      '/api/v1/clusters/:cluster/v3/history',
      {
        // HEAD would read a whole page for nothing.
        exposeHeadRoute: false,
        schema: {
          summary: 'The kept revisions of a key, newest first: what each changed, who wrote it and when; a deleted key has a history too',
          params: ClusterParams,
          querystring: HistoryQuery,
          response: { 200: HistoryAnswer, ...problems },
        },
      },
      async (request, reply) => {
        const reading = beginReading(deps, request, reply)
        const { query } = request
        const key = keyFromQuery(query)
        const before = readRevision(query.before)
        // Times become more precise and compaction goes on: no page is final.
        cacheAnswer(reply, false)
        return await inTurn(reading, () => keyHistory(reading, { key, before, limit: query.limit ?? DEFAULT_LIMIT }, deps.now))
      },
    )

    app.get(
      '/api/v1/clusters/:cluster/v3/diff',
      {
        exposeHeadRoute: false,
        schema: {
          summary:
            'What changed in the value of a key between two revisions, field by field; masked values are compared without being shown',
          params: ClusterParams,
          querystring: DiffQuery,
          response: { 200: DiffAnswer, ...problems },
        },
      },
      async (request, reply) => {
        const first = beginReading(deps, request, reply)
        const { query } = request
        const key = keyFromQuery(query)
        const withKey = bytesFromQuery(query.withKey, query.withKey64, 'withKey')
        if (query.with === undefined && (withKey !== null || query.withMember !== undefined))
          throw new AppError('BAD_REQUEST', { code: 'with-key-alone', params: {} })
        const second = query.with === undefined ? undefined : beginSecondReading(deps, request, query.with, first)
        const reading = query.member === undefined ? first : readingOfMember(first, query.member)
        const there = second === undefined || query.withMember === undefined ? second : readingOfMember(second, query.withMember)
        const other = there === undefined ? undefined : { reading: there, key: withKey ?? key }
        const asked = { key, from: readRevision(query.from), to: readRevision(query.to), other, apply: query.apply === '1' }
        const answer = await inTurn(first, () => keyDiff(reading, asked))
        other?.reading.identity.check()
        // A failed comparison or date may succeed next time.
        cacheAnswer(
          reply,
          other === undefined &&
            query.member === undefined &&
            answer.by !== 'limit' &&
            answer.from.time !== null &&
            answer.to.time !== null,
        )
        return answer
      },
    )

    app.get(
      '/api/v1/clusters/:cluster/v3/clock',
      {
        exposeHeadRoute: false,
        schema: {
          summary: 'When a revision was written (`rev`), or the newest kept revision that was not written after an instant (`at`)',
          params: ClusterParams,
          querystring: ClockQuery,
          response: { 200: ClockAnswer, ...problems },
        },
      },
      async (request, reply) => {
        const reading = beginReading(deps, request, reply)
        const { rev, at, zone = 0 } = request.query
        if ((rev === undefined) === (at === undefined)) throw new AppError('BAD_REQUEST', { code: 'revision-or-time', params: {} })
        cacheAnswer(reply, false)
        return await inTurn(reading, () =>
          at === undefined
            ? timeOfRevision(reading, readRevision(rev), deps.now)
            : revisionAtInstant(reading, { text: at, zone }, deps.now),
        )
      },
    )
  }
