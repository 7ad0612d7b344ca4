import { expect, test } from 'vitest'
import { writeSentences, writeUnchecked } from './sentences.ts'

const catalogue = { said: '{text}', check: 'Check the address.', because: 'It failed: {why}' } as const
const said = (text: string) => ({ code: 'said', params: { text } }) as const
const check = { code: 'check', params: {} } as const

test('a text without a full stop gets one before the next sentence', () => {
  const write = (text: string) => writeSentences('en', catalogue, [said(text), check])
  expect(write('connect ECONNREFUSED')).toBe('connect ECONNREFUSED. Check the address.')
  expect(write('It said “no.”')).toBe('It said “no.” Check the address.')
  expect(write('It is down (timeout)')).toBe('It is down (timeout). Check the address.')
  expect(write('Next:')).toBe('Next: Check the address.')
  expect(write('')).toBe(' Check the address.')
  expect(writeSentences('zh-Hans', catalogue, [said('拒绝'), said('超时')])).toBe('拒绝。超时')
  expect(writeSentences('en', catalogue, [said('a'), said('b')], { between: ', ' })).toBe('a, b')
})

test('so do messages that are parameters', () => {
  const why = [said('connect ECONNREFUSED'), check]
  expect(writeUnchecked('en', catalogue, [{ code: 'because', params: { why } }])).toBe(
    'It failed: connect ECONNREFUSED. Check the address.',
  )
  expect(writeUnchecked('en', catalogue, [{ code: 'none', params: {} }])).toBeNull()
})
