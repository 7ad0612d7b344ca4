// Nodes whose kubelet no longer reports, by the lease that it renews every ten seconds and its Ready condition.

import { agoInWords, lastingInWords } from '../summary/human-duration.ts'
import { textAt } from '../value/fields.ts'
import type { FindingRule } from './finding-rule.ts'
import { conditionOf } from './known.ts'
import type { FindingLink, SeenObject } from './types.ts'

/** The node controller waits 40 seconds (50 since Kubernetes 1.32) before it calls a node unknown. */
const GRACE_MS = 60_000

export const silentNode: FindingRule = {
  id: 'silent-node',
  fieldsAt: {
    minions: ['.status.conditions'],
    leases: ['.spec.renewTime'],
  },
  start({ now, root, report }) {
    const nodes = new Map<string, SeenObject>()
    const renewed = new Map<string, string>()
    return {
      see(seen) {
        if (seen.object === undefined) return
        if (seen.path === 'minions') nodes.set(seen.name, seen)
        else if (seen.path === 'leases' && seen.namespace === 'kube-node-lease')
          renewed.set(seen.name, textAt(seen.object, 'spec', 'renewTime'))
      },
      end() {
        for (const [name, node] of nodes) {
          const ready = conditionOf(node.object, 'Ready')
          const lease = renewed.get(name)
          const heard = newest([lease, textAt(ready, 'lastHeartbeatTime')])
          const silent = heard !== '' && now !== null && now - Date.parse(heard) > GRACE_MS
          const status = textAt(ready, 'status')
          if (status === 'True' && !silent) continue
          const since = textAt(ready, 'lastTransitionTime')
          const state =
            ready === undefined
              ? 'It has no Ready condition.'
              : status === 'True'
                ? 'It is still marked Ready.'
                : `Ready is ${status || 'not set'}${since === '' ? '' : ` ${lastingInWords(since, now)}`}: ${textAt(ready, 'message') || textAt(ready, 'reason') || 'no reason is given'}`
          const links: FindingLink[] = [{ text: 'pods on it', table: { resource: 'pods', q: `node:=${name}` } }]
          if (lease !== undefined) links.push({ text: 'its lease', key: `${root}leases/kube-node-lease/${name}` })
          report(node, {
            severity: 'error',
            says: `${heard === '' ? 'It has never reported.' : `Last heartbeat ${agoInWords(heard, now)}.`} ${state}`,
            links,
          })
        }
      },
    }
  },
}

function newest(instants: (string | undefined)[]): string {
  return instants.filter((instant): instant is string => !!instant && !Number.isNaN(Date.parse(instant))).reduce(later, '')
}

function later(a: string, b: string): string {
  return a === '' || Date.parse(b) > Date.parse(a) ? b : a
}
