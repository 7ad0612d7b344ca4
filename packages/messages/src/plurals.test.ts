// No English message says "1 keys": every message that takes numbers is asked for with the number one.
import { expect, test } from 'vitest'
import type { Catalogue } from './catalogue.ts'
import { en } from './en.ts'
import { formatUnchecked } from './format.ts'

const NOUNS =
  'addresses bits bytes changes directories endpoints entries findings finalizers groups keys leases lines members names namespaces networks nodes objects pods ports reads restarts rows Services subnets values versions writes'
const WRONG = new RegExp(
  `(?<![\\d.,])1 (?:(?!of )[a-z]+ )?(?:${NOUNS.replaceAll(' ', '|')})\\b|\\ball 1\\b|\\bfirst 1\\b|(?<![\\d.,])1 more are\\b`,
  'i',
)

const messages = (catalogue: Catalogue, path = ''): [path: string, pattern: string][] =>
  Object.entries(catalogue).flatMap(([name, inner]) =>
    typeof inner === 'string' ? [[`${path}${name}`, inner] as [string, string]] : messages(inner, `${path}${name}.`),
  )

test('of one thing every message speaks in the singular', () => {
  const all = messages(en)
  expect(all.length).toBeGreaterThan(900)
  const said = all.map(([path, pattern]) => {
    const numbers = [...pattern.matchAll(/\{(\w+), (number|plural)/g)].map(([, name = '']) => [name, 1])
    const params = {
      ...Object.fromEntries([...pattern.matchAll(/\{(\w+)[,}]/g)].map(([, name = '']) => [name, 'x'])),
      ...Object.fromEntries(numbers),
    }
    return [path, formatUnchecked('en', pattern, params)] as const
  })
  expect(said.filter(([, text]) => text === null)).toEqual([])
  expect(said.filter(([, text]) => WRONG.test(text ?? ''))).toEqual([])
})
