// Starts a real etcd for a test, on free ports and in a temporary directory, and fills it through etcdctl; stops it by its own process id.
import { type ChildProcess, execFile, execFileSync, spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { releases } from '../../../../../scripts/etcd-versions.mjs'

export interface TestEtcd {
  endpoint: string
  /** With `httpPort`. */
  httpEndpoint: string
  dataDir: string
  /** Runs etcdctl against it with `ETCDCTL_API=3` (default) or 2, and returns what it printed. */
  ctl(args: string[], options?: { api?: 2 | 3; input?: string | Buffer }): Promise<string>
  /** Kills it, keeping its data; `start` brings it back on the same ports. */
  stop(): Promise<void>
  start(): Promise<void>
  /** Suspends it: it still takes connections, and answers nothing until it is thawed. */
  freeze(): void
  thaw(): void
  /** Stops it and removes its data. */
  destroy(): Promise<void>
}

/** Paths of PEM files. */
export interface TestTls {
  cacert: string
  cert: string
  key: string
  serverCert: string
  serverKey: string
}

export interface TestEtcdOptions {
  v2?: boolean
  /** Further flags, among them TLS ones. */
  flags?: string[]
  tls?: TestTls
  /** Its own certificate, where that is not the one of `tls`. */
  server?: { cert: string; key: string }
  /** Restore this snapshot first. */
  snapshot?: string
  /** Another release than the one in PATH. */
  release?: EtcdRelease
  /** A Unix socket to listen at as well (3.7 and later); with TLS where `tls` is given. */
  socket?: string
  /** HTTP is served at a port of its own, so that the endpoint speaks gRPC only. */
  httpPort?: boolean
}

/** A program that `npm run etcd-versions` builds. */
export interface Release {
  /** `3.6`, `kine-0.17`. */
  name: string
  /** Empty while it is not built. */
  file: string
  built: boolean
}

export interface EtcdRelease extends Release {
  /** Whether it still has the v2 store: 3.6 removed it. */
  v2: boolean
}

/** Every release of etcd that the tests know, built or not: skip the tests of one that is not built. */
export function etcdReleases(): EtcdRelease[] {
  return releasesOf('etcd').map((release) => ({ ...release, v2: release.name === '3.5' }))
}

const said = new Set<string>()

/** Says once of each release that is not built that its tests are skipped. */
export function releasesOf(program: 'etcd' | 'kine'): Release[] {
  return releases().flatMap(({ name, file, program: kind }) => {
    if (kind !== program) return []
    if (file === null && !said.has(name)) process.stderr.write(`skipping what needs ${name}: "npm run etcd-versions" builds it\n`)
    if (file === null) said.add(name)
    return { name, file: file ?? '', built: file !== null }
  })
}

export function hasEtcd(): boolean {
  try {
    execFileSync('etcd', ['--version'], { stdio: 'ignore' })
    execFileSync('etcdctl', ['version'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

export async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(
    Array.from(
      { length: count },
      () =>
        new Promise<ReturnType<typeof createServer>>((resolve) => {
          const server = createServer()
          server.listen(0, '127.0.0.1', () => resolve(server))
        }),
    ),
  )
  const ports = servers.map((server) => (server.address() as { port: number }).port)
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))))
  return ports
}

export async function startEtcd(options: TestEtcdOptions = {}): Promise<TestEtcd> {
  const root = await mkdtemp(path.join(tmpdir(), 'registree-etcd-'))
  const dataDir = path.join(root, 'data')
  const [client, peer, http] = (await freePorts(3)) as [number, number, number]
  const scheme = options.tls === undefined ? 'http' : 'https'
  const endpoint = `${scheme}://127.0.0.1:${client}`
  const { tls } = options
  const ctlTls = tls === undefined ? [] : [`--cacert=${tls.cacert}`, `--cert=${tls.cert}`, `--key=${tls.key}`]
  const clean = { PATH: process.env.PATH, HOME: process.env.HOME }
  const ctl: TestEtcd['ctl'] = (args, { api = 3, input } = {}) =>
    new Promise((resolve, reject) => {
      const all = api === 3 ? [`--endpoints=${endpoint}`, ...ctlTls, ...args] : ['--endpoints', endpoint, ...args]
      const child = execFile(
        'etcdctl',
        all,
        { env: { ...clean, ETCDCTL_API: String(api) }, maxBuffer: 2 ** 28 },
        (error, stdout, stderr) => {
          if (error) reject(new Error(`etcdctl ${args[0]}: ${stderr || error.message}`))
          else resolve(stdout)
        },
      )
      if (input !== undefined) child.stdin?.end(input)
    })
  if (options.snapshot !== undefined) {
    const peers = [`--initial-cluster=test=http://127.0.0.1:${peer}`, `--initial-advertise-peer-urls=http://127.0.0.1:${peer}`]
    execFileSync('etcdctl', ['snapshot', 'restore', options.snapshot, '--name=test', `--data-dir=${dataDir}`, ...peers], {
      env: { ...clean, ETCDCTL_API: '3' },
      stdio: 'ignore',
    })
  }

  let child: ChildProcess | null = null
  const start = async () => {
    const started = spawn(
      options.release?.file ?? 'etcd',
      [
        '--name=test',
        `--data-dir=${dataDir}`,
        ...(options.release?.v2 === false ? [] : [`--enable-v2=${options.v2 ?? true}`]),
        `--listen-client-urls=${[endpoint, ...(options.socket === undefined ? [] : [`${tls === undefined ? 'unix' : 'unixs'}://${options.socket}`])].join()}`,
        `--advertise-client-urls=${endpoint}`,
        `--listen-peer-urls=http://127.0.0.1:${peer}`,
        `--initial-advertise-peer-urls=http://127.0.0.1:${peer}`,
        `--initial-cluster=test=http://127.0.0.1:${peer}`,
        '--log-level=error',
        ...(tls === undefined
          ? []
          : [
              `--cert-file=${options.server?.cert ?? tls.serverCert}`,
              `--key-file=${options.server?.key ?? tls.serverKey}`,
              `--trusted-ca-file=${tls.cacert}`,
              '--client-cert-auth',
            ]),
        ...(options.httpPort ? [`--listen-client-http-urls=${scheme}://127.0.0.1:${http}`] : []),
        ...(options.flags ?? []),
      ],
      { stdio: 'ignore', env: clean },
    )
    child = started
    const deadline = Date.now() + 30_000
    for (;;) {
      // Where users are needed, being refused is a sign of life too.
      const healthy = await ctl([
        'get',
        '/',
        '--command-timeout=2s',
        ...(options.server === undefined ? [] : ['--insecure-skip-tls-verify']),
      ]).then(
        () => true,
        (error: Error) => /user name is empty|permission denied/.test(error.message),
      )
      if (healthy) return
      if (started.exitCode !== null || Date.now() > deadline) throw new Error('etcd did not start')
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
  }
  const stop = async () => {
    const running = child
    child = null
    if (running === null || running.exitCode !== null || running.signalCode !== null) return
    const gone = new Promise((resolve) => running.once('exit', resolve))
    running.kill('SIGCONT')
    running.kill('SIGTERM')
    await gone
  }
  await start()
  return {
    endpoint,
    httpEndpoint: `${scheme}://127.0.0.1:${http}`,
    dataDir,
    ctl,
    stop,
    start,
    freeze: () => void child?.kill('SIGSTOP'),
    thaw: () => void child?.kill('SIGCONT'),
    destroy: async () => {
      await stop()
      await rm(root, { recursive: true, force: true })
    },
  }
}

/** `etcd grpc-proxy` in front of an endpoint without TLS. */
export async function startGrpcProxy(target: string): Promise<{ endpoint: string; stop(): Promise<void> }> {
  const [port] = (await freePorts(1)) as [number]
  const child = spawn('etcd', ['grpc-proxy', 'start', `--endpoints=${target}`, `--listen-addr=127.0.0.1:${port}`], {
    stdio: 'ignore',
    env: { PATH: process.env.PATH },
  })
  const gone = new Promise((resolve) => child.once('exit', resolve))
  const endpoint = `http://127.0.0.1:${port}`
  const deadline = Date.now() + 30_000
  while (
    !(await fetch(`${endpoint}/health`).then(
      ({ ok }) => ok,
      () => false,
    ))
  ) {
    if (child.exitCode !== null || Date.now() > deadline) throw new Error('the gRPC proxy did not start')
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  return {
    endpoint,
    stop: async () => {
      if (child.exitCode === null) child.kill('SIGTERM')
      await gone
    },
  }
}

/** Three members of one cluster; `members[i].kill()` takes one down without warning, `freeze()` has it fall silent. */
export async function startThree(): Promise<{
  endpoints: string[]
  members: { kill(): Promise<void>; freeze(): void }[]
  destroy(): Promise<void>
}> {
  const root = await mkdtemp(path.join(tmpdir(), 'registree-etcd-'))
  const ports = await freePorts(6)
  const at = (index: number) => `http://127.0.0.1:${ports[index]}`
  const cluster = [0, 1, 2].map((i) => `m${i}=${at(i + 3)}`).join(',')
  const members = [0, 1, 2].map((i) => {
    const child = spawn(
      'etcd',
      [
        `--name=m${i}`,
        `--data-dir=${path.join(root, `m${i}`)}`,
        `--listen-client-urls=${at(i)}`,
        `--advertise-client-urls=${at(i)}`,
        `--listen-peer-urls=${at(i + 3)}`,
        `--initial-advertise-peer-urls=${at(i + 3)}`,
        `--initial-cluster=${cluster}`,
        '--log-level=error',
      ],
      { stdio: 'ignore', env: { PATH: process.env.PATH } },
    )
    const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()))
    return {
      kill: async () => {
        child.kill('SIGKILL')
        await gone
      },
      freeze: () => void child.kill('SIGSTOP'),
    }
  })
  const endpoints = [0, 1, 2].map(at)
  for (let tries = 0; ; tries += 1) {
    try {
      execFileSync('etcdctl', [`--endpoints=${endpoints.join(',')}`, 'put', '/registry/k', 'v', '--command-timeout=2s'], {
        stdio: 'ignore',
        env: { PATH: process.env.PATH, ETCDCTL_API: '3' },
      })
      break
    } catch (error) {
      if (tries > 20) throw error
      await new Promise((resolve) => setTimeout(resolve, 300))
    }
  }
  return {
    endpoints,
    members,
    destroy: async () => {
      await Promise.all(members.map((member) => member.kill()))
      await rm(root, { recursive: true, force: true })
    },
  }
}
