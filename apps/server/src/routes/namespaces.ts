// GET …/namespaces, …/namespaces/{name} and …/namespace-counts: which namespaces there are, what is in each, and why one stays.
import type { Readable } from 'node:stream'
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import {
  NamespaceAnswer,
  NamespaceCounts,
  NamespaceCountsEnd,
  NamespaceCountsError,
  NamespaceCountsHead,
  type NamespaceCountsLine,
  NamespaceCountsQuery,
  NamespacesAnswer,
  NamespacesQuery,
} from '@registree/contract'
import { Type } from 'typebox'
import { findCluster } from '../cluster.ts'
import { CostMeter, metered } from '../sources/cost-meter.ts'
import { kubernetesRoot } from '../stored-objects.ts'
import { cacheAnswer, type RouteDeps, readRevision, requestSignal } from './deps.ts'
import { linesInTurn } from './in-turn.ts'
import { namespaceCounts } from './namespace-counts.ts'
import { listNamespaces, readNamespace } from './namespace-reading.ts'
import { ClusterParams, problems } from './schemas.ts'
import { sendLines } from './send-lines.ts'

const Lines = Type.Unsafe<Readable>(Type.Union([NamespaceCountsHead, NamespaceCounts, NamespaceCountsEnd, NamespaceCountsError]))
const NamespaceParams = Type.Object({ cluster: Type.String(), name: Type.String({ minLength: 1, maxLength: 253 }) })

export const namespacesRoutes =
  ({ clusters, policy }: RouteDeps): FastifyPluginAsyncTypebox =>
  async (app) => {
    const begin = (name: string) => {
      const cluster = findCluster(clusters, name)
      const meter = new CostMeter()
      const asOf = cluster.opened.asOf
      const now = asOf ?? policy.now()
      return {
        cluster,
        meter,
        source: metered(cluster.opened.v3, cluster.meter, meter),
        root: kubernetesRoot(cluster),
        when: { asOf: asOf?.toISOString() ?? null, now: now.toISOString(), prefix: kubernetesRoot(cluster) },
      }
    }

    app.get(
      '/api/v1/clusters/:cluster/namespaces',
      {
        schema: {
          summary: 'The namespaces, with their phase and what their deletion waits for',
          params: ClusterParams,
          querystring: NamespacesQuery,
          response: { 200: NamespacesAnswer, ...problems },
        },
      },
      async (request, reply) => {
        const { cluster, meter, source, root, when } = begin(request.params.cluster)
        const revision = readRevision(request.query.rev)
        const listed = await listNamespaces({ cluster, source, root, revision, signal: requestSignal(request, reply) })
        cacheAnswer(reply, revision > 0n)
        return { ...when, revision: String(listed.revision), namespaces: listed.namespaces, cost: meter.read() }
      },
    )

    app.get(
      '/api/v1/clusters/:cluster/namespaces/:name',
      {
        schema: {
          summary: 'One namespace: what is in it by resource, and while it is being deleted, what is left',
          params: NamespaceParams,
          querystring: NamespacesQuery,
          response: { 200: NamespaceAnswer, ...problems },
        },
      },
      async (request, reply) => {
        const { cluster, meter, source, root, when } = begin(request.params.cluster)
        const revision = readRevision(request.query.rev)
        const signal = requestSignal(request, reply)
        const read = await readNamespace({ cluster, source, root, revision, signal }, request.params.name)
        cacheAnswer(reply, revision > 0n)
        return { ...when, ...read, revision: String(read.revision), cost: meter.read() }
      },
    )

    app.get(
      '/api/v1/clusters/:cluster/namespace-counts',
      {
        compress: false,
        exposeHeadRoute: false,
        schema: {
          summary: 'How many objects each namespace has, as NDJSON: a head, a line a resource, an end. Reads keys only, every one once',
          params: ClusterParams,
          querystring: NamespaceCountsQuery,
          produces: ['application/x-ndjson'],
          response: { 200: Lines, ...problems },
        },
      },
      async (request, reply) => {
        const { cluster, meter, source, root } = begin(request.params.cluster)
        const signal = requestSignal(request, reply)
        const lines: AsyncGenerator<NamespaceCountsLine, void> = namespaceCounts({
          cluster,
          source,
          root,
          revision: readRevision(request.query.rev),
          all: request.query.all === '1',
          meter,
          signal,
        })
        return await sendLines(reply, linesInTurn(cluster, signal, lines), signal)
      },
    )
  }
