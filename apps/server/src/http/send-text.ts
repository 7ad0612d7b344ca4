// Sends a text part by part as a download; an error on the way is its last line, and ends the connection so that the download fails.
import { Readable } from 'node:stream'
import type { FastifyReply } from 'fastify'
import { isAppError } from '../problem.ts'
import { cacheAnswer } from './request.ts'

/** Rejects if it fails before the first part: that is an ordinary problem with its own status. */
export async function sendText(
  reply: FastifyReply,
  { fileName, contentType, parts }: { fileName: string; contentType: string; parts: AsyncGenerator<string, void> },
  signal: AbortSignal,
): Promise<FastifyReply> {
  signal.addEventListener('abort', () => void parts.return().catch(() => {}), { once: true })
  const first = await parts.next()
  cacheAnswer(reply, false)
  reply
    .header('content-type', contentType)
    .header('content-disposition', `attachment; filename="${fileName}"`)
    .header('x-content-type-options', 'nosniff')
  return reply.send(Readable.from(whole(first, parts, reply)))
}

async function* whole(
  first: IteratorResult<string, void>,
  rest: AsyncGenerator<string, void>,
  reply: FastifyReply,
): AsyncGenerator<string, void> {
  try {
    for (let part = first; !part.done; part = await rest.next()) yield part.value
  } catch (error) {
    if (!isAppError(error)) reply.log.error({ err: error }, 'unexpected')
    yield `# Not complete: ${isAppError(error) ? error.message.replace(/\s+/g, ' ') : 'Registree failed.'}\n`
    throw error
  }
}
