import { describe, expect, test } from 'vitest'
import type { KubeObject } from '../value/value.ts'
import { formatDiffPath } from './diff-path.ts'
import { diffValues } from './diff-values.ts'
import { revisionWriter, writersOf } from './writers.ts'

const entry = (manager: string, time: string, fieldsV1: KubeObject, more: KubeObject = {}): KubeObject => ({
  ...{ manager, operation: 'Update', apiVersion: 'apps/v1', time, fieldsType: 'FieldsV1', fieldsV1 },
  ...more,
})

const kubectl = entry('kubectl', '2026-11-23T03:40:00Z', {
  'f:metadata': { 'f:labels': { '.': {}, 'f:app': {} }, 'f:finalizers': { '.': {}, 'v:"hold"': {} } },
  'f:spec': {
    'f:replicas': {},
    'f:template': {
      'f:spec': {
        'f:containers': {
          'k:{"name":"web"}': {
            '.': {},
            'f:image': {},
            'f:ports': { 'k:{"containerPort":80,"protocol":"TCP"}': { '.': {}, 'f:name': {} } },
          },
        },
      },
    },
  },
})
const controller = entry(
  'kube-controller-manager',
  '2026-11-23T03:41:00Z',
  { 'f:status': { 'f:replicas': {}, 'f:conditions': {} } },
  { subresource: 'status' },
)

function deployment(
  image: string,
  more: { replicas?: number; conditions?: string; entries?: KubeObject[]; hold?: boolean; port?: string } = {},
): KubeObject {
  const { replicas = 1, conditions = 'True', entries = [kubectl, controller], hold = true, port = 'http' } = more
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'shop', labels: { app: 'shop' }, finalizers: hold ? ['hold'] : [], managedFields: entries },
    spec: {
      replicas,
      template: {
        spec: {
          containers: [
            { name: 'log', image },
            { name: 'web', image, ports: [{ containerPort: 80, protocol: 'TCP', name: port }] },
          ],
        },
      },
    },
    status: { conditions: [{ type: 'Available', status: conditions }] },
  }
}

const ofContainers = (manager: string, fields: KubeObject) =>
  entry(manager, '', { 'f:spec': { 'f:template': { 'f:spec': { 'f:containers': fields } } } })

const byPath = (before: KubeObject, after: KubeObject) => {
  const { changes } = diffValues(before, after)
  const writers = writersOf(after, changes, before)
  return Object.fromEntries(changes.map(({ path }, i) => [formatDiffPath(path), writers[i]?.map(({ manager }) => manager)]))
}

describe('writersOf', () => {
  test('members, elements by their keys, and everything inside a member without members', () => {
    const before = deployment('shop:1.4')
    const after = deployment('shop:1.5', { replicas: 2, conditions: 'False', port: 'web' })
    expect(byPath(before, after)).toEqual({
      'spec.replicas': ['kubectl'],
      'spec.template.spec.containers[log].image': [],
      'spec.template.spec.containers[web].image': ['kubectl'],
      'spec.template.spec.containers[web].ports[80/TCP].name': ['kubectl'],
      'status.conditions[Available].status': ['kube-controller-manager'],
    })
  })

  test('removed fields belonged to the managers in the previous object', () => {
    const before = deployment('shop:1.4')
    const after = deployment('shop:1.4', { hold: false, entries: [controller] })
    expect(byPath(before, after)['metadata.finalizers[hold]']).toEqual(['kubectl'])
  })

  test('returns what an entry says', () => {
    const changes = diffValues(deployment('a'), deployment('a', { conditions: 'False' })).changes
    expect(writersOf(deployment('a', { conditions: 'False' }), changes)).toEqual([
      [
        {
          ...{ manager: 'kube-controller-manager', operation: 'Update', apiVersion: 'apps/v1', subresource: 'status' },
          time: '2026-11-23T03:41:00Z',
        },
      ],
    ])
    expect(writersOf(undefined, changes)).toEqual([[]])
  })

  test('field keys that are not JSON, or name missing fields, cover nothing', () => {
    const odd = ofContainers('odd', { 'k:{x': {}, 'k:5': {}, 'k:{"nothing":1}': {}, 'v:': {}, 'q:': {} })
    expect(byPath(deployment('a', { entries: [odd] }), deployment('b', { entries: [odd] }))).toEqual({
      'spec.template.spec.containers[log].image': [],
      'spec.template.spec.containers[web].image': [],
    })
    const byIndex = ofContainers('index', { 'i:1': { 'f:image': {} } })
    expect(byPath(deployment('a', { entries: [byIndex] }), deployment('b', { entries: [byIndex] }))).toEqual({
      'spec.template.spec.containers[log].image': [],
      'spec.template.spec.containers[web].image': ['index'],
    })
  })
})

describe('revisionWriter', () => {
  const writer = (before: KubeObject | null | undefined, after: KubeObject) => {
    const { writers, by } = revisionWriter(after, before, before ? diffValues(before, after).changes : [])
    return [by, ...writers.map(({ manager }) => manager)]
  }

  test('the changed entry', () => {
    const renewed = { ...kubectl, time: '2026-11-23T03:45:00Z' }
    expect(writer(deployment('a'), deployment('b', { entries: [renewed, controller] }))).toEqual(['entry-changed', 'kubectl'])
    const helm = entry('helm', '2026-11-23T03:46:00Z', { 'f:spec': {} })
    expect(writer(deployment('a'), deployment('b', { entries: [kubectl, controller, helm] }))).toEqual(['entry-changed', 'helm'])
  })

  test('the newest of several changed ones: the others lost fields to it', () => {
    const lost = { ...kubectl, fieldsV1: {} }
    const helm = entry('helm', '2026-11-23T03:46:00Z', { 'f:spec': {} })
    expect(writer(deployment('a'), deployment('b', { entries: [lost, helm] }))).toEqual(['entry-changed', 'helm'])
  })

  test('if no entry changed, the one that covers the changes', () => {
    expect(writer(deployment('a'), deployment('a', { conditions: 'False' }))).toEqual(['covers-changes', 'kube-controller-manager'])
    expect(writer(deployment('a'), deployment('a', { conditions: 'False', replicas: 3 }))).toEqual([
      'covers-changes',
      'kubectl',
      'kube-controller-manager',
    ])
  })

  test('the newest, if the previous revision is unknown or there was none', () => {
    expect(writer(undefined, deployment('a'))).toEqual(['newest', 'kube-controller-manager'])
    expect(writer(null, deployment('a', { entries: [kubectl] }))).toEqual(['entry-changed', 'kubectl'])
  })

  test('nobody, if no entry explains the change: deletions have none', () => {
    const deleted = deployment('a')
    deleted.metadata = { ...(deleted.metadata as KubeObject), deletionTimestamp: '2026-11-23T03:50:00Z' }
    expect(writer(deployment('a'), deleted)).toEqual(['unknown'])
    expect(writer(deployment('a'), deployment('a'))).toEqual(['unknown'])
  })

  test('nobody, without entries', () => {
    expect(writer(undefined, deployment('a', { entries: [] }))).toEqual(['unknown'])
  })
})
