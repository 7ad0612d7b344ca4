// Without a known present, no finding relies on an age; others are still found.
import { expect, test } from 'vitest'
import { podState } from '../summary/pod-state.ts'
import type { KubeObject } from '../value/value.ts'
import { PodTroubles } from './pod-trouble.ts'
import { silentNode } from './silent-node.ts'
import { staleLease } from './stale-lease.ts'
import { stuckDeletion } from './stuck-deletion.ts'
import { ago, brief, foundIn } from './testing/found-in.ts'

const ready = (status: string) => ({
  status: {
    conditions: [{ type: 'Ready', status, lastHeartbeatTime: ago(86_400), lastTransitionTime: ago(560), reason: 'KubeletStopped' }],
  },
})

test('a node marked ready is not called silent; one that is not says since when', () => {
  const found = foundIn(
    silentNode,
    {
      'minions/quiet': ready('True'),
      'minions/broken': ready('False'),
      'leases/kube-node-lease/quiet': { spec: { renewTime: ago(80_000) } },
    },
    null,
  )
  expect(brief(found)).toEqual([
    'error silent-node minions/broken: Last heartbeat at 2026-11-22 12:00:00 UTC. Ready is False since 2026-11-23 11:50:40 UTC: KubeletStopped',
  ])
})

test('no deletion is called stuck, and no lease stale', () => {
  expect(foundIn(stuckDeletion, { 'pods/shop/old': { metadata: { deletionTimestamp: ago(86_400), finalizers: ['a/b'] } } }, null)).toEqual(
    [],
  )
  const lease = { spec: { renewTime: ago(86_400), holderIdentity: 'master-1', leaseDurationSeconds: 15 } }
  expect(foundIn(staleLease, { 'leases/kube-system/scheduler': lease }, null)).toEqual([])
  expect(foundIn(staleLease, { 'leases/kube-system/scheduler': lease })).toHaveLength(1)
})

test('a pod is in trouble for its status, not for how long ago it was', () => {
  const pod = (state: KubeObject): KubeObject => ({
    kind: 'Pod',
    metadata: { name: 'p', deletionTimestamp: ago(86_400) },
    status: {
      phase: 'Running',
      containerStatuses: [{ name: 'c', ready: true, restartCount: 3, state, lastState: { terminated: { finishedAt: ago(60) } } }],
    },
  })
  expect(podState(pod({ running: {} }), null).trouble).toEqual([])
  expect(podState(pod({ running: {} }), Date.parse(ago(0))).trouble).toEqual(['restarting', 'terminating'])
  expect(podState(pod({ waiting: { reason: 'CrashLoopBackOff' } }), null).trouble).toContain('restarting')
  const troubles = new PodTroubles(null)
  troubles.see({ key: new Uint8Array(), namespace: 'shop', name: 'p', object: pod({ running: {} }) })
  expect([troubles.well, troubles.troubles.terminating]).toEqual([1, 0])
})
