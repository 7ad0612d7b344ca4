// Starts a real etcd for a test, on free ports and in a temporary directory, and fills it with etcdctl; stops it by its pid.
import { type ChildProcess, execFile, execFileSync, spawn } from 'node:child_process'
import { randomInt } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { connect, createServer, type Server, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import { releases } from '../../../../../scripts/etcd-versions.mjs'

export interface TestEtcd {
  endpoint: string
  /** Only with `httpPort`. */
  httpEndpoint: string
  dataDir: string
  /** Runs etcdctl against it with `ETCDCTL_API=3` (default) or 2, and returns its output. */
  ctl(args: string[], options?: { api?: 2 | 3; input?: string | Buffer }): Promise<string>
  /** Kills it but keeps its data; `start` brings it back on the same ports. */
  stop(): Promise<void>
  start(): Promise<void>
  /** Saves a snapshot and returns its path. */
  save(): Promise<string>
  /** Stops it, restores a snapshot into its data directory, and starts it on the same ports, as an operator would. */
  restore(snapshot: string): Promise<void>
  /** Suspends it: it accepts connections but does not answer until it is thawed. */
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
  /** Further flags, for example for TLS. */
  flags?: string[]
  tls?: TestTls
  /** Its own certificate, if not that of `tls`. */
  server?: { cert: string; key: string }
  /** A snapshot to restore first. */
  snapshot?: string
  /** A release other than the one in PATH. */
  release?: EtcdRelease
  /** A Unix socket to listen on as well (3.7 and later); with TLS if `tls` is given. */
  socket?: string
  /** Serve HTTP on a port of its own, so that the endpoint speaks only gRPC. */
  httpPort?: boolean
}

/** A program built by `npm run etcd-versions`. */
export interface Release {
  /** `3.6`, `kine-0.17`. */
  name: string
  /** Empty if it is not built. */
  file: string
  built: boolean
}

export interface EtcdRelease extends Release {
  /** Whether it has the v2 store, which 3.6 removed. */
  v2: boolean
}

/** Every release of etcd that the tests know, built or not. Skip the tests of those that are not built. */
export function etcdReleases(): EtcdRelease[] {
  return releasesOf('etcd').map((release) => ({ ...release, v2: release.name === '3.5' }))
}

/** Commands of etcdctl that change nothing. */
const READING = new Set(['get', 'endpoint'])

/** A member that is alone waits for nobody's vote: it leads after a quarter of the usual second. Several need the whole, where the machine is busy. */
export const SOON_LEADER = ['--heartbeat-interval=50', '--election-timeout=250']

const said = new Set<string>()

/** Reports once for each release that is not built that its tests are skipped. */
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

export async function freePort(): Promise<number> {
  return (await freePorts(1))[0] as number
}

/** Different ports that nobody listens on, below those that systems give to outgoing connections: no connection takes one meanwhile. */
export async function freePorts(count: number): Promise<number[]> {
  const servers: Server[] = []
  while (servers.length < count) {
    const server = createServer()
    const free = await new Promise<boolean>((resolve) => {
      server.once('error', () => resolve(false))
      server.listen(randomInt(10_000, 32_000), '127.0.0.1', () => resolve(true))
    })
    if (free) servers.push(server)
  }
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
  const ctlOnce: TestEtcd['ctl'] = (args, { api = 3, input } = {}) =>
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
  const ctl: TestEtcd['ctl'] = async (args, how) => {
    const [command = ''] = args.filter((one) => !one.startsWith('-'))
    for (let tries = 1; ; tries++) {
      try {
        return await ctlOnce(args, how)
      } catch (error) {
        // On a very busy machine; what only reads can be asked again.
        if (tries === 5 || !READING.has(command) || !String(error).includes('request timed out')) throw error
      }
    }
  }
  const restoreInto = (snapshot: string) => {
    const peers = [`--initial-cluster=test=http://127.0.0.1:${peer}`, `--initial-advertise-peer-urls=http://127.0.0.1:${peer}`]
    execFileSync('etcdctl', ['snapshot', 'restore', snapshot, '--name=test', `--data-dir=${dataDir}`, ...peers], {
      env: { ...clean, ETCDCTL_API: '3' },
      stdio: 'ignore',
    })
  }
  if (options.snapshot !== undefined) restoreInto(options.snapshot)

  let saved = 0
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
        '--bcrypt-cost=4',
        `--listen-peer-urls=http://127.0.0.1:${peer}`,
        `--initial-advertise-peer-urls=http://127.0.0.1:${peer}`,
        `--initial-cluster=test=http://127.0.0.1:${peer}`,
        '--log-level=error',
        ...SOON_LEADER,
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
    const deadline = Date.now() + 60_000
    for (;;) {
      // If users are needed, a refusal also shows that etcd is up.
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
  const destroy = async () => {
    await stop()
    await rm(root, { recursive: true, force: true })
  }
  await orClean(start(), destroy)
  return {
    endpoint,
    httpEndpoint: `${scheme}://127.0.0.1:${http}`,
    dataDir,
    ctl,
    stop,
    start,
    save: async () => {
      const file = path.join(root, `${++saved}.db`)
      await ctl(['snapshot', 'save', file])
      return file
    },
    restore: async (snapshot) => {
      await stop()
      await rm(dataDir, { recursive: true, force: true })
      restoreInto(snapshot)
      await start()
    },
    freeze: () => suspend(child),
    thaw: () => void child?.kill('SIGCONT'),
    destroy,
  }
}

/** Returns once it is stopped: on a busy machine it could answer for a moment after the signal was sent. */
function suspend(child: ChildProcess | null): void {
  if (!child?.kill('SIGSTOP') || process.platform !== 'linux') return
  const isStopped = () => /^\d+ \(.*\) T /.test(readFileSync(`/proc/${child.pid}/stat`, 'utf8'))
  while (!isStopped());
}

/** What did not start leaves no process and no folder behind. */
export async function orClean<T>(started: Promise<T>, clean: () => Promise<unknown>): Promise<T> {
  try {
    return await started
  } catch (error) {
    await clean()
    throw error
  }
}

/** Starts `etcd grpc-proxy` in front of an endpoint without TLS. */
export async function startGrpcProxy(target: string): Promise<{ endpoint: string; stop(): Promise<void> }> {
  const [port] = (await freePorts(1)) as [number]
  const child = spawn('etcd', ['grpc-proxy', 'start', `--endpoints=${target}`, `--listen-addr=127.0.0.1:${port}`], {
    stdio: 'ignore',
    env: { PATH: process.env.PATH },
  })
  const gone = new Promise((resolve) => child.once('exit', resolve))
  const endpoint = `http://127.0.0.1:${port}`
  const stop = async () => {
    if (child.exitCode === null) child.kill('SIGTERM')
    await gone
  }
  const up = async () => {
    const deadline = Date.now() + 60_000
    while (
      !(await fetch(`${endpoint}/health`).then(
        ({ ok }) => ok,
        () => false,
      ))
    ) {
      if (child.exitCode !== null || Date.now() > deadline) throw new Error('the gRPC proxy did not start')
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
  }
  await orClean(up(), stop)
  return { endpoint, stop }
}

export interface TestMember {
  readonly dataDir: string
  /** Kills it without warning. */
  kill(): Promise<void>
  /** Stops it from answering until it is thawed. */
  freeze(): void
  thaw(): void
  /** Restarts one that was killed, with its data. */
  start(): void
  /** Cuts it off from the other members while clients still reach it; requires `isolable`. */
  isolate(): Promise<void>
}

/** Starts a cluster of three members named m0, m1 and m2. `advertised` changes the client URL that m2 tells of itself. */
export async function startThree({ isolable = false, advertised = (url: string) => url } = {}): Promise<{
  endpoints: string[]
  members: TestMember[]
  /** Writes a key through any member that accepts it; `lease` is an id from {@link grant}. */
  put(key: string, value: string, lease?: string): Promise<void>
  /** Grants a lease of that many seconds, and returns its id as etcdctl prints it. */
  grant(seconds: number): Promise<string>
  destroy(): Promise<void>
}> {
  const root = await mkdtemp(path.join(tmpdir(), 'registree-etcd-'))
  const ports = await freePorts(9)
  const at = (index: number) => `http://127.0.0.1:${ports[index]}`
  // A member that can be cut off is reached by the others through its own proxy.
  const peers = isolable ? await Promise.all([0, 1, 2].map((i) => openPeerDoor(ports[i + 6] as number, ports[i + 3] as number))) : []
  const peerAt = (i: number) => at(isolable ? i + 6 : i + 3)
  const cluster = [0, 1, 2].map((i) => `m${i}=${peerAt(i)}`).join(',')
  const members = [0, 1, 2].map((i): TestMember & { hasEnded(): boolean } => {
    const launch = () =>
      spawn(
        'etcd',
        [
          `--name=m${i}`,
          `--data-dir=${path.join(root, `m${i}`)}`,
          `--listen-client-urls=${at(i)}`,
          `--advertise-client-urls=${i === 2 ? advertised(at(i)) : at(i)}`,
          `--listen-peer-urls=${at(i + 3)}`,
          `--initial-advertise-peer-urls=${peerAt(i)}`,
          `--initial-cluster=${cluster}`,
          '--log-level=error',
        ],
        { stdio: 'ignore', env: { PATH: process.env.PATH } },
      )
    let child = launch()
    return {
      dataDir: path.join(root, `m${i}`),
      hasEnded: () => child.exitCode !== null,
      kill: async () => {
        if (child.exitCode !== null || child.signalCode !== null) return
        const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()))
        child.kill('SIGKILL')
        await gone
      },
      freeze: () => suspend(child),
      thaw: () => void child.kill('SIGCONT'),
      start: () => {
        child = launch()
      },
      isolate: async () => {
        const reply = await fetch(`${at(i)}/v3/maintenance/status`, { method: 'POST', body: '{}' })
        const { header } = (await reply.json()) as { header: { member_id: string } }
        const id = BigInt(header.member_id).toString(16)
        for (const [to, door] of peers.entries()) door.shut((from) => to === i || from === id)
      },
    }
  })
  const endpoints = [0, 1, 2].map(at)
  /** Tries each member: one may be down or cut off. */
  const ctl = async (...args: string[]) => {
    for (let tries = 0; ; tries += 1) {
      try {
        const { stdout } = await promisify(execFile)('etcdctl', [`--endpoints=${endpoints[tries % 3]}`, ...args, '--command-timeout=2s'], {
          env: { PATH: process.env.PATH, ETCDCTL_API: '3' },
        })
        return stdout
      } catch (error) {
        if (tries > 20) throw error
        await new Promise((resolve) => setTimeout(resolve, 300))
      }
    }
  }
  const destroy = async () => {
    await Promise.all(members.map((member) => member.kill()))
    for (const door of peers) door.close()
    await rm(root, { recursive: true, force: true })
  }
  const up = async () => {
    await ctl('put', '/registry/k', 'v')
    // Two of three accept the write.
    const ended = members.findIndex((member) => member.hasEnded())
    if (ended >= 0) throw new Error(`m${ended} did not start`)
  }
  await orClean(up(), destroy)
  return {
    endpoints,
    members,
    put: async (key, value, lease) => void (await ctl('put', key, value, ...(lease === undefined ? [] : [`--lease=${lease}`]))),
    grant: async (seconds) => /^lease ([0-9a-f]+) /.exec(await ctl('lease', 'grant', String(seconds)))?.[1] ?? '',
    destroy,
  }
}

interface PeerDoor {
  /** Closes connections from members that match, and refuses new ones. */
  shut(whose: (from: string | null) => boolean): void
  close(): void
}

/** Forwards connections to a member's peer port. A header of the first request names the sender (etcd rafthttp, `X-Server-From`). */
async function openPeerDoor(port: number, to: number): Promise<PeerDoor> {
  const open = new Map<Socket, string | null>()
  let isShut: (from: string | null) => boolean = () => false
  const server: Server = createServer((socket) => {
    open.set(socket, null)
    const upstream = connect(to, '127.0.0.1')
    const end = () => {
      open.delete(socket)
      socket.destroy()
      upstream.destroy()
    }
    for (const one of [socket, upstream]) one.on('error', end).on('close', end)
    socket.once('data', (first) => {
      const from = /^x-server-from: *([0-9a-f]+)/im.exec(first.toString('latin1'))?.[1] ?? null
      if (isShut(from)) return end()
      open.set(socket, from)
      upstream.write(first)
      socket.pipe(upstream).pipe(socket)
    })
  })
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  const endAll = (whose: (from: string | null) => boolean) => {
    for (const [socket, from] of open) if (whose(from)) socket.destroy()
  }
  return {
    shut: (whose) => {
      isShut = whose
      endAll(whose)
    },
    close: () => {
      server.close()
      endAll(() => true)
    },
  }
}
