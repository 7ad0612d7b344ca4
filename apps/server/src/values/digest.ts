// The digest for comparing masked content.
import { createHmac } from 'node:crypto'

/** A short digest that reveals nothing without the salt, which every process creates for itself. */
export function digest(salt: Uint8Array, bytes: Uint8Array): string {
  return createHmac('sha256', salt).update(bytes).digest('hex').slice(0, 8)
}
