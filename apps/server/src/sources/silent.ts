// The error for an etcd that accepts connections but does not answer.
import type { ErrorMessage } from '../messages/in-english.ts'
import { AppError, type Detail } from '../problem.ts'

const CONNECTED: ErrorMessage = { code: 'silent-connected', params: {} }

/** `detail` says how it was noticed. */
export function silent(endpoint: string, detail: Detail, hint = CONNECTED): AppError {
  return new AppError(
    'SOURCE_TIMEOUT',
    { code: 'etcd-silent', params: { endpoint } },
    {
      detail,
      endpoint,
      hint,
    },
  )
}
