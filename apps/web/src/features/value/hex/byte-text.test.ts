// Checks the text forms of bytes against Node's own and hexdump's layout.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseOffset, readingOf, toBase64, toDump, toHex } from './byte-text.ts'

test('hex and base64 equal Node’s, for any bytes', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
      expect(toHex(bytes)).toBe(Buffer.from(bytes).toString('hex'))
      expect(toBase64(bytes)).toBe(Buffer.from(bytes).toString('base64'))
    }),
  )
  const large = new Uint8Array(1_500_000).map((_, i) => i * 7)
  expect(toBase64(large)).toBe(Buffer.from(large).toString('base64'))
})

test('a dump is laid out as hexdump -C does', () => {
  const bytes = Buffer.from('k8s\0\n\x0c\n\x02v1\x12\x06Secret\x12\xff')
  expect(toDump(bytes.subarray(0, 18), 0)).toBe(
    [
      '00000000  6b 38 73 00 0a 0c 0a 02  76 31 12 06 53 65 63 72  |k8s.....v1..Secr|',
      '00000010  65 74                                             |et|',
    ].join('\n'),
  )
  expect(toDump(bytes.subarray(16, 18), 16)).toBe('00000010  65 74                                             |et|')
})

test('offsets can be hexadecimal or decimal', () => {
  expect(parseOffset('0x1A', 100)).toBe(26)
  expect(parseOffset('1ah', 100)).toBe(26)
  expect(parseOffset(' 26 ', 100)).toBe(26)
  for (const text of ['', 'x', '-1', '100', '0x', '1e2', '99999999999999999999']) expect(parseOffset(text, 100)).toBeNull()
})

test('a field’s content is interpreted by its wire type', () => {
  expect(readingOf(0, Uint8Array.of(0xce, 0xc2, 0xf1, 0x05))).toBe('12345678')
  expect(readingOf(0, Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01))).toBe('-1')
  expect(readingOf(5, Uint8Array.of(0, 0, 0x80, 0x3f))).toBe('1065353216 · 1')
  expect(readingOf(1, Uint8Array.of(0, 0, 0, 0, 0, 0, 0xf0, 0x3f))).toBe('4607182418800017408 · 1')
  expect(readingOf(2, new TextEncoder().encode('a "field" of tomorrow'))).toBe('"a \\"field\\" of tomorrow"')
  for (const bytes of [[0xff], [0], [0xe2, 0x80, 0xae]]) expect(readingOf(2, Uint8Array.from(bytes))).toBe('')
})
