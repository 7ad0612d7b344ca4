import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { inEnglish } from '../testing/in-english.ts'
import type { KubeObject } from '../value/value.ts'
import { objectStatus } from './object-status.ts'

const NOW = Date.UTC(2026, 0, 1, 12)
const ago = (seconds: number) => new Date(NOW - seconds * 1000).toISOString()
const when = (type: string, status: string, rest: KubeObject = {}) => ({ conditions: [{ type, status, ...rest }] })

const APPS = 'apps/v1'
const cases: [string, string, KubeObject, string | null, string | null][] = [
  [
    'v1',
    'Pod',
    { status: { phase: 'Running', containerStatuses: [{ ready: true, state: { running: {} } }] }, spec: { containers: [{}] } },
    'Running',
    'ok',
  ],
  [
    'v1',
    'Pod',
    { status: { phase: 'Running', containerStatuses: [{ state: { running: {} } }] }, spec: { containers: [{}] } },
    'Running, not ready',
    'warning',
  ],
  [
    'v1',
    'Pod',
    // As the node controller leaves the pods of a lost node.
    {
      status: { phase: 'Running', containerStatuses: [{ ready: true, state: { running: {} } }], ...when('Ready', 'False') },
      spec: { containers: [{}] },
    },
    'Running, not ready',
    'warning',
  ],
  ['v1', 'Pod', { metadata: { deletionTimestamp: ago(90) }, status: { phase: 'Running' } }, 'Terminating, overdue', 'warning'],
  ['v1', 'Pod', { status: { phase: 'Failed', reason: 'Evicted' } }, 'Evicted', 'error'],
  ['v1', 'Pod', { status: { phase: 'Succeeded' } }, 'Succeeded', 'muted'],
  ['v1', 'Pod', { status: { phase: 'Pending', initContainerStatuses: [{}] }, spec: { initContainers: [{}] } }, 'Init:0/1', 'progress'],
  ['v1', 'Pod', {}, 'No status yet', 'warning'],
  [
    APPS,
    'Deployment',
    { spec: { replicas: 3 }, status: { updatedReplicas: 3, replicas: 3, availableReplicas: 3 } },
    '3 of 3 available',
    'ok',
  ],
  [
    APPS,
    'Deployment',
    { spec: { replicas: 3 }, status: { updatedReplicas: 3, replicas: 3, availableReplicas: 1 } },
    '1 of 3 available',
    'warning',
  ],
  [APPS, 'Deployment', { spec: {}, status: { updatedReplicas: 1, replicas: 1 } }, '0 of 1 available', 'error'],
  [
    APPS,
    'Deployment',
    { spec: { replicas: 3 }, status: { updatedReplicas: 1, replicas: 4, availableReplicas: 3 } },
    'Rolling out: 1 of 3 updated, 3 available',
    'progress',
  ],
  [
    APPS,
    'Deployment',
    { spec: { replicas: 3 }, status: { updatedReplicas: 3, replicas: 4, availableReplicas: 4 } },
    'Rolling out: 1 old replica still terminating',
    'progress',
  ],
  [APPS, 'Deployment', { spec: { replicas: 0 }, status: {} }, 'Scaled to 0', 'muted'],
  [APPS, 'Deployment', { spec: { replicas: 2, paused: true }, status: { availableReplicas: 1 } }, 'Paused, 1 of 2 available', 'warning'],
  [
    APPS,
    'Deployment',
    { spec: { replicas: 2 }, status: { availableReplicas: 1, ...when('Progressing', 'False', { reason: 'ProgressDeadlineExceeded' }) } },
    'Rollout exceeded its deadline: 1 of 2 available',
    'error',
  ],
  [
    APPS,
    'Deployment',
    { metadata: { generation: 4 }, spec: { replicas: 2 }, status: { observedGeneration: 3 } },
    'Its controller has not seen the newest spec yet',
    'progress',
  ],
  [APPS, 'ReplicaSet', { spec: { replicas: 2 }, status: { readyReplicas: 2 } }, '2 of 2 ready', 'ok'],
  [APPS, 'ReplicaSet', { spec: { replicas: 0 }, status: { readyReplicas: 1 } }, 'Scaling down to 0, 1 still ready', 'progress'],
  [
    APPS,
    'StatefulSet',
    { spec: { replicas: 3 }, status: { readyReplicas: 2, updatedReplicas: 1, currentRevision: 'a', updateRevision: 'b' } },
    'Rolling out: 1 of 3 updated, 2 ready',
    'progress',
  ],
  [
    APPS,
    'StatefulSet',
    { spec: { replicas: 3 }, status: { readyReplicas: 3, updatedReplicas: 3, currentRevision: 'a', updateRevision: 'a' } },
    '3 of 3 ready',
    'ok',
  ],
  [APPS, 'DaemonSet', { status: { desiredNumberScheduled: 3, numberReady: 3, updatedNumberScheduled: 3 } }, '3 of 3 ready', 'ok'],
  [APPS, 'DaemonSet', { status: { desiredNumberScheduled: 0 } }, 'No node to run on', 'muted'],
  ['batch/v1', 'Job', { status: when('Complete', 'True') }, 'Complete', 'ok'],
  ['batch/v1', 'Job', { status: when('Failed', 'True', { reason: 'BackoffLimitExceeded' }) }, 'Failed: BackoffLimitExceeded', 'error'],
  ['batch/v1', 'Job', { spec: { completions: 5 }, status: { active: 2, succeeded: 1 } }, '2 active, 1 of 5 succeeded', 'progress'],
  ['batch/v1', 'Job', { spec: { suspend: true } }, 'Suspended', 'muted'],
  ['batch/v1beta1', 'CronJob', { status: { lastScheduleTime: ago(300) } }, 'Last ran 5m ago', 'ok'],
  ['batch/v1', 'CronJob', { status: { active: [{}] } }, '1 job active', 'progress'],
  ['v1', 'Node', { status: when('Ready', 'True') }, 'Ready', 'ok'],
  ['v1', 'Node', { spec: { unschedulable: true }, status: when('Ready', 'True') }, 'Ready,SchedulingDisabled', 'warning'],
  ['v1', 'Node', { status: when('Ready', 'Unknown') }, 'NotReady', 'error'],
  ['v1', 'Node', {}, 'Unknown', 'error'],
  [
    'v1',
    'Node',
    {
      status: {
        conditions: [
          { type: 'DiskPressure', status: 'True' },
          { type: 'Ready', status: 'True' },
        ],
      },
    },
    'Ready,DiskPressure',
    'warning',
  ],
  ['v1', 'Namespace', { status: { phase: 'Terminating' } }, 'Terminating', 'progress'],
  ['v1', 'PersistentVolumeClaim', { status: { phase: 'Lost' } }, 'Lost', 'error'],
  ['v1', 'PersistentVolume', { status: { phase: 'Released' } }, 'Released', 'warning'],
  ['v1', 'Service', { spec: { clusterIP: '10.0.0.1' } }, 'ClusterIP', 'ok'],
  ['v1', 'Service', { spec: { clusterIP: 'None' } }, 'Headless', 'ok'],
  ['v1', 'Service', { spec: { type: 'LoadBalancer', clusterIP: '10.0.0.1' } }, 'LoadBalancer, waiting for its address', 'progress'],
  [
    'v1',
    'Service',
    { spec: { type: 'LoadBalancer' }, status: { loadBalancer: { ingress: [{ ip: '1.2.3.4' }] } } },
    'LoadBalancer at 1.2.3.4',
    'ok',
  ],
  ['v1', 'Service', { spec: { type: 'ExternalName', externalName: 'x.org' } }, 'ExternalName, an alias of x.org', 'ok'],
  ['networking.k8s.io/v1', 'Ingress', {}, 'No address yet', 'progress'],
  ['apiextensions.k8s.io/v1', 'CustomResourceDefinition', { status: when('Established', 'True') }, 'Established', 'ok'],
  [
    'apiextensions.k8s.io/v1',
    'CustomResourceDefinition',
    { status: when('NamesAccepted', 'False', { message: 'taken' }) },
    'Names not accepted: taken',
    'error',
  ],
  [
    'apiregistration.k8s.io/v1',
    'APIService',
    { status: when('Available', 'False', { reason: 'ServiceNotFound' }) },
    'Not available: ServiceNotFound',
    'error',
  ],
  ['v1', 'Event', { type: 'Warning', reason: 'BackOff' }, 'BackOff', 'warning'],
  [
    'coordination.k8s.io/v1',
    'Lease',
    { spec: { holderIdentity: 'a', renewTime: ago(5), leaseDurationSeconds: 15 } },
    'Held, renewed 5s ago',
    'ok',
  ],
  [
    'coordination.k8s.io/v1',
    'Lease',
    { spec: { holderIdentity: 'a', renewTime: ago(600), leaseDurationSeconds: 15 } },
    'Expired, renewed 10m ago',
    'warning',
  ],
  ['coordination.k8s.io/v1', 'Lease', { spec: {} }, 'Held by nobody', 'muted'],
  [
    'autoscaling/v2',
    'HorizontalPodAutoscaler',
    { status: { currentReplicas: 2, desiredReplicas: 5 } },
    'Scaling from 2 to 5 replicas',
    'progress',
  ],
  [
    'autoscaling/v2',
    'HorizontalPodAutoscaler',
    { status: when('ScalingActive', 'False', { reason: 'FailedGetMetrics' }) },
    'Cannot scale: FailedGetMetrics',
    'error',
  ],
  [
    'policy/v1',
    'PodDisruptionBudget',
    { status: { disruptionsAllowed: 1, currentHealthy: 3, desiredHealthy: 2 } },
    '1 disruption allowed',
    'ok',
  ],
  ['policy/v1', 'PodDisruptionBudget', { status: { currentHealthy: 1, desiredHealthy: 2 } }, 'No disruption allowed', 'error'],
  [
    'certificates.k8s.io/v1',
    'CertificateSigningRequest',
    { status: { certificate: 'x', ...when('Approved', 'True') } },
    'Approved,Issued',
    'ok',
  ],
  ['v1', 'Endpoints', { subsets: [{ addresses: [{}], notReadyAddresses: [{}] }] }, '1 of 2 addresses ready', 'warning'],
  ['discovery.k8s.io/v1', 'EndpointSlice', { endpoints: [{}, { conditions: { ready: false } }] }, '1 of 2 endpoints ready', 'warning'],
  ['storage.k8s.io/v1', 'VolumeAttachment', { status: { attachError: { message: 'no' } } }, 'Not attached', 'error'],
  ['v1', 'RangeAllocation', { range: '10.0.0.0/24', data: 'AQ==' }, '1 of 254 addresses allocated', 'ok'],
  ['v1', 'RangeAllocation', {}, 'The allocation names no range: it has not been initialised by an API server yet.', 'warning'],
  [
    'autoscaling/v1',
    'HorizontalPodAutoscaler',
    { status: { currentReplicas: 6 } },
    '6 replicas, the wanted number is not known yet',
    'progress',
  ],
  [
    'autoscaling/v1',
    'HorizontalPodAutoscaler',
    {
      metadata: {
        annotations: { 'autoscaling.alpha.kubernetes.io/conditions': '[{"type":"ScalingActive","status":"False","reason":"NoMetrics"}]' },
      },
    },
    'Cannot scale: NoMetrics',
    'error',
  ],
  ['v1', 'ConfigMap', {}, null, null],
  ['rbac.authorization.k8s.io/v1', 'Role', {}, null, null],
  [
    'example.com/v1',
    'Service',
    { spec: { clusterIP: 'None' }, status: when('Ready', 'False', { reason: 'Broken' }) },
    'Not ready: Broken',
    'warning',
  ],
  ['example.com/v1', 'Thing', { status: when('Ready', 'True') }, 'Ready', 'ok'],
  ['example.com/v1', 'Thing', { status: { phase: 'constructor' } }, 'constructor', 'muted'],
  ['example.com/v1', '__proto__', { status: { state: 'Failed' } }, 'Failed', 'error'],
]

describe('status in words', () => {
  test.each(cases)('%s %s %j', (apiVersion, kind, rest, text, tone) => {
    const { status } = objectStatus({ apiVersion, kind, ...rest }, NOW)
    expect([status === null ? null : inEnglish([status.says]), status?.tone ?? null]).toEqual([text, tone])
  })

  test('facts answer the next question, and are omitted if nothing is stored', () => {
    const event = objectStatus(
      {
        apiVersion: 'v1',
        kind: 'Event',
        reason: 'BackOff',
        message: 'Back-off restarting',
        count: 7,
        lastTimestamp: ago(60),
        involvedObject: { kind: 'Pod', namespace: 'shop', name: 'a' },
      },
      NOW,
    )
    expect(event.facts).toEqual([
      { label: 'fact-message', value: 'Back-off restarting' },
      { label: 'fact-about', value: 'Pod shop/a' },
      { label: 'fact-seen', value: { code: 'seen-times-last', params: { n: 7, when: 'ago', time: '60s' } } },
    ])
    const service = objectStatus(
      {
        apiVersion: 'v1',
        kind: 'Service',
        spec: { clusterIP: '10.0.0.1', ports: [{ port: 80, nodePort: 30080 }], selector: { app: 'x' } },
      },
      NOW,
    )
    expect(service.facts).toEqual([
      { label: 'fact-cluster-ip', value: '10.0.0.1' },
      { label: 'fact-ports', value: '80:30080/TCP' },
      { label: 'fact-selector', value: 'app=x' },
    ])
  })

  test('members of any type never throw', () => {
    const kinds = [...new Set(cases.map(([apiVersion, kind]) => JSON.stringify([apiVersion, kind])))].map(
      (text) => JSON.parse(text) as [string, string],
    )
    const names = [
      'spec',
      'status',
      'metadata',
      'conditions',
      'subsets',
      'endpoints',
      'replicas',
      'phase',
      'ports',
      'clusterIPs',
      'renewTime',
      'count',
      'series',
    ]
    const value = fc.letrec((tie) => ({
      node: fc.oneof(
        { maxDepth: 4 },
        fc.constantFrom(null, 1, -1.5, 2n ** 70n, 'True', '', true),
        fc.array(tie('node'), { maxLength: 3 }),
        fc.dictionary(fc.constantFrom(...names), tie('node'), { maxKeys: 6 }),
      ),
    })).node
    fc.assert(
      fc.property(fc.constantFrom(...kinds), fc.dictionary(fc.constantFrom(...names), value), ([apiVersion, kind], members) => {
        const { status, facts } = objectStatus({ ...(members as KubeObject), apiVersion, kind }, NOW)
        for (const text of [
          ...facts.map(({ value: said }) => (typeof said === 'string' ? said : inEnglish([said]))),
          ...(status ? [inEnglish([status.says])] : []),
        ])
          expect(text).not.toMatch(/undefined|NaN|\[object/)
      }),
      { numRuns: 3000 },
    )
  })
})
