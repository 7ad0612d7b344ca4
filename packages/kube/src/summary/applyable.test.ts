import { describe, expect, test } from 'vitest'
import type { KubeObject } from '../value/value.ts'
import { applyable } from './applyable.ts'

const plain = (object: KubeObject) => JSON.parse(JSON.stringify(applyable(object))) as unknown

describe('a copy to apply elsewhere', () => {
  test('has no status, managed fields or server-set metadata', () => {
    const object = {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: {
        name: 'web',
        namespace: 'shop',
        uid: 'u',
        resourceVersion: '7',
        creationTimestamp: '2026-01-01T00:00:00Z',
        generation: 3,
        selfLink: '/x',
        deletionTimestamp: '2026-01-01T00:00:00Z',
        deletionGracePeriodSeconds: 0,
        managedFields: [{}],
        ownerReferences: [{ uid: 'o' }],
        labels: { app: 'web' },
        annotations: { note: 'kept', 'deployment.kubernetes.io/revision': '3', 'kubectl.kubernetes.io/last-applied-configuration': '{}' },
        finalizers: ['foregroundDeletion', 'example.com/held'],
      },
      spec: { replicas: 2 },
      status: { replicas: 2 },
    }
    const before = JSON.stringify(object)
    expect(plain(object)).toEqual({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'web', namespace: 'shop', labels: { app: 'web' }, annotations: { note: 'kept' }, finalizers: ['example.com/held'] },
      spec: { replicas: 2 },
    })
    expect(JSON.stringify(object)).toBe(before)
  })

  test('annotations and finalizers that become empty are omitted', () => {
    const metadata = { name: 'x', annotations: { 'deployment.kubernetes.io/revision': '1' }, finalizers: ['orphan'] }
    expect(plain({ apiVersion: 'apps/v1', kind: 'Deployment', metadata })).toMatchObject({ metadata: { name: 'x' } })
    expect(Object.keys((plain({ apiVersion: 'apps/v1', kind: 'Deployment', metadata }) as { metadata: object }).metadata)).toEqual(['name'])
  })

  test.each<[string, KubeObject, unknown]>([
    [
      'a pod’s node and token volume',
      {
        kind: 'Pod',
        spec: {
          nodeName: 'n1',
          volumes: [{ name: 'kube-api-access-x' }, { name: 'data' }],
          containers: [
            {
              name: 'a',
              volumeMounts: [
                { name: 'kube-api-access-x', mountPath: '/var/run/secrets/kubernetes.io/serviceaccount' },
                { name: 'data', mountPath: '/d' },
              ],
            },
            { name: 'b', volumeMounts: [{ name: 'kube-api-access-x', mountPath: '/var/run/secrets/kubernetes.io/serviceaccount' }] },
          ],
        },
      },
      { volumes: [{ name: 'data' }], containers: [{ name: 'a', volumeMounts: [{ name: 'data', mountPath: '/d' }] }, { name: 'b' }] },
    ],
    [
      'a Service’s addresses',
      { kind: 'Service', spec: { clusterIP: '10.0.0.1', clusterIPs: ['10.0.0.1'], healthCheckNodePort: 3, ports: [{ port: 80 }] } },
      { ports: [{ port: 80 }] },
    ],
    [
      'but not that a Service is headless',
      { kind: 'Service', spec: { clusterIP: 'None', clusterIPs: ['None'] } },
      { clusterIP: 'None', clusterIPs: ['None'] },
    ],
    ['a namespace’s finalizer', { kind: 'Namespace', spec: { finalizers: ['kubernetes'] } }, {}],
    ['a claim’s volume', { kind: 'PersistentVolumeClaim', spec: { volumeName: 'v', storageClassName: 's' } }, { storageClassName: 's' }],
    [
      'whom exactly a volume is claimed by',
      { kind: 'PersistentVolume', spec: { claimRef: { name: 'c', uid: 'u', resourceVersion: '1' } } },
      { claimRef: { name: 'c' } },
    ],
    [
      'a Job’s generated selector',
      {
        apiVersion: 'batch/v1',
        kind: 'Job',
        spec: { selector: {}, template: { metadata: { labels: { 'controller-uid': 'u', 'job-name': 'j', app: 'x' } }, spec: {} } },
      },
      { template: { metadata: { labels: { app: 'x' } }, spec: {} } },
    ],
    [
      'but not one given by hand',
      { apiVersion: 'batch/v1', kind: 'Job', spec: { manualSelector: true, selector: { a: 1 } } },
      { manualSelector: true, selector: { a: 1 } },
    ],
    ['nothing of a custom resource', { apiVersion: 'example.com/v1', kind: 'Service', spec: { clusterIP: 'x' } }, { clusterIP: 'x' }],
  ])('loses %s', (_name, object, spec) => {
    expect(plain({ apiVersion: 'v1', ...object })).toMatchObject({ spec })
    expect((plain({ apiVersion: 'v1', ...object }) as { spec: unknown }).spec).toEqual(spec)
  })

  test('values that are not Kubernetes objects stay unchanged', () => {
    const object = { status: 'x', metadata: { uid: 'y' } }
    expect(applyable(object)).toBe(object)
  })
})
