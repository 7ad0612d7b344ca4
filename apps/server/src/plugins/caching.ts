// ETags for answers that may change, and compression for all that is text.

import { constants } from 'node:zlib'
import compress from '@fastify/compress'
import etag from '@fastify/etag'
import fp from 'fastify-plugin'

export const caching = fp(async (app) => {
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
