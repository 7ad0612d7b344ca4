import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { isEncrypted, parseEncryptedHeader } from './encrypted-header.ts'

const ascii = (text: string) => new TextEncoder().encode(text)
const join = (...parts: (Uint8Array | number[] | string)[]) =>
  new Uint8Array(Buffer.concat(parts.map((part) => Buffer.from(typeof part === 'string' ? ascii(part) : part))))
/** A length-delimited protobuf field below 128 bytes. */
const field = (number: number, content: Uint8Array | string) => {
  const bytes = typeof content === 'string' ? ascii(content) : content
  return join([(number << 3) | 2, bytes.length], bytes)
}

describe('the header of encrypted bytes', () => {
  test.each(['aescbc', 'aesgcm', 'secretbox'])('%s: key name and size', (provider) => {
    const bytes = join(`k8s:enc:${provider}:v1:key1:`, new Uint8Array(48))
    expect(parseEncryptedHeader(bytes)).toEqual({
      provider,
      keyName: 'key1',
      prefixLength: `k8s:enc:${provider}:v1:`.length,
      size: bytes.length,
      kms: null,
    })
  })

  test('KMS v1: wrapped key and payload', () => {
    const header = parseEncryptedHeader(join('k8s:enc:kms:v1:vault:', [1, 2], new Uint8Array(258), new Uint8Array(60)))
    expect(header?.provider).toBe('kms-v1')
    expect(header?.keyName).toBe('vault')
    expect(header?.kms).toMatchObject({ wrappedKeySize: 258, payloadSize: 60, problem: null })
  })

  test('truncated KMS v1 is reported', () => {
    expect(parseEncryptedHeader(join('k8s:enc:kms:v1:vault:', [1]))?.kms?.problem?.code).toBe('kms-length-cut')
    expect(parseEncryptedHeader(join('k8s:enc:kms:v1:vault:', [1, 0, 7]))?.kms?.problem?.code).toBe('kms-key-cut')
  })

  test('KMS v2: key id, annotation names without values, sizes, type of the wrapped secret', () => {
    const object = join(
      field(1, new Uint8Array(77)),
      field(2, 'key-2026'),
      field(3, new Uint8Array(50)),
      field(4, join(field(1, 'version.vault.io'), field(2, 'annotation-value'))),
      field(4, join(field(1, 'kind.vault.io'), field(2, 'x'))),
      [5 << 3, 1],
    )
    const header = parseEncryptedHeader(join('k8s:enc:kms:v2:vault:', object))
    expect(header?.kms).toEqual({
      wrappedKeySize: 50,
      payloadSize: 77,
      keyId: 'key-2026',
      annotations: ['kind.vault.io', 'version.vault.io'],
      sourceType: 'HKDF_SHA256_XNONCE_AES_GCM_SEED',
      problem: null,
    })
    expect(parseEncryptedHeader(join('k8s:enc:kms:v2:vault:', object.subarray(0, 60)))?.kms?.problem?.code).toBe('kms-envelope-damaged')
  })

  test('an unknown provider, and no encryption, have no header', () => {
    expect(parseEncryptedHeader(ascii('k8s:enc:rot13:v1:key:x'))).toBeNull()
    expect(isEncrypted(ascii('k8s:enc:rot13:v1:key:x'))).toBe(true)
    expect(parseEncryptedHeader(ascii('k8s:enc:aescbc:v1:no-end'))).toBeNull()
    expect(isEncrypted(ascii('k8s:en'))).toBe(false)
  })

  test('never throws, for any bytes', () => {
    const prefixes = ['k8s:enc:kms:v2:p:', 'k8s:enc:kms:v1:p:', 'k8s:enc:aesgcm:v1:', 'k8s:enc:']
    fc.assert(
      fc.property(fc.constantFrom(...prefixes), fc.uint8Array({ maxLength: 100 }), (prefix, bytes) => {
        const all = join(prefix, bytes)
        expect(parseEncryptedHeader(all)?.size ?? all.length).toBe(all.length)
      }),
      { numRuns: 2000 },
    )
  })
})
