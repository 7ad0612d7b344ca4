import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { decodeBase64, encodeBase64 } from './base64.ts'

describe('base64', () => {
  test('agrees with Node for any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        const text = encodeBase64(bytes)
        expect(text).toBe(Buffer.from(bytes).toString('base64'))
        expect(decodeBase64(text)).toEqual(bytes)
      }),
    )
  })
  test.each(['a', 'ab', 'abc', 'a===', '====', 'ab=c', 'ab==cd==', 'a-_b', 'aé==', 'ab c'])('%j is not base64', (text) => {
    expect(decodeBase64(text)).toBeNull()
  })
  test('line ends are skipped as in Go', () => {
    expect(decodeBase64('aGVs\r\nbG8=\n')).toEqual(new TextEncoder().encode('hello'))
    expect(decodeBase64('')).toEqual(new Uint8Array())
  })
})
