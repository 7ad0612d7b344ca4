// A table that is followed: rows replaced in place, come and gone in key order, marked where they changed, and steady while somebody uses them.
import type { TableChange, TableHead } from '@registree/contract'
import { expect, test, vi } from 'vitest'
import { asChangeOf, FollowedTable, LiveTable } from './live-table.ts'
import { newestOf, TableBuilder } from './table-data.ts'

const HEAD = {
  ...{ type: 'head', path: 'pods', directory: '/registry/pods/', resource: 'pods', kind: 'Pod', apiVersion: 'v1', revision: '90' },
  columns: ['Name', 'Status', 'Age'].map((name) => ({ name, type: 'string', priority: 0 })),
} as TableHead

function table(...names: string[]) {
  const builder = new TableBuilder(HEAD)
  const rows = names.map((name) => ({ namespace: 'shop', name, cells: [name, 'Running', '5m'], instants: { 2: 'then' }, phase: 'Running' }))
  builder.add({ type: 'rows', labels: [], rows })
  return new LiveTable(builder.data({ type: 'end', rows: 2, bytes: 0, milliseconds: 0, cost: { ranges: 1, walked: 2, largestWalk: 2 } }))
}

const change = (revision: number, name: string, status: string, more: object = {}): TableChange => ({
  revision: String(revision),
  row: { namespace: 'shop', name, cells: [name, status, '6m'], instants: { 2: 'then' }, phase: status, ...more },
})
const gone = (revision: number, name: string): TableChange => ({ revision: String(revision), row: { namespace: 'shop', name }, gone: true })

test('replaces rows in place and marks the cells that changed, but for ages', () => {
  const live = table('a', 'b')
  const before = live.data
  const data = live.apply([change(91, 'b', 'Pending', { trouble: ['pending'] })], '93', 5)
  expect(data.head.revision).toBe('93')
  expect(data.rows.map(({ cells }) => cells[1])).toEqual(['Running', 'Pending'])
  expect(data.rows[1]?.fresh).toEqual({ at: 5, cells: [1] })
  expect(data.rows[0]).toBe(before.rows[0])
  expect(data.totals).toMatchObject({ well: 1, ill: 1 })
  expect(data.moves).toBe(0)
  // What is held shows the newest cells of the rows that it has.
  expect(before.rows.map(newestOf)).toEqual(data.rows)
})

test('what comes and goes has its place in the order of keys, and what the reading had already is left out', () => {
  const live = table('b', 'd')
  const data = live.apply(
    [change(91, 'c', 'Pending'), change(92, 'e', 'Running'), gone(93, 'b'), gone(94, 'x'), change(80, 'd', 'Old')],
    '94',
    5,
  )
  expect(data.rows.map(({ name, cells }) => `${name} ${cells[1]}`)).toEqual(['c Pending', 'd Running', 'e Running'])
  expect(data.rows[0]?.fresh).toEqual({ at: 5, cells: null })
  expect(data).toMatchObject({ count: 3, moves: 3 })
  // The same again changes nothing: a page that returns may get it twice.
  const again = live.apply([change(91, 'c', 'Pending'), gone(93, 'b')], '94', 9)
  expect(again.rows).toEqual(data.rows)
  expect(live.apply([gone(95, 'c'), change(96, 'c', 'Running')], '96', 9).rows.map(({ name }) => name)).toEqual(['c', 'd', 'e'])
})

test('rows that a later reading does not have are gone since the one before; of another history nothing is known', () => {
  const before = table('a', 'b').data
  const after = { ...table('a').data, head: { ...HEAD, revision: '95' } }
  const data = asChangeOf({ ...before, gone: [{ namespace: 'shop', name: 'x', revision: '80' }] }, after, 7)
  expect(data.gone).toEqual([
    { namespace: 'shop', name: 'x', revision: '80' },
    { namespace: 'shop', name: 'b', revision: '95', after: '90' },
  ])
  expect(asChangeOf(after, before, 7).gone).toEqual([])
})

test('a table that is read again is a change of the one before', () => {
  const [before, live] = [table('a', 'b', 'c').data, table('b', 'c', 'd')]
  const after = live.apply([change(91, 'c', 'Failed')], '91', 0)
  for (const row of after.rows) delete row.fresh
  const data = asChangeOf(before, after, 7)
  expect(data.rows.map(({ name, fresh }) => [name, fresh])).toEqual([
    ['b', undefined],
    ['c', { at: 7, cells: [1] }],
    ['d', { at: 7, cells: null }],
  ])
  expect(data).toMatchObject({ moves: 2, differed: 3 })
  expect(before.rows.slice(1).map(newestOf)).toEqual(data.rows.slice(0, 2))
  // What is followed then counts on.
  expect(new LiveTable(data).apply([gone(99, 'd')], '99', 9).moves).toBe(3)
})

test('what waits is drawn together, for the reading that it belongs to, and dropped when the page shows another', () => {
  vi.useFakeTimers()
  try {
    const { data } = table('a', 'b')
    const drawn: string[] = []
    const followed = new FollowedTable(data, (end, apply) => {
      expect(end).toBe(data.end)
      const { head, rows } = apply(5)
      drawn.push([head.revision, ...rows.map(({ name, cells }) => `${name} ${cells[1]}`)].join(', '))
    })
    followed.add([change(91, 'a', 'Failed')], '91', 100)
    followed.add([change(92, 'c', 'Pending')], '92', 100)
    expect(drawn).toEqual([])
    vi.advanceTimersByTime(100)
    expect(drawn).toEqual(['92, a Failed, b Running, c Pending'])
    followed.add([change(93, 'b', 'Failed')], '93', 100)
    followed.stop()
    vi.runAllTimers()
    expect(drawn).toHaveLength(1)
  } finally {
    vi.useRealTimers()
  }
})
