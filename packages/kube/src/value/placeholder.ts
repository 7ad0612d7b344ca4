// The placeholder for masked content in a text.

/** `(masked: 20 bytes, digest 1f2e3d4c)`, `(masked: 20 bytes)` or `(masked: under 16 bytes)`. Global: for `replace` and `search`. */
export const PLACEHOLDER = /\(masked: (?:(\d+) bytes?(?:, digest (\w+))?|under (\d+) bytes)\)/g

/** Whether a text is or contains a placeholder. */
export function hasMasked(text: string): boolean {
  return text.includes('(masked: ') && text.search(PLACEHOLDER) >= 0
}
