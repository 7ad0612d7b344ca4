// JSON text: kubectl's form, sorted bytewise, no number rounded.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseExactJson } from '../json/parse-exact-json.ts'
import { ExactNumber, type KubeObject, type KubeValue } from '../value/value.ts'
import { renderJson, toJsonText } from './render-json.ts'

describe('renderJson', () => {
  it('prints as kubectl does', () => {
    const value = {
      kind: 'X',
      apiVersion: 'v1',
      spec: { list: [1, { b: '<&>', a: null }], none: [], empty: {}, big: 9223372036854775807n, exact: new ExactNumber('1e400') },
    }
    expect(renderJson(value, { escapeHtml: true })).toBe(`{
    "apiVersion": "v1",
    "kind": "X",
    "spec": {
        "big": 9223372036854775807,
        "empty": {},
        "exact": 1e400,
        "list": [
            1,
            {
                "a": null,
                "b": "\\u003c\\u0026\\u003e"
            }
        ],
        "none": []
    }
}`)
    expect(toJsonText(value)).toBe(
      '{"kind":"X","apiVersion":"v1","spec":{"list":[1,{"b":"<&>","a":null}],"none":[],"empty":{},"big":9223372036854775807,"exact":1e400}}',
    )
  })

  it('sorts keys by their UTF-8 bytes', () => {
    const keys = ['\u{1f600}', '\uffee', 'é', 'z', 'Z', '10', '9']
    const sorted = [...keys].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
    expect(Object.keys(parseOrder(renderJson(Object.fromEntries(keys.map((k) => [`k${k}`, 1])) as KubeObject)))).toEqual(
      sorted.map((k) => `k${k}`),
    )
  })

  it('reads back exactly, in any form', () => {
    const number = fc.oneof(
      fc.integer(),
      fc.bigInt({ min: 2n ** 53n, max: 2n ** 70n }),
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.constant(new ExactNumber('0.1000000000000000000001')),
    )
    const tree = fc.letrec((tie) => ({
      value: fc.oneof(
        { maxDepth: 4 },
        fc.string({ unit: 'grapheme' }),
        number,
        fc.boolean(),
        fc.constant(null),
        fc.array(tie('value')),
        fc.dictionary(fc.string(), tie('value')),
      ),
    })).value
    fc.assert(
      fc.property(tree, fc.constantFrom(0, 2, 4), fc.boolean(), fc.boolean(), (value, indent, sortKeys, escapeHtml) => {
        const text = renderJson(value as KubeValue, { indent, sortKeys, escapeHtml })
        expect(parseExactJson(text)).toEqual({ value: parseExactJson(toJsonText(value as KubeValue)).value, problems: [] })
        if (indent === 0) expect(text).not.toMatch(/\n/)
      }),
    )
  })
})

function parseOrder(text: string): object {
  return JSON.parse(text) as object
}
