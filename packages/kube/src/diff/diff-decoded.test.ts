import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { decode } from '../decode/decode.ts'
import { diffBytes } from './diff-bytes.ts'
import { type ComparedValue, diffDecoded } from './diff-decoded.ts'
import { diffLines } from './diff-lines.ts'

const ascii = (text: string) => new TextEncoder().encode(text)
const of = (bytes: Uint8Array | string): ComparedValue => {
  const raw = typeof bytes === 'string' ? ascii(bytes) : bytes
  return { decoded: decode(raw), raw }
}

describe('diffDecoded', () => {
  test('JSON objects and other JSON by their fields', () => {
    expect(diffDecoded(of('{"a":1}'), of('{"a":2}'))).toMatchObject({
      by: 'fields',
      diff: { changes: [{ kind: 'changed', left: 1, right: 2 }] },
    })
    expect(diffDecoded(of('[1,2]'), of('[1,2,3]'))).toMatchObject({ by: 'fields', diff: { changes: [{ kind: 'added', right: 3 }] } })
    expect(diffDecoded(of('{"a":[1]}'), of('{"a" : [1] }')).diff.changes).toEqual([])
  })

  test('CBOR by its fields, also against JSON', () => {
    const cbor = (value: number) => of(Uint8Array.of(0xd9, 0xd9, 0xf7, 0xa1, 0x41, 0x61, value))
    expect(diffDecoded(cbor(1), cbor(2))).toMatchObject({ by: 'fields', diff: { changes: [{ left: 1, right: 2 }] } })
    expect(diffDecoded(of('{"a":1}'), cbor(1)).diff.changes).toEqual([])
  })

  test('texts by their lines', () => {
    expect(diffDecoded(of('one\ntwo\nthree\n'), of('one\n2\nthree\nfour\n'))).toMatchObject({
      by: 'text',
      diff: { changes: [{ kind: 'changed', path: [], left: 'one\ntwo\nthree\n' }] },
      lines: [
        { left: { from: 1, to: 2 }, right: { from: 1, to: 2 } },
        { left: { from: 3, to: 3 }, right: { from: 3, to: 4 } },
      ],
    })
    expect(diffDecoded(of('same'), of('same'))).toMatchObject({ diff: { changes: [] }, lines: [] })
  })

  test('bytes by ranges', () => {
    const left = Uint8Array.from({ length: 100 }, (_, i) => 200 - i)
    const right = left.with(10, 1).with(12, 2).with(90, 3)
    expect(diffDecoded(of(left), of(right))).toMatchObject({
      by: 'bytes',
      diff: { changes: [{ path: [], kind: 'changed' }], counts: { changed: 1 } },
      bytes: [{ left: { from: 10, to: 13 } }, { right: { from: 90, to: 91 } }],
    })
  })

  test('ciphertexts by their bytes, and whether the key is the same', () => {
    const value = (key: string, rest: number) => of(new Uint8Array([...ascii(`k8s:enc:aescbc:v1:${key}:`), ...new Array(32).fill(rest)]))
    expect(diffDecoded(value('key1', 1), value('key1', 2))).toMatchObject({
      by: 'ciphertext',
      sameEncryptionKey: true,
      diff: { counts: { changed: 1 } },
    })
    expect(diffDecoded(value('key1', 1), value('key2', 1))).toMatchObject({ by: 'ciphertext', sameEncryptionKey: false })
    expect(diffDecoded(value('key1', 1), value('key1', 1)).diff.changes).toEqual([])
    const blind = { decoded: value('key1', 1).decoded }
    expect(diffDecoded(blind, blind)).toMatchObject({ diff: { changes: [], undecided: [[]] } })
    expect(diffDecoded(blind, blind)).not.toHaveProperty('sameEncryptionKey')
  })

  test('completely masked bytes by their size and digest', () => {
    const { decoded } = of(Uint8Array.of(255, 0, 1))
    const masked = (size: number | null, digest: string | null) => ({ decoded, masked: { size, digest } })
    expect(diffDecoded(masked(20, 'a'), masked(20, 'a')).diff).toMatchObject({ changes: [], undecided: [] })
    expect(diffDecoded(masked(20, 'a'), masked(20, 'b')).diff.changes).toMatchObject([{ masked: 'different' }])
    expect(diffDecoded(masked(20, 'a'), masked(21, 'b')).diff.changes).toMatchObject([{ masked: 'length-differs' }])
    expect(diffDecoded(masked(20, 'a'), masked(20, 'b'), { sameKey: false }).diff).toMatchObject({ changes: [], undecided: [[]] })
    expect(diffDecoded(masked(null, null), masked(null, null)).diff).toMatchObject({ changes: [], undecided: [[]] })
  })

  test('a masked text has no lines', () => {
    const masked = (digest: string) => ({ decoded: { ...of('x').decoded, text: `(masked: 20 bytes, digest ${digest})` } })
    const diff = diffDecoded(masked('a'), masked('b'))
    expect(diff).toMatchObject({ by: 'text', diff: { changes: [{ masked: 'different' }] } })
    expect(diff).not.toHaveProperty('lines')
  })

  test('different forms, and missing values', () => {
    expect(diffDecoded(of('{"a":1}'), of('text'))).toMatchObject({ by: 'form', diff: { changes: [{ left: { a: 1 }, right: 'text' }] } })
    expect(diffDecoded(null, of('{"a":1}'))).toMatchObject({ by: 'presence', diff: { changes: [{ kind: 'added', right: { a: 1 } }] } })
    expect(diffDecoded(of(Uint8Array.of(255)), null)).toMatchObject({
      by: 'presence',
      diff: { changes: [{ kind: 'removed', left: null }] },
    })
    expect(diffDecoded(null, null).diff.changes).toEqual([])
  })

  test('fields that the schema does not know', () => {
    const pod = (...unknown: number[]) => {
      const body = [0x0a, 3, 0x0a, 1, 0x61, ...unknown]
      return of(
        Uint8Array.from([
          ...ascii('k8s\0'),
          0x0a,
          9,
          0x0a,
          2,
          ...ascii('v1'),
          0x12,
          3,
          ...ascii('Pod'),
          0x12,
          body.length,
          ...body,
          0x1a,
          0,
          0x22,
          0,
        ]),
      )
    }
    const [none, one, two] = [pod(), pod(0xa2, 0x06, 1, 7), pod(0xa2, 0x06, 1, 8)]
    expect(one?.decoded.unknownFields).toHaveLength(1)
    expect(diffDecoded(one ?? null, one ?? null).unknownFields).toBe('same')
    expect(diffDecoded(one ?? null, two ?? null)).toMatchObject({ unknownFields: 'different', diff: { changes: [] } })
    expect(diffDecoded(none ?? null, one ?? null).unknownFields).toBe('different')
    const masked = {
      decoded: { ...(one as ComparedValue).decoded, unknownFields: [{ path: '', number: 100, wireType: 2, bytes: new Uint8Array() }] },
    }
    expect(diffDecoded(masked, masked).unknownFields).toBe('undecided')
  })
})

describe('diffBytes', () => {
  test('all differences are in ranges, and everything outside is equal', () => {
    const bytes = fc.uint8Array({ max: 2, maxLength: 80 })
    fc.assert(
      fc.property(bytes, bytes, (left, right) => {
        const ranges = diffBytes(left, right)
        const outside = (side: 'left' | 'right', all: Uint8Array) =>
          [...all].filter((_, i) => !ranges.some((r) => i >= r[side].from && i < r[side].to))
        expect(outside('left', left)).toEqual(outside('right', right))
        expect(ranges.length === 0).toBe(Buffer.compare(left, right) === 0)
      }),
      { numRuns: 500 },
    )
  })

  test('has a limit on their number', () => {
    const left = new Uint8Array(200_000)
    const right = left.map((_, i) => (i % 40 === 0 ? 1 : 0))
    const ranges = diffBytes(left, right)
    expect(ranges).toHaveLength(1000)
    expect(ranges.at(-1)?.left.to).toBe(199_961)
  })
})

describe('diffLines', () => {
  test('lines outside of the ranges are the same', () => {
    const text = fc.array(fc.constantFrom('a\n', 'b\n', '\n', 'c', 'd\r\n'), { maxLength: 30 }).map((lines) => lines.join(''))
    fc.assert(
      fc.property(text, text, (left, right) => {
        const ranges = diffLines(left, right)
        const outside = (side: 'left' | 'right', all: string) =>
          all.split(/(?<=\n)/).filter((line, i) => line !== '' && !ranges.some((r) => i >= r[side].from && i < r[side].to))
        expect(outside('left', left)).toEqual(outside('right', right))
        expect(ranges.length === 0).toBe(left === right)
      }),
      { numRuns: 500 },
    )
  })

  test('long texts with nothing in common are answered', () => {
    const text = (seed: number) => Array.from({ length: 100_000 }, (_, i) => `${(i * seed) % 1009}\n`).join('')
    expect(diffLines(text(31), text(57)).length).toBeGreaterThan(0)
  })
})
