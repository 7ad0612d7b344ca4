// Makes testdata/releases/<release>.tgz with an etcd of another release than the installed one: node make-release-data.mjs RELEASE DIRECTORY, where
// DIRECTORY contains its etcd, etcdctl and etcdutl.
import { execFileSync, spawn } from 'node:child_process'
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const [release, programs] = process.argv.slice(2)
const target = fileURLToPath(new URL(`../testdata/releases/${release}.tgz`, import.meta.url))
const work = mkdtempSync(join(tmpdir(), 'registree-release-'))
const out = join(work, 'out')
const b64 = (text) => Buffer.from(text).toString('base64')
/** etcd writes the database only when it stops. */
const LAZY = ['--backend-batch-interval', '1h', '--backend-batch-limit', '10000000']

const freePort = () =>
  new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address()
      server.close(() => resolve(port))
    })
  })

async function start(directory, flags = []) {
  const [client, peer] = [await freePort(), await freePort()]
  const url = `http://127.0.0.1:${client}`
  const peers = `http://127.0.0.1:${peer}`
  const child = spawn(
    join(programs, 'etcd'),
    [
      ...['--name', 'one', '--data-dir', directory, '--log-level', 'error', '--initial-cluster', `one=${peers}`],
      ...['--listen-client-urls', url, '--advertise-client-urls', url, '--listen-peer-urls', peers, '--initial-advertise-peer-urls', peers],
      ...flags,
    ],
    { stdio: 'ignore' },
  )
  const ended = new Promise((resolve) => child.once('exit', resolve))
  const call = async (path, body = {}) => {
    const response = await fetch(`${url}${path}`, { method: 'POST', body: JSON.stringify(body) })
    if (!response.ok) throw new Error(`${path}: ${await response.text()}`)
    return response.json()
  }
  for (let tries = 0; ; tries++) {
    try {
      // The cluster's version is set a moment after the first leader.
      const { version } = await call('/v3/maintenance/status')
      const { etcdcluster } = await (await fetch(`${url}/version`)).json()
      if (version && etcdcluster !== 'not_decided') break
    } catch (error) {
      if (tries > 100) throw error
    }
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  const end = (signal) => {
    child.kill(signal)
    return ended
  }
  return { url, call, end }
}

const ctl = (program, args) => execFileSync(join(programs, program), args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })
const everything = { key: b64('\0'), range_end: b64('\0') }

const truth = { release }
const first = await start(join(work, 'first'))
for (let i = 0; i < 12; i++) await first.call('/v3/kv/put', { key: b64(`/registry/n/${i}`), value: b64(`value ${i}`) })
await first.call('/v3/kv/deleterange', { key: b64('/registry/n/3') })
ctl('etcdctl', ['--endpoints', first.url, 'snapshot', 'save', join(work, 'snapshot.db')])
truth.snapshot = JSON.parse(ctl('etcdutl', ['snapshot', 'status', join(work, 'snapshot.db'), '-w', 'json']))
truth.keys = await first.call('/v3/kv/range', everything)
const older = release.split('.')[1] - 1
ctl('etcdctl', ['--endpoints', first.url, 'downgrade', 'enable', `3.${older}`])
truth.downgrading = await first.call('/v3/maintenance/status')
await first.end('SIGTERM')
ctl('etcdutl', [
  ...['snapshot', 'restore', join(work, 'snapshot.db'), '--data-dir', join(work, 'restored')],
  ...['--bump-revision', '1000000', '--mark-compacted'],
])
cpSync(join(work, 'restored'), join(work, 'restored-copy'), { recursive: true })
const restored = await start(join(work, 'restored-copy'), ['--force-new-cluster'])
truth.restored = await restored.call('/v3/kv/range', everything)
await restored.end('SIGTERM')

const lazy = await start(join(work, 'killed'), LAZY)
const { ID } = await lazy.call('/v3/lease/grant', { TTL: '9000', ID: '0' })
for (let i = 0; i < 12; i++) await lazy.call('/v3/kv/put', { key: b64(`/n/${i}`), value: b64('x'), ...(i === 5 ? { lease: ID } : {}) })
await lazy.call('/v3/kv/txn', {
  compare: [{ key: b64('/n/1'), target: 'VERSION', version: '1' }],
  success: [{ request_delete_range: { key: b64('/n/2') } }, { request_put: { key: b64('/n/1'), value: b64('y') } }],
})
truth.killed = await lazy.call('/v3/kv/range', everything)
await lazy.end('SIGKILL')

/** Without the zeros after the used pages and records. */
const cut = (from, to, length) => writeFileSync(to, readFileSync(from).subarray(0, length))
const pages = (path) => {
  const bytes = readFileSync(path)
  // The newer of both meta pages has the database's length; it never shrinks.
  const [longer] = [16 + 40, 4096 + 16 + 40].map((at) => Number(bytes.readBigUInt64LE(at))).sort((a, b) => b - a)
  return longer
}
for (const name of ['restored', 'killed', 'downgrading']) {
  const from = join(work, name === 'downgrading' ? 'first' : name, 'member')
  const member = join(out, name, 'member')
  cpSync(join(from, 'snap'), join(member, 'snap'), { recursive: true })
  cut(join(from, 'snap/db'), join(member, 'snap/db'), pages(join(from, 'snap/db')) * 4096)
  cpSync(join(from, 'wal'), join(member, 'wal'), { recursive: true, filter: (path) => !path.endsWith('.tmp') })
  for (const wal of readdirSync(join(member, 'wal'))) {
    const bytes = readFileSync(join(from, 'wal', wal))
    const end = bytes.findLastIndex((byte) => byte !== 0) + 1
    cut(join(from, 'wal', wal), join(member, 'wal', wal), end + (8 - (end % 8)))
  }
}
cpSync(join(work, 'snapshot.db'), join(out, 'snapshot.db'))
writeFileSync(join(out, 'truth.json'), JSON.stringify(truth))
execFileSync('tar', ['czf', target, '--owner=0', '--group=0', '-C', out, '.'])
rmSync(work, { recursive: true })
