// Says with every answer of the API how long the server took until it began to send it (Server-Timing): what a browser's tools and the benchmark show.
import fp from 'fastify-plugin'

export const timing = fp(async (app) => {
  app.addHook('onSend', async (request, reply) => {
    if (request.url.startsWith('/api/')) reply.header('server-timing', `total;dur=${reply.elapsedTime.toFixed(1)}`)
  })
})
