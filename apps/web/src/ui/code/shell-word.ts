// Writes bytes as one word of a POSIX shell, so that no byte can change the command around it.

const BARE = /^[A-Za-z0-9_./:@%+,-][A-Za-z0-9_./:@%+=,-]*$/
// Letters, numbers, punctuation and symbols are written unchanged; invisible characters (controls, marks, unusual spaces, bidi formatting) as
// escapes, so that what is pasted is what is seen.
const VISIBLE = /^[\p{L}\p{N}\p{P}\p{S} ]$/u
/** Characters that stay unchanged in a printf format: an exclamation mark would trigger history expansion in an interactive bash. */
const PLAIN_IN_FORMAT = /^[A-Za-z0-9 /._:@,=+-]$/
const NEWLINE = 0x0a

/**
 * The bytes as one word of sh, dash, bash, ksh or zsh: bare if nothing is special, `'…'` for visible text, else `"$(printf '…')"` with octal escapes.
 * Null if they contain NUL, which no program argument can hold.
 */
export function shellWord(bytes: Uint8Array): string | null {
  if (bytes.includes(0)) return null
  const text = textOf(bytes)
  if (text === '') return "''"
  if (text !== null) {
    if (BARE.test(text)) return text
    if (Array.from(text).every((character) => VISIBLE.test(character))) return singleQuoted(text)
  }
  // A command substitution drops trailing newlines: they follow in separate quotes.
  let end = bytes.length
  while (end > 0 && bytes[end - 1] === NEWLINE) end--
  const newlines = end === bytes.length ? '' : `'${'\n'.repeat(bytes.length - end)}'`
  return end === 0 ? newlines : `"$(printf '${printfFormat(bytes.subarray(0, end), text !== null)}')"${newlines}`
}

/** The text as one word; null if it contains NUL. */
export const shellWordOf = (text: string): string | null => shellWord(new TextEncoder().encode(text))

/** Any text in single quotes, in which a shell only recognises the end. */
export const singleQuoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`

function printfFormat(bytes: Uint8Array, isText: boolean): string {
  const parts = isText ? Array.from(new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes)) : Array.from(bytes, (byte) => [byte])
  const written = parts.map((part) => {
    const character = typeof part === 'string' ? part : String.fromCharCode(...part)
    const plain = PLAIN_IN_FORMAT.test(character) || (isText && !/^[\0-\x7f]$/.test(character) && VISIBLE.test(character))
    return plain ? character : octal(typeof part === 'string' ? new TextEncoder().encode(part) : part)
  })
  // A leading dash would be read as an option of printf.
  return written.join('').replace(/^-/, '\\055')
}

const octal = (bytes: Iterable<number>): string => Array.from(bytes, (byte) => `\\${byte.toString(8).padStart(3, '0')}`).join('')

function textOf(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return null
  }
}
