// Hostile bytes: mutated and invented values never throw, stay within limits, and never lose bytes silently.
// REGISTREE_FUZZ_RUNS sets how many (20,000 by default; a million takes a few minutes).
import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { toJsonText } from '../render/render-json.ts'
import { renderYaml } from '../render/render-yaml.ts'
import type { DecodedValue } from '../value/types.ts'
import type { KubeObject } from '../value/value.ts'
import { decode } from './decode.ts'
import { decodeFields, selectFields } from './decode-fields.ts'
import { cborOf, mutate, random } from './testing/mutations.ts'

const RUNS = Number(process.env.REGISTREE_FUZZ_RUNS ?? 20000)
const captured = JSON.parse(readFileSync(new URL('../../testdata/captured.json', import.meta.url), 'utf8')) as {
  value: string
  expected: KubeObject
}[]
const fields = selectFields(['.metadata.name', '.metadata.labels', '.spec', '.status.phase'])

const seeds: Uint8Array[] = captured
  .filter((entry) => entry.value.length < 16000)
  .flatMap((entry) => [
    new Uint8Array(Buffer.from(entry.value, 'base64')),
    new TextEncoder().encode(toJsonText(entry.expected)),
    Uint8Array.from([0xd9, 0xd9, 0xf7, ...cborOf(entry.expected)]),
  ])

/** Invariants for any bytes. */
function check(bytes: Uint8Array): DecodedValue {
  const decoded = decode(bytes)
  if (decoded.problems.some((p) => p.says.some(({ code }) => code === 'decoder-failed')))
    throw new Error(`decoder fault on ${Buffer.from(bytes).toString('hex')}`)
  if (decoded.problems.length > 502 || decoded.unknownFields.length > 5000) throw new Error('unbounded report')
  return decoded
}

describe('mutated values', () => {
  it(`decodes ${RUNS} of them without throwing`, { timeout: 60_000 + RUNS }, () => {
    let damaged = 0
    for (let i = 0; i < RUNS; i++) {
      const from = seeds[random(seeds.length)] as Uint8Array
      const bytes = mutate(from)
      const decoded = check(bytes)
      if (decoded.problems.length > 0) damaged += 1
      if (i % 16 === 0) {
        check(bytes.subarray(random(4)))
        decodeFields(bytes, fields)
        if (decoded.object !== undefined) {
          toJsonText(decoded.object)
          renderYaml(decoded.object)
        }
      }
    }
    // Most mutations cause visible damage; the others change letters of a text.
    expect(damaged).toBeGreaterThan(RUNS / 4)
  })

  it('reports every truncation of a protobuf or CBOR value', () => {
    for (const bytes of seeds.filter((s) => s[0] !== 0x7b).slice(0, 60)) {
      const step = Math.max(1, Math.floor(bytes.length / 200))
      for (let size = 5; size < bytes.length; size += step)
        expect(check(bytes.subarray(0, size)).problems.length, `${size} of ${bytes.length}`).toBeGreaterThan(0)
    }
  })
})

describe('invented values', () => {
  const prefixes = [[], [0x6b, 0x38, 0x73, 0], [0xd9, 0xd9, 0xf7], [0x7b], [0x61, 0x7a, 0x68, 0x7a, 0x41]]
  it('decodes random bytes after every prefix', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...prefixes),
        fc.uint8Array({ maxLength: 300 }),
        (prefix, rest) => void check(Uint8Array.from([...prefix, ...rest])),
      ),
      {
        numRuns: Math.max(2000, RUNS / 10),
      },
    )
  })

  // `npm run bench -- decode` measures the time; a quadratic decoder would not finish here.
  it('finishes 1.5 MB of the worst kinds, with a limited report', () => {
    const size = 1_500_000
    const pod = [0x6b, 0x38, 0x73, 0, 10, 9, 10, 2, 0x76, 0x31, 18, 3, 0x50, 0x6f, 0x64]
    const other = [0x6b, 0x38, 0x73, 0, 10, 9, 10, 2, 0x78, 0x31, 18, 3, 0x50, 0x6f, 0x64]
    const body = (head: number[], fill: number[]): Uint8Array => {
      const content = new Uint8Array(size)
      for (let i = 0; i < size; i++) content[i] = fill[i % fill.length] as number
      return Uint8Array.from([...head, 18, (size & 127) | 128, ((size >> 7) & 127) | 128, size >> 14, ...content])
    }
    const nested = (head: number[]): Uint8Array => {
      let inner = Uint8Array.of()
      const chunks: number[] = []
      // Lengths grow outwards: built from the inside, each level is a field 2 around the previous one.
      for (let total = 0; total < 60000; ) {
        const length: number[] = []
        for (let rest = total; ; rest >>>= 7) {
          length.push((rest & 127) | (rest > 127 ? 128 : 0))
          if (rest <= 127) break
        }
        chunks.push(...length.reverse(), 18)
        total += length.length + 1
      }
      inner = Uint8Array.from(chunks.reverse())
      return Uint8Array.from([...head, ...inner])
    }
    const open = new TextEncoder()
    const inputs: [string, Uint8Array][] = [
      ['unknown fields', body(pod, [0xf8, 0x07, 1])],
      ['labels without end', body(pod, [10, 2, 90, 0])],
      ['empty containers', body(pod, [18, 2, 18, 0])],
      ['wrong wire types', body(pod, [8, 1])],
      ['varints that never end', body(pod, [0xff])],
      ['schema-less fields', body(other, [26, 2, 8, 1])],
      ['schema-less text or message', body(other, [18])],
      ['schema-less nesting', nested(other.slice(0, 4))],
      ['a pod in a pod', nested(pod)],
      ['CBOR lists', Uint8Array.from([0xd9, 0xd9, 0xf7, ...new Uint8Array(size).fill(0x9f)])],
      ['CBOR maps', Uint8Array.from([0xd9, 0xd9, 0xf7, ...new Uint8Array(size).fill(0xbf)])],
      ['CBOR empty lists', Uint8Array.from([0xd9, 0xd9, 0xf7, 0x9f, ...new Uint8Array(size).fill(0x80)])],
      ['JSON nesting', open.encode(`{"a":${'['.repeat(size)}`)],
      ['JSON digits', open.encode(`{"a":${'9'.repeat(size)}}`)],
      ['JSON exponents', open.encode(`[${'1e999,'.repeat(size / 6)}1]`)],
      ['JSON keys', open.encode(`{${'"a":1,'.repeat(size / 6)}"a":1}`)],
      ['JSON escapes', open.encode(`["${'\\'.repeat(size)}"]`)],
      ['JSON blanks', open.encode(`${' '.repeat(size)}{`)],
      ['base64', open.encode(`azhzA${'A'.repeat(size)}`)],
    ]
    for (const [name, bytes] of inputs) {
      const { problems, unknownFields } = decode(bytes)
      expect([problems.length <= 510, unknownFields.length <= 5000], name).toEqual([true, true])
    }
  })
})
