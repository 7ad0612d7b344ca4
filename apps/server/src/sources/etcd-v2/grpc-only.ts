// Detects ports that speak gRPC and no HTTP/1.1: etcd's client port when --listen-client-http-urls is set (3.5.10 and later), and kine's.
import { connect } from 'node:http2'
import { connect as connectTls } from 'node:tls'
import type { TlsFiles } from '../etcd/tls-files.ts'
import { targetOf } from '../target.ts'

const PATIENCE_MS = 1500
/** Whether the answer to a plain HTTP/1.1 request was HTTP/2. */
export function saysGrpcOnly(error: unknown): boolean {
  const { name, data } = error as { name?: string; data?: unknown }
  return name === 'HTTPParserError' && beginsWithSettings(Buffer.isBuffer(data) ? data : Buffer.from(String(data ?? '')))
}

/** Every HTTP/2 server starts with a SETTINGS frame: length, type 4, flags, stream 0. Source: RFC 9113, sections 3.4, 4.1 and 6.5. */
function beginsWithSettings(bytes: Buffer): boolean {
  return bytes.length >= 9 && bytes[3] === 4 && bytes.readUInt32BE(5) === 0
}

/** Whether the port accepts HTTP/2 with these certificates. Sends only the connection preface. */
export function speaksHttp2(endpoint: string, tls: TlsFiles | null): Promise<boolean> {
  return new Promise((resolve) => {
    const { socket, serverName } = targetOf(endpoint)
    const files = {
      ALPNProtocols: ['h2'],
      rejectUnauthorized: !(tls?.insecureSkipVerify ?? false),
      ...(serverName === null ? {} : { servername: serverName }),
      ...(tls?.ca == null ? {} : { ca: tls.ca }),
      ...(tls?.cert == null ? {} : { cert: tls.cert }),
      ...(tls?.key == null ? {} : { key: tls.key }),
    }
    const session = connect('https://localhost', { createConnection: () => connectTls({ ...socket, ...files }) })
    const end = (answer: boolean) => {
      clearTimeout(timer)
      session.destroy()
      resolve(answer)
    }
    const timer = setTimeout(() => end(false), PATIENCE_MS)
    session.once('remoteSettings', () => end(true))
    session.on('error', () => end(false))
    session.once('close', () => end(false))
  })
}
