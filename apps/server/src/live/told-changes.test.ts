// What a reader at any revision gets: the newest of each key, all of it or nothing.
import { expect, test } from 'vitest'
import { ToldChanges } from './told-changes.ts'

const change = (id: string, revision: number) => ({ id, revision: BigInt(revision), json: `${id}@${revision}` })

test('a reader gets the newest of each key that changed after its revision', () => {
  const told = new ToldChanges(10n, { mostKeys: 100, mostText: 10_000 })
  told.add([change('a', 11), change('b', 12)], 12n)
  told.add([change('a', 15)], 16n)
  expect(told.after(10n)).toEqual(['b@12', 'a@15'])
  expect(told.after(12n)).toEqual(['a@15'])
  expect(told.after(16n)).toEqual([])
  expect(told.after(9n)).toBeNull()
})

test('what does not fit is forgotten, oldest first, and readers who need it are told', () => {
  const told = new ToldChanges(0n, { mostKeys: 2, mostText: 10_000 })
  told.add([change('a', 1), change('b', 2), change('c', 3)], 3n)
  expect([told.size, told.floor]).toEqual([2, 1n])
  expect(told.after(0n)).toBeNull()
  expect(told.after(1n)).toEqual(['b@2', 'c@3'])
  const short = new ToldChanges(0n, { mostKeys: 100, mostText: 5 })
  short.add([change('a', 1), change('a', 2), change('b', 3)], 3n)
  expect(short.after(2n)).toEqual(['b@3'])
  expect(short.after(1n)).toBeNull()
  short.lose(9n)
  expect([short.after(8n), short.after(9n)]).toEqual([null, []])
})
