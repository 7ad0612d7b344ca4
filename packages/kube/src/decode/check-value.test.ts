// The structural check of whole values agrees with the full decoder for any bytes, and reports where the first fault is.
// REGISTREE_FUZZ_RUNS sets how many mutations (20,000 by default).
import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { toJsonText } from '../render/render-json.ts'
import { inEnglish } from '../testing/in-english.ts'
import type { KubeObject } from '../value/value.ts'
import { checkValue } from './check-value.ts'
import { decode } from './decode.ts'
import { cborOf, mutate, random } from './testing/mutations.ts'

const RUNS = Number(process.env.REGISTREE_FUZZ_RUNS ?? 20_000)
const kept = new URL('../../testdata/', import.meta.url)
const captured = JSON.parse(readFileSync(new URL('captured.json', kept), 'utf8')) as { value: string; expected: KubeObject }[]
const folder = new URL('conformance/', kept)
const fixtures = readdirSync(folder)
  .filter((file) => file.endsWith('.pb'))
  .map((file) => new Uint8Array(readFileSync(new URL(file, folder))))

/** The full decoder's result: the first error, if any. */
function opinion(bytes: Uint8Array): string | undefined {
  const decoded = decode(bytes)
  const error = decoded.problems.find(({ severity }) => severity === 'error')
  return error === undefined
    ? decoded.object === undefined
      ? 'no object'
      : undefined
    : `${error.path}: ${error.says.map(({ code }) => code).join(' ')}`
}

function agree(bytes: Uint8Array, what: string): void {
  const { fault } = checkValue(bytes)
  const full = opinion(bytes)
  if ((fault === undefined) !== (full === undefined))
    throw new Error(
      `${what}: check says ${JSON.stringify(fault)}, decode says ${full}\n${Buffer.from(bytes.subarray(0, 4000)).toString('base64')}`,
    )
}

const utf8 = new TextEncoder()

describe('agrees with decode', () => {
  const seeds: Uint8Array[] = [
    ...captured
      .filter((entry) => entry.value.length < 16_000)
      .flatMap((entry) => [
        new Uint8Array(Buffer.from(entry.value, 'base64')),
        utf8.encode(toJsonText(entry.expected)),
        Uint8Array.from([0xd9, 0xd9, 0xf7, ...cborOf(entry.expected)]),
      ]),
    ...fixtures,
  ]

  test('on valid values: no fault', () => {
    for (const [i, seed] of seeds.entries()) {
      expect(checkValue(seed).fault, String(i)).toBeUndefined()
      agree(seed, String(i))
    }
  })

  test(`on ${RUNS} mutations`, { timeout: 60_000 + RUNS * 2 }, () => {
    let faults = 0
    for (let i = 0; i < RUNS; i++) {
      const bytes = mutate(seeds[random(seeds.length)] as Uint8Array)
      agree(bytes, String(i))
      if (checkValue(bytes).fault !== undefined) faults += 1
    }
    expect(faults).toBeGreaterThan(RUNS / 10)
  })

  test('on every truncation of some values', () => {
    for (const seed of seeds.slice(0, 40))
      for (let size = 0; size < seed.length; size += 1 + (seed.length >> 7)) agree(seed.subarray(0, size), String(size))
  })

  test.each([
    ['', 'empty'],
    ['plain text', 'text'],
    ['"text"', 'JSON text'],
    ['[{}]', 'a JSON list'],
    ['{}', 'an empty object'],
    [' \n{"a":1}\t', 'blanks'],
    ['{"a":1} x', 'text after'],
    ['{"a":1,"a":2}', 'a key twice'],
    ['{"a":01}', 'a number with zeros'],
    ['{"a":-}', 'a sign alone'],
    ['{"a":1.}', 'a point alone'],
    ['{"a":1e+}', 'an exponent alone'],
    ['{"a":-0.5E-10}', 'a number'],
    ['{"a":truex}', 'a long word'],
    ['{"a":nul}', 'a short word'],
    ['{"a":"\\u12g4"}', 'a wrong escape'],
    ['{"a":"\\ud800"}', 'half a surrogate'],
    ['{"a":"\\x"}', 'no escape'],
    ['{"a":"\t"}', 'a control character'],
    ['{"a":[1,]}', 'a comma too many'],
    ['{"a":[1 2]}', 'a comma too few'],
    ['{,}', 'only a comma'],
    ['{"a"}', 'a key alone'],
    ['{"a":}', 'a value too few'],
    [`{"a":${'['.repeat(511)}${']'.repeat(511)}}`, 'as deep as may be'],
    [`{"a":${'['.repeat(512)}${']'.repeat(512)}}`, 'too deep'],
    ['\uFEFF{}', 'a byte order mark'],
    [`{"a":"${'\uFFFD'}"}`, 'a replacement character'],
  ])('on JSON: %j (%s)', (text, what) => {
    agree(utf8.encode(text), what)
  })

  test('on bytes in JSON that are not UTF-8, which the API server accepts', () => {
    const bytes = Uint8Array.from([...utf8.encode('{"a":"'), 0xff, 0xc3, ...utf8.encode('"}')])
    agree(bytes, 'not UTF-8')
    expect(checkValue(bytes).fault).toBeUndefined()
  })

  test.each(['a0', 'a1416101', 'a2416101416102', 'a161611bffffffffffffffff', 'a161613bffffffffffffffff', 'a16161f97e00', 'a1616161ff'])(
    'on CBOR %s',
    (hex) => agree(new Uint8Array(Buffer.from(`d9d9f7${hex}`, 'hex')), hex),
  )
  test.each(['a1616141ff', 'a10102', 'a16161c2410a', 'a16161e0', 'a16161f7', '80', '00', 'a16161d9d9f7a0', 'bf6161ff', 'a16161ff', 'a0a0'])(
    'on CBOR %s',
    (hex) => agree(new Uint8Array(Buffer.from(`d9d9f7${hex}`, 'hex')), hex),
  )
})

// A hand-written protobuf encoder.
function varint(value: number): number[] {
  const out: number[] = []
  let n = value
  for (; n > 127; n = Math.floor(n / 128)) out.push((n % 128) | 128)
  return [...out, n]
}
type Part = number[] | string
const bytesOf = (part: Part) => (typeof part === 'string' ? [...utf8.encode(part)] : part)
const field = (number: number, ...parts: Part[]) => {
  const content = parts.flatMap(bytesOf)
  return [...varint((number << 3) | 2), ...varint(content.length), ...content]
}
const stored = (apiVersion: string, kind: string, ...parts: number[][]) =>
  Uint8Array.from([...utf8.encode('k8s\0'), ...field(1, field(1, apiVersion), field(2, kind)), ...field(2, parts.flat()), 0x1a, 0, 0x22, 0])

describe('reports where the first fault is', () => {
  const container = field(2, field(1, 'c'), field(2, 'nginx'))
  /** Field 9 of a pod's spec with wire type 6. */
  const broken = [...container, (9 << 3) | 6, ...bytesOf('\u0007default')]

  test.each([
    ['a pod', stored('v1', 'Pod', field(1, field(1, 'a')), field(2, broken)), '.spec.serviceAccount', 'Field 9 has wire type 6'],
    [
      'the template of a stateful set, which no rule reads',
      stored('apps/v1', 'StatefulSet', field(1, field(1, 'a')), field(2, field(3, field(2, broken)))),
      '.spec.template.spec.serviceAccount',
      'Field 9 has wire type 6',
    ],
    [
      'an element of a list',
      stored('v1', 'Pod', field(2, container, container, field(2, field(1, 'c'), [0x1a, 0x20, 1]))),
      '.spec.containers[2].command',
      'runs past the end of its message',
    ],
    [
      'a key of a map, which is not quoted',
      stored('v1', 'ConfigMap', field(2, field(1, 's3cret'), [0x12, 0x7f])),
      '.data[*]',
      'The value of a map entry runs past it',
    ],
    [
      'a quantity',
      stored('v1', 'ResourceQuota', field(2, field(1, field(1, 'cpu'), field(2, field(1, 'lots'))))),
      '.spec.hard[*]',
      'not a quantity',
    ],
    [
      'what is embedded',
      stored('apps/v1', 'ControllerRevision', field(2, field(1, '{"a":'))),
      '.data',
      'An embedded document does not decode',
    ],
    [
      'an inlined member',
      stored('v1', 'PersistentVolume', field(2, field(2, [0x1a, 9]))),
      '.spec.hostPath',
      'runs past the end of its message',
    ],
    ['the object itself', stored('v1', 'ConfigMap', [7 << 3]), '', 'Field 7'],
  ])('%s', (_, bytes, path, message) => {
    const { fault } = checkValue(bytes)
    expect(fault).toMatchObject({ path })
    expect(inEnglish(fault?.says ?? [])).toContain(message)
    expect(JSON.stringify(fault)).not.toContain('s3cret')
    agree(bytes, path)
  })

  test('a length enlarged by one flipped bit', () => {
    const bytes = stored('v1', 'ConfigMap', field(1, field(1, 'flip')), field(2, field(1, 'aaaaaaaaaaaa'), field(2, 'b')))
    const at = Buffer.from(bytes).indexOf('aaaa')
    bytes[at - 1] = (bytes[at - 1] ?? 0) ^ 0x40
    const { fault } = checkValue(bytes)
    expect([fault?.path, inEnglish(fault?.says ?? [])]).toEqual(['.data', 'The key of a map entry runs past its end.'])
    agree(bytes, 'flip')
  })

  test('fields of a newer Kubernetes are not faults, and are counted', () => {
    const bytes = stored('v1', 'ConfigMap', field(1, field(1, 'a')), field(900, 'new'), [...varint(901 << 3), 1])
    expect(checkValue(bytes)).toEqual({ fault: undefined, unknownFields: 2, unknownKind: false })
  })

  test('an unknown kind is not a fault, unless it is not protobuf', () => {
    const whole = stored('metrics.k8s.io/v1beta1', 'Thing', field(1, field(1, 'a')), field(2, 'x'))
    expect(checkValue(whole)).toMatchObject({ fault: undefined, unknownKind: true })
    const cut = stored('metrics.k8s.io/v1beta1', 'Thing', [0x12, 0x7f])
    expect(checkValue(cut)).toMatchObject({ fault: { says: [{ code: 'object-not-protobuf' }] }, unknownKind: true })
    agree(whole, 'whole')
    agree(cut, 'cut')
  })

  test('nesting is limited', () => {
    // A schema within a schema: the member `not`.
    let schema: number[] = []
    for (let i = 0; i < 600; i++) schema = field(28, schema)
    const bytes = stored('apiextensions.k8s.io/v1', 'CustomResourceDefinition', field(2, field(7, field(4, field(1, schema)))))
    expect(checkValue(bytes).fault?.says).toEqual([{ code: 'messages-nested', params: { most: 512 } }])
    agree(bytes, 'deep')
  })
})

test('errors beyond the listed problems are still found by the full decoder', () => {
  // Each data key is written twice, 600 times over; then a value that is cut.
  const twice = Array.from({ length: 600 }, (_, i) => field(2, field(1, `k${i % 2}`), field(2, 'b'))).flat()
  const bytes = stored('v1', 'ConfigMap', twice, field(2, field(1, 'a'), [0x12, 0x7f]))
  agree(bytes, 'many')
  expect(checkValue(bytes).fault).toBeDefined()
})
