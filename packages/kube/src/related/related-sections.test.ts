// The related objects of each kind, and what is said if the other side of a relation is missing.
import { describe, expect, it } from 'vitest'
import { resourceAt } from '../tables/resources.ts'
import { inEnglish, relationInEnglish } from '../testing/in-english.ts'
import type { KubeObject } from '../value/value.ts'
import { exactSearches } from './exact-searches.ts'
import type { RelatedItem } from './related-item.ts'
import { relatedSections } from './related-sections.ts'
import { contentOf, type SectionContent, type SectionId } from './section.ts'
import { type MemoryObjects, memoryObjects } from './testing/memory-objects.ts'
import { made, ownedBy } from './testing/objects.ts'

const NOW = Date.parse('2026-11-23T04:00:00Z')
const namespace: KubeObject = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' }, status: { phase: 'Active' } }

interface Related {
  sections: SectionId[]
  of(id: SectionId): Promise<SectionContent>
  store: MemoryObjects
}

/** The sections of the object at `path/shop/name` (or `path/name`) among the others. */
function related(
  key: string,
  objects: Record<string, KubeObject>,
  options: { most?: number; whole?: boolean; partial?: boolean } = {},
): Related {
  const store = memoryObjects({ 'namespaces/shop': namespace, ...objects })
  const segments = key.split('/')
  const path = segments.slice(0, key.startsWith('services/') || key.includes('.') ? 2 : 1).join('/')
  const rest = segments.slice(path.split('/').length)
  const place = { path, namespace: rest.length > 1 ? (rest[0] ?? '') : null, name: rest.at(-1) ?? '' }
  const object = objects[key] as KubeObject
  const sections = relatedSections(object, place, resourceAt(path)?.custom ?? true)
  const { most = 1000, whole = false, partial = false } = options
  return {
    sections: sections.map((section) => section.id),
    store,
    async of(id) {
      const section = sections.find((one) => one.id === id)
      if (section === undefined) throw new Error(`no section ${id}`)
      return contentOf(await section.read({ object, partial, place, store, now: NOW, most, whole }))
    },
  }
}

const named = (items: readonly RelatedItem[]) => items.map((item) => `${'  '.repeat(item.depth)}${item.kind} ${item.name}`)
const troubles = (content: SectionContent) => [
  ...content.notes.filter((note) => note.severity !== 'info').map((note) => inEnglish(note.says)),
  ...content.items.flatMap((item) => (item.trouble === null ? [] : [inEnglish(item.trouble.says)])),
]

const pod = (name: string, more: KubeObject = {}) => {
  const { spec, status, metadata } = more as Record<string, KubeObject>
  return made('v1', 'Pod', name, {
    metadata: { labels: { app: 'web' }, ...metadata },
    spec: { containers: [{ name: 'web', image: 'web:1' }], nodeName: 'n1', ...spec },
    status: {
      phase: 'Running',
      podIP: '10.0.0.1',
      containerStatuses: [{ name: 'web', ready: true, restartCount: 0, state: { running: {} } }],
      ...status,
    },
  })
}
const node = (name: string, ready: 'True' | 'Unknown' = 'True'): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Node',
  metadata: { name, uid: `uid-node-${name}` },
  spec: { podCIDR: '10.0.0.0/24' },
  status: { conditions: [{ type: 'Ready', status: ready, message: 'Kubelet stopped posting node status.' }] },
})
const lease = (name: string, renewTime: string) =>
  made('coordination.k8s.io/v1', 'Lease', name, {
    metadata: { namespace: 'kube-node-lease' },
    spec: { renewTime, leaseDurationSeconds: 40 },
  })

describe('owners', () => {
  const set = made('apps/v1', 'ReplicaSet', 'web-1', { metadata: { ownerReferences: ownedBy('apps/v1', 'Deployment', 'web') } })
  const owned = pod('web-1-a', { metadata: { ownerReferences: ownedBy('apps/v1', 'ReplicaSet', 'web-1') } })

  it('go up to an object without owners', async () => {
    const { of } = related('pods/shop/web-1-a', {
      'pods/shop/web-1-a': owned,
      'replicasets/shop/web-1': set,
      'deployments/shop/web': made('apps/v1', 'Deployment', 'web'),
    })
    const content = await of('owners')
    expect(named(content.items)).toEqual(['ReplicaSet web-1', '  Deployment web', 'Namespace shop'])
    expect(troubles(content)).toEqual([])
  })

  it('that are gone or replaced are reported', async () => {
    const gone = await related('pods/shop/web-1-a', { 'pods/shop/web-1-a': owned }).of('owners')
    expect(troubles(gone)).toEqual(['Its owner ReplicaSet web-1 is gone. The garbage collector should have deleted it.'])
    expect(gone.items[0]).toMatchObject({ found: 'missing', place: { path: 'replicasets', namespace: 'shop', name: 'web-1' } })
    const other = { ...set, metadata: { ...(set.metadata as KubeObject), uid: 'another', ownerReferences: [] } }
    const replaced = await related('pods/shop/web-1-a', { 'pods/shop/web-1-a': owned, 'replicasets/shop/web-1': other }).of('owners')
    expect(troubles(replaced)[0]).toMatch(/is gone, and another object has its name/)
  })

  it('of a custom kind are found by the plural in its definition', async () => {
    const custom = pod('p', { metadata: { ownerReferences: ownedBy('example.com/v1', 'Mouse', 'm') } })
    const definition: KubeObject = {
      apiVersion: 'apiextensions.k8s.io/v1',
      kind: 'CustomResourceDefinition',
      metadata: { name: 'mice.example.com' },
      spec: {
        group: 'example.com',
        scope: 'Namespaced',
        names: { kind: 'Mouse', plural: 'mice' },
        versions: [{ name: 'v1', storage: true }],
      },
    }
    const objects = { 'pods/shop/p': custom, 'example.com/mice/shop/m': made('example.com/v1', 'Mouse', 'm') }
    const known = await related('pods/shop/p', {
      ...objects,
      'apiextensions.k8s.io/customresourcedefinitions/mice.example.com': definition,
    }).of('owners')
    expect(known.items[0]).toMatchObject({ found: 'there', place: { path: 'example.com/mice', namespace: 'shop', name: 'm' } })
    const undefinedKind = await related('pods/shop/p', objects).of('owners')
    expect(undefinedKind.items[0]).toMatchObject({ found: 'unnamed', place: null })
    expect(troubles(undefinedKind)[0]).toMatch(/No definition of kind Mouse/)
  })

  it('in a cycle do not cause a loop', async () => {
    const a = made('v1', 'ConfigMap', 'a', { metadata: { ownerReferences: ownedBy('v1', 'ConfigMap', 'b') } })
    const b = made('v1', 'ConfigMap', 'b', { metadata: { ownerReferences: ownedBy('v1', 'ConfigMap', 'a') } })
    const { items } = await related('configmaps/shop/a', { 'configmaps/shop/a': a, 'configmaps/shop/b': b }).of('owners')
    expect(items.length).toBeLessThan(10)
  })

  it('a missing namespace is reported', async () => {
    const content = await related('pods/lost/p', { 'pods/lost/p': pod('p', { metadata: { namespace: 'lost' } }) }).of('owners')
    expect(troubles(content)).toEqual([
      'Its namespace lost does not exist: the API server shows the object, but nothing will ever delete it.',
    ])
  })
})

describe('a pod', () => {
  it('names what it uses, and what is missing', async () => {
    const spec = {
      serviceAccountName: 'robot',
      volumes: [
        { name: 'config', configMap: { name: 'web' } },
        { name: 'extra', configMap: { name: 'extra', optional: true } },
        { name: 'data', persistentVolumeClaim: { claimName: 'data' } },
        { name: 'all', projected: { sources: [{ secret: { name: 'tls' } }] } },
        { name: 'scratch', ephemeral: {} },
      ],
      containers: [
        {
          name: 'web',
          env: [{ name: 'PASSWORD', valueFrom: { secretKeyRef: { name: 'db', key: 'password' } } }],
          envFrom: [{ configMapRef: { name: 'web' } }],
        },
      ],
      imagePullSecrets: [{ name: 'registry' }],
    }
    const content = await related('pods/shop/p', {
      'pods/shop/p': pod('p', { spec }),
      'configmaps/shop/web': made('v1', 'ConfigMap', 'web', { data: { a: '1' } }),
      'secrets/shop/db': made('v1', 'Secret', 'db', { data: { user: 'cm9vdA==' } }),
    }).of('uses')
    expect(content.items.map((item) => [item.kind, item.name, item.found, relationInEnglish(item.how)])).toEqual([
      ['ServiceAccount', 'robot', 'missing', 'runs as'],
      ['ConfigMap', 'web', 'there', 'volume config, envFrom of web'],
      ['ConfigMap', 'extra', 'missing', 'volume extra, optional'],
      ['PersistentVolumeClaim', 'data', 'missing', 'volume data'],
      ['Secret', 'tls', 'missing', 'volume all'],
      ['PersistentVolumeClaim', 'p-scratch', 'missing', 'volume scratch'],
      ['Secret', 'db', 'there', 'env PASSWORD of web'],
      ['Secret', 'registry', 'missing', 'pulls images, optional'],
    ])
    expect(troubles(content)).toEqual([
      'ServiceAccount shop/robot does not exist. The API server creates no pod without it.',
      'PersistentVolumeClaim shop/data does not exist. The pod cannot be scheduled without it.',
      'Secret shop/tls does not exist. A pod cannot start without it.',
      'PersistentVolumeClaim shop/p-scratch does not exist. The pod cannot be scheduled without it.',
      'Secret shop/db is missing these keys: password. The container cannot be created without it.',
    ])
    expect(JSON.stringify(content)).not.toContain('cm9vdA')
  })

  it('is on a node that is healthy, lost, gone, or on none', async () => {
    const on = async (objects: Record<string, KubeObject>, more: KubeObject = {}) =>
      await related('pods/shop/p', { 'pods/shop/p': pod('p', more), ...objects }).of('node')
    const well = await on({ 'minions/n1': node('n1'), 'leases/kube-node-lease/n1': lease('n1', '2026-11-23T03:59:55.000000Z') })
    expect(named(well.items)).toEqual(['Node n1', '  Lease n1'])
    expect(well.items[1]?.status).toEqual({ says: { code: 'lease-renewed', params: { when: 'ago', time: '5s' } }, tone: 'ok' })
    expect(troubles(well)).toEqual([])
    const lost = await on({ 'minions/n1': node('n1', 'Unknown'), 'leases/kube-node-lease/n1': lease('n1', '2026-11-23T03:52:00.000000Z') })
    expect(troubles(lost)).toEqual([
      'Node n1 is not ready. Kubelet stopped posting node status. The pod’s status is older than that.',
      'Last heartbeat 8m ago (limit 40 s).',
    ])
    expect(troubles(await on({}))).toEqual(['Node n1 does not exist: nothing runs this pod, whatever its status says.'])
    const conditions = [{ type: 'PodScheduled', status: 'False', message: '0/3 nodes are available.' }]
    expect(troubles(await on({}, { spec: { nodeName: '' }, status: { conditions } }))).toEqual(['On no node: 0/3 nodes are available.'])
  })

  it('knows the Services that select it, and the endpoints that list it', async () => {
    const service = made('v1', 'Service', 'web', { spec: { selector: { app: 'web' }, type: 'ClusterIP' } })
    const slice = (uid: string, ready = true) =>
      made('discovery.k8s.io/v1', 'EndpointSlice', 'web-x', {
        metadata: { labels: { 'kubernetes.io/service-name': 'web' } },
        endpoints: [{ addresses: ['10.0.0.1'], conditions: { ready }, targetRef: { kind: 'Pod', name: 'p', namespace: 'shop', uid } }],
      })
    const objects = {
      'pods/shop/p': pod('p'),
      'services/specs/shop/web': service,
      'services/specs/shop/other': made('v1', 'Service', 'other', { spec: { selector: { app: 'other' } } }),
      'services/specs/shop/none': made('v1', 'Service', 'none', { spec: {} }),
    }
    const listed = await related('pods/shop/p', { ...objects, 'endpointslices/shop/web-x': slice('uid-pod-p', false) }).of('services')
    expect(named(listed.items)).toEqual(['Service web', '  EndpointSlice web-x'])
    expect(listed.items[1]).toMatchObject({
      how: [{ code: 'named', params: { name: '10.0.0.1' } }],
      status: { says: { code: 'endpoint-state', params: { state: 'not-ready' } }, tone: 'warning' },
    })
    expect(troubles(listed)).toEqual([])
    expect(troubles(await related('pods/shop/p', objects).of('services'))).toEqual([
      'Service web selects this pod, but neither its EndpointSlices nor its Endpoints list it.',
    ])
    const stale = await related('pods/shop/p', { ...objects, 'endpointslices/shop/web-x': slice('uid-of-before') }).of('services')
    expect(troubles(stale)).toEqual(['It lists an earlier pod of this name, which had a different uid and is gone.'])
    const done = { ...objects, 'pods/shop/p': pod('p', { status: { phase: 'Succeeded' } }) }
    expect(troubles(await related('pods/shop/p', done).of('services'))).toEqual([])
  })

  it('reads by key or by its own name, and no neighbours', async () => {
    const neighbours = Object.fromEntries(Array.from({ length: 50 }, (_, i) => [`pods/shop/n${i}`, pod(`n${i}`)]))
    const all = related('pods/shop/p', { 'pods/shop/p': pod('p'), ...neighbours })
    for (const id of all.sections) await all.of(id)
    expect(all.store.asked.filter((asked) => asked.startsWith('list')).sort()).toEqual([
      'list events/shop/p.',
      'list networkpolicies/shop/',
      'list poddisruptionbudgets/shop/',
      'list services/specs/shop/',
    ])
    expect(all.store.asked.some((asked) => asked.includes('pods/shop/n'))).toBe(false)
  })

  it('says what its deletion waits for', async () => {
    const deleted = { deletionTimestamp: '2026-11-23T03:50:00Z' }
    const held = related('pods/shop/p', {
      'pods/shop/p': pod('p', {
        metadata: {
          ...deleted,
          finalizers: ['example.com/hold', 'foregroundDeletion'],
          managedFields: [
            {
              manager: 'kubectl',
              time: '2026-11-23T03:30:00Z',
              fieldsV1: { 'f:metadata': { 'f:finalizers': { 'v:"example.com/hold"': {} } } },
            },
          ],
        },
      }),
    })
    expect(held.sections[0]).toBe('deletion')
    expect(troubles(await held.of('deletion'))).toEqual([
      'Finalizer example.com/hold, set by kubectl 30m ago, holds it. Kubernetes does not define it: the controller of example.com must remove it, and until then the object stays.',
      'Finalizer foregroundDeletion holds it. The garbage collector removes it when every dependent that blocks the deletion is gone.',
    ])
    const lost = await related('pods/shop/p', {
      'pods/shop/p': pod('p', { metadata: deleted }),
      'leases/kube-node-lease/n1': lease('n1', '2026-11-23T03:52:00.000000Z'),
    }).of('deletion')
    expect(troubles(lost)[0]).toMatch(/^The kubelet of node n1 must confirm .* Last heartbeat 8m ago.* deletes the pod by force\.$/)
  })
})

describe('events', () => {
  const event = (name: string, more: KubeObject) =>
    made('v1', 'Event', name, { type: 'Normal', involvedObject: { kind: 'Pod', namespace: 'shop', name: 'p', uid: 'uid-pod-p' }, ...more })

  it('come newest first, in both forms, and only for this object', async () => {
    const content = await related('pods/shop/p', {
      'pods/shop/p': pod('p'),
      'events/shop/p.1': event('p.1', { reason: 'Old', count: 3, lastTimestamp: '2026-11-23T03:01:00Z', message: 'core' }),
      'events/shop/p.2': event('p.2', {
        reason: 'New',
        series: { count: 7, lastObservedTime: '2026-11-23T03:09:00.5Z' },
        eventTime: '2026-11-23T03:02:00Z',
      }),
      'events/shop/p.3': event('p.3', {
        reason: 'Before',
        lastTimestamp: '2026-11-23T02:00:00Z',
        involvedObject: { kind: 'Pod', name: 'p', uid: 'x' },
      }),
      'events/shop/p.4': {
        apiVersion: 'events.k8s.io/v1',
        kind: 'Event',
        metadata: { name: 'p.4', namespace: 'shop' },
        regarding: { kind: 'Pod', namespace: 'shop', name: 'p' },
        note: 'in words',
        reason: 'Regarding',
        deprecatedCount: 2,
        eventTime: '2026-11-23T03:05:00Z',
        reportingController: 'kubelet',
      },
      'events/shop/p.x.5': event('p.x.5', { involvedObject: { kind: 'Pod', namespace: 'shop', name: 'p.x' } }),
      'events/shop/p.6': event('p.6', { involvedObject: { kind: 'Service', namespace: 'shop', name: 'p' } }),
      'events/shop/q.1': event('q.1', {}),
    }).of('events')
    expect(content.events.map(({ reason, count, last, earlier }) => [reason, count, last, earlier])).toEqual([
      ['New', 7, '2026-11-23T03:09:00.5Z', false],
      ['Regarding', 2, '2026-11-23T03:05:00Z', false],
      ['Old', 3, '2026-11-23T03:01:00Z', false],
      ['Before', 1, '2026-11-23T02:00:00Z', true],
    ])
    expect(content.events[1]).toMatchObject({ message: 'in words', from: 'kubelet' })
  })

  it('of a node are in the namespace default', async () => {
    const about = { kind: 'Node', name: 'n1', uid: 'n1' }
    const content = await related('minions/n1', {
      'minions/n1': node('n1'),
      'events/default/n1.1': event('n1.1', { involvedObject: about, reason: 'NodeNotReady' }),
    }).of('events')
    expect(content.events.map(({ reason, earlier }) => [reason, earlier])).toEqual([['NodeNotReady', false]])
  })
})

describe('controllers', () => {
  it('own by uid the objects named after them, and report if there are none', async () => {
    const deployment = made('apps/v1', 'Deployment', 'web', { spec: { replicas: 2 } })
    const set = (name: string, replicas: number, owner = ownedBy('apps/v1', 'Deployment', 'web')) =>
      made('apps/v1', 'ReplicaSet', name, { metadata: { ownerReferences: owner }, spec: { replicas }, status: { replicas } })
    const objects = {
      'deployments/shop/web': deployment,
      'replicasets/shop/web-1': set('web-1', 0),
      'replicasets/shop/web-2': set('web-2', 2),
      'replicasets/shop/web-admin-1': set('web-admin-1', 1, ownedBy('apps/v1', 'Deployment', 'web-admin')),
    }
    const running = await related('deployments/shop/web', {
      ...objects,
      'pods/shop/web-2-a': pod('web-2-a', { metadata: { ownerReferences: ownedBy('apps/v1', 'ReplicaSet', 'web-2') } }),
      'pods/shop/web-2-b': pod('web-2-b', { metadata: { ownerReferences: ownedBy('apps/v1', 'ReplicaSet', 'web-2', 'another') } }),
    }).of('children')
    expect(named(running.items)).toEqual(['ReplicaSet web-2', '  Pod web-2-a', 'ReplicaSet web-1'])
    expect(troubles(running)).toEqual([])
    expect(troubles(await related('deployments/shop/web', objects).of('children'))).toEqual(['It should have 2 pods but owns none.'])
  })

  it('conclude nothing from what a partly decoded object lacks', async () => {
    const objects = {
      'deployments/shop/web': made('apps/v1', 'Deployment', 'web'),
      'services/specs/shop/web': made('v1', 'Service', 'web'),
      'pods/shop/web': made('v1', 'Pod', 'web'),
    }
    for (const [key, section] of [
      ['deployments/shop/web', 'children'],
      ['services/specs/shop/web', 'pods'],
      ['services/specs/shop/web', 'endpoints'],
      ['pods/shop/web', 'owners'],
      ['pods/shop/web', 'node'],
    ] as const) {
      const notes = async (partial: boolean) => (await related(key, objects, { partial }).of(section)).notes.length
      expect([key, section, await notes(false), await notes(true)]).toEqual([key, section, 1, 0])
    }
  })

  it('find adopted pods only in a search of the whole namespace', async () => {
    const objects = {
      'replicasets/shop/web-1': made('apps/v1', 'ReplicaSet', 'web-1', { spec: { replicas: 1 } }),
      'pods/shop/adopted': pod('adopted', { metadata: { ownerReferences: ownedBy('apps/v1', 'ReplicaSet', 'web-1') } }),
    }
    expect(named((await related('replicasets/shop/web-1', objects).of('children')).items)).toEqual([])
    expect(named((await related('replicasets/shop/web-1', objects, { whole: true }).of('children')).items)).toEqual(['Pod adopted'])
  })

  it('of Jobs include the pods', async () => {
    const job = made('batch/v1', 'Job', 'night-1', { metadata: { ownerReferences: ownedBy('batch/v1', 'CronJob', 'night') } })
    const content = await related('cronjobs/shop/night', {
      'cronjobs/shop/night': made('batch/v1', 'CronJob', 'night'),
      'jobs/shop/night-1': job,
      'pods/shop/night-1-x': pod('night-1-x', { metadata: { ownerReferences: ownedBy('batch/v1', 'Job', 'night-1') } }),
    }).of('children')
    expect(named(content.items)).toEqual(['Job night-1', '  Pod night-1-x'])
  })

  it('of a StatefulSet include its templates’ claims, also those left over', async () => {
    const set = made('apps/v1', 'StatefulSet', 'db', { spec: { replicas: 1, volumeClaimTemplates: [{ metadata: { name: 'data' } }] } })
    const claim = (name: string) => made('v1', 'PersistentVolumeClaim', name, { status: { phase: 'Bound' } })
    const content = await related('statefulsets/shop/db', {
      'statefulsets/shop/db': set,
      'pods/shop/db-0': pod('db-0', { metadata: { ownerReferences: ownedBy('apps/v1', 'StatefulSet', 'db') } }),
      'persistentvolumeclaims/shop/data-db-0': claim('data-db-0'),
      'persistentvolumeclaims/shop/data-db-1': claim('data-db-1'),
      'persistentvolumeclaims/shop/data-db-other-0': claim('data-db-other-0'),
    }).of('children')
    expect(content.items.map((item) => [item.name, relationInEnglish(item.how)])).toEqual([
      ['db-0', ''],
      ['data-db-0', 'from its template'],
      ['data-db-1', 'left over from scaling down'],
    ])
  })

  it('include their autoscaler and the budget of their pods', async () => {
    const template = { metadata: { labels: { app: 'web' } }, spec: { containers: [] } }
    const content = await related('deployments/shop/web', {
      'deployments/shop/web': made('apps/v1', 'Deployment', 'web', { spec: { template } }),
      'horizontalpodautoscalers/shop/web': made('autoscaling/v2', 'HorizontalPodAutoscaler', 'web', {
        spec: { scaleTargetRef: { kind: 'Deployment', name: 'web', apiVersion: 'apps/v1' } },
      }),
      'poddisruptionbudgets/shop/web': made('policy/v1', 'PodDisruptionBudget', 'web', {
        spec: { selector: { matchLabels: { app: 'web' } } },
      }),
      'networkpolicies/shop/all': made('networking.k8s.io/v1', 'NetworkPolicy', 'all', { spec: { podSelector: {} } }),
    }).of('policies')
    expect(named(content.items)).toEqual(['HorizontalPodAutoscaler web', 'PodDisruptionBudget web', 'NetworkPolicy all'])
  })
})

describe('a Service', () => {
  const service = (spec: KubeObject) => made('v1', 'Service', 'web', { spec })
  const endpoints = (name: string, uid: string) =>
    made('v1', 'Endpoints', 'web', {
      subsets: [{ addresses: [{ ip: '10.0.0.1', targetRef: { kind: 'Pod', name, namespace: 'shop', uid } }] }],
    })

  it('reports an endpoint without a pod, or of an earlier one', async () => {
    const objects = { 'services/specs/shop/web': service({ selector: { app: 'web' } }), 'pods/shop/p': pod('p') }
    const good = await related('services/specs/shop/web', { ...objects, 'services/endpoints/shop/web': endpoints('p', 'uid-pod-p') }).of(
      'endpoints',
    )
    expect(named(good.items)).toEqual(['Endpoints web', '  Pod p'])
    expect(troubles(good)).toEqual([])
    const gone = await related('services/specs/shop/web', { ...objects, 'services/endpoints/shop/web': endpoints('q', 'u') }).of(
      'endpoints',
    )
    expect(troubles(gone)).toEqual(['Endpoint 10.0.0.1 refers to pod shop/q, which does not exist.'])
    const old = await related('services/specs/shop/web', { ...objects, 'services/endpoints/shop/web': endpoints('p', 'u') }).of('endpoints')
    expect(troubles(old)).toEqual(['Endpoint 10.0.0.1 refers to an earlier pod of this name, which is gone.'])
    expect(troubles(await related('services/specs/shop/web', objects).of('endpoints'))).toEqual([
      'It has neither Endpoints nor EndpointSlices.',
    ])
  })

  it('reports if no pod, or no ready pod, has its labels', async () => {
    const objects = { 'services/specs/shop/web': service({ selector: { app: 'web' } }) }
    expect(troubles(await related('services/specs/shop/web', objects).of('pods'))).toEqual([
      'No pod in shop matches its selector: app=web.',
    ])
    const waiting = { containerStatuses: [{ name: 'web', restartCount: 3, state: { waiting: { reason: 'CrashLoopBackOff' } } }] }
    const crashing = await related('services/specs/shop/web', { ...objects, 'pods/shop/p': pod('p', { status: waiting }) }).of('pods')
    expect(troubles(crashing)).toEqual([
      'The only pod that it selects is not ready, so traffic has nowhere to go.',
      '1 of 1 pod: CrashLoopBackOff.',
    ])
    // If not all pods were read, nothing is said about the others.
    const cut = await related(
      'services/specs/shop/web',
      { ...objects, 'pods/shop/a': pod('a', { metadata: { labels: {} } }), 'pods/shop/b': pod('b') },
      { most: 1 },
    ).of('pods')
    expect([troubles(cut), cut.looked[0]?.cut]).toEqual([[], true])
    const bare = await related('services/specs/shop/web', { 'services/specs/shop/web': service({}) }).of('pods')
    expect([troubles(bare), inEnglish(bare.notes[0]?.says ?? [])]).toEqual([
      [],
      'It has no selector: its endpoints are managed by hand or by another controller.',
    ])
  })

  it('has its addresses allocated, by bitmap or object, or not', async () => {
    // 10.254.0.1 is offset 0: the lowest bit of the last byte.
    const range = (data: string): KubeObject => ({ apiVersion: 'v1', kind: 'RangeAllocation', metadata: {}, range: '10.254.0.0/24', data })
    const objects = { 'services/specs/shop/web': service({ clusterIP: '10.254.0.1' }) }
    const set = await related('services/specs/shop/web', { ...objects, 'ranges/serviceips': range('AQ==') }).of('address')
    expect(
      set.items.map((item) => [relationInEnglish(item.how), item.status === null ? undefined : inEnglish([item.status.says])]),
    ).toEqual([['cluster IP 10.254.0.1 in 10.254.0.0/24', 'allocated']])
    const unset = await related('services/specs/shop/web', { ...objects, 'ranges/serviceips': range('AA==') }).of('address')
    expect(troubles(unset)).toEqual(['Cluster IP 10.254.0.1 is not marked as allocated: another Service may get it too.'])
    const address = (name: string): KubeObject => ({
      apiVersion: 'networking.k8s.io/v1',
      kind: 'IPAddress',
      metadata: { name: '10.254.0.1' },
      spec: { parentRef: { resource: 'services', namespace: 'shop', name } },
    })
    const byObject = await related('services/specs/shop/web', { ...objects, 'ipaddresses/10.254.0.1': address('web') }).of('address')
    expect([named(byObject.items), troubles(byObject)]).toEqual([['IPAddress 10.254.0.1'], []])
    const others = await related('services/specs/shop/web', { ...objects, 'ipaddresses/10.254.0.1': address('other') }).of('address')
    expect(troubles(others)).toEqual(['Address 10.254.0.1 is allocated to shop/other, not to this Service.'])
    expect(troubles(await related('services/specs/shop/web', objects).of('address'))[0]).toMatch(
      /^No allocation covers cluster IP 10\.254\.0\.1/,
    )
  })

  it('is referred to by Ingresses', async () => {
    const rules = [{ host: 'a.example', http: { paths: [{ path: '/x', backend: { service: { name: 'web' } } }] } }]
    const { items } = await related('services/specs/shop/web', {
      'services/specs/shop/web': service({}),
      'ingress/shop/i': made('networking.k8s.io/v1', 'Ingress', 'i', { spec: { rules } }),
      'ingress/shop/j': made('networking.k8s.io/v1', 'Ingress', 'j', { spec: {} }),
    }).of('routes')
    expect(items.map((item) => [item.name, relationInEnglish(item.how)])).toEqual([['i', 'a.example/x']])
  })
})

describe('what refers to an object', () => {
  const template = (spec: KubeObject): KubeObject => ({ spec: { template: { spec: { containers: [], ...spec } } } })

  it('is found by the field that names it, in every kind that has one', async () => {
    const { of, sections } = related('configmaps/shop/settings', {
      'configmaps/shop/settings': made('v1', 'ConfigMap', 'settings'),
      'deployments/shop/web': made('apps/v1', 'Deployment', 'web', template({ volumes: [{ name: 'v', configMap: { name: 'settings' } }] })),
      'jobs/shop/once': made('batch/v1', 'Job', 'once', template({ volumes: [{ name: 'v', configMap: { name: 'other' } }] })),
      'cronjobs/shop/nightly': made('batch/v1', 'CronJob', 'nightly', {
        spec: { jobTemplate: template({ containers: [{ name: 'c', envFrom: [{ configMapRef: { name: 'settings' } }] }] }) },
      }),
      'deployments/else/web': made('apps/v1', 'Deployment', 'web', {
        metadata: { namespace: 'else' },
        ...template({ volumes: [{ name: 'v', configMap: { name: 'settings' } }] }),
      }),
    })
    expect(sections.at(-1)).toBe('mentions')
    const { items, looked } = await of('mentions')
    expect(named(items)).toEqual(['Deployment web', 'CronJob nightly'])
    expect(items.map(({ how }) => relationInEnglish(how))).toEqual(['volume v', 'envFrom of c'])
    expect(looked.map(({ path }) => path)).toContain('statefulsets')
  })

  it('includes objects of the cluster', async () => {
    const service = { service: { namespace: 'shop', name: 'web' } }
    const { of } = related('services/specs/shop/web', {
      'services/specs/shop/web': made('v1', 'Service', 'web'),
      'validatingwebhookconfigurations/check': {
        ...{ apiVersion: 'admissionregistration.k8s.io/v1', kind: 'ValidatingWebhookConfiguration', metadata: { name: 'check' } },
        webhooks: [{ name: 'check.example', clientConfig: service }],
      },
      'apiregistration.k8s.io/apiservices/v1.example': {
        ...{ apiVersion: 'apiregistration.k8s.io/v1', kind: 'APIService', metadata: { name: 'v1.example' } },
        spec: { service: { namespace: 'else', name: 'web' } },
      },
    })
    expect(named((await of('mentions')).items)).toEqual(['ValidatingWebhookConfiguration check'])
  })

  const claim = (more: KubeObject): KubeObject => ({ metadata: { name: 'data' }, spec: more })
  const cluster = (apiVersion: string, kind: string, name: string, more: KubeObject = {}): KubeObject => ({
    ...{ apiVersion, kind, metadata: { name } },
    ...more,
  })
  const mentionsOf = async (key: string, objects: Record<string, KubeObject>) =>
    (await related(key, objects).of('mentions')).items.map(({ kind, name, how }) => `${kind} ${name}: ${relationInEnglish(how)}`)

  it('finds a StorageClass in templates of claims', async () => {
    const scratch = { volumes: [{ name: 'tmp', ephemeral: { volumeClaimTemplate: claim({ storageClassName: 'fast' }) } }] }
    const objects = {
      'storageclasses/fast': cluster('storage.k8s.io/v1', 'StorageClass', 'fast'),
      'statefulsets/shop/db': made('apps/v1', 'StatefulSet', 'db', {
        spec: { volumeClaimTemplates: [claim({ storageClassName: 'fast' })] },
      }),
      'pods/shop/p': pod('p', { spec: scratch }),
      'deployments/shop/web': made('apps/v1', 'Deployment', 'web', template(scratch)),
      'deployments/shop/slow': made('apps/v1', 'Deployment', 'slow', template({ volumes: [{ name: 'tmp', ephemeral: {} }] })),
    }
    expect((await mentionsOf('storageclasses/fast', objects)).sort()).toEqual([
      'Deployment web: volume tmp',
      'Pod p: volume tmp',
      'StatefulSet db: volume data',
    ])
  })

  it('finds a Secret in every source of a volume, and in a class', async () => {
    const volume = (name: string, spec: KubeObject) => ({
      [`persistentvolumes/${name}`]: cluster('v1', 'PersistentVolume', name, { spec }),
    })
    const shop = { secretRef: { name: 'key', namespace: 'shop' } }
    const claimRef = { namespace: 'shop', name: 'data' }
    const parameters = (namespace: string): KubeObject => ({
      parameters: { 'csi.storage.k8s.io/provisioner-secret-name': 'key', 'csi.storage.k8s.io/provisioner-secret-namespace': namespace },
    })
    const found = await mentionsOf('secrets/shop/key', {
      'secrets/shop/key': made('v1', 'Secret', 'key'),
      ...Object.assign(
        {},
        ...['cephfs', 'rbd', 'iscsi', 'flexVolume', 'scaleIO', 'storageos', 'cinder'].map((driver) => volume(driver, { [driver]: shop })),
      ),
      ...volume('azure', { azureFile: { secretName: 'key', secretNamespace: 'shop' } }),
      ...volume('azure-else', { azureFile: { secretName: 'key', secretNamespace: 'else' }, claimRef }),
      ...volume('claimed', { rbd: { secretRef: { name: 'key' } }, claimRef }),
      ...volume('nowhere', { rbd: { secretRef: { name: 'key' } } }),
      'storageclasses/fast': cluster('storage.k8s.io/v1', 'StorageClass', 'fast', parameters('shop')),
      'storageclasses/each': cluster('storage.k8s.io/v1', 'StorageClass', 'each', parameters('$' + '{pvc.namespace}')),
    })
    expect(found.sort()).toEqual([
      'PersistentVolume azure: azureFile',
      'PersistentVolume cephfs: cephfs',
      'PersistentVolume cinder: cinder',
      'PersistentVolume claimed: rbd',
      'PersistentVolume flexVolume: flexVolume',
      'PersistentVolume iscsi: iscsi',
      'PersistentVolume rbd: rbd',
      'PersistentVolume scaleIO: scaleIO',
      'PersistentVolume storageos: storageos',
      'StorageClass fast: provisioner',
    ])
  })

  it('finds a claim that is cloned into another namespace, and from it the one that it was cloned from', async () => {
    const dataSourceRef = { apiGroup: '', kind: 'PersistentVolumeClaim', name: 'data', namespace: 'shop' }
    const elsewhere = (apiVersion: string, kind: string, name: string, spec: KubeObject) => ({
      ...{ apiVersion, kind, metadata: { name, namespace: 'copies', uid: `uid-${name}` }, spec },
    })
    const objects = {
      'persistentvolumeclaims/shop/data': made('v1', 'PersistentVolumeClaim', 'data'),
      'persistentvolumeclaims/copies/data': elsewhere('v1', 'PersistentVolumeClaim', 'data', {}),
      'persistentvolumeclaims/copies/copy': elsewhere('v1', 'PersistentVolumeClaim', 'copy', { dataSourceRef }),
      // Without a namespace it is the claim beside it.
      'persistentvolumeclaims/copies/near': elsewhere('v1', 'PersistentVolumeClaim', 'near', {
        dataSource: { kind: 'PersistentVolumeClaim', name: 'data' },
      }),
      'statefulsets/copies/db': elsewhere('apps/v1', 'StatefulSet', 'db', { volumeClaimTemplates: [{ spec: { dataSourceRef } }] }),
    }
    expect(await mentionsOf('persistentvolumeclaims/shop/data', objects)).toEqual([
      'StatefulSet db: cloned from',
      'PersistentVolumeClaim copy: cloned from',
    ])
    expect(await mentionsOf('persistentvolumeclaims/copies/data', objects)).toEqual(['PersistentVolumeClaim near: cloned from'])
    const { items } = await related('persistentvolumeclaims/copies/copy', objects).of('uses')
    expect(items.map(({ place }) => place)).toContainEqual(expect.objectContaining({ namespace: 'shop', name: 'data' }))
  })

  it('finds a cloned claim, the default account, and the parameters of an IngressClass', async () => {
    const source = (kind: string) => ({ spec: { dataSourceRef: { kind, name: 'data' } } })
    const clone = (name: string, kind: string) => made('v1', 'PersistentVolumeClaim', name, source(kind))
    expect(
      await mentionsOf('persistentvolumeclaims/shop/data', {
        'persistentvolumeclaims/shop/data': made('v1', 'PersistentVolumeClaim', 'data'),
        'persistentvolumeclaims/shop/copy': clone('copy', 'PersistentVolumeClaim'),
        'persistentvolumeclaims/shop/other': clone('other', 'Populator'),
      }),
    ).toEqual(['PersistentVolumeClaim copy: cloned from'])
    expect(
      await mentionsOf('serviceaccounts/shop/default', {
        'serviceaccounts/shop/default': made('v1', 'ServiceAccount', 'default'),
        'deployments/shop/web': made('apps/v1', 'Deployment', 'web', template({ containers: [] })),
        'deployments/shop/own': made('apps/v1', 'Deployment', 'own', template({ serviceAccountName: 'robot' })),
      }),
    ).toEqual(['Deployment web: runs as'])
    const parameters = { kind: 'ConfigMap', scope: 'Namespace', namespace: 'shop', name: 'ingress' }
    expect(
      await mentionsOf('configmaps/shop/ingress', {
        'configmaps/shop/ingress': made('v1', 'ConfigMap', 'ingress'),
        'ingressclasses/nginx': cluster('networking.k8s.io/v1', 'IngressClass', 'nginx', { spec: { parameters } }),
      }),
    ).toEqual(['IngressClass nginx: parameters'])
  })
})

describe('other kinds', () => {
  it('a node has its heartbeat, its pods and its network', async () => {
    const objects = { 'minions/n1': node('n1', 'Unknown'), 'pods/shop/p': pod('p'), 'pods/shop/q': pod('q', { spec: { nodeName: 'n2' } }) }
    const all = related('minions/n1', { ...objects, 'leases/kube-node-lease/n1': lease('n1', '2026-11-23T03:52:00.000000Z') })
    expect(named((await all.of('pods')).items)).toEqual(['Pod p'])
    expect((await all.of('pods')).table).toEqual({ path: 'pods', namespace: null, q: 'node:=n1' })
    expect((await all.of('network')).notes).toEqual([{ severity: 'info', says: [{ code: 'pod-cidr', params: { cidr: '10.0.0.0/24' } }] }])
    expect(troubles(await all.of('heartbeat'))).toEqual([
      'Not ready. Kubelet stopped posting node status.',
      'Last heartbeat 8m ago (limit 40 s).',
    ])
    expect(troubles(await related('minions/n1', objects).of('heartbeat'))).toContain('There is no lease kube-node-lease/n1.')
  })

  it('a claim and its volume refer to each other, or do not', async () => {
    const claim = made('v1', 'PersistentVolumeClaim', 'data', { spec: { volumeName: 'pv1' } })
    const volume = (claimRef: KubeObject): KubeObject => ({
      apiVersion: 'v1',
      kind: 'PersistentVolume',
      metadata: { name: 'pv1' },
      spec: { claimRef },
    })
    const own = { namespace: 'shop', name: 'data', uid: 'uid-persistentvolumeclaim-data' }
    const of = async (claimRef: KubeObject) =>
      troubles(
        await related('persistentvolumeclaims/shop/data', {
          'persistentvolumeclaims/shop/data': claim,
          'persistentvolumes/pv1': volume(claimRef),
        }).of('uses'),
      )
    expect(await of(own)).toEqual([])
    expect((await of({ ...own, uid: 'x' }))[0]).toMatch(/claimed by an earlier shop\/data with a different uid/)
    expect((await of({ ...own, name: 'other' }))[0]).toMatch(/claimed by shop\/other, not by this claim/)
    const missing = related('persistentvolumes/pv1', { 'persistentvolumes/pv1': volume(own) })
    expect(troubles(await missing.of('uses'))).toEqual(['PersistentVolumeClaim shop/data does not exist.'])
    const users = await related('persistentvolumeclaims/shop/data', {
      'persistentvolumeclaims/shop/data': claim,
      'pods/shop/p': pod('p', { spec: { volumes: [{ name: 'v', persistentVolumeClaim: { claimName: 'data' } }] } }),
      'pods/shop/q': pod('q'),
    }).of('pods')
    expect(users.items.map((item) => [item.name, relationInEnglish(item.how)])).toEqual([['p', 'volume v']])
  })

  it('a binding names its role and its subjects', async () => {
    const binding = made('rbac.authorization.k8s.io/v1', 'RoleBinding', 'b', {
      roleRef: { kind: 'Role', name: 'r' },
      subjects: [
        { kind: 'ServiceAccount', name: 'robot', namespace: 'shop' },
        { kind: 'User', name: 'kate' },
      ],
    })
    const uses = await related('rolebindings/shop/b', { 'rolebindings/shop/b': binding }).of('uses')
    expect(troubles(uses)).toEqual(['Role shop/r does not exist.', 'ServiceAccount shop/robot does not exist.'])
    expect(uses.notes.map((note) => inEnglish(note.says))).toEqual(['To User kate'])
    const account = made('v1', 'ServiceAccount', 'robot')
    const bound = await related('serviceaccounts/shop/robot', { 'serviceaccounts/shop/robot': account, 'rolebindings/shop/b': binding }).of(
      'bindings',
    )
    expect(bound.items.map((item) => [item.name, relationInEnglish(item.how)])).toEqual([['b', 'Role r']])
  })

  it.each([
    [
      'an autoscaler',
      'horizontalpodautoscalers/shop/x',
      { spec: { scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' } } },
      'Deployment shop/web',
    ],
    ['an Ingress', 'ingress/shop/x', { spec: { backend: { serviceName: 'web' } } }, 'Service shop/web'],
    [
      'an APIService',
      'apiregistration.k8s.io/apiservices/x',
      { spec: { service: { namespace: 'kube-system', name: 'metrics' } } },
      'Service kube-system/metrics',
    ],
    [
      'a webhook',
      'mutatingwebhookconfigurations/x',
      { webhooks: [{ name: 'h', clientConfig: { service: { namespace: 'a', name: 'b' } } }] },
      'Service a/b',
    ],
    [
      'a token',
      'secrets/shop/x',
      { type: 'kubernetes.io/service-account-token', metadata: { annotations: { 'kubernetes.io/service-account.name': 'robot' } } },
      'ServiceAccount shop/robot',
    ],
    ['an attachment', 'volumeattachments/x', { spec: { nodeName: 'n1', source: {} } }, 'Node n1'],
    ['a slice', 'endpointslices/shop/x', { metadata: { labels: { 'kubernetes.io/service-name': 'web' } } }, 'Service shop/web'],
  ])('%s says when what it names does not exist', async (_, key, more, missing) => {
    const path = key.replace(/\/(shop\/)?x$/, '')
    const resource = resourceAt(path)
    const object = made(resource?.versions[0] ?? 'v1', resource?.kind ?? '', 'x', more as KubeObject)
    const [trouble] = troubles(await related(key, { [key]: object }).of('uses'))
    expect(trouble).toMatch(new RegExp(`^${missing} does not exist\\.`))
  })

  it('a custom object’s children are searched only on request', () => {
    const { sections } = related('example.com/mice/shop/m', { 'example.com/mice/shop/m': made('example.com/v1', 'Pod', 'm') })
    expect(sections).toEqual(['owners', 'children', 'events'])
  })
})

describe('searches by known fields', () => {
  it('name each image and finalizer once, and count those without a search', () => {
    const many = (n: number, prefix: string) => Array.from({ length: n }, (_, i) => `${prefix}${i}`)
    const { searches, more } = exactSearches(
      pod('p', {
        metadata: { finalizers: many(22, 'example.com/f') },
        spec: {
          containers: [{ image: 'web:1' }],
          initContainers: [{ image: 'init:1' }, { image: 'web:1' }],
          ephemeralContainers: [{ image: 'debug:1' }],
        },
      }),
    )
    expect(searches.filter(({ by }) => by === 'image').map(({ q }) => q)).toEqual(
      ['web:1', 'init:1', 'debug:1'].map((image) => `kind:pod field:spec.*[*].image="${image}"`),
    )
    expect([searches.filter(({ by }) => by === 'finalizer').length, more]).toEqual([20, 2])
  })
})
