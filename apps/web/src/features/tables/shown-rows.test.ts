// Which rows and columns are shown, and how they are exported.
import type { TableHead } from '@registree/contract'
import { searchText } from '@registree/query'
import { beforeAll, describe, expect, test } from 'vitest'
import { tableCsv, tableJson } from './download.ts'
import { grammar } from './filter-grammar.ts'
import { RowView } from './row-view.ts'
import { columnId, columnsWithContent, columnWidths, shownColumns, type TableSearch } from './shown-rows.ts'
import { keyOfRow, TableBuilder, type TableRow } from './table-data.ts'

beforeAll(() => grammar.ready())

const head: TableHead = {
  type: 'head',
  path: 'pods',
  directory: '/registry/pods/',
  resource: 'pods',
  kind: 'Pod',
  apiVersion: 'v1',
  namespaced: true,
  note: null,
  printedAs: null,
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
  namespace: 'shop',
  name,
  // Both ages round to the same text.
  cells: [name, status, '5m', 'node-a'],
  labels: { app: 'web' },
  text: searchText('shop', [name, status, '5m', 'node-a']),
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
const view = new RowView()
const names = (search: Partial<Pick<TableSearch, 'q' | 'sort' | 'only'>>, count = rows.length) => {
  const shown = view.show({ head, rows, count }, columns, { ...everything, ...search })
  return shown.rows.slice(0, shown.count).map(({ name }) => name)
}

describe('columns', () => {
  test('the namespace first, wide ones on request', () => {
    expect(columns.map((column) => column.id)).toEqual(['namespace', 'name', 'status', 'age'])
    expect(shownColumns(head, true, { shown: false, name: '' }).map((column) => column.id)).toEqual([
      'name',
      'status',
      'age',
      'nominated-node',
    ])
    expect(columnId('Port(s)')).toBe('port-s')
    // A wide column used for sorting or filtering.
    for (const asked of [
      { indexes: [3], sort: null },
      { indexes: [], sort: '-nominated-node' },
    ])
      expect(shownColumns(head, false, { shown: false, name: '' }, asked)).toHaveLength(4)
  })

  test('columns empty in every row are hidden, unless requested', () => {
    const all = shownColumns(head, true, { shown: true, name: 'Namespace' })
    const ids = (filled: boolean[], asked: number[] = [], sort: string | null = null) =>
      columnsWithContent(all, filled, asked, sort).map(({ id }) => id)
    expect(ids([true, true, true, false])).toEqual(['namespace', 'name', 'status', 'age'])
    expect(ids([true, false, false, false], [3], '-age')).toEqual(['namespace', 'name', 'age', 'nominated-node'])
    // Nothing has come yet.
    expect(ids([])).toEqual(all.map(({ id }) => id))
    const builder = new TableBuilder(head)
    builder.add({ type: 'rows', labels: [], rows: [{ namespace: null, name: 'a', cells: ['a', '', '<none>', 0] }] })
    expect(builder.data(null).filled).toEqual([true, false, false, true])
  })

  test('have distinct ids if a definition uses a name twice, shown or not', () => {
    const named = (...names: string[]) => names.map((name, index) => ({ name, type: 'string' as const, priority: index % 2 }))
    const twins = { ...head, columns: named('Name', 'Namespace', 'Host', 'Host', 'Name', '%') }
    const ids = (wide: boolean, shown: boolean) => shownColumns(twins, wide, { shown, name: 'Namespace' }).map(({ id }) => id)
    expect(ids(true, true)).toEqual(['namespace', 'name', 'namespace-2', 'host', 'host-2', 'name-2', 'column'])
    expect(ids(false, false)).toEqual(['name', 'host', 'name-2'])
    const odd = [row('a', '', '', { cells: ['a', 'theirs', 'x', 'y', 'called', 1] })]
    expect(JSON.parse(tableJson(head, odd, shownColumns(twins, true, { shown: true, name: 'Namespace' })))[0].columns).toEqual({
      Namespace: 'shop',
      Name: 'a',
      'Namespace 2': 'theirs',
      Host: 'x',
      'Host 2': 'y',
      'Name 2': 'called',
      '%': 1,
    })
  })

  test('are as wide as their content, within limits', () => {
    const builder = new TableBuilder(head)
    builder.add({ type: 'rows', labels: [], rows: [{ namespace: 'shop', name: 'x', cells: ['x'.repeat(200), 'Running', null, 1] }] })
    expect(columnWidths(builder.data(null).longest, columns)).toEqual(['10ch + 16px', '64ch + 40px', '7ch + 36px', '4ch + 16px'])
  })
})

describe('rows', () => {
  test('in key order, unless sorted', () => {
    expect(names({ sort: 'key' })).toEqual(['a', 'b', 'c'])
    expect(names({ sort: '-name' })).toEqual(['c', 'b', 'a'])
    expect(names({ sort: 'no-such-column' })).toEqual(['a', 'b', 'c'])
  })

  test('ages sort by their exact times', () => {
    expect(names({ sort: 'age' })).toEqual(['b', 'c', 'a'])
    expect(names({ sort: '-age' })).toEqual(['a', 'c', 'b'])
  })

  test('pods in trouble come first, in key order, unless another order is chosen', () => {
    expect(names({})).toEqual(['b', 'c', 'a'])
    const failing = [
      ...rows,
      row('d', 'CrashLoopBackOff', '2026-11-23T11:54:20Z', { phase: 'Running', trouble: ['notReady'], tone: 'error' }),
    ]
    const withFailing = new RowView().show({ head, rows: failing, count: 4 }, columns, everything)
    expect(withFailing.rows.map(({ name }) => name)).toEqual(['d', 'b', 'c', 'a'])
    expect(names({ q: 'app=web' })).toEqual(['b', 'a'])
    expect(names({ sort: 'key' })).toEqual(['a', 'b', 'c'])
    expect(names({ sort: 'name' })).toEqual(['a', 'b', 'c'])
    const maps = { ...head, kind: 'ConfigMap' }
    const shown = new RowView().show({ head: maps, rows, count: 3 }, columns, everything)
    expect(shown.rows.slice(0, 3).map(({ name }) => name)).toEqual(['a', 'b', 'c'])
  })

  test('the top stays in place while more pods arrive', () => {
    const growing = new RowView()
    const many = ['a', 'b', 'c', 'd', 'e'].map((name, i) =>
      row(name, 'Running', '2026-11-23T11:54:10Z', { phase: 'Running', trouble: i % 2 === 1 ? ['notReady'] : [] }),
    )
    const tops: string[][] = []
    for (let count = 1; count <= many.length; count++) {
      const shown = growing.show({ head, rows: many, count }, columns, everything)
      tops.push(shown.rows.slice(0, shown.count).flatMap(({ name, trouble = [] }) => (trouble.length > 0 ? [name] : [])))
    }
    expect(tops).toEqual([[], ['b'], ['b'], ['b', 'd'], ['b', 'd']])
  })

  test('totals count the rows that match the filter', () => {
    const builder = new TableBuilder(head)
    const wire = (name: string, status: string, trouble: 'notReady' | null) => ({
      namespace: 'shop',
      name,
      cells: [name, status, '5m', null],
      phase: status,
      ...(trouble === null ? {} : { trouble: [trouble] }),
    })
    builder.add({ type: 'rows', labels: [], rows: [wire('web-1', 'Running', 'notReady'), wire('web-2', 'Running', null)] })
    const first = builder.data(null)
    const counting = new RowView()
    expect(counting.totals(first, 'web')).toMatchObject({ well: 1, ill: 1 })
    expect(counting.totals(first, 'web-2')).toMatchObject({ well: 1, ill: 0 })
    builder.add({ type: 'rows', labels: [], rows: [wire('db-1', 'Running', 'notReady'), wire('web-3', 'Pending', 'notReady')] })
    const more = builder.data(null)
    expect(counting.totals(more, 'web-')).toMatchObject({
      well: 1,
      ill: 2,
      phases: new Map([
        ['Running', 2],
        ['Pending', 1],
      ]),
    })
    expect(counting.totals(more, '')).toBe(more.totals)
  })

  test('later ones are sorted in among those already there', () => {
    for (const sort of ['age', '-age', '-name', null])
      for (const q of ['', 'status:run']) {
        const whole = names({ sort, q })
        const growing = new RowView()
        for (let count = 0; count < rows.length; count++) growing.show({ head, rows, count }, columns, { q, sort, only: null })
        const shown = growing.show({ head, rows, count: rows.length }, columns, { q, sort, only: null })
        expect(shown.rows.slice(0, shown.count).map(({ name }) => name)).toEqual(whole)
      }
    expect(names({ sort: 'age' }, 2)).toEqual(['b', 'a'])
  })

  test('know their keys, and share their labels', () => {
    const builder = new TableBuilder(head)
    builder.add({
      type: 'rows',
      labels: [{ app: 'web' }],
      rows: [
        { namespace: 'shop', name: 'a', cells: ['a', 'Running', '5m', null], labels: 0, phase: 'Running' },
        { namespace: null, name: 'b', cells: ['b', 'Running', '5m', null], labels: 0, phase: 'Running', trouble: ['notReady'] },
        { key64: '_w', namespace: null, name: 'odd', cells: ['odd', null, null, null], problem: 'The value is empty.' },
      ],
    })
    builder.add({
      type: 'rows',
      labels: [],
      rows: [{ namespace: null, name: 'late', cells: ['late', 'Terminating', '5m', null], tone: 'warning' }],
    })
    const { rows: built, totals, namespaces } = builder.data(null)
    // The text beside the status word can be searched too.
    expect(built[3]).toMatchObject({ remark: { index: 1, text: 'overdue' }, text: expect.stringContaining('overdue') })
    expect(built.map((row) => row.labels.app)).toEqual(['web', 'web', undefined, undefined])
    expect(built.slice(0, 3).map((row) => Buffer.from(keyOfRow(head, row)).toString('latin1'))).toEqual([
      '/registry/pods/shop/a',
      '/registry/pods/b',
      '\xff',
    ])
    expect([totals.well, totals.troubles.get('notReady'), totals.phases.get('Running'), namespaces]).toEqual([1, 1, 2, ['shop']])
  })

  test('filtered by words, columns (shown or not), labels, trouble and phase', () => {
    expect(names({ q: 'status:run app=web' })).toEqual(['a'])
    expect(names({ q: 'nominated:node-a', sort: 'key' })).toEqual(['a', 'b', 'c'])
    expect(names({ q: 'ns:other' })).toEqual([])
    expect(names({ only: 'notReady' })).toEqual(['c'])
    expect(names({ only: 'phase:Running', sort: 'key' })).toEqual(['a', 'c'])
    expect(names({ only: 'phase:Running', q: 'app=db' })).toEqual(['c'])
  })
})

describe('files', () => {
  test('CSV quotes what it must, and nothing in it is a formula', () => {
    const odd = [row('a,"b"', '=HYPERLINK("x")', '', { namespace: null, cells: ['a,"b"', '=1+1', null, null] })]
    expect(tableCsv(odd, columns)).toBe('Namespace,Name,Status,Age\r\n,"a,""b""",\'=1+1,\r\n')
  })

  test('JSON has the key, the columns, the instants and the labels', () => {
    expect(JSON.parse(tableJson(head, rows.slice(0, 1), columns))).toEqual([
      {
        key: '/registry/pods/shop/a',
        columns: { Namespace: 'shop', Name: 'a', Status: 'Running', Age: '5m' },
        instants: { Age: '2026-11-23T11:54:10Z' },
        labels: { app: 'web' },
      },
    ])
  })
})
