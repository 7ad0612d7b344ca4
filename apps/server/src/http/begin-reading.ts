// The start of every route that reads: find the cluster, apply the policy, notice a disconnect, count the cost.
import type { FastifyReply, FastifyRequest } from 'fastify'
import { type Cluster, findCluster, viewOf } from '../clusters/cluster.ts'
import type { Reading } from '../clusters/reading.ts'
import { AppError, isAppError } from '../problem.ts'
import { CostMeter, metered, type Rangeable } from '../sources/cost-meter.ts'
import type { ReadingIdentity } from '../sources/identity.ts'
import { momentOf } from '../sources/source.ts'
import { decryptorFor, type Policy } from '../values/policy.ts'
import { type RouteDeps, requestSignal } from './request.ts'

declare module 'fastify' {
  interface FastifyReply {
    /** Which history the answer belongs to; null if it reads no cluster. */
    readingIdentity: ReadingIdentity | null
  }
}

export function beginReading(
  deps: Pick<RouteDeps, 'clusters' | 'policyOf' | 'now'>,
  request: FastifyRequest<{ Params: { cluster: string } }>,
  reply: FastifyReply,
): Reading {
  const reading = readingOf(deps, request, request.params.cluster, requestSignal(request, reply))
  reply.readingIdentity = reading.identity
  return reading
}

/** A second cluster that the same request reads. The answer’s epoch stays that of the first. */
export function beginSecondReading(
  deps: Pick<RouteDeps, 'clusters' | 'policyOf' | 'now'>,
  request: FastifyRequest,
  name: string,
  { signal, cluster }: Reading,
): Reading {
  const reading = readingOf(deps, request, name, signal)
  return name === cluster.name ? reading : { ...reading, source: failingAs(reading.cluster, reading.source) }
}

/** Its errors name the cluster: the reader of two cannot know which one is meant. */
function failingAs({ name }: Cluster, source: Rangeable): Rangeable {
  return {
    storedBytes: async (signal) => await source.storedBytes?.(signal),
    async range(request, signal) {
      try {
        return await source.range(request, signal)
      } catch (error) {
        throw isAppError(error) ? new AppError(error.code, error.says, { ...error.facts, cluster: name, cause: error }) : error
      }
    },
  }
}

/** The same cluster as one of its members tells it. Throws BAD_REQUEST for an endpoint that is not configured. */
export function readingOfMember(reading: Reading, endpoint: string): Reading {
  const { cluster, meter } = reading
  const members = cluster.opened.members ?? null
  const opened = members?.at(endpoint)
  if (opened === undefined) {
    throw new AppError(
      'BAD_REQUEST',
      { code: 'endpoint-missing', params: { endpoint, name: cluster.name } },
      {
        hint:
          members === null
            ? { code: 'endpoints-of-file', params: {} }
            : { code: 'endpoints-known', params: { endpoints: members.endpoints } },
      },
    )
  }
  opened.keepConnected()
  const identity = opened.identity.begin()
  return {
    ...reading,
    cluster: viewOf(cluster, { opened }),
    identity,
    source: failingAs(cluster, ofOneHistory(metered(opened.v3, cluster.meter, meter), identity)),
  }
}

function readingOf(
  deps: Pick<RouteDeps, 'clusters' | 'policyOf' | 'now'>,
  request: FastifyRequest,
  name: string,
  signal: AbortSignal,
): Reading {
  const policy = deps.policyOf(request)
  const cluster = clusterFor(policy, findCluster(deps.clusters, name))
  const meter = new CostMeter()
  const { opened } = cluster
  opened.keepConnected()
  const identity = opened.identity.begin()
  return {
    cluster,
    source: ofOneHistory(metered(opened.v3, cluster.meter, meter), identity),
    identity,
    meter,
    policy,
    now: momentOf(opened.clock, deps.now),
    browser: `${request.ip} ${request.headers['user-agent'] ?? ''}`,
    signal,
  }
}

/** One view of a cluster per policy, so that caches by cluster are separate for each policy. */
const views = new WeakMap<Cluster, Map<string, Cluster>>()
/** Policies differ by user; only the latest few are kept. */
const MOST_VIEWS = 50

function clusterFor(policy: Policy, cluster: Cluster): Cluster {
  const known = views.get(cluster) ?? new Map<string, Cluster>()
  views.set(cluster, known)
  const id = [policy.reveal, policy.decrypt, Buffer.from(policy.salt).toString('hex')].join(' ')
  const view = known.get(id) ?? viewOf(cluster, { decryptor: decryptorFor(policy, cluster.decryptor), masking: policy })
  known.delete(id)
  known.set(id, view)
  for (const oldest of known.keys()) if (known.size > MOST_VIEWS) known.delete(oldest)
  return view
}

function ofOneHistory(source: Rangeable, identity: ReadingIdentity): Rangeable {
  return {
    storedBytes: async (signal) => await source.storedBytes?.(signal),
    async range(request, signal) {
      try {
        const answer = await source.range(request, signal)
        identity.check()
        return answer
      } catch (error) {
        // A revision that this reading names may not exist in another history.
        if (isAppError(error, 'REVISION_IN_FUTURE') || isAppError(error, 'REVISION_COMPACTED')) identity.check()
        throw error
      }
    },
  }
}
