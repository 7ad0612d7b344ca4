// `npm run check`: the quick lane. Format, lint, types, layers and the tests that start no program run side by side, two cores' worth.
import { spawn } from 'node:child_process'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..')
const bin = (name) => path.join(root, 'node_modules', '.bin', name)

const started = performance.now()
const checks = await Promise.all([
  check('tests', [bin('vitest'), ['run', '--project', 'quick', '--reporter=minimal']]),
  // One after the other: together with the tests they fill two cores.
  check(
    'format, lint, types, layers',
    [bin('biome'), ['check', '--error-on-warnings', '.']],
    [bin('tsc'), ['-b', 'tsconfig.json']],
    [bin('tsc'), ['-p', 'tsconfig.tests.json']],
    [process.execPath, ['scripts/check-layers.mjs']],
    [bin('knip'), ['--no-progress']],
  ),
])
for (const { name, ok, seconds } of checks)
  process.stdout.write(`${ok ? 'ok    ' : 'FAILED'}  ${name.padEnd(28)} ${seconds.toFixed(1).padStart(6)} s\n`)
process.exitCode = checks.every(({ ok }) => ok) ? 0 : 1

/** Runs the commands in turn, all of them, and prints what they wrote when the last has ended. */
async function check(name, ...commands) {
  let output = ''
  let ok = true
  for (const [command, args] of commands) {
    const { code, text } = await run(command, args)
    output += text
    ok &&= code === 0
  }
  process.stdout.write(`\n== ${name}\n${output}`)
  return { name, ok, seconds: (performance.now() - started) / 1000 }
}

function run(command, args) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd: root, shell: process.platform === 'win32' })
    let text = ''
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (chunk) => (text += chunk))
    child.on('error', ({ message }) => resolve({ code: 1, text: `${text}${message}\n` }))
    child.on('close', (code) => resolve({ code, text }))
  })
}
