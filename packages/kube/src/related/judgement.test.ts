// "Nothing is wrong" is never said about an unhealthy object, or one with unhealthy related objects: every kind.
import { describe, expect, it, test } from 'vitest'
import { resourceAt } from '../tables/resources.ts'
import { inEnglish } from '../testing/in-english.ts'
import type { KubeObject } from '../value/value.ts'
import { judgeObject, judgeSection } from './judgement.ts'
import type { ObjectPlace } from './object-store.ts'
import type { Trouble } from './related-item.ts'
import { relatedSections } from './related-sections.ts'
import { contentOf } from './section.ts'
import { memoryObjects } from './testing/memory-objects.ts'
import { made, ownedBy } from './testing/objects.ts'

const NOW = Date.parse('2026-11-23T04:00:00Z')
const ago = (seconds: number) => new Date(NOW - seconds * 1000).toISOString()
const place = (path: string, name = 'x') => ({ path, namespace: 'shop', name })
const when = (type: string, status: string, message = '') => ({ conditions: [{ type, status, message }] })

const container = (state: KubeObject, more: KubeObject = {}) => ({ name: 'web', ready: true, restartCount: 0, state, ...more })
const podOf = (name: string, owner: KubeObject[], ...containers: KubeObject[]) =>
  made('v1', 'Pod', name, {
    metadata: { labels: { app: 'web' }, ownerReferences: owner },
    spec: { nodeName: 'n1', containers: containers.map(() => ({ name: 'web' })) },
    status: { phase: 'Running', containerStatuses: containers },
  })
const well = container({ running: {} })
const crashing = container({ waiting: { reason: 'CrashLoopBackOff' } }, { ready: false, restartCount: 8 })

interface Told {
  severity: Trouble['severity']
  text: string
}
const told = ({ severity, says }: Trouble): Told => ({ severity, text: inEnglish(says) })
const judgedObject = (...[object, at, now]: [KubeObject, ObjectPlace, number | null]) =>
  judgeObject({ object, partial: false, place: at }, now, inEnglish).map(told)

/** The worst trouble of an object alone. */
const worst = (object: KubeObject) => judgedObject(object, place('x'), NOW)[0]

test('of an object of which a part did not decode nothing is said but that', () => {
  const object = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'x' }, spec: { replicas: 3 } }
  expect(judgeObject({ object, partial: true, place: place('x') }, NOW, inEnglish).map(told)).toEqual([
    { severity: 'warning', text: expect.stringMatching(/^Deployment shop\/x: [Pp]artly undecoded, so its state is unknown\.$/) },
  ])
})

describe('an object alone', () => {
  const cases: [what: string, apiVersion: string, kind: string, more: KubeObject, severity: Trouble['severity'] | null, says?: string][] = [
    [
      'a whole Deployment',
      'apps/v1',
      'Deployment',
      { spec: { replicas: 3 }, status: { replicas: 3, updatedReplicas: 3, availableReplicas: 3 } },
      null,
    ],
    [
      'none of 3',
      'apps/v1',
      'Deployment',
      { spec: { replicas: 3 }, status: { replicas: 3, updatedReplicas: 3 } },
      'error',
      '0 of 3 available',
    ],
    [
      'none of 3 while rolling out',
      'apps/v1',
      'Deployment',
      { spec: { replicas: 3 }, status: { replicas: 3, updatedReplicas: 1 } },
      'error',
      '0 of 3 available',
    ],
    [
      'some of 3 while paused',
      'apps/v1',
      'Deployment',
      { spec: { replicas: 3, paused: true }, status: { replicas: 3, availableReplicas: 2 } },
      'warning',
    ],
    [
      'a roll-out in which all are there',
      'apps/v1',
      'Deployment',
      { spec: { replicas: 3 }, status: { replicas: 4, updatedReplicas: 3, availableReplicas: 3 } },
      'info',
    ],
    [
      'no quota left',
      'apps/v1',
      'Deployment',
      { spec: { replicas: 0 }, status: when('ReplicaFailure', 'True', 'exceeded quota') },
      'warning',
      'exceeded quota',
    ],
    ['scaled to nothing', 'apps/v1', 'ReplicaSet', { spec: { replicas: 0 } }, null],
    ['none of 2', 'apps/v1', 'ReplicaSet', { spec: { replicas: 2 }, status: {} }, 'error', '0 of 2 ready'],
    ['one of 2', 'v1', 'ReplicationController', { spec: { replicas: 2 }, status: { readyReplicas: 1 } }, 'warning'],
    [
      'some while rolling out',
      'apps/v1',
      'StatefulSet',
      { spec: { replicas: 3 }, status: { readyReplicas: 2, currentRevision: 'a', updateRevision: 'b' } },
      'warning',
    ],
    ['a node without', 'apps/v1', 'DaemonSet', { status: { desiredNumberScheduled: 3, numberReady: 2 } }, 'warning', '2 of 3 ready'],
    [
      'a node too many',
      'apps/v1',
      'DaemonSet',
      { status: { desiredNumberScheduled: 3, numberReady: 3, numberMisscheduled: 1 } },
      'warning',
    ],
    ['done', 'batch/v1', 'Job', { status: when('Complete', 'True') }, null],
    ['failed', 'batch/v1', 'Job', { status: when('Failed', 'True') }, 'error'],
    ['tried again', 'batch/v1', 'Job', { status: { active: 1, failed: 2 } }, 'warning', '2 of its pods have failed'],
    [
      'last run failed',
      'batch/v1',
      'CronJob',
      { status: { lastScheduleTime: ago(600), lastSuccessfulTime: ago(87_000) } },
      'warning',
      'has not succeeded',
    ],
    ['last run succeeded', 'batch/v1', 'CronJob', { status: { lastScheduleTime: ago(600), lastSuccessfulTime: ago(590) } }, null],
    ['waiting for long', 'v1', 'PersistentVolumeClaim', { status: { phase: 'Pending' } }, 'warning', 'Pending for 60m'],
    ['lost', 'v1', 'PersistentVolumeClaim', { status: { phase: 'Lost' } }, 'error'],
    ['bound', 'v1', 'PersistentVolumeClaim', { status: { phase: 'Bound' } }, null],
    [
      'could not be resized',
      'v1',
      'PersistentVolumeClaim',
      { status: { phase: 'Bound', ...when('NodeResizeError', 'True', 'no space') } },
      'warning',
      'no space',
    ],
    ['cannot scale', 'autoscaling/v2', 'HorizontalPodAutoscaler', { status: when('ScalingActive', 'False') }, 'error'],
    [
      'at its maximum',
      'autoscaling/v2',
      'HorizontalPodAutoscaler',
      { status: when('ScalingLimited', 'True', 'more than the maximum') },
      'info',
    ],
    ['too few', 'policy/v1', 'PodDisruptionBudget', { status: { currentHealthy: 1, desiredHealthy: 2, expectedPods: 3 } }, 'error'],
    [
      'leads nowhere',
      'networking.k8s.io/v1',
      'Ingress',
      { spec: {}, status: { loadBalancer: { ingress: [{ ip: '192.0.2.1' }] } } },
      'warning',
      'leads nowhere',
    ],
    ['no address', 'v1', 'Service', { spec: { type: 'LoadBalancer' } }, 'info'],
    ['not ready', 'v1', 'Node', { status: when('Ready', 'Unknown') }, 'error'],
    [
      'under pressure',
      'v1',
      'Node',
      {
        status: {
          conditions: [
            { type: 'Ready', status: 'True' },
            { type: 'DiskPressure', status: 'True' },
          ],
        },
      },
      'warning',
    ],
    ['not available', 'apiregistration.k8s.io/v1', 'APIService', { status: when('Available', 'False') }, 'error'],
    [
      'not reconciled',
      'example.com/v1',
      'Thing',
      {
        status: {
          conditions: [
            { type: 'Ready', status: 'True' },
            { type: 'Synced', status: 'False', message: 'refused' },
          ],
        },
      },
      'warning',
      'refused',
    ],
    ['degraded', 'example.com/v1', 'Thing', { status: when('Degraded', 'True') }, 'warning'],
    ['going away', 'v1', 'ConfigMap', { metadata: { deletionTimestamp: ago(60), finalizers: ['a/b'] } }, 'warning'],
    ['nothing to say', 'v1', 'ConfigMap', {}, null],
  ]
  test.each(cases)('%s: %s %s', (_, apiVersion, kind, more, severity, says = '') => {
    const found = worst(made(apiVersion, kind, 'x', more))
    expect(found?.severity ?? null).toBe(severity)
    if (says !== '')
      expect(
        judgedObject(made(apiVersion, kind, 'x', more), place('x'), NOW)
          .map(({ text }) => text)
          .join('\n'),
      ).toContain(says)
  })

  test('a pod: failing, not ready, pending for long, restarted lately, restarted before, well', () => {
    const of = (pod: KubeObject) => worst(pod)
    expect(of(podOf('x', [], crashing))).toMatchObject({ severity: 'error', text: 'Pod shop/x: CrashLoopBackOff.' })
    expect(of(podOf('x', [], container({ running: {} }, { ready: false })))).toMatchObject({ severity: 'warning' })
    expect(of(made('v1', 'Pod', 'x', { spec: { containers: [{}] }, status: { phase: 'Pending' } }))).toMatchObject({
      severity: 'warning',
      text: 'Pod shop/x: Pending for 60m.',
    })
    const ended = (seconds: number) => ({ lastState: { terminated: { exitCode: 1, finishedAt: ago(seconds) } }, restartCount: 8 })
    expect(of(podOf('x', [], container({ running: {} }, ended(300))))).toMatchObject({
      severity: 'warning',
      text: 'Pod shop/x: Running, restarted 8 times.',
    })
    expect(of(podOf('x', [], container({ running: {} }, ended(20_000))))).toMatchObject({
      severity: 'info',
      text: 'Pod shop/x: 8 restarts, the last 5h33m ago.',
    })
    expect(of(podOf('x', [], well))).toBeUndefined()
    expect(of(made('v1', 'Pod', 'x', { status: { phase: 'Succeeded', ...when('Ready', 'False') } }))).toBeUndefined()
  })
})

/** All troubles of an object and its related objects, worst first. */
async function said(key: string, objects: Record<string, KubeObject>): Promise<Told[]> {
  const store = memoryObjects({
    'namespaces/shop': { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' }, status: { phase: 'Active' } },
    ...objects,
  })
  const segments = key.split('/')
  const path = segments.slice(0, -2).join('/')
  const at = { path, namespace: segments.at(-2) ?? '', name: segments.at(-1) ?? '' }
  const object = objects[key] as KubeObject
  const found = judgeObject({ object, partial: false, place: at }, NOW, inEnglish)
  for (const section of relatedSections(object, at, resourceAt(path)?.custom ?? true)) {
    const content = contentOf(await section.read({ object, partial: false, place: at, store, now: NOW, most: 1000, whole: false }))
    found.push(...content.notes, ...content.items.flatMap(({ trouble }) => trouble ?? []), ...judgeSection(content, NOW))
  }
  return found.map(told)
}
const faults = (all: Told[]) => all.filter(({ severity }) => severity !== 'info').map(({ text }) => text)

describe('related objects', () => {
  const deployment = (ready: number) =>
    made('apps/v1', 'Deployment', 'web', {
      spec: { replicas: 3, template: { metadata: { labels: { app: 'web' } } } },
      status: { replicas: 3, updatedReplicas: 3, availableReplicas: ready },
    })
  const set = (ready: number) =>
    made('apps/v1', 'ReplicaSet', 'web-1', {
      metadata: { ownerReferences: ownedBy('apps/v1', 'Deployment', 'web') },
      spec: { replicas: 3 },
      status: { replicas: 3, readyReplicas: ready },
    })
  const pods = (...containers: KubeObject[]) =>
    Object.fromEntries(
      containers.map((one, i) => [`pods/shop/web-1-${i}`, podOf(`web-1-${i}`, ownedBy('apps/v1', 'ReplicaSet', 'web-1'), one)]),
    )

  it('a Deployment with none of 3 ready, its set and its pods', async () => {
    const objects = { 'deployments/shop/web': deployment(0), 'replicasets/shop/web-1': set(0), ...pods(crashing, crashing, crashing) }
    const found = faults(await said('deployments/shop/web', objects))
    expect(found).toContain('Deployment shop/web: 0 of 3 available.')
    expect(found).toContain('ReplicaSet shop/web-1: 0 of 3 ready.')
    expect(found).toContain('3 of 3 pods: CrashLoopBackOff.')
  })

  it('a healthy Deployment with a restarted pod: not a fault, but not nothing', async () => {
    const before = container({ running: {} }, { restartCount: 8, lastState: { terminated: { finishedAt: ago(20_000) } } })
    const objects = { 'deployments/shop/web': deployment(3), 'replicasets/shop/web-1': set(3), ...pods(before, well, well) }
    const all = await said('deployments/shop/web', objects)
    expect(faults(all)).toEqual([])
    expect(all.map(({ text }) => text)).toContain('1 of 3 pods has restarted, 8 times in total.')
  })

  it('nothing is said about healthy objects', async () => {
    const objects = { 'deployments/shop/web': deployment(3), 'replicasets/shop/web-1': set(3), ...pods(well, well, well) }
    expect(await said('deployments/shop/web', objects)).toEqual([])
  })

  it('a ConfigMap that a crashing pod uses', async () => {
    const user = podOf('user', [], crashing)
    ;(user.spec as KubeObject).volumes = [{ name: 'v', configMap: { name: 'settings' } }]
    const objects = { 'configmaps/shop/settings': made('v1', 'ConfigMap', 'settings'), 'pods/shop/user': user }
    expect(faults(await said('configmaps/shop/settings', objects))).toEqual(['1 of 1 pod: CrashLoopBackOff.'])
  })

  it('an Ingress to a Service without a ready endpoint', async () => {
    const ingress = made('networking.k8s.io/v1', 'Ingress', 'web', {
      spec: { defaultBackend: { service: { name: 'web', port: { number: 80 } } } },
      status: { loadBalancer: { ingress: [{ ip: '192.0.2.1' }] } },
    })
    const service = made('v1', 'Service', 'web', { spec: { type: 'ClusterIP', clusterIP: '10.0.0.9' } })
    const slice = (ready: boolean) =>
      made('discovery.k8s.io/v1', 'EndpointSlice', 'web-abc', {
        metadata: { labels: { 'kubernetes.io/service-name': 'web' } },
        endpoints: [{ addresses: ['10.0.0.1'], conditions: { ready } }],
      })
    const objects = { 'ingress/shop/web': ingress, 'services/specs/shop/web': service }
    expect(faults(await said('ingress/shop/web', { ...objects, 'endpointslices/shop/web-abc': slice(true) }))).toEqual([])
    for (const more of [{ 'endpointslices/shop/web-abc': slice(false) }, {}])
      expect(faults(await said('ingress/shop/web', { ...objects, ...more }))).toContain(
        'Service shop/web has no ready endpoint, so traffic to it goes nowhere.',
      )
  })

  it('a Service without a selector whose endpoints are not ready', async () => {
    const objects = {
      'services/specs/shop/web': made('v1', 'Service', 'web', { spec: { type: 'ClusterIP' } }),
      'services/endpoints/shop/web': made('v1', 'Endpoints', 'web', { subsets: [{ notReadyAddresses: [{ ip: '10.0.0.1' }] }] }),
    }
    expect(faults(await said('services/specs/shop/web', objects))).toContain(
      'None of its endpoints is ready, so traffic has nowhere to go.',
    )
  })

  it('a CronJob whose job has failed', async () => {
    const objects = {
      'cronjobs/shop/nightly': made('batch/v1', 'CronJob', 'nightly', {}),
      'jobs/shop/nightly-1': made('batch/v1', 'Job', 'nightly-1', {
        metadata: { ownerReferences: ownedBy('batch/v1', 'CronJob', 'nightly') },
        status: { conditions: [{ type: 'Failed', status: 'True', reason: 'BackoffLimitExceeded' }] },
      }),
    }
    expect(faults(await said('cronjobs/shop/nightly', objects))).toContain('Job shop/nightly-1: Failed: BackoffLimitExceeded.')
  })

  it('a warning event of the last hour is reported, one of the day before is not', async () => {
    const event = (name: string, seconds: number) =>
      made('v1', 'Event', name, {
        involvedObject: { kind: 'PersistentVolumeClaim', namespace: 'shop', name: 'data' },
        type: 'Warning',
        reason: 'ProvisioningFailed',
        message: 'no capacity',
        lastTimestamp: ago(seconds),
      })
    const claim = { 'persistentvolumeclaims/shop/data': made('v1', 'PersistentVolumeClaim', 'data', { status: { phase: 'Bound' } }) }
    const key = 'persistentvolumeclaims/shop/data'
    expect(await said(key, { ...claim, 'events/shop/data.1': event('data.1', 120) })).toMatchObject([
      { severity: 'info', text: 'Warning event ProvisioningFailed, last 2m ago: no capacity.' },
    ])
    expect(await said(key, { ...claim, 'events/shop/data.1': event('data.1', 90_000) })).toEqual([])
  })

  it('a budget that allows no disruption is not a fault while all its pods are healthy', async () => {
    const objects = {
      'deployments/shop/web': deployment(3),
      'replicasets/shop/web-1': set(3),
      ...pods(well, well, well),
      'poddisruptionbudgets/shop/web': made('policy/v1', 'PodDisruptionBudget', 'web', {
        spec: { selector: { matchLabels: { app: 'web' } } },
        status: { currentHealthy: 3, desiredHealthy: 3, disruptionsAllowed: 0, expectedPods: 3 },
      }),
    }
    expect(faults(await said('deployments/shop/web', objects))).toEqual([])
  })
})

describe('without known ages', () => {
  const pod = podOf('web', [], { ...crashing, lastState: { terminated: { finishedAt: ago(600), exitCode: 1 } } })
  it('shows times instead of ages, and judges nothing by duration', () => {
    const texts = judgedObject(pod, place('pods'), null).map(({ text }) => text)
    expect(texts).toContain('Pod shop/x: 8 restarts, the last at 2026-11-23 03:50:00 UTC.')
    const waiting = made('v1', 'PersistentVolumeClaim', 'x', { metadata: { creationTimestamp: ago(86_400) }, status: { phase: 'Pending' } })
    const says = (now: number | null) =>
      judgedObject(waiting, place('persistentvolumeclaims'), now)
        .map(({ text }) => text)
        .join('\n')
    expect(says(NOW)).toContain('Pending for 24h.')
    expect(says(null)).not.toContain('Pending since')
  })
})
