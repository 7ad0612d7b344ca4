// Sends server-sent events while the browser listens.
import { Readable } from 'node:stream'
import type { FastifyReply } from 'fastify'

/** Maximum interval between two messages, so that a page notices a dead connection. */
const ALIVE_MS = 15_000
/** A reader this far behind is disconnected; it reconnects with its last event id. */
const MOST_UNREAD_BYTES = 4 * 1024 * 1024

/** `begin` receives the function that sends one event, and returns one that stops it. */
export function sendEvents(
  reply: FastifyReply,
  signal: AbortSignal,
  begin: (send: (event: { id?: string; name: string; data: unknown }) => void) => () => void,
): FastifyReply {
  const stream = new Readable({ read() {} })
  const push = (text: string) => {
    if (stream.destroyed) return
    stream.push(text)
    if (stream.readableLength > MOST_UNREAD_BYTES) stream.destroy()
  }
  push('retry: 2000\n\n')
  const end = begin(({ id, name, data }) =>
    push(`${id === undefined ? '' : `id: ${id}\n`}event: ${name}\ndata: ${JSON.stringify(data)}\n\n`),
  )
  const alive = setInterval(() => push('event: alive\ndata: {}\n\n'), ALIVE_MS)
  stream.once('close', () => {
    clearInterval(alive)
    end()
  })
  if (signal.aborted) stream.destroy()
  else signal.addEventListener('abort', () => stream.destroy(), { once: true })
  return reply
    .header('content-type', 'text/event-stream; charset=utf-8')
    .header('cache-control', 'no-store')
    .header('x-accel-buffering', 'no')
    .send(stream)
}
