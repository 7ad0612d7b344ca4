// Limits on a value's elements; unselected parts are not built at all. Measured by counts, not by time.
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { checkJson } from '../json/check-json.ts'
import { toJsonText } from '../render/render-json.ts'
import { customResource, HOSTILE_VALUES, podOfContainers } from '../testing/hostile-values.ts'
import { isObject } from '../value/fields.ts'
import type { DecodedValue } from '../value/types.ts'
import { ExactNumber, type KubeObject, type KubeValue } from '../value/value.ts'
import { decode } from './decode.ts'
import { decodeFields, selectFields } from './decode-fields.ts'
import { cborOf, mutate } from './testing/mutations.ts'

/** Number of members, items and messages built below the object. */
function builtIn(decoded: DecodedValue): number {
  let count = 0
  const open: KubeValue[] = [decoded.object ?? decoded.value ?? null]
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    const inside = Array.isArray(at) ? at : isObject(at) ? Object.values(at) : []
    count += inside.length
    for (const one of inside) open.push(one)
  }
  return count
}

describe('a value of a megabyte', () => {
  test.each(HOSTILE_VALUES.map(({ what, make }) => [what, make('hostile')] as const))('%s stays within the limit', (_, bytes) => {
    expect(bytes.length).toBeLessThan(1.5 * 1024 * 1024)
    const most = 2000
    const decoded = decode(bytes, { maxElements: most })
    // A message has a few members of its own.
    expect(builtIn(decoded)).toBeLessThanOrEqual(3 * most + 20)
    const said = decoded.problems.some(({ message }) => message.includes('more than 2,000 members and list items'))
    expect(said).toBe(decoded.incomplete === true)
    const whole = decode(bytes, { maxElements: 10_000_000 })
    expect(whole.incomplete).toBeUndefined()
    expect(builtIn(whole) > 3 * most + 20).toBe(decoded.incomplete === true && builtIn(whole) > 3 * most + 20)
    if (decoded.incomplete) expect(builtIn(decoded)).toBeLessThan(builtIn(whole))
    else expect(decoded).toEqual(whole)
  })

  test.each(HOSTILE_VALUES.map(({ what, make }) => [what, make('hostile')] as const))(
    '%s: of a few fields only those are built',
    (_, bytes) => {
      const decoded = decodeFields(bytes, selectFields(['.metadata.name']))
      expect(builtIn(decoded)).toBeLessThan(10)
      expect(decoded.incomplete).toBeUndefined()
      expect(decoded.object).toBeDefined()
    },
  )

  test('shows the beginning, and the rest beyond the limit is still checked', () => {
    const text = customResource('x', `[${'1,'.repeat(5000)}1]`)
    const decoded = decode(text, { maxElements: 100 })
    expect((decoded.object as { metadata: unknown }).metadata).toEqual({ name: 'x', namespace: 'shop' })
    expect((decoded.object as { spec: unknown[] }).spec.length).toBeGreaterThan(50)
    const broken = Buffer.from(`${Buffer.from(text).toString().slice(0, -2)}x}`)
    expect(decode(broken, { maxElements: 100 }).problems).toContainEqual(expect.objectContaining({ severity: 'error' }))
    expect(decode(broken, { maxElements: 100 }).incomplete).toBeUndefined()
  })

  test('a list that is only counted has empty items and costs almost nothing', () => {
    const counted = selectFields(['.metadata.name', '.spec.containers[#]'])
    const pod = decodeFields(podOfContainers('p', 500_000), counted, { maxElements: 40_000 })
    const { containers } = (pod.object as { spec: { containers: KubeValue[] } }).spec
    expect(pod.incomplete).toBeUndefined()
    expect(containers).toHaveLength(500_000)
    expect(new Set(containers).size).toBe(1)
    expect(containers[0]).toEqual({})
    const more = decodeFields(podOfContainers('p', 500_000), counted, { maxElements: 10_000 })
    expect(more.incomplete).toBe(true)
    // If a rule needs more of the items, that is read.
    expect((decodeFields(customResource('x', '[{"a":1,"b":2}]'), ['.spec[#]', '.spec[*].a']).object as KubeObject).spec).toEqual([{ a: 1 }])
    for (const written of ['[{"a":1},{"b":[]},3]', ' [ {"a":1.50} , {"b":[]} , 3 ] '].map((spec) => customResource('x', spec)))
      expect((decodeFields(written, ['.spec[#]']).object as KubeObject).spec).toEqual([{}, {}, null])
  })
})

describe('a selection', () => {
  const captured = JSON.parse(readFileSync(new URL('../../testdata/captured.json', import.meta.url), 'utf8')) as { expected: KubeObject }[]
  const SELECTIONS = [
    ['.metadata.name'],
    ['.metadata', '.status.phase'],
    ['.spec.containers[*].name', '.spec.template.spec.containers[*].image', '.status.conditions[*].type'],
    ['.spec.containers[#]', '.metadata.labels', '.metadata.managedFields[*].fieldsV1'],
    ['.nothing.of.this', '.data'],
  ]

  /** The selected part of a completely read value. */
  function part(value: KubeValue, paths: readonly string[]): KubeValue {
    const tree = selectFields(paths).tree
    const of = (at: KubeValue, wanted: typeof tree): KubeValue => {
      if (Array.isArray(at)) return at.map((item) => of(item, wanted))
      if (!isObject(at)) return at
      const kept: KubeObject = {}
      for (const [name, inside] of wanted) {
        if (!Object.hasOwn(at, name)) continue
        const member = at[name] as KubeValue
        kept[name] =
          inside === true
            ? member
            : inside === 'count'
              ? Array.isArray(member)
                ? member.map((item) => (isObject(item) ? {} : null))
                : member
              : of(member, inside)
      }
      return kept
    }
    const { apiVersion, kind } = value as KubeObject
    return {
      ...(apiVersion === undefined ? {} : { apiVersion }),
      ...(kind === undefined ? {} : { kind }),
      ...(of(value, tree) as KubeObject),
    }
  }

  test('gives the same whether the rest is built and dropped, or skipped', () => {
    for (const { expected } of captured) {
      // A fraction that JSON.parse would change, so that the JavaScript parser has to read everything.
      const text = Buffer.from(toJsonText({ ...expected, zz: new ExactNumber('0.10000000000000000001') }))
      const cbor = Uint8Array.from([0xd9, 0xd9, 0xf7, ...cborOf(expected)])
      for (const paths of SELECTIONS) {
        const wanted = part(decode(text).object as KubeObject, paths)
        expect(decodeFields(text, paths).object).toEqual(wanted)
        expect(decodeFields(Buffer.from(toJsonText(expected)), paths).object).toEqual(part(expected, paths))
        expect(decodeFields(cbor, paths).object).toEqual(part(decode(cbor).object as KubeObject, paths))
      }
    }
  })

  test('still reports JSON that is truncated or invalid anywhere', () => {
    const seeds = captured
      .map(({ expected }) => Buffer.from(toJsonText({ ...expected, zz: new ExactNumber('1.0') })))
      .filter((one) => one.length < 8000)
    let wrong = 0
    for (let i = 0; i < 4000; i++) {
      const bytes = mutate(seeds[i % seeds.length] as Uint8Array)
      if (bytes[0] !== 0x7b) continue
      const decoded = decodeFields(bytes, SELECTIONS[i % SELECTIONS.length] as string[])
      const bad = decoded.object === undefined || decoded.problems.some(({ severity }) => severity === 'error')
      expect(bad, Buffer.from(bytes).toString()).toBe(checkJson(bytes, 0, bytes.length, 512) !== undefined)
      wrong += Number(bad)
    }
    expect(wrong).toBeGreaterThan(500)
  })

  test('keeps its position in damaged CBOR', () => {
    const seeds = captured
      .map(({ expected }) => Uint8Array.from([0xd9, 0xd9, 0xf7, ...cborOf(expected)]))
      .filter((one) => one.length < 8000)
    for (let i = 0; i < 4000; i++) {
      const bytes = mutate(seeds[i % seeds.length] as Uint8Array)
      const whole = decode(bytes)
      const some = decodeFields(bytes, SELECTIONS[i % SELECTIONS.length] as string[])
      // What can be read completely can be read partly.
      if (whole.encoding === 'cbor' && whole.problems.every(({ severity }) => severity !== 'error')) {
        expect(some.problems.filter(({ severity }) => severity === 'error')).toEqual([])
        expect(some.object === undefined).toBe(whole.object === undefined)
      }
    }
  })
})
