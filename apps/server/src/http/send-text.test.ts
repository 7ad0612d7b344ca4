// A download over a real connection whose reader stops reading.
import { type AddressInfo, connect } from 'node:net'
import Fastify, { type FastifyInstance } from 'fastify'
import { afterEach, expect, test } from 'vitest'
import { requestSignal } from './request.ts'
import { sendText } from './send-text.ts'

let app: FastifyInstance | null = null
afterEach(async () => {
  await app?.close()
})

test('a reader that stops reading gets no more made for it, and is dropped', async () => {
  const part = 'x'.repeat(1 << 20)
  let made = 0
  let end = () => {}
  const ended = new Promise<void>((resolve) => {
    end = resolve
  })
  async function* parts() {
    try {
      for (;;) {
        made += 1
        yield part
      }
    } finally {
      end()
    }
  }
  app = Fastify({ forceCloseConnections: true })
  app.get('/', (request, reply) =>
    sendText(
      reply,
      { fileName: 'a.yaml', contentType: 'application/yaml', parts: parts(), failure: (why) => why },
      requestSignal(request, reply),
      60,
    ),
  )
  await app.listen({ port: 0, host: '127.0.0.1' })
  const socket = connect((app.server.address() as AddressInfo).port, '127.0.0.1')
  socket.on('error', () => {})
  socket.write('GET / HTTP/1.1\r\nhost: x\r\n\r\n')
  await new Promise<void>((resolve) => socket.once('data', () => resolve()))
  socket.pause()
  await ended
  // What the buffers of both ends hold, and no more.
  expect(made).toBeLessThan(100)
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()))
  socket.resume()
  await closed
})
