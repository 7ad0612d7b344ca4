// What one request may see of stored values. It belongs to the request, and is sent with each of its jobs.
import { createDecryptor, type Decryptor } from '@registree/kube'

/** Plain data, so that it can be sent to a worker thread. Cached results may be shared only between requests with equal policies. */
export interface Policy {
  /** Whether secrets are shown instead of masked. */
  readonly reveal: boolean
  /** Whether the keys of the encryption configuration may be used. */
  readonly decrypt: boolean
  /** Makes digests of secrets comparable between requests with the same salt only. */
  readonly salt: Uint8Array
}

const opensNothing = createDecryptor(null)

/** What is needed to open a value: keys and masking. */
export interface Opener {
  readonly decryptor: Decryptor
  readonly masking: Policy
}

/** The decryptor for requests with this policy. */
export function decryptorFor({ decrypt }: Pick<Policy, 'decrypt'>, decryptor: Decryptor): Decryptor {
  return decrypt ? decryptor : opensNothing
}
