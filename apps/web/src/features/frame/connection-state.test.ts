// The status line's text for each state: an empty page is not called old, and all of it fits on a phone.
import type { Health } from '@registree/contract'
import { expect, test } from 'vitest'
import type { Connection } from '../../lib/cluster-events.ts'
import { connectionState } from './connection-state.ts'

const health = (more: Partial<Health>): Connection => ({
  kind: 'health',
  health: {
    state: 'live',
    since: '2026-11-28T09:08:07Z',
    now: '2026-11-28T09:09:00Z',
    lastAnswer: '2026-11-28T09:08:01Z',
    epoch: 'p.1',
    clusterId: 'a1',
    revision: '7',
    index: null,
    member: { id: 'b2', name: 'infra2', endpoint: 'http://10.0.0.2:2379' },
    leader: { id: 'b1', name: 'infra1' },
    problem: null,
    replaced: null,
    ...more,
  },
})
const refused: Health['problem'] = { type: 'x', title: 'x', status: 502, code: 'SOURCE_AUTH', reason: 'stored-text', params: { text: 'x' } }
const graveOf = (connection: Connection, shows: boolean) => connectionState(connection, 'utc', shows).grave

test.each([
  ['live', health({}), null, null],
  ['connecting', { kind: 'connecting' } as const, null, null],
  [
    'without a leader',
    health({ state: 'no-leader', leader: null }),
    'No leader: this is the state of infra2; it may be old',
    'No leader: this is the state of infra2; it may be old',
  ],
  [
    'lost',
    health({ state: 'lost' }),
    'No answer from etcd since 09:08:07; this may be old',
    'No answer from etcd since 09:08:07; retrying',
  ],
  [
    'refused',
    health({ state: 'lost', problem: refused }),
    'Access refused by etcd since 09:08:07; this may be old',
    'Access refused by etcd since 09:08:07',
  ],
  [
    'mixed',
    health({ state: 'mixed' }),
    'Endpoints of two etcd clusters: neither is read',
    'Endpoints of two etcd clusters: neither is read',
  ],
  [
    'without Registree',
    { kind: 'server-lost', since: Date.parse('2026-11-28T09:08:07Z') } as const,
    'No answer from Registree since 09:08:07; this may be old',
    'No answer from Registree since 09:08:07; retrying',
  ],
])('%s', (_, connection, shown, nothing) => {
  expect([graveOf(connection, true), graveOf(connection, false)]).toEqual([shown, nothing])
})
