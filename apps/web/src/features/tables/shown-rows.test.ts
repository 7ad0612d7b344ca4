// Which rows and columns are shown, and how they are written into files.
import type { TableHead, TableRow } from '@registree/contract'
import { describe, expect, test } from 'vitest'
import { tableCsv, tableJson } from './download.ts'
import { columnId, columnWidths, shownColumns, shownRows, type TableSearch } from './shown-rows.ts'

const head: TableHead = {
  type: 'head',
  path: 'pods',
  resource: 'pods',
  kind: 'Pod',
  apiVersion: 'v1',
  namespaced: true,
  note: null,
  columns: [
    { name: 'Name', type: 'string', priority: 0, format: 'name' },
    { name: 'Status', type: 'string', priority: 0 },
    { name: 'Age', type: 'string', priority: 0 },
    { name: 'Nominated Node', type: 'string', priority: 1 },
  ],
  revision: '7',
  asOf: null,
  now: '2026-11-23T12:00:00Z',
}
const row = (name: string, status: string, created: string, more: Partial<TableRow> = {}): TableRow => ({
  key: `/registry/pods/shop/${name}`,
  namespace: 'shop',
  name,
  // Both ages are rounded to the same text.
  cells: [name, status, '5m', 'node-a'],
  labels: { app: 'web' },
  instants: { 2: created },
  ...more,
})
const rows = [
  row('a', 'Running', '2026-11-23T11:54:10Z', { phase: 'Running', trouble: [] }),
  row('b', 'Pending', '2026-11-23T11:54:30Z', { phase: 'Pending', trouble: ['pending'] }),
  row('c', 'Running', '2026-11-23T11:54:20Z', { phase: 'Running', trouble: ['notReady'], labels: { app: 'db' } }),
]
const everything = { q: '', sort: null, only: null }
const columns = shownColumns(head, false, { shown: true, name: 'Namespace' })
const names = (search: Partial<Pick<TableSearch, 'q' | 'sort' | 'only'>>) =>
  shownRows(rows, head, columns, { ...everything, ...search }).map(({ name }) => name)

describe('columns', () => {
  test('the namespace first, the wide ones on request', () => {
    expect(columns.map((column) => column.id)).toEqual(['namespace', 'name', 'status', 'age'])
    expect(shownColumns(head, true, { shown: false, name: '' }).map((column) => column.id)).toEqual([
      'name',
      'status',
      'age',
      'nominated-node',
    ])
    expect(columnId('Port(s)')).toBe('port-s')
  })

  test('are as wide as what they hold, within limits', () => {
    const [namespace, name] = columnWidths([row('x'.repeat(200), 'Running', '')], columns)
    expect(namespace).toBeLessThan(20)
    expect(name).toBe(67)
  })
})

describe('rows', () => {
  test('in the order of the keys, unless sorted', () => {
    expect(names({})).toEqual(['a', 'b', 'c'])
    expect(names({ sort: '-name' })).toEqual(['c', 'b', 'a'])
    expect(names({ sort: 'no-such-column' })).toEqual(['a', 'b', 'c'])
  })

  test('ages sort by their instants, exact to the second', () => {
    expect(names({ sort: 'age' })).toEqual(['b', 'c', 'a'])
    expect(names({ sort: '-age' })).toEqual(['a', 'c', 'b'])
  })

  test('filtered by words, columns (shown or not), labels, trouble and phase', () => {
    expect(names({ q: 'status:run app=web' })).toEqual(['a'])
    expect(names({ q: 'nominated:node-a' })).toEqual(['a', 'b', 'c'])
    expect(names({ q: 'ns:other' })).toEqual([])
    expect(names({ only: 'notReady' })).toEqual(['c'])
    expect(names({ only: 'phase:Running' })).toEqual(['a', 'c'])
    expect(names({ only: 'phase:Running', q: 'app=db' })).toEqual(['c'])
  })
})

describe('files', () => {
  test('CSV quotes what it must, and nothing in it is a formula', () => {
    const odd = [row('a,"b"', '=HYPERLINK("x")', '', { namespace: null, cells: ['a,"b"', '=1+1', null, null] })]
    expect(tableCsv(odd, columns)).toBe('Namespace,Name,Status,Age\r\n,"a,""b""",\'=1+1,\r\n')
  })

  test('JSON has the key, the columns, the instants and the labels', () => {
    expect(JSON.parse(tableJson(rows.slice(0, 1), columns))).toEqual([
      {
        key: '/registry/pods/shop/a',
        columns: { Namespace: 'shop', Name: 'a', Status: 'Running', Age: '5m' },
        instants: { Age: '2026-11-23T11:54:10Z' },
        labels: { app: 'web' },
      },
    ])
  })
})
