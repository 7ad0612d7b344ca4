import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { KubeObject, KubeValue } from '../value/value.ts'
import { type Anchor, readStamp } from './anchor.ts'
import { anchorsOf } from './anchors-of.ts'

const KEY = { createRevision: 10n, modRevision: 50n, version: 4n }

/** Anchors in one line each: kind, source, revision, instant, resolution. */
const lines = (anchors: Anchor[]) =>
  anchors.map(
    ({ kind, source, revision, instant, resolution }) => `${kind} ${source} ${revision} ${new Date(instant).toISOString()} ${resolution}`,
  )

describe('anchorsOf', () => {
  test('a Pod: creation, managed fields, conditions by its node’s clock, and when its deletion was requested', () => {
    const pod: KubeObject = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: {
        name: 'web',
        creationTimestamp: '2026-11-23T03:35:10Z',
        deletionTimestamp: '2026-11-23T03:41:00Z',
        deletionGracePeriodSeconds: 30,
        managedFields: [{ time: '2026-11-23T03:35:10Z' }, { time: '2026-11-23T03:36:02Z' }, { time: 'x' }, {}],
      },
      spec: { nodeName: 'n1' },
      status: {
        conditions: [{ lastTransitionTime: '2026-11-23T03:36:01Z', lastProbeTime: null }, { lastTransitionTime: '2026-11-23T03:35:12Z' }],
      },
    }
    expect(lines(anchorsOf(pod, KEY))).toEqual([
      'created api-server 10 2026-11-23T03:35:10.000Z 1000',
      'managed-fields api-server 50 2026-11-23T03:36:02.000Z 1000',
      'deletion api-server 50 2026-11-23T03:40:30.000Z 1000',
      'condition host/n1 50 2026-11-23T03:36:01.000Z 1000',
    ])
  })

  test('a node lease: its renewal, and when the next one was due at the revision read', () => {
    const lease: KubeObject = {
      apiVersion: 'coordination.k8s.io/v1',
      kind: 'Lease',
      metadata: { name: 'n1', namespace: 'kube-node-lease', creationTimestamp: '2026-11-23T03:35:39Z' },
      spec: { holderIdentity: 'n1', leaseDurationSeconds: 40, renewTime: '2026-11-23T03:40:13.531305Z' },
    }
    const anchors = anchorsOf(lease, { ...KEY, readAt: 60n })
    expect(anchors[1]).toEqual({
      ...{ kind: 'lease', source: 'host/n1', revision: 50n, instant: Date.parse('2026-11-23T03:40:13.531Z') + 0.305, resolution: 0.001 },
      ...{ until: 60n, due: 11_500, version: 4n },
    })
    expect(anchorsOf(lease, KEY)[1]).not.toHaveProperty('until')
    expect(anchorsOf(lease, { ...KEY, readAt: 50n })[1]).not.toHaveProperty('until')
    expect(lines(anchorsOf({ ...lease, apiVersion: 'example.com/v1' }, KEY))).toHaveLength(1)
  })

  test('leader elections, as a Lease and as the older record, by the host of their holder', () => {
    const identity = 'cp-1_021a4430-59d7-4a65-9b91-cad6c3461371'
    const lease: KubeObject = {
      apiVersion: 'coordination.k8s.io/v1',
      kind: 'Lease',
      metadata: { name: 'kube-scheduler', namespace: 'kube-system' },
      spec: { holderIdentity: identity, leaseDurationSeconds: 15, renewTime: '2026-11-23T03:40:13.5Z' },
    }
    expect(lines(anchorsOf(lease, KEY))).toEqual(['lease host/cp-1 50 2026-11-23T03:40:13.500Z 100'])
    expect(anchorsOf(lease, { ...KEY, readAt: 51n })[0]?.due).toBe(15_000)
    const record = { holderIdentity: identity, leaseDurationSeconds: 15, renewTime: '2018-03-01T10:00:02Z', leaderTransitions: 3 }
    const annotated = (text: string): KubeObject => ({
      ...{ apiVersion: 'v1', kind: 'Endpoints' },
      metadata: { annotations: { 'control-plane.alpha.kubernetes.io/leader': text } },
    })
    expect(lines(anchorsOf(annotated(JSON.stringify(record)), KEY))).toEqual(['lease host/cp-1 50 2018-03-01T10:00:02.000Z 1000'])
    for (const text of ['', 'x', 'null', '[]', '{"renewTime":5}', '{']) expect(anchorsOf(annotated(text), KEY)).toEqual([])
  })

  test('Events of both groups: first at the create revision, last at the mod revision', () => {
    const core: KubeObject = {
      ...{ apiVersion: 'v1', kind: 'Event', source: { component: 'kubelet', host: 'n1' }, eventTime: null },
      ...{ firstTimestamp: '2026-11-23T03:40:13Z', lastTimestamp: '2026-11-23T03:44:00Z' },
    }
    expect(lines(anchorsOf(core, KEY))).toEqual([
      'event host/n1 50 2026-11-23T03:44:00.000Z 1000',
      'event host/n1 10 2026-11-23T03:40:13.000Z 1000',
    ])
    expect(lines(anchorsOf(core, { createRevision: 10n, modRevision: 10n, version: 1n }))).toEqual([
      'event host/n1 10 2026-11-23T03:44:00.000Z 1000',
    ])
    const series: KubeObject = {
      ...{
        apiVersion: 'events.k8s.io/v1',
        kind: 'Event',
        reportingController: 'default-scheduler',
        reportingInstance: 'default-scheduler-cp-1',
      },
      ...{ eventTime: '2026-11-23T03:40:25.164606Z', series: { count: 3, lastObservedTime: '2026-11-23T03:41:28.187397Z' } },
    }
    expect(lines(anchorsOf(series, KEY))).toEqual([
      'event writer/default-scheduler-cp-1 50 2026-11-23T03:41:28.187Z 0.001',
      'event writer/default-scheduler-cp-1 10 2026-11-23T03:40:25.164Z 0.001',
    ])
  })

  test('a Node: heartbeats by its own clock, transitions by whichever component set them', () => {
    const conditions = [
      { type: 'Ready', lastHeartbeatTime: '2026-11-23T03:40:00Z', lastTransitionTime: '2026-11-23T03:43:22Z' },
      { type: 'DiskPressure', lastHeartbeatTime: '2026-11-23T03:39:00Z', lastTransitionTime: '2026-11-23T03:35:00Z' },
    ]
    expect(lines(anchorsOf({ apiVersion: 'v1', kind: 'Node', metadata: { name: 'n1' }, status: { conditions } }, KEY))).toEqual([
      'condition host/n1 50 2026-11-23T03:40:00.000Z 1000',
      'condition writer/Node 50 2026-11-23T03:43:22.000Z 1000',
    ])
  })

  test('never throws: any value of any member gives anchors or none', () => {
    const junk: fc.Arbitrary<KubeValue> = fc.oneof(
      fc.constantFrom<KubeValue>(
        null,
        true,
        5,
        -1n,
        '',
        'x',
        '2026-11-23T03:40:00Z',
        '9999-12-31T23:59:60Z',
        [],
        {},
        [null],
        [{ time: 3 }],
      ),
    )
    const names = ['metadata', 'spec', 'status', 'firstTimestamp', 'series', 'source', 'eventTime']
    const inner = [
      'creationTimestamp',
      'deletionTimestamp',
      'managedFields',
      'annotations',
      'renewTime',
      'conditions',
      'holderIdentity',
      'host',
    ]
    const object = fc.dictionary(fc.constantFrom(...names), fc.oneof(junk, fc.dictionary(fc.constantFrom(...inner), junk)))
    fc.assert(
      fc.property(object, fc.constantFrom('Pod', 'Node', 'Lease', 'Event', 'Endpoints', 'X'), (members, kind) => {
        const apiVersion = kind === 'Lease' ? 'coordination.k8s.io/v1' : 'v1'
        for (const { instant, resolution } of anchorsOf({ ...members, apiVersion, kind } as KubeObject, KEY)) {
          expect(Number.isFinite(instant) && resolution > 0).toBe(true)
        }
      }),
      { numRuns: 500 },
    )
  })
})

describe('readStamp', () => {
  test.each([
    ['2026-11-23T03:40:13Z', '2026-11-23T03:40:13.000Z', 1000],
    ['2026-11-23T03:40:13.531305Z', '2026-11-23T03:40:13.531Z', 0.001],
    ['2026-11-23T04:40:13+01:00', '2026-11-23T03:40:13.000Z', 1000],
    ['2024-02-29T00:00:00Z', '2024-02-29T00:00:00.000Z', 1000],
  ])('%s', (text, iso, resolution) => {
    const stamp = readStamp(text)
    expect(new Date(stamp?.instant as number).toISOString()).toBe(iso)
    expect(stamp?.resolution).toBe(resolution)
  })

  test.each([
    '',
    '2026-02-30T00:00:00Z',
    '0001-01-01T00:00:00Z',
    '2026-11-23 03:40:13Z',
    '2026-11-23T25:00:00Z',
    '2026-11-23T03:40:13',
    5,
    null,
  ])('%s is none', (text) => {
    expect(readStamp(text)).toBeUndefined()
  })
})
