// Leases (coordination.k8s.io) that their holder should renew every few seconds and has not for long: its component does not run.

import { humanAge } from '../summary/human-duration.ts'
import { integerAt, textAt } from '../value/fields.ts'
import type { FindingRule } from './finding-rule.ts'

/** A holder that is a little late loses the lease; one that is later than this is gone, and nobody took its place. */
const LONG_MS = 10 * 60_000
const DURATIONS = 10

export const staleLease: FindingRule = {
  id: 'stale-lease',
  fieldsAt: { leases: ['.spec.renewTime', '.spec.leaseDurationSeconds', '.spec.holderIdentity'] },
  start: ({ now, known, report }) => ({
    see(seen) {
      if (seen.path !== 'leases' || seen.object === undefined) return
      // The lease of a node that exists is that node's story.
      if (seen.namespace === 'kube-node-lease' && known.nodes.has(seen.name)) return
      const renewed = textAt(seen.object, 'spec', 'renewTime')
      const holder = textAt(seen.object, 'spec', 'holderIdentity')
      // Released in an orderly way: no holder.
      if (renewed === '' || holder === '' || now === null) return
      const seconds = integerAt(seen.object, 'spec', 'leaseDurationSeconds') ?? 0
      if (!(now - Date.parse(renewed) > Math.max(LONG_MS, seconds * 1000 * DURATIONS))) return
      report(seen, {
        severity: 'warning',
        says: [{ code: 'lease-not-renewed', params: { age: humanAge(renewed, now), seconds: String(seconds), holder } }],
      })
    },
  }),
}
