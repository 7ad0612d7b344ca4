// Known answers come from Node's OpenSSL and from libsodium: neither shares code with the ciphers under test.
import { createCipheriv, randomBytes } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import fc from 'fast-check'
import type Sodium from 'libsodium-wrappers'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { createDecryptor } from './decryptor.ts'
import { isEncrypted } from './encrypted-header.ts'
import { type EncryptionConfig, parseEncryptionConfiguration } from './encryption-configuration.ts'
import captured from './testdata/encrypted-values.json' with { type: 'json' }

// Its ES module refers to a file missing in the package (0.7.16), so the CommonJS one is used.
const sodium: typeof Sodium = createRequire(import.meta.url)('libsodium-wrappers')

const KEY = new TextEncoder().encode('/registry/secrets/shop/orders-db')
const PLAIN = new TextEncoder().encode('k8s\0\n\x0e\n\x02v1\x12\x06Secret')

type Provider = 'aescbc' | 'aesgcm' | 'secretbox'

function config(...keys: [Provider, string, Uint8Array][]): EncryptionConfig {
  const parsed = parseEncryptionConfiguration({
    apiVersion: 'apiserver.config.k8s.io/v1',
    kind: 'EncryptionConfiguration',
    resources: keys.map(([provider, name, secret]) => ({
      resources: ['secrets'],
      providers: [{ [provider]: { keys: [{ name, secret: Buffer.from(secret).toString('base64') }] } }, { identity: {} }],
    })),
  })
  if (!parsed.ok) throw new Error(parsed.error)
  return parsed.config
}

function encrypt(provider: Provider, name: string, secret: Uint8Array, plain: Uint8Array, aad = KEY): Uint8Array {
  const head = Buffer.from(`k8s:enc:${provider}:v1:${name}:`)
  if (provider === 'aescbc') {
    const iv = randomBytes(16)
    const cipher = createCipheriv(`aes-${secret.length * 8}-cbc`, secret, iv)
    return new Uint8Array(Buffer.concat([head, iv, cipher.update(plain), cipher.final()]))
  }
  if (provider === 'aesgcm') {
    const nonce = randomBytes(12)
    const cipher = createCipheriv(`aes-${secret.length * 8}-gcm` as 'aes-256-gcm', secret, nonce)
    cipher.setAAD(aad)
    return new Uint8Array(Buffer.concat([head, nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()]))
  }
  const nonce = randomBytes(24)
  return new Uint8Array(Buffer.concat([head, nonce, sodium.crypto_secretbox_easy(plain, nonce, secret)]))
}

const schemes: [Provider, number][] = [
  ['aescbc', 16],
  ['aescbc', 24],
  ['aescbc', 32],
  ['aesgcm', 16],
  ['aesgcm', 24],
  ['aesgcm', 32],
  ['secretbox', 32],
]

describe.each(schemes)('%s with a key of %d bytes', (provider, size) => {
  const secret = new Uint8Array(randomBytes(size))
  const authenticated = provider !== 'aescbc'

  test('opens what OpenSSL or libsodium sealed, of any length', async () => {
    await sodium.ready
    const decrypt = createDecryptor(config([provider, 'key1', secret]))
    for (const length of [0, 1, 10, 15, 16, 17, 63, 64, 65, 1000, 70_000]) {
      const plaintext = new Uint8Array(Buffer.concat([PLAIN, randomBytes(length)]))
      expect(decrypt(encrypt(provider, 'key1', secret, plaintext), KEY)).toEqual({
        ok: true,
        plaintext,
        provider,
        keyName: 'key1',
        authenticated,
      })
    }
  })

  test('a wrong key, a changed byte and a truncated value do not open, and name the needed key', async () => {
    await sodium.ready
    const sealed = encrypt(provider, 'key1', secret, PLAIN)
    const wrong = createDecryptor(config([provider, 'key1', new Uint8Array(randomBytes(size))]))(sealed, KEY)
    expect(wrong).toMatchObject({ ok: false, provider, keyName: 'key1' })
    const decrypt = createDecryptor(config([provider, 'key1', secret]))
    for (let at = `k8s:enc:${provider}:v1:key1:`.length; authenticated && at < sealed.length; at++) {
      const changed = sealed.slice()
      changed[at] = (changed[at] ?? 0) ^ 1
      expect(decrypt(changed, KEY)).toMatchObject({ ok: false })
    }
    expect(decrypt(sealed.subarray(0, sealed.length - 1), KEY)).toMatchObject({ ok: false })
    expect(decrypt(sealed.subarray(0, 30), KEY)).toMatchObject({ ok: false, reason: expect.stringMatching(/never writes/) })
  })

  test('failures never hold a key', async () => {
    await sodium.ready
    const forms = [Buffer.from(secret).toString('base64'), Buffer.from(secret).toString('hex'), Buffer.from(secret).toString('latin1')]
    const decrypt = createDecryptor(config([provider, 'key1', secret]))
    const head = Buffer.from(`k8s:enc:${provider}:v1:key1:`)
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 120 }), (noise) => {
        const result = decrypt(new Uint8Array(Buffer.concat([head, noise])), KEY)
        expect(result.ok).toBe(false)
        for (const form of forms) expect(JSON.stringify(result)).not.toContain(form)
      }),
    )
  })
})

test('aesgcm is bound to its etcd key', () => {
  const secret = new Uint8Array(randomBytes(32))
  const decrypt = createDecryptor(config(['aesgcm', 'key1', secret]))
  const sealed = encrypt('aesgcm', 'key1', secret, PLAIN)
  expect(decrypt(sealed, KEY).ok).toBe(true)
  expect(decrypt(sealed, new TextEncoder().encode('/registry/secrets/shop/other'))).toMatchObject({
    ok: false,
    reason: expect.stringMatching(/copied here from another etcd key/),
  })
})

test('a key name with colons is matched as configured', () => {
  const [one, other] = [new Uint8Array(randomBytes(32)), new Uint8Array(randomBytes(32))]
  const decrypt = createDecryptor(config(['aesgcm', 'a', other], ['aesgcm', 'a:b:c', one]))
  expect(decrypt(encrypt('aesgcm', 'a:b:c', one, PLAIN), KEY)).toMatchObject({ ok: true, keyName: 'a:b:c' })
})

test('of two keys with one name, the one that fits is used', () => {
  const [one, other] = [new Uint8Array(randomBytes(32)), new Uint8Array(randomBytes(32))]
  for (let i = 0; i < 50; i++) {
    const sealed = encrypt('aescbc', 'key1', one, PLAIN)
    expect(createDecryptor(config(['aescbc', 'key1', other], ['aescbc', 'key1', one]))(sealed, KEY)).toMatchObject({
      ok: true,
      plaintext: PLAIN,
    })
  }
})

test('aescbc under a wrong key is never shown as a value, although one in 256 has valid padding', () => {
  const [one, other] = [new Uint8Array(randomBytes(32)), new Uint8Array(randomBytes(32))]
  const decrypt = createDecryptor(config(['aescbc', 'key1', other]))
  for (let i = 0; i < 3000; i++) expect(decrypt(encrypt('aescbc', 'key1', one, PLAIN), KEY).ok).toBe(false)
})

test('without a configuration, with another one, and for KMS: names what would open it', () => {
  const sealed = encrypt('aescbc', 'key1', new Uint8Array(32), PLAIN)
  expect(createDecryptor(null)(sealed, KEY)).toEqual({
    ok: false,
    tried: false,
    provider: 'aescbc',
    keyName: 'key1',
    reason: 'No encryption configuration was given.',
    whatWouldOpenIt: '--encryption-config with the API server\'s file that has the aescbc key "key1".',
  })
  expect(createDecryptor(config(['aesgcm', 'key1', new Uint8Array(32)]))(sealed, KEY)).toMatchObject({
    reason: expect.stringMatching(/has no aescbc key named "key1"/),
  })
  const kms = new TextEncoder().encode('k8s:enc:kms:v2:vault:\x12\x05key-7')
  expect(createDecryptor(null)(kms, KEY)).toMatchObject({
    ok: false,
    provider: 'kms-v2',
    whatWouldOpenIt: 'the API server with its KMS plugin "vault" and that plugin\'s key "key-7".',
  })
  expect(createDecryptor(null)(PLAIN, KEY)).toMatchObject({ ok: false, provider: 'unknown', reason: 'The value is not encrypted at rest.' })
})

test('values that kube-apiserver 1.20.2 wrote open with its configuration', () => {
  const parsed = parseEncryptionConfiguration(captured.configuration)
  if (!parsed.ok) throw new Error(parsed.error)
  const decrypt = createDecryptor(parsed.config)
  for (const [key, value] of Object.entries(captured.values)) {
    const opened = decrypt(new Uint8Array(Buffer.from(value, 'base64')), new TextEncoder().encode(key))
    expect(opened).toMatchObject({ ok: true, authenticated: !key.includes('/secrets/') })
    if (opened.ok) expect(new TextDecoder().decode(opened.plaintext.subarray(0, 4))).toBe('k8s\0')
  }
})

const fixtures = new URL('../../../../../shared/fixtures/kube-1.20/', import.meta.url)
const present = existsSync(fixtures)
if (!present) console.log('skipped: encrypted.db is read from ../shared, which is not beside this checkout')

test.skipIf(!present)('encrypted.db opens wholly with encryption-config.yaml', () => {
  const parsed = parseEncryptionConfiguration(parse(readFileSync(new URL('encryption-config.yaml', fixtures), 'utf8')))
  if (!parsed.ok) throw new Error(parsed.error)
  const decrypt = createDecryptor(parsed.config)
  const seen = new Map<string, Set<string>>()
  for (const { key, value } of keyValues(readFileSync(new URL('encrypted.db', fixtures)))) {
    if (!isEncrypted(value)) continue
    const opened = decrypt(value, key)
    expect(opened).toMatchObject({ ok: true })
    if (!opened.ok) continue
    expect(new TextDecoder().decode(opened.plaintext.subarray(0, 4))).toBe('k8s\0')
    seen.set(opened.provider, (seen.get(opened.provider) ?? new Set()).add(new TextDecoder().decode(key)))
  }
  expect(Object.fromEntries([...seen].map(([provider, keys]) => [provider, keys.size]))).toEqual({ aescbc: 40, secretbox: 8, aesgcm: 5 })
})

/** Every mvccpb.KeyValue of a database file with a key below /registry, of any revision: found by its bytes, not through bbolt's pages. */
function* keyValues(file: Buffer): Generator<{ key: Uint8Array; value: Uint8Array }> {
  for (let found = file.indexOf('/registry/'); found >= 0; found = file.indexOf('/registry/', found + 1)) {
    const size = file[found - 1] ?? 0
    if (file[found - 2] !== 0x0a || size > 127) continue
    let at = found + size
    const varint = () => {
      let value = 0
      for (let shift = 0; ; shift += 7) {
        const byte = file[at++] ?? 0
        value += (byte & 0x7f) * 2 ** shift
        if (byte < 0x80) return value
      }
    }
    while ([0x10, 0x18, 0x20].includes(file[at] ?? 0)) {
      at++
      varint()
    }
    if (file[at++] !== 0x2a) continue
    const length = varint()
    yield { key: new Uint8Array(file.subarray(found, found + size)), value: new Uint8Array(file.subarray(at, at + length)) }
  }
}
