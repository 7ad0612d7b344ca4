// Stored text made safe to show: control and bidi characters are escaped, line ends kept.
import { displayText, utf8 } from '../../lib/bytes.ts'

export function visibleText(text: string): string {
  return text
    .split('\n')
    .map((line) => displayText(utf8(line)))
    .join('\n')
}
