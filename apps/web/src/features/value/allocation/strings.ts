// The texts of the view of a RangeAllocation.
import { allocation } from '@registree/messages/en/page/allocation'
import { pageMessages } from '../../../i18n/language.ts'

const m = pageMessages('allocation', allocation)

export const strings = {
  ...m,
  count: (holds: 'addresses' | 'ports', shown: number, all: number) =>
    shown === all ? m.run({ holds, n: all }) : m.countOf({ holds, shown, n: all }),
}
