// Values that were not read: damaged, of unknown form, encrypted with a missing key, or beyond Registree's limits.
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
