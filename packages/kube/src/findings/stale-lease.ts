// Leases (coordination.k8s.io) whose holder has not renewed them for long, although it should every few seconds: its component does not run.

import { humanAge } from '../summary/human-duration.ts'
import { integerAt, textAt } from '../value/fields.ts'
import type { FindingRule } from './finding-rule.ts'

/** A holder that is slightly late loses the lease; after this time it is gone, and nobody replaced it. */
const LONG_MS = 10 * 60_000
const DURATIONS = 10

export const staleLease: FindingRule = {
  id: 'stale-lease',
  fieldsAt: { leases: ['.spec.renewTime', '.spec.leaseDurationSeconds', '.spec.holderIdentity'] },
  start: ({ now, known, report }) => ({
    see(seen) {
      if (seen.path !== 'leases' || seen.object === undefined) return
      // The lease of an existing node is covered by the node's finding.
      if (seen.namespace === 'kube-node-lease' && known.nodes.has(seen.name)) return
      const renewed = textAt(seen.object, 'spec', 'renewTime')
      const holder = textAt(seen.object, 'spec', 'holderIdentity')
      // Released properly: no holder.
      if (renewed === '' || holder === '' || now === null) return
      const seconds = integerAt(seen.object, 'spec', 'leaseDurationSeconds') ?? 0
      if (!(now - Date.parse(renewed) > Math.max(LONG_MS, seconds * 1000 * DURATIONS))) return
      report(seen, {
        severity: 'warning',
        says: `Not renewed for ${humanAge(renewed, now)}, and good for ${seconds} s at a time; its last holder is ${holder}.`,
      })
    },
  }),
}
