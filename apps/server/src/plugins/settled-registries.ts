// Before the first request that reads Kubernetes objects, finds out where in its etcd they are.
import fp from 'fastify-plugin'
import type { Registries } from '../registry/registries.ts'

/** What is asked for by its own key, or says how etcd is, need not wait for that. */
const AS_STORED = /^\/api\/v1\/clusters\/[^/]+\/(status|v2\/|v3\/(children|count|value|raw)\b)/

export const settledRegistries = fp<{ registries: Registries }>(async (app, { registries }) => {
  app.addHook('preHandler', async (request) => {
    const name = (request.params as { cluster?: unknown } | undefined)?.cluster
    if (typeof name !== 'string') return
    // The name of a further registry is known when that has been found.
    if (registries.clusters.has(name) && AS_STORED.test(request.url)) return
    await registries.settle(name)
  })
})
