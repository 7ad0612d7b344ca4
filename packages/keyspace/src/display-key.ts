// A displayable form of a key of any bytes: nothing invisible, nothing that reorders the surrounding text.

// C0 and C1 controls, soft hyphen, zero-width and bidi marks, line and paragraph separators, invisible operators, interlinear marks,
// byte order mark, variation selectors, tags and other characters that show nothing or change how their neighbours are shown; and the
// characters without a meaning (unassigned, private use is left as it is: fonts show a box).
const invisible =
  /\u034f|\u180b|\u180c|\u180d|\u180f|\p{Variation_Selector}|[\p{Cc}\p{Zl}\p{Zp}\u00ad\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff0-\uffff]|[\u{1d173}-\u{1d17a}]|[\u{e0000}-\u{e0fff}]/u
// Spaces other than U+0020 look like it, or like nothing.
const oddSpace = /\p{Zs}/u

/** A part of the displayed form; `escaped` parts represent bytes that are not shown as themselves. */
export interface DisplayPart {
  text: string
  escaped: boolean
}

/**
 * The key in visible characters: `
 * `, `\t`, `\r`, `\0`, `\\`; `\xNN` for a control byte or invalid UTF-8; `\u{N}` for invisible and reordering characters. Unique for each key. Only
 * for display: links and copies use the bytes.
 */
export function displayKey(key: Uint8Array): string {
  return displayParts(key)
    .map((part) => part.text)
    .join('')
}

/** {@link displayKey} in parts, so that a page can mark the escapes. */
export function displayParts(key: Uint8Array): DisplayPart[] {
  const parts: DisplayPart[] = []
  const add = (text: string, escaped: boolean) => {
    const last = parts.at(-1)
    if (last !== undefined && last.escaped === escaped) last.text += text
    else parts.push({ text, escaped })
  }
  for (let i = 0; i < key.length; ) {
    const { codePoint, length } = decodeAt(key, i)
    if (codePoint === null) add(byteEscape(key[i] as number), true)
    else add(...characterForm(codePoint))
    i += length
  }
  return parts
}

function characterForm(codePoint: number): [text: string, escaped: boolean] {
  const character = String.fromCodePoint(codePoint)
  switch (character) {
    case '\\':
      return ['\\\\', true]
    case '\n':
      return ['\\n', true]
    case '\r':
      return ['\\r', true]
    case '\t':
      return ['\\t', true]
    case '\0':
      return ['\\0', true]
    case ' ':
      return [character, false]
    default:
      if (codePoint < 0x80 && invisible.test(character)) return [byteEscape(codePoint), true]
      if (invisible.test(character) || oddSpace.test(character)) return [`\\u{${codePoint.toString(16)}}`, true]
      return [character, false]
  }
}

function byteEscape(byte: number): string {
  return `\\x${byte.toString(16).padStart(2, '0')}`
}

/** One UTF-8 character (Unicode table 3-7: no overlong forms, no surrogates); null and length 1 if invalid. */
function decodeAt(bytes: Uint8Array, at: number): { codePoint: number | null; length: number } {
  const first = bytes[at] as number
  if (first < 0x80) return { codePoint: first, length: 1 }
  const length = first >= 0xc2 && first <= 0xdf ? 2 : first >= 0xe0 && first <= 0xef ? 3 : first >= 0xf0 && first <= 0xf4 ? 4 : 0
  if (length === 0 || at + length > bytes.length) return { codePoint: null, length: 1 }
  let codePoint = first & (0xff >> (length + 1))
  for (let i = 1; i < length; i++) {
    const byte = bytes[at + i] as number
    if ((byte & 0xc0) !== 0x80) return { codePoint: null, length: 1 }
    codePoint = (codePoint << 6) | (byte & 0x3f)
  }
  const smallest = [0, 0, 0x80, 0x800, 0x10000][length] as number
  if (codePoint < smallest || codePoint > 0x10ffff || (codePoint >= 0xd800 && codePoint <= 0xdfff)) return { codePoint: null, length: 1 }
  return { codePoint, length }
}
