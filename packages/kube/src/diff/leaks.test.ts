// Searches for leaks: masked Secrets are compared, and nothing of their content may be in the result.
import { createHmac, randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { decode } from '../decode/decode.ts'
import { maskDecoded } from '../mask/mask-decoded.ts'
import type { KubeObject } from '../value/value.ts'
import { type ComparedValue, diffDecoded } from './diff-decoded.ts'
import { formatDiffPath } from './diff-path.ts'
import { summaryLine } from './summary-line.ts'
import { revisionWriter, writersOf } from './writers.ts'

const salt = new Uint8Array(randomBytes(16))
const digest = (key: Uint8Array, bytes: Uint8Array) => createHmac('sha256', key).update(bytes).digest('hex').slice(0, 8)
const ascii = (text: string) => new TextEncoder().encode(text)
const KEY = '/registry/secrets/shop/orders-db'

/** A value as a request sees it. */
function masked(value: unknown, key = KEY): ComparedValue {
  const raw = typeof value === 'string' ? ascii(value) : ascii(JSON.stringify(value))
  const result = maskDecoded(decode(raw, { key: ascii(key) }), { key: ascii(key), reveal: false, salt, digest, raw })
  return { decoded: result.decoded, ...(result.rawMasked ? {} : { raw }) }
}

/** The whole result of the comparison as one text. */
function said(left: ComparedValue | null, right: ComparedValue | null): string {
  const diff = diffDecoded(left, right)
  const { changes } = diff.diff
  const [before, after] = [left?.decoded.object, right?.decoded.object]
  const who = after === undefined ? [] : [revisionWriter(after, before, changes), writersOf(after, changes, before)]
  return JSON.stringify([diff, summaryLine(diff, { most: 1000, longest: 10_000 }), who], (_name, inner: unknown) =>
    typeof inner === 'bigint' ? String(inner) : inner instanceof Uint8Array ? Buffer.from(inner).toString('latin1') : inner,
  )
}

const base64 = (text: string) => Buffer.from(text).toString('base64')
const hidden = fc.stringMatching(/^[a-zA-Z0-9]{24,40}$/)
const name = fc.constantFrom('password', 'token', 'tls.key', 'a/b', 'pin')

const secret = fc.record({ data: fc.dictionary(name, hidden), stringData: fc.dictionary(name, hidden), note: fc.string({ maxLength: 5 }) })
type Content = typeof secret extends fc.Arbitrary<infer T> ? T : never

function objectOf({ data, stringData, note }: Content): KubeObject {
  const encoded = Object.fromEntries(Object.entries(data).map(([key, value]) => [key, base64(value)]))
  const copy = JSON.stringify({ kind: 'Secret', data: encoded, stringData })
  return {
    ...{ apiVersion: 'v1', kind: 'Secret', type: 'Opaque', data: encoded, stringData },
    metadata: { name: 'orders-db', labels: { note }, annotations: { 'kubectl.kubernetes.io/last-applied-configuration': copy } },
  }
}

function leaked(text: string, { data, stringData }: Content): string | undefined {
  const values = [...Object.values(data), ...Object.values(stringData)]
  return values
    .flatMap((value) => [value, base64(value).replace(/=+$/, ''), Buffer.from(value).toString('hex')])
    .find((form) => text.includes(form))
}

describe('a comparison of masked values', () => {
  test('contains nothing of Secrets’ content', () => {
    fc.assert(
      fc.property(secret, secret, fc.constantFrom('both', 'left', 'right'), (left, right, sides) => {
        const [a, b] = [sides === 'right' ? null : masked(objectOf(left)), sides === 'left' ? null : masked(objectOf(right))]
        const text = said(a, b)
        expect(leaked(text, left)).toBeUndefined()
        expect(leaked(text, right)).toBeUndefined()
      }),
      { numRuns: 300 },
    )
  })

  test('nor of Secrets in lists, wherever they moved', () => {
    fc.assert(
      fc.property(fc.array(secret, { maxLength: 4 }), fc.array(secret, { maxLength: 4 }), (left, right) => {
        const list = (contents: Content[]) =>
          masked(
            {
              apiVersion: 'v1',
              kind: 'List',
              items: contents.map((content, i) => ({ ...objectOf(content), metadata: { name: `s-${i}` } })),
            },
            '/registry/other/x',
          )
        const text = said(list(left), list(right))
        for (const content of [...left, ...right]) expect(leaked(text, content)).toBeUndefined()
      }),
      { numRuns: 200 },
    )
  })

  test('nor of texts under a Secret’s key', () => {
    fc.assert(
      fc.property(hidden, hidden, (left, right) => {
        const text = said(masked(left), masked(right))
        expect(text.includes(left) || text.includes(right)).toBe(false)
      }),
    )
  })

  test('nor, for small values, whether they changed', () => {
    const pin = (value: string) => masked(objectOf({ data: { pin: value }, stringData: {}, note: '' }))
    const { changes, undecided } = diffDecoded(pin('1234'), pin('567890')).diff
    expect(changes.filter(({ path }) => formatDiffPath(path).startsWith('data'))).toEqual([])
    expect(undecided.map(formatDiffPath)).toContain('data.pin')
    expect(said(pin('1234'), pin('567890'))).not.toMatch(/1234|567890|MTIzNA|NTY3ODkw/)
  })

  test('but reports whether larger ones changed', () => {
    fc.assert(
      fc.property(secret, secret, (left, right) => {
        const { changes, undecided } = diffDecoded(masked(objectOf(left)), masked(objectOf(right))).diff
        expect(undecided).toEqual([])
        const told = new Set(
          changes.flatMap(({ path: [first, second] }) =>
            first?.kind === 'field' && first.name === 'data' && second?.kind === 'field' ? [second.name] : [],
          ),
        )
        const names = new Set([...Object.keys(left.data), ...Object.keys(right.data)])
        expect(told).toEqual(new Set([...names].filter((each) => left.data[each] !== right.data[each])))
        expect(diffDecoded(masked(objectOf(left)), masked(objectOf(left))).diff.changes).toEqual([])
      }),
      { numRuns: 300 },
    )
  })
})
