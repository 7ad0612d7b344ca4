// `npm run dev -- [flags of Registree]`: the server and the web pages, both reloaded when their sources change. Uses only Node's own modules.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { serverEnvironment } from './server-process.mjs'
import { checkNode, install } from './start.mjs'

checkNode()
install()

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..')
// File names in flags are relative to the folder where npm was called.
const cwd = process.env.INIT_CWD ?? process.cwd()
const flags = process.argv.slice(2)
const children = new Set()

/** Starts one of the three programs, each with the programs that it starts in a group of its own: the compiler is a child of its script. */
function start(script, args, options) {
  const child = spawn(process.execPath, [path.resolve(root, script), ...args], { ...options, detached: process.platform !== 'win32' })
  children.add(child)
  child.once('exit', () => children.delete(child))
  return child
}

function stop(code) {
  process.exitCode = code
  for (const child of children) {
    if (process.platform === 'win32') child.kill('SIGTERM')
    else endGroup(child.pid)
  }
}

/** Whoever has ended already is no reason to leave the others. */
function endGroup(pid) {
  try {
    process.kill(-pid, 'SIGTERM')
  } catch (error) {
    if (error.code !== 'ESRCH') throw error
  }
}
// A terminal that is closed sends SIGHUP, and to this process alone.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => stop(0))

let server
let vite
/** The server keeps its address across restarts, so that the browser and Vite find it again. */
let address
let restarting = Promise.resolve()

/** Replaces the running server. The old one must release its port first. */
async function restart() {
  if (server !== undefined && children.has(server)) {
    const ended = once(server, 'exit')
    server.kill('SIGTERM')
    await ended
  }
  const port = address === undefined ? [] : ['--port', new URL(address).port]
  server = start('apps/server/dist/main.js', [...flags, ...port], { cwd, stdio: ['ignore', 'pipe', 'inherit'], env: serverEnvironment() })
  createInterface({ input: server.stdout }).on('line', (line) => {
    const found = /^Registree is at (http:\/\/\S+?:\d+)/.exec(line)?.[1]
    // Log lines.
    if (found === undefined) return void process.stdout.write(`${line}\n`)
    process.stdout.write(address === undefined ? `The API is at ${found}; open the address that follows.\n` : 'The server was restarted.\n')
    address = found
    if (vite === undefined) vite = startVite()
  })
  server.once('exit', (code) => {
    // If it ends before its first address, the server has printed on stderr what is wrong with the flags.
    if (address === undefined) stop(code ?? 1)
  })
}

function startVite() {
  const web = path.join(root, 'apps/web')
  const started = start('node_modules/vite/bin/vite.js', [web, '--clearScreen', 'false'], {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, REGISTREE_API: address },
  })
  started.once('exit', (code) => stop(code ?? 0))
  return started
}

const compiler = start('node_modules/typescript/bin/tsc', ['-b', 'tsconfig.build.json', '--watch', '--preserveWatchOutput'], {
  cwd: root,
  stdio: ['ignore', 'pipe', 'inherit'],
})
compiler.once('exit', (code) => stop(code ?? 0))
compiler.stdout.on('data', (chunk) => {
  process.stdout.write(chunk)
  // With errors the running server is kept: its pages continue to work until the source compiles again.
  if (/Found 0 errors/.test(String(chunk))) restarting = restarting.then(restart)
})
