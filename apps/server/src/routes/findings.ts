// GET …/findings: what only the store can tell, found in one pass over the registry and streamed as it is found.
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
  toWireKey,
} from '@registree/contract'
import { FindingsPass, type Finding as Found, RULES, resourceAt, type SeenObject, scanOrder } from '@registree/kube'
import type { Cluster } from '../cluster.ts'
import type { ValuePolicy } from '../decode-value.ts'
import { kubernetesRoot, openObject, roundsSizes, toldSize } from '../stored-objects.ts'
import { readCatalogue } from './catalogue.ts'
import { countDirectories } from './count-directories.ts'
import { type RouteDeps, readRevision } from './deps.ts'
import { linesInTurn } from './in-turn.ts'
import { beginReading, type Reading } from './reading.ts'
import { registryPass, type StoredKey } from './registry-pass.ts'
import { ClusterParams, linesOf, problems, streaming } from './schemas.ts'
import { sendLines } from './send-lines.ts'
import { UsageTally } from './usage-tally.ts'

export const findingsRoutes =
  ({ clusters, policy }: RouteDeps): FastifyPluginAsyncTypebox =>
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
        const reading = beginReading(clusters, request, reply)
        const { rev, all } = request.query
        const lines = findingsLines({ ...reading, policy, revision: readRevision(rev), all: all === '1' })
        return await sendLines(reply, linesInTurn(reading, lines), reading.signal)
      },
    )
  }

interface FindingsRead extends Reading {
  policy: ValuePolicy
  revision: bigint
  all: boolean
}

/** A live etcd with more keys is not read without being asked for. */
const LARGE = 50_000
const PROGRESS_MS = 200

async function* findingsLines(read: FindingsRead): AsyncGenerator<FindingsLine, void> {
  const { cluster, source, signal } = read
  const began = performance.now()
  const { asOf } = cluster.opened
  const now = asOf ?? read.policy.now()
  const root = kubernetesRoot(cluster)
  const catalogue = await readCatalogue(cluster, source, read.revision, false, signal)
  const revision = BigInt(catalogue.revision)
  const paths = catalogue.resources.filter(({ empty }) => !empty).map(({ path }) => path)
  const live = cluster.opened.source === 'etcd'
  // What a person agreed to read was counted when they were asked.
  const total = read.all ? null : await countDirectories({ source, knowledge: cluster.knowledge, root, revision, signal }, paths)
  const ask = live && total !== null && total > LARGE
  yield {
    type: 'head',
    revision: catalogue.revision,
    prefix: root,
    total,
    ask,
    asOf: asOf?.toISOString() ?? null,
    now: now.toISOString(),
    notices: catalogue.notices,
  }
  if (ask) return

  const pass = new FindingsPass(RULES, { now: now.getTime(), root })
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
  const visit = (stored: StoredKey) => {
    const seen = openSeen(cluster, stored, pass)
    pass.see(seen)
    usage.add(seen)
  }
  let done = { read: 0, bytes: 0 }
  let told = 0
  for await (const progress of registryPass({ source, cluster, root, paths: scanOrder(paths), revision, signal }, visit)) {
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

/** A stored key as the rules see it. */
export function openSeen(cluster: Cluster, { kv, path, namespace, name }: StoredKey, pass: FindingsPass): SeenObject {
  const { object, problem, encrypted } = openObject(cluster, kv, pass.fieldsAt(path))
  return {
    key: kv.key,
    path,
    resource: resourceAt(path),
    namespace,
    name,
    size: toldSize(cluster.masking, kv),
    sizeRounded: roundsSizes(cluster.masking, kv.key),
    version: kv.version,
    object,
    ...(problem === undefined ? {} : { problem }),
    ...(encrypted === undefined ? {} : { encrypted }),
  }
}

export function toWire({ key, ...finding }: Found): Finding {
  return { ...toWireKey(key), ...finding }
}
