// Searches for leaks: real bytes are decoded and masked, and nothing of a Secret may be in the result.
import { createHmac, randomBytes } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { decode } from '../decode/decode.ts'
import { renderJson } from '../render/render-json.ts'
import { renderYaml } from '../render/render-yaml.ts'
import { summarize } from '../summary/summarize.ts'
import type { KubeObject } from '../value/value.ts'
import { maskDecoded } from './mask-decoded.ts'
import { SIZE_STEP } from './masker.ts'

const salt = new Uint8Array(randomBytes(16))
const digest = (key: Uint8Array, bytes: Uint8Array) => createHmac('sha256', key).update(bytes).digest('hex').slice(0, 8)
const ascii = (text: string) => new TextEncoder().encode(text)

/** Everything of the bytes that a page or a download could show. */
function shown(bytes: Uint8Array, key: string, path = false): { text: string; rawMasked: boolean } {
  const place = path ? { path: key } : { key: ascii(key) }
  const result = maskDecoded(decode(bytes, { key: ascii(key) }), { ...place, reveal: false, salt, digest, raw: bytes })
  const { decoded } = result
  const parts = [JSON.stringify(summarize(decoded, { now: 0 }))]
  const value = decoded.object ?? decoded.value
  if (value !== undefined) parts.push(renderJson(value), renderYaml(value))
  parts.push(
    JSON.stringify(result, (_name, inner: unknown) => {
      if (typeof inner === 'bigint') return String(inner)
      if (!(inner instanceof Uint8Array)) return inner
      return ['latin1', 'hex', 'base64'].map((form) => Buffer.from(inner).toString(form as 'hex'))
    }),
  )
  if (!result.rawMasked) for (const form of ['latin1', 'hex', 'base64'] as const) parts.push(Buffer.from(bytes).toString(form))
  return { text: parts.join('\n'), rawMasked: result.rawMasked }
}

function varint(value: number): number[] {
  return value < 128 ? [value] : [(value & 127) | 128, ...varint(value >>> 7)]
}
function field(number: number, content: Uint8Array | string): Uint8Array {
  const bytes = typeof content === 'string' ? ascii(content) : content
  return new Uint8Array([...varint((number << 3) | 2), ...varint(bytes.length), ...bytes])
}
const join = (...parts: Uint8Array[]) => new Uint8Array(Buffer.concat(parts))

/** `k8s\0`, runtime.Unknown, core.v1.Secret {1 metadata, 2 data, 3 type, 4 stringData}. */
function protobufSecret(data: [string, string][], apiVersion = 'v1', kind = 'Secret'): Uint8Array {
  const metadata = join(field(1, 'orders-db'), field(3, 'shop'))
  const entries = data.map(([name, value]) => field(2, join(field(1, name), field(2, value))))
  const body = join(field(1, metadata), ...entries, field(3, 'Opaque'), field(9, `unknown ${data[0]?.[1]}`))
  return join(ascii('k8s\0'), field(1, join(field(1, apiVersion), field(2, kind))), field(2, body), field(3, ''), field(4, ''))
}
const jsonSecret = (data: [string, string][]): Uint8Array =>
  ascii(
    JSON.stringify({
      kind: 'Secret',
      apiVersion: 'v1',
      metadata: {
        name: 'orders-db',
        annotations: { 'kubectl.kubernetes.io/last-applied-configuration': JSON.stringify({ data: Object.fromEntries(data) }) },
      },
      data: Object.fromEntries(data.map(([name, value]) => [name, Buffer.from(value).toString('base64')])),
    }),
  )

const marker = fc.stringMatching(/^[a-zA-Z0-9]{24}$/)
const KEY = '/registry/secrets/shop/orders-db'
const found = (text: string, value: string) =>
  [value, Buffer.from(value).toString('base64'), Buffer.from(value).toString('hex')].find((form) => text.includes(form))

describe('a Secret in any encoding, under any key', () => {
  const ways: [string, (value: string) => Uint8Array, string[]][] = [
    ['protobuf', (value) => protobufSecret([['password', value]]), [KEY, '/registry/elsewhere', '\xff/x']],
    ['protobuf of a version to come', (value) => protobufSecret([['password', value]], 'v9'), [KEY, '/registry/elsewhere']],
    ['protobuf of no known kind', (value) => protobufSecret([['password', value]], 'v1', 'Unheard'), [KEY]],
    [
      'base64 of protobuf',
      (value) => ascii(Buffer.from(protobufSecret([['password', value]])).toString('base64')),
      [KEY, '/registry/elsewhere'],
    ],
    ['JSON', (value) => jsonSecret([['password', value]]), [KEY, '/1/registry/secrets/shop/x', '/registry/elsewhere']],
    ['text', (value) => ascii(value), [KEY]],
  ]
  test.each(ways)('%s', (_name, write, keys) => {
    fc.assert(
      fc.property(marker, fc.constantFrom(...keys), fc.boolean(), (value, key, path) => {
        const { text, rawMasked } = shown(write(value), key, path)
        expect(found(text, value)).toBeUndefined()
        expect(rawMasked).toBe(true)
      }),
      { numRuns: 50 },
    )
  })
})

describe('a Secret under another name or in another place', () => {
  const VALUE = 'MarkerThatMustNeverLeak0'
  const data = { password: Buffer.from(VALUE).toString('base64') }
  const secret = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 's' }, data }
  const json = JSON.stringify(secret)
  test.each([
    ['a kind in capitals', JSON.stringify({ ...secret, kind: undefined, Kind: 'Secret' })],
    ['two kinds, the Secret first', json.replace('"kind":"Secret"', '"kind":"Secret","kind":"ConfigMap"')],
    ['two kinds, the Secret last', json.replace('"kind":"Secret"', '"kind":"ConfigMap","kind":"Secret"')],
    ['its content written twice', json.replace('"data":', '"data":{},"data":')],
    ['a member that is written again', `{"kind":"ConfigMap","x":${json},"x":1}`],
    ['a List', JSON.stringify({ kind: 'List', items: [secret] })],
    ['a List in capitals', JSON.stringify({ kind: 'List', items: [{ ...secret, kind: undefined, KIND: 'Secret' }] })],
    ['an annotation of a pod template', JSON.stringify({ kind: 'PodTemplate', template: { metadata: { annotations: { a: json } } } })],
    ['ThirdPartyResourceData', JSON.stringify({ kind: 'ThirdPartyResourceData', data: Buffer.from(json).toString('base64') })],
  ])('%s', (_name, text) => {
    const { text: out, rawMasked } = shown(ascii(text), '/other/x')
    expect(found(out, VALUE)).toBeUndefined()
    expect(rawMasked).toBe(true)
  })
})

describe('a damaged Secret', () => {
  const VALUE = 'MarkerThatMustNeverLeak0'
  test.each([
    ['protobuf', protobufSecret([['password', VALUE]])],
    ['JSON', jsonSecret([['password', VALUE]])],
    ['base64 of protobuf', ascii(Buffer.from(protobufSecret([['password', VALUE]])).toString('base64'))],
  ])('%s: cut anywhere, or any bit of it flipped', (_name, bytes) => {
    for (let end = 0; end <= bytes.length; end++)
      expect(found(shown(bytes.subarray(0, end), KEY).text, VALUE), `cut at ${end}`).toBeUndefined()
    for (let at = 0; at < bytes.length; at++) {
      for (let bit = 0; bit < 8; bit++) {
        const flipped = bytes.slice()
        flipped[at] = (flipped[at] ?? 0) ^ (1 << bit)
        expect(found(shown(flipped, KEY).text, VALUE), `byte ${at}, bit ${bit}`).toBeUndefined()
      }
    }
  })

  test.each([
    ['protobuf', protobufSecret],
    ['JSON', jsonSecret],
  ])('%s: neither a size nor a position tells how long its content is', (_name, secretOf) => {
    const toldOf = (pin: string, cut: number) => {
      const bytes = secretOf([['pin', pin]])
      const { text } = shown(bytes.subarray(0, bytes.length - cut), KEY)
      // Sizes are rounded, also where the rounded ones differ; digests differ, as they should.
      for (const [, size] of text.matchAll(/masked: (\d+) bytes/g)) expect(Number(size) % SIZE_STEP).toBe(0)
      return text.replace(/\(masked: \d+ bytes|"size":\d+/g, '').replace(/digest [0-9a-f]{8}|"digest":"[0-9a-f]{8}"/g, '')
    }
    for (let cut = 1; cut < 8; cut++) expect(toldOf('1234567', cut), `cut by ${cut}`).toBe(toldOf('1', cut))
  })

  test('truncated protobuf under another key', () => {
    const bytes = protobufSecret([['password', VALUE]])
    for (let end = 0; end <= bytes.length; end++)
      expect(found(shown(bytes.subarray(0, end), '/registry/elsewhere').text, VALUE), `cut at ${end}`).toBeUndefined()
  })
})

const database = new URL('../../../../../shared/fixtures/kube-1.20/etcdctl-get-all-after.json', import.meta.url)
const present = existsSync(database)
if (!present) console.log('skipped: the captured cluster is read from ../shared, which is not beside this checkout')

function bytesOf(values: (readonly [string, Uint8Array])[], key: string): Uint8Array {
  return values.find(([one]) => one === key)?.[1] ?? new Uint8Array()
}

test.skipIf(!present)('a captured cluster: no Secret’s content anywhere, and no other value is masked', () => {
  const { kvs } = JSON.parse(readFileSync(database, 'utf8')) as { kvs: { key: string; value?: string }[] }
  const values = kvs.map(
    ({ key, value }) => [Buffer.from(key, 'base64').toString(), new Uint8Array(Buffer.from(value ?? '', 'base64'))] as const,
  )
  // Every token's Secret contains the namespace and the cluster's certificate, which are public: the latter is also in a ConfigMap.
  const secrets = new Set<string>()
  for (const [key, bytes] of values) {
    if (!key.startsWith('/registry/secrets/')) continue
    const object = decode(bytes, { key: ascii(key) }).object
    for (const [name, content] of Object.entries((object?.data ?? {}) as KubeObject)) {
      if (!['namespace', 'ca.crt'].includes(name)) secrets.add(Buffer.from(String(content), 'base64').toString('latin1'))
    }
  }
  const long = [...secrets].filter((one) => one.length > 12)
  expect(long.length).toBeGreaterThan(35)
  const masked: string[] = []
  const clean = maskDecoded(decode(bytesOf(values, '/registry/secrets/shop/regcred')), { reveal: false, salt, digest })
  expect(clean.masked.map((place) => place.path)).toEqual([".data['.dockerconfigjson']"])
  for (const [key, bytes] of values) {
    const { text, rawMasked } = shown(bytes, key)
    if (rawMasked) masked.push(key)
    for (const one of long) expect(found(text, one), key).toBeUndefined()
  }
  expect(masked.filter((key) => !key.startsWith('/registry/secrets/'))).toEqual([])
  expect(masked).toHaveLength(values.filter(([key]) => key.startsWith('/registry/secrets/')).length)
})
