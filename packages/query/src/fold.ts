// Ignoring case without changing a text's length, and without making ASCII letters out of other ones.

/** U+0130 would become two characters, and U+212A (the Kelvin sign) an ASCII letter that is not in the stored bytes. */
const KEPT = /[\u0130\u212a]/
const OTHERS = /[^\u0130\u212a]+/g

/** Lower case, with the same number of UTF-16 units: positions in the result are positions in the text. */
export function fold(text: string): string {
  if (!KEPT.test(text)) return text.toLowerCase()
  return text.replace(OTHERS, (part) => part.toLowerCase())
}
