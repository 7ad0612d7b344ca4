// Keys as identities, as places in the tree, and as text that is safe to display.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ancestors, displayPieces, displayText, idBytes, keyId, toHex, utf8 } from './bytes.ts'

const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes)

describe('keyId', () => {
  it('is one string per byte sequence, and can be reversed', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
        expect(toHex(idBytes(keyId(bytes)))).toBe(toHex(bytes))
      }),
    )
  })
  it('keeps a byte order mark', () => {
    expect(toHex(idBytes(keyId(utf8('\ufeffx'))))).toBe('efbbbf78')
  })
})

describe('ancestors', () => {
  it.each([
    ['/registry/pods/shop/x', ['', '/registry/', '/registry/pods/', '/registry/pods/shop/']],
    ['/registry/pods/', ['', '/registry/']],
    ['compact_rev_key', ['']],
    ['/a//b', ['', '/a/', '/a//']],
    ['//b', ['', '//']],
    ['/', ['']],
    ['', []],
  ])('of %j', (key, above) => {
    expect(ancestors(utf8(key)).map(text)).toEqual(above)
  })
  it('each is a prefix of the next, and all but the root end in a slash', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 30 }), (bytes) => {
        const above = ancestors(bytes)
        expect(above[0]).toHaveLength(0)
        for (const [i, prefix] of above.entries()) {
          if (i > 0) expect(prefix.at(-1)).toBe(0x2f)
          expect(toHex(bytes).startsWith(toHex(prefix))).toBe(true)
          expect(prefix.length).toBeLessThan(bytes.length)
        }
      }),
    )
  })
})

describe('displayPieces', () => {
  it.each([
    ['/plain/键 é', '/plain/键 é'],
    ['a\u202eb', 'a\\u202eb'],
    ['a\u0000\u001b[31m', 'a\\x00\\x1b[31m'],
    ['a\u00a0b\u3000', 'a\\u00a0b\\u3000'],
    ['\ufeffx\u200b', '\\ufeffx\\u200b'],
    ['tag\u{e0041}', 'tag\\u{e0041}'],
  ])('%j is shown as %s', (key, shown) => {
    expect(displayText(utf8(key))).toBe(shown)
  })
  it('shows bytes that are not UTF-8 one by one, and the text around them', () => {
    expect(displayText(Uint8Array.of(0x61, 0xff, 0xe9, 0x94, 0xae, 0xc3))).toBe('a\\xff键\\xc3')
  })
  it('escapes every character that reorders or hides text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 30 }), (key) => {
        const plain = displayPieces(utf8(key))
          .map((piece) => piece.text)
          .join('')
        expect(plain).not.toMatch(/[\p{Cc}\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/u)
      }),
    )
  })
})
