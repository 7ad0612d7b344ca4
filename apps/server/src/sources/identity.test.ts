// Which answers belong to one history: connections, contradicting headers, endpoints of different clusters.
import { compareEpochs } from '@registree/contract'
import { expect, test } from 'vitest'
import { detailOf, isAppError } from '../problem.ts'
import { type AnswerHeader, Identity } from './identity.ts'

const [A, B] = ['http://a', 'http://b']

function world() {
  let clock = 1_000_000
  const identity = new Identity({ now: () => clock })
  const header = (header: Partial<AnswerHeader> = {}): AnswerHeader => ({
    clusterId: 'c1',
    memberId: 'm1',
    revision: 100n,
    raftTerm: 2n,
    raftIndex: 0n,
    ...header,
  })
  return {
    identity,
    header,
    pass: (ms: number) => {
      clock += ms
    },
    /** A request and its answer, with nothing in between. */
    ask: (endpoint: string, given: Partial<AnswerHeader> = {}) => identity.heard(endpoint, header(given), identity.floor()),
  }
}

test('an epoch lasts while any connection is unbroken', () => {
  const { identity, ask, pass } = world()
  ask(A)
  const { epoch } = identity
  const first = identity.connected(A)
  const second = identity.connected(B)
  pass(3_600_000)
  expect([identity.epoch, identity.proven]).toEqual([epoch, true])
  first('broken')
  pass(3_600_000)
  expect([identity.epoch, identity.proven, identity.breaks]).toEqual([epoch, true, 0])
  second('broken')
  expect([identity.epoch === epoch, identity.proven, identity.breaks]).toEqual([false, false, 1])
  expect(compareEpochs(identity.epoch, epoch)).toBeGreaterThan(0)
})

test('without a connection an epoch lasts ten seconds, and a later connection proves nothing about it', () => {
  const { identity, ask, pass } = world()
  ask(A)
  const { epoch } = identity
  pass(9_000)
  expect(identity.epoch).toBe(epoch)
  pass(2_000)
  identity.connected(A)
  expect(identity.epoch).not.toBe(epoch)
})

test('a connection soon after the first answer belongs to its epoch', () => {
  const { identity, ask, pass } = world()
  const { epoch } = identity
  pass(60_000)
  ask(A)
  pass(5_000)
  identity.connected(A)
  pass(60_000)
  expect(identity.epoch).toBe(epoch)
})

test.each([
  ['revision', { revision: 99n }],
  ['term', { raftTerm: 1n, revision: 101n }],
  ['index', { raftIndex: 6n, revision: 101n }],
])('a member whose %s goes back holds another history', (what, next) => {
  const { identity, ask } = world()
  ask(A, { raftIndex: 7n })
  identity.connected(A)
  const { epoch } = identity
  ask(A, next)
  expect(identity.epoch).not.toBe(epoch)
  expect(identity.replaced?.notice).toMatchObject({ code: `history-${what}-back`, params: { endpoint: A } })
  // Once: the earlier answers are forgotten.
  const after = identity.epoch
  ask(A, next)
  expect(identity.epoch).toBe(after)
})

test('reordered answers, lagging members and empty headers contradict nothing', () => {
  const { identity, header, ask } = world()
  ask(A)
  const sent = identity.floor()
  ask(A, { revision: 120n })
  identity.heard(A, header({ revision: 110n }), sent)
  ask(B, { memberId: 'm2', revision: 50n, raftTerm: 1n })
  ask(A, { clusterId: null, memberId: null, revision: 0n, raftTerm: 0n })
  ask(A, { revision: 0n, raftTerm: 2n })
  expect([identity.breaks, identity.replaced]).toEqual([0, null])
})

test('two concurrent requests report a break once', () => {
  const { identity, header, ask } = world()
  ask(A)
  const [one, two] = [identity.floor(), identity.floor()]
  identity.heard(A, header({ revision: 50n }), one)
  identity.heard(A, header({ revision: 51n }), two)
  expect(identity.breaks).toBe(1)
})

const isMixed = (detail: string) => expect.toSatisfy((error) => isAppError(error, 'SOURCE_MIXED') && detailOf(error) === detail)

test('endpoints of two clusters: neither is read, even if only one answers', () => {
  const { identity, ask, pass } = world()
  ask(A)
  expect(identity.mixed).toBe(false)
  expect(() => ask(B, { clusterId: 'c2', memberId: 'm9' })).toThrow(isMixed(`${A} belongs to cluster c1, ${B} to cluster c2.`))
  expect(() => ask(A)).toThrow(expect.objectContaining({ code: 'SOURCE_MIXED' }))
  identity.unreachable(A)
  pass(3_600_000)
  for (let i = 0; i < 2; i += 1)
    expect(() => ask(B, { clusterId: 'c2', memberId: 'm9' })).toThrow(
      isMixed(`${A} belonged to cluster c1 when it last answered, ${B} belongs to cluster c2.`),
    )
  expect([identity.mixed, identity.replaced]).toEqual([true, null])
})

test('a cluster that first answers when the other is gone does not replace it', () => {
  const { identity, ask } = world()
  ask(A)
  identity.connected(A)('broken')
  expect(() => ask(B, { clusterId: 'c2', memberId: 'm9' })).toThrow(expect.objectContaining({ code: 'SOURCE_MIXED' }))
  expect(identity.clusterId).toBe('c1')
})

test('two clusters are one again when the other endpoint joins', () => {
  const { identity, ask } = world()
  ask(A)
  expect(() => ask(B, { clusterId: 'c2', memberId: 'm9' })).toThrow()
  identity.unreachable(B)
  ask(B, { memberId: 'm2' })
  ask(A)
  expect([identity.mixed, identity.clusterId]).toEqual([false, 'c1'])
})

test('members restored one by one are replaced, not mixed, once the old ones are gone', () => {
  const { identity, ask } = world()
  const C = 'http://c'
  for (const [endpoint, memberId] of [
    [A, 'm1'],
    [B, 'm2'],
    [C, 'm3'],
  ] as const)
    ask(endpoint, { memberId })
  identity.unreachable(A)
  // Both histories answer now.
  expect(() => ask(A, { clusterId: 'c2' })).toThrow(expect.objectContaining({ code: 'SOURCE_MIXED' }))
  identity.unreachable(B)
  identity.unreachable(C)
  ask(A, { clusterId: 'c2' })
  expect(identity.replaced?.notice).toMatchObject({ code: 'history-cluster-id', params: { before: 'c1', after: 'c2' } })
  ask(B, { clusterId: 'c2', memberId: 'm2' })
  expect([identity.mixed, identity.clusterId]).toEqual([false, 'c2'])
})

test('a cluster that replaced another is reported with both ids', () => {
  const { identity, ask } = world()
  ask(A)
  const end = identity.connected(A)
  end('broken')
  ask(A, { clusterId: 'c2', memberId: 'm9', revision: 5n })
  expect(identity.clusterId).toBe('c2')
  expect(identity.replaced?.notice.message).toBe(
    `etcd at ${A} was restored or replaced: its cluster id changed from c1 to c2. Data that was read before belongs to a different history.`,
  )
})

test('an address behind which two clusters alternate is not read', () => {
  const { ask, pass } = world()
  ask(A)
  ask(A, { clusterId: 'c2' })
  expect(() => ask(A)).toThrow(expect.objectContaining({ code: 'SOURCE_MIXED' }))
  expect(() => ask(A)).toThrow(/Two different etcd clusters answer at one address/)
  pass(61_000)
  ask(A)
})

test('a reading has one history from its first answer on', () => {
  const { identity, ask } = world()
  // Nothing proves what is in memory: the reading begins with its first answer.
  const unproven = identity.begin()
  identity.connected(A)('broken')
  unproven.check()
  expect(unproven.epoch).toBe(identity.epoch)
  ask(A)
  ask(A, { revision: 1n })
  expect(() => unproven.check()).toThrow(expect.objectContaining({ code: 'SOURCE_CHANGED' }))

  const end = identity.connected(A)
  const proven = identity.begin()
  end('broken')
  expect(() => proven.check()).toThrow(expect.objectContaining({ code: 'SOURCE_CHANGED' }))
})

test('a file never changes its identity', () => {
  const identity = Identity.constant()
  expect([identity.proven, identity.epoch]).toEqual([true, identity.epoch])
})

test('epochs of one process are ordered by number, of two processes by their start', () => {
  expect(compareEpochs('m1abc-0011.10', 'm1abc-0011.9')).toBeGreaterThan(0)
  expect(compareEpochs('m1abc-0011.1', 'm1abd-0011.9')).toBeLessThan(0)
  expect(compareEpochs('m1abc-0011.3', 'm1abc-0011.3')).toBe(0)
})
