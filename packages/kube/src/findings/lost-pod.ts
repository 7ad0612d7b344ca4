// Pods that are bound to a node that does not exist.
import { textAt } from '../value/fields.ts'
import type { FindingRule } from './finding-rule.ts'

export const lostPod: FindingRule = {
  id: 'lost-pod',
  fieldsAt: { pods: ['.spec.nodeName', '.status.phase'] },
  start: ({ known, report }) => ({
    see(seen) {
      if (seen.path !== 'pods' || seen.object === undefined) return
      const node = textAt(seen.object, 'spec', 'nodeName')
      if (node === '' || known.nodes.has(node)) return
      const phase = textAt(seen.object, 'status', 'phase')
      report(seen, {
        severity: 'warning',
        says: `Bound to node ${node}, which has no Node object${phase === '' ? '' : `; its phase is still ${phase}`}.`,
        links: [{ text: 'pods of that node', table: { resource: 'pods', q: `node:=${node}` } }],
      })
    },
  }),
}
