// What was learned about a cluster's tree belongs to one epoch.
import { listLevel, utf8 } from '@registree/keyspace'
import { expect, test } from 'vitest'
import { CostMeter, metered } from '../sources/cost-meter.ts'
import { MemoryV3Source } from '../sources/memory/memory-v3-source.ts'
import { knowledgeByEpoch } from './open-clusters.ts'

const list = async (source: MemoryV3Source, knowledge: ReturnType<ReturnType<typeof knowledgeByEpoch>>, revision: bigint) => {
  const meter = new CostMeter()
  const page = await listLevel(metered(source, meter), { prefix: utf8('/registry/'), revision, cursor: undefined, limit: 100, knowledge })
  return {
    names: page.entries.map((entry) => Buffer.from(entry.kind === 'directory' ? entry.prefix : entry.key).toString()),
    ...meter.read(),
  }
}

test('in another epoch the same revision is read again, and what was learned is only a hint', async () => {
  const [yesterday, today] = [new MemoryV3Source(), new MemoryV3Source()]
  for (const name of ['a', 'b', 'c']) yesterday.set(utf8(`/registry/pods/${name}`), utf8('1'))
  for (const name of ['x', 'y', 'z']) today.set(utf8(`/registry/services/${name}`), utf8('1'))
  const identity = { epoch: 'p.1' }
  const knowledge = knowledgeByEpoch(identity)
  const learnt = knowledge()
  expect((await list(yesterday, learnt, 4n)).names).toEqual(['/registry/pods/'])
  expect(knowledge()).toBe(learnt)
  expect(await list(today, knowledge(), 4n)).toMatchObject({ names: ['/registry/pods/'], ranges: 0 })

  identity.epoch = 'p.2'
  const next = knowledge()
  const prefix = utf8('/registry/')
  expect([next.levelAt(prefix, 4n), next.lastLevel(prefix)]).toEqual([undefined, learnt.lastLevel(prefix)])
  expect((await list(today, next, 4n)).names).toEqual(['/registry/services/'])
})
