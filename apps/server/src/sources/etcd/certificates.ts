// Checks the given certificates before etcd is contacted, and explains a refusal by the certificates of both sides.
import { X509Certificate } from 'node:crypto'
import { isIP } from 'node:net'
import type { Notice } from '@registree/contract'
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
      // The configuration rejects files that cannot be read.
      return []
    }
  })
}

/** The client's own certificate: the first in its file; its issuers may follow. */
const clientCertificate = (files: TlsFiles | null) => certificatesIn(files?.cert ?? null)[0]

/** `CN=etcd, O=example`. */
const nameOf = (distinguished: string): string => distinguished.split('\n').join(', ') || 'no name'
const instant = (text: string): string => new Date(text).toISOString().replace('.000Z', 'Z')
const isOver = ({ validTo }: X509Certificate, now: Date) => Date.parse(validTo) < now.getTime()
const isEarly = ({ validFrom }: X509Certificate, now: Date) => Date.parse(validFrom) > now.getTime()

/** What is wrong with the files themselves: the most common reason why etcd refuses them. */
export function certificateNotices(files: TlsFiles | null, now: Date): Notice[] {
  if (files === null) return []
  const client = clientCertificate(files)
  return [
    ...(client === undefined ? [] : clientNotices(client, files.names?.cert ?? 'client certificate', now)),
    ...certificatesIn(files.ca).flatMap((ca) => caNotices(ca, files.names?.ca ?? 'CA', now)),
  ]
}

const noticeAbout =
  (file: string, subject: string) =>
  (code: string, message: string, params: Notice['params']): Notice => ({
    level: 'warning',
    where: file,
    message,
    code,
    params: { file, subject, ...params },
  })

function clientNotices(client: X509Certificate, where: string, now: Date): Notice[] {
  const subject = nameOf(client.subject)
  const notice = noticeAbout(where, subject)
  const [from, until] = [instant(client.validFrom), instant(client.validTo)]
  const notices: Notice[] = []
  if (isOver(client, now))
    notices.push(
      notice('CLIENT_CERTIFICATE_EXPIRED', `The client certificate ${subject} expired on ${until}: etcd refuses it. Renew it.`, { until }),
    )
  if (isEarly(client, now))
    notices.push(
      notice(
        'CLIENT_CERTIFICATE_NOT_YET_VALID',
        `The client certificate ${subject} is not valid before ${from}: etcd refuses it until then.`,
        {
          from,
        },
      ),
    )
  if (isServerOnly(client))
    notices.push(
      notice(
        'CLIENT_CERTIFICATE_SERVER_ONLY',
        `The certificate ${subject} is not for clients (its extended key usage has no clientAuth): etcd refuses it. On a control-plane host of kubeadm take healthcheck-client.crt or apiserver-etcd-client.crt.`,
        {},
      ),
    )
  return notices
}

/** A certificate without extended key usages is valid for any. */
function isServerOnly({ keyUsage }: X509Certificate): boolean {
  const usages = keyUsage as string[] | undefined
  return usages !== undefined && usages.length > 0 && !usages.includes(CLIENT_AUTH) && !usages.includes(ANY_USAGE)
}

function caNotices(ca: X509Certificate, where: string, now: Date): Notice[] {
  const subject = nameOf(ca.subject)
  const notice = noticeAbout(where, subject)
  const [from, until] = [instant(ca.validFrom), instant(ca.validTo)]
  const notices: Notice[] = []
  if (isOver(ca, now))
    notices.push(notice('CA_EXPIRED', `The CA ${subject} expired on ${until}: no certificate that it signed is valid any more.`, { until }))
  if (isEarly(ca, now)) notices.push(notice('CA_NOT_YET_VALID', `The CA ${subject} is not valid before ${from}.`, { from }))
  // A self-signed certificate can itself be used as the CA.
  if (!ca.ca && ca.subject !== ca.issuer)
    notices.push(
      notice('CA_IS_NO_CA', `The certificate ${subject} is no CA. Name the certificate of the CA that issued it: ${nameOf(ca.issuer)}.`, {
        issuer: nameOf(ca.issuer),
      }),
    )
  return notices
}

/** Details of a connection that TLS refused. */
export interface TlsRefusal {
  /** Node's or OpenSSL's code if we refused. */
  code: string | undefined
  /** Whether the member sent an alert. */
  alert: boolean
}

/**
 * Why TLS failed, by the certificates of both sides; null if they do not show it.
 * @param server the member's own certificate, if it was seen
 */
export function refusalInWords(
  refusal: TlsRefusal,
  host: string,
  server: X509Certificate | null,
  files: TlsFiles | null,
  now: Date,
): string | null {
  return refusal.alert ? ourSide(files, now) : server === null ? null : theirSide(refusal.code ?? '', host, server, files, now)
}

/** The member refused: our certificate is wrong or missing. */
function ourSide(files: TlsFiles | null, now: Date): string {
  const client = clientCertificate(files)
  if (client === undefined) return 'no client certificate was given'
  const faults = clientNotices(client, '', now).map(({ message }) => message)
  const facts = `the client certificate is ${nameOf(client.subject)}, issued by ${nameOf(client.issuer)}, valid from ${instant(client.validFrom)} until ${instant(client.validTo)}`
  return faults.length > 0 ? faults.join(' ') : facts
}

/** We refused: the cause is the member's certificate or our CA file. */
function theirSide(code: string, host: string, server: X509Certificate, files: TlsFiles | null, now: Date): string | null {
  const subject = nameOf(server.subject)
  const cas = certificatesIn(files?.ca ?? null)
  if (isOver(server, now)) return `the certificate of the member, ${subject}, expired on ${instant(server.validTo)}`
  if (isEarly(server, now)) return `the certificate of the member, ${subject}, is not valid before ${instant(server.validFrom)}`
  const late = cas.find((ca) => isOver(ca, now) || isEarly(ca, now))
  if (/EXPIRED|NOT_YET_VALID/.test(code) && late !== undefined) return caNotices(late, '', now)[0]?.message ?? null
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') {
    const names = server.subjectAltName
    return names === undefined
      ? `the certificate of the member, ${subject}, names no host (it has no subjectAltName), and so not ${host}`
      : `the certificate of the member, ${subject}, is for ${names}, and not for ${isIP(host) === 0 ? 'DNS' : 'IP Address'}:${host}`
  }
  if (/SIGNATURE|SELF_SIGNED|ISSUER|VERIFY/.test(code)) {
    const ours = cas.map((ca) => nameOf(ca.subject))
    const held = ours.length === 0 ? 'no CA was given' : `the CA that was given is ${ours.join(', ')}`
    return `the certificate of the member, ${subject}, was issued by ${nameOf(server.issuer)}, and ${held}`
  }
  const usages = server.keyUsage as string[] | undefined
  if (/PURPOSE/.test(code) && usages !== undefined && !usages.includes(SERVER_AUTH))
    return `the certificate of the member, ${subject}, is not for servers (its extended key usage has no serverAuth)`
  return null
}
