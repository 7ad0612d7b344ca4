// What a page does when the connection changes.
import type { Health } from '@registree/contract'
import { expect, test } from 'vitest'
import type { Connection } from './cluster-events.ts'
import { membersChanged, reasonOf } from './recovery.ts'

const health = (state: Health['state'], more: Partial<Health> = {}): Connection => ({
  kind: 'health',
  health: {
    state,
    since: '',
    now: '',
    lastAnswer: null,
    epoch: 'e-0.1',
    clusterId: null,
    revision: null,
    index: null,
    member: { id: '1', name: 'm1', endpoint: '' },
    leader: null,
    problem: null,
    replaced: null,
    ...more,
  },
})
const connecting: Connection = { kind: 'connecting' }
const serverLost: Connection = { kind: 'server-lost', since: 0 }
const replaced = (at: string): Partial<Health> => ({
  replaced: { at, notice: { level: 'warning', where: '', message: '', code: 'history-term-back', params: {} } },
})

test.each<[string, Connection, Connection, ReturnType<typeof reasonOf>]>([
  ['the first word', connecting, health('live'), 'returned'],
  ['still live', health('live'), health('live', { revision: '7' }), null],
  ['lost', health('live'), health('lost'), null],
  ['back', health('lost'), health('live'), 'returned'],
  ['back without a leader', health('lost'), health('no-leader'), 'returned'],
  ['the server is back', serverLost, health('live'), 'returned'],
  ['the leader is lost', health('live'), health('no-leader'), null],
  ['a leader again', health('no-leader'), health('live'), 'reconnected'],
  [
    'another member speaks for itself',
    health('no-leader'),
    health('no-leader', { member: { id: '2', name: 'm2', endpoint: '' } }),
    'reconnected',
  ],
  ['replaced', health('live'), health('live', replaced('t1')), 'replaced'],
  ['replaced, and not answering yet', health('live'), health('lost', replaced('t1')), 'replaced'],
  ['replaced again', health('live', replaced('t1')), health('live', replaced('t2')), 'replaced'],
  ['replaced before the page was opened', connecting, health('live', replaced('t1')), 'returned'],
  ['nothing is known', health('live'), connecting, null],
])('%s', (_, before, now, reason) => expect(reasonOf(before, now)).toBe(reason))

const led = (id: string): Partial<Health> => ({ leader: { id, name: `m${id}` } })
test.each<[string, Connection, Connection, boolean]>([
  ['the first word', connecting, health('live', led('1')), false],
  ['the same leader', health('live', led('1')), health('live', { ...led('1'), revision: '7' }), false],
  ['another leader', health('live', led('1')), health('live', led('2')), true],
  ['the leader is lost', health('live', led('1')), health('no-leader'), true],
  ['nobody answers', health('live', led('1')), health('lost', led('1')), true],
  ['back', health('lost', led('1')), health('live', led('1')), true],
])('the members are asked again: %s', (_, before, now, again) => expect(membersChanged(before, now)).toBe(again))
