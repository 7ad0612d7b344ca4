// The texts of the overview and of its trouble section.
import type { TroubleAnswer } from '@registree/contract'
import { overview } from '@registree/messages/en/page/overview'
import { trouble } from '@registree/messages/en/page/trouble'
import { pageMessages } from '../../i18n/language.ts'

const m = pageMessages('trouble', trouble)

export const troubleText = {
  ...m,
  podsOn: (n: number | null) => (n === null ? m.podsOnUncounted : m.podsOn({ n })),
  unreadableMeans: ({ encrypted, undecrypted, damaged, tooLarge, unknownKind }: TroubleAnswer['unreadAs']) =>
    m.unreadableMeans({ encrypted, undecrypted, damaged, tooLarge, unknownKind }).trim(),
  unheard: (n: number, all: number) => (n === 0 ? '' : n === all ? m.unheardAll : m.unheard({ n })),
}

const overviewMessages = pageMessages('overview', overview)

export const overviewText = {
  ...overviewMessages,
  emulates: (version: string | null) => (version === null ? overviewMessages.servers.kine : overviewMessages.emulates({ version })),
  /** @param version '' where the file names none */
  downgradeTo: (version: string) => (version === '' ? overviewMessages.downgradeUnderWay : overviewMessages.downgradeTo({ version })),
}
