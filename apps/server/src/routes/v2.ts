// The v2 keyspace: one node with its children, and a value's bytes.
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { DiffAnswer, V2DiffQuery, V2NodeAnswer, V2NodeQuery, V2PathQuery } from '@registree/contract'
import { isSecretPlace, roundedSize } from '@registree/kube'
import type { Reading } from '../clusters/reading.ts'
import { v2NodeDiff } from '../history/key-diff.ts'
import { beginReading, beginSecondReading } from '../http/begin-reading.ts'
import { downloadHeaders, fileName, maskedRaw } from '../http/download.ts'
import { cacheAnswer, type RouteDeps } from '../http/request.ts'
import { Bytes, ClusterParams, problems } from '../http/schemas.ts'
import { AppError } from '../problem.ts'
import type { V2Node, V2Read } from '../sources/source.ts'
import { cleanPath } from '../sources/v2-path.ts'
import { inTurn } from '../streams/in-turn.ts'
import { decodeValue, type ValueContext } from '../values/decode-value.ts'

export const v2Routes =
  (deps: RouteDeps): FastifyPluginAsyncTypebox =>
  async (app) => {
    app.get(
      '/api/v1/clusters/:cluster/v2/node',
      {
        schema: {
          summary: 'One v2 node, and one level of children if it is a directory',
          params: ClusterParams,
          querystring: V2NodeQuery,
          response: { 200: V2NodeAnswer, ...problems },
        },
      },
      async (request, reply) => {
        const reading = beginReading(deps, request, reply)
        const read = await readNode(reading, request.query.path)
        cacheAnswer(reply, false)
        const decoded = read.node.value === null ? null : await decode(reading, read.node, request.query.view)
        return {
          index: String(read.index),
          raftIndex: read.raftIndex === null ? null : String(read.raftIndex),
          raftTerm: read.raftTerm === null ? null : String(read.raftTerm),
          readAt: deps.now().toISOString(),
          node: toWire(read.node, decoded?.rawMasked ?? false),
          children: read.children?.map((child) => toWire(child, !reading.policy.reveal && isSecretPlace(child.path))) ?? null,
          decoded,
        }
      },
    )

    app.get(
      '/api/v1/clusters/:cluster/v2/diff',
      {
        exposeHeadRoute: false,
        schema: {
          summary: 'What differs in one v2 node between two clusters, field by field; masked values are compared without being shown',
          params: ClusterParams,
          querystring: V2DiffQuery,
          response: { 200: DiffAnswer, ...problems },
        },
      },
      async (request, reply) => {
        const reading = beginReading(deps, request, reply)
        const there = beginSecondReading(deps, request, request.query.with, reading)
        cacheAnswer(reply, false)
        return await inTurn(reading, () => v2NodeDiff(reading, there, cleanPath(request.query.path)))
      },
    )

    app.get(
      '/api/v1/clusters/:cluster/v2/raw',
      {
        schema: {
          summary: 'The bytes of a v2 value, exactly',
          params: ClusterParams,
          querystring: V2PathQuery,
          produces: ['application/octet-stream'],
          response: { 200: Bytes, ...problems },
        },
      },
      async (request, reply) => {
        const reading = beginReading(deps, request, reply)
        const { node } = await readNode(reading, request.query.path)
        if (node.value === null) throw new AppError('BAD_REQUEST', { code: 'v2-directory', params: { path: node.path } })
        if ((await decode(reading, node, 'none')).rawMasked) throw maskedRaw()
        cacheAnswer(reply, false)
        return reply.headers(downloadHeaders(fileName(node.path))).send(Buffer.from(node.value))
      },
    )
  }

function decode({ cluster, policy, now, signal }: Reading, node: V2Node, view: ValueContext['view']) {
  return decodeValue(
    Buffer.from(node.value ?? ''),
    { path: node.path, decryptor: cluster.decryptor, policy, now, view },
    cluster.jobs,
    signal,
  )
}

function readNode({ cluster, signal }: Reading, path: string): Promise<V2Read> {
  return cluster.opened.v2.node(cleanPath(path), signal)
}

/** `rounds`: the exact size would reveal the length of a masked value. */
function toWire(node: V2Node, rounds: boolean) {
  return {
    path: node.path,
    directory: node.directory,
    hidden: /\/_[^/]*$/.test(node.path),
    size: rounds && node.size !== null ? roundedSize(node.size) : node.size,
    ttl: node.ttl === null ? null : Number(node.ttl),
    expiration: node.expiration,
    createdIndex: String(node.createdIndex),
    modifiedIndex: String(node.modifiedIndex),
  }
}
