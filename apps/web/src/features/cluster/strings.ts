// The texts of the trouble section of the overview.
import type { TroubleAnswer } from '@registree/contract'
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
