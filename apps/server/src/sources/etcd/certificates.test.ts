// Faulty certificates against a real etcd: what is reported before a connection is made, and after it is refused.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { utf8 } from '@registree/keyspace'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { detailOf, isAppError } from '../../problem.ts'
import { type CertificateOptions, makeCa, makeCertificate, makeCertificates } from '../../testing/certificates.ts'
import { hasEtcd, startEtcd, type TestEtcd, type TestTls } from '../testing/etcd.ts'
import { certificateNotices } from './certificates.ts'
import { openEtcd } from './open-etcd.ts'
import type { TlsFiles } from './tls-files.ts'

const PAST = { from: '20200101000000Z', until: '20210101000000Z' }
const FUTURE = { from: '20980101000000Z', until: '20990101000000Z' }
let folder = ''
let tls: TestTls
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'registree-certificates-'))
  tls = makeCertificates(folder)
  makeCa(folder, 'other', 'other-ca')
  makeCa(folder, 'again', 'test-ca')
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const files = (over: Partial<TlsFiles> = {}): TlsFiles => ({
  ca: readFileSync(tls.cacert),
  cert: readFileSync(tls.cert),
  key: readFileSync(tls.key),
  insecureSkipVerify: false,
  names: { ca: '--cacert ca.pem', cert: '--cert client.pem' },
  ...over,
})
let made = 0
const client = (options: CertificateOptions): Partial<TlsFiles> => {
  const { cert, key } = makeCertificate(folder, `client-${++made}`, options)
  return { cert: readFileSync(cert), key: readFileSync(key) }
}
const codes = (tlsFiles: TlsFiles, now = new Date()) =>
  certificateNotices(tlsFiles, now).map(({ code, where, params }) => [code, where, params?.until ?? params?.from])

it('reports nothing about good certificates, and what is wrong with others', () => {
  expect(codes(files())).toEqual([])
  expect(certificateNotices(null, new Date())).toEqual([])
  expect(codes(files(client(PAST)))).toEqual([['client-certificate-expired', '--cert client.pem', '2021-01-01T00:00:00Z']])
  expect(codes(files(client(FUTURE)))).toEqual([['client-certificate-not-yet-valid', '--cert client.pem', '2098-01-01T00:00:00Z']])
  expect(codes(files(client({ usages: 'serverAuth' })))).toEqual([['client-certificate-server-only', '--cert client.pem', undefined]])
  expect(codes(files(client({ usages: 'clientAuth' })))).toEqual([])
  expect(codes(files({ ca: readFileSync(tls.serverCert) }))).toEqual([['ca-is-no-ca', '--cacert ca.pem', undefined]])
  const later = new Date(Date.now() + 30 * 24 * 3_600_000)
  expect(codes(files(), later).map(([code]) => code)).toEqual(['client-certificate-expired', 'ca-expired'])
  expect(certificateNotices(files({ ...client(PAST) }), new Date())[0]?.message).toContain('expired on 2021-01-01T00:00:00Z')
})

describe.skipIf(!hasEtcd())('after a refusal', () => {
  let etcd: TestEtcd
  beforeAll(async () => {
    etcd = await startEtcd({ tls })
  })
  afterAll(() => etcd.destroy())

  const refused = async (endpoint: string, tlsFiles: TlsFiles) => {
    const opened = openEtcd({ endpoints: [endpoint], tls: tlsFiles, credentials: null, kubernetesPrefix: '/registry', deadlineMs: 5000 })
    try {
      const reads = [opened.v3.range({ key: utf8('k'), end: null, revision: 0n, limit: 1 }), opened.v2.node('/')]
      const errors = await Promise.all(
        reads.map((read) =>
          read.then(
            () => null,
            (error: unknown) => error,
          ),
        ),
      )
      const { etcd: status, notices } = await opened.facts()
      return {
        details: errors.map((error) => (isAppError(error, 'SOURCE_UNREACHABLE') ? detailOf(error) : error)),
        endpoint: status?.endpoints[0]?.error,
        codes: notices.map(({ code }) => code).filter((code) => code !== undefined),
      }
    } finally {
      await opened.close()
    }
  }
  const withServer = async (options: CertificateOptions, use: (endpoint: string) => Promise<void>) => {
    const server = makeCertificate(folder, `server-${++made}`, options)
    const other = await startEtcd({ tls, server })
    await use(other.endpoint).finally(() => other.destroy())
  }

  it.each<[string, () => Partial<TlsFiles>, RegExp, string[]]>([
    [
      'an expired client certificate',
      () => client(PAST),
      /(^|reached\. )--cert client\.pem: The client certificate CN=client-\d+ expired on 2021-01-01T00:00:00Z, so .* Renew it .*\. In the words of TLS: the member refused/,
      ['client-certificate-expired'],
    ],
    ['one of the future', () => client(FUTURE), /is not valid before 2098-01-01T00:00:00Z/, ['client-certificate-not-yet-valid']],
    ['one for servers only', () => client({ usages: 'serverAuth' }), /is not for clients/, ['client-certificate-server-only']],
    [
      'one of another CA',
      () => client({ ca: 'other' }),
      /(^|reached\. )--cert client\.pem: The client certificate is CN=client-\d+, issued by CN=other-ca, valid from .* until .* --trusted-ca-file/,
      [],
    ],
    [
      'no client certificate',
      () => ({ cert: null, key: null }),
      /(^|reached\. )No client certificate was given\. Give one with --cert/,
      [],
    ],
    [
      'another CA',
      () => ({ ca: readFileSync(path.join(folder, 'other.pem')) }),
      /CN=server, was issued by CN=test-ca, but --cacert ca\.pem holds CN=other-ca\. Give the CA that issued it\. In the words of TLS: UNABLE/,
      [],
    ],
    [
      'a CA of the same name',
      () => ({ ca: readFileSync(path.join(folder, 'again.pem')) }),
      /by a CA named CN=test-ca, but not by the one of that name in --cacert ca\.pem/,
      [],
    ],
    ['no CA', () => ({ ca: null }), /CN=server, was issued by CN=test-ca, which this machine does not trust\. Give .* --cacert/, []],
  ])('%s is named', async (_, over, words, noticed) => {
    const told = await refused(etcd.endpoint, files(over()))
    for (const detail of [...told.details, told.endpoint]) expect(detail).toMatch(words)
    expect(told.codes).toEqual(['endpoint-failed', ...noticed])
  })

  it.each<[string, CertificateOptions, RegExp]>([
    ['expired', PAST, /(^|reached\. )The certificate of the member, CN=server-\d+, expired on 2021-01-01T00:00:00Z\. Renew it/],
    ['of the future', FUTURE, /CN=server-\d+, is not valid before 2098-01-01T00:00:00Z/],
    ['without a name', { names: null }, /names no host \(it has no subjectAltName\), .* with the subjectAltName IP:127\.0\.0\.1/],
    ['for another host', { names: 'DNS:etcd.example' }, /is for DNS:etcd\.example, not for IP Address:127\.0\.0\.1\. Use a name/],
  ])('a certificate of the member that is %s is named', async (_, options, words) => {
    await withServer(options, async (endpoint) => {
      const told = await refused(endpoint, files())
      for (const detail of [...told.details, told.endpoint]) expect(detail).toMatch(words)
    })
  })
})
