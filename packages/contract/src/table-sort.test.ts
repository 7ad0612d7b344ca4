import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { compareCells, compareNatural, durationSeconds, type SortableCell, sortedOrder } from './table-sort.ts'

function sorted(column: { name: string; type: string }, ...cells: SortableCell[]) {
  return [...cells].sort((a, b) => compareCells(a, b, column))
}

describe('compareCells', () => {
  test('orders ages by time, not by text', () => {
    const age = { name: 'Age', type: 'string' }
    expect(sorted(age, '3d4h', '10m', '5m12s', '2y3d', '59s', '<unknown>', '9h', '47h', '8d')).toEqual([
      '<unknown>',
      '59s',
      '5m12s',
      '10m',
      '9h',
      '47h',
      '3d4h',
      '8d',
      '2y3d',
    ])
  })

  test('orders restarts by their number', () => {
    const restarts = { name: 'Restarts', type: 'string' }
    expect(sorted(restarts, '10 (2s ago)', '9 (5m ago)', '0', '3 (5m ago)')).toEqual(['0', '3 (5m ago)', '9 (5m ago)', '10 (2s ago)'])
  })

  test('orders quantities by size over all suffixes', () => {
    const capacity = { name: 'Capacity', type: 'string' }
    expect(sorted(capacity, '1Ti', '20Gi', '512Mi', '1G', '1500m', '1')).toEqual(['1', '1500m', '512Mi', '1G', '20Gi', '1Ti'])
  })

  test('reads a cell of a hundred thousand digits quickly', () => {
    const digits = '1'.repeat(100_000)
    // It would take minutes if digits could match in several ways.
    expect(sorted({ name: 'Size', type: 'string' }, `${digits}x`, `${digits}.${digits}x`, `1/${digits}\n`, '7')[0]).toBe('7')
  })

  test('orders addresses and names by their numbers', () => {
    expect(sorted({ name: 'IP', type: 'string' }, '172.30.36.10', '172.30.36.9', '<none>', '172.30.4.200')).toEqual([
      '<none>',
      '172.30.4.200',
      '172.30.36.9',
      '172.30.36.10',
    ])
    expect(sorted({ name: 'Name', type: 'string' }, 'db-10', 'db-2', 'db', 'DB-2')).toEqual(['db', 'DB-2', 'db-2', 'db-10'])
  })

  test('orders ready counts, integers and booleans', () => {
    expect(sorted({ name: 'Ready', type: 'string' }, '10/12', '2/2', '0/6')).toEqual(['0/6', '2/2', '10/12'])
    expect(sorted({ name: 'Desired', type: 'integer' }, 10, 9, null)).toEqual([null, 9, 10])
    expect(sorted({ name: 'Attached', type: 'boolean' }, true, false)).toEqual([false, true])
  })

  test('is an order: antisymmetric and transitive', () => {
    const cell = fc.oneof(
      fc.constantFrom<SortableCell>('5m12s', '10m', '<none>', null, '20Gi', '1/2', '3 (5m ago)', 'db-10', 'db-2', 'DB-2', '10.0.0.9'),
      fc.integer(),
    )
    for (const column of [
      { name: 'Age', type: 'string' },
      { name: 'Name', type: 'string' },
    ])
      fc.assert(
        fc.property(cell, cell, cell, (a, b, c) => {
          expect(Math.sign(compareCells(a, b, column)) + Math.sign(compareCells(b, a, column))).toBe(0)
          const list = [a, b, c].sort((x, y) => compareCells(x, y, column)) as [SortableCell, SortableCell, SortableCell]
          expect(compareCells(list[0], list[2], column)).toBeLessThanOrEqual(0)
        }),
      )
  })
})

test('durationSeconds reads what humanDuration prints', () => {
  expect(durationSeconds('1h30m')).toBe(5400)
  expect(durationSeconds('2y3d')).toBe(2 * 31_536_000 + 3 * 86_400)
  expect(durationSeconds('<invalid>')).toBeUndefined()
})

test('compareNatural compares numbers longer than a double holds', () => {
  expect(compareNatural('a99999999999999999998', 'a99999999999999999999')).toBeLessThan(0)
})

describe('sortedOrder', () => {
  const column = { name: 'Restarts', type: 'string' }
  const cells = ['10 (2s ago)', '0', '3 (5m ago)', '0']

  test('returns the order of rows, with equal ones in their original order, both ways', () => {
    expect(sortedOrder(cells, column)).toEqual([1, 3, 2, 0])
    expect(sortedOrder(cells, column, true)).toEqual([0, 2, 1, 3])
  })

  test('agrees with compareCells', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.string(), fc.integer(), fc.constantFrom('5m', '10.0.0.9', '10.0.0.10', '<none>'))), (list) => {
        const order = sortedOrder(list, column)
        for (let index = 1; index < order.length; index++)
          expect(
            compareCells(list[order[index - 1] as number] as SortableCell, list[order[index] as number] as SortableCell, column),
          ).toBeLessThanOrEqual(0)
      }),
    )
  })
})
