// What one request may see of stored values. It belongs to the request, and travels with every job that is done for it.
import { createDecryptor, type Decryptor } from '@registree/kube'

/** Plain data, so that it can be sent to a worker thread. What depends on it may be kept only for requests with an equal policy. */
export interface Policy {
  /** Whether secrets are shown instead of masked. */
  readonly reveal: boolean
  /** Whether the keys of the encryption configuration may be used. */
  readonly decrypt: boolean
  /** Makes digests of secrets comparable among requests with the same salt, and with nothing else. */
  readonly salt: Uint8Array
}

const opensNothing = createDecryptor(null)

/** Where a value is opened: its keys, and what may be seen of it. */
export interface Opener {
  readonly decryptor: Decryptor
  readonly masking: Policy
}

/** The decryptor that a request with this policy may use. */
export function decryptorFor({ decrypt }: Pick<Policy, 'decrypt'>, decryptor: Decryptor): Decryptor {
  return decrypt ? decryptor : opensNothing
}
