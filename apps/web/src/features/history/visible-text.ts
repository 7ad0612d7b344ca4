// Stored text as it may stand on a page: controls and marks that turn the direction of text are written out, lines are kept.
import { displayText, utf8 } from '../../lib/bytes.ts'

export function visibleText(text: string): string {
  return text
    .split('\n')
    .map((line) => displayText(utf8(line)))
    .join('\n')
}
