// GET …/namespaces, …/namespaces/{name} and …/namespace-counts: the namespaces, their content, and why one is stuck.
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import {
  NamespaceAnswer,
  NamespaceCounts,
  NamespaceCountsEnd,
  NamespaceCountsHead,
  NamespaceCountsQuery,
  NamespacesAnswer,
  NamespacesQuery,
} from '@registree/contract'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import { beginReading } from '../http/begin-reading.ts'
import { cacheAnswer, type RouteDeps, readRevision } from '../http/request.ts'
import { ClusterParams, linesOf, problems, streaming } from '../http/schemas.ts'
import { sendLines } from '../http/send-lines.ts'
import { namespaceCounts } from '../registry/namespace-counts.ts'
import { listNamespaces, readNamespace } from '../registry/namespace-reading.ts'
import { toWireMoment } from '../sources/source.ts'
import { linesInTurn } from '../streams/in-turn.ts'
import { kubernetesRoot } from '../values/stored-objects.ts'

const NamespaceParams = Type.Object({ cluster: Type.String(), name: Type.String({ minLength: 1, maxLength: 253 }) })

export const namespacesRoutes =
  (deps: RouteDeps): FastifyPluginAsyncTypebox =>
  async (app) => {
    const begin = (request: FastifyRequest<{ Params: { cluster: string } }>, reply: FastifyReply) => {
      const reading = beginReading(deps, request, reply)
      const root = kubernetesRoot(reading.cluster)
      return { ...reading, root, when: { ...toWireMoment(reading.cluster.opened.clock, reading.now), prefix: root } }
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
        const { meter, when, ...reading } = begin(request, reply)
        const revision = readRevision(request.query.rev)
        const listed = await listNamespaces({ ...reading, revision })
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
        const { meter, when, ...reading } = begin(request, reply)
        const revision = readRevision(request.query.rev)
        const read = await readNamespace({ ...reading, revision }, request.params.name)
        cacheAnswer(reply, revision > 0n)
        return { ...when, ...read, revision: String(read.revision), cost: meter.read() }
      },
    )

    app.get(
      '/api/v1/clusters/:cluster/namespace-counts',
      {
        ...streaming,
        schema: {
          summary: 'How many objects each namespace has, as NDJSON: a head, a line a resource, an end. Reads keys only, every one once',
          params: ClusterParams,
          querystring: NamespaceCountsQuery,
          produces: ['application/x-ndjson'],
          response: { 200: linesOf(NamespaceCountsHead, NamespaceCounts, NamespaceCountsEnd), ...problems },
        },
      },
      async (request, reply) => {
        const { when: _, ...reading } = begin(request, reply)
        const { rev, all } = request.query
        const lines = namespaceCounts({ ...reading, revision: readRevision(rev), all: all === '1' })
        return await sendLines(reply, linesInTurn(reading, lines), reading.signal)
      },
    )
  }
