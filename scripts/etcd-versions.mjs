// `npm run etcd-versions`: builds the etcd and kine releases listed in e2e/etcd-versions, for tests that need more than the system's etcd.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..')
const modules = path.join(root, 'e2e', 'etcd-versions')

/** Location of the programs: `<folder>/<name of the module>/etcd` or `…/kine`. */
export const FOLDER = process.env.REGISTREE_ETCD_VERSIONS ?? path.join(root, 'node_modules', '.cache', 'registree', 'etcd-versions')

/** Every release in e2e/etcd-versions; `file` is null until it is built. */
export function releases() {
  return readdirSync(modules, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => {
      const program = name.startsWith('kine') ? 'kine' : 'etcd'
      const file = path.join(FOLDER, name, program)
      return { name, program, file: existsSync(file) ? file : null }
    })
}

function build() {
  if (spawnSync('go', ['version'], { stdio: 'inherit' }).status !== 0) {
    process.stderr.write('Go is not in PATH. Install it from https://go.dev/dl, or run the tests without other releases of etcd.\n')
    return false
  }
  const packages = { etcd: 'go.etcd.io/etcd/server/v3', kine: 'github.com/k3s-io/kine' }
  let good = true
  for (const { name, program } of releases()) {
    const file = path.join(FOLDER, name, program)
    mkdirSync(path.dirname(file), { recursive: true })
    process.stdout.write(`${name}: ${file}\n`)
    // kine reads SQLite through cgo, which needs a C compiler. A caller's Go workspace must not affect these modules.
    const env = { ...process.env, GOWORK: 'off', GOFLAGS: '-mod=readonly', CGO_ENABLED: program === 'kine' ? '1' : '0' }
    const { status } = spawnSync('go', ['build', '-trimpath', '-ldflags=-s -w', '-o', file, packages[program]], {
      cwd: path.join(modules, name),
      stdio: 'inherit',
      env,
    })
    if (status !== 0) good = false
  }
  return good
}

if (process.argv[1] === fileURLToPath(import.meta.url)) process.exitCode = build() ? 0 : 1
