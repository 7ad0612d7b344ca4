// Regular expressions match what JavaScript's match, in bounded time, and those that cannot be used say where.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { PatternError } from './parse-pattern.ts'
import { Pattern } from './pattern.ts'

/** Random expressions over a small alphabet. */
const source: fc.Arbitrary<string> = fc.letrec<{ node: string }>((tie) => ({
  node: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constantFrom('a', 'b', 'A', '.', '\\d', '\\w', '\\s', '[ab]', '[^a]', '[a-c1]', '\\.', 'é', '1'),
    fc.tuple(tie('node'), tie('node')).map(([a, b]) => a + b),
    fc.tuple(tie('node'), tie('node')).map(([a, b]) => `(?:${a}|${b})`),
    fc.tuple(tie('node'), fc.constantFrom('*', '+', '?', '{2}', '{1,3}', '{0,}')).map(([a, sign]) => `(${a})${sign}`),
  ),
})).node

test('agrees with JavaScript for random expressions and texts', () => {
  const text = fc.string({ unit: fc.constantFrom('a', 'b', 'A', 'c', '1', ' ', '.', 'é'), maxLength: 12 })
  fc.assert(
    fc.property(source, text, fc.boolean(), fc.boolean(), fc.boolean(), (body, text, ignoreCase, begin, end) => {
      const whole = `${begin ? '^' : ''}(?:${body})${end ? '$' : ''}`
      const expected = new RegExp(whole, ignoreCase ? 'i' : '').test(text)
      const pattern = new Pattern(whole, { ignoreCase })
      expect(pattern.test(text)).toBe(expected)
      const ranges = pattern.rangesIn(text, 10)
      for (const [from, to] of ranges) expect(new RegExp(`^(?:${body})$`, ignoreCase ? 'i' : '').test(text.slice(from, to))).toBe(true)
      if (!expected) expect(ranges).toEqual([])
    }),
    { numRuns: 500 },
  )
})

test('marks the first match, as long as it can be', () => {
  expect(new Pattern('ab+').rangesIn('xabbb ab', 10)).toEqual([
    [1, 5],
    [6, 8],
  ])
  expect(new Pattern('shop|storefront').rangesIn('image: shop/storefront:v2', 10)).toEqual([
    [7, 11],
    [12, 22],
  ])
})

test.each(['(a+)+$', '(a|a)*b', '(a*)*b', '^(([a-z])+.)+[A-Z]([a-z])+$', 'a*a*a*a*a*a*a*b'])('%s does not backtrack', (source) => {
  expect(new Pattern(source).test(`${'a'.repeat(50_000)}!`)).toBe(false)
})

test('one that needs too many states is given up instead of running long', () => {
  const pattern = new Pattern('(?:a|b)*a(?:a|b){200}c')
  let random = 1
  const next = () => {
    random = (random * 48271) % 2147483647
    return random % 2 === 0 ? 'a' : 'b'
  }
  const text = Array.from({ length: 400_000 }, next).join('')
  expect(() => pattern.test(text)).toThrow(PatternError)
  for (const large of ['(((){1000}){1000}){1000}', '((a{1000}){1000}){1000}', '('.repeat(100)])
    expect(() => new Pattern(large)).toThrow(PatternError)
})

describe('errors', () => {
  test.each([
    ['(a', 'pattern-group', 0],
    ['a)', 'pattern-group', 1],
    ['x[ab', 'pattern-class', 1],
    ['[b-a]', 'pattern-class', 0],
    ['a**', 'pattern-repeat', 1],
    ['*a', 'pattern-repeat', 0],
    ['a{3,2}', 'pattern-repeat', 1],
    ['a\\', 'pattern-escape', 1],
    ['\\u12', 'pattern-escape', 0],
    ['(?=a)', 'pattern-unsupported', 0],
    ['(a)\\1', 'pattern-unsupported', 3],
    ['\\bfoo', 'pattern-unsupported', 0],
  ] as const)('%s', (source, code, at) => {
    expect(() => new Pattern(source)).toThrow(expect.objectContaining({ code, at }))
  })
})
