// Keys of any bytes are distinguished and ordered by their bytes.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { KeyTable } from './key-table.ts'
import { compareBytes } from './random-access.ts'

const intern = (table: KeyTable, key: Uint8Array) => table.intern(new DataView(key.buffer, key.byteOffset), 0, key.length)
const sorted = (keys: Uint8Array[]) => {
  const table = new KeyTable()
  for (const key of keys) intern(table, key)
  table.sort()
  return [...table.ranked].map((number) => Buffer.from(table.key(number)).toString('hex'))
}
const expected = (keys: Uint8Array[]) => {
  const distinct = new Map(keys.map((key) => [Buffer.from(key).toString('hex'), key]))
  return [...distinct.values()].sort(compareBytes).map((key) => Buffer.from(key).toString('hex'))
}

describe('a table of keys', () => {
  it('ranks keys of any bytes', () => {
    // Few different bytes in long runs: common prefixes, keys that are prefixes of others, and zeros at their ends.
    const key = fc.array(fc.constantFrom(0, 0, 0, 1, 47, 255), { minLength: 1, maxLength: 14 }).map((bytes) => Uint8Array.from(bytes))
    fc.assert(
      fc.property(fc.array(key, { maxLength: 400 }), (keys) => {
        expect(sorted(keys)).toEqual(expected(keys))
      }),
      { numRuns: 200 },
    )
  })

  it('ranks many similar keys', () => {
    const keys = Array.from({ length: 20_000 }, (_, i) =>
      Buffer.from(`/registry/pods/namespace-${(i * 7919) % 37}/pod-${(i * 104729) % 20_011}`),
    )
    expect(sorted(keys)).toEqual(expected(keys))
  })

  it('finds the keys that contain a text in any case, and none across two keys', () => {
    const key = fc
      .array(fc.constantFrom('a', 'B', 'b', 'k', 'K', '[', '@', '\u00c4', '/'), { minLength: 1, maxLength: 9 })
      .map((all) => all.join(''))
    const text = fc.array(fc.constantFrom('a', 'b', 'k', '/'), { minLength: 1, maxLength: 4 }).map((all) => all.join(''))
    fc.assert(
      fc.property(fc.array(key, { maxLength: 60 }), text, (keys, wanted) => {
        const table = new KeyTable()
        const numbers = keys.map((one) => intern(table, Buffer.from(one)))
        table.sort()
        const marks = table.containing(Buffer.from(wanted))
        for (const [i, number] of numbers.entries())
          expect([keys[i], wanted, marks[number]]).toEqual([keys[i], wanted, Number(keys[i]?.toLowerCase().includes(wanted))])
      }),
    )
    // Beyond one chunk, with a key that is longer than one.
    const table = new KeyTable()
    const keys = [
      ...Array.from({ length: 120_000 }, (_, i) => `/registry/pods/namespace/pod-${i}`),
      'x'.repeat(5_000_000),
      '/registry/pods/last-99',
    ]
    const numbers = keys.map((one) => intern(table, Buffer.from(one)))
    table.sort()
    const marks = table.containing(Buffer.from('-99'))
    expect(numbers.filter((number) => marks[number] === 1)).toEqual(numbers.filter((_, i) => keys[i]?.includes('-99')))
  })

  it('finds the first key at or after any bytes', () => {
    const table = new KeyTable()
    for (const text of ['b', 'd', 'da', 'f']) intern(table, Buffer.from(text))
    table.sort()
    expect(['a', 'b', 'ba', 'd', 'da', 'db', 'f', 'g'].map((text) => table.lowerBound(Buffer.from(text)))).toEqual([0, 0, 1, 1, 2, 3, 3, 4])
  })

  it('accepts more keys once sorted, and ranks them with the others', () => {
    const key = fc.array(fc.constantFrom(0, 1, 47, 255), { maxLength: 5 }).map((bytes) => Uint8Array.from(bytes))
    fc.assert(
      fc.property(fc.array(key, { maxLength: 60 }), fc.array(key, { maxLength: 60 }), (first, more) => {
        const table = new KeyTable()
        for (const each of first) intern(table, each)
        table.sort()
        const known = new Set(expected(first))
        table.extend(
          expected(more)
            .filter((hex) => !known.has(hex))
            .map((hex) => Uint8Array.from(Buffer.from(hex, 'hex'))),
        )
        expect([...table.ranked].map((number) => Buffer.from(table.key(number)).toString('hex'))).toEqual(expected([...first, ...more]))
        expect(table.size).toBe(table.ranked.length)
      }),
      { numRuns: 300 },
    )
  })
})
