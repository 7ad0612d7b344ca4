// Values that nobody could read: damaged, of no known form, or encrypted with a key that is not here.
import type { FindingRule } from './finding-rule.ts'

export const unreadableValue: FindingRule = {
  id: 'unreadable',
  start: ({ report }) => ({
    see(seen) {
      if (seen.problem === undefined) return
      if (seen.encrypted === undefined) report(seen, { severity: 'error', says: seen.problem })
      else report(seen, { rule: 'encrypted', severity: seen.encrypted.tried ? 'error' : 'info', says: seen.problem })
    },
  }),
}
