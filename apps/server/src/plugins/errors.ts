// Turns any error into problem+json, and into a log line without values.
import type { FastifyError } from 'fastify'
import fp from 'fastify-plugin'
import { AppError, detailOf, isAppError, toProblem, unexpected } from '../problem.ts'

export const errors = fp(async (app) => {
  app.setErrorHandler<FastifyError | AppError>((error, request, reply) => {
    const known = isAppError(error) ? error : fromFastify(error)
    if (known.code === 'INTERNAL') request.log.error({ err: error }, 'unexpected')
    else if (known.statusCode >= 500) request.log.warn({ code: known.code, detail: detailOf(known) ?? undefined }, known.message)
    if (known.code === 'METHOD_NOT_ALLOWED') reply.header('allow', 'GET, HEAD')
    return reply
      .code(known.statusCode)
      .headers({ 'content-type': 'application/problem+json; charset=utf-8', 'cache-control': 'no-store' })
      .serializer(JSON.stringify)
      .send(toProblem(known))
  })
})

function fromFastify(error: FastifyError): AppError {
  if (error.validation !== undefined) {
    const [first] = error.validation
    return new AppError(
      'BAD_REQUEST',
      { code: 'request-wrong', params: {} },
      {
        detail: `${error.validationContext ?? 'request'}${first?.instancePath?.replaceAll('/', '.') ?? ''} ${first?.message ?? ''}`.trim(),
      },
    )
  }
  if (error.statusCode !== undefined && error.statusCode >= 400 && error.statusCode < 500) {
    return new AppError('BAD_REQUEST', { code: 'request-wrong', params: {} }, { detail: error.message })
  }
  return unexpected(error)
}
