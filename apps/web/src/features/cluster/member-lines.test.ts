// What an endpoint that does not answer tells about its member.
import type { StatusAnswer } from '@registree/contract'
import { expect, test } from 'vitest'
import { memberLines } from './member-lines.ts'

const member = (id: string, url = `http://10.0.0.${id}:2379`) => ({ id, name: `infra${id}`, clientURLs: [url] })
const answers = (id: string, leader: string | null, endpoint = `http://10.0.0.${id}:2379/`) => ({
  endpoint,
  memberId: id,
  leader,
  error: null,
})
const silent = (endpoint: string) => ({ endpoint, memberId: null, leader: null, error: 'cannot be reached' })
const linesOf = (members: object[], endpoints: object[]) =>
  memberLines({ members, etcd: { endpoints } } as unknown as StatusAnswer).map(({ member, endpoint, reach }) => [
    member?.name,
    endpoint?.endpoint,
    'member' in reach ? `${reach.is} ${reach.member}` : reach.is,
  ])

test('a member that does not answer: what the others tell of it', () => {
  const three = [member('1'), member('2'), member('3')]
  const reachOfThird = (...others: object[]) => linesOf(three, [...others, silent('10.0.0.3:2379')])[2]
  expect(reachOfThird(answers('1', '3'), answers('2', '3'))).toEqual(['infra3', '10.0.0.3:2379', 'runs'])
  expect(reachOfThird(answers('1', '2'), answers('2', '2'))).toEqual(['infra3', '10.0.0.3:2379', 'may-run'])
  expect(reachOfThird(answers('1', null))).toEqual(['infra3', '10.0.0.3:2379', 'unknown'])
  expect(reachOfThird(silent('10.0.0.1:2379'))).toEqual(['infra3', '10.0.0.3:2379', 'unknown'])
})

test('a wrong client URL beside the right one is not said of a member that is down', () => {
  const wrong = 'http://10.9.9.9:2379'
  const lines = linesOf([member('1'), member('2', wrong)], [answers('1', '1'), silent(wrong), answers('2', '1')])
  expect(lines).toEqual([
    ['infra1', 'http://10.0.0.1:2379/', 'answers'],
    ['infra2', 'http://10.0.0.2:2379/', 'answers'],
    [undefined, wrong, 'elsewhere infra2'],
  ])
})

test('an endpoint that no member advertises', () => {
  expect(linesOf([member('1')], [answers('1', '1'), silent('http://10.0.0.7:2379')])[1]).toEqual([
    undefined,
    'http://10.0.0.7:2379',
    'may-run',
  ])
  expect(linesOf([], [silent('http://10.0.0.7:2379')])).toEqual([[undefined, 'http://10.0.0.7:2379', 'unknown']])
})
