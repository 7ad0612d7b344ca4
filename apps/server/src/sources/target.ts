// Where an endpoint's connections go: a host and port, or a Unix socket.

export interface Target {
  /** Whether it uses TLS. */
  secure: boolean
  /** The address for gRPC. */
  grpc: string
  /** What to connect to. */
  socket: { path: string } | { host: string; port: number }
  /** The name that the server's certificate must have, if it is not the host's. */
  serverName: string | null
}

/**
 * Parses `http://host:port`, `https://host:port`, `unix:///absolute/path` or `unixs:///absolute/path`. As in etcd's own client, the certificate
 * behind a Unix socket must be for the socket's file name. Source: etcd client/v3/internal/endpoint/endpoint.go.
 */
export function targetOf(endpoint: string): Target {
  const unix = /^(unixs?):\/\/(\/.*)$/.exec(endpoint)
  if (unix !== null) {
    const path = unix[2] as string
    const secure = unix[1] === 'unixs'
    return { secure, grpc: `unix:${path}`, socket: { path }, serverName: secure ? path.slice(path.lastIndexOf('/') + 1) : null }
  }
  const { protocol, host, hostname, port } = new URL(endpoint)
  const secure = protocol === 'https:'
  const implied = secure ? 443 : 80
  return {
    secure,
    grpc: port === '' ? `${host}:${implied}` : host,
    socket: { host: hostname.replace(/^\[|\]$/g, ''), port: Number(port || implied) },
    serverName: null,
  }
}
