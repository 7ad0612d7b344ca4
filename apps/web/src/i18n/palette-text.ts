// The texts of the palette and of the list of shortcuts.
import { palette } from '@registree/messages/en/page/palette'
import { pageMessages } from './language.ts'

const m = pageMessages('palette', palette)

/** Search words are written in one message, separated by commas. */
const words = (list: string): readonly string[] => list.split(/[,，、]\s*/)
const allWords = <K extends string>(lists: Readonly<Record<K, string>>) =>
  Object.fromEntries(Object.entries<string>(lists).map(([name, list]) => [name, words(list)])) as Record<K, readonly string[]>

export const paletteText = {
  ...m,
  search: {
    ...m.search,
    searchWhole: (kind: string, keys: number | null) =>
      keys === null ? m.search.searchAllKeys({ kind }) : m.search.searchWhole({ kind, keys }),
    /** Other words for a page, besides its label. */
    alsoCalled: allWords(m.search.alsoCalled),
    /** Parts of the overview by the id of their place: the label, and other words for them. */
    parts: allWords(m.search.parts),
    actionNames: allWords(m.search.actionNames),
  },
}
