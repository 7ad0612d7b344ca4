// PodDisruptionBudgets that ask for every pod: draining a node with one of them waits without end.
import { integerAt } from '../value/fields.ts'
import type { FindingRule } from './finding-rule.ts'

export const blockedDrain: FindingRule = {
  id: 'blocked-drain',
  fieldsAt: { poddisruptionbudgets: ['.status.disruptionsAllowed', '.status.expectedPods', '.status.desiredHealthy'] },
  start: ({ report }) => ({
    see(seen) {
      if (seen.path !== 'poddisruptionbudgets' || seen.object === undefined) return
      const expected = integerAt(seen.object, 'status', 'expectedPods') ?? 0
      // Without a number the controller has not judged it yet.
      if (expected === 0 || integerAt(seen.object, 'status', 'disruptionsAllowed') !== 0) return
      // Where fewer are asked for, evictions wait only until pods are healthy again.
      if ((integerAt(seen.object, 'status', 'desiredHealthy') ?? 0) < expected) return
      report(seen, { severity: 'warning', says: [{ code: 'every-pod-needed', params: { expected } }] })
    },
  }),
}
