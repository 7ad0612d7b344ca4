// JSON: every number exact, nothing lost silently, nothing thrown.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Report } from '../value/report.ts'
import { ExactNumber, type KubeObject } from '../value/value.ts'
import { exactNumber } from './exact-number.ts'
import { parseExactJson } from './parse-exact-json.ts'
import { parseJson } from './parse-json.ts'
import { elementsIfExact } from './prove-exact.ts'

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)

describe('numbers', () => {
  it('uses a double if it is exact, a bigint for larger integers, the text for all others', () => {
    const cases: [string, unknown][] = [
      ['0', 0],
      ['-0', -0],
      ['9007199254740991', 9007199254740991],
      ['9007199254740993', 9007199254740993n],
      ['-9223372036854775808', -9223372036854775808n],
      ['0.1', 0.1],
      ['1.50', 1.5],
      ['1e3', 1000],
      ['1E+400', new ExactNumber('1E+400')],
      ['0.1000000000000000000001', new ExactNumber('0.1000000000000000000001')],
      ['1e-400', new ExactNumber('1e-400')],
      ['123456789012345678.5', new ExactNumber('123456789012345678.5')],
      ['1e21', 1e21],
    ]
    for (const [text, value] of cases) expect(exactNumber(text), text).toEqual(value)
  })

  it('reads every double and every 64-bit integer back', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (n) =>
        Object.is(Number(exactNumber(Object.is(n, -0) ? '-0' : String(n))), n),
      ),
    )
    fc.assert(fc.property(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 64n }), (n) => BigInt(exactNumber(String(n)) as number | bigint) === n))
  })
})

describe('documents', () => {
  it('agrees with JSON.parse wherever that is exact', () => {
    fc.assert(
      fc.property(fc.jsonValue({ noUnicodeString: false }), fc.constantFrom(undefined, 2), (value, indent) => {
        const exact = (_: string, one: unknown) => (Number.isInteger(one) && !Number.isSafeInteger(one) ? 0 : one)
        const text = JSON.stringify(value, exact, indent)
        const parsed = parseExactJson(text)
        expect(parsed.problems).toEqual([])
        expect(parsed.value).toStrictEqual(JSON.parse(text))
      }),
    )
  })

  it('returns integers beyond 2^53−1 as bigint in any notation', () => {
    for (const text of ['[9007199254740992]', '[ 9007199254740992]', '{"a":9007199254740992}']) {
      expect(Object.values(parseExactJson(text).value as object)).toEqual([9007199254740992n])
    }
  })

  it('reports duplicate keys, text after the value and lone surrogates', () => {
    expect(parseExactJson('{"a":{"b":1,"b":2}}')).toMatchObject({ value: { a: { b: 2 } }, problems: [{ path: '.a.b' }] })
    expect(parseExactJson('[1] x')).toMatchObject({ value: [1], problems: [{ severity: 'error' }] })
    expect(parseExactJson('{"k":["\\ud800x"]}')).toMatchObject({ value: { k: ['\uFFFDx'] }, problems: [{ path: '.k[0]' }] })
  })

  it('reports what is wrong and where', () => {
    for (const text of [
      '',
      ' ',
      '{',
      '{"a"',
      '{"a":',
      '{"a":1',
      '{"a":1,',
      '[1',
      '[1,]',
      'nul',
      '"a',
      '"\\x"',
      '"\u0001"',
      '01x',
      '-',
      '{a:1}',
      '1.',
    ]) {
      const parsed = parseExactJson(text)
      expect(parsed.error !== undefined || parsed.problems.length > 0, text).toBe(true)
    }
    expect(parseExactJson('{"a":1,}').error).toMatch(/character 7/)
  })

  it('limits nesting without deep recursion', () => {
    const deep = `${'['.repeat(100000)}${']'.repeat(100000)}`
    expect(parseExactJson(deep).error).toMatch(/nesting deeper than 512/)
    expect(parseJson(`${'['.repeat(512)}${']'.repeat(512)}`, new Report()).error).toBeUndefined()
  })

  it('sets __proto__ like any other key', () => {
    const value = parseExactJson('{"__proto__": {"x": 1.0}, "a": 1}').value as KubeObject
    expect(Object.entries(value)).toEqual([
      ['__proto__', { x: 1 }],
      ['a', 1],
    ])
  })
})

describe('the proof that JSON.parse is exact', () => {
  it('never holds for a number, key or nesting that JSON.parse would change', () => {
    for (const text of [
      '{"a":1,"a":2}',
      '{"b":1,"a":2}',
      '9007199254740993',
      '1e400',
      '1.0000000000000000000001',
      '-0',
      '{"a" :1}',
      '{"\\u0061":1}',
      '[[[]]]',
    ]) {
      expect(elementsIfExact(bytes(text), 0, bytes(text).length, 2), text).toBeUndefined()
    }
    for (const text of [
      '{"a":1,"b":{"a":-2},"c":["x",{"a":null}]}',
      '{".":{},"f:name":{},"k:{\\"ip\\":\\"1.2.3.4\\"}":{}}',
      '123456789012345',
    ]) {
      expect(elementsIfExact(bytes(text), 0, bytes(text).length, 9), text).toBeDefined()
    }
  })

  it('holds only where the slow parser reads the same', () => {
    const piece = fc.constantFrom(
      '{',
      '}',
      '[',
      ']',
      ',',
      ':',
      '"a"',
      '"b"',
      '"a":',
      '"b":',
      '"":',
      '1',
      '-',
      '0',
      '.',
      'e',
      '12345678901234567',
      ' ',
      '\\',
      '"',
      'null',
    )
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 14 }), (pieces) => {
        const text = pieces.join('')
        const elements = elementsIfExact(bytes(text), 0, bytes(text).length, 100)
        if (elements === undefined) return
        let quick: unknown
        try {
          quick = JSON.parse(text)
        } catch {
          return
        }
        // A leading blank keeps the parser from its own shortcut.
        expect(parseExactJson(` ${text}`)).toEqual({ value: quick, problems: [] })
      }),
      { numRuns: 20000 },
    )
  })
})
