// Certificates for tests: a fixed pair that never secures a connection, and others made by openssl for real TLS.
import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import type { TestTls } from '../sources/testing/etcd.ts'

export const testPair = {
  cert: `-----BEGIN CERTIFICATE-----
MIIBiDCCAS+gAwIBAgIUfpgEnpWjMXE21dfLYBgWeMHwT5YwCgYIKoZIzj0EAwIw
GTEXMBUGA1UEAwwOcmVnaXN0cmVlLXRlc3QwIBcNMjYxMTI0MDg1MDQxWhgPMjEy
NjEwMzEwODUwNDFaMBkxFzAVBgNVBAMMDnJlZ2lzdHJlZS10ZXN0MFkwEwYHKoZI
zj0CAQYIKoZIzj0DAQcDQgAEUjZ1Pfeub8aJINIZdAul4yIHi+It7mkhp1wahblR
0s8VBdWz9hNsgIZmbxrlXiEe8KeEqqMyD6I/szGVBbVcEaNTMFEwHQYDVR0OBBYE
FBKgsm5rD0HzPLZqbCfQsKdyQnN2MB8GA1UdIwQYMBaAFBKgsm5rD0HzPLZqbCfQ
sKdyQnN2MA8GA1UdEwEB/wQFMAMBAf8wCgYIKoZIzj0EAwIDRwAwRAIgaI8Wa/wK
c2pa14PvesriQfoV9rxKET/4KC8uTq/6nqICIGfonqMx+vsQyQTH9Vwv00uzF9AY
OTXyMXtLlIzGmnmP
-----END CERTIFICATE-----
`,
  key: `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgXqppAwlnDg6ElNkE
HJsfjb0uP5qZrsO3nYjkErdCCtmhRANCAARSNnU9965vxokg0hl0C6XjIgeL4i3u
aSGnXBqFuVHSzxUF1bP2E2yAhmZvGuVeIR7wp4SqozIPoj+zMZUFtVwR
-----END PRIVATE KEY-----
`,
  otherKey: `-----BEGIN EC PRIVATE KEY-----
MHcCAQEEIAM/r1T2MQbv14V7mWa2ySM7L/AY3v4lUx8II1SlwXzvoAoGCCqGSM49
AwEHoUQDQgAECQH59RzLJP+3vh3GNiOFxJbkT/NSdPM5hqI/3bAGHCGRIG+SvbSp
Uv3/uT3nqQtqvHoDOtkihqnrodnEo5uYtQ==
-----END EC PRIVATE KEY-----
`,
  /** `key` under the passphrase x. */
  encryptedKey: `-----BEGIN ENCRYPTED PRIVATE KEY-----
MIHsMFcGCSqGSIb3DQEFDTBKMCkGCSqGSIb3DQEFDDAcBAjRBwPG4BqBJAICCAAw
DAYIKoZIhvcNAgkFADAdBglghkgBZQMEASoEEG5enN5OtDyT7ApJtIyvkksEgZBa
uXG15oBTMxjXlhzIyOQG/IqWlCzNLMCdUdkR21ocyDedf23of8FiyPFxZQrmuT3N
Ln1rsVHcU9R7ksmc25+ruMrNd5Znnukt+hAOffCCwBBFT+Wr5pVcgVM6LTVP3jj3
zSfMo3u/XLUq7Rr7CKRvpZyHUh4DAKWqJ9bqoS0hatWZdVxrp76mbzAZhvSV4tU=
-----END ENCRYPTED PRIVATE KEY-----
`,
}

/** How a certificate differs from a good one. */
export interface CertificateOptions {
  /** Default: 127.0.0.1 and localhost; null for none. */
  names?: string | null
  /** Default: serverAuth and clientAuth. */
  usages?: string
  /** In openssl's format: `20200101000000Z`. */
  from?: string
  until?: string
  /** The CA's name in the folder. */
  ca?: string
}

/** Creates `NAME.pem` and `NAME-key.pem` of a CA in a folder. */
export function makeCa(folder: string, name = 'ca', subject = 'test-ca'): void {
  const ec = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes']
  openssl(folder, 'req', '-x509', ...ec, '-keyout', `${name}-key.pem`, '-out', `${name}.pem`, '-days', '2', '-subj', `/CN=${subject}`)
}

/** Creates `NAME.pem` and `NAME-key.pem`, signed by a CA of the folder. */
export function makeCertificate(folder: string, name: string, options: CertificateOptions = {}): { cert: string; key: string } {
  const { names = 'IP:127.0.0.1,DNS:localhost', usages = 'serverAuth,clientAuth', ca = 'ca' } = options
  const at = (file: string) => path.join(folder, file)
  const lines = [...(names === null ? [] : [`subjectAltName=${names}`]), `extendedKeyUsage=${usages}`]
  writeFileSync(at(`${name}.ext`), `${lines.join('\n')}\n`)
  writeFileSync(
    at(`${name}.cnf`),
    `[ca]\ndefault_ca=made\n[made]\ndatabase=${name}.txt\nrand_serial=yes\nnew_certs_dir=.\ndefault_md=sha256\npolicy=any\n[any]\ncommonName=supplied\n`,
  )
  writeFileSync(at(`${name}.txt`), '')
  const ec = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes']
  openssl(folder, 'req', ...ec, '-keyout', `${name}-key.pem`, '-out', `${name}.csr`, '-subj', `/CN=${name}`)
  const dates = [
    ...(options.from === undefined ? [] : ['-startdate', options.from]),
    ...(options.until === undefined ? ['-days', '2'] : ['-enddate', options.until]),
  ]
  const signed = ['-cert', `${ca}.pem`, '-keyfile', `${ca}-key.pem`, '-in', `${name}.csr`, '-extfile', `${name}.ext`, '-out', `${name}.pem`]
  openssl(folder, 'ca', '-batch', '-notext', '-config', `${name}.cnf`, ...dates, ...signed)
  return { cert: at(`${name}.pem`), key: at(`${name}-key.pem`) }
}

/** Creates a CA, a server and a client certificate in a folder. */
export function makeCertificates(folder: string): TestTls {
  makeCa(folder)
  const server = makeCertificate(folder, 'server')
  const client = makeCertificate(folder, 'client')
  return { cacert: path.join(folder, 'ca.pem'), ...client, serverCert: server.cert, serverKey: server.key }
}

function openssl(folder: string, ...args: string[]): void {
  execFileSync('openssl', args, { cwd: folder, stdio: 'ignore' })
}
