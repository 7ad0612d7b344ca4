// The v2 keyspace: one node with its children, a value's bytes, and the past of a key.
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { DiffAnswer, V2DiffQuery, V2HistoryAnswer, V2HistoryQuery, V2NodeAnswer, V2NodeQuery, V2RawQuery } from '@registree/contract'
import { isSecretPlace, roundedSize } from '@registree/kube'
import type { Reading } from '../clusters/reading.ts'
import { v2Diff, v2History } from '../history/v2-history.ts'
import { v2StateAt } from '../history/v2-states.ts'
import { beginReading, beginSecondReading } from '../http/begin-reading.ts'
import { downloadHeaders, fileName, maskedRaw } from '../http/download.ts'
import { cacheAnswer, type RouteDeps, readIndex } from '../http/request.ts'
import { Bytes, ClusterParams, problems } from '../http/schemas.ts'
import { AppError } from '../problem.ts'
import type { V2Node, V2Read } from '../sources/source.ts'
import { cleanPath } from '../sources/v2-path.ts'
import { inTurn } from '../streams/in-turn.ts'
import { decodeValue, type ValueContext } from '../values/decode-value.ts'

const DEFAULT_LIMIT = 50

export const v2Routes =
  (deps: RouteDeps): FastifyPluginAsyncTypebox =>
  async (app) => {
    app.get(
      '/api/v1/clusters/:cluster/v2/node',
      {
        schema: {
          summary: 'One v2 node, and one level of children if it is a directory; or its state at an index that etcd still knows',
          params: ClusterParams,
          querystring: V2NodeQuery,
          response: { 200: V2NodeAnswer, ...problems },
        },
      },
      async (request, reply) => {
        const reading = beginReading(deps, request, reply)
        const read = await readNode(reading, request.query)
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
      '/api/v1/clusters/:cluster/v2/raw',
      {
        schema: {
          summary: 'The bytes of a v2 value, exactly',
          params: ClusterParams,
          querystring: V2RawQuery,
          produces: ['application/octet-stream'],
          response: { 200: Bytes, ...problems },
        },
      },
      async (request, reply) => {
        const reading = beginReading(deps, request, reply)
        const { node } = await readNode(reading, request.query)
        if (node.value === null) throw new AppError('BAD_REQUEST', { code: 'v2-directory', params: { path: node.path } })
        if ((await decode(reading, node, 'none')).rawMasked) throw maskedRaw()
        cacheAnswer(reply, false)
        return reply.headers(downloadHeaders(fileName(node.path))).send(Buffer.from(node.value))
      },
    )

    app.get(
      '/api/v1/clusters/:cluster/v2/history',
      {
        // HEAD would read a whole page for nothing.
        exposeHeadRoute: false,
        schema: {
          summary: 'The kept states of a v2 key, newest first, and what each changed; a removed key has a history too',
          params: ClusterParams,
          querystring: V2HistoryQuery,
          response: { 200: V2HistoryAnswer, ...problems },
        },
      },
      async (request, reply) => {
        const reading = beginReading(deps, request, reply)
        const { query } = request
        const asked = { path: cleanPath(query.path), before: readIndex(query.before), limit: query.limit ?? DEFAULT_LIMIT }
        cacheAnswer(reply, false)
        return await inTurn(reading, () => v2History(reading, asked))
      },
    )

    app.get(
      '/api/v1/clusters/:cluster/v2/diff',
      {
        exposeHeadRoute: false,
        schema: {
          summary:
            'What changed in a v2 value between two indices, or differs between two keys or clusters, field by field; `revision` is an index',
          params: ClusterParams,
          querystring: V2DiffQuery,
          response: { 200: DiffAnswer, ...problems },
        },
      },
      async (request, reply) => {
        const reading = beginReading(deps, request, reply)
        const { query } = request
        const path = cleanPath(query.path)
        const other = query.withPath === undefined ? path : cleanPath(query.withPath)
        const there = query.with === undefined ? reading : beginSecondReading(deps, request, query.with, reading)
        const asked = { path, from: readIndex(query.from), to: readIndex(query.to), there, other }
        if (there === reading && other === path && (query.from === undefined || query.to === undefined))
          throw new AppError('BAD_REQUEST', { code: 'v2-diff-indices', params: {} })
        cacheAnswer(reply, false)
        return await inTurn(reading, () => v2Diff(reading, asked))
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

async function readNode({ cluster, identity, signal }: Reading, query: { path: string; at?: string }): Promise<V2Read> {
  const path = cleanPath(query.path)
  const { v2 } = cluster.opened
  if (query.at === undefined) return await v2.node(path, signal)
  const { head, node, children } = await v2StateAt(v2, { path, at: readIndex(query.at) }, signal)
  identity.check()
  if (node === null) throw new AppError('KEY_NOT_FOUND', { code: 'v2-key-missing-at', params: { path, index: query.at } })
  return { index: head, raftIndex: null, raftTerm: null, node, children }
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
