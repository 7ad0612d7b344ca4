// GET …/findings: problems that only the store shows, found in one pass over the registry and streamed.
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import {
  type Finding,
  FindingsEnd,
  FindingsFound,
  FindingsHead,
  type FindingsLine,
  FindingsProgress,
  FindingsQuery,
  MOST_FINDINGS_LISTED,
  type ResourceUsage,
} from '@registree/contract'
import { FindingsPass, RULES, scanOrder } from '@registree/kube'
import type { Reading } from '../clusters/reading.ts'
import { beginReading } from '../http/begin-reading.ts'
import { type RouteDeps, readRevision } from '../http/request.ts'
import { ClusterParams, linesOf, problems, streaming } from '../http/schemas.ts'
import { sendLines } from '../http/send-lines.ts'
import { readCatalogue } from '../registry/catalogue.ts'
import { countDirectories } from '../registry/count-directories.ts'
import { registryPass, type StoredKey } from '../registry/registry-pass.ts'
import { seenObject, toWire } from '../registry/seen-object.ts'
import { UsageTally } from '../registry/usage-tally.ts'
import { toWireMoment } from '../sources/source.ts'
import { linesInTurn } from '../streams/in-turn.ts'
import { kubernetesRoot, type OpenedObject } from '../values/stored-objects.ts'

export const findingsRoutes =
  (deps: RouteDeps): FastifyPluginAsyncTypebox =>
  async (app) => {
    app.get(
      '/api/v1/clusters/:cluster/findings',
      {
        ...streaming,
        schema: {
          summary: 'What only the store can tell, as NDJSON: a head, progress, findings, an end. Reads every value below the prefix once',
          params: ClusterParams,
          querystring: FindingsQuery,
          produces: ['application/x-ndjson'],
          response: { 200: linesOf(FindingsHead, FindingsProgress, FindingsFound, FindingsEnd), ...problems },
        },
      },
      async (request, reply) => {
        const reading = beginReading(deps, request, reply)
        const { rev, all } = request.query
        const lines = findingsLines({ ...reading, revision: readRevision(rev), all: all === '1' })
        return await sendLines(reply, linesInTurn(reading, lines), reading.signal)
      },
    )
  }

interface FindingsRead extends Reading {
  revision: bigint
  all: boolean
}

/** A live etcd with more keys is read only on request. */
const LARGE = 50_000
const PROGRESS_MS = 200

async function* findingsLines(read: FindingsRead): AsyncGenerator<FindingsLine, void> {
  const { cluster, source, now, signal } = read
  const began = performance.now()
  const root = kubernetesRoot(cluster)
  const catalogue = await readCatalogue(cluster, source, read.revision, false, signal)
  const revision = BigInt(catalogue.revision)
  const paths = catalogue.resources.filter(({ empty }) => !empty).map(({ path }) => path)
  const live = cluster.opened.source === 'etcd'
  // The keys were counted when the user was asked.
  const total = read.all ? null : await countDirectories({ source, knowledge: cluster.knowledge, root, revision, signal }, paths)
  const ask = live && total !== null && total > LARGE
  yield {
    type: 'head',
    revision: catalogue.revision,
    prefix: root,
    total,
    ask,
    ...toWireMoment(cluster.opened.clock, now),
    notices: catalogue.notices,
    noticeSentences: catalogue.noticeSentences,
  }
  if (ask) return

  const pass = new FindingsPass(RULES, { now: now?.getTime() ?? null, root })
  const usage = new UsageTally()
  const counts = new Map<Finding['rule'], number>()
  const listed = function* (): Generator<FindingsLine, void> {
    const findings: Finding[] = []
    for (const finding of pass.take()) {
      const count = (counts.get(finding.rule) ?? 0) + 1
      counts.set(finding.rule, count)
      if (count <= MOST_FINDINGS_LISTED) findings.push(toWire(finding))
    }
    if (findings.length > 0) yield { type: 'found', findings }
  }
  const visit = (stored: StoredKey, opened: OpenedObject) => {
    const seen = seenObject(cluster, stored, opened)
    pass.see(seen)
    usage.add({ ...seen, object: seen.object ?? seen.outline })
  }
  let done = { read: 0, bytes: 0 }
  let told = 0
  const fieldsAt = (path: string) => pass.fieldsAt(path)
  const reading = { source, cluster, root, paths: scanOrder(paths), revision, fieldsAt, check: true, signal }
  for await (const progress of registryPass(reading, visit)) {
    done = progress
    yield* listed()
    if (performance.now() - told < PROGRESS_MS) continue
    told = performance.now()
    yield { type: 'progress', ...progress }
  }
  pass.end()
  yield* listed()
  yield {
    type: 'end',
    read: done.read,
    bytes: done.bytes,
    milliseconds: Math.round(performance.now() - began),
    counts: [...counts].map(([rule, count]) => ({ rule, count })),
    usage: usage.read() satisfies ResourceUsage[],
    cost: read.meter.read(),
  }
}
