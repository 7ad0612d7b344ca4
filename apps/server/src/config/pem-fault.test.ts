// Messages about unusable certificates and keys, before any connection.
import { describe, expect, it } from 'vitest'
import { testPair } from '../testing/certificates.ts'
import { certificateFault, pairFault, privateKeyFault } from './pem-fault.ts'

const { cert, key, otherKey, encryptedKey } = testPair
const damaged = cert.replace(/\n.{20}/, '\nAAAAAAAAAAAAAAAAAAAA')

describe('faults of PEM files', () => {
  it('accepts usable files, including several certificates in one file with their key', () => {
    expect(certificateFault(Buffer.from(cert + cert))).toBeNull()
    expect(certificateFault(Buffer.from(key + cert))).toBeNull()
    expect(privateKeyFault(Buffer.from(cert + key))).toBeNull()
    expect(pairFault(Buffer.from(cert), Buffer.from(key))).toBeNull()
  })

  it.each([
    ['', /^holds no PEM certificate$/],
    [key, /^holds a private key, and no certificate$/],
    ['\x30\x82\x01', /^holds no PEM but DER or PKCS #12: convert it/],
    [damaged, /^holds a certificate that cannot be read/],
    [cert.slice(0, 300), /^holds a certificate that cannot be read/],
    [cert + damaged, /^holds 2 certificates, of which number 2 cannot be read/],
  ])('names the one of a certificate file', (pem, sentence) => {
    expect(certificateFault(Buffer.from(pem))).toMatch(sentence)
  })

  it.each([
    ['', /^holds no PEM private key$/],
    [cert, /^holds a certificate, and no private key$/],
    ['\x30\x82\x01', /^holds no PEM but DER or PKCS #12: convert it/],
    [key.slice(0, 100), /^holds a private key that cannot be read/],
    [encryptedKey, /^holds a private key under a passphrase/],
  ])('names the one of a key file', (pem, sentence) => {
    expect(privateKeyFault(Buffer.from(pem))).toMatch(sentence)
  })

  it('detects a key that belongs to another certificate', () => {
    expect(pairFault(Buffer.from(cert), Buffer.from(otherKey))).toMatch(/^do not belong together/)
  })
})
