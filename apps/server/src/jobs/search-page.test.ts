// Looking at raw bytes first never loses a match: whatever a line shows is found, however it is encoded.
import { createDecryptor } from '@registree/kube'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { holdsValues } from '../sources/values-buffer.ts'
import { field, metadata, storedProtobuf } from '../testing/protobuf.ts'
import { openSearched } from '../values/searched-value.ts'
import { packPage } from './page-transfer.ts'
import { searchPage } from './search-page.ts'

const utf8 = (text: string) => Buffer.from(text)
const policy = { reveal: false, decrypt: true, salt: new Uint8Array(32) }
const decryptor = createDecryptor(null)
/** The server's searches have positive numbers, and tests in the same process keep what was compiled for them. */
let searches = 0

/** As etcd sends them: keys lie between the values. */
function inOneAnswer(stored: readonly { key: Uint8Array; value: Uint8Array }[]) {
  const answer = new Uint8Array(Buffer.concat(stored.flatMap(({ key, value }) => [key, value])))
  let at = 0
  const kvs = stored.map(({ key, value }) => {
    const start = at + key.length
    at = start + value.length
    return { key, value: answer.subarray(start, at) }
  })
  holdsValues(
    answer.buffer,
    stored.reduce((sum, { value }) => sum + value.length, 0),
  )
  return kvs
}

/** The keys found among some values. */
function found(query: string, stored: readonly { key: Uint8Array; value: Uint8Array }[]): (string | undefined)[] {
  const { page } = packPage(inOneAnswer(stored))
  const numbers = new BigInt64Array(stored.flatMap(() => [1n, 7n, 1n, 0n]))
  const search = { id: --searches, cluster: 'test', query, prefix: '/registry', kinds: new Map(), now: null, policy, holders: [] }
  return searchPage({ search, keyspace: 'v3', page, numbers }, { decryptorOf: () => decryptor }).output.results.map(({ key }) => key)
}

const linesOf = (key: Uint8Array, value: Uint8Array) =>
  openSearched({ decryptor, masking: policy }, { key, keyspace: 'v3', modRevision: 7n }, { plain: value, encrypted: false }, value.length)
    .facts.lines

const piece = fc.oneof(
  // biome-ignore format: one line is easier to read
  fc.constantFrom('shop', 'Kube', 'app', '172.30.77.5', '10.0.0.0/8', '\n', '\t', '"', '\\', 'é', '\u212a', '\u0130', 'ß', ' ', ': ', '\u0085', '\u0000', 'n', 'x', 'u0', '1Gi', 'true', 'name', '日本', 'Ä', '😀', '<b>', '.', '-', '_', '/', '\u00a0'),
  fc.string({ maxLength: 4 }),
)
const text = fc
  .array(piece, { minLength: 1, maxLength: 6 })
  .map((all) => all.join('').replace(/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g, ''))
const word = text.filter((one) => one !== '')

/** Objects with texts in every place that is encoded in its own way. */
const value = fc.oneof(
  fc
    .tuple(word, text)
    .map(([name, a]) =>
      utf8(JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'c', annotations: { [name]: a } }, data: { x: a } })),
    ),
  // With the escapes that another writer may use.
  fc
    .tuple(text, text)
    .map(([a, b]) =>
      utf8(
        `{"apiVersion":"v1","kind":"ConfigMap","data":{"a":"${[...a].map((one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`).join('')}","b":${JSON.stringify(b)}}}`,
      ),
    ),
  fc
    .tuple(word, text)
    .map(([name, a]) =>
      storedProtobuf(
        'v1',
        'ConfigMap',
        metadata(name, 'ns'),
        field(2, field(1, 'k'), field(2, a)),
        field(3, field(1, 'binary'), field(2, a)),
      ),
    ),
  fc
    .tuple(word, text)
    .map(([name, a]) =>
      storedProtobuf('apps/v1', 'ReplicaSet', metadata(name, 'ns'), field(2, field(2, field(1, field(1, name), field(2, a))))),
    ),
  // Two fields that touch: the tag of the second (0x32) looks like a digit.
  fc.tuple(text, text).map(([a, b]) => storedProtobuf('v1', 'Pod', metadata('p', 'ns'), field(3, field(5, a), field(6, b)))),
  text.map((a) => utf8(a)),
)

test('every part of every line finds its value', () => {
  fc.assert(
    fc.property(value, fc.nat(), fc.nat(), fc.integer({ min: 1, max: 12 }), (value, chosen, start, length) => {
      const key = utf8('/registry/things/ns/one')
      const lines = linesOf(key, value).filter((line) => line.trim() !== '' && !line.includes('(masked: '))
      const line = lines[chosen % Math.max(1, lines.length)] ?? ''
      const from = start % Math.max(1, line.length)
      const part = line.slice(from, from + length).replace(/^[\udc00-\udfff]|[\ud800-\udbff]$/g, '')
      fc.pre(part !== '')
      // An address is found as a whole only: 1.2.3.4 is not a part of 1.2.3.44.
      fc.pre(!/\d+\.\d+\.\d+\.\d+|:.*:/.test(part))
      const other = storedProtobuf('v1', 'Pod', metadata('other', 'ns'))
      expect([
        part,
        found(`"${part.replace(/[\\"]/g, '\\$&')}"`, [
          { key: utf8('/registry/things/ns/a'), value: other },
          { key, value },
        ]),
      ]).toEqual([part, expect.arrayContaining(['/registry/things/ns/one'])])
      const upper = part.toUpperCase()
      if (upper.toLowerCase() === part.toLowerCase() && upper.length === part.length)
        expect([upper, found(`"${upper.replace(/[\\"]/g, '\\$&')}"`, [{ key, value }])]).toEqual([upper, ['/registry/things/ns/one']])
    }),
    { numRuns: 2_000 },
  )
})

test('an address is found beside bytes that look like digits', () => {
  const octet = fc.integer({ min: 0, max: 255 })
  fc.assert(
    fc.property(
      fc.tuple(octet, octet, octet, octet),
      fc.integer({ min: 0, max: 32 }),
      fc.integer({ min: 0, max: 60 }),
      (octets, prefixLength, padding) => {
        const address = octets.join('.')
        const key = utf8('/registry/pods/ns/p')
        // The length before the string is an ASCII digit for some paddings, and so is the tag behind it.
        const pod = storedProtobuf(
          'v1',
          'Pod',
          metadata('p', 'ns'),
          field(3, field(5, `${address} ${'x'.repeat(padding)}`), field(6, address)),
        )
        expect(found(address, [{ key, value: pod }])).toEqual(['/registry/pods/ns/p'])
        expect(found(`${address}/${prefixLength}`, [{ key, value: pod }])).toEqual(['/registry/pods/ns/p'])
        const network = storedProtobuf('v1', 'Node', metadata('n'), field(2, field(1, `${address}/${prefixLength}`), field(3, 'n')))
        expect(found(address, [{ key, value: network }])).toEqual(['/registry/pods/ns/p'])
      },
    ),
  )
})

test('a network that covers nothing of it is not found', () => {
  const node = storedProtobuf('v1', 'Node', metadata('n'), field(2, field(1, '10.5.0.0/16')))
  const stored = [{ key: utf8('/registry/minions/n'), value: node }]
  expect(found('10.5.77.1', stored)).toEqual(['/registry/minions/n'])
  expect(found('10.6.77.1', stored)).toEqual([])
  expect(found('10.0.0.0/8', stored)).toEqual(['/registry/minions/n'])
  expect(found('0.5.77.1', stored)).toEqual([])
})

test('a host name finds the wildcard that covers it', () => {
  const ingress = storedProtobuf('networking.k8s.io/v1', 'Ingress', metadata('i', 'ns'), field(2, field(3, field(1, '*.shop.example'))))
  const stored = [{ key: utf8('/registry/ingress/ns/i'), value: ingress }]
  expect(found('www.shop.example', stored)).toEqual(['/registry/ingress/ns/i'])
  expect(found('a.www.shop.example', stored)).toEqual([])
})
