// Starts a real etcd in a temporary directory and speaks to it over HTTP: for tests only.
import { type ChildProcess, spawn } from 'node:child_process'
import { randomInt } from 'node:crypto'
import { existsSync, readdirSync } from 'node:fs'
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export type LiveEtcd = {
  url: string
  member: string
  /** One call of the gRPC gateway (bytes as base64, 64-bit numbers as text), with the token of a user where there are users. */
  v3<T>(path: string, body: unknown, token?: string): Promise<T>
  v2(method: string, path: string, form?: Record<string, string>): Promise<Response>
  /** What `etcdctl snapshot save` writes: the image and its sha256. */
  snapshot(to: string): Promise<void>
  /** Stops etcd as an operator would, so that everything is on disk; the files stay. */
  stop(): Promise<void>
  /** Ends it as a crash does: what it had not written yet is lost. */
  kill(): Promise<void>
  /** Stops, and takes the files away. */
  dispose(): Promise<void>
  directory: string
}

/** A release of etcd: its program, and whether it still has the v2 API. */
export type EtcdRelease = { name: string; program: string; v2: boolean }

const INSTALLED: EtcdRelease = { name: 'as installed', program: 'etcd', v2: true }

/** The installed etcd, and those in the directory that REGISTREE_ETCDS names, each as `<release>/etcd`. */
export function etcdReleases(): EtcdRelease[] {
  const directory = process.env.REGISTREE_ETCDS
  if (directory === undefined) return [INSTALLED]
  const names = readdirSync(directory).filter((name) => existsSync(join(directory, name, 'etcd')))
  return [INSTALLED, ...names.sort().map((name) => ({ name, program: join(directory, name, 'etcd'), v2: /^3\.[0-5]\./.test(name) }))]
}

/** With `copyOf`, a `member` directory, it starts on a copy of that: what etcd makes of these files is what they mean. */
export async function startEtcd(
  flags: string[] = [],
  { release = INSTALLED, copyOf, peerPort }: { release?: EtcdRelease; copyOf?: string; peerPort?: number } = {},
): Promise<LiveEtcd> {
  const directory = await mkdtemp(join(tmpdir(), 'registree-etcd-'))
  const [client, peer] = [await freePort(), peerPort ?? (await freePort())]
  const url = `http://127.0.0.1:${client}`
  const data = join(directory, 'data')
  if (copyOf !== undefined) {
    await mkdir(data, { mode: 0o700 })
    await cp(copyOf, join(data, 'member'), { recursive: true })
  }
  const child = spawn(
    release.program,
    [
      ...['--name', 'one', '--data-dir', data, ...(release.v2 ? ['--enable-v2'] : []), '--log-level', 'error'],
      ...['--listen-client-urls', url, '--advertise-client-urls', url],
      ...['--listen-peer-urls', `http://127.0.0.1:${peer}`, '--initial-advertise-peer-urls', `http://127.0.0.1:${peer}`],
      ...['--initial-cluster', `one=http://127.0.0.1:${peer}`],
      // One that is alone waits for nobody's vote: it leads after a quarter of the usual second.
      ...(peerPort === undefined ? ['--heartbeat-interval', '50', '--election-timeout', '250'] : []),
      ...flags,
    ],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  )
  let log = ''
  child.stderr.on('data', (chunk: Buffer) => {
    log = (log + chunk.toString()).slice(-4000)
  })
  const failed = new Promise<never>((_, reject) => {
    child.once('error', (error) => reject(new Error(`etcd did not start: ${error.message}`)))
    child.once('exit', (code) => reject(new Error(`etcd ended with ${code}: ${log}`)))
  })
  failed.catch(() => {})
  const post = async (path: string, body: unknown, token?: string) => {
    const headers = token === undefined ? {} : { Authorization: token }
    const response = await fetch(`${url}${path}`, { method: 'POST', body: JSON.stringify(body), headers })
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`)
    return response
  }
  await Promise.race([healthy(url), failed])
  const stop = () => ended(child, 'SIGTERM')
  return {
    url,
    directory,
    member: join(data, 'member'),
    v3: async <T>(path: string, body: unknown, token?: string) => (await (await post(path, body, token)).json()) as T,
    v2: (method, path, form) =>
      fetch(`${url}/v2/keys${path}`, { method, ...(form ? { body: new URLSearchParams(form) } : {}) }),
    snapshot: async (to) => {
      const parts: Buffer[] = []
      for (const line of (await (await post('/v3/maintenance/snapshot', {})).text()).split('\n')) {
        if (line) parts.push(Buffer.from(JSON.parse(line).result.blob ?? '', 'base64'))
      }
      await writeFile(to, Buffer.concat(parts))
    },
    stop,
    kill: () => ended(child, 'SIGKILL'),
    dispose: async () => {
      await stop()
      await rm(directory, { recursive: true, force: true })
    },
  }
}

/** Three members of one cluster. */
export async function startThree(flags: string[] = [], release: EtcdRelease = INSTALLED): Promise<[LiveEtcd, LiveEtcd, LiveEtcd]> {
  const ports = [await freePort(), await freePort(), await freePort()]
  const cluster = ports.map((port, i) => `m${i}=http://127.0.0.1:${port}`).join()
  const members = ports.map((peerPort, i) =>
    startEtcd(['--name', `m${i}`, '--initial-cluster', cluster, ...flags], { release, peerPort }),
  )
  return (await Promise.all(members)) as [LiveEtcd, LiveEtcd, LiveEtcd]
}

async function healthy(url: string): Promise<void> {
  for (let i = 0; i < 1200; i++) {
    try {
      const response = await fetch(`${url}/health`)
      if (response.ok) return
    } catch {
      // Not listening yet.
    }
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new Error('etcd was not healthy after a minute')
}

async function ended(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const exit = new Promise((resolve) => child.once('exit', resolve))
  child.kill(signal)
  await exit
}

/** A port that nobody listens on, below those that systems give to outgoing connections: no connection takes it meanwhile. */
async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(10_000, 32_000)
    const server = createServer()
    const free = await new Promise<boolean>((resolve) => {
      server.once('error', () => resolve(false))
      server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)))
    })
    if (free) return port
  }
}
