// A request whose browser disconnected reads nothing, even if that was before the handler ran.
import Fastify from 'fastify'
import { expect, test } from 'vitest'
import { requestSignal } from './request.ts'

test('is aborted from the start if the browser left while the request waited', async () => {
  const app = Fastify()
  let arrived = () => {}
  let gone = () => {}
  const waiting = new Promise<void>((resolve) => {
    arrived = resolve
  })
  const left = new Promise<void>((resolve) => {
    gone = resolve
  })
  let told = (_: boolean) => {}
  const aborted = new Promise<boolean>((resolve) => {
    told = resolve
  })
  app.get('/', async (request, reply) => {
    reply.raw.once('close', gone)
    arrived()
    await left
    told(requestSignal(request, reply).aborted)
    return ''
  })
  const address = await app.listen({ port: 0, host: '127.0.0.1' })
  const abort = new AbortController()
  const request = fetch(address, { signal: abort.signal }).catch(() => 'gone')
  await waiting
  abort.abort()
  expect(await request).toBe('gone')
  expect(await aborted).toBe(true)
  await app.close()
})
