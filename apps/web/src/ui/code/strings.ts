// The texts of the text viewer.
import { code } from '@registree/messages/en/page/code'
import { pageMessages } from '../../i18n/language.ts'

const m = pageMessages('code', code)

export const codeText = {
  ...m,
  /** @param at the number of the match that is selected, from 1 */
  matches: (at: number | null, total: number, more: boolean) => {
    if (total === 0) return m.noMatch
    return at === null ? m.matches({ total, more: String(more) }) : m.matchAt({ at, total, more: String(more) })
  },
  marked: (from: number, to: number) => (from === to ? m.lineMarked({ line: from }) : m.linesMarked({ from, to })),
}
