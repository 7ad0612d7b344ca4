// Checks that texts copied for kubectl and jq name the same field, by kubectl's own grammar and by the real jq in real shells.
import { execFileSync } from 'node:child_process'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Path } from './line-path.ts'
import { jqCommand, jsonPath, kubectlOption, pathCommands } from './path-commands.ts'

/** bash would read the user's startup files if its input is a socket. */
const SHELLS = { sh: [], bash: ['--norc', '--noprofile'] }
type Shell = keyof typeof SHELLS
const run = (shell: Shell, script: string, env: Record<string, string> = {}): string =>
  execFileSync(shell, [...SHELLS[shell], '-c', script], { env: { PATH: process.env.PATH, LC_ALL: 'C.UTF-8', ...env } }).toString()

/** The object in which `path` leads to `yes`; every wrong path leads to `no`. */
function holding(path: Path): unknown {
  const [step, ...rest] = path
  if (step === undefined) return 'yes'
  if (typeof step === 'number') return [...Array.from({ length: step }, () => 'no'), holding(rest)]
  // A name with a dot has a neighbour that a wrongly unescaped path would find.
  const [first = '', ...others] = step.split('.')
  const neighbour =
    others.length === 0 || first === '' ? {} : { [first]: others.reduceRight<unknown>((inner, name) => ({ [name]: inner }), 'no') }
  return { ...neighbour, [step]: holding(rest) }
}

/**
 * What `kubectl get -o jsonpath=` prints for a string field: fields and indices in the grammar of client-go's util/jsonpath/parser.go
 * (`parseInsideAction`, `parseField` and `parseArray`).
 */
function kubectl(template: string, object: unknown): unknown {
  const inner = /^\{(.*)\}$/s.exec(template)?.[1]
  if (inner === undefined) throw new Error(`no action: ${template}`)
  const characters = Array.from(inner)
  let at = 0
  let value = object as Record<string, unknown>
  while (at < characters.length) {
    const next = characters[at++]
    if (next === '.' && characters[at] !== '.') {
      let name = ''
      while (at < characters.length && !/[ \t\r\n.,[\]$@{}]/.test(characters[at] as string)) {
        name += characters[at]
        if (characters[at] === '\\') name += characters[++at] ?? ''
        at++
      }
      if (name === '*') throw new Error('a wildcard')
      name = name.replaceAll('\\', '')
      if (!Object.hasOwn(value, name)) throw new Error(`${name} is not found`)
      value = value[name] as Record<string, unknown>
    } else if (next === '[') {
      const end = characters.indexOf(']', at)
      const index = characters.slice(at, end).join('')
      if (!/^\d+$/.test(index)) throw new Error(`invalid array index ${index}`)
      value = (value as unknown as Record<string, unknown>[])[Number(index)] as Record<string, unknown>
      at = end + 1
    } else throw new Error(`unrecognized character in action: ${next}`)
  }
  return value
}

// The expected texts were tested with client-go's util/jsonpath v0.33: each of them finds its field.
test.each([
  [['spec', 'nodeName'], '{.spec.nodeName}'],
  [['data', 'app.properties'], '{.data.app\\.properties}'],
  [['data', '.dockerconfigjson'], '{.data.\\.dockerconfigjson}'],
  [['metadata', 'annotations', 'example.com/script'], '{.metadata.annotations.example\\.com/script}'],
  [['spec', 'containers', 0, 'image'], '{.spec.containers[0].image}'],
  [['a b', 'c,d', 'e[0]', '$f', '@g', '{h}', '*', 'i*'], '{.a\\ b.c\\,d.e\\[0\\].\\$f.\\@g.\\{h\\}.\\*.i*}'],
  [['..', "it's", 'a"b', 'é日本', '1', '-x'], `{.\\.\\..it's.a"b.é日本.1.-x}`],
  [['tab\tx', 'line\nx'], '{.tab\\\tx.line\\\nx}'],
  [[0, 'a'], '{[0].a}'],
] as [Path, string][])('kubectl finds %j at %s', (path, expected) => {
  expect(jsonPath(path)).toBe(expected)
  expect(kubectl(expected, holding(path))).toBe('yes')
})

test('what kubectl cannot name is offered for jq only', () => {
  expect(pathCommands(['data', 'back\\slash'], true).map(({ id }) => id)).toEqual(['jq'])
  expect(pathCommands(['data', ''], true).map(({ id }) => id)).toEqual(['jq'])
  expect(pathCommands(['Network'], false).map(({ id }) => id)).toEqual(['jq'])
  expect(pathCommands(['spec'], true)).toEqual([
    { id: 'kubectl', text: "-o jsonpath='{.spec}'" },
    { id: 'jq', text: 'jq -r .spec' },
  ])
})

const name = fc.oneof(
  fc.constantFrom(
    'app.properties',
    '.hidden',
    'a b',
    "it's",
    '"',
    '\\(1)',
    '\\',
    '$x',
    '-',
    'if',
    'a-b',
    '日本',
    '\u202e',
    '\n',
    '*',
    '..',
    '',
  ),
  fc.string({ unit: 'binary', minLength: 1, maxLength: 8 }).filter((text) => !text.includes('\0') && text !== '__proto__'),
)
const path = fc.array(fc.oneof(name, fc.integer({ min: 0, max: 3 })), { minLength: 1, maxLength: 5 })

describe.each(Object.keys(SHELLS) as Shell[])('in %s', (shell) => {
  test('jq prints the field, whatever its name', () => {
    fc.assert(
      fc.property(fc.array(path, { minLength: 1, maxLength: 12 }), (paths) => {
        const script = paths.map((one, i) => `printf '%s' "$object${i}" | ${jqCommand(one)}`).join('\n')
        const env = Object.fromEntries(paths.map((one, i) => [`object${i}`, JSON.stringify(holding(one))]))
        expect(run(shell, script, env)).toBe('yes\n'.repeat(paths.length))
      }),
      { numRuns: 8 },
    )
  })

  test('kubectl receives an expression that finds the field, whatever its name', () => {
    fc.assert(
      fc.property(fc.array(path, { minLength: 1, maxLength: 30 }), (paths) => {
        const options = paths.flatMap((one) => kubectlOption(one) ?? [])
        const named = paths.filter((one) => kubectlOption(one) !== null)
        const words = run(shell, `printf '%s\\0' ${options.map((option) => option.replace(/^-o jsonpath=/, '')).join(' ')}`).split('\0')
        expect(named.map((one, i) => kubectl(words[i] ?? '', holding(one)))).toEqual(named.map(() => 'yes'))
      }),
      { numRuns: 15 },
    )
  })
})
