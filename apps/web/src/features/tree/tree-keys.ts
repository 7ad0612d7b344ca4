// What keys do in a tree, by the ARIA pattern for trees: where the focus moves, and what opens.
import { displayText } from '../../lib/bytes.ts'
import type { Row } from './model.ts'

/** `toggle` opens or closes the directory, `act` does what a click does, `stay` only keeps the browser from scrolling. */
export type Step = { to: 'row'; index: number } | { to: 'toggle' | 'act' | 'stay' }

/** What a key does on `row`, at `index` of the rows up to `last`; `page` rows fit. Null for keys that the tree does not use. */
export function stepOf(
  key: string,
  { row, index, page, last, parent }: { row: Row; index: number; page: number; last: number; parent: number | undefined },
): Step | null {
  const directory = row.type === 'node' && row.node.directory
  const expanded = row.type === 'node' && row.expanded
  switch (key) {
    case 'ArrowDown':
      return { to: 'row', index: index + 1 }
    case 'ArrowUp':
      return { to: 'row', index: index - 1 }
    case 'PageDown':
      return { to: 'row', index: index + page }
    case 'PageUp':
      return { to: 'row', index: index - page }
    case 'Home':
      return { to: 'row', index: 0 }
    case 'End':
      return { to: 'row', index: last }
    case 'ArrowRight':
      if (!directory) return { to: 'stay' }
      return expanded ? { to: 'row', index: index + 1 } : { to: 'toggle' }
    case 'ArrowLeft':
      if (expanded) return { to: 'toggle' }
      return parent === undefined ? { to: 'stay' } : { to: 'row', index: parent }
    case 'Enter':
      return { to: 'act' }
    case ' ':
      return { to: directory ? 'toggle' : 'act' }
    default:
      return null
  }
}

/** The next row whose name begins with the typed text, in lower case; null if there is none. A first letter leaves the current row. */
export function findTyped(rows: readonly Row[], index: number, typed: string): number | null {
  const start = typed.length === 1 ? index + 1 : index
  for (let step = 0; step < rows.length; step++) {
    const at = (start + step) % rows.length
    const row = rows[at]
    if (row?.type === 'node' && displayText(row.node.label).toLowerCase().replace(/^\//, '').startsWith(typed)) return at
  }
  return null
}
