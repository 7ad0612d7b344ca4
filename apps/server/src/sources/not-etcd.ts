// The error for an address where something other than etcd answers, such as a web server or a proxy.
import { AppError } from '../problem.ts'

/** @param status the HTTP status of the answer */
export function notEtcd(endpoint: string, status: string, detail: string): AppError {
  return new AppError('SOURCE_ERROR', `What answers at ${endpoint} is not etcd: it answered with HTTP status ${status}.`, {
    detail,
    endpoint,
    reason: 'NOT_ETCD',
    params: { endpoint, status },
    hint: 'A web server or a proxy may listen there: check the address and the port.',
  })
}
