// Who holds the addresses or ports of a RangeAllocation, from its bitmap and the Services of the same revision.
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { AllocationAnswer, KeyQuery, toWireKey } from '@registree/contract'
import { prefixEndOrNull, readPrefix, toUtf8OrNull, utf8 } from '@registree/keyspace'
import {
  decodeRangeAllocation,
  type Holder,
  holdersOf,
  isShared,
  type KubeObject,
  type ProblemMessage,
  selectFields,
} from '@registree/kube'
import type { Cluster } from '../clusters/cluster.ts'
import type { Reading } from '../clusters/reading.ts'
import { beginReading } from '../http/begin-reading.ts'
import { cacheAnswer, keyFromQuery, type RouteDeps, readRevision } from '../http/request.ts'
import { ClusterParams, problems } from '../http/schemas.ts'
import { inEnglish } from '../messages/in-english.ts'
import { AppError, isAppError, saidBy } from '../problem.ts'
import { readKey } from '../registry/read-key.ts'
import type { Rangeable } from '../sources/cost-meter.ts'
import type { KeyValue } from '../sources/source.ts'
import { inTurn } from '../streams/in-turn.ts'
import { kubernetesRoot, openObject, openObjects } from '../values/stored-objects.ts'

/** Kubernetes is tested with up to 10,000; beyond this limit the page says that not all were read. */
const MOST_SERVICES = 50_000
const PAGE = 250

const SERVICE_FIELDS = selectFields([
  '.metadata.name',
  '.metadata.namespace',
  '.spec.type',
  '.spec.clusterIP',
  '.spec.clusterIPs',
  '.spec.healthCheckNodePort',
  '.spec.ports[*].name',
  '.spec.ports[*].port',
  '.spec.ports[*].nodePort',
])

export const allocationRoutes =
  (deps: RouteDeps): FastifyPluginAsyncTypebox =>
  async (app) => {
    app.get(
      '/api/v1/clusters/:cluster/v3/allocation',
      {
        schema: {
          summary: 'A RangeAllocation (ranges/serviceips, ranges/servicenodeports): what is allocated, and which Services hold it',
          params: ClusterParams,
          querystring: KeyQuery,
          response: { 200: AllocationAnswer, ...problems },
        },
      },
      async (request, reply) => {
        const reading = beginReading(deps, request, reply)
        const { cluster, source, meter, signal } = reading
        const revision = readRevision(request.query.rev)
        const { kv, readAt } = await readKey(reading, keyFromQuery(request.query), revision)
        const allocation = await openAllocation(cluster, kv, signal)
        const root = rootOf(kv.key) ?? kubernetesRoot(cluster)
        const services = await inTurn(reading, () => readServices(reading, root, readAt))
        const ipAddresses = allocation.holds === 'addresses' && (await holdsAny(source, `${root}ipaddresses/`, readAt, signal))

        const held = []
        const counts = { held: 0, leaked: 0, missing: 0, shared: 0 }
        const place = (holder: Holder) => services.keys.get(nameOf(holder.namespace, holder.name)) ?? new Uint8Array()
        for (const [offset, holders] of holdersOf(allocation, services.objects)) {
          const allocated = allocation.isAllocated(offset)
          const shared = isShared(holders)
          counts[allocated ? 'held' : 'missing'] += 1
          if (shared) counts.shared += 1
          held.push({
            offset: Number(offset),
            allocated,
            shared,
            holders: holders.map((holder) => ({ ...toWireKey(place(holder)), ...holder })),
          })
        }
        counts.leaked = Number(allocation.used) - counts.held
        cacheAnswer(reply, revision > 0n && services.problem === null)
        return {
          revision: String(readAt),
          range: allocation.range,
          holds: allocation.holds,
          family: allocation.family,
          total: String(allocation.total),
          used: String(allocation.used),
          free: String(allocation.free),
          outside: String(allocation.outside),
          first: allocation.textAt(0n),
          bitmap: Buffer.from(allocation.bitmap()).toString('base64'),
          held,
          counts,
          services: {
            read: services.objects.length,
            unreadable: services.unreadable,
            problem: services.problem === null ? null : inEnglish.problem(services.problem),
            sentences: services.problem ?? [],
          },
          ipAddresses,
          cost: meter.read(),
        }
      },
    )
  }

async function openAllocation(cluster: Cluster, kv: KeyValue, signal: AbortSignal) {
  const { object, problem } = await openObject(cluster, kv, undefined, { signal })
  if (object?.kind === 'RangeAllocation' && problem !== undefined)
    throw new AppError('BAD_REQUEST', { code: 'allocation-unread', params: {} }, { detail: problem })
  if (object?.kind !== 'RangeAllocation') {
    throw new AppError('BAD_REQUEST', { code: 'allocation-other-kind', params: {} }, problem === undefined ? {} : { detail: problem })
  }
  const range = decodeRangeAllocation(object, 0)
  if (!range.ok) throw new AppError('BAD_REQUEST', { code: 'allocation-unread', params: {} }, { detail: [range.problem] })
  return range.allocation
}

/** The registry of the allocation itself: an etcd may hold two. */
function rootOf(key: Uint8Array): string | null {
  return /^(.*\/)ranges\/[^/]+$/s.exec(toUtf8OrNull(key) ?? '')?.[1] ?? null
}

const nameOf = (namespace: string, name: string): string => JSON.stringify([namespace, name])

interface Services {
  objects: KubeObject[]
  /** By namespace and name. */
  keys: Map<string, Uint8Array>
  unreadable: number
  /** Why not every Service could be read. */
  problem: ProblemMessage[] | null
}

/** All Services of one revision with their addresses and ports. An error is reported in `problem`: the bitmap is useful without them. */
async function readServices(reading: Reading, root: string, revision: bigint): Promise<Services> {
  const { cluster, source, signal } = reading
  const services: Services = { objects: [], keys: new Map(), unreadable: 0, problem: null }
  const prefix = utf8(`${root}services/specs/`)
  try {
    const pages = readPrefix(source, { prefix, revision, keysOnly: false, pageSize: PAGE, knowledge: cluster.knowledge, signal })
    for await (const page of pages) {
      for await (const { kv, opened } of openObjects(cluster, page.kvs, SERVICE_FIELDS, { signal })) {
        const { object, problem } = opened
        // Of a partly decoded one the addresses may be missing.
        if (object?.kind === 'Service' && problem === undefined) {
          const { namespace, name } = (object.metadata ?? {}) as { namespace?: unknown; name?: unknown }
          services.objects.push(object)
          services.keys.set(nameOf(String(namespace ?? ''), String(name ?? '')), kv.key)
        } else {
          services.unreadable += 1
          services.problem ??= [{ code: 'services-unread', params: {} }, ...(problem ?? [{ code: 'no-service', params: {} } as const])]
        }
      }
      if (services.objects.length >= MOST_SERVICES) {
        services.problem = [{ code: 'services-first', params: { services: services.objects.length } }]
        break
      }
    }
  } catch (error) {
    if (signal.aborted || !isAppError(error)) throw error
    services.problem = [{ code: 'services-failed', params: { why: saidBy(error) } }]
  }
  return services
}

async function holdsAny(source: Rangeable, directory: string, revision: bigint, signal: AbortSignal): Promise<boolean> {
  const key = utf8(directory)
  const reply = await source.range({ key, end: prefixEndOrNull(key), revision, limit: 1, keysOnly: true }, signal)
  return reply.kvs.length > 0
}
