// The end of a stream, over real connections: its last line, a reader that disconnects, and one that stops reading.
import { type AddressInfo, connect, type Socket } from 'node:net'
import Fastify, { type FastifyInstance } from 'fastify'
import { afterEach, expect, test } from 'vitest'
import { AppError } from '../problem.ts'
import { requestSignal } from './request.ts'
import { sendLines } from './send-lines.ts'

let app: FastifyInstance | null = null
afterEach(async () => {
  await app?.close()
})

/** A server with only these lines; `ended` resolves when they end or are given up, `gone` when the reader disconnects. */
async function serve(lines: () => AsyncGenerator<unknown, void>, patienceMs: number) {
  let end = () => {}
  const ended = new Promise<void>((resolve) => {
    end = resolve
  })
  async function* told() {
    try {
      yield* lines()
    } finally {
      end()
    }
  }
  let leave = () => {}
  const gone = new Promise<void>((resolve) => {
    leave = resolve
  })
  app = Fastify({ forceCloseConnections: true })
  app.get('/', (request, reply) => {
    const signal = requestSignal(request, reply)
    signal.addEventListener('abort', leave)
    return sendLines(reply, told(), signal, patienceMs)
  })
  await app.listen({ port: 0, host: '127.0.0.1' })
  return { ended, gone, port: (app.server.address() as AddressInfo).port }
}

async function ask(port: number): Promise<Socket> {
  const socket = connect(port, '127.0.0.1')
  socket.on('error', () => {})
  socket.write('GET / HTTP/1.1\r\nhost: x\r\n\r\n')
  await new Promise<void>((resolve) => socket.once('data', () => resolve()))
  return socket
}

const MINUTE = 60_000

test('an error on the way is the last line, without private details', async () => {
  const { port } = await serve(async function* () {
    yield { type: 'head' }
    throw new AppError(
      'SOURCE_TIMEOUT',
      { code: 'stored-text', params: { text: 'etcd did not answer in time.' } },
      { cause: new Error('secret') },
    )
  }, MINUTE)
  const text = await (await fetch(`http://127.0.0.1:${port}/`)).text()
  expect(
    text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line)),
  ).toEqual([{ type: 'head' }, { type: 'error', problem: expect.objectContaining({ code: 'SOURCE_TIMEOUT', status: 504 }) }])
  expect(text).not.toContain('secret')
})

test('a reader that disconnects ends a reading that waits between two lines', async () => {
  let wake = () => {}
  let wentOn = false
  const { ended, gone, port } = await serve(async function* () {
    yield { type: 'head' }
    await new Promise<void>((resolve) => {
      wake = resolve
    })
    yield { type: 'progress' }
    wentOn = true
  }, MINUTE)
  const socket = await ask(port)
  socket.destroy()
  await gone
  wake()
  await ended
  expect(wentOn).toBe(false)
})

test('a reader that stops reading is dropped, and its memory freed', async () => {
  const { ended, port } = await serve(async function* () {
    // More than the buffers of both ends.
    const much = 'x'.repeat(1 << 20)
    for (;;) yield { much }
  }, 60)
  const socket = await ask(port)
  socket.pause()
  await ended
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()))
  socket.resume()
  await closed
})
