// The error for an address where something other than etcd answers, such as a web server or a proxy.
import { AppError, type Detail } from '../problem.ts'

/** @param status the HTTP status of the answer */
export function notEtcd(endpoint: string, status: string, detail: Detail): AppError {
  return new AppError(
    'SOURCE_ERROR',
    { code: 'not-etcd', params: { endpoint, status } },
    {
      detail,
      endpoint,
      hint: { code: 'not-etcd-now', params: {} },
    },
  )
}
