// Locates the Kubernetes objects in etcd before the first request that reads them.
import fp from 'fastify-plugin'
import type { Registries } from '../registry/registries.ts'

/** Requests for single keys or etcd's state need not wait for it. */
const AS_STORED = /^\/api\/v1\/clusters\/[^/]+\/(status|v2\/|v3\/(children|count|value|raw)\b)/

export const settledRegistries = fp<{ registries: Registries }>(async (app, { registries }) => {
  app.addHook('preHandler', async (request) => {
    const name = (request.params as { cluster?: unknown } | undefined)?.cluster
    if (typeof name !== 'string') return
    // A further registry's name is known only after the search.
    if (registries.clusters.has(name) && AS_STORED.test(request.url)) return
    await registries.settle(name)
  })
})
