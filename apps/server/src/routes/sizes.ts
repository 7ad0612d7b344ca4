// GET …/sizes: bytes of every resource and the versions named in its values, from a sample or from all of them.
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { ResourceSize, SizesEnd, type SizesLine, SizesProgress, SizesQuery } from '@registree/contract'
import { prefixEnd, readPrefix, utf8 } from '@registree/keyspace'
import { SIZE_STEP, selectFields } from '@registree/kube'
import type { Reading } from '../clusters/reading.ts'
import { beginReading } from '../http/begin-reading.ts'
import { type RouteDeps, readRevision } from '../http/request.ts'
import { ClusterParams, linesOf, problems, streaming } from '../http/schemas.ts'
import { sendLines } from '../http/send-lines.ts'
import { AppError, isAppError } from '../problem.ts'
import { readCatalogue } from '../registry/catalogue.ts'
import { registryPass } from '../registry/registry-pass.ts'
import { UsageTally } from '../registry/usage-tally.ts'
import type { KeyValue } from '../sources/source.ts'
import { linesInTurn } from '../streams/in-turn.ts'
import { kubernetesRoot, type OpenedObject, openObjects, roundsSizesBelow, toldSize } from '../values/stored-objects.ts'

export const sizesRoutes =
  (deps: RouteDeps): FastifyPluginAsyncTypebox =>
  async (app) => {
    app.get(
      '/api/v1/clusters/:cluster/sizes',
      {
        ...streaming,
        schema: {
          summary: 'Bytes and stored versions of the resources, as NDJSON; without `sample` every value is read',
          params: ClusterParams,
          querystring: SizesQuery,
          produces: ['application/x-ndjson'],
          response: { 200: linesOf(ResourceSize, SizesProgress, SizesEnd), ...problems },
        },
      },
      async (request, reply) => {
        const reading = beginReading(deps, request, reply)
        const { path, sample, rev } = request.query
        const lines = sizeLines({ ...reading, path, sample: sample === '1', revision: readRevision(rev) })
        return await sendLines(reply, linesInTurn(reading, lines), reading.signal)
      },
    )
  }

interface SizesRead extends Reading {
  path: string | undefined
  sample: boolean
  revision: bigint
}

/** apiVersion and kind are always decoded; of the rest as little as possible. */
const TYPE_ONLY = selectFields(['.metadata.uid'])
const SAMPLE = 10
const SMALL = 500
const PROGRESS_MS = 200

async function* sizeLines(read: SizesRead): AsyncGenerator<SizesLine, void> {
  const { cluster, source, signal } = read
  const began = performance.now()
  const root = kubernetesRoot(cluster)
  const catalogue = await readCatalogue(cluster, source, read.revision, false, signal)
  const revision = BigInt(catalogue.revision)
  const paths = catalogue.resources
    .filter(({ empty, path }) => !empty && (read.path === undefined || read.path === path))
    .map(({ path }) => path)
  if (read.path !== undefined && paths.length === 0) {
    throw new AppError('RESOURCE_NOT_FOUND', {
      code: 'directory-empty',
      params: { directory: `${root}${read.path}/`, revision: String(revision) },
    })
  }
  let before = { read: 0, bytes: 0 }
  for (const path of paths) {
    const tally = new UsageTally()
    const rounded = roundsSizesBelow(cluster.masking, `${root}${path}/`)
    let unread = 0
    const see = (kv: KeyValue, opened: OpenedObject) => {
      const object = opened.object ?? opened.outline
      if (object === undefined) unread += 1
      tally.add({ path, size: toldSize(cluster.masking, kv), object })
    }
    if (read.sample) {
      const complete = await sampleOf(read, `${root}${path}/`, revision, see)
      const key = utf8(`${root}${path}/`)
      const known = await cluster.opened.v3.measure?.({ key, end: prefixEnd(key), revision, ...(rounded ? { roundTo: SIZE_STEP } : {}) })
      yield sizeOf(tally, { path, unread, complete, rounded, bytes: known?.bytes ?? null })
      continue
    }
    const pass = { source, cluster, root, paths: [path], revision, fieldsAt: () => TYPE_ONLY, signal }
    let told = performance.now()
    let here = { read: 0, bytes: 0 }
    for await (const page of registryPass(pass, ({ kv }, opened) => see(kv, opened))) {
      here = page
      if (performance.now() - told < PROGRESS_MS) continue
      told = performance.now()
      yield { type: 'progress', path, read: before.read + here.read, bytes: before.bytes + here.bytes }
    }
    before = { read: before.read + here.read, bytes: before.bytes + here.bytes }
    yield { type: 'progress', path, ...before }
    yield sizeOf(tally, { path, unread, complete: true, rounded, bytes: here.bytes })
  }
  yield { type: 'end', revision: catalogue.revision, milliseconds: Math.round(performance.now() - began), cost: read.meter.read() }
}

/** The first few values; true if they were all. */
async function sampleOf(
  { cluster, source, signal }: SizesRead,
  directory: string,
  revision: bigint,
  see: (kv: KeyValue, opened: OpenedObject) => void,
): Promise<boolean> {
  const open = async (kvs: readonly KeyValue[]) => {
    for await (const { kv, opened } of openObjects(cluster, kvs, TYPE_ONLY, { signal })) see(kv, opened)
  }
  const prefix = utf8(directory)
  const expected = cluster.knowledge.expectedBelow(prefix)
  // A directory known to be small is one Range; in others the end has to be searched.
  if (expected !== undefined && expected <= SMALL) {
    const small = await source.range({ key: prefix, end: prefixEnd(prefix), revision, limit: SAMPLE }, signal)
    await open(small.kvs)
    return !small.more
  }
  const pages = readPrefix(source, { prefix, revision, keysOnly: false, pageSize: SAMPLE, knowledge: cluster.knowledge, signal })
  let seen = 0
  try {
    for await (const { kvs } of pages) {
      const wanted = kvs.slice(0, SAMPLE - seen)
      await open(wanted)
      seen += wanted.length
      if (wanted.length < kvs.length || seen >= SAMPLE) return false
    }
  } catch (error) {
    // A few values of a megabyte each are not a useful sample.
    if (!isAppError(error, 'VALUE_TOO_LARGE')) throw error
    return false
  }
  return true
}

function sizeOf(
  tally: UsageTally,
  { path, unread, complete, rounded, bytes }: { path: string; unread: number; complete: boolean; rounded: boolean; bytes: number | null },
): ResourceSize {
  const [usage] = tally.read()
  return {
    type: 'size',
    path,
    complete,
    objects: usage?.objects ?? 0,
    // Everything was read.
    bytes: bytes ?? (complete ? (usage?.bytes ?? 0) : null),
    rounded,
    versions: usage?.versions ?? [],
    unread,
  }
}
