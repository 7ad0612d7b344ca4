// What every route is given, and the few things that all of them do with a request.
import { setMaxListeners } from 'node:events'
import type { WireKey } from '@registree/contract'
import { fromBase64urlOrNull, utf8 } from '@registree/keyspace'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Clusters } from '../clusters/cluster.ts'
import type { FlannelFollowers } from '../flannel/followers.ts'
import type { HealthWatches } from '../health/health-watches.ts'
import { AppError } from '../problem.ts'
import type { Registries } from '../registry/registries.ts'
import type { Policy } from '../values/policy.ts'

export interface RouteDeps {
  clusters: Clusters
  /** Where in each of them API servers keep their objects. */
  registries: Registries
  /** Decides what a request may see. */
  policyOf: (request: FastifyRequest) => Policy
  now: () => Date
  version: string
  /** Whether each cluster's etcd answers. */
  health: HealthWatches
  /** What is followed of each cluster's flannel. */
  followers: FlannelFollowers
}

/** Aborts when the browser goes away before it has its answer: the signal reaches the socket to etcd. */
export function requestSignal(request: FastifyRequest, reply: FastifyReply): AbortSignal {
  const controller = new AbortController()
  // A page of an answer may take many reads, and each of them listens.
  setMaxListeners(0, controller.signal)
  reply.raw.once('close', () => {
    if (!reply.raw.writableFinished) controller.abort()
  })
  // It may have gone before the handler began.
  const goneBefore = (request.raw.destroyed && !request.raw.complete) || (reply.raw.destroyed && !reply.raw.writableFinished)
  if (goneBefore) controller.abort()
  return controller.signal
}

/** The bytes that a query names, by `name` or by `name64`; null when it names none. */
export function bytesFromQuery(plain: string | undefined, base64url: string | undefined, name: string): Uint8Array | null {
  if (plain !== undefined && base64url !== undefined) {
    throw new AppError('BAD_REQUEST', `Give either ${name} or ${name}64, not both.`)
  }
  if (plain !== undefined) {
    // A lone surrogate would become U+FFFD, which is another key.
    if (/\p{Surrogate}/u.test(plain)) throw new AppError('BAD_REQUEST', `${name} is not valid Unicode; send the bytes as ${name}64.`)
    return utf8(plain)
  }
  if (base64url === undefined) return null
  const bytes = fromBase64urlOrNull(base64url)
  if (bytes === null) throw new AppError('BAD_REQUEST', `${name}64 is not base64url.`)
  return bytes
}

export function keyFromQuery(query: WireKey): Uint8Array {
  const key = bytesFromQuery(query.key, query.key64, 'key')
  if (key === null || key.length === 0) throw new AppError('BAD_REQUEST', 'key (or key64) is missing or empty.')
  return key
}

const MAX_REVISION = 2n ** 63n - 1n

/** 0n when none was asked for. */
export function readRevision(text: string | undefined): bigint {
  if (text === undefined) return 0n
  const revision = BigInt(text)
  if (revision < 1n || revision > MAX_REVISION) throw new AppError('BAD_REQUEST', 'rev is a revision: a whole number from 1.')
  return revision
}

/**
 * What a cache may do with this answer: keep it, and ask each time whether it still holds. What is pinned to a revision holds as long as the epoch
 * does, which is known without reading it again (see plugins/caching.ts).
 */
export function cacheAnswer(reply: FastifyReply, pinned: boolean): void {
  reply.header('cache-control', 'private, no-cache')
  reply.pinned = pinned
}
