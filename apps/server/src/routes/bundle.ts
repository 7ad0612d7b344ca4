// Several objects in one download: as YAML to apply, as JSON, as lines, or as stored.
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { type BundleFormat, BundleQuery } from '@registree/contract'
import { fromBase64urlOrNull } from '@registree/keyspace'
import { bundleData } from '../bundle/bundle-data.ts'
import { bundleText } from '../bundle/bundle-text.ts'
import type { BundleRequest } from '../bundle/bundled-keys.ts'
import type { Reading } from '../clusters/reading.ts'
import { beginReading } from '../http/begin-reading.ts'
import { type RouteDeps, readRevision } from '../http/request.ts'
import { Bytes, ClusterParams, problems, streaming } from '../http/schemas.ts'
import { sendText } from '../http/send-text.ts'
import { AppError } from '../problem.ts'
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
        const { rev, format = 'yaml', namespace, path, keys } = request.query
        if ((keys === undefined) === (namespace === undefined && path === undefined))
          throw new AppError('BAD_REQUEST', { code: 'bundle-unnamed', params: {} })
        const asked = { revision: readRevision(rev), namespace, path, keys: keys === undefined ? undefined : bundledKeys(keys) }
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
