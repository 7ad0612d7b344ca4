// Order, prefix ends and text forms of keys of any bytes.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  commonPrefixLength,
  compareBytes,
  equalBytes,
  fromBase64urlOrNull,
  keySuccessor,
  parentPrefix,
  prefixEnd,
  startsWithBytes,
  toBase64url,
  toHex,
  toUtf8OrNull,
  utf8,
} from './bytes.ts'
import { displayKey, displayParts } from './display-key.ts'

const bytes = fc.oneof(
  fc.uint8Array({ maxLength: 8 }),
  fc.array(fc.constantFrom(0, 0x2f, 0xfe, 0xff), { maxLength: 5 }).map((list) => Uint8Array.from(list)),
)

describe('bytes', () => {
  it('sort as Buffers do', () => {
    fc.assert(
      fc.property(bytes, bytes, (a, b) => {
        expect(Math.sign(compareBytes(a, b))).toBe(Buffer.compare(a, b))
      }),
    )
  })

  it('have a prefix end that includes exactly the keys with the prefix', () => {
    fc.assert(
      fc.property(bytes, bytes, (prefix, key) => {
        const end = prefixEnd(prefix)
        const open = end.length === 1 && end[0] === 0
        const inside = compareBytes(key, prefix) >= 0 && (open || compareBytes(key, end) < 0)
        expect(inside).toBe(startsWithBytes(key, prefix))
      }),
      { numRuns: 2_000 },
    )
    expect(prefixEnd(utf8('/registry/'))).toEqual(utf8('/registry0'))
    expect(prefixEnd(Uint8Array.of(1, 0xff))).toEqual(Uint8Array.of(2))
    expect(prefixEnd(Uint8Array.of(0xff, 0xff))).toEqual(Uint8Array.of(0))
    expect(prefixEnd(new Uint8Array(0))).toEqual(Uint8Array.of(0))
  })

  it('have nothing between a key and its successor', () => {
    fc.assert(
      fc.property(bytes, bytes, (key, other) => {
        expect(compareBytes(other, key) > 0).toBe(compareBytes(other, keySuccessor(key)) >= 0)
      }),
    )
  })

  it('round-trip through base64url, hex and text, as written by Node', () => {
    fc.assert(
      fc.property(bytes, (key) => {
        expect(toBase64url(key)).toBe(Buffer.from(key).toString('base64url'))
        expect(toHex(key)).toBe(Buffer.from(key).toString('hex'))
        expect(fromBase64urlOrNull(toBase64url(key))).toEqual(key)
        const text = toUtf8OrNull(key)
        if (text !== null) expect(utf8(text)).toEqual(key)
        else expect(new TextDecoder().decode(key)).toContain('\ufffd')
      }),
    )
    expect(['A', 'AB', 'AA=', 'A+/A', ' AA', 'AAA*'].map(fromBase64urlOrNull)).toEqual([null, null, null, null, null, null])
    expect(toUtf8OrNull(Uint8Array.of(0xef, 0xbb, 0xbf, 0x61))).toBe('\ufeffa')
  })

  it('know their common prefix, and the level above', () => {
    expect(commonPrefixLength(utf8('pods'), utf8('podtemplates'))).toBe(3)
    expect(equalBytes(utf8('a'), utf8('ab'))).toBe(false)
    expect(['/registry/pods/shop/', '/registry/pods', '/registry/', 'a', ''].map((text) => toUtf8OrNull(parentPrefix(utf8(text))))).toEqual(
      ['/registry/pods/', '/registry/', '', '', ''],
    )
  })
})

describe('displayKey', () => {
  it.each([
    ['/registry/pods/shop/x', '/registry/pods/shop/x'],
    ['你好 Ünï', '你好 Ünï'],
    ['a\n\t\r\0\\', 'a\\n\\t\\r\\0\\\\'],
    ['\u001b[31m\u007f\u0085', '\\x1b[31m\\x7f\\u{85}'],
    ['user\u202etxt.exe', 'user\\u{202e}txt.exe'],
    ['a\u200bb\ufeff\u00a0\u00ad', 'a\\u{200b}b\\u{feff}\\u{a0}\\u{ad}'],
    ['\u{e0041}\ufe0f', '\\u{e0041}\\u{fe0f}'],
  ])('shows %j as %s', (text, shown) => {
    expect(displayKey(utf8(text))).toBe(shown)
  })

  it('shows bytes that are not UTF-8, marked as such', () => {
    expect(displayKey(Uint8Array.of(0x61, 0xff, 0xc3, 0x28, 0xed, 0xa0, 0x80, 0xf4, 0x90))).toBe('a\\xff\\xc3(\\xed\\xa0\\x80\\xf4\\x90')
    expect(displayParts(Uint8Array.of(0x61, 0xff, 0xfe, 0x62))).toEqual([
      { text: 'a', escaped: false },
      { text: '\\xff\\xfe', escaped: true },
      { text: 'b', escaped: false },
    ])
  })

  it('is unique for each key, and contains no control or bidi character', () => {
    fc.assert(
      fc.property(bytes, bytes, (a, b) => {
        if (!equalBytes(a, b)) expect(displayKey(a)).not.toBe(displayKey(b))
        expect(displayKey(a)).not.toMatch(/[\p{Cc}\u202a-\u202e\u2066-\u2069\u200e\u200f]/u)
      }),
      { numRuns: 2_000 },
    )
  })
})
