// Sends a text part by part as a download; an error on the way is its last line, and ends the connection so that the download fails.
import { Readable } from 'node:stream'
import type { FastifyReply } from 'fastify'
import { isAppError } from '../problem.ts'
import { cacheAnswer } from './request.ts'

/** A reader that accepts nothing for this long is dropped; others wait for its memory. */
const PATIENCE_MS = 120_000

/**
 * Reads on only as the reader accepts. Rejects if it fails before the first part: that is an ordinary problem with its own status.
 * @param failure the last line of a download that fails on the way
 */
export async function sendText(
  reply: FastifyReply,
  {
    fileName,
    contentType,
    parts,
    failure,
  }: { fileName: string; contentType: string; parts: AsyncGenerator<string, void>; failure: (why: string) => string },
  signal: AbortSignal,
  patienceMs = PATIENCE_MS,
): Promise<FastifyReply> {
  signal.addEventListener('abort', () => void parts.return().catch(() => {}), { once: true })
  const first = await parts.next()
  cacheAnswer(reply, false)
  reply
    .header('content-type', contentType)
    .header('content-disposition', `attachment; filename="${fileName}"`)
    .header('x-content-type-options', 'nosniff')
  return reply.send(Readable.from(whole(first, parts, { reply, failure, patienceMs })))
}

async function* whole(
  first: IteratorResult<string, void>,
  rest: AsyncGenerator<string, void>,
  { reply, failure, patienceMs }: { reply: FastifyReply; failure: (why: string) => string; patienceMs: number },
): AsyncGenerator<string, void> {
  let patience: NodeJS.Timeout | undefined
  try {
    for (let part = first; !part.done; part = await rest.next()) {
      patience = setTimeout(() => reply.raw.destroy(), patienceMs)
      yield part.value
      clearTimeout(patience)
    }
  } catch (error) {
    if (!isAppError(error)) reply.log.error({ err: error }, 'unexpected')
    yield failure(isAppError(error) ? error.message : 'Registree failed.')
    throw error
  } finally {
    clearTimeout(patience)
  }
}
