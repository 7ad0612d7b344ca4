// The texts of the history of a key, and of the comparison of two revisions.
import type { HistoryAction, NoiseReason, WriterEvidence } from '@registree/contract'
import { type MessageParams, writeUnchecked } from '@registree/messages'
import { history } from '@registree/messages/en/page/history'
import { language, pageMessages } from '../../i18n/language.ts'
import { text as appText } from '../../i18n/text.ts'

const m = pageMessages('history', history)
const changes: Readonly<Record<string, string>> = history.change

/** How a comparison names the states of its sides. */
interface SideWords {
  at: (params: { revision: string }) => string
  written: (params: { revision: string }) => string
  sideLabel: (params: { side: string; revision: string }) => string
}

const revisions: SideWords = { at: m.revision, written: m.diff.written, sideLabel: m.diff.sideLabel }
const indices: SideWords = {
  at: ({ revision }) => m.v2.index({ index: revision }),
  written: ({ revision }) => m.v2.written({ index: revision }),
  sideLabel: ({ side, revision }) => m.v2.sideLabel({ side, index: revision }),
}

export const strings = {
  ...m,
  /** @param total null while it is not known */
  kept: (shown: number, total: number | null) => (total === null ? m.keptSome({ shown }) : m.kept({ shown, total })),
  actions: m.actions satisfies Record<HistoryAction, string>,
  subresource: (manager: string, subresource: string) => (subresource === '' ? manager : m.subresource({ manager, subresource })),
  writersBy: { ...m.writersBy, unknown: '' } satisfies Record<WriterEvidence, string>,
  /** What changed, as the server names it. */
  change: (code: string, params: MessageParams) => {
    const { types } = params
    const named = typeof types === 'string' ? { ...params, types: types.replaceAll(', ', appText.punctuation.items) } : params
    return writeUnchecked(language, changes, [{ code, params: named }]) || code
  },
  masked: m.masked as Readonly<Record<string, string>>,
  diff: {
    ...m.diff,
    unknownFields: { ...m.diff.unknownFields, same: '' },
    by: { ...m.diff.by, fields: '', text: '', presence: '' },
    noise: m.diff.noise satisfies Record<NoiseReason, string>,
    words: (keyspace: 'v3' | 'v2') => (keyspace === 'v3' ? revisions : indices),
    /** @param to the first byte that is not meant */
    bytesAt: (from: number, to: number) => (from === to ? m.diff.nothingAt({ at: from }) : m.diff.bytesAt({ from, to: to - 1 })),
  },
}
