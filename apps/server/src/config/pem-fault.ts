// Explains why a PEM file cannot be used for TLS. Checked before the server starts, because OpenSSL’s messages name no file.
import { createPrivateKey, X509Certificate } from 'node:crypto'
import { createSecureContext } from 'node:tls'

const CERTIFICATES = /-----BEGIN (TRUSTED )?CERTIFICATE-----[\s\S]*?(-----END (TRUSTED )?CERTIFICATE-----|$)/g
const PRIVATE_KEY = /-----BEGIN ([A-Z]+ )?PRIVATE KEY-----/
const ENCRYPTED_KEY = /-----BEGIN ENCRYPTED PRIVATE KEY-----|^Proc-Type: 4,ENCRYPTED/m

/** Why a certificate in the file cannot be read; null if all can. Node ignores a broken CA and then trusts nobody. */
export function certificateFault(pem: Buffer): string | null {
  const blocks = pem.toString('latin1').match(CERTIFICATES)
  if (blocks === null) return 'holds no PEM certificate'
  for (const [index, block] of blocks.entries()) {
    try {
      new X509Certificate(block)
    } catch {
      const which = blocks.length === 1 ? 'a certificate that' : `${blocks.length} certificates, of which number ${index + 1}`
      return `holds ${which} cannot be read: it is damaged or cut short`
    }
  }
  return null
}

export function privateKeyFault(pem: Buffer): string | null {
  const text = pem.toString('latin1')
  if (!PRIVATE_KEY.test(text)) return 'holds no PEM private key'
  // Checked before OpenSSL, which would prompt for the passphrase on the terminal.
  if (ENCRYPTED_KEY.test(text))
    return 'holds a private key under a passphrase, which etcd’s clients do not take either: write it out with "openssl pkey"'
  try {
    createPrivateKey(pem)
  } catch {
    return 'holds a private key that cannot be read: it is damaged or cut short'
  }
  return null
}

/** Why the two do not belong together; each was valid by itself. */
export function pairFault(cert: Buffer, key: Buffer): string | null {
  if (!new X509Certificate(cert).checkPrivateKey(createPrivateKey(key)))
    return 'they do not belong together: the key is of another certificate'
  try {
    createSecureContext({ cert, key })
  } catch (error) {
    return `OpenSSL refuses them: ${(error as { reason?: string }).reason ?? (error as Error).message}`
  }
  return null
}
