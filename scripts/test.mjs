// `npm test`: every check, one stage after the other; all stages run, and the last line counts the tests.
import { spawnSync } from 'node:child_process'
import { accessSync, chmodSync, constants, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { releases } from './etcd-versions.mjs'
import { checkNode, install } from './start.mjs'

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..')
const reports = mkdtempSync(path.join(tmpdir(), 'registree-test-'))
const stages = []
let passed = 0
let failed = 0
/** Named at the end: what a run printed of them may be thousands of lines above. */
const failures = []

checkNode()
install()
const env = { ...process.env }
tools()

const bin = (name) => path.join(root, 'node_modules', '.bin', name)
stage('format and lint', bin('biome'), ['ci', '--colors=off', '--error-on-warnings', '.'])
stage('unused code', bin('knip'), ['--no-progress'])
stage('types', bin('tsc'), ['-b', 'tsconfig.json'])
stage('types of the tests', bin('tsc'), ['-p', 'tsconfig.tests.json'])
stage('layers', process.execPath, ['scripts/check-layers.mjs'])
// The browser and a few integration tests run the built server; the unit tests read the sources.
stage('build', 'npm', ['run', '--silent', 'build'])
tests(
  'unit and integration',
  bin('vitest'),
  ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${report('vitest')}`],
  countVitest,
)
tests('browser', bin('playwright'), ['test', '--reporter=list,json'], countPlaywright, {
  PLAYWRIGHT_JSON_OUTPUT_NAME: report('playwright'),
})

rmSync(reports, { recursive: true, force: true })
process.stdout.write('\n')
for (const { name, ok, seconds, note } of stages) {
  process.stdout.write(
    `${ok ? 'ok    ' : 'FAILED'}  ${name.padEnd(22)} ${seconds.toFixed(1).padStart(6)} s${note === '' ? '' : `  ${note}`}\n`,
  )
}
for (const failure of failures) process.stdout.write(`\nfailed: ${failure}`)
if (failures.length > 0) process.stdout.write('\n')
process.stdout.write(`\n${passed} passed, ${failed} failed\n`)
process.exitCode = stages.every(({ ok }) => ok) && failed === 0 && passed > 0 ? 0 : 1

function stage(name, command, args, extra = {}) {
  process.stdout.write(`\n== ${name}\n`)
  const started = performance.now()
  const { status, signal } = spawnSync(command, args, {
    cwd: root,
    stdio: 'inherit',
    env: { ...env, ...extra },
    shell: process.platform === 'win32',
  })
  if (signal === 'SIGINT') process.exit(130)
  const done = { name, ok: status === 0, seconds: (performance.now() - started) / 1000, note: '' }
  stages.push(done)
  return done
}

function tests(name, command, args, count, extra = {}) {
  const done = stage(name, command, args, extra)
  const counted = count()
  if (counted === null) {
    // Nothing was counted: the run itself failed, whatever else passed.
    failed += 1
    done.ok = false
    done.note = 'no report: the run broke before its end'
    return
  }
  passed += counted.passed
  failed += counted.failed
  done.note = `${counted.passed} passed, ${counted.failed} failed${counted.skipped > 0 ? `, ${counted.skipped} skipped` : ''}`
  // A file that cannot be loaded fails the run without failing a test.
  if (!done.ok && counted.failed === 0) failed += 1
}

function report(name) {
  return path.join(reports, `${name}.json`)
}

function readReport(name) {
  try {
    return JSON.parse(readFileSync(report(name), 'utf8'))
  } catch {
    return null
  }
}

function countVitest() {
  const result = readReport('vitest')
  if (result === null) return null
  for (const { name, assertionResults, status, message } of result.testResults) {
    const file = path.relative(root, name)
    const titles = assertionResults.filter((one) => one.status === 'failed').map(({ fullName }) => fullName)
    if (status === 'failed' && titles.length === 0) titles.push(message.split('\n', 1)[0])
    failures.push(...titles.map((title) => `${file} › ${title}`))
  }
  return { passed: result.numPassedTests, failed: result.numFailedTests, skipped: result.numPendingTests + (result.numTodoTests ?? 0) }
}

function countPlaywright() {
  const result = readReport('playwright')
  if (result === null) return null
  const { stats, suites } = result
  failures.push(...suites.flatMap((suite) => failedSpecs(suite)))
  // A test that passed only when repeated has a fault.
  return { passed: stats.expected, failed: stats.unexpected + stats.flaky, skipped: stats.skipped }
}

/** Playwright nests `describe` blocks in suites; one spec runs once in each project. */
function failedSpecs({ file, specs = [], suites = [] }) {
  const here = specs.flatMap(({ title, tests }) =>
    tests.filter(({ status }) => status === 'unexpected' || status === 'flaky').map((one) => `${file} › ${title} [${one.projectName}]`),
  )
  return [...here, ...suites.flatMap((suite) => failedSpecs(suite))]
}

/** Finds etcd, curl, jq and Chromium, and installs them if a package manager can. If any is still missing, this stage fails, not the others. */
function tools() {
  process.stdout.write('\n== tools\n')
  const started = performance.now()
  const missing = []
  if (which('etcd') === null || which('etcdctl') === null) aptInstall(['etcd-server', 'etcd-client'], ['etcd'])
  for (const name of ['etcd', 'etcdctl']) {
    const found = which(name)
    if (found === null) missing.push(`${name} is not in PATH: install etcd 3.4 or newer (github.com/etcd-io/etcd/releases)`)
    else process.stdout.write(`${name}: ${found}\n`)
  }
  const all = releases()
  const built = all.filter(({ file }) => file !== null)
  process.stdout.write(`further releases: ${built.map(({ name }) => name).join(', ') || 'none'}\n`)
  if (built.length < all.length) process.stdout.write('"npm run etcd-versions" builds the others (it needs Go); their tests are skipped.\n')
  // The tests run copied commands.
  for (const name of ['curl', 'jq']) {
    if (which(name) === null) aptInstall([name])
    const found = which(name)
    if (found === null) missing.push(`${name} is not in PATH: install it with the package manager of this system`)
    else process.stdout.write(`${name}: ${found}\n`)
  }
  // The shell is the same Chromium without its own windows; the suite takes a third less processor time with it.
  const names = ['chromium-headless-shell', 'chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome']
  const chromium = () =>
    (env.CHROMIUM_PATH ? which(env.CHROMIUM_PATH) : names.map((name) => which(name)).find((found) => found !== null)) ?? null
  if (chromium() === null) aptInstall(['chromium-headless-shell'], ['chromium'])
  const browser = chromium()
  if (browser === null) missing.push('Chromium is not in PATH: install Chromium or Chrome, or set CHROMIUM_PATH to it')
  else {
    env.CHROMIUM_PATH = browser
    process.stdout.write(`chromium: ${browser}\n`)
  }
  for (const sentence of missing) process.stderr.write(`${sentence}\n`)
  stages.push({ name: 'tools', ok: missing.length === 0, seconds: (performance.now() - started) / 1000, note: missing.join('; ') })
}

function which(name) {
  const candidates = path.isAbsolute(name)
    ? [name]
    : (process.env.PATH ?? '').split(path.delimiter).map((folder) => path.join(folder, name))
  for (const file of candidates.flatMap((candidate) => (process.platform === 'win32' ? [`${candidate}.exe`, candidate] : [candidate]))) {
    try {
      accessSync(file, constants.X_OK)
      return file
    } catch {
      // Not in this folder.
    }
  }
  return null
}

/** Each list of packages is tried in turn. Services in a package are not started. */
function aptInstall(...choices) {
  if (which('apt-get') === null) return
  const root = process.getuid?.() === 0
  const sudo = root ? [] : which('sudo') === null ? null : ['sudo', '-n']
  if (sudo === null) return
  const apt = (args) => {
    const [command, ...rest] = [...sudo, 'env', 'DEBIAN_FRONTEND=noninteractive', 'apt-get', ...args]
    return spawnSync(command, rest, { stdio: 'inherit' }).status === 0
  }
  // A package's service start is checked with policy-rc.d; 101 forbids it (invoke-rc.d(8)).
  const policy = '/usr/sbin/policy-rc.d'
  const ours = root && !existsSync(policy)
  if (!root && !existsSync(policy)) {
    process.stdout.write('Not installing packages: only root can keep their services from starting (policy-rc.d).\n')
    return
  }
  try {
    if (ours) {
      writeFileSync(policy, '#!/bin/sh\nexit 101\n')
      chmodSync(policy, 0o755)
    }
    apt(['update', '-q'])
    for (const packages of choices) if (apt(['install', '-y', '-q', '--no-install-recommends', ...packages])) return
  } finally {
    if (ours) rmSync(policy, { force: true })
  }
}
