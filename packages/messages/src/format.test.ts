// Plurals, numbers, lists and tags, and that the types know what a message takes.
import { expect, expectTypeOf, test } from 'vitest'
import { messagesIn } from './catalogue.ts'
import { format, formatUnchecked } from './format.ts'
import type { Params } from './params.ts'

const KEYS = '{n, plural, =0 {No keys} one {# key} other {# keys}} below {prefix}'

test('a number and its noun', () => {
  expect([0, 1, '1', 2, 1234, '1234', 1234n].map((n) => format('en', KEYS, { n, prefix: '/registry' }))).toEqual([
    'No keys below /registry',
    '1 key below /registry',
    '1 key below /registry',
    '2 keys below /registry',
    '1,234 keys below /registry',
    '1,234 keys below /registry',
    '1,234 keys below /registry',
  ])
})

test('no digit of a 64-bit number is lost', () => {
  const n = '9223372036854775807'
  expect(format('en', '{n, plural, one {# write} other {# writes}}', { n })).toBe('9,223,372,036,854,775,807 writes')
  expect(format('en', '{n, plural, one {# write} other {# writes}}', { n: BigInt(n) })).toBe('9,223,372,036,854,775,807 writes')
  expect(format('en', '{n, number}', { n })).toBe('9,223,372,036,854,775,807')
  expect(format('en', 'revision {n}', { n })).toBe(`revision ${n}`)
})

test('lists are joined as a language joins them', () => {
  const names = ['a', 'b', 'c']
  expect(format('en', '{names}', { names })).toBe('a, b, and c')
  expect(format('zh-Hans', '{names}', { names })).toBe('a、b 和 c')
  expect(format('zh-Hant', '{names}', { names: ['節點', '鍵'] })).toBe('節點和鍵')
  expect(format('en', '{names}', { names: ['Terminating, overdue', 'Pending'] })).toBe('Terminating, overdue; Pending')
  expect(format('zh-Hans', '{names}', { names: ['Terminating，已超时', 'Pending'] })).toBe('Terminating，已超时；Pending')
})

test('stored text is no pattern', () => {
  expect(format('en', 'Open {key}', { key: '{evil} <b>x</b>' })).toBe('Open {evil} <b>x</b>')
})

test('parameters that came over the wire: all of them, or no message', () => {
  expect(formatUnchecked('en', KEYS, { n: 3, prefix: '/a' })).toBe('3 keys below /a')
  expect(formatUnchecked('en', KEYS, { n: 3 })).toBeNull()
  expect(formatUnchecked('en', KEYS, { n: 'three', prefix: '/a' })).toBeNull()
})

test('a catalogue in a language: texts, functions, tags, and quoted syntax', () => {
  const english = {
    title: 'Keys',
    none: "'<none>'",
    it: "It's {what}",
    group: { count: KEYS },
    docs: 'Read <link>the docs</link> of {what}.',
  } as const
  const said = messagesIn('en', english)
  expect([said.title, said.none, said.it({ what: 'here' }), said.group.count({ n: 1, prefix: '/' })]).toEqual([
    'Keys',
    '<none>',
    "It's here",
    '1 key below /',
  ])
  expect(said.docs({ what: 'etcd', link: (children: unknown[]) => ({ children }) })).toEqual([
    'Read ',
    { children: ['the docs'] },
    ' of etcd.',
  ])
  const chinese = messagesIn('zh-Hans', english, {
    title: '键',
    none: '无',
    it: '{what}',
    group: { count: '{prefix} 下有 {n, number} 个键' },
    docs: '请阅读 {what} 的<link>文档</link>。',
  })
  expect(chinese.group.count({ n: '1234', prefix: '/' })).toBe('/ 下有 1,234 个键')
})

test('the type checker knows the parameters of a message', () => {
  expectTypeOf<Params<typeof KEYS>>().toEqualTypeOf<{ n: number | bigint | string; prefix: string | readonly string[] }>()
  // @ts-expect-error: a parameter is missing
  expect(() => format('en', KEYS, { n: 1 })).toThrow()
})
