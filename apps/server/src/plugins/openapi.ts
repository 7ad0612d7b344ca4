// /api/openapi.json, generated from the schemas that validate the routes.
import swagger from '@fastify/swagger'
import fp from 'fastify-plugin'

export const openapi = fp<{ version: string }>(async (app, { version }) => {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Registree',
        version,
        description:
          'What a Kubernetes cluster keeps in etcd. GET only; 64-bit numbers are decimal strings; errors are RFC 9457 problem+json.',
      },
    },
  })
  app.get('/api/openapi.json', { schema: { hide: true } }, async () => app.swagger())
})
