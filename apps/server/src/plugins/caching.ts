// ETags for answers that may change, and compression for all that is text.

import { constants } from 'node:zlib'
import compress from '@fastify/compress'
import etag from '@fastify/etag'
import fp from 'fastify-plugin'

export interface CachingOptions {
  /** A name of this process that says nothing else. */
  instance: string
}

export const caching = fp<CachingOptions>(async (app, { instance }) => {
  // What is pinned to a revision never changes, but behind the same address there may be another cluster after a restart, or the same
  // one with --reveal-secrets. A cookie tells a browser's cache one process from the next: pinned answers vary by it (see cacheAnswer).
  // Cookies know no ports, so the name does.
  app.addHook('onSend', async (request, reply) => {
    const name = `registree-${/:(\d+)$/.exec(request.headers.host ?? '')?.[1] ?? 'default'}`
    const cookies = (request.headers.cookie ?? '').split(/;\s*/)
    if (reply.statusCode < 400 && !cookies.includes(`${name}=${instance}`)) {
      reply.header('set-cookie', `${name}=${instance}; Path=/; HttpOnly; SameSite=Strict`)
    }
  })

  // Before compression: the tag is of the answer, not of how it travelled.
  await app.register(etag, { weak: true })
  await app.register(compress, {
    global: true,
    threshold: 1024,
    encodings: ['br', 'gzip'],
    // A value of 1.5 MB is written for one reader: quick matters more than small.
    brotliOptions: { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } },
  })
})
