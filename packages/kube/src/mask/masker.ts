// Replaces one secret after another by its size and a salted digest, and remembers where.

import { isObject } from '../summary/fields.ts'
import { ExactNumber, type KubePath, type KubeValue } from '../value.ts'
import { decodeBase64 } from '../wire/base64.ts'

/** A place whose content stays on the server. `size` is in bytes, of what is hidden (decoded from base64 where Kubernetes would). */
export interface MaskedPlace {
  path: KubePath
  size: number
  /** Equal digests mean equal bytes, for one salt; they say nothing to whoever lacks the salt. */
  digest: string
}

/** A short digest of `bytes`, keyed by `salt` (the server gives a truncated HMAC-SHA256, with a salt made at its start). */
export type Digest = (salt: Uint8Array, bytes: Uint8Array) => string

export class Masker {
  readonly places: MaskedPlace[] = []
  readonly #digest: (bytes: Uint8Array) => string
  constructor(digest: (bytes: Uint8Array) => string) {
    this.#digest = digest
  }

  /** What is shown in place of the bytes. */
  bytes(path: KubePath, bytes: Uint8Array): string {
    const digest = this.#digest(bytes)
    this.places.push({ path, size: bytes.length, digest })
    return `(masked: ${bytes.length} ${bytes.length === 1 ? 'byte' : 'bytes'}, digest ${digest})`
  }

  text(path: KubePath, text: string): string {
    return this.bytes(path, new TextEncoder().encode(text))
  }

  /** Base64 as Kubernetes means it: two Secrets with the same bytes have the same digest. Other text is masked as it is. */
  base64(path: KubePath, text: string): string {
    return this.bytes(path, decodeBase64(text) ?? new TextEncoder().encode(text))
  }

  /** A value of any shape. Nothing (null) hides nothing. */
  value(path: KubePath, value: KubeValue): string | null {
    if (value === null) return null
    return this.text(path, typeof value === 'string' ? value : plainText(value))
  }
}

/** One text for one value, only to be measured and digested. */
function plainText(value: KubeValue): string {
  try {
    return JSON.stringify(value, (_name, inner: unknown) =>
      typeof inner === 'bigint' ? String(inner) : inner instanceof ExactNumber ? inner.text : inner,
    )
  } catch {
    return isObject(value) ? 'object' : 'list'
  }
}
