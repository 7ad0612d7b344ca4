// GET …/status: the current state of a cluster: members and raft of a live etcd, or facts about a file.

import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { type Notice, type Problem, StatusAnswer } from '@registree/contract'
import { beginReading } from '../http/begin-reading.ts'
import { cacheAnswer, type RouteDeps } from '../http/request.ts'
import { ClusterParams, problems } from '../http/schemas.ts'
import { notice } from '../messages/notice.ts'
import { isAppError, saidBy, toProblem } from '../problem.ts'

export const statusRoutes =
  (deps: RouteDeps): FastifyPluginAsyncTypebox =>
  async (app) => {
    app.get(
      '/api/v1/clusters/:cluster/status',
      { schema: { summary: 'What the cluster is', params: ClusterParams, response: { 200: StatusAnswer, ...problems } } },
      async (request, reply) => {
        const { cluster, signal } = beginReading(deps, request, reply)
        const notices: Notice[] = []
        // This page has to show that an etcd is down: a keyspace that fails becomes a notice.
        let v3Problem: Problem | null = null
        const orNotice = async <T>(where: 'v3' | 'v2', read: Promise<T>): Promise<T | null> => {
          try {
            return await read
          } catch (error) {
            if (!isAppError(error) || error.code === 'CANCELLED') throw error
            if (error.code !== 'KEYSPACE_UNAVAILABLE') {
              if (where === 'v3') v3Problem = toProblem(error)
              notices.push(notice('error', where, 'keyspace-unread', { why: saidBy(error) }))
            }
            return null
          }
        }
        const { opened } = cluster
        const [v3, v2, facts] = await Promise.all([
          orNotice('v3', opened.v3.status(signal)),
          orNotice('v2', opened.v2.status(signal)),
          opened.facts(signal),
        ])
        cacheAnswer(reply, false)
        return {
          name: cluster.name,
          source: opened.source,
          readAt: deps.now().toISOString(),
          v3:
            v3 === null
              ? null
              : {
                  revision: String(v3.revision),
                  compactedRevision: v3.compactedRevision === null ? null : String(v3.compactedRevision),
                  keys: v3.keys,
                },
          v3Problem,
          v2: v2 === null ? null : { index: String(v2.index) },
          members: facts.members,
          etcd: facts.etcd,
          file: facts.file,
          notices: once([...notices, ...facts.notices]),
          cost: { ...cluster.meter.read(), inFlight: opened.inFlight() },
        }
      },
    )
  }

/**
 * The worst first, each reason once: all who asked an etcd that is down notice it, and the one who says most is kept. What the client says of its
 * connection, after the first sentence, differs between tries.
 */
function once(notices: readonly Notice[]): Notice[] {
  const rank = { error: 0, warning: 1, info: 2 } as const
  const reason = ({ message, params }: Notice) => (typeof params?.why === 'string' ? params.why : message)
  const kept: Notice[] = []
  for (const notice of [...notices].sort((a, b) => reason(b).length - reason(a).length)) {
    const said = reason(notice).split('. ')[0] ?? ''
    if (!kept.some((other) => reason(other).startsWith(said))) kept.push(notice)
  }
  return notices.filter((notice) => kept.includes(notice)).sort((a, b) => rank[a.level] - rank[b.level])
}
