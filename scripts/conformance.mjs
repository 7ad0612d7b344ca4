// Decodes every GROUP.VERSION.KIND.pb under a folder and compares it with the .json beside it: Kubernetes' own serialisation fixtures.
// Usage: npm run conformance -- DIR [DIR…]. One line per difference, then "N passed, N failed"; exit 1 on any failure. Kinds that API servers never
// store have no descriptor: they are listed and skipped.
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { basename, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const dirs = process.argv.slice(2)
if (dirs.length === 0) {
  console.error(
    'usage: npm run conformance -- DIR\nDIR holds <group>.<version>.<Kind>.pb and .json pairs, at any depth, as testdata/ of github.com/kubernetes/api does',
  )
  process.exit(2)
}
for (const dir of dirs) {
  if (!existsSync(dir) || !statSync(dir).isDirectory()) {
    console.error(`conformance: ${dir} is not a folder; name one that holds .pb and .json pairs`)
    process.exit(2)
  }
}

const built = spawnSync('npx', ['tsc', '-b', 'packages/kube'], { cwd: root, encoding: 'utf8' })
if (built.status !== 0) {
  console.error(`conformance: packages/kube does not build\n${built.stdout}${built.stderr}`)
  process.exit(2)
}
const { ExactNumber, isObject, parseExactJson, whyNeverStored } = await import('../packages/kube/dist/index.js')
const { decode } = await import('../packages/kube/dist/open.js')

function* pairs(dir) {
  for (const entry of readdirSync(dir, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = join(dir, entry.name)
    if (entry.isDirectory()) yield* pairs(path)
    else if (entry.name.endsWith('.pb')) {
      const base = path.slice(0, -3)
      // A newer release's version of an older object; if its JSON is unchanged, Kubernetes keeps it once.
      const json = [base, base.replace(/\.after_roundtrip$/, '')].find((one) => existsSync(`${one}.json`))
      if (json === undefined) alone += 1
      else yield { base, json: `${json}.json` }
    }
  }
}

const show = (value) => {
  if (value === undefined) return '(absent)'
  const text = JSON.stringify(value, (_, v) => (typeof v === 'bigint' ? `${v}n` : v))
  return text.length > 100 ? `${text.slice(0, 100)}…` : text
}

/** The differences between two JSON values, as lines; key order does not count, null and absent differ. */
function differences(actual, expected, path, out) {
  if (Array.isArray(actual) && Array.isArray(expected)) {
    for (let i = 0; i < Math.max(actual.length, expected.length); i++) differences(actual[i], expected[i], `${path}[${i}]`, out)
  } else if (isObject(actual) && isObject(expected)) {
    for (const key of new Set([...Object.keys(expected), ...Object.keys(actual)]))
      differences(actual[key], expected[key], `${path}.${key}`, out)
  } else if (
    !Object.is(actual, expected) &&
    !(actual === 0 && expected === 0) &&
    !(actual instanceof ExactNumber && String(actual) === String(expected))
  ) {
    out.push(`${path}: decoded ${show(actual)}, expected ${show(expected)}`)
  }
  return out
}

/** `apps.v1.Deployment` or `policy.v1.Eviction.after_roundtrip` → its apiVersion and kind, even if the value lacks them. */
function typeOf(base) {
  const parts = basename(base)
    .replace(/\.after_roundtrip$/, '')
    .split('.')
  const kind = parts.pop() ?? ''
  const version = parts.pop() ?? ''
  const group = parts.join('.')
  return { apiVersion: group === 'core' || group === '' ? version : `${group}/${version}`, kind }
}

let passed = 0
let failed = 0
/** Bytes without a JSON file to compare. */
let alone = 0
/** Kinds without a descriptor because API servers never store them, with the number of their files; packages/kube/README.md says why. */
const neverStored = new Map()
for (const dir of dirs) {
  for (const { base, json } of pairs(dir)) {
    const name = relative(dir, base)
    const expected = parseExactJson(readFileSync(json, 'utf8'))
    if (expected.error !== undefined) {
      failed += 1
      console.log(`${name}: the .json is malformed: ${expected.error}`)
      continue
    }
    const bytes = readFileSync(`${base}.pb`)
    const type = typeOf(base)
    // An unset creationTimestamp is null up to Kubernetes 1.33 and omitted since: the stored bytes are the same, so one mode must fit the whole file.
    const runs = ['omit', 'null'].map((zeroCreationTimestamp) => {
      const decoded = decode(bytes, { zeroCreationTimestamp })
      const lines = differences(decoded.object ?? decoded.value, expected.value, '', [])
      if (decoded.schemaless) lines.unshift(`: no descriptor for ${type.apiVersion} ${type.kind} (${lines.length} differences)`)
      else for (const field of decoded.unknownFields) lines.push(`${field.path}: unknown field ${field.number}`)
      for (const problem of decoded.problems) if (problem.severity === 'error') lines.push(`${problem.path}: ${problem.message}`)
      return { lines: decoded.schemaless ? lines.slice(0, 1) : lines, schemaless: decoded.schemaless }
    })
    const best = runs[0].lines.length <= runs[1].lines.length ? runs[0] : runs[1]
    const why = whyNeverStored(type.apiVersion, type.kind)
    if (best.lines.length === 0) passed += 1
    else if (best.schemaless && why !== undefined) {
      const id = `${type.apiVersion} ${type.kind}`
      neverStored.set(id, { why, files: (neverStored.get(id)?.files ?? 0) + 1 })
    } else {
      failed += 1
      for (const line of best.lines) console.log(`${name}${line}`)
    }
  }
}
if (alone > 0) console.log(`left out: ${alone} .pb files have no .json beside them`)
if (neverStored.size > 0) {
  let files = 0
  for (const [id, { why, files: own }] of [...neverStored].sort()) {
    files += own
    console.log(`never stored: ${id}, ${why}`)
  }
  console.log(`left out: ${files} files of ${neverStored.size} kinds that no API server stores`)
}
console.log(`${passed} passed, ${failed} failed`)
// Nothing to compare means a wrong folder, not success.
if (passed + failed === 0) console.error(`conformance: no .pb and .json pairs under ${dirs.join(', ')}`)
process.exit(failed === 0 && passed > 0 ? 0 : 1)
