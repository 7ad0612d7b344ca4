// `npm start`: installs and builds what is missing, then becomes the server. Uses only Node's own modules: it runs before anything is installed.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { becomeServer } from './server-process.mjs'

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..')
const OLDEST_NODE = [20, 19]

/** Ends the process with one sentence if Node is too old: everything else would fail with a worse message. */
export function checkNode() {
  const [major, minor] = process.versions.node.split('.').map(Number)
  if (major > OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor >= OLDEST_NODE[1])) return
  process.stderr.write(`Registree needs Node ${OLDEST_NODE.join('.')} or newer; this is ${process.versions.node}.\n`)
  process.exit(2)
}

/** Why node_modules does not match package-lock.json; null if it does. */
export function staleInstall() {
  const installed = path.join(root, 'node_modules', '.package-lock.json')
  if (!existsSync(installed)) return 'first start'
  const wanted = JSON.parse(readFileSync(path.join(root, 'package-lock.json'), 'utf8')).packages
  const present = JSON.parse(readFileSync(installed, 'utf8')).packages
  for (const [name, entry] of Object.entries(wanted)) {
    // Workspaces are links to this folder, and optional packages may be for other systems.
    if (!name.startsWith('node_modules/') || entry.link || entry.optional || entry.peer) continue
    if (present[name]?.version !== entry.version) return `${name.slice('node_modules/'.length)} has changed`
  }
  return null
}

/** Installs exactly package-lock.json, unless already installed. */
export function install() {
  const reason = staleInstall()
  if (reason === null) return
  process.stdout.write(`Installing the packages (${reason}); this takes a minute …\n`)
  const options = { cwd: root, stdio: 'inherit', shell: process.platform === 'win32' }
  end(spawnSync('npm', ['ci', '--include=dev'], options), 'Installing failed; the lines above say why.')
}

/** Builds if any compiled source changed since the last build. */
export function build() {
  const stampFile = path.join(root, 'node_modules', '.cache', 'registree', 'build')
  const stamp = sourceStamp()
  const outputs = ['apps/server/program/main.js', 'apps/web/dist/index.html'].map((file) => path.join(root, file))
  if (outputs.every((file) => existsSync(file)) && existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp) return
  process.stdout.write('Building …\n')
  run(process.execPath, [path.join(root, 'node_modules/typescript/bin/tsc'), '-b', 'tsconfig.build.json'], 'The server did not compile.')
  const vite = path.join(root, 'node_modules/vite/bin/vite.js')
  run(process.execPath, [vite, 'build', 'apps/server', '--logLevel', 'error'], 'The server did not build.')
  run(process.execPath, [vite, 'build', 'apps/web', '--logLevel', 'error'], 'The web pages did not build.')
  mkdirSync(path.dirname(stampFile), { recursive: true })
  writeFileSync(stampFile, stamp)
}

function run(command, args, sorry) {
  end(spawnSync(command, args, { cwd: root, stdio: 'inherit' }), sorry)
}

/** Ends this process like the other one ended, unless it succeeded. */
function end({ status, signal, error }, sorry) {
  if (signal !== null) process.exit(130)
  if (status === 0) return
  process.stderr.write(`${error === undefined ? sorry : `${sorry} (${error.message})`}\n`)
  process.exit(1)
}

/** A digest of every file that the build reads, by content: a checkout that changes only dates builds nothing. */
function sourceStamp() {
  const hash = createHash('sha256').update(process.versions.node)
  const visit = (relative) => {
    const entries = readdirSync(path.join(root, relative), { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))
    for (const entry of entries) {
      const name = `${relative}/${entry.name}`
      if (entry.isDirectory()) {
        if (!['node_modules', 'dist', 'program', 'testdata', 'testing'].includes(entry.name)) visit(name)
      } else if (!/\.(test|bench)\.tsx?$|\.md$/.test(entry.name)) {
        hash.update(`\0${name}\0`).update(readFileSync(path.join(root, name)))
      }
    }
  }
  visit('packages')
  visit('apps')
  for (const file of ['package-lock.json', 'tsconfig.base.json', 'tsconfig.build.json']) hash.update(readFileSync(path.join(root, file)))
  return hash.digest('hex')
}

if (process.argv[1] !== undefined && path.resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  checkNode()
  install()
  build()
  // File names on the command line are relative to the folder where npm was called; npm has changed the directory.
  if (process.env.INIT_CWD !== undefined) process.chdir(process.env.INIT_CWD)
  becomeServer(process.argv.slice(2))
}
