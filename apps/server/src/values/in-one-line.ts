// Writes stored text into a comment of YAML.

/**
 * Stored names are whatever somebody chose: a line break would end the comment, and invisible characters could disguise it. Both are written as escapes,
 * as is what YAML does not allow.
 */
export function inOneLine(text: string): string {
  return text.replace(
    /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\uFFFE\uFFFF]/gu,
    (character) => `\\u${(character.codePointAt(0) as number).toString(16).padStart(4, '0')}`,
  )
}
