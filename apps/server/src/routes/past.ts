// What was written in the kept window of a v3 keyspace: the keys that were deleted, and all writes for a picture over time.
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import {
  DeletedPage,
  DeletedQuery,
  MatchingEnd,
  MatchingQuery,
  MatchingWrites,
  PAST_MEGABYTES,
  PastProgress,
  TimelineBars,
  TimelineDetails,
  TimelineEnd,
  TimelineHead,
  TimelineObjects,
  TimelineQuery,
  TimelineTimes,
  TimelineWrites,
} from '@registree/contract'
import { beginReading } from '../http/begin-reading.ts'
import type { RouteDeps } from '../http/request.ts'
import { ClusterParams, linesOf, problems, streaming } from '../http/schemas.ts'
import { sendLines } from '../http/send-lines.ts'
import { deletedLines } from '../past/deletions.ts'
import { matchingLines } from '../past/matching-writes.ts'
import { timelineLines } from '../past/timeline.ts'
import { linesInTurn } from '../streams/in-turn.ts'

const DEFAULT_LIMIT = 50
/** Writes that a picture of a live etcd begins with. */
const DEFAULT_WRITES = 20_000

export const pastRoutes =
  (deps: RouteDeps): FastifyPluginAsyncTypebox =>
  async (app) => {
    app.get(
      '/api/v1/clusters/:cluster/v3/deleted',
      {
        ...streaming,
        schema: {
          summary:
            'Keys that were deleted in the kept window, newest first, as NDJSON: how far a live etcd has been read back, then one page. How each was deleted, and where its last value is',
          params: ClusterParams,
          querystring: DeletedQuery,
          produces: ['application/x-ndjson'],
          response: { 200: linesOf(PastProgress, DeletedPage), ...problems },
        },
      },
      async (request, reply) => {
        const reading = beginReading(deps, request, reply)
        const { before, limit = DEFAULT_LIMIT, budget = PAST_MEGABYTES, routine, ...filter } = request.query
        const [revision, skip] = before?.split('.') ?? []
        const lines = deletedLines(
          reading,
          {
            ...filter,
            routine: routine === '1',
            before: revision === undefined ? null : { revision: BigInt(revision), skip: Number(skip) },
            limit,
            megabytes: budget,
          },
          deps.now,
        )
        return await sendLines(reply, linesInTurn(reading, lines), reading.signal)
      },
    )

    app.get(
      '/api/v1/clusters/:cluster/v3/timeline',
      {
        ...streaming,
        schema: {
          summary:
            'Every write in the kept window in columns, as NDJSON: how far a live etcd has been read back, counts by time and resource if there are many writes, the objects, the writes and their times, then what the values tell',
          params: ClusterParams,
          querystring: TimelineQuery,
          produces: ['application/x-ndjson'],
          response: {
            200: linesOf(
              PastProgress,
              TimelineBars,
              TimelineHead,
              TimelineObjects,
              TimelineWrites,
              TimelineTimes,
              TimelineDetails,
              TimelineEnd,
            ),
            ...problems,
          },
        },
      },
      async (request, reply) => {
        const reading = beginReading(deps, request, reply)
        const { writes = DEFAULT_WRITES, budget = PAST_MEGABYTES } = request.query
        const lines = timelineLines(reading, { writes, megabytes: budget }, deps.now)
        return await sendLines(reply, linesInTurn(reading, lines), reading.signal)
      },
    )

    app.get(
      '/api/v1/clusters/:cluster/v3/timeline/matching',
      {
        ...streaming,
        schema: {
          summary: 'The writes in the kept window that changed a field or that one manager made, as NDJSON',
          params: ClusterParams,
          querystring: MatchingQuery,
          produces: ['application/x-ndjson'],
          response: { 200: linesOf(PastProgress, MatchingWrites, MatchingEnd), ...problems },
        },
      },
      async (request, reply) => {
        const reading = beginReading(deps, request, reply)
        const {
          field = null,
          by = null,
          path = null,
          namespace = null,
          routine,
          writes = DEFAULT_WRITES,
          budget = PAST_MEGABYTES,
        } = request.query
        const lines = matchingLines(reading, { field, by, path, namespace, routine: routine === '1', writes, megabytes: budget })
        return await sendLines(reply, linesInTurn(reading, lines), reading.signal)
      },
    )
  }
