// Makes a CA with a server's and a client's certificate for a test that connects with TLS; they are good for 127.0.0.1 and two days.
import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import type { TestTls } from './etcd.ts'

/** @param folder where the PEM files are written */
export function makeCertificates(folder: string): TestTls {
  const openssl = (...args: string[]) => execFileSync('openssl', args, { cwd: folder, stdio: 'ignore' })
  const ec = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes']
  openssl('req', '-x509', ...ec, '-keyout', 'ca-key.pem', '-out', 'ca.pem', '-days', '2', '-subj', '/CN=test-ca')
  for (const name of ['server', 'client']) {
    writeFileSync(path.join(folder, `${name}.ext`), 'subjectAltName=IP:127.0.0.1,DNS:localhost\nextendedKeyUsage=serverAuth,clientAuth\n')
    openssl('req', ...ec, '-keyout', `${name}-key.pem`, '-out', `${name}.csr`, '-subj', `/CN=${name}`)
    openssl(
      'x509',
      '-req',
      '-in',
      `${name}.csr`,
      '-CA',
      'ca.pem',
      '-CAkey',
      'ca-key.pem',
      '-CAcreateserial',
      '-days',
      '2',
      '-extfile',
      `${name}.ext`,
      '-out',
      `${name}.pem`,
    )
  }
  const at = (name: string) => path.join(folder, name)
  return {
    cacert: at('ca.pem'),
    cert: at('client.pem'),
    key: at('client-key.pem'),
    serverCert: at('server.pem'),
    serverKey: at('server-key.pem'),
  }
}
