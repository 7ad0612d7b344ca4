// Replaces secrets by placeholders, and records where each was and why it is masked.

import { isObject } from '../value/fields.ts'
import { ExactNumber, type KubePath, type KubeValue } from '../value/value.ts'
import { decodeBase64 } from '../wire/base64.ts'
import { utf8Bytes } from '../wire/text.ts'

/** Why a place is masked. */
export type MaskReason =
  | 'secret'
  | 'manifest'
  | 'private-key'
  | 'kubeconfig'
  | 'registry-login'
  | 'token'
  | 'oauth'
  | 'encryption-key'
  | 'helm-release'
  | 'flannel-key'
  | 'password-hash'
  | 'copy'
  | 'damaged'
  | 'not-searched'

/**
 * A place whose content stays on the server. `size` is the size of the hidden content in bytes (decoded from base64 where Kubernetes would), rounded
 * up to {@link SIZE_STEP} where the place holds more than one secret; `size` and `digest` are null for content under {@link SMALLEST_TOLD} bytes, which they could reveal.
 */
export interface MaskedPlace {
  path: KubePath
  size: number | null
  /** Equal digests mean equal bytes at one path of one key, for one salt. They cannot be compared across keys or paths, or without the salt. */
  digest: string | null
  why: MaskReason
}

/** A short digest of `bytes`, keyed by `salt` (the server uses a truncated HMAC-SHA256 with a salt created at its start). */
export type Digest = (salt: Uint8Array, bytes: Uint8Array) => string

/** Content under this many bytes shows neither size nor digest: a PIN could be guessed from them. */
export const SMALLEST_TOLD = 16

/** Sizes of values with masked content are rounded up to a multiple of this many bytes. */
export const SIZE_STEP = 64

/** The displayed size of a value with masked content: the exact one would reveal the length of a secret. */
export function roundedSize(size: number): number {
  return Math.ceil(size / SIZE_STEP) * SIZE_STEP
}

/** The inputs of a digest. */
export interface DigestKey {
  salt: Uint8Array
  /** Without it no digest is made: for one object among many, which cannot be compared where it is shown. */
  digest?: Digest | undefined
  /** The key in etcd, or the path in the v2 keyspace: equal content of two keys has different digests. */
  owner: Uint8Array
}

/** Masked for these reasons, a place holds more than a secret: its exact size would tell the length of a short one. */
const HOLDS_MORE: ReadonlySet<MaskReason> = new Set([
  'manifest',
  'kubeconfig',
  'registry-login',
  'helm-release',
  'copy',
  'damaged',
  'not-searched',
])

export class Masker {
  readonly places: MaskedPlace[] = []
  readonly #key: DigestKey
  constructor(key: DigestKey) {
    this.#key = key
  }

  /** The placeholder for bytes. */
  bytes(path: KubePath, bytes: Uint8Array, why: MaskReason): string {
    if (bytes.length < SMALLEST_TOLD) {
      this.places.push({ path, size: null, digest: null, why })
      return `(masked: under ${SMALLEST_TOLD} bytes)`
    }
    const { salt, digest, owner } = this.#key
    const size = HOLDS_MORE.has(why) || (path === '' && why === 'secret') ? roundedSize(bytes.length) : bytes.length
    if (digest === undefined) {
      this.places.push({ path, size, digest: null, why })
      return `(masked: ${size} bytes)`
    }
    const told = digest(salt, digestInput(owner, path, bytes))
    this.places.push({ path, size, digest: told, why })
    return `(masked: ${size} bytes, digest ${told})`
  }

  text(path: KubePath, text: string, why: MaskReason): string {
    return this.bytes(path, utf8Bytes(text), why)
  }

  /** Base64 as Kubernetes uses it: the size is that of the bytes. Other text is masked as it is. */
  base64(path: KubePath, text: string, why: MaskReason): string {
    return this.bytes(path, decodeBase64(text) ?? utf8Bytes(text), why)
  }

  /** A value of any type. Null hides nothing. */
  value(path: KubePath, value: KubeValue, why: MaskReason): string | null {
    if (value === null) return null
    return this.text(path, typeof value === 'string' ? value : plainText(value), why)
  }
}

/** The parts with their lengths, so that two different lists never give the same bytes. */
function digestInput(owner: Uint8Array, path: KubePath, bytes: Uint8Array): Uint8Array {
  const place = utf8Bytes(path)
  const input = new Uint8Array(8 + owner.length + place.length + bytes.length)
  const view = new DataView(input.buffer)
  view.setUint32(0, owner.length)
  view.setUint32(4, place.length)
  input.set(owner, 8)
  input.set(place, 8 + owner.length)
  input.set(bytes, 8 + owner.length + place.length)
  return input
}

/** A canonical JSON text of a value, only for its size and digest. Values may be nested deeper than the call stack allows. */
function plainText(value: KubeValue): string {
  const parts: string[] = []
  const open: (string | { value: KubeValue })[] = [{ value }]
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (typeof next === 'string') {
      parts.push(next)
      continue
    }
    const { value: one } = next
    if (Array.isArray(one)) {
      parts.push('[')
      open.push(']')
      for (let i = one.length - 1; i >= 0; i--) open.push(i === one.length - 1 ? '' : ',', { value: one[i] ?? null })
    } else if (isObject(one)) {
      parts.push('{')
      open.push('}')
      const names = Object.keys(one)
      for (let i = names.length - 1; i >= 0; i--) {
        const name = names[i] ?? ''
        open.push(i === names.length - 1 ? '' : ',', { value: one[name] ?? null }, `${JSON.stringify(name)}:`)
      }
    } else parts.push(typeof one === 'string' ? JSON.stringify(one) : one instanceof ExactNumber ? one.text : String(one))
  }
  return parts.join('')
}
