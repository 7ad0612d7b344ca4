// What the picture shows of the lines that came: times between known ones, groups by owner, states as spans, filters and counts.
import type { PastWindow, TimelineLine } from '@registree/contract'
import { expect, test } from 'vitest'
import {
  histogram,
  histogramOf,
  interpolated,
  keptOrder,
  lanesOf,
  lineage,
  MANY_WRITES,
  OTHERS,
  SILENT,
  shownWrites,
  spansOf,
  stateAt,
  TimelineBuilder,
  timeAt,
} from './timeline-data.ts'
import { objectFilter, parseTimelineFilter } from './timeline-filter.ts'

const BASE = '2026-11-23T03:40:00.000Z'
const WINDOW: PastWindow = {
  ...{ revision: '60', oldest: '1', since: null, end: 'first', compacted: null, writes: 8, bytes: null, more: null, unproven: null },
}
const NONE = { q: '', path: '', namespace: '', action: '', routine: false, from: null, to: null } as const

function made(extra: TimelineLine[] = []) {
  const builder = new TimelineBuilder()
  const object = (path: string, namespace: string | null, name: string) => ({
    key: `/registry/${path}/${namespace ?? ''}/${name}`,
    path,
    namespace,
    name,
  })
  const lines: TimelineLine[] = [
    { type: 'head', window: { ...WINDOW } },
    {
      type: 'objects',
      objects: [
        object('deployments', 'shop', 'web'),
        object('pods', 'shop', 'web-1'),
        object('minions', null, 'n1'),
        object('leases', 'kube-node-lease', 'n1'),
        object('replicasets', 'shop', 'web-rs'),
      ],
    },
    { type: 'writes', from: '10', step: [0, 1, 9, 10, 10, 10, 5, 5], object: [2, 3, 0, 1, 1, 2, 1, 0], action: 'ccccuudu' },
    { type: 'times', base: BASE, from: '10', step: [0, 50], at: [0, 50_000] },
    {
      type: 'details',
      objects: [
        { object: 1, kind: 'Pod', owner: 4, routine: false },
        { object: 4, kind: 'ReplicaSet', owner: 0, routine: false },
        { object: 3, kind: 'Lease', owner: 2, routine: false },
      ],
      states: [
        { object: 1, revision: '30', state: 'Pending', tone: 'progress' },
        { object: 1, revision: '40', state: 'CrashLoopBackOff', tone: 'error' },
        { object: 2, revision: '10', state: 'Ready', tone: 'ok' },
      ],
      ...{ newest: [], heartbeats: [{ object: 2, revision: '50' }], upTo: '60' },
    },
    ...extra,
  ]
  for (const line of lines) builder.add(line)
  return builder.data()
}

test('times lie between the known ones, and beyond them at the nearest', () => {
  expect(
    interpolated(
      [1, 10, 15, 20, 30],
      [
        { revision: 10, at: 100 },
        { revision: 20, at: 200 },
      ],
    ),
  ).toEqual([100, 100, 150, 200, 200])
  expect(timeAt(made(), 35)).toBe(Date.parse(BASE) + 30_000)
})

test('owners stand above what they own, also those that were not written', () => {
  const data = made()
  const { shown, routine } = shownWrites(data, NONE)
  expect(routine).toBe(2)
  const lanes = lanesOf(data, shown, { from: 1, to: 60 })
  expect(lanes.map(({ object, depth }) => [data.objects[object]?.name, depth])).toEqual([
    ['web', 0],
    ['web-rs', 1],
    ['web-1', 2],
    ['n1', 0],
  ])
  expect(lanes[1]?.writes).toEqual([])
  expect(lanesOf(data, shown, { from: 1, to: 15 }).map(({ object }) => object)).toEqual([2])
})

test('a state lasts until the next one or the deletion, and a node is silent before it is said to be', () => {
  const data = made()
  expect(spansOf(data, 1).map(({ from, to, state }) => [from, to, state])).toEqual([
    [30, 40, 'Pending'],
    [40, 55, 'CrashLoopBackOff'],
  ])
  expect(spansOf(data, 2).map(({ from, state }) => [from, state])).toEqual([
    [10, 'Ready'],
    [11, SILENT],
  ])
  expect(stateAt(data, 1, 39)?.state).toBe('Pending')
  expect(stateAt(data, 1, 29)).toBeUndefined()
})

test('filters show what was asked for, and what belongs to it', () => {
  const data = made()
  const names = (filter: Partial<typeof NONE> | object) => [
    ...new Set(shownWrites(data, { ...NONE, ...filter }).shown.map((i) => data.objects[data.object[i] as number]?.name)),
  ]
  expect(names({ q: 'deployments web' })).toEqual(['web', 'web-1'])
  expect(names({ q: 'crashloop' })).toEqual(['web-1'])
  expect(names({ namespace: 'shop', action: 'deleted' })).toEqual(['web-1'])
  expect(shownWrites(data, { ...NONE, routine: true }).shown).toHaveLength(8)
  expect(names({ path: 'minions' })).toEqual(['n1'])
  expect(names({ q: 'of:deployment/shop/web' })).toEqual(['web', 'web-1'])
  expect(names({ q: 'of:deployments/shop/we' })).toEqual([])
  expect(names({ q: objectFilter(data.objects[2] as never) })).toEqual(['n1'])
  expect(names({ q: 'action:deleted namespace:shop' })).toEqual(['web-1'])
  const matching = new Map([['/registry/pods/shop/web-1', new Set([40])]])
  expect(shownWrites(data, NONE, matching).shown.map((i) => data.revision[i])).toEqual([40])
})

test('counts by resource and part of the time; the rare ones share a row', () => {
  const data = made()
  const { paths, counts, most } = histogram(data, shownWrites(data, { ...NONE, routine: true }).shown, 5)
  expect(paths.map(({ path, writes }) => `${path} ${writes}`)).toEqual(['pods 3', 'deployments 2', 'minions 2', 'leases 1'])
  expect(counts.flat().reduce((sum, n) => sum + n, 0)).toBe(8)
  expect(most).toBe(3)
  expect(paths.some(({ path }) => path === OTHERS)).toBe(false)
})

const PODS_AND_NODES = { ...NONE, q: '/registry/' }

test('while values are read, what is between the last one and the newest is unknown', () => {
  const builder = new TimelineBuilder()
  const pod = (name: string) => ({ key: `/registry/pods/a/${name}`, path: 'pods', namespace: 'a', name })
  const node = { key: '/registry/minions/n', path: 'minions', namespace: null, name: 'n' }
  const details = { type: 'details' as const, objects: [], states: [], newest: [], heartbeats: [], upTo: null }
  const state = (object: number, revision: number, word: string, tone: 'ok' | 'error' = 'ok') => ({
    ...{ object, revision: String(revision), state: word, tone },
  })
  const lines: TimelineLine[] = [
    { type: 'head', window: { ...WINDOW } },
    { type: 'objects', objects: [pod('one'), pod('two'), node, { key: '/x', path: '', namespace: null, name: '/x' }] },
    { type: 'writes', from: '10', step: [0, 1, 9, 10, 10, 10], object: [0, 2, 1, 0, 2, 0], action: 'ccuuuu' },
    // Of another object, so that there are many.
    { type: 'writes', from: '60', step: Array(MANY_WRITES).fill(0), object: Array(MANY_WRITES).fill(3), action: 'u'.repeat(MANY_WRITES) },
    { ...details, newest: [state(0, 50, 'Failed', 'error'), state(1, 20, 'Running'), state(2, 40, 'Ready')] },
  ]
  for (const line of lines) builder.add(line)
  expect(builder.data()).toMatchObject({ placed: false, sortedBy: null })
  builder.add({ ...details, states: [state(0, 10, 'Pending')], upTo: '25' })
  const early = builder.data()
  expect(early.placed).toBe(true)
  const spans = (data: typeof early, object: number) => spansOf(data, object).map((span) => `${span.state} ${span.from}–${span.to}`)
  expect(spans(early, 0)).toEqual(['Pending 10–26', 'Failed 50–60'])
  expect(stateAt(early, 0, 30)?.state).toBe('')
  // What may be a heartbeat is not shown before that is known.
  expect(shownWrites(early, PODS_AND_NODES)).toEqual({ shown: [0, 1, 2, 3, 5], routine: 1 })
  const kept = keptOrder(null, early, 'f')
  const order = (data: typeof early, sortedBy = keptOrder(kept, data, 'f')?.sortedBy) =>
    lanesOf(data, shownWrites(data, PODS_AND_NODES).shown, { from: 1, to: 60 }, sortedBy).map(({ object }) => data.objects[object]?.name)
  expect(order(early)).toEqual(['one', 'n', 'two'])

  builder.add({
    ...details,
    states: [state(1, 20, 'Failed', 'error'), state(0, 30, 'Running'), state(0, 50, 'Failed', 'error')],
    upTo: '60',
  })
  builder.add({ type: 'end', opened: 6, left: 0, cost: { ranges: 0, walked: 0, largestWalk: 0 } })
  const whole = builder.data()
  expect(spans(whole, 0)).toEqual(['Pending 10–30', 'Running 30–50', 'Failed 50–60'])
  expect(shownWrites(whole, PODS_AND_NODES).shown).toHaveLength(6)
  expect(order(whole)).toEqual(order(early))

  // Another reading, to follow, is drawn when it is whole; its numbers are others, and a new object is sorted by what it is.
  const again = new TimelineBuilder()
  for (const line of [
    { type: 'head', window: { ...WINDOW } },
    { type: 'objects', objects: [pod('new'), pod('two'), node, pod('one'), pod('zero')] },
    { type: 'writes', from: '10', step: [0, 1, 9, 10, 10, 10, 5, 1], object: [3, 2, 1, 3, 2, 3, 0, 4], action: 'ccuuuucc' },
    {
      ...details,
      states: [state(3, 10, 'Pending'), state(1, 20, 'Failed', 'error'), state(3, 50, 'Failed', 'error'), state(0, 55, 'Failed', 'error')],
      upTo: '60',
    },
    { type: 'end', opened: 6, left: 0, cost: { ranges: 0, walked: 0, largestWalk: 0 } },
  ] satisfies TimelineLine[])
    again.add(line)
  expect(order(again.data()).filter((name) => name !== 'new' && name !== 'zero')).toEqual(order(early))
  expect(order(again.data())).toEqual(['new', 'one', 'n', 'two', 'zero'])
  // Something else is asked for: what went wrong comes first.
  expect(keptOrder(kept, again.data(), 'other')).toBe(kept)
  expect(keptOrder(kept, early, 'other')).toEqual({ filter: 'other', sortedBy: early.sortedBy })
})

test('owners in a circle, and numbers that nobody has, end', () => {
  const data = made([
    {
      type: 'details',
      objects: [
        { object: 0, kind: 'Deployment', owner: 1, routine: false },
        { object: 9, kind: 'x', owner: 9, routine: false },
      ],
      ...{ states: [], newest: [], heartbeats: [], upTo: '60' },
    },
  ])
  expect(lineage(data, 1)).toEqual([1, 4, 0])
  expect(() => lanesOf(data, shownWrites(data, NONE).shown, { from: 1, to: 60 })).not.toThrow()
})

test('the filter box names changes, namespaces, and an object with what belongs to it', () => {
  expect(parseTimelineFilter('action:deleted of:Deployment/shop/storefront field:spec.replicas by:kube x:y action:odd by:')).toEqual({
    ...{ rest: 'x:y action:odd by:', action: 'deleted', namespace: '', field: 'spec.replicas', by: 'kube' },
    of: { kind: 'deployment', namespace: 'shop', name: 'storefront' },
  })
  expect(parseTimelineFilter('of:node-1').of).toEqual({ kind: '', namespace: null, name: 'node-1' })
  expect(parseTimelineFilter('of:node/-/node-1').of).toEqual({ kind: 'node', namespace: '', name: 'node-1' })
})

test('writes that were only counted make the same bars, and none is lost where parts are others', () => {
  const row = (path: string, writes: number[], routine = false) => ({ path, routine, writes })
  const line = {
    ...{ type: 'bars' as const, from: BASE, to: '2026-11-23T04:40:00.000Z' },
    bars: [row('pods', [1, 0, 2, 6]), row('leases', [9, 9, 9, 9], true), row('services/specs', [0, 4, 0, 0])],
  }
  expect(histogramOf(line, false, 4)).toEqual({
    paths: [
      { path: 'pods', writes: 9 },
      { path: 'services/specs', writes: 4 },
    ],
    counts: [
      [1, 0, 2, 6],
      [0, 4, 0, 0],
    ],
    most: 6,
  })
  expect(histogramOf(line, false, 2).counts).toEqual([
    [1, 8],
    [4, 0],
  ])
  for (const parts of [1, 3, 5, 7]) {
    const { counts, paths } = histogramOf(line, true, parts)
    expect(paths.map(({ path }) => path)).toEqual(['leases', 'pods', 'services/specs'])
    for (const [i, total] of [36, 9, 4].entries()) expect(counts[i]?.reduce((sum, own) => sum + own, 0)).toBeCloseTo(total)
    for (const count of counts.flat()) expect(count).toBeGreaterThanOrEqual(0)
  }
})
