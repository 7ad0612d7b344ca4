// Decrypts values that the API server encrypted at rest, with the keys of its own configuration file.

import { cbc, gcm } from '@noble/ciphers/aes.js'
import { xsalsa20poly1305 } from '@noble/ciphers/salsa.js'
import { byteCount } from '../wire/byte-count.ts'
import type { EncryptedHeader, EncryptionProvider } from './encrypted-header.ts'
import { isEncrypted, PROVIDER_PREFIXES, parseEncryptedHeader, startsWithAscii } from './encrypted-header.ts'
import type { EncryptionConfig, KeySecret, LocalProvider } from './encryption-configuration.ts'

export type Decryption =
  | {
      ok: true
      plaintext: Uint8Array
      provider: EncryptionProvider
      keyName: string
      /** True if the scheme proves that nothing was changed (aesgcm: nor moved to another etcd key). False for aescbc. */
      authenticated: boolean
    }
  | {
      ok: false
      provider: EncryptionProvider | 'unknown'
      keyName: string
      reason: string
      /** Completes a sentence that begins with "What would open it:". */
      whatWouldOpenIt: string
      /** A configured key of this name was tried without success. */
      tried: boolean
    }

/** @param etcdKey the whole key, including prefix and leading slash: aesgcm authenticates it (`etcd3/store.go`). Never throws. */
export type Decryptor = (bytes: Uint8Array, etcdKey: Uint8Array) => Decryption

interface Candidate {
  provider: LocalProvider
  name: string
  secret: KeySecret
  /** `k8s:enc:<provider>:v1:<name>:` */
  prefix: Uint8Array
}

/** A decryptor with every key of the configuration; without one it only names what would open a value. */
export function createDecryptor(config: EncryptionConfig | null): Decryptor {
  const encoder = new TextEncoder()
  const candidates: Candidate[] = []
  for (const { providers } of config?.resources ?? []) {
    for (const one of providers) {
      if (one.provider === 'kms' || one.provider === 'identity') continue
      for (const { name, secret } of one.keys) {
        candidates.push({ provider: one.provider, name, secret, prefix: encoder.encode(`${PROVIDER_PREFIXES[one.provider]}${name}:`) })
      }
    }
  }
  return (bytes, etcdKey) => decrypt(bytes, etcdKey, candidates, config !== null)
}

function decrypt(bytes: Uint8Array, etcdKey: Uint8Array, candidates: Candidate[], configured: boolean): Decryption {
  if (!isEncrypted(bytes)) {
    return {
      ok: false,
      provider: 'unknown',
      keyName: '',
      reason: 'The value is not encrypted at rest.',
      whatWouldOpenIt: 'nothing: read it as it is.',
      tried: false,
    }
  }
  // A configured name may contain a colon, and two entries may use one name for two keys: every literal match is tried.
  const matching = candidates.filter((one) => startsWithBytes(bytes, one.prefix))
  let weak: Candidate | undefined
  for (const one of matching) {
    const plaintext = open(one, bytes.subarray(one.prefix.length), etcdKey)
    if (plaintext === null) continue
    const authenticated = one.provider !== 'aescbc'
    // CBC padding is valid for one in 256 wrong keys; Kubernetes' own formats cannot match by chance.
    if (authenticated || looksStored(plaintext)) return { ok: true, plaintext, provider: one.provider, keyName: one.name, authenticated }
    weak = one
  }
  const header = parseEncryptedHeader(bytes)
  if (matching.length === 0) return unopened(header, configured)
  const [first] = matching as [Candidate]
  return {
    ok: false,
    provider: first.provider,
    keyName: first.name,
    reason: weak
      ? `The configured ${first.provider} key of this name gives no Kubernetes value: it is another key, or the value is damaged.`
      : failure(first.provider, bytes.length - first.prefix.length),
    whatWouldOpenIt: `the secret that the ${first.provider} key of this name had when the value was written${
      first.provider === 'aesgcm' ? ', and the etcd key it was written under' : ''
    }; check --encryption-config.`,
    tried: true,
  }
}

function failure(provider: LocalProvider, payload: number): string {
  if (payload < SHORTEST[provider] || (provider === 'aescbc' && payload % 16 !== 0)) {
    return `The encrypted part is ${byteCount(payload)} long, which ${provider} never writes: the value is damaged.`
  }
  return provider === 'aesgcm'
    ? 'The value does not authenticate: another key of this name, a damaged value, or one copied here from another etcd key.'
    : provider === 'secretbox'
      ? 'The value does not authenticate: another key of this name, or a damaged value.'
      : 'The value does not decrypt: another key of this name, or a damaged value.'
}

function unopened(header: EncryptedHeader | null, configured: boolean): Decryption {
  if (header === null) {
    return {
      ok: false,
      provider: 'unknown',
      keyName: '',
      reason: 'The value says k8s:enc: but names no provider and key that any known Kubernetes writes.',
      whatWouldOpenIt: 'the API server that wrote it.',
      tried: false,
    }
  }
  const { provider, keyName } = header
  if (provider === 'kms-v1' || provider === 'kms-v2') {
    return {
      ok: false,
      provider,
      keyName,
      reason: `The data key is wrapped by the KMS plugin "${keyName}"; the key that unwraps it is in no file.`,
      whatWouldOpenIt: `the API server with its KMS plugin "${keyName}"${header.kms?.keyId ? ` and that plugin's key "${header.kms.keyId}"` : ''}.`,
      tried: false,
    }
  }
  return {
    ok: false,
    provider,
    keyName,
    reason: configured
      ? `The encryption configuration has no ${provider} key named "${keyName}".`
      : 'No encryption configuration was given.',
    whatWouldOpenIt: `--encryption-config with the API server's file that has the ${provider} key "${keyName}".`,
    tried: false,
  }
}

/** IV or nonce, plus tag or one block, and nothing else. */
const SHORTEST: Record<LocalProvider, number> = { aescbc: 32, aesgcm: 28, secretbox: 40 }

/** The plaintext, or null if the key does not open it. Cipher errors are dropped: they must not reveal anything. */
function open({ provider, secret }: Candidate, payload: Uint8Array, etcdKey: Uint8Array): Uint8Array | null {
  if (payload.length < SHORTEST[provider]) return null
  try {
    switch (provider) {
      case 'aescbc':
        return cbc(secret.reveal(), payload.subarray(0, 16)).decrypt(payload.subarray(16))
      case 'aesgcm':
        return gcm(secret.reveal(), payload.subarray(0, 12), etcdKey).decrypt(payload.subarray(12))
      case 'secretbox':
        return xsalsa20poly1305(secret.reveal(), payload.subarray(0, 24)).decrypt(payload.subarray(24))
    }
  } catch {
    return null
  }
}

/** Whether bytes begin like a stored value: protobuf, CBOR, JSON, or base64 of protobuf. */
function looksStored(bytes: Uint8Array): boolean {
  if (startsWithAscii(bytes, 'k8s\0') || startsWithAscii(bytes, 'azhzA') || startsWithAscii(bytes, '\xd9\xd9\xf7')) return true
  const first = bytes.findIndex((byte) => byte !== 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09)
  if (bytes[first] !== 0x7b) return false
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes)
    return true
  } catch {
    return false
  }
}

function startsWithBytes(bytes: Uint8Array, prefix: Uint8Array): boolean {
  return bytes.length >= prefix.length && prefix.every((byte, i) => bytes[i] === byte)
}
