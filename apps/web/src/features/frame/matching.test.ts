// Which entries match a typed text, and in which order.
import { expect, test } from 'vitest'
import { bestOf, rankOf } from './matching.ts'

test.each([
  [['Overview', 'members', 'raft term'], 'Members', 0],
  [['Overview', 'members'], 'mem', 1],
  [['Deployment', 'deployments', 'deploy', 'deployments.apps'], 'deploy', 0],
  [['Deployment', 'deployments.apps'], 'ments.a', 2],
  [['Switch between UTC and local time'], 'utc  time', 2],
  [['Switch between UTC and local time'], 'utc clock', null],
  [['Overview'], '', null],
  [['Overview'], '  ', null],
] as const)('%j by %j', (names, typed, rank) => expect(rankOf(names, typed)).toBe(rank))

test('the best first, equal ones in their given order', () => {
  const all = ['a pod', 'pods', 'pod', 'podsecurity']
  expect(bestOf(all, (one) => [one], 'pod').map(({ one }) => one)).toEqual(['pod', 'pods', 'podsecurity', 'a pod'])
})
