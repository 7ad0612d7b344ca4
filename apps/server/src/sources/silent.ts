// The error for an etcd that accepts connections but does not answer.
import { AppError } from '../problem.ts'

const CONNECTED =
  'It may be suspended, overloaded, waiting for its disk or cut off from its peers: look at its process and its log on that host.'

/** `detail` says how it was noticed. */
export function silent(endpoint: string, detail: string, hint = CONNECTED): AppError {
  return new AppError('SOURCE_TIMEOUT', `etcd at ${endpoint} did not answer in time.`, {
    detail,
    endpoint,
    hint,
  })
}
