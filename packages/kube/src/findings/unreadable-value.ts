// Values that were not read: damaged, of no known form, encrypted with a key that is not here, or beyond what Registree reads of one value.
import type { FindingRule } from './finding-rule.ts'

export const unreadableValue: FindingRule = {
  id: 'unreadable',
  start: ({ report }) => ({
    see(seen) {
      if (seen.problem === undefined) return
      if (seen.tooLarge) report(seen, { rule: 'too-large', severity: 'info', says: seen.problem })
      else if (seen.encrypted === undefined) report(seen, { severity: 'error', says: seen.problem })
      else report(seen, { rule: 'encrypted', severity: seen.encrypted.tried ? 'error' : 'info', says: seen.problem })
    },
  }),
}
