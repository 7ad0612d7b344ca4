// Reads the header of a value encrypted at rest: provider, key name, and for KMS what the plugin left in clear.
// Layouts: kubernetes staging/src/k8s.io/apiserver/pkg/server/options/encryptionconfig and storage/value/encrypt/envelope.
import type { EnvelopeMessage } from '../value/problem-messages.ts'

export type EncryptionProvider = 'aescbc' | 'aesgcm' | 'secretbox' | 'kms-v1' | 'kms-v2'

/** What a KMS envelope shows without its plugin. Sizes in bytes; null if missing. */
export interface KmsDetails {
  /** The wrapped data key (v1, v2 type 0) or seed (v2 type 1): only the plugin can unwrap it. */
  wrappedKeySize: number | null
  /** The encrypted object with nonce and tag. */
  payloadSize: number | null
  /** v2: the plugin's id of the wrapping key. */
  keyId: string | null
  /** v2: names of the plugin's annotations, sorted; values are not read. */
  annotations: string[]
  /** v2: the purpose of the wrapped secret. */
  sourceType: 'AES_GCM_KEY' | 'HKDF_SHA256_XNONCE_AES_GCM_SEED' | 'unknown' | null
  /** Why the envelope could not be read completely; null if it could. */
  problem: EnvelopeMessage | null
}

export interface EncryptedHeader {
  provider: EncryptionProvider
  /** Key name (or KMS provider name) up to the next `:`. A configured name may contain a `:`; see `createDecryptor`. */
  keyName: string
  /** Number of bytes before the name: `k8s:enc:<provider>:v1:`. */
  prefixLength: number
  /** Size of the whole value. */
  size: number
  kms: KmsDetails | null
}

const ENCRYPTED_PREFIX = 'k8s:enc:'

/** The prefix that each provider writes before the key's name, as ASCII bytes. */
export const PROVIDER_PREFIXES: Record<EncryptionProvider, string> = {
  aescbc: 'k8s:enc:aescbc:v1:',
  aesgcm: 'k8s:enc:aesgcm:v1:',
  secretbox: 'k8s:enc:secretbox:v1:',
  'kms-v1': 'k8s:enc:kms:v1:',
  'kms-v2': 'k8s:enc:kms:v2:',
}

const PROVIDERS = Object.keys(PROVIDER_PREFIXES) as EncryptionProvider[]
const COLON = 0x3a
const LONGEST_NAME = 4096
const MOST_ANNOTATIONS = 1000

/** Whether the bytes begin with `ascii` at `offset`. */
export function startsWithAscii(bytes: Uint8Array, ascii: string, offset = 0): boolean {
  if (bytes.length - offset < ascii.length) return false
  for (let i = 0; i < ascii.length; i++) if (bytes[offset + i] !== ascii.charCodeAt(i)) return false
  return true
}

/** Whether a value is marked as encrypted at rest, by any provider. */
export function isEncrypted(bytes: Uint8Array): boolean {
  return startsWithAscii(bytes, ENCRYPTED_PREFIX)
}

/** The header of an encrypted value; null if it is not encrypted, or by an unknown provider. */
export function parseEncryptedHeader(bytes: Uint8Array): EncryptedHeader | null {
  const provider = PROVIDERS.find((one) => startsWithAscii(bytes, PROVIDER_PREFIXES[one]))
  if (provider === undefined) return null
  const prefixLength = PROVIDER_PREFIXES[provider].length
  const end = bytes.subarray(0, prefixLength + LONGEST_NAME).indexOf(COLON, prefixLength)
  if (end < 0) return null
  const keyName = new TextDecoder().decode(bytes.subarray(prefixLength, end))
  const kms = provider === 'kms-v1' ? kmsV1(bytes.subarray(end + 1)) : provider === 'kms-v2' ? kmsV2(bytes.subarray(end + 1)) : null
  return { provider, keyName, prefixLength, size: bytes.length, kms }
}

/** u16 big-endian length, wrapped key, payload (`envelope/envelope.go`). */
function kmsV1(rest: Uint8Array): KmsDetails {
  const nothing: KmsDetails = { wrappedKeySize: null, payloadSize: null, keyId: null, annotations: [], sourceType: null, problem: null }
  if (rest.length < 2) return { ...nothing, problem: { code: 'kms-length-cut', params: {} } }
  const wrapped = ((rest[0] ?? 0) << 8) | (rest[1] ?? 0)
  if (rest.length < 2 + wrapped) return { ...nothing, wrappedKeySize: wrapped, problem: { code: 'kms-key-cut', params: {} } }
  return { ...nothing, wrappedKeySize: wrapped, payloadSize: rest.length - 2 - wrapped }
}

/** The protobuf EncryptedObject (`kmsv2/v2/api.proto`). */
function kmsV2(rest: Uint8Array): KmsDetails {
  const details: KmsDetails = {
    wrappedKeySize: null,
    payloadSize: null,
    keyId: null,
    annotations: [],
    sourceType: 'AES_GCM_KEY',
    problem: null,
  }
  const names: string[] = []
  const whole = eachField(rest, (number, value) => {
    if (number === 5 && typeof value === 'bigint') {
      details.sourceType = value === 0n ? 'AES_GCM_KEY' : value === 1n ? 'HKDF_SHA256_XNONCE_AES_GCM_SEED' : 'unknown'
    } else if (typeof value === 'bigint') return
    else if (number === 1) details.payloadSize = value.length
    else if (number === 2) details.keyId = new TextDecoder().decode(value)
    else if (number === 3) details.wrappedKeySize = value.length
    else if (number === 4 && names.length < MOST_ANNOTATIONS) {
      eachField(value, (inner, name) => {
        if (inner === 1 && typeof name !== 'bigint') names.push(new TextDecoder().decode(name))
      })
    }
  })
  details.annotations = names.sort()
  if (!whole) details.problem = { code: 'kms-envelope-damaged', params: {} }
  return details
}

/** Walks a protobuf message; false if it does not end where its bytes do. Each step consumes bytes, so it terminates. */
function eachField(bytes: Uint8Array, take: (number: number, value: Uint8Array | bigint) => void): boolean {
  let at = 0
  const varint = (): bigint | null => {
    let value = 0n
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = bytes[at++]
      if (byte === undefined) return null
      value |= BigInt(byte & 0x7f) << shift
      if (byte < 0x80) return value
    }
    return null
  }
  while (at < bytes.length) {
    const tag = varint()
    if (tag === null || tag < 8n || tag > 0xffffffffn) return false
    const number = Number(tag >> 3n)
    const wireType = Number(tag & 7n)
    if (wireType === 0) {
      const value = varint()
      if (value === null) return false
      take(number, value)
      continue
    }
    const length = wireType === 2 ? varint() : wireType === 1 ? 8n : wireType === 5 ? 4n : null
    if (length === null || length > BigInt(bytes.length - at)) return false
    take(number, bytes.subarray(at, at + Number(length)))
    at += Number(length)
  }
  return true
}
