// ETags, the epoch of each answer, and compression of text.
import { createHash } from 'node:crypto'
import { constants } from 'node:zlib'
import compress from '@fastify/compress'
import etag from '@fastify/etag'
import { EPOCH_HEADER } from '@registree/contract'
import type { FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import { type Clusters, findCluster } from '../clusters/cluster.ts'
import type { Policy } from '../values/policy.ts'

export interface CachingOptions {
  clusters: Clusters
  policyOf: (request: FastifyRequest) => Policy
}

declare module 'fastify' {
  interface FastifyReply {
    /** Whether the answer to this URL is fixed for the whole epoch. */
    pinned: boolean
  }
}

export const caching = fp<CachingOptions>(async (app, { clusters, policyOf }) => {
  app.decorateReply('readingIdentity', null)
  app.decorateReply('pinned', false)

  // Data at a revision never changes until etcd is restored from a backup; then the same revision may hold something else. So browsers revalidate
  // each time, and the ETag of a pinned answer is its epoch. While a connection proves the epoch, this costs etcd nothing.
  app.addHook('preHandler', async (request, reply) => {
    const { cluster: name } = (request.params ?? {}) as { cluster?: string }
    const asked = request.headers['if-none-match']
    if (name === undefined || asked === undefined) return
    const { opened } = findCluster(clusters, name)
    opened.keepConnected()
    const { proven, epoch } = opened.identity
    const tag = tagOf(epoch, policyOf(request))
    if (!proven || !asked.split(/,\s*/).includes(tag)) return
    return reply
      .code(304)
      .headers({ etag: tag, 'cache-control': 'private, no-cache', [EPOCH_HEADER]: epoch })
      .send()
  })

  app.addHook('onSend', async (request, reply) => {
    const identity = reply.readingIdentity
    if (identity !== null) {
      reply.header(EPOCH_HEADER, identity.epoch)
      if (reply.pinned && reply.statusCode === 200) reply.header('etag', tagOf(identity.epoch, policyOf(request)))
    }
    // Version 0.1 let browsers keep pinned answers for a year, separated by this cookie: without it they are never used again.
    const name = `registree-${/:(\d+)$/.exec(request.headers.host ?? '')?.[1] ?? 'default'}`
    if (request.headers.cookie?.includes(`${name}=`)) reply.header('set-cookie', `${name}=; Path=/; Max-Age=0; HttpOnly; SameSite=Strict`)
  })

  // Before compression: the tag belongs to the answer, not to its encoding.
  await app.register(etag, { weak: true })

  await app.register(compress, {
    global: true,
    threshold: 1024,
    encodings: ['br', 'gzip'],
    // A value of 1.5 MB is written for one reader: speed matters more than size.
    brotliOptions: { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } },
  })
})

/** The ETag of all pinned answers: the URL contains key and revision. The policy is part of the tag. */
function tagOf(epoch: string, { reveal, decrypt, salt }: Policy): string {
  const policy = createHash('sha256').update(`${reveal} ${decrypt} `).update(salt).digest('base64url').slice(0, 8)
  return `W/"${epoch}-${policy}"`
}
