// The rows of an allocation, and what a filter keeps, for a small range and a full /12.
import type { AllocationAnswer } from '@registree/contract'
import { expect, test } from 'vitest'
import { entriesOf, filterEntries, filterHash, parseFilterHash, rowsOf } from './entries.ts'

const holder = (name: string) => ({
  key: `/registry/services/specs/shop/${name}`,
  namespace: 'shop',
  name,
  field: 'clusterIP' as const,
  port: '',
})
const answer: AllocationAnswer = {
  revision: '7',
  range: '10.0.0.0/24',
  holds: 'addresses',
  family: 'IPv4',
  total: '254',
  used: '5',
  free: '249',
  outside: '0',
  first: '10.0.0.1',
  // Offsets 0 to 3 and 9.
  bitmap: btoa(String.fromCharCode(0b1111, 0b10)),
  held: [
    { offset: 1, allocated: true, shared: true, holders: [holder('a'), holder('b')] },
    { offset: 20, allocated: false, shared: false, holders: [holder('c')] },
  ],
  counts: { held: 1, leaked: 4, missing: 1, shared: 1 },
  services: { read: 3, unreadable: 0, problem: null },
  ipAddresses: false,
  cost: { ranges: 1, walked: 1, largestWalk: 1 },
}

test('everything allocated or held, in order; consecutive leaks are one row', () => {
  const entries = entriesOf(answer)
  expect([...entries.offsets]).toEqual([0, 1, 2, 3, 9, 20])
  expect(rowsOf(entries.offsets, entries.at).map(({ first, last }) => [first, last, entries.at(first).state])).toEqual([
    [0, 0, 'leaked'],
    [1, 1, 'held'],
    [2, 3, 'leaked'],
    [9, 9, 'leaked'],
    [20, 20, 'missing'],
  ])
})

test.each([
  ['all', '', [0, 1, 2, 3, 9, 20]],
  ['leaked', '', [0, 2, 3, 9]],
  ['held', '', [1]],
  ['missing', '', [20]],
  ['shared', '', [1]],
  ['all', '10.0.0.1', [0, 9]],
  ['all', 'SHOP/C', [20]],
  ['held', '10.0.0.1 ', []],
] as const)('%s, filtered by "%s"', (state, text, offsets) => {
  const entries = entriesOf(answer)
  expect([...filterEntries(answer, entries, state, text)]).toEqual(offsets)
})

test('a full /12 is one row between held addresses', () => {
  const full = {
    ...answer,
    first: '10.96.0.1',
    bitmap: btoa('\xff'.repeat(2 ** 17)),
    held: answer.held.map((one) => ({ ...one, allocated: true })),
    counts: { held: 2, leaked: 2 ** 20 - 2, missing: 0, shared: 1 },
  }
  const entries = entriesOf(full)
  expect(rowsOf(entries.offsets, entries.at).map(({ first, last }) => last - first + 1)).toEqual([1, 1, 18, 1, 2 ** 20 - 21])
  expect(filterEntries(full, entries, 'all', '10.97.3.')).toHaveLength(256)
})

test('the filter is in the URL, and any text there is accepted', () => {
  for (const [state, text] of [
    ['all', ''],
    ['leaked', ''],
    ['all', '10.0~1'],
    ['shared', 'a/b#%'],
  ] as const)
    expect(parseFilterHash(`#${encodeURIComponent(filterHash(state, text))}`)).toEqual({ state, text })
  expect(parseFilterHash('#L10-L20')).toEqual({ state: 'all', text: '' })
  expect(parseFilterHash('#%E0%A4%A')).toEqual({ state: 'all', text: '' })
})
