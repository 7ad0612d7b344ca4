import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { columnsOfFilter, listFilter, matchRow, parseFilter, unknownColumns } from './table-filter.ts'

const columns = [{ name: 'Name' }, { name: 'Ready' }, { name: 'Status' }, { name: 'IP' }, { name: 'Node' }, { name: 'Nominated Node' }]
const crashing = {
  namespace: 'shop',
  cells: ['storefront-69bd5954b-95lnh', '1/2', 'CrashLoopBackOff', '172.30.83.8', '172.20.0.113', null],
  labels: { app: 'storefront', 'pod-template-hash': '69bd5954b' },
}
const running = {
  namespace: 'shop',
  cells: ['orders-db-0', '1/1', 'Running', '172.30.77.4', '172.20.0.114', null],
  labels: { app: 'orders-db' },
}

function shown(filter: string): string[] {
  const match = matchRow(filter, columns)
  return [crashing, running].filter(match).map((row) => row.cells[0] as string)
}
const first = [crashing.cells[0]]
const second = [running.cells[0]]
const both = [...first, ...second]

describe('parseFilter', () => {
  test('reads text, columns and labels', () => {
    expect(parseFilter('status:CrashLoop node:172.20.0.113 app=storefront tier!=cache shop "two words"').conditions).toEqual([
      { type: 'column', column: 'status', text: 'CrashLoop', not: false },
      { type: 'column', column: 'node', text: '172.20.0.113', not: false },
      { type: 'label', key: 'app', values: ['storefront'], not: false },
      { type: 'label', key: 'tier', values: ['cache'], not: true },
      { type: 'text', text: 'shop', not: false },
      { type: 'text', text: 'two words', not: false },
    ])
  })

  test('keeps quoted values together, with escaped quotes', () => {
    expect(parseFilter('status:"Not Ready" note="a b" "say \\"hi\\""').conditions).toEqual([
      { type: 'column', column: 'status', text: 'Not Ready', not: false },
      { type: 'label', key: 'note', values: ['a b'], not: false },
      { type: 'text', text: 'say "hi"', not: false },
    ])
  })

  test('reads label selectors as kubectl does', () => {
    expect(parseFilter('shop app in (web, db),tier notin (cache) !canary a=b,c!=d status:x').conditions).toEqual([
      { type: 'text', text: 'shop', not: false },
      { type: 'label', key: 'app', values: ['web', 'db'], not: false },
      { type: 'label', key: 'tier', values: ['cache'], not: true },
      { type: 'label', key: 'canary', values: null, not: true },
      { type: 'label', key: 'a', values: ['b'], not: false },
      { type: 'label', key: 'c', values: ['d'], not: true },
      { type: 'column', column: 'status', text: 'x', not: false },
    ])
    expect(parseFilter('"app in (a)" restarted in (').conditions.every((condition) => condition.type === 'text')).toBe(true)
  })

  test('treats quoted operators as text', () => {
    expect(parseFilter('"app=web" "status:x"').conditions).toEqual([
      { type: 'text', text: 'app=web', not: false },
      { type: 'text', text: 'status:x', not: false },
    ])
  })

  test('ignores half-typed conditions', () => {
    expect(parseFilter('status:').conditions).toEqual([])
    expect(parseFilter('status:=').conditions).toEqual([])
    expect(parseFilter('  ').conditions).toEqual([])
    expect(parseFilter('"unfinished quote').conditions).toEqual([{ type: 'text', text: 'unfinished quote', not: false }])
  })

  test('never throws, for any input', () => {
    fc.assert(
      fc.property(fc.string(), (input) => {
        expect(typeof matchRow(input, columns)(crashing)).toBe('boolean')
      }),
    )
  })
})

describe('matchRow', () => {
  test.each([
    ['', both],
    ['status:CrashLoop', first],
    ['STATUS:crashloop', first],
    ['status:CrashLoop node:172.20.0.114', []],
    ['node:172.20.0.113', first],
    ['app=storefront', first],
    ['app==storefront', first],
    ['app!=storefront', second],
    ['app in (storefront, other)', first],
    ['app notin (storefront)', second],
    ['missing notin (x)', both],
    ['!pod-template-hash', second],
    ['!missing', both],
    ['pod-template-hash=69bd5954b,app=storefront', first],
    ['missing=x', []],
    ['missing!=x', both],
    ['orders', second],
    ['-orders', first],
    ['-status:Running', first],
    ['ns:shop', both],
    ['namespace:other', []],
    ['nominatednode:<none>', []],
    ['node:172.20.0.11', both],
    ['node:=172.20.0.11', []],
    ['node:=172.20.0.113', first],
    ['-node:="172.20.0.113"', second],
    ['nominatednode:=""', both],
    ['stat:run', second],
    ['172.30.77', second],
    ['nocolumn:x', []],
  ])('%s', (filter, expected) => {
    expect(shown(filter)).toEqual(expected)
  })

  test('treats a word with an unknown column as text', () => {
    const match = matchRow('10.0.0.1:443', [{ name: 'Endpoints' }])
    expect(match({ cells: ['10.0.0.1:443,10.0.0.2:443'] })).toBe(true)
    expect(match({ cells: ['10.0.0.3:443'] })).toBe(false)
  })

  test('knows which columns it uses', () => {
    expect(columnsOfFilter('shop node:=172.20.0.113 -node:x nominated:<none> ns:shop app=web 10.0.0.1:443', columns)).toEqual([4, 5])
  })

  test('finds remarks beside a cell', () => {
    const row = { ...running, remark: { index: 2, text: 'not ready' } }
    const found = (filter: string) => matchRow(filter, columns)(row)
    expect(['"not ready"', 'status:"not ready"', 'status:running', '-name:ready'].map(found)).toEqual([true, true, true, true])
    expect(['-status:ready', 'ready:not', '-ready'].map(found)).toEqual([false, false, false])
  })

  test('looks up labels as own members only', () => {
    expect(matchRow('constructor=x', columns)(crashing)).toBe(false)
  })
})

describe('unknownColumns', () => {
  test.each([
    ['statsu:Crash', ['statsu']],
    ['-statsu:Crash stat:x nope:=1', ['statsu', 'nope']],
    ['status:Crash node:=a nominated:x ns:shop namespace:shop', []],
    // Half typed, an address, a label, words in quotes.
    ['statsu: 10.0.0.1:443 app=web "statsu:Crash"', []],
  ])('%s', (filter, expected) => {
    expect(unknownColumns(filter, columns)).toEqual(expected)
  })
})

describe('patterns and globs', () => {
  test.each([
    ['/^orders/', second],
    ['-/^orders/', first],
    ['/crash|run/', both],
    ['name:store*95lnh', first],
    ['name:=storefront*', first],
    ['name:=store', []],
    ['orders-*-0', second],
    ['storefront*lnh', first],
    // Half typed, or no expression: text.
    ['/(/', []],
    ['/var/log/', []],
    ['*', []],
  ])('%s', (filter, expected) => {
    expect(shown(filter)).toEqual(expected)
  })

  test('a star is found as it is', () => {
    const match = matchRow('verbs:*', [{ name: 'Verbs' }])
    expect([match({ cells: ['*'] }), match({ cells: ['get,list'] })]).toEqual([true, false])
  })
})

describe('listFilter', () => {
  const list = [{ name: 'Name' }, { name: 'Status' }]
  const row = { namespace: 'shop', cells: ['a=b web', 'Active'] }
  test.each([
    ['web', true],
    ['WEB active', true],
    ['-web', false],
    ['status:act', true],
    ['a=b', true],
    ['a=c', false],
    ['!canary', false],
    ['ns:shop', true],
    ['"b web"', true],
  ])('%s', (filter, expected) => {
    expect(listFilter(filter, list)?.(row)).toBe(expected)
  })

  test('is nothing for an empty filter', () => {
    expect([listFilter('', list), listFilter('  ', list), listFilter('status:', list)]).toEqual([null, null, null])
  })
})
