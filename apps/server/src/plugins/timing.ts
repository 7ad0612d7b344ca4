// Adds Server-Timing to every API answer: the time until the server began to send it, for browser tools and the benchmark.
import fp from 'fastify-plugin'

export const timing = fp(async (app) => {
  app.addHook('onSend', async (request, reply) => {
    if (request.url.startsWith('/api/')) reply.header('server-timing', `total;dur=${reply.elapsedTime.toFixed(1)}`)
  })
})
