// YAML: kubectl's format, and lossless for YAML 1.1 and 1.2 readers.
import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parse, type Tags } from 'yaml'
import { ExactNumber, type KubeValue } from '../value/value.ts'
import { renderYaml } from './render-yaml.ts'

const versions = ['1.1', '1.2'] as const
// YAML 1.1's regular expressions read a dot without digits, and `e0`, as floats. kubectl prints both plain (the dot is in every managedFields), and
// no other reader minds: this one is told to require a digit before it.
const wantsDigit: (tags: Tags) => Tags = (tags) =>
  tags.map((tag) =>
    typeof tag === 'object' && 'test' in tag && (tag.test?.test('.') || tag.test?.test('e0'))
      ? { ...tag, test: new RegExp(`^(?=[-+]?[.]?[0-9])${tag.test.source.slice(1)}`) }
      : tag,
  )
const back = (text: string, version: '1.1' | '1.2'): unknown =>
  parse(text, { version, intAsBigInt: false, uniqueKeys: true, merge: version === '1.1', customTags: wantsDigit })

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
  bin: "a\\ab"
  cpu: 100m
  empty: ""
  glob: '*.conf'
  note: 'it: matters'
  port: "80"
  script: |
    line 1
      line 2
  "yes": "true"
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
  creationTimestamp: "2026-07-14T09:00:00Z"
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
    expect(text.split('\n').map((line) => line.replace(/: null$/, '').replace(/"/g, ''))).toEqual([
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

  // What go-yaml 2 prints, by its resolve.go, encode.go and emitterc.go.
  it.each([
    // Ambiguous when plain: double quotes.
    ['2026-07-14T09:00:00Z', '"2026-07-14T09:00:00Z"'],
    ['2026-07-14T09:00:00.123456Z', '"2026-07-14T09:00:00.123456Z"'],
    ['2026-07-14', '"2026-07-14"'],
    ['null', '"null"'],
    ['~', '"~"'],
    ['', '""'],
    ['y', '"y"'],
    ['Off', '"Off"'],
    ['0x1F', '"0x1F"'],
    ['0o17', '"0o17"'],
    ['007', '"007"'],
    ['1_000', '"1_000"'],
    ['1e3', '"1e3"'],
    ['.5', '".5"'],
    ['12:30:45', '"12:30:45"'],
    ['<<', '"<<"'],
    // An indicator in a significant position: single quotes.
    ['*.conf', "'*.conf'"],
    ['a: b', "'a: b'"],
    ['a:', "'a:'"],
    ['a #b', "'a #b'"],
    ["'a", "'''a'"],
    ['- a', "'- a'"],
    ['---', "'---'"],
    [' a', "' a'"],
    ['a ', "'a '"],
    ['{{ .x }}', "'{{ .x }}'"],
    ['@a', "'@a'"],
    // Neither: plain.
    ['v1', 'v1'],
    ['.', '.'],
    ['10m', '10m'],
    ['1.2.3', '1.2.3'],
    ['10.0.0.1:80', '10.0.0.1:80'],
    ['12:34:56:78:9a:bc', '12:34:56:78:9a:bc'],
    ['2026-07-14-backup', '2026-07-14-backup'],
    ['True story', 'True story'],
    ["it's", "it's"],
    ['say "hello"', 'say "hello"'],
    ['a, b', 'a, b'],
    ['-a', '-a'],
    [':a', ':a'],
    ['привет', 'привет'],
    ['sha256:0123', 'sha256:0123'],
    ['https://example.com/?a=b&c=d#e', 'https://example.com/?a=b&c=d#e'],
    // Not printable: double quotes with escapes.
    ['a\tb', '"a\\tb"'],
    ['\u001b[31m', '"\\e[31m"'],
    ['\u0001', '"\\x01"'],
    ['\u{1f600}', '"\\U0001F600"'],
    ['\ufeff', '"\\uFEFF"'],
    // Several lines: a literal block, unless a line ends in a space or contains a tab.
    ['a\nb\n', '|\n  a\n  b'],
    ['a\nb', '|-\n  a\n  b'],
    ['a\n\n', '|+\n  a\n'],
    ['  a\nb\n', '|2\n    a\n  b'],
    ['a \nb\n', '"a \\nb\\n"'],
    ['a\n\tb\n', '"a\\n\\tb\\n"'],
    ['a\r\nb', '"a\\r\\nb"'],
  ])('prints %j as go-yaml does', (text, printed) => {
    expect(renderYaml({ k: text })).toBe(`k: ${printed}\n`)
  })

  it('prints floats as Go does, and a key of more than 128 bytes explicitly', () => {
    expect(renderYaml([0.5, -1234567.5, 0.00001, 1e21, 1e6])).toBe('- 0.5\n- -1.2345675e+06\n- 1e-05\n- 1e+21\n- 1000000\n')
    expect(renderYaml({ ['k'.repeat(128)]: 1, ['l'.repeat(129)]: 1 })).toBe(`${'k'.repeat(128)}: 1\n? ${'l'.repeat(129)}\n: 1\n`)
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
})
