// Several objects in one download: as YAML to apply, as JSON, as lines, or as stored.
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { type BundleFormat, BundlePreviewQuery, BundleQuery, PreviewObjects, PreviewProgress, PreviewStart } from '@registree/contract'
import { fromBase64urlOrNull } from '@registree/keyspace'
import { bundleData } from '../bundle/bundle-data.ts'
import { bundlePreview } from '../bundle/bundle-preview.ts'
import { bundleText } from '../bundle/bundle-text.ts'
import type { BundleRequest } from '../bundle/bundled-keys.ts'
import type { Reading } from '../clusters/reading.ts'
import { beginReading, beginSecondReading } from '../http/begin-reading.ts'
import { type RouteDeps, readRevision } from '../http/request.ts'
import { Bytes, ClusterParams, linesOf, problems, streaming } from '../http/schemas.ts'
import { sendLines } from '../http/send-lines.ts'
import { sendText } from '../http/send-text.ts'
import { AppError } from '../problem.ts'
import { linesInBothTurns } from '../streams/in-both-turns.ts'
import { linesInTurn } from '../streams/in-turn.ts'
import { inOneLine } from '../values/in-one-line.ts'

const TYPES: Record<BundleFormat, string> = {
  yaml: 'application/yaml',
  json: 'application/json',
  ndjson: 'application/x-ndjson',
  raw: 'application/json',
}
const ENDINGS: Record<BundleFormat, string> = { yaml: '.yaml', json: '.json', ndjson: '.ndjson', raw: '-raw.json' }

export const bundleRoutes =
  (deps: RouteDeps): FastifyPluginAsyncTypebox =>
  async (app) => {
    app.get(
      '/api/v1/clusters/:cluster/v3/bundle',
      {
        ...streaming,
        schema: {
          summary:
            'The objects of a namespace, of a resource, or single keys in one download: definitions and namespaces first, then what the rest needs. What is left out is named with the reason',
          params: ClusterParams,
          querystring: BundleQuery,
          produces: Object.values(TYPES),
          response: { 200: Bytes, ...problems },
        },
      },
      async (request, reply) => {
        const reading = beginReading(deps, request, reply)
        const { format = 'yaml', namespace, path } = request.query
        const asked = askedBundle(request.query)
        const named = [reading.cluster.name, namespace, path?.replaceAll('/', '-')].filter(Boolean).join('-')
        const file = {
          fileName: `${named.replace(/[^A-Za-z0-9._-]+/g, '_')}${ENDINGS[format]}`,
          contentType: `${TYPES[format]}; charset=utf-8`,
          failure: format === 'yaml' ? inComment : inQuotes,
        }
        const parts = format === 'yaml' ? bundleText(reading, asked) : bundleData(reading, asked, format)
        // Fastify's types allow a body of bytes only.
        return (await sendText(reply, { ...file, parts: partsInTurn(reading, parts) }, reading.signal)) as never
      },
    )

    app.get(
      '/api/v1/clusters/:cluster/v3/bundle-preview',
      {
        ...streaming,
        schema: {
          summary:
            'What applying a bundle would do to a cluster, object by object as NDJSON: create it, change it and in which fields, or nothing',
          params: ClusterParams,
          querystring: BundlePreviewQuery,
          produces: ['application/x-ndjson'],
          response: { 200: linesOf(PreviewStart, PreviewObjects, PreviewProgress), ...problems },
        },
      },
      async (request, reply) => {
        const bundle = beginReading(deps, request, reply)
        const cluster = beginSecondReading(deps, request, request.query.with ?? bundle.cluster.name, bundle)
        const lines = bundlePreview({ bundle, request: askedBundle(request.query), cluster }, deps.now)
        return await sendLines(reply, linesInBothTurns(bundle, cluster, lines), bundle.signal)
      },
    )
  }

/** Throws BAD_REQUEST. */
function askedBundle({ rev, namespace, path, keys }: BundlePreviewQuery): BundleRequest {
  if ((keys === undefined) === (namespace === undefined && path === undefined))
    throw new AppError('BAD_REQUEST', { code: 'bundle-unnamed', params: {} })
  return { revision: readRevision(rev), namespace, path, keys: keys === undefined ? undefined : bundledKeys(keys) }
}

/** A download cannot say that it waits. */
async function* partsInTurn(reading: Reading, parts: AsyncGenerator<string, void>): AsyncGenerator<string, void> {
  for await (const part of linesInTurn(reading, parts)) if (typeof part === 'string') yield part
}

const inComment = (why: string): string => `# Not complete: ${inOneLine(why)}\n`
/** Where JSON allows no text, so that no parser takes what is there for the whole. */
const inQuotes = (why: string): string => `\n"Not complete": ${JSON.stringify(why)}\n`

/** Parses `keys` of the query. Throws BAD_REQUEST. */
function bundledKeys(text: string): NonNullable<BundleRequest['keys']> {
  return text.split(',').map((part) => {
    const [name = '', revision] = part.split('.')
    const key = fromBase64urlOrNull(name)
    if (key === null || key.length === 0) throw new AppError('BAD_REQUEST', { code: 'keys-no-list', params: {} })
    return { key, revision: revision === undefined ? null : readRevision(revision) }
  })
}
