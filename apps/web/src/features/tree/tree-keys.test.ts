// The keys of a tree: where they lead from each kind of row, and what typed letters find.
import { utf8 } from '@registree/keyspace'
import { describe, expect, it, test } from 'vitest'
import type { Row } from './model.ts'
import { findTyped, stepOf } from './tree-keys.ts'

const node = (name: string, { directory = false, expanded = false } = {}): Row => ({
  type: 'node',
  id: name,
  level: 1,
  parent: '',
  node: { id: name, label: utf8(name), directory, href: `/${name}` },
  expanded,
  posinset: 1,
  setsize: 1,
})
const more: Row = { type: 'more', id: 'more', level: 1, parent: '', loading: false, auto: true }
const on = (row: Row, key: string, parent?: number) => stepOf(key, { row, index: 5, page: 10, last: 40, parent })

describe('stepOf', () => {
  test.each([
    ['ArrowDown', 6],
    ['ArrowUp', 4],
    ['PageDown', 15],
    ['PageUp', -5],
    ['Home', 0],
    ['End', 40],
  ])('%s moves from any row', (key, index) => {
    for (const row of [node('key'), node('pods/', { directory: true }), more]) expect(on(row, key)).toEqual({ to: 'row', index })
  })

  it('opens a closed directory to the right, and enters an open one', () => {
    expect(on(node('pods/', { directory: true }), 'ArrowRight')).toEqual({ to: 'toggle' })
    expect(on(node('pods/', { directory: true, expanded: true }), 'ArrowRight')).toEqual({ to: 'row', index: 6 })
    expect(on(node('key'), 'ArrowRight')).toEqual({ to: 'stay' })
  })

  it('closes an open directory to the left, and leaves any other row for its parent', () => {
    expect(on(node('pods/', { directory: true, expanded: true }), 'ArrowLeft', 2)).toEqual({ to: 'toggle' })
    expect(on(node('key'), 'ArrowLeft', 2)).toEqual({ to: 'row', index: 2 })
    expect(on(more, 'ArrowLeft', 2)).toEqual({ to: 'row', index: 2 })
    expect(on(node('key'), 'ArrowLeft')).toEqual({ to: 'stay' })
  })

  it('goes to a row by Enter; the space bar opens directories', () => {
    expect(on(node('pods/', { directory: true }), 'Enter')).toEqual({ to: 'act' })
    expect(on(node('pods/', { directory: true }), ' ')).toEqual({ to: 'toggle' })
    expect(on(node('key'), ' ')).toEqual({ to: 'act' })
    expect(on(more, ' ')).toEqual({ to: 'act' })
  })

  it('leaves all other keys to the browser', () => {
    for (const key of ['Tab', 'Escape', 'a', 'F5']) expect(on(node('key'), key)).toBeNull()
  })
})

describe('findTyped', () => {
  const rows = [node('/registry/', { directory: true }), node('pods/', { directory: true }), more, node('Podium'), node('secrets/')]

  it.each([
    ['s', 0, 4],
    // The first letter leaves the row that already has it, further letters need not.
    ['p', 1, 3],
    ['po', 1, 1],
    ['p', 3, 1],
    ['r', 3, 0],
    ['podi', 0, 3],
    ['x', 0, null],
  ])('%s from row %d finds row %j', (typed, index, found) => expect(findTyped(rows, index, typed)).toBe(found))

  it('finds nothing without rows', () => expect(findTyped([], 0, 'a')).toBeNull())
})
