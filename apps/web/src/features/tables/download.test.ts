// A hostile name or printer column in a spreadsheet: always complete text, never a formula.
import { expect, test } from 'vitest'
import { tableCsv } from './download.ts'
import type { ShownColumn } from './shown-rows.ts'
import type { TableRow } from './table-data.ts'

const column: ShownColumn = { id: 'a', name: 'A', type: 'string', description: '', index: 0 }
const csv = (...cells: TableRow['cells']) =>
  tableCsv(
    cells.map((cell) => ({ namespace: null, name: 'n', cells: [cell], labels: {}, text: '' })),
    [column],
  )
const one = (cell: TableRow['cells'][number]) => csv(cell).slice('A\r\n'.length, -'\r\n'.length)

test('no formula is executed, wherever a spreadsheet splits', () => {
  for (const start of ['=', '+', '-', '@', '＝', '\t=', '\r=', '\n=', ' =']) {
    const text = `${start}cmd|' /C calc'!A0`
    const cell = one(text)
    expect(cell).toMatch(/^"?[\t\r\n]?' ?[^']/)
    expect(cell.replaceAll('"', '').split(/[;|\t\r\n]/)).not.toContainEqual(expect.stringMatching(/^ *[=+\-@＝]/))
  }
  for (const separator of [';', '|', '\t', '\r', '\n']) expect(one(`a${separator}=1+1`)).toBe(`"a${separator}'=1+1"`)
  expect(one('a,=1+1')).toBe('"a,=1+1"')
  expect(csv('x').startsWith('A\r\n')).toBe(true)
})

test('nothing is lost: quotes, line ends, NUL, half a surrogate pair, an existing apostrophe', () => {
  expect(one('say "so"')).toBe('"say ""so"""')
  expect(one('two\nlines\rthree\r\n')).toBe('"two\nlines\rthree\r\n"')
  expect(one('nul\0esc\u001b')).toBe('nul\\u0000esc\\u001b')
  expect(one('half \ud800, whole 😀')).toBe('"half \\ud800, whole 😀"')
  expect([one("'=x"), one('=x')]).toEqual(["''=x", "'=x"])
  expect(one(' x ')).toBe('" x "')
  expect([one(-5), one(true), one(null), one('<none>'), one('2d3h')]).toEqual(['-5', 'true', '', '<none>', '2d3h'])
})

test('a text of a megabyte is fast', () => {
  expect(one(`${'\n '.repeat(500_000)}=`)).toMatch(/'=|' =/)
})
