// The texts of the findings page.
import type { FindingRule } from '@registree/contract'
import { findings } from '@registree/messages/en/page/findings'
import { pageMessages } from '../../i18n/language.ts'

const m = pageMessages('findings', findings)

export const findingsText = {
  ...m,
  /** What each rule is called, and what it usually means. */
  rules: m.rules satisfies Record<FindingRule, { title: string; meaning: string }>,
  reading: (read: number, total: number | null, bytes: string) =>
    total === null ? m.reading({ read, bytes }) : m.readingOf({ read, total, bytes }),
}
