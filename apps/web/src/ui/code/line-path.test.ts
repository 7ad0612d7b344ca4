// Checks line → path against the positions that the yaml package and a plain JSON walk find in the same text.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { isMap, isScalar, isSeq, LineCounter, parseDocument, stringify } from 'yaml'
import { formatPath, jsonPathAtLine, type Lines, lineOfPath, type Path, yamlPathAtLine } from './line-path.ts'

function linesOf(text: string): Lines {
  const all = text.split('\n')
  return { count: all.length, line: (number) => all[number - 1] ?? '' }
}

/** For every node the line of its key or dash, the deepest node of a line last. */
function yamlPositions(text: string): Map<number, Path> {
  const counter = new LineCounter()
  const document = parseDocument(text, { lineCounter: counter })
  expect(document.errors).toEqual([])
  const found = new Map<number, Path>()
  const walk = (node: unknown, path: Path): void => {
    if (isMap(node)) {
      for (const pair of node.items) {
        if (!isScalar(pair.key) || !pair.key.range) throw new Error('a key that is no scalar')
        const own = [...path, String(pair.key.value)]
        found.set(counter.linePos(pair.key.range[0]).line, own)
        walk(pair.value, own)
      }
    } else if (isSeq(node)) {
      node.items.forEach((item, index) => {
        const own = [...path, index]
        if (isScalar(item) && item.range) found.set(counter.linePos(item.range[0]).line, own)
        walk(item, own)
      })
    } else if (isScalar(node) && node.type?.startsWith('BLOCK') && node.range) {
      const first = counter.linePos(node.range[0]).line
      const last = counter.linePos(Math.max(node.range[1] - 1, 0)).line
      for (let line = first; line <= last; line++) found.set(line, path)
    }
  }
  walk(document.contents, [])
  return found
}

const options = { indentSeq: false, lineWidth: 0, sortMapEntries: true, defaultStringType: 'PLAIN', blockQuote: 'literal' } as const

const POD = `apiVersion: v1
kind: Pod
metadata:
  annotations:
    example.com/script: |
      spec:
      - fake: |
          deeper

      done: yes
    kubernetes.io/psp: x
  name: web
spec:
  containers:
  - args:
    - --a
    - --b=c
    env:
    - name: X
      value: |-
        one

        two
    - name: Y
    image: nginx
  - image: "b: c"
    name: second
  matrix:
  - - 1
    - 2
  - - 3
status: {}
`

describe('YAML', () => {
  test.each([
    [1, '.apiVersion'],
    [5, ".metadata.annotations['example.com/script']"],
    [7, ".metadata.annotations['example.com/script']"],
    [8, ".metadata.annotations['example.com/script']"],
    [9, ".metadata.annotations['example.com/script']"],
    [10, ".metadata.annotations['example.com/script']"],
    [11, ".metadata.annotations['kubernetes.io/psp']"],
    [12, '.metadata.name'],
    [15, '.spec.containers[0].args'],
    [17, '.spec.containers[0].args[1]'],
    [20, '.spec.containers[0].env[0].value'],
    [22, '.spec.containers[0].env[0].value'],
    [23, '.spec.containers[0].env[0].value'],
    [24, '.spec.containers[0].env[1].name'],
    [25, '.spec.containers[0].image'],
    [26, '.spec.containers[1].image'],
    [27, '.spec.containers[1].name'],
    [29, '.spec.matrix[0][0]'],
    [30, '.spec.matrix[0][1]'],
    [31, '.spec.matrix[1][0]'],
    [32, '.status'],
  ])('line %i is %s', (line, path) => {
    expect(formatPath(yamlPathAtLine(linesOf(POD), line))).toBe(path)
  })

  test('a list at the top', () => {
    expect(formatPath(yamlPathAtLine(linesOf('- a: 1\n  b: 2\n- c\n'), 2))).toBe('[0].b')
    expect(formatPath(yamlPathAtLine(linesOf('- a: 1\n  b: 2\n- c\n'), 3))).toBe('[1]')
  })

  test('every line of any object has the path given by a YAML parser', () => {
    const key = fc.oneof(
      fc.constantFrom('a', 'name', 'spec', 'x.y/z', 'it: s', '- d', '"q"', '#c', 'true', '12', '日本', ''),
      fc.string({ minLength: 1, maxLength: 8 }),
    )
    const text = fc
      .array(fc.constantFrom('one', 'key: |', '- x', '  deep', '', '- key: value', 'a: >-', '\ttab', '#'), { minLength: 1, maxLength: 6 })
      .map((parts) => parts.join('\n'))
    const { value } = fc.letrec((tie) => ({
      value: fc.oneof(
        { maxDepth: 4, withCrossShrink: true },
        fc.oneof(text, fc.integer(), fc.boolean(), fc.constant(null), fc.string()),
        tie('list'),
        tie('map'),
      ),
      list: fc.array(tie('value'), { maxLength: 4 }),
      map: fc.dictionary(key, tie('value'), { maxKeys: 4 }),
    }))
    fc.assert(
      fc.property(fc.dictionary(key, value, { minKeys: 1, maxKeys: 4 }), (object) => {
        const yaml = stringify(object, options)
        // Neither our formatter nor kubectl writes these: long keys apart from their value, and quoted text over several lines.
        fc.pre(!/^\s*(- )*\? /m.test(yaml))
        for (const [line, path] of yamlPositions(yaml)) expect([line, yamlPathAtLine(linesOf(yaml), line)]).toEqual([line, path])
      }),
      { numRuns: 500 },
    )
  })
})

describe('JSON', () => {
  test('every line has its path', () => {
    const walk = (value: unknown, path: Path, out: Path[]): void => {
      out.push(path)
      if (typeof value !== 'object' || value === null) return
      const entries: [string | number, unknown][] = Array.isArray(value) ? value.map((item, index) => [index, item]) : Object.entries(value)
      for (const [key, item] of entries) walk(item, [...path, key], out)
      if (entries.length > 0) out.push(path)
    }
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = JSON.stringify(value, null, 4)
        const expected: Path[] = []
        walk(JSON.parse(text), [], expected)
        const lines = linesOf(text)
        expect(lines.count).toBe(expected.length)
        expected.forEach((path, index) => {
          expect(jsonPathAtLine(lines, index + 1)).toEqual(path)
        })
      }),
      { numRuns: 500 },
    )
  })

  test('is written as kubectl accepts it', () => {
    expect(formatPath(['metadata', 'annotations', 'a.b/c'])).toBe(".metadata.annotations['a.b/c']")
    expect(formatPath(["it's \\"])).toBe("['it\\'s \\\\']")
    expect(formatPath([0, 'x'])).toBe('[0].x')
    expect(formatPath([])).toBe('')
  })
})

test('a path leads back to its line, or to the nearest field around it', () => {
  const yaml = linesOf(POD)
  for (const line of [1, 5, 11, 12, 15, 17, 20, 24, 25, 26, 27, 32])
    expect(lineOfPath('yaml', yaml, formatPath(yamlPathAtLine(yaml, line)))).toBe(line)
  expect(lineOfPath('yaml', yaml, '.spec.containers[1].missing')).toBe(26)
  expect(lineOfPath('yaml', yaml, '.nothing')).toBeNull()
  const json = linesOf(JSON.stringify({ a: { b: [1, { c: 2 }] } }, null, 4))
  expect(lineOfPath('json', json, '.a.b[1].c')).toBe(6)
  expect(lineOfPath('json', json, '.a.b[7]')).toBe(3)
})

test('finding the path of a line reads each line before it at most twice', () => {
  const yaml = `spec:\n  items:\n${Array.from({ length: 20_000 }, (_, i) => `  - name: n${i}\n    value: v`).join('\n')}\n`
  const lines = linesOf(yaml)
  let read = 0
  const counted: Lines = {
    count: lines.count,
    line: (number) => {
      read += 1
      return lines.line(number)
    },
  }
  expect(formatPath(yamlPathAtLine(counted, 40_002))).toBe('.spec.items[19999].value')
  expect(read).toBeLessThanOrEqual(2 * 40_003)
})
