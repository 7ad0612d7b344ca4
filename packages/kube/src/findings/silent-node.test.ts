// Nodes whose kubelet no longer reports.
import { expect, test } from 'vitest'
import { silentNode } from './silent-node.ts'
import { ago, brief, foundIn } from './testing/found-in.ts'

const ready = (status: string, heartbeat: number, more = {}) => ({
  status: { conditions: [{ type: 'Ready', status, lastHeartbeatTime: ago(heartbeat), lastTransitionTime: ago(560), ...more }] },
})

test('a node with status unknown, one still called ready, one that reports not ready itself', () => {
  const found = foundIn(silentNode, {
    'minions/lost': ready('Unknown', 600, { message: 'Kubelet stopped posting node status.' }),
    'leases/kube-node-lease/lost': { spec: { renewTime: ago(610) } },
    'minions/quiet': ready('True', 400),
    'minions/broken': ready('False', 3, { reason: 'KubeletNotReady' }),
    'minions/new': {},
  })
  expect(brief(found)).toEqual([
    'error silent-node minions/lost: Last heartbeat 10m ago. Ready is Unknown for 9m20s: Kubelet stopped posting node status.',
    'error silent-node minions/quiet: Last heartbeat 6m40s ago. It is still marked Ready.',
    'error silent-node minions/broken: Last heartbeat 3s ago. Ready is False for 9m20s: KubeletNotReady',
    'error silent-node minions/new: It has never reported. It has no Ready condition.',
  ])
  expect(found[0]?.links).toEqual([
    { text: 'pods on it', table: { resource: 'pods', q: 'node:=lost' } },
    { text: 'its lease', key: '/registry/leases/kube-node-lease/lost' },
  ])
})

test('a fresh lease is enough: the status is written only every five minutes', () => {
  expect(
    foundIn(silentNode, {
      'minions/well': ready('True', 290),
      'leases/kube-node-lease/well': { spec: { renewTime: ago(9) } },
      'minions/old': ready('True', 9),
    }),
  ).toEqual([])
})
