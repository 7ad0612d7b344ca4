// The browser's part: the built files, and index.html for every address that is a page of it.
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import fastifyStatic from '@fastify/static'
import fp from 'fastify-plugin'
import { AppError } from '../problem.ts'

export const spa = fp<{ root: string }>(async (app, { root }) => {
  const built = existsSync(path.join(root, 'index.html'))
  if (built) {
    await app.register(fastifyStatic, {
      root,
      index: false,
      wildcard: false,
      globIgnore: ['index.html'],
      cacheControl: false,
      setHeaders(reply, file) {
        // Vite puts a hash of the content into the names below assets/.
        const hashed = path.relative(root, file).startsWith(`assets${path.sep}`)
        reply.header('cache-control', hashed ? 'public, max-age=31536000, immutable' : 'public, no-cache')
      },
    })
  }

  app.setNotFoundHandler(async (request, reply) => {
    const { pathname } = new URL(request.url, 'http://host')
    if (/^\/(api|assets)(\/|$)/.test(pathname)) throw new AppError('NOT_FOUND', 'There is nothing at this address.')
    if (!built) {
      return reply
        .code(503)
        .type('text/plain; charset=utf-8')
        .send('The web pages have not been built: run "npm run build", or start with "npm start". The API is at /api/v1/clusters.\n')
    }
    return reply
      .type('text/html; charset=utf-8')
      .header('cache-control', 'no-cache')
      .send(await readFile(path.join(root, 'index.html')))
  })
})
