// YAML: kubectl's shape, and every value back again from YAML 1.1 and 1.2 readers.
import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { ExactNumber, type KubeValue } from '../value.ts'
import { renderYaml } from './render-yaml.ts'

const versions = ['1.1', '1.2'] as const
const back = (text: string, version: '1.1' | '1.2'): unknown =>
  parse(text, { version, intAsBigInt: false, uniqueKeys: true, merge: version === '1.1' })

describe('renderYaml', () => {
  it('prints as kubectl does', () => {
    expect(
      renderYaml({
        kind: 'ConfigMap',
        apiVersion: 'v1',
        metadata: { name: 'a', creationTimestamp: '2026-07-14T09:00:00Z', labels: {}, finalizers: ['x/y', 'z'], generation: 2 },
        data: {
          script: 'line 1\n  line 2\n',
          yes: 'true',
          port: '80',
          cpu: '100m',
          empty: '',
          note: 'it: matters',
          glob: '*.conf',
          bin: 'a\u0007b',
        },
        list: [{ b: 1, a: [1, [2, 3], {}] }, 'text\nmore', null],
      }),
    ).toBe(`apiVersion: v1
data:
  bin: "a\\x07b"
  cpu: 100m
  empty: ''
  glob: '*.conf'
  note: 'it: matters'
  port: '80'
  script: |
    line 1
      line 2
  'yes': 'true'
kind: ConfigMap
list:
- a:
  - 1
  - - 2
    - 3
  - {}
  b: 1
- |-
  text
  more
- null
metadata:
  creationTimestamp: '2026-07-14T09:00:00Z'
  finalizers:
  - x/y
  - z
  generation: 2
  labels: {}
  name: a
`)
  })

  it("sorts keys in go-yaml's natural order", () => {
    const keys = ['a10', 'a2', 'a', 'b', 'B', 'a-b', 'a1b', '1', '10', '2', '.', 'f:x']
    const text = renderYaml(Object.fromEntries(keys.map((key) => [key, null])))
    expect(text.split('\n').map((line) => line.replace(/: null$/, '').replace(/'/g, ''))).toEqual([
      '.',
      '1',
      '2',
      '10',
      'B',
      'a',
      'a-b',
      'a1b',
      'a2',
      'a10',
      'b',
      'f:x',
      '',
    ])
  })

  it('keeps numbers as they are written', () => {
    expect(renderYaml({ big: 9223372036854775807n, exact: new ExactNumber('1e400'), zero: -0 })).toBe(
      'big: 9223372036854775807\nexact: 1e400\nzero: -0\n',
    )
  })

  const awkward = fc.constantFrom(
    ...[
      '~',
      'null',
      'Null',
      'yes',
      'No',
      'on',
      'OFF',
      'y',
      'n',
      'true',
      '=',
      '<<',
      '0x1F',
      '0o17',
      '017',
      '1_000',
      '1:30',
      '190:20:30',
      '2026-01-01',
      '2026-01-01T00:00:00Z',
      '1e3',
      '.5',
      '5.',
      '+1',
      '.inf',
      '-.inf',
      '.NaN',
      '0b101',
    ],
    ...[
      '- a',
      '-',
      '? a',
      ':',
      'a:',
      'a: b',
      'a #b',
      '#a',
      '&a',
      '*a',
      '!a',
      '|',
      '>',
      '%a',
      '@a',
      '`a',
      '"a',
      "'a",
      '[a',
      '{a',
      ']',
      '}',
      ',',
      ' a',
      'a ',
      '\ta',
      'a\t',
      '---',
      '...',
      '--- a',
      "it's",
      '\\',
      '"',
      '\u0085',
      '\u2028',
      '\ufeff',
      '\u007f',
      '\ud83d\ude00',
      '\ud800',
    ],
    ...[
      '\n',
      '\n\n',
      'a\n',
      'a\n\n',
      '\na',
      '\n a',
      ' a\nb',
      'a\n b',
      'a \nb',
      'a\n\n\nb\n',
      'a\r\nb',
      '\ta\nb',
      'a\n\tb',
      '\n\ta',
      'a\n---\nb',
      'a\n...\n',
      '#a\nb',
      'a: b\nc: d\n',
      '   \n  a',
      'a\n   ',
      'a\n   \n',
      '- x\n- y',
      '{{ .x }}',
      'http://x/y?z=1&a',
      'a=b',
      'k:v',
      '12:34:56:78',
      '10.0.0.1',
      '1.2.3',
      '1,000',
      '2Gi',
      '1d',
      '00',
      '-1',
      '- ',
    ],
  )
  const text = fc.oneof(
    awkward,
    fc.string({ unit: 'binary', maxLength: 12 }),
    fc.string({ maxLength: 20 }),
    fc.tuple(awkward, awkward).map(([a, b]) => a + b),
    fc.stringMatching(/^[0-9a-z+:._\- \n#eExX]{0,9}$/),
  )
  const tree = fc.letrec((tie) => ({
    value: fc.oneof(
      { maxDepth: 4 },
      text,
      fc.constant(null),
      fc.boolean(),
      fc.integer(),
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.array(tie('value'), { maxLength: 4 }),
      fc.dictionary(text, tie('value'), { maxKeys: 4 }),
    ),
  })).value

  for (const version of versions) {
    it(`reads back the same in YAML ${version}`, () => {
      fc.assert(
        fc.property(tree, (value) => {
          const yaml = renderYaml(value as KubeValue)
          expect(back(yaml, version), yaml).toEqual(value)
        }),
        { numRuns: Number(process.env.REGISTREE_PROPERTY_RUNS ?? 3000) },
      )
    })

    it(`reads back every captured object in YAML ${version}`, () => {
      const captured = JSON.parse(readFileSync(new URL('../../testdata/captured.json', import.meta.url), 'utf8')) as {
        expected: KubeValue
      }[]
      for (const { expected } of captured) expect(back(renderYaml(expected), version)).toEqual(expected)
    })
  }

  it('prints 1.5 MB in well under 200 ms', () => {
    const item = {
      name: 'web-0',
      image: 'registry.example/web:1.2.3',
      env: [{ name: 'A', value: 'true' }],
      script: 'a\nb\n',
      n: 12,
      when: '2026-07-14T09:00:00Z',
    }
    const value = Array.from({ length: 12000 }, () => item)
    const size = JSON.stringify(value).length
    expect(size).toBeGreaterThan(1_500_000)
    renderYaml(value.slice(0, 1000))
    // The best of three: the machine may be busy with something else in any one of them.
    const times = [0, 1, 2].map(() => {
      const start = performance.now()
      renderYaml(value)
      return performance.now() - start
    })
    expect(Math.min(...times)).toBeLessThan(200)
  })
})
