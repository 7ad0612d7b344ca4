// What is wrong with the certificates that were given, before etcd is asked; and after a refusal, what both sides' certificates say about it.
import { X509Certificate } from 'node:crypto'
import { isIP } from 'node:net'
import type { Notice } from '@registree/contract'
import type { AnyMessage } from '@registree/messages'
import type { ErrorMessage } from '../../messages/in-english.ts'
import { notice } from '../../messages/notice.ts'
import type { TlsFiles } from './tls-files.ts'

/** Extended key usages (RFC 5280, section 4.2.1.12). */
const SERVER_AUTH = '1.3.6.1.5.5.7.3.1'
const CLIENT_AUTH = '1.3.6.1.5.5.7.3.2'
const ANY_USAGE = '2.5.29.37.0'

const BLOCK = /-----BEGIN (?:TRUSTED )?CERTIFICATE-----[\s\S]*?-----END (?:TRUSTED )?CERTIFICATE-----/g

function certificatesIn(pem: Buffer | null): X509Certificate[] {
  return (pem?.toString('latin1').match(BLOCK) ?? []).flatMap((block) => {
    try {
      return [new X509Certificate(block)]
    } catch {
      // The configuration refuses what cannot be read.
      return []
    }
  })
}

/** The client's own certificate: the first in its file; its issuers may follow. */
const clientCertificate = (files: TlsFiles | null) => certificatesIn(files?.cert ?? null)[0]

const certFile = (files: TlsFiles | null): string => files?.names?.cert ?? '--cert'
const caFile = (files: TlsFiles | null): string => files?.names?.ca ?? '--cacert'
/** What is wrong with a file, for where it stands alone: a notice names the file beside it. */
const inFile = (file: string, ...why: AnyMessage[]): AnyMessage => ({ code: 'in-file', params: { file, why } })

/** `CN=etcd, O=example`. */
const nameOf = (distinguished: string): string => distinguished.split('\n').join(', ') || 'no name'
const instant = (text: string): string => new Date(text).toISOString().replace('.000Z', 'Z')
const isOver = ({ validTo }: X509Certificate, now: Date) => Date.parse(validTo) < now.getTime()
const isEarly = ({ validFrom }: X509Certificate, now: Date) => Date.parse(validFrom) > now.getTime()

/** What is wrong with the files themselves: most often this is why etcd refuses them. */
export function certificateNotices(files: TlsFiles | null, now: Date): Notice[] {
  if (files === null) return []
  const client = clientCertificate(files)
  return [
    ...(client === undefined ? [] : clientNotices(client, certFile(files), now)),
    ...certificatesIn(files.ca).flatMap((ca) => caNotices(ca, caFile(files), now)),
  ]
}

function clientNotices(client: X509Certificate, where: string, now: Date): Notice[] {
  const subject = nameOf(client.subject)
  const [from, until] = [instant(client.validFrom), instant(client.validTo)]
  const notices: Notice[] = []
  if (isOver(client, now)) notices.push(notice('warning', where, 'client-certificate-expired', { subject, until }))
  if (isEarly(client, now)) notices.push(notice('warning', where, 'client-certificate-not-yet-valid', { subject, from }))
  if (isServerOnly(client)) notices.push(notice('warning', where, 'client-certificate-server-only', { subject }))
  return notices
}

/** A certificate that names no usage is good for any. */
function isServerOnly({ keyUsage }: X509Certificate): boolean {
  const usages = keyUsage as string[] | undefined
  return usages !== undefined && usages.length > 0 && !usages.includes(CLIENT_AUTH) && !usages.includes(ANY_USAGE)
}

function caNotices(ca: X509Certificate, where: string, now: Date): Notice[] {
  const subject = nameOf(ca.subject)
  const [from, until] = [instant(ca.validFrom), instant(ca.validTo)]
  const notices: Notice[] = []
  if (isOver(ca, now)) notices.push(notice('warning', where, 'ca-expired', { subject, until }))
  if (isEarly(ca, now)) notices.push(notice('warning', where, 'ca-not-yet-valid', { subject, from }))
  // A certificate that signed itself can be trusted as it is.
  if (!ca.ca && ca.subject !== ca.issuer) notices.push(notice('warning', where, 'ca-is-no-ca', { subject, issuer: nameOf(ca.issuer) }))
  return notices
}

const said = <Code extends ErrorMessage['code']>(code: Code, params: Extract<ErrorMessage, { code: Code }>['params']): AnyMessage => ({
  code,
  params: params as AnyMessage['params'],
})

/** What TLS said in refusing a connection. */
export interface TlsRefusal {
  /** Node's or OpenSSL's code, where the refusal was ours. */
  code: string | undefined
  /** Whether the member sent an alert. */
  alert: boolean
}

/**
 * Why TLS failed, by the certificates of both sides; null where they do not tell.
 * @param server the member's own certificate, where it was seen
 */
export function refusalInWords(
  refusal: TlsRefusal,
  host: string,
  server: X509Certificate | null,
  files: TlsFiles | null,
  now: Date,
): AnyMessage | null {
  return refusal.alert ? ourSide(files, now) : server === null ? null : theirSide(refusal.code ?? '', host, server, files, now)
}

/** The member refused: our certificate is wrong, or it got none. */
function ourSide(files: TlsFiles | null, now: Date): AnyMessage {
  const client = clientCertificate(files)
  if (client === undefined) return said('client-certificate-none', {})
  const faults = clientNotices(client, '', now).map(({ code, params }) => ({ code, params }))
  if (faults.length > 0) return inFile(certFile(files), ...faults)
  const [subject, issuer] = [nameOf(client.subject), nameOf(client.issuer)]
  const [from, until] = [instant(client.validFrom), instant(client.validTo)]
  return inFile(certFile(files), said('client-certificate-is', { subject, issuer, from, until }))
}

/** We refused: the reason is the member's certificate, or the CA that we were given. */
function theirSide(code: string, host: string, server: X509Certificate, files: TlsFiles | null, now: Date): AnyMessage | null {
  const subject = nameOf(server.subject)
  const cas = certificatesIn(files?.ca ?? null)
  if (isOver(server, now)) return said('member-certificate-expired', { subject, until: instant(server.validTo) })
  if (isEarly(server, now)) return said('member-certificate-not-yet-valid', { subject, from: instant(server.validFrom) })
  const late = cas.find((ca) => isOver(ca, now) || isEarly(ca, now))
  if (/EXPIRED|NOT_YET_VALID/.test(code) && late !== undefined) {
    const [first] = caNotices(late, '', now)
    return first === undefined ? null : inFile(caFile(files), { code: first.code, params: first.params })
  }
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') {
    const names = server.subjectAltName
    const kind = isIP(host) === 0 ? 'name' : 'address'
    return names === undefined
      ? said('member-certificate-without-host', { subject, kind, host })
      : said('member-certificate-other-host', { subject, names, kind, host })
  }
  if (/SIGNATURE|SELF_SIGNED|ISSUER|VERIFY/.test(code)) {
    const issuer = nameOf(server.issuer)
    const file = caFile(files)
    if (cas.length === 0) return said('member-certificate-without-ca', { subject, issuer })
    if (cas.some((ca) => ca.subject === server.issuer)) return said('member-certificate-ca-of-same-name', { subject, issuer, file })
    return said('member-certificate-other-ca', { subject, issuer, file, cas: cas.map((ca) => nameOf(ca.subject)).join(', ') })
  }
  const usages = server.keyUsage as string[] | undefined
  if (/PURPOSE/.test(code) && usages !== undefined && !usages.includes(SERVER_AUTH))
    return said('member-certificate-not-for-servers', { subject })
  return null
}
