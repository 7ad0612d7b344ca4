// Explains why a PEM file cannot be used for TLS. Checked before the server starts, because OpenSSL’s messages name no file.
import { createPrivateKey, X509Certificate } from 'node:crypto'
import { createSecureContext } from 'node:tls'

const CERTIFICATES = /-----BEGIN (TRUSTED )?CERTIFICATE-----[\s\S]*?(-----END (TRUSTED )?CERTIFICATE-----|$)/g
const PRIVATE_KEY = /-----BEGIN ([A-Z]+ )?PRIVATE KEY-----/
const ENCRYPTED_KEY = /-----BEGIN ENCRYPTED PRIVATE KEY-----|^Proc-Type: 4,ENCRYPTED/m

/** The first byte of DER, and of PKCS #12, which is DER too. */
const SEQUENCE = 0x30

/** Why a certificate in the file cannot be read; null if all can. Node ignores a broken CA and then trusts nobody. */
export function certificateFault(pem: Buffer): string | null {
  const blocks = pem.toString('latin1').match(CERTIFICATES)
  if (blocks === null) {
    if (pem[0] === SEQUENCE)
      return 'holds no PEM but DER or PKCS #12: convert it with "openssl x509 -inform der" or "openssl pkcs12 -nodes"'
    return PRIVATE_KEY.test(pem.toString('latin1')) ? 'holds a private key, and no certificate' : 'holds no PEM certificate'
  }
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
  if (!PRIVATE_KEY.test(text)) {
    if (pem[0] === SEQUENCE)
      return 'holds no PEM but DER or PKCS #12: convert it with "openssl pkey -inform der" or "openssl pkcs12 -nodes"'
    return text.match(CERTIFICATES) !== null ? 'holds a certificate, and no private key' : 'holds no PEM private key'
  }
  // Checked before OpenSSL, which would prompt for the passphrase on the terminal.
  if (ENCRYPTED_KEY.test(text))
    return 'holds a private key under a passphrase, which etcd’s clients do not take either: write it without one with "openssl pkey -in FILE -out NEW"'
  try {
    createPrivateKey(pem)
  } catch {
    return 'holds a private key that cannot be read: it is damaged or cut short'
  }
  return null
}

/** What the two do, because of which they cannot be used; each was valid by itself. */
export function pairFault(cert: Buffer, key: Buffer): string | null {
  if (!new X509Certificate(cert).checkPrivateKey(createPrivateKey(key))) return 'do not belong together: the key is of another certificate'
  try {
    createSecureContext({ cert, key })
  } catch (error) {
    return `are refused by OpenSSL: ${(error as { reason?: string }).reason ?? (error as Error).message}`
  }
  return null
}
