// Sentences one after the other, each with its full stop, as the language of the reader writes them.
import { text } from '../i18n/text.ts'

export function inARow(lines: readonly (string | null | undefined)[]): string {
  const { sentences } = text.punctuation
  const between = sentences.endsWith(' ') ? ' ' : ''
  return lines.flatMap((line) => (line ? [/[.。!?！？]$/.test(line) ? line : `${line}${sentences.trim()}`] : [])).join(between)
}
