// Finds out why a member cannot be reached, by a handshake of its own: gRPC does not report TLS errors.
import type { X509Certificate } from 'node:crypto'
import http from 'node:http'
import net from 'node:net'
import tls from 'node:tls'
import type { ErrorMessage } from '../../messages/in-english.ts'
import { targetOf } from '../target.ts'
import { refusalInWords } from './certificates.ts'
import type { TlsFiles } from './tls-files.ts'

const PATIENCE_MS = 1500
const MOST_OF_A_VERSION = 4096
/** With TLS 1.3 the handshake ends before the client's certificate is checked: a refusal arrives a moment later. */
const REFUSAL_MS = 300

/** Node's codes for TLS errors; all others come from the socket. */
const TLS_CODES = /CERT|SIGNATURE|ISSUER|VERIFY|PURPOSE|ALTNAME/

/** The socket's or TLS's error, explained by the certificates of both sides; null if there was none. Sends only the handshake. */
export async function whyUnreachable(endpoint: string, files: TlsFiles | null, now = new Date()): Promise<ErrorMessage | null> {
  const refusal = await shakeHands(endpoint, files, false)
  if (refusal === null) return null
  const { words, code, alert } = refusal
  if (!targetOf(endpoint).secure || !(alert || TLS_CODES.test(code ?? ''))) return words
  // Once more without verifying the member's certificate, in order to read it.
  const seen = await shakeHands(endpoint, files, true)
  const { socket, serverName } = targetOf(endpoint)
  const host = serverName ?? ('host' in socket ? socket.host : 'localhost')
  const more = refusalInWords({ code, alert }, host, refusal.server ?? seen?.server ?? null, files, now)
  return more === null ? words : { code: 'tls-explained', params: { text: words, why: more } }
}

interface Refusal {
  words: ErrorMessage
  code: string | undefined
  alert: boolean
  server: X509Certificate | null
}

function shakeHands(endpoint: string, files: TlsFiles | null, blindly: boolean): Promise<Refusal | null> {
  const { secure, socket: at, serverName } = targetOf(endpoint)
  const name = serverName ?? ('host' in at && net.isIP(at.host) === 0 ? at.host : null)
  return new Promise((resolve) => {
    const socket = secure
      ? tls.connect({
          ...at,
          ALPNProtocols: ['h2'],
          rejectUnauthorized: !blindly && !(files?.insecureSkipVerify ?? false),
          ...(name === null ? {} : { servername: name }),
          ...(files?.ca == null ? {} : { ca: files.ca }),
          ...(files?.cert == null ? {} : { cert: files.cert }),
          ...(files?.key == null ? {} : { key: files.key }),
        })
      : net.connect(at)
    let server: X509Certificate | null = null
    const end = (refusal: Omit<Refusal, 'server'> | null) => {
      clearTimeout(timer)
      socket.destroy()
      resolve(refusal === null && !blindly ? null : { words: foreign(''), code: undefined, alert: false, ...refusal, server })
    }
    const say = (words: ErrorMessage) => end({ words, code: undefined, alert: false })
    let timer = setTimeout(() => say({ code: 'accepts-nothing', params: {} }), PATIENCE_MS)
    socket.once(secure ? 'secureConnect' : 'connect', () => {
      if (socket instanceof tls.TLSSocket) server = socket.getPeerX509Certificate() ?? null
      clearTimeout(timer)
      timer = setTimeout(() => end(null), blindly ? 0 : REFUSAL_MS)
    })
    socket.on('error', (error: NodeJS.ErrnoException) => end(inWords(error)))
    socket.once('close', () => say({ code: 'closed-in-handshake', params: {} }))
    // Node reports the end of a connection only if the socket is read.
    socket.resume()
  })
}

/** Whether etcd answers here, but only in HTTP/1.1: etcd 2.x, or the port of --listen-client-http-urls. For an endpoint without TLS. */
export function speaksHttp1Only(endpoint: string): Promise<boolean> {
  return new Promise((resolve) => {
    const { socket } = targetOf(endpoint)
    const at = 'path' in socket ? { socketPath: socket.path } : socket
    const asked = http.get({ ...at, path: '/version', timeout: PATIENCE_MS }, (reply) => {
      let text = ''
      reply.setEncoding('utf8').on('data', (part: string) => {
        text += part
        if (text.length > MOST_OF_A_VERSION) asked.destroy()
      })
      reply.once('close', () => resolve(reply.statusCode === 200 && /"etcdserver"/.test(text)))
    })
    asked.on('timeout', () => asked.destroy())
    asked.on('error', () => resolve(false))
  })
}

/** The words of the socket or of OpenSSL. */
const foreign = (text: string): ErrorMessage => ({ code: 'stored-text', params: { text } })

/** OpenSSL wraps its message in its own file and line. */
function inWords({ code, message }: NodeJS.ErrnoException): Omit<Refusal, 'server'> {
  const alert = /:SSL routines:[^:]*:([^:]+):.*?(?:SSL alert number \d+)?\s*$/s.exec(message)?.[1]
  if (alert !== undefined) return { words: { code: 'tls-refused-by-member', params: { text: alert } }, code, alert: true }
  return { words: foreign(code === undefined || message.includes(code) ? message : `${code}: ${message}`), code, alert: false }
}
