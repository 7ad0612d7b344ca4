// The texts of the pages of namespaces.
import { namespaces } from '@registree/messages/en/page/namespaces'
import { pageMessages } from '../../i18n/language.ts'

const m = pageMessages('namespaces', namespaces)

export const namespacesText = {
  ...m,
  counting: (read: number, total: number | null) => (total === null ? m.counting({ read }) : m.countingOf({ read, total })),
}
