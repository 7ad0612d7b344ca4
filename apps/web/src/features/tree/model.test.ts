// How open levels become rows: order, depth, pending state, and the place of the row in the URL.
import { describe, expect, it } from 'vitest'
import { utf8 } from '../../lib/bytes.ts'
import { flatten, type Level, type Row, type TreeNode } from './model.ts'

const node = (id: string): TreeNode => ({ id, label: utf8(id), directory: id.endsWith('/'), href: `/${id}` })
const level = (names: string[], more = false): Level => ({
  state: 'ready',
  nodes: [names.map(node)],
  more,
  loadingMore: false,
  error: null,
})
const shown = (rows: Row[]) => rows.map((row) => `${'  '.repeat(row.level - 1)}${row.type === 'node' ? row.node.id : row.type}`)

describe('flatten', () => {
  it('draws open directories depth first, closed ones as one row', () => {
    const levels: Record<string, Level> = { '': level(['a/', 'b/', 'c']), 'a/': level(['a/1', 'a/2']) }
    const rows = flatten('', new Set(['', 'a/']), (id) => levels[id] ?? null, new Map())
    expect(shown(rows)).toEqual(['a/', '  a/1', '  a/2', 'b/', 'c'])
    expect(rows[1]).toMatchObject({ posinset: 1, setsize: 2, parent: 'a/' })
  })
  it('does not know the size of a set that has more', () => {
    const rows = flatten('', new Set(['']), () => level(['a', 'b'], true), new Map())
    expect(rows[0]).toMatchObject({ posinset: 1, setsize: -1 })
    expect(rows[2]).toMatchObject({ type: 'more', auto: true })
  })
  it('draws the path to the row in the URL before its levels are read', () => {
    const trail = new Map([
      ['', node('r/')],
      ['r/', node('r/x')],
    ])
    expect(shown(flatten('', new Set(['', 'r/']), () => null, trail))).toEqual(['r/', '  r/x'])
  })
  it('puts a row beyond the pages read after the "more" row, which then waits for the user', () => {
    const rows = flatten('', new Set(['']), () => level(['a', 'b'], true), new Map([['', node('z')]]))
    expect(shown(rows)).toEqual(['a', 'b', 'more', 'z'])
    expect(rows[2]).toMatchObject({ type: 'more', auto: false })
  })
  it('draws it once when its page has been read, and not at all if the complete level lacks it', () => {
    expect(shown(flatten('', new Set(['']), () => level(['a', 'z']), new Map([['', node('z')]])))).toEqual(['a', 'z'])
    expect(shown(flatten('', new Set(['']), () => level(['a']), new Map([['', node('z')]])))).toEqual(['a'])
  })
  it('keeps the pages read when the next one fails', () => {
    const failed: Level = { ...level(['a'], true), state: 'error', error: new Error('gone') }
    expect(shown(flatten('', new Set(['']), () => failed, new Map()))).toEqual(['a', 'error'])
  })
  it('marks a directory as empty, or still being read', () => {
    expect(shown(flatten('', new Set(['']), () => level([]), new Map()))).toEqual(['empty'])
    expect(shown(flatten('', new Set(['']), () => null, new Map()))).toEqual(['pending'])
  })
})
