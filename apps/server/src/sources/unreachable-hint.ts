// What to try when an etcd cannot be reached: usually a wrong port, scheme or certificate.

/** `detail` is the socket's or TLS's error. A server that requires a certificate often just closes the connection. */
export function unreachableHint(endpoint: string, detail: string): string {
  if (/certificate|self.signed|issuer|altname|verify|handshake|alert/i.test(detail))
    return 'The TLS connection failed: check --cacert, --cert and --key.'
  if (endpoint.startsWith('unix')) return 'Check the path of the socket, whether its server runs, and whether this user may open it.'
  if (endpoint.startsWith('https:') && !/ECONNREFUSED|ETIMEDOUT|ENOTFOUND|EHOSTUNREACH|EAI_AGAIN/.test(detail)) {
    return 'Check the address, and --cacert, --cert and --key: etcd closes the connection of a client without the right certificate.'
  }
  return 'Check the address and the port, and whether it wants https:// and certificates.'
}
