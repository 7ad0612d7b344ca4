// The set of uids holds what was put into it, and nothing else.
import { expect, test } from 'vitest'
import { UidSet } from './uid-set.ts'

test('behaves like a Set of strings, through growth, for UUIDs and other texts', () => {
  const ours = new UidSet()
  const uid = (n: number) => {
    const hex = Math.imul(n, 0x9e3779b1) >>> 0
    return `${hex.toString(16).padStart(8, '0')}-5b1f-11e9-8b21-${n.toString(16).padStart(12, '0')}`
  }
  for (let n = 0; n < 20_000; n += 2) ours.add(uid(n))
  for (let n = 0; n < 20_000; n += 2) ours.add(uid(n))
  expect(ours.size).toBe(10_000)
  for (let n = 0; n < 20_000; n += 1) expect([n, ours.has(uid(n))]).toEqual([n, n % 2 === 0])
  for (const odd of ['', 'uid-1', '00000000-0000-0000-0000-000000000000', `${uid(3).toUpperCase()}`]) {
    expect(ours.has(odd)).toBe(false)
    ours.add(odd)
    expect(ours.has(odd)).toBe(true)
  }
  expect(ours.has(uid(3))).toBe(false)
})
