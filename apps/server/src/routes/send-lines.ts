// Sends an answer as NDJSON, each line as soon as it is made; what fails under way becomes the last line.
import { Readable } from 'node:stream'
import type { Problem } from '@registree/contract'
import type { FastifyBaseLogger, FastifyReply } from 'fastify'
import { isAppError, toProblem, unexpected } from '../problem.ts'
import { cacheAnswer } from './deps.ts'

/**
 * A line that is bytes has been written out already, with its line end. What fails before there is a first line is an ordinary problem with its own status: it rejects.
 * @param signal aborted when the browser went away: then nobody is told anything
 */
export async function sendLines<Line>(reply: FastifyReply, lines: AsyncGenerator<Line, void>, signal: AbortSignal): Promise<FastifyReply> {
  const first = await lines.next()
  cacheAnswer(reply, false)
  reply.header('content-type', 'application/x-ndjson; charset=utf-8').header('x-accel-buffering', 'no')
  return reply.send(Readable.from(asText(first, lines, signal, reply.log)))
}

async function* asText<Line>(
  first: IteratorResult<Line, void>,
  rest: AsyncGenerator<Line, void>,
  signal: AbortSignal,
  log: FastifyBaseLogger,
): AsyncGenerator<string | Uint8Array, void> {
  try {
    for (let line = first; !line.done; line = await rest.next())
      yield line.value instanceof Uint8Array ? line.value : `${JSON.stringify(line.value)}\n`
  } catch (error) {
    // Nobody is there to read more.
    if (signal.aborted) return
    const known = isAppError(error) ? error : unexpected(error)
    if (known.code === 'INTERNAL') log.error({ err: error }, 'unexpected')
    yield `${JSON.stringify({ type: 'error', problem: toProblem(known) } satisfies { type: 'error'; problem: Problem })}\n`
  }
}
