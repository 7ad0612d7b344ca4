// Pods in every kind of trouble, and the states of other kinds.
import { describe, expect, test } from 'vitest'
import type { KubeObject } from '../value/value.ts'
import { cellInstants } from './cell-instants.ts'
import { rowState } from './row-state.ts'
import { tableFor } from './table-for.ts'

const now = Date.parse('2026-11-23T12:00:00Z')
const pod = (phase: string, container: KubeObject, more: KubeObject = {}): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'a', ...more },
  spec: { containers: [{ name: 'c' }] },
  status: { phase, containerStatuses: [{ name: 'c', ...container }] },
})
const running = { ready: true, state: { running: {} } }

describe('rowState of pods', () => {
  test.each<[string, KubeObject, object]>([
    ['well', pod('Running', running), { tone: 'ok', phase: 'Running', trouble: [] }],
    ['not ready', pod('Running', { ready: false, state: { running: {} } }), { tone: 'warning', phase: 'Running', trouble: ['notReady'] }],
    [
      'crashing',
      pod('Running', { ready: false, state: { waiting: { reason: 'CrashLoopBackOff' } } }),
      { tone: 'error', phase: 'Running', trouble: ['notReady', 'restarting'] },
    ],
    [
      'restarted half an hour ago',
      pod('Running', { ...running, restartCount: 1, lastState: { terminated: { finishedAt: '2026-11-23T11:30:00Z' } } }),
      { tone: 'ok', phase: 'Running', trouble: ['restarting'] },
    ],
    [
      'restarted yesterday',
      pod('Running', { ...running, restartCount: 1, lastState: { terminated: { finishedAt: '2026-11-22T11:30:00Z' } } }),
      { tone: 'ok', phase: 'Running', trouble: [] },
    ],
    [
      'being deleted, in its grace period',
      pod('Running', running, { deletionTimestamp: '2026-11-23T12:00:30Z' }),
      { tone: 'progress', phase: 'Running', trouble: [] },
    ],
    [
      'to be gone a minute ago',
      pod('Running', running, { deletionTimestamp: '2026-11-23T11:59:00Z' }),
      { tone: 'warning', phase: 'Running', trouble: ['terminating'] },
    ],
    ['pending', pod('Pending', { ready: false }), { tone: 'progress', phase: 'Pending', trouble: ['pending'] }],
    [
      'failed',
      pod('Failed', { ready: false, state: { terminated: { reason: 'Error', exitCode: 1 } } }),
      { tone: 'error', phase: 'Failed', trouble: ['failed'] },
    ],
    [
      'completed',
      pod('Succeeded', { ready: false, state: { terminated: { reason: 'Completed', exitCode: 0 } } }),
      { tone: 'muted', phase: 'Succeeded', trouble: [] },
    ],
  ])('%s', (_, object, state) => {
    expect(rowState(object, 'Pod', undefined, now)).toEqual(state)
  })
})

test.each([
  ['Ready', 'ok'],
  ['NotReady', 'error'],
  ['Unknown', 'error'],
  ['Ready,SchedulingDisabled', 'warning'],
  ['Terminating', 'progress'],
  ['whatever', 'muted'],
])('a Status of %s is %s', (status, tone) => {
  expect(rowState({}, 'Node', status, now)).toEqual({ tone })
})

test('an event’s type decides', () => {
  expect(rowState({ type: 'Warning' }, 'Event', undefined, now)).toEqual({ tone: 'warning' })
  expect(rowState({ type: 'Normal' }, 'Event', undefined, now)).toEqual({ tone: 'muted' })
})

describe('cellInstants', () => {
  test('of a built-in kind: the age', () => {
    const table = tableFor('v1', 'Pod')
    const index = table.columns.findIndex((column) => column.name === 'Age')
    const object = pod('Running', running, { creationTimestamp: '2026-11-23T11:00:00Z' })
    expect(cellInstants(table)(object)).toEqual({ [index]: '2026-11-23T11:00:00Z' })
    expect(cellInstants(table)({})).toEqual({})
  })

  test('of a custom kind: every date column, by any name', () => {
    const crd: KubeObject = {
      spec: {
        group: 'stable.example.com',
        names: { plural: 'tasks', kind: 'Task' },
        versions: [
          {
            name: 'v1',
            additionalPrinterColumns: [
              { name: 'Spec', type: 'string', jsonPath: '.spec.text' },
              { name: 'Done', type: 'date', jsonPath: '.status.done' },
            ],
          },
        ],
      },
    }
    const table = tableFor('stable.example.com/v1', 'Task', crd)
    const object = { metadata: { name: 'x' }, spec: { text: '2026-11-23T11:00:00Z' }, status: { done: '2026-11-23T10:00:00Z' } }
    expect(table.columns.map((column) => column.name)).toEqual(['Name', 'Spec', 'Done'])
    expect(cellInstants(table, crd, 'v1')(object)).toEqual({ 2: '2026-11-23T10:00:00Z' })
    expect(cellInstants(table, crd, 'v1')({ status: { done: 'soon' } })).toEqual({})
  })

  test('of a custom kind without columns: the age', () => {
    const crd: KubeObject = { spec: { group: 'stable.example.com', names: { plural: 'tasks', kind: 'Task' }, versions: [{ name: 'v1' }] } }
    const table = tableFor('stable.example.com/v1', 'Task', crd)
    expect(cellInstants(table, crd, 'v1')({ metadata: { creationTimestamp: '2026-11-23T10:00:00Z' } })).toEqual({
      1: '2026-11-23T10:00:00Z',
    })
  })
})
