import { describe, expect, test } from 'vitest'
import type { KubeObject } from '../value/value.ts'
import { podStatus, restartsText } from './pod-status.ts'

const running = { running: {} }
const waiting = (reason: string) => ({ waiting: { reason } })
const terminated = (exitCode: number, rest: KubeObject = {}) => ({ terminated: { exitCode, ...rest } })

function pod(spec: KubeObject, status: KubeObject, metadata: KubeObject = {}): KubeObject {
  return { apiVersion: 'v1', kind: 'Pod', metadata, spec, status }
}
const two = { containers: [{ name: 'a' }, { name: 'b' }] }
const oneInit = { initContainers: [{ name: 'i' }], containers: [{ name: 'a' }] }
const sidecar = { initContainers: [{ name: 's', restartPolicy: 'Always' }, { name: 'i' }], containers: [{ name: 'a' }] }
const deleted = { deletionTimestamp: '2021-01-01T00:00:00Z' }

const cases: [string, KubeObject, string, string, number][] = [
  [
    'one waits',
    pod(two, {
      phase: 'Running',
      containerStatuses: [
        { ready: true, restartCount: 3, state: running },
        { restartCount: 1, state: waiting('CrashLoopBackOff') },
      ],
    }),
    'CrashLoopBackOff',
    '1/2',
    4,
  ],
  [
    'the first container’s reason wins over later ones',
    pod(two, { phase: 'Running', containerStatuses: [{ state: waiting('ImagePullBackOff') }, { state: waiting('CrashLoopBackOff') }] }),
    'ImagePullBackOff',
    '0/2',
    0,
  ],
  [
    'completed beside running and ready',
    pod(two, {
      phase: 'Running',
      conditions: [{ type: 'Ready', status: 'True' }],
      containerStatuses: [{ state: terminated(0, { reason: 'Completed' }) }, { ready: true, state: running }],
    }),
    'Running',
    '1/2',
    0,
  ],
  [
    'completed beside running, not ready',
    pod(two, {
      phase: 'Running',
      containerStatuses: [{ state: terminated(0, { reason: 'Completed' }) }, { ready: true, state: running }],
    }),
    'NotReady',
    '1/2',
    0,
  ],
  [
    'completed beside failed: the failure counts',
    pod(two, {
      phase: 'Failed',
      containerStatuses: [{ state: terminated(0, { reason: 'Completed' }) }, { state: terminated(1, { reason: 'Error' }) }],
    }),
    'Error',
    '0/2',
    0,
  ],
  [
    'completed beside failed beside running, not ready',
    pod(two, {
      phase: 'Running',
      containerStatuses: [{ state: terminated(0, { reason: 'Completed' }) }, { state: terminated(3) }, { ready: true, state: running }],
    }),
    'ExitCode:3',
    '1/2',
    0,
  ],
  [
    'killed by a signal',
    pod(two, { phase: 'Failed', containerStatuses: [{ state: terminated(137, { signal: 9 }) }] }),
    'Signal:9',
    '0/2',
    0,
  ],
  ['ended without a reason', pod(two, { phase: 'Failed', containerStatuses: [{ state: terminated(2) }] }), 'ExitCode:2', '0/2', 0],
  ['evicted', pod(two, { phase: 'Failed', reason: 'Evicted' }), 'Evicted', '0/2', 0],
  ['initializing', pod(oneInit, { phase: 'Pending', initContainerStatuses: [{ name: 'i', state: running }] }), 'Init:0/1', '0/1', 0],
  [
    'PodInitializing is not a reason of its own',
    pod(oneInit, { phase: 'Pending', initContainerStatuses: [{ name: 'i', state: waiting('PodInitializing') }] }),
    'Init:0/1',
    '0/1',
    0,
  ],
  [
    'init crash loop',
    pod(oneInit, { phase: 'Pending', initContainerStatuses: [{ name: 'i', restartCount: 3, state: waiting('CrashLoopBackOff') }] }),
    'Init:CrashLoopBackOff',
    '0/1',
    3,
  ],
  [
    'init error',
    pod(oneInit, { initContainerStatuses: [{ name: 'i', state: terminated(1, { reason: 'Error' }) }] }),
    'Init:Error',
    '0/1',
    0,
  ],
  ['init exit code', pod(oneInit, { initContainerStatuses: [{ name: 'i', state: terminated(3) }] }), 'Init:ExitCode:3', '0/1', 0],
  [
    'init signal',
    pod(oneInit, { initContainerStatuses: [{ name: 'i', state: terminated(3, { signal: 15 }) }] }),
    'Init:Signal:15',
    '0/1',
    0,
  ],
  [
    'init done',
    pod(oneInit, {
      phase: 'Pending',
      initContainerStatuses: [{ name: 'i', restartCount: 5, state: terminated(0) }],
      containerStatuses: [{ state: waiting('PodInitializing') }],
    }),
    'PodInitializing',
    '0/1',
    0,
  ],
  [
    'a started, ready sidecar counts, with its restarts',
    pod(sidecar, {
      phase: 'Running',
      initContainerStatuses: [
        { name: 's', started: true, ready: true, restartCount: 2, state: running },
        { name: 'i', restartCount: 7, state: terminated(0) },
      ],
      containerStatuses: [{ ready: true, restartCount: 1, state: running }],
    }),
    'Running',
    '2/2',
    3,
  ],
  [
    'a sidecar that has not started holds initialization',
    pod(sidecar, { phase: 'Pending', initContainerStatuses: [{ name: 's', started: false, state: running }] }),
    'Init:0/2',
    '0/2',
    0,
  ],
  [
    'a sidecar that crashes after initialization',
    pod(sidecar, {
      phase: 'Running',
      conditions: [{ type: 'Initialized', status: 'True' }],
      initContainerStatuses: [
        { name: 's', restartCount: 4, state: waiting('CrashLoopBackOff') },
        { name: 'i', state: terminated(0) },
      ],
      containerStatuses: [{ ready: true, state: running }],
    }),
    'Init:CrashLoopBackOff',
    '1/2',
    4,
  ],
  [
    'scheduling gated',
    pod(two, { phase: 'Pending', conditions: [{ type: 'PodScheduled', reason: 'SchedulingGated' }] }),
    'SchedulingGated',
    '0/2',
    0,
  ],
  ['deleted while running', pod(two, { phase: 'Running' }, deleted), 'Terminating', '0/2', 0],
  ['deleted after it ended', pod(two, { phase: 'Succeeded' }, deleted), 'Succeeded', '0/2', 0],
  ['deleted on a lost node', pod(two, { phase: 'Running', reason: 'NodeLost' }, deleted), 'Unknown', '0/2', 0],
  ['no status at all', { kind: 'Pod' }, '', '0/0', 0],
]

describe('kubectl’s columns of a pod', () => {
  test.each(cases)('%s', (_name, object, status, ready, restarts) => {
    const found = podStatus(object)
    expect([found.status, `${found.ready}/${found.total}`, found.restarts]).toEqual([status, ready, restarts])
  })

  test('the newest restart of the counted containers', () => {
    const at = (finishedAt: string) => ({ restartCount: 1, lastState: { terminated: { finishedAt } }, state: running })
    const found = podStatus(pod(two, { phase: 'Running', containerStatuses: [at('2021-01-01T00:00:00Z'), at('2021-01-01T00:04:00Z')] }))
    expect(restartsText(found, Date.UTC(2021, 0, 1, 0, 9))).toBe('2 (5m ago)')
    expect(restartsText({ restarts: 2, lastRestart: '' }, 0)).toBe('2')
    expect(restartsText({ restarts: 0, lastRestart: '2021-01-01T00:00:00Z' }, 0)).toBe('0')
  })

  test('readiness gates, true and total', () => {
    const spec = { readinessGates: [{ conditionType: 'x/a' }, { conditionType: 'x/b' }] }
    expect(podStatus(pod(spec, { conditions: [{ type: 'x/b', status: 'True' }] })).readinessGates).toEqual({ ready: 1, total: 2 })
  })

  test('members of a wrong type count as absent', () => {
    expect(
      podStatus(pod({ containers: 'x', initContainers: [null, 3] }, { phase: 4, containerStatuses: [[], null, 'x'], conditions: {} })),
    ).toEqual({
      status: '',
      phase: '',
      ready: 0,
      total: 0,
      restarts: 0,
      lastRestart: '',
      readinessGates: { ready: 0, total: 0 },
    })
  })
})
