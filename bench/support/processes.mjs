// The processes of a benchmark: its own etcd, the built server, etcdctl; all of them end with it in any case.
import { spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { SERVER, serverEnvironment } from '../../scripts/server-process.mjs'

const cleanup = []

/** Ends and removes what the benchmark started, newest first. */
export async function clean() {
  while (cleanup.length > 0) await cleanup.pop()()
}
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => clean().then(() => process.exit(1)))

/** Registers work for `clean`, which runs the newest first. */
export function atTheEnd(work) {
  cleanup.push(work)
}

export function temporaryDirectory() {
  const directory = mkdtempSync(path.join(tmpdir(), 'registree-bench-'))
  atTheEnd(() => rmSync(directory, { recursive: true, force: true }))
  return directory
}

function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.on('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address()
      server.close(() => resolve(port))
    })
  })
}

export function stop(child) {
  return new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) return resolve()
    child.once('exit', resolve)
    child.kill('SIGTERM')
    setTimeout(() => child.kill('SIGKILL'), 5_000).unref()
  })
}

/** Starts an empty etcd below `directory` with further flags; returns its endpoint. */
export async function startEtcd(directory, flags = []) {
  const [client, peer] = [await freePort(), await freePort()]
  const endpoint = `http://127.0.0.1:${client}`
  const child = spawn(
    'etcd',
    [
      '--name=bench',
      `--data-dir=${path.join(directory, 'etcd')}`,
      `--listen-client-urls=${endpoint}`,
      `--advertise-client-urls=${endpoint}`,
      `--listen-peer-urls=http://127.0.0.1:${peer}`,
      `--initial-advertise-peer-urls=http://127.0.0.1:${peer}`,
      `--initial-cluster=bench=http://127.0.0.1:${peer}`,
      '--quota-backend-bytes=8589934592',
      '--snapshot-count=100000',
      '--logger=zap',
      '--log-level=error',
      ...flags,
    ],
    { stdio: 'ignore', env: { PATH: process.env.PATH, HOME: directory } },
  )
  atTheEnd(() => stop(child))
  for (let tries = 0; tries < 100; tries++) {
    if (etcdctl(endpoint, ['endpoint', 'health']).status === 0) return endpoint
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  throw new Error('etcd did not start within 10 s')
}

/** Throws if it fails. It gives up after five seconds by itself, and then it would only seem to be fast. */
export function etcdctl(endpoint, args) {
  const env = { PATH: process.env.PATH, ETCDCTL_API: '3' }
  const run = spawnSync('etcdctl', ['--command-timeout=600s', `--endpoints=${endpoint}`, ...args], {
    env,
    maxBuffer: 1 << 30,
    encoding: 'buffer',
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  if (run.status !== 0) throw new Error(`failed: etcdctl ${args.join(' ')}`, { cause: run.error })
  return run
}

/**
 * The built server, warmed up but without knowledge of the keyspace; `api` is the URL of its first cluster. With `preload`, a module is loaded before
 * it that may exchange messages with the benchmark over `child`. With `asks` false nothing has been asked of it yet, and it has only an `address`: the
 * list of clusters alone makes it look through each of them.
 */
export async function startServer(args, { preload, asks = true } = {}) {
  const started = performance.now()
  const before = preload === undefined ? [] : ['--import', preload.href]
  const child = spawn(process.execPath, [...before, SERVER, ...args, '--port', '0'], {
    env: serverEnvironment(),
    stdio: ['ignore', 'pipe', 'inherit', ...(preload === undefined ? [] : ['ipc'])],
  })
  atTheEnd(() => stop(child))
  let out = ''
  const address = await new Promise((resolve, reject) => {
    child.stdout.on('data', (chunk) => {
      out += chunk
      const found = /Registree is at (http:\/\/[^/\s]+)/.exec(out)
      if (found) resolve(found[1])
    })
    child.once('exit', (code) => reject(new Error(`the server stopped with ${code}`)))
  })
  if (!asks) return { address, child, ready: performance.now() - started }
  const clusters = await (await fetch(`${address}/api/v1/clusters`)).json()
  const cluster = clusters.clusters[0].name
  const api = `${address}/api/v1/clusters/${cluster}`
  // The connection to etcd and the code are warm, the knowledge of this keyspace is not.
  for (let i = 0; i < 20; i++) await fetch(`${api}/v3/children?prefix=${encodeURIComponent(`/warm-up-${i}/`)}`)
  return { address, cluster, api, child, ready: performance.now() - started }
}

/** A line of /proc/PID/status in MB: VmRSS now, VmHWM at its maximum. */
export const residentMegabytes = (pid, field) =>
  Number(new RegExp(`${field}:\\s+(\\d+)`).exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? Number.NaN) / 1024

/** Milliseconds of processor that a process has used, all of its threads together; of Linux. */
export function processorMs(pid) {
  const [, rest = ''] = readFileSync(`/proc/${pid}/stat`, 'utf8').split(/\) (?=\w )/)
  const fields = rest.split(' ')
  return 10 * (Number(fields[11]) + Number(fields[12]))
}
