// Sends an answer as NDJSON, each line as soon as it is ready; an error on the way becomes the last line.
import { Readable } from 'node:stream'
import type { Problem } from '@registree/contract'
import type { FastifyBaseLogger, FastifyReply } from 'fastify'
import { isAppError, toProblem, unexpected } from '../problem.ts'
import { cacheAnswer } from './request.ts'

/** A reader that accepts nothing for this long is dropped; others wait for its memory. */
const PATIENCE_MS = 120_000

/**
 * Byte lines are already encoded, with their line end. Rejects if it fails before the first line: that is an ordinary problem with its own status.
 * @param signal aborted when the browser disconnects: then nothing more is sent
 */
export async function sendLines<Line>(
  reply: FastifyReply,
  lines: AsyncGenerator<Line, void>,
  signal: AbortSignal,
  patienceMs = PATIENCE_MS,
): Promise<FastifyReply> {
  // A producer waiting between two lines would not notice the disconnect and keep its memory.
  signal.addEventListener('abort', () => void lines.return().catch(() => {}), { once: true })
  const first = await lines.next()
  cacheAnswer(reply, false)
  reply.header('content-type', 'application/x-ndjson; charset=utf-8').header('x-accel-buffering', 'no')
  return reply.send(Readable.from(asText(first, lines, { signal, log: reply.log, patienceMs, giveUp: () => reply.raw.destroy() })))
}

async function* asText<Line>(
  first: IteratorResult<Line, void>,
  rest: AsyncGenerator<Line, void>,
  { signal, log, patienceMs, giveUp }: { signal: AbortSignal; log: FastifyBaseLogger; patienceMs: number; giveUp: () => void },
): AsyncGenerator<string | Uint8Array, void> {
  let patience: NodeJS.Timeout | undefined
  try {
    for (let line = first; !line.done; line = await rest.next()) {
      patience = setTimeout(giveUp, patienceMs)
      yield line.value instanceof Uint8Array ? line.value : `${JSON.stringify(line.value)}\n`
      clearTimeout(patience)
    }
  } catch (error) {
    // Nobody is left to read more.
    if (signal.aborted) return
    const known = isAppError(error) ? error : unexpected(error)
    if (known.code === 'INTERNAL') log.error({ err: error }, 'unexpected')
    yield `${JSON.stringify({ type: 'error', problem: toProblem(known) } satisfies { type: 'error'; problem: Problem })}\n`
  } finally {
    clearTimeout(patience)
  }
}
