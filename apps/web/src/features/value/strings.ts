// The texts of the value of a key.
import type { MaskReason, TextForm } from '@registree/contract'
import { value } from '@registree/messages/en/page/value'
import { pageMessages } from '../../i18n/language.ts'

const m = pageMessages('value', value)

export const strings = {
  ...m,
  header: {
    ...m.header,
    unknownKind: (apiVersion: string, kind: string, tablesEnd: string) => {
      const named = [apiVersion, kind].filter(Boolean).join(' ')
      return named === '' ? m.header.unknownKindUnnamed({ tablesEnd }) : m.header.unknownKind({ kind: named, tablesEnd })
    },
  },
  factLabel: (label: string) => (m.facts as Readonly<Record<string, string>>)[label] ?? label,
  copy: { ...m.copy, shown: (form: TextForm) => m.copy.shown[form] },
  problems: {
    ...m.problems,
    reasons: m.problems.reasons satisfies Record<MaskReason, string>,
    /** By their number in protobuf. */
    wireTypes: m.problems.wireTypes.split(/[,，、]\s*/),
  },
  encryption: {
    ...m.encryption,
    /** @param key '' where its name is not known */
    closed: (provider: string, key: string) => {
      if (key === '') return m.encryption.closed({ provider })
      return provider.startsWith('kms') ? m.encryption.closedPlugin({ provider, key }) : m.encryption.closedKey({ provider, key })
    },
  },
}
