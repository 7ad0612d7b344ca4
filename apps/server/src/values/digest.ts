// The digest that masked content is compared by.
import { createHmac } from 'node:crypto'

/** A short digest that says nothing to a reader without the salt, which every process makes for itself. */
export function digest(salt: Uint8Array, bytes: Uint8Array): string {
  return createHmac('sha256', salt).update(bytes).digest('hex').slice(0, 8)
}
