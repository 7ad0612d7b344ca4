import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { decode } from '../decode/decode.ts'
import type { KubeObject } from '../value/value.ts'
import { goPrint } from './go-print.ts'
import { evaluateJsonPath, parseJsonPath, readBy } from './json-path.ts'

/** Decoded like a stored value, so that integers beyond a double stay exact. */
const kubectl = decode(readFileSync(new URL('../../testdata/tables/json-paths.json', import.meta.url))).object as unknown as {
  object: KubeObject
  paths: { path: string; printed?: string; error?: string }[]
}

describe('evaluateJsonPath, as kubectl 1.32.4 does', () => {
  test.each(kubectl.paths)('$path', ({ path, printed }) => {
    // If kubectl refuses, the API server leaves the cell empty.
    expect(evaluateJsonPath(path, kubectl.object).map(goPrint).join(' ')).toBe(printed ?? '')
  })
})

describe('evaluateJsonPath', () => {
  test('compares large integers without rounding', () => {
    const large = { list: [{ id: 9007199254740993n }, { id: 9007199254740992n }] }
    expect(evaluateJsonPath('.list[?(@.id>9007199254740992)].id', large)).toEqual([9007199254740993n])
  })

  test('reads own members only', () => {
    expect(evaluateJsonPath('.__proto__', {})).toEqual([])
    expect(evaluateJsonPath('.constructor.name', {})).toEqual([])
  })

  test('gives up a path that would take too long', () => {
    let deep: KubeObject = {}
    for (let level = 0; level < 300; level += 1) deep = { a: deep, b: [level] }
    expect(evaluateJsonPath('..b', deep)).toHaveLength(300)
    expect(evaluateJsonPath('..*..*..*..*..*..*', deep)).toEqual([])
    expect(evaluateJsonPath(`.list[?(@..*..*..*)]`, { list: Array.from({ length: 1000 }, () => deep) })).toEqual([])
  })

  test('accepts a list longer than a call’s arguments', () => {
    expect(evaluateJsonPath('.list[*]', { list: new Array(150_000).fill(1) })).toHaveLength(150_000)
  })

  test.each(['.a[', '.a[?(@.b', '.a[x]', 'nonsense', '.a[?(@.b=>1)]', "'open"])('says why %s is not a path', (path) => {
    const parsed = parseJsonPath(path)
    expect('error' in parsed && parsed.error).toBeTruthy()
  })

  test('never throws, for any path', () => {
    const part = fc.constantFrom('.', '..', '[', ']', '[?(', ')]', '@', '==', '"', "'", 'a', '*', '0', ':', ',', '-1', '\\', ' ', 'true')
    fc.assert(
      fc.property(fc.array(part), (parts) => {
        expect(Array.isArray(evaluateJsonPath(parts.join(''), { a: [{ a: 1 }, [0]] }))).toBe(true)
      }),
    )
  })
})

test('readBy returns the part of the object that a path reads', () => {
  expect(readBy(parseJsonPath('.status.conditions[?(@.type=="Ready")].status'))).toBe('.status.conditions')
  expect(readBy(parseJsonPath('.metadata.labels.a\\.b'))).toBe(".metadata.labels['a.b']")
  expect(readBy(parseJsonPath('..name'))).toBeUndefined()
})
