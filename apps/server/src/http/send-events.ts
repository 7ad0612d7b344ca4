// Sends server-sent events while the browser listens.
import { Readable } from 'node:stream'
import type { FastifyReply } from 'fastify'

/** Maximum interval between two messages, so that a page notices a dead connection. */
const ALIVE_MS = 15_000
/** A reader this far behind is disconnected; it reconnects with its last event id. */
const MOST_UNREAD_BYTES = 4 * 1024 * 1024

/** `data` is sent as JSON; a Buffer holds JSON already, in one line, and may be sent to many. */
export interface ServerEvent {
  id?: string
  name: string
  data: unknown
}

/** `begin` receives the function that sends one event and one that tells the bytes not taken yet, and returns one that stops it. */
export function sendEvents(
  reply: FastifyReply,
  signal: AbortSignal,
  begin: (send: (event: ServerEvent) => void, unread: () => number) => () => void,
): FastifyReply {
  const stream = new Readable({ read() {} })
  const push = (event: string | Buffer) => {
    if (stream.destroyed) return
    stream.push(event)
    if (stream.readableLength > MOST_UNREAD_BYTES) stream.destroy()
  }
  push('retry: 2000\n\n')
  const end = begin(
    ({ id, name, data }) => {
      const head = `${id === undefined ? '' : `id: ${id}\n`}event: ${name}\ndata: `
      if (data instanceof Buffer) push(wholeOf(head, data))
      else push(`${head}${JSON.stringify(data)}\n\n`)
    },
    () => stream.readableLength,
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

/** Events that go to many, in one piece each: three would be three writes for every reader. */
const wholes = new WeakMap<Buffer, { head: string; whole: Buffer }>()

function wholeOf(head: string, data: Buffer): Buffer {
  const known = wholes.get(data)
  if (known?.head === head) return known.whole
  const whole = Buffer.concat([Buffer.from(head), data, END])
  wholes.set(data, { head, whole })
  return whole
}

const END = Buffer.from('\n\n')
