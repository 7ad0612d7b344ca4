// Whether texts repeat a Secret's content: exact, in every encoding, with work proportional to the texts.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { PayloadIndex } from './payload-index.ts'
import { WorkBudget } from './work-budget.ts'

const unlimited = () => new WorkBudget(Number.POSITIVE_INFINITY)

test('finds what is there and nothing else', () => {
  const letters = fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 60 })
  fc.assert(
    fc.property(fc.array(letters, { maxLength: 5 }), letters, (payloads, text) => {
      const there = payloads.some((payload) => payload.length >= 6 && text.includes(payload))
      expect(new PayloadIndex(payloads, unlimited()).reasonToHide(text)).toBe(there ? 'copy' : null)
    }),
    { numRuns: 2000 },
  )
})

test.each<[string, (payload: string) => string]>([
  ['as it is', (p) => p],
  ['among words', (p) => `it is ${p}.`],
  ['in base64', (p) => Buffer.from(p).toString('base64')],
  ['within longer base64', (p) => `x ${Buffer.from(`user:${p}@host`).toString('base64url')} y`],
  ['in base64 of base64', (p) => Buffer.from(Buffer.from(p).toString('base64')).toString('base64')],
  ['in hexadecimal', (p) => `0x${Buffer.from(p).toString('hex')}`],
  ['in hexadecimal capitals', (p) => Buffer.from(p).toString('hex').toUpperCase()],
  ['with every letter escaped', (p) => `"${[...p].map((letter) => `\\u00${letter.charCodeAt(0).toString(16)}`).join('')}"`],
])('%s', (_name, write) => {
  for (const payload of ['hunter2', 'a longer password, with words', 'x'.repeat(300)]) {
    expect(new PayloadIndex(['something else', payload], unlimited()).reasonToHide(write(payload))).toBe('copy')
    expect(new PayloadIndex(['something else'], unlimited()).reasonToHide(write(payload))).toBeNull()
  }
})

test('short payloads would match by chance, and are not searched', () => {
  expect(new PayloadIndex(['true', '', '12345'], unlimited()).reasonToHide('true is 12345')).toBeNull()
})

describe('the work', () => {
  /** The work for that many payloads and texts, in units per character. */
  const work = (payloads: number, texts: number, { alike = false } = {}) => {
    const budget = unlimited()
    const start = alike ? 'the same words at the start of all of them, ' : ''
    const all = Array.from({ length: payloads }, (_, i) => `${start}payload number ${i}`)
    const index = new PayloadIndex(all, budget)
    const remarks = Array.from({ length: texts }, (_, i) => `${start}an ordinary remark, number ${i}`)
    expect(remarks.every((text) => index.reasonToHide(text) === null)).toBe(true)
    return budget.spent / remarks.join('').length
  }

  test('per text does not depend on the number of payloads', () => {
    expect(work(20_000, 1500)).toBeLessThan(work(200, 1500) * 1.1)
    expect(work(20_000, 6000)).toBeLessThan(8)
  })

  test('is limited if all begin alike, and what exceeds the limit is hidden', () => {
    const payloads = Array.from({ length: 20_000 }, (_, i) => `${'the same words at the start of all of them, '.repeat(2)}payload ${i}`)
    const budget = new WorkBudget(1_000_000)
    const index = new PayloadIndex(payloads, budget)
    const texts = Array.from({ length: 100 }, (_, i) => `${'the same words at the start of all of them, '.repeat(2)}remark ${i}`)
    expect(new Set(texts.map((text) => index.reasonToHide(text)))).toEqual(new Set(['not-searched']))
    expect(budget.spent).toBeLessThanOrEqual(1_000_000)
  })
})
