// Protects a server without sign-in: rejects foreign Host names and methods other than reads, and blocks foreign scripts.

import { isIP } from 'node:net'
import helmet from '@fastify/helmet'
import fp from 'fastify-plugin'
import { AppError } from '../problem.ts'

export interface SecurityOptions {
  /** The bound address. */
  host: string
  allowedHosts: string[]
}

const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]'])

export const security = fp<SecurityOptions>(async (app, { host, allowedHosts }) => {
  const ours = new Set([...LOOPBACK, ...allowedHosts.map((name) => name.toLowerCase())])
  const bound = isIP(host) === 6 ? `[${host}]` : host.toLowerCase()
  const open = !LOOPBACK.has(bound)
  ours.add(bound)
  // DNS rebinding sends a foreign host name. An address cannot be rebound, and is all that is known when bound to the network.
  const isOurs = (header: string | undefined) => {
    const name = /^(\[[^\]]*\]|[^:]*)(?::\d+)?$/.exec(header ?? '')?.[1]?.toLowerCase()
    if (name === undefined || name === '') return false
    return ours.has(name) || (open && isIP(name.replace(/^\[|\]$/g, '')) !== 0)
  }

  await app.register(helmet, {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        'default-src': ["'none'"],
        'script-src': ["'self'"],
        'style-src': ["'self'"],
        'img-src': ["'self'", 'data:'],
        'font-src': ["'self'"],
        'connect-src': ["'self'"],
        'manifest-src': ["'self'"],
        'worker-src': ["'self'"],
        'base-uri': ["'none'"],
        'form-action': ["'none'"],
        'frame-ancestors': ["'none'"],
      },
    },
    crossOriginEmbedderPolicy: false,
    frameguard: { action: 'deny' },
    // Served over http on loopback: HSTS would lock the name for other programs.
    hsts: false,
    referrerPolicy: { policy: 'no-referrer' },
  })

  app.addHook('onRequest', async (request) => {
    if (!isOurs(request.headers.host)) {
      throw new AppError(
        'FORBIDDEN_HOST',
        { code: 'host-refused', params: {} },
        {
          detail: `Host: ${(request.headers.host ?? '(none)').slice(0, 200)}`,
          hint: { code: 'host-allow', params: {} },
        },
      )
    }
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      throw new AppError('METHOD_NOT_ALLOWED', { code: 'reads-only', params: {} })
    }
  })
})
