// `npm run bench -- [NAME] [flags]`: builds, runs bench/NAME.mjs or every benchmark, ends with one table of all verdicts, and keeps them as JSON.
// `npm run bench -- compare A.json B.json` compares two of these files.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { build, checkNode, install } from './start.mjs'

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..')
checkNode()
await install()
const { commitOf, compareResults, machine, printResults, readClaims, saveResults } = await import('../bench/support/results.mjs')

/** Compares two files of results; with others, `compare` is the benchmark of the comparison page. */
const [first, ...rest] = process.argv.slice(2)
if (first === 'compare' && rest.length === 2 && rest.every((name) => name.endsWith('.json'))) {
  compareResults(...rest.map((name) => path.resolve(process.env.INIT_CWD ?? '.', name)))
  process.exit()
}

// generate.mjs fills an etcd; it measures nothing.
const all = readdirSync(path.join(root, 'bench'))
  .filter((file) => file.endsWith('.mjs'))
  .map((file) => file.slice(0, -'.mjs'.length))
const named = first !== undefined && !first.startsWith('-')
if (named && !all.includes(first)) {
  process.stderr.write(`There is no benchmark "${first}"; there are ${all.join(', ')}.\n`)
  process.exit(2)
}
build()
const flags = named ? rest : process.argv.slice(2)
const scratch = mkdtempSync(path.join(os.tmpdir(), 'registree-bench-'))
const lines = path.join(scratch, 'claims')
const [loadBefore = 0] = os.loadavg()
for (const name of named ? [first] : all.filter((one) => one !== 'generate')) {
  process.stdout.write(`\n== ${name}\n`)
  const { status } = spawnSync(process.execPath, [path.join(root, 'bench', `${name}.mjs`), ...flags], {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, REGISTREE_BENCH_RESULTS: lines },
  })
  if (status !== 0) process.exitCode = 1
}
const claims = readClaims(lines)
rmSync(scratch, { recursive: true, force: true })
if (claims.length > 0) {
  const results = { at: new Date().toISOString(), commit: commitOf(root), machine: machine(loadBefore), claims }
  printResults(results)
  process.stdout.write(`  kept in ${path.relative(root, saveResults(path.join(root, 'bench-results'), results))}\n`)
}
