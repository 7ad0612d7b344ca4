// Deleted objects among the rows of a table: in key order, marked, and not before the revision that is shown.
import type { DeletedEntry, TableHead } from '@registree/contract'
import { expect, test } from 'vitest'
import { deletionsOf, withDeleted } from './deleted-rows.ts'
import { bundledRows } from './SelectionBar.tsx'
import { TableBuilder } from './table-data.ts'

const HEAD = {
  ...{ type: 'head', path: 'pods', directory: '/registry/pods/', resource: 'pods', kind: 'Pod', apiVersion: 'v1', revision: '90' },
  columns: [
    { name: 'Name', type: 'string', priority: 0, format: 'name' },
    { name: 'Status', type: 'string', priority: 0 },
  ],
} as TableHead

const entry = (namespace: string, name: string, revision: number, last: string | null = String(revision - 1)) =>
  ({ key: `/registry/pods/${namespace}/${name}`, namespace, name, revision: String(revision), last }) as DeletedEntry

function table(...names: string[]) {
  const builder = new TableBuilder(HEAD)
  builder.add({
    type: 'rows',
    labels: [],
    rows: names.map((name) => ({ namespace: 'shop', name, cells: [name, 'Running'], phase: 'Running' })),
  })
  return builder.data({ type: 'end', rows: names.length, bytes: 0, milliseconds: 0, cost: { ranges: 0, keys: 0 } as never })
}

test('each has its place by its key, and a key that is there again has both rows', () => {
  const data = withDeleted(
    table('b', 'd'),
    [entry('shop', 'c', 70), entry('shop', 'b', 60), entry('shop', 'c', 50, null), entry('apps', 'z', 40), entry('shop', 'late', 91)],
    ({ revision }) => `deleted at ${revision}`,
  )
  expect(data.rows.map(({ namespace, name, deleted }) => `${namespace}/${name} ${deleted?.words ?? ''}`)).toEqual([
    'apps/z deleted at 40',
    'shop/b ',
    'shop/b deleted at 60',
    'shop/c deleted at 70',
    'shop/c deleted at 50',
    'shop/d ',
  ])
  expect(data).toMatchObject({ count: 6, namespaces: ['apps', 'shop'] })
  expect(data.rows[3]).toMatchObject({ cells: ['c', null], deleted: { last: '69' }, text: expect.stringContaining('deleted at 70') })
  expect(data.rows[4]?.deleted?.last).toBeNull()
  // They are no pods that run or do not.
  expect(data.totals.well).toBe(2)
})

test('what nobody saw go is listed until reading tells when, with its last known value', () => {
  const gone = [
    { namespace: 'shop', name: 'a', revision: '80' },
    { namespace: 'shop', name: 'b', revision: '90', after: '85' },
    { namespace: 'shop', name: 'c', revision: '90', after: '85' },
    { namespace: 'shop', name: 'd', revision: '90', after: '85' },
  ]
  // `c` went before, came back, and went again.
  const found = [entry('shop', 'a', 80), entry('shop', 'b', 88), entry('shop', 'c', 70)]
  expect(deletionsOf(found, gone).map(({ name, revision, after, last }) => [name, revision, after, last])).toEqual([
    ['a', '80', undefined, '79'],
    ['b', '88', undefined, '87'],
    ['c', '70', undefined, '69'],
    ['c', '90', '85', '85'],
    ['d', '90', '85', '85'],
  ])
  expect(deletionsOf([], gone)[0]).toMatchObject({ name: 'a', revision: '80', last: '79', time: null })
})

test('without deletions it is the same table', () => {
  const data = table('a')
  expect(withDeleted(data, [entry('shop', 'x', 95)], String)).toBe(data)
})

test('a download of rows has a key for each: also for one whose last value is not kept, which the file then names', () => {
  const { rows } = withDeleted(table('b'), [entry('shop', 'b', 60), entry('shop', 'c', 50, null)], () => '')
  const bundled = bundledRows('demo', HEAD, rows)
  const keys = 'keys' in bundled ? bundled.keys.map(({ key, rev }) => [new TextDecoder().decode(key), rev]) : []
  expect(keys).toEqual([
    ['/registry/pods/shop/b', null],
    ['/registry/pods/shop/b', '59'],
    ['/registry/pods/shop/c', '49'],
  ])
})
