// Refuses queries that are not percent-encoded UTF-8: the parser would pass them on unchanged, which is not the text that was meant.
import fp from 'fastify-plugin'
import { AppError } from '../problem.ts'

export const query = fp(async (app) => {
  app.addHook('onRequest', async (request) => {
    const [path, search = ''] = (request.raw.url ?? '').split(/\?(.*)/s, 2)
    // Pages read their own URL and report what they do not understand.
    if (!path?.startsWith('/api/')) return
    for (const part of search.split('&')) {
      const equals = part.indexOf('=')
      const [name, value] = equals < 0 ? [part, ''] : [part.slice(0, equals), part.slice(equals + 1)]
      if (isEncodedUtf8(name) && isEncodedUtf8(value)) continue
      const said = isEncodedUtf8(name) ? decodeURIComponent(name) : name
      throw new AppError(
        'BAD_REQUEST',
        { code: 'query-not-utf8', params: { name: said } },
        {
          detail: part.slice(0, 200),
          hint: BYTES.has(said) ? { code: 'query-as-base64url', params: { name: said } } : { code: 'query-as-percent', params: {} },
        },
      )
    }
  })
})

/** Parameters with a second form for bytes. */
const BYTES = new Set(['key', 'prefix'])

function isEncodedUtf8(text: string): boolean {
  try {
    decodeURIComponent(text)
    return true
  } catch {
    return false
  }
}
