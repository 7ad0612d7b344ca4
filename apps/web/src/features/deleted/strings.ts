// The texts of the page of deletions.
import type { DeletionCause, PastWindow } from '@registree/contract'
import { writeUnchecked } from '@registree/messages'
import { deleted } from '@registree/messages/en/page/deleted'
import { language, pageMessages } from '../../i18n/language.ts'
import { text as appText } from '../../i18n/text.ts'

const m = pageMessages('deleted', deleted)
const causes: Readonly<Record<string, string>> = deleted.causes

export const deletedText = {
  ...m,
  /** What the store tells of a deletion, as the server names it. */
  cause: ({ code, params }: DeletionCause) => {
    const named = Array.isArray(params.names) ? { ...params, names: params.names.join(appText.punctuation.items) } : params
    return writeUnchecked(language, causes, [{ code, params: named }]) || code
  },
  matched: (shown: number, matched: number) => (shown === matched ? m.matched({ matched }) : m.matchedSome({ shown, matched })),
  /** What the list rests on. */
  window: ({ end, compacted, oldest, writes }: PastWindow) => m.window[end]({ oldest, writes, compacted: compacted ?? '' }),
}
