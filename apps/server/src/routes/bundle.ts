// Several objects as one YAML to apply.
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { BundleQuery } from '@registree/contract'
import { fromBase64urlOrNull } from '@registree/keyspace'
import { type BundleRequest, bundleText } from '../bundle/bundle-text.ts'
import type { Reading } from '../clusters/reading.ts'
import { beginReading } from '../http/begin-reading.ts'
import { type RouteDeps, readRevision } from '../http/request.ts'
import { Bytes, ClusterParams, problems, streaming } from '../http/schemas.ts'
import { sendText } from '../http/send-text.ts'
import { AppError } from '../problem.ts'
import { linesInTurn } from '../streams/in-turn.ts'

export const bundleRoutes =
  (deps: RouteDeps): FastifyPluginAsyncTypebox =>
  async (app) => {
    app.get(
      '/api/v1/clusters/:cluster/v3/bundle',
      {
        ...streaming,
        schema: {
          summary:
            'The objects of a namespace, of a resource, or single keys, as one YAML to apply: definitions and namespaces first, then what the rest needs. What is left out is named in a comment',
          params: ClusterParams,
          querystring: BundleQuery,
          produces: ['application/yaml'],
          response: { 200: Bytes, ...problems },
        },
      },
      async (request, reply) => {
        const reading = beginReading(deps, request, reply)
        const { rev, namespace, path, keys } = request.query
        if ((keys === undefined) === (namespace === undefined && path === undefined))
          throw new AppError('BAD_REQUEST', { code: 'bundle-unnamed', params: {} })
        const asked = { revision: readRevision(rev), namespace, path, keys: keys === undefined ? undefined : bundledKeys(keys) }
        const named = [reading.cluster.name, namespace, path?.replaceAll('/', '-')].filter(Boolean).join('-')
        const file = { fileName: `${named.replace(/[^A-Za-z0-9._-]+/g, '_')}.yaml`, contentType: 'application/yaml; charset=utf-8' }
        // Fastify's types allow a body of bytes only.
        return (await sendText(reply, { ...file, parts: partsInTurn(reading, asked) }, reading.signal)) as never
      },
    )
  }

/** A download cannot say that it waits. */
async function* partsInTurn(reading: Reading, asked: BundleRequest): AsyncGenerator<string, void> {
  for await (const part of linesInTurn(reading, bundleText(reading, asked))) if (typeof part === 'string') yield part
}

/** Parses `keys` of the query. Throws BAD_REQUEST. */
function bundledKeys(text: string): NonNullable<BundleRequest['keys']> {
  return text.split(',').map((part) => {
    const [name = '', revision] = part.split('.')
    const key = fromBase64urlOrNull(name)
    if (key === null || key.length === 0) throw new AppError('BAD_REQUEST', { code: 'keys-no-list', params: {} })
    return { key, revision: revision === undefined ? null : readRevision(revision) }
  })
}
