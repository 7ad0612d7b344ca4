// What to try when an etcd cannot be reached: usually a wrong port, scheme or certificate.

import type { ErrorMessage } from '../messages/in-english.ts'

/** `detail` is the socket's or TLS's error. A server that requires a certificate often just closes the connection. */
export function unreachableHint(endpoint: string, detail: string): ErrorMessage {
  if (/certificate|self.signed|issuer|altname|verify|handshake|alert/i.test(detail)) return { code: 'check-tls', params: {} }
  if (endpoint.startsWith('unix')) return { code: 'check-socket', params: {} }
  if (endpoint.startsWith('https:') && !/ECONNREFUSED|ETIMEDOUT|ENOTFOUND|EHOSTUNREACH|EAI_AGAIN/.test(detail)) {
    return { code: 'check-certificates', params: {} }
  }
  return { code: 'check-address', params: {} }
}
