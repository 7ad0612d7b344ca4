// Pods in trouble, grouped by owner and state.
import { expect, test } from 'vitest'
import type { KubeObject } from '../value/value.ts'
import { PodTroubles } from './pod-trouble.ts'
import { ago, NOW } from './testing/found-in.ts'

function troubles(pods: Record<string, KubeObject>): PodTroubles {
  const all = new PodTroubles(NOW)
  for (const [name, object] of Object.entries(pods)) all.see({ key: new Uint8Array(), namespace: 'shop', name, object })
  return all
}

const crashing = (node: string, owner: string) => ({
  metadata: { ownerReferences: [{ kind: 'ReplicaSet', name: owner, controller: true }] },
  spec: { nodeName: node, containers: [{ name: 'web' }] },
  status: {
    phase: 'Running',
    containerStatuses: [
      {
        name: 'web',
        restartCount: 4,
        state: { waiting: { reason: 'CrashLoopBackOff' } },
        lastState: { terminated: { exitCode: 1, startedAt: ago(70), finishedAt: ago(60) } },
      },
    ],
  },
})
const running = {
  spec: { nodeName: 'a', containers: [{ name: 'web' }] },
  status: { phase: 'Running', containerStatuses: [{ ready: true, state: { running: {} } }] },
}

const CRASHED = 'Container web: CrashLoopBackOff. Its last run ended with exit code 1 after 10s.'

test('pods of one owner in one state are one group with the reason', () => {
  const all = troubles({
    a: crashing('a', 'web-1'),
    b: crashing('b', 'web-1'),
    c: crashing('lost', 'web-2'),
    unready: {
      ...running,
      spec: { ...running.spec, nodeName: 'lost' },
      status: { phase: 'Running', containerStatuses: [{ ready: false }] },
    },
    well: running,
    waits: {
      spec: { containers: [{ name: 'x' }] },
      status: { phase: 'Pending', conditions: [{ type: 'PodScheduled', status: 'False', message: '0/3 nodes are available' }] },
    },
    leaving: { ...running, metadata: { deletionTimestamp: ago(7200) } },
    done: { spec: { containers: [{ name: 'x' }] }, status: { phase: 'Succeeded' } },
  })
  expect(
    all
      .groups(new Set(['lost']))
      .map(({ name, owner, status, count, unheard, restarts, says }) => [name, owner, status, count, unheard, restarts, says]),
  ).toEqual([
    ['a', 'ReplicaSet web-1', 'CrashLoopBackOff', 2, 0, 8, CRASHED],
    // Its crash was known before its node fell silent; being not ready is the node's problem.
    ['c', 'ReplicaSet web-2', 'CrashLoopBackOff', 1, 1, 4, CRASHED],
    ['waits', '', 'Pending', 1, 0, 0, '0/3 nodes are available'],
  ])
  expect(all).toMatchObject({ total: 8, well: 2, troubles: { notReady: 4, restarting: 3, terminating: 1, pending: 1, failed: 0 } })
  expect(all.podsOn('a')).toBe(3)
})

test('healthy pods form no group', () => {
  expect(troubles({ a: running, b: running }).groups(new Set())).toEqual([])
})
