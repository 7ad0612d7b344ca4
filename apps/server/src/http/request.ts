// The dependencies of every route, and what all of them do with a request.
import { setMaxListeners } from 'node:events'
import type { WireKey } from '@registree/contract'
import { fromBase64urlOrNull, utf8 } from '@registree/keyspace'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Clusters } from '../clusters/cluster.ts'
import type { FlannelFollowers } from '../flannel/followers.ts'
import type { HealthWatches } from '../health/health-watches.ts'
import type { LiveFollows } from '../live/live-follows.ts'
import { AppError } from '../problem.ts'
import type { Registries } from '../registry/registries.ts'
import type { Policy } from '../values/policy.ts'

export interface RouteDeps {
  clusters: Clusters
  /** The prefixes where API servers keep their objects. */
  registries: Registries
  /** Decides what a request may see. */
  policyOf: (request: FastifyRequest) => Policy
  now: () => Date
  version: string
  /** Whether each cluster's etcd answers. */
  health: HealthWatches
  /** The follower of each cluster's flannel. */
  followers: FlannelFollowers
  /** What pages follow of each cluster. */
  live: LiveFollows
}

/** Aborts when the browser disconnects before the answer is complete; the signal reaches the socket to etcd. */
export function requestSignal(request: FastifyRequest, reply: FastifyReply): AbortSignal {
  const controller = new AbortController()
  // A page of an answer may take many reads, and each of them adds a listener.
  setMaxListeners(0, controller.signal)
  reply.raw.once('close', () => {
    if (!reply.raw.writableFinished) controller.abort()
  })
  // It may have disconnected before the handler ran.
  const goneBefore = (request.raw.destroyed && !request.raw.complete) || (reply.raw.destroyed && !reply.raw.writableFinished)
  if (goneBefore) controller.abort()
  return controller.signal
}

/** The bytes in a query, from `name` or `name64`; null if neither is given. */
export function bytesFromQuery(plain: string | undefined, base64url: string | undefined, name: string): Uint8Array | null {
  if (plain !== undefined && base64url !== undefined) {
    throw new AppError('BAD_REQUEST', { code: 'bytes-twice', params: { name } })
  }
  if (plain !== undefined) {
    // A lone surrogate would become U+FFFD, which is another key.
    if (/\p{Surrogate}/u.test(plain)) throw new AppError('BAD_REQUEST', { code: 'bytes-not-unicode', params: { name } })
    return utf8(plain)
  }
  if (base64url === undefined) return null
  const bytes = fromBase64urlOrNull(base64url)
  if (bytes === null) throw new AppError('BAD_REQUEST', { code: 'bytes-not-base64url', params: { name } })
  return bytes
}

export function keyFromQuery(query: WireKey): Uint8Array {
  const key = bytesFromQuery(query.key, query.key64, 'key')
  if (key === null || key.length === 0) throw new AppError('BAD_REQUEST', { code: 'key-empty', params: {} })
  return key
}

const MAX_REVISION = 2n ** 63n - 1n

/** 0n if none was given. */
export function readRevision(text: string | undefined): bigint {
  if (text === undefined) return 0n
  const revision = BigInt(text)
  if (revision < 1n || revision > MAX_REVISION) throw new AppError('BAD_REQUEST', { code: 'revision-wrong', params: {} })
  return revision
}

/** The same of the v2 keyspace, whose moments are called indices. */
export function readIndex(text: string | undefined): bigint {
  if (text === undefined) return 0n
  const index = BigInt(text)
  if (index < 1n || index > MAX_REVISION) throw new AppError('BAD_REQUEST', { code: 'v2-index-wrong', params: {} })
  return index
}

/**
 * Cache headers of this answer: keep it and revalidate each time. A pinned answer is valid as long as the epoch, which is checked without reading
 * (see plugins/caching.ts).
 */
export function cacheAnswer(reply: FastifyReply, pinned: boolean): void {
  reply.header('cache-control', 'private, no-cache')
  reply.pinned = pinned
}
