// Replaces one secret after another by what may be said of it, and remembers where each was and why it is masked.

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
 * A place whose content stays on the server. `size` is in bytes, of what is hidden (decoded from base64 where Kubernetes would);
 * `size` is null for content under {@link SMALLEST_TOLD} bytes, which it would let a reader guess, and so is `digest`.
 */
export interface MaskedPlace {
  path: KubePath
  size: number | null
  /** Equal digests mean equal bytes at one path of one key, for one salt. They say nothing about another key or path, or without the salt. */
  digest: string | null
  why: MaskReason
}

/** A short digest of `bytes`, keyed by `salt` (the server gives a truncated HMAC-SHA256, with a salt made at its start). */
export type Digest = (salt: Uint8Array, bytes: Uint8Array) => string

/** Content under this many bytes shows neither its size nor a digest: a PIN could be guessed from them. */
export const SMALLEST_TOLD = 16

/** Sizes of values in which something is masked are told as the next multiple of this many bytes. */
export const SIZE_STEP = 64

/** The size that is told of a value in which something is masked: an exact one would tell the length of what is masked. */
export function roundedSize(size: number): number {
  return Math.ceil(size / SIZE_STEP) * SIZE_STEP
}

/** What a digest is made with. */
export interface DigestKey {
  salt: Uint8Array
  /** Without it no digest is made: for what is one among many, and cannot be compared where it is shown. */
  digest?: Digest | undefined
  /** The key in etcd, or the path in the v2 keyspace: equal content of two keys has different digests. */
  owner: Uint8Array
}

export class Masker {
  readonly places: MaskedPlace[] = []
  readonly #key: DigestKey
  constructor(key: DigestKey) {
    this.#key = key
  }

  /** What is shown in place of the bytes. */
  bytes(path: KubePath, bytes: Uint8Array, why: MaskReason): string {
    if (bytes.length < SMALLEST_TOLD) {
      this.places.push({ path, size: null, digest: null, why })
      return `(masked: under ${SMALLEST_TOLD} bytes)`
    }
    const { salt, digest, owner } = this.#key
    if (digest === undefined) {
      this.places.push({ path, size: bytes.length, digest: null, why })
      return `(masked: ${bytes.length} bytes)`
    }
    const told = digest(salt, digestInput(owner, path, bytes))
    this.places.push({ path, size: bytes.length, digest: told, why })
    return `(masked: ${bytes.length} bytes, digest ${told})`
  }

  text(path: KubePath, text: string, why: MaskReason): string {
    return this.bytes(path, utf8Bytes(text), why)
  }

  /** Base64 as Kubernetes means it: its size is that of the bytes. Other text is masked as it is. */
  base64(path: KubePath, text: string, why: MaskReason): string {
    return this.bytes(path, decodeBase64(text) ?? utf8Bytes(text), why)
  }

  /** A value of any shape. Nothing (null) hides nothing. */
  value(path: KubePath, value: KubeValue, why: MaskReason): string | null {
    if (value === null) return null
    return this.text(path, typeof value === 'string' ? value : plainText(value), why)
  }
}

/** The parts with their lengths before them, so that no two different lists of parts are the same bytes. */
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

/** One JSON text for one value, only to be measured and digested. Values may be nested deeper than the call stack reaches. */
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
