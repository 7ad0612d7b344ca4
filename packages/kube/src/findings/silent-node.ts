// Nodes whose kubelet no longer reports, by the lease that it renews every ten seconds and its Ready condition.

import { humanAge, type Now } from '../summary/human-duration.ts'
import { textAt } from '../value/fields.ts'
import type { KubeObject } from '../value/value.ts'
import type { FindingRule } from './finding-rule.ts'
import { conditionOf } from './known.ts'
import type { FindingMessage } from './messages.ts'
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
          const links: FindingLink[] = [
            { code: 'link-pods-of-node', params: { node: name }, table: { resource: 'pods', q: `node:=${name}` } },
          ]
          if (lease !== undefined) links.push({ code: 'link-lease', params: { node: name }, key: `${root}leases/kube-node-lease/${name}` })
          report(node, {
            severity: 'error',
            says: [heartbeat(heard, now), ...readiness(ready, now)],
            links,
          })
        }
      },
    }
  },
}

function heartbeat(heard: string, now: Now): FindingMessage {
  if (heard === '') return { code: 'heartbeat-never', params: {} }
  const when = humanAge(heard, now)
  return now === null ? { code: 'heartbeat-at', params: { time: when } } : { code: 'heartbeat-ago', params: { age: when } }
}

function readiness(ready: KubeObject | undefined, now: Now): FindingMessage[] {
  if (ready === undefined) return [{ code: 'ready-missing', params: {} }]
  const status = textAt(ready, 'status') || '<none>'
  if (status === 'True') return [{ code: 'ready-still', params: {} }]
  const since = textAt(ready, 'lastTransitionTime')
  const why = textAt(ready, 'message') || textAt(ready, 'reason')
  return [
    since === ''
      ? { code: 'ready-is', params: { status } }
      : now === null
        ? { code: 'ready-since', params: { status, time: humanAge(since, now) } }
        : { code: 'ready-for', params: { status, age: humanAge(since, now) } },
    why === '' ? { code: 'reason-missing', params: {} } : { code: 'stored-text', params: { text: why } },
  ]
}

function newest(instants: (string | undefined)[]): string {
  return instants.filter((instant): instant is string => !!instant && !Number.isNaN(Date.parse(instant))).reduce(later, '')
}

function later(a: string, b: string): string {
  return a === '' || Date.parse(b) > Date.parse(a) ? b : a
}
