// `npm run bench -- NAME [flags]`: builds, then runs bench/NAME.mjs, or every benchmark when none is named.
import { spawnSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { build, checkNode, install } from './start.mjs'

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..')
checkNode()
await install()

// generate.mjs fills an etcd; it measures nothing.
const all = readdirSync(path.join(root, 'bench'))
  .filter((file) => file.endsWith('.mjs'))
  .map((file) => file.slice(0, -'.mjs'.length))
const [first, ...rest] = process.argv.slice(2)
const named = first !== undefined && !first.startsWith('-')
if (named && !all.includes(first)) {
  process.stderr.write(`There is no benchmark "${first}"; there are ${all.join(', ')}.\n`)
  process.exit(2)
}
build()
const flags = named ? rest : process.argv.slice(2)
for (const name of named ? [first] : all.filter((one) => one !== 'generate')) {
  process.stdout.write(`\n== ${name}\n`)
  const { status } = spawnSync(process.execPath, [path.join(root, 'bench', `${name}.mjs`), ...flags], { cwd: root, stdio: 'inherit' })
  if (status !== 0) process.exitCode = 1
}
