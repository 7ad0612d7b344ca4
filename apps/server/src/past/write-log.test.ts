// A list of writes that grows at both ends, from single writes and from columns.
import { utf8 } from '@registree/keyspace'
import { expect, it } from 'vitest'
import { WriteLog } from './write-log.ts'

const write = (key: string, revision: number) => ({
  ...{ key: utf8(key), revision: BigInt(revision), version: 1n, createRevision: BigInt(revision), size: 1 },
})

it('keeps one number for a key, however it came, and tells the writes from a revision on', () => {
  const log = new WriteLog()
  const names = ['/b', '/a']
  const columns = (key: number[], revision: number[]) => ({
    ...{ key: Uint32Array.from(key), revision: Float64Array.from(revision) },
    ...{ version: Float64Array.from(key, () => 2 ** 40), createRevision: Float64Array.from(revision) },
  })
  log.addColumns(columns([0, 1, 0], [4, 5, 5]), 0, (number) => utf8(names[number] as string))
  log.addColumns(columns([1, 0, 1], [1, 2, 3]), 1, (number) => utf8(names[number] as string))
  log.add([write('/a', 6), write('/c', 7)], 'newer')
  expect([log.size, log.keys]).toEqual([7, 3])
  const number = (key: string) => log.numberOf(utf8(key)) as number
  const told = (oldest: number) => {
    const { key, revision } = log.columnsFrom(oldest)
    return [...key].map((own, i) => `${Buffer.from(log.keyOf(own)).toString()}@${revision[i]}`)
  }
  expect(told(0)).toEqual(['/b@2', '/a@3', '/b@4', '/a@5', '/b@5', '/a@6', '/c@7'])
  expect(told(5)).toEqual(['/a@5', '/b@5', '/a@6', '/c@7'])
  expect(told(8)).toEqual([])
  expect([...log.oldestFirst(5)].map(({ key }) => key)).toEqual([number('/a'), number('/b'), number('/a'), number('/c')])
  expect(log.numberOf(utf8('/d'))).toBeUndefined()
  expect(log.columnsFrom(0).version[0]).toBe(0xffff_ffff)
})
