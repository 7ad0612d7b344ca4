// The built program as a process: its output, how it ends, and what it must not print.
import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { connect, createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { createServer as createTlsServer } from 'node:tls'
import { fileURLToPath } from 'node:url'
import { afterEach, describe, expect, it } from 'vitest'
import { hasEtcd, startEtcd } from './sources/testing/etcd.ts'
import { makeCertificate, makeCertificates, testPair } from './testing/certificates.ts'

const program = fileURLToPath(new URL('../program/main.js', import.meta.url))
const demo = fileURLToPath(new URL('../../../demo/cluster', import.meta.url))
const built = existsSync(program)
if (!built) process.stderr.write('skipping the built program: npm run build makes it\n')

const running: ChildProcess[] = []
afterEach(() => {
  for (const child of running.splice(0)) child.kill('SIGKILL')
})

function run(args: string[], env: Record<string, string> = {}, start: readonly string[] = [program]) {
  const child = spawn(process.execPath, [...start, ...args], { env: { PATH: process.env.PATH, ...env }, stdio: ['ignore', 'pipe', 'pipe'] })
  running.push(child)
  let output = ''
  let address: (url: string) => void = () => {}
  const up = new Promise<string>((resolve) => {
    address = resolve
  })
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      output += chunk.toString()
      const url = /^Registree is at (http:\S+)$/m.exec(output)?.[1]
      if (url !== undefined) address(url)
    })
  }
  const done = new Promise<number | null>((resolve) => child.once('close', (code) => resolve(code)))
  return { child, up, done, output: () => output }
}

describe.skipIf(!built)('the program', () => {
  it.skipIf(!existsSync(demo))('opens the demo, prints one line with its address, and stops when asked', async () => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      const { child, up, done, output } = run(['--port', '0'])
      const url = await up
      expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/demo$/)
      const { clusters } = (await (await fetch(new URL('/api/v1/clusters', url))).json()) as {
        clusters: { name: string; v2: { available: boolean } }[]
      }
      expect(clusters).toMatchObject([{ name: 'demo', v3: { available: true }, v2: { available: true } }])
      child.kill(signal)
      expect(await done).toBe(0)
      expect(output()).toBe(`Registree is at ${url}\n`)
    }
  })

  it.skipIf(!existsSync(demo))(
    'goes on after a rejection that nobody awaited, ends after an exception, and logs both without messages',
    async () => {
      // Faults on request, loaded before the program.
      const faults = `process.on('SIGWINCH', () => void Promise.reject(new SyntaxError('hunter2')))
      .on('SIGCONT', () => { throw new RangeError('hunter2') })`
      const { child, up, done, output } = run(['--port', '0'], {}, [
        '--import',
        `data:text/javascript,${encodeURIComponent(faults)}`,
        program,
      ])
      const clusters = new URL('/api/v1/clusters', await up)
      for (const times of [1, 2]) {
        child.kill('SIGWINCH')
        await expect.poll(() => output().split('"unhandled rejection"').length - 1).toBe(times)
        expect((await fetch(clusters)).status).toBe(200)
      }
      expect(output()).toMatch(/"type":"SyntaxError".*data:text\/javascript/)
      child.kill('SIGCONT')
      expect(await done).toBe(1)
      expect(output()).toMatch(/"type":"RangeError".*"uncaught exception"/)
      expect(output()).not.toMatch(/: hunter2|"hunter2"/)
    },
  )

  it('starts while etcd is down', async () => {
    const { child, up, done, output } = run(['--port', '0', '--endpoints', 'http://127.0.0.1:1', '--user', 'root'], {
      ETCDCTL_PASSWORD: 'geheim',
    })
    const url = await up
    const status = (await (await fetch(new URL('/api/v1/clusters/default/status', url))).json()) as { notices: { message: string }[] }
    expect(status.notices.map(({ message }) => message).join(' ')).toContain('cannot be reached')
    child.kill('SIGTERM')
    expect(await done).toBe(0)
    expect(output()).not.toContain('geheim')
  })

  it('prints no TLS warning for a numeric address', async () => {
    const tls = createTlsServer({ cert: testPair.cert, key: testPair.key }, (socket) => socket.destroy())
    tls.on('tlsClientError', () => {})
    await new Promise<void>((resolve) => tls.listen(0, '127.0.0.1', resolve))
    const { port } = tls.address() as { port: number }
    const { child, up, done, output } = run(['--port', '0', '--endpoints', `https://127.0.0.1:${port}`, '--insecure-skip-tls-verify'])
    const url = await up
    const handshake = new Promise((resolve) => tls.once('secureConnection', resolve))
    await Promise.all([handshake, fetch(new URL('/api/v1/clusters/default/status', url))])
    child.kill('SIGTERM')
    expect(await done).toBe(0)
    expect(output()).toBe(`Registree is at ${url}\n`)
    tls.close()
  })

  it.skipIf(!hasEtcd())('reaches an etcd by etcdctl’s variables of v3 and v2, and reports unusual ones', async () => {
    const folder = mkdtempSync(`${tmpdir()}/registree-variables-`)
    const tls = makeCertificates(folder)
    const expired = makeCertificate(folder, 'expired', { from: '20200101000000Z', until: '20210101000000Z' })
    const etcd = await startEtcd({ tls })
    type Status = { v3: object | null; notices: { code?: string; message: string }[] }
    const started = async (env: Record<string, string>, isExpected: (status: Status) => boolean = () => true) => {
      const { child, up, done, output } = run(['--port', '0'], env)
      const address = new URL('/api/v1/clusters/default/status', await up)
      const ask = async () => (await (await fetch(address)).json()) as Status
      let status = await ask()
      // On a busy machine the status says that a member was slow to answer, until it is not.
      for (let i = 0; i < 30 && !isExpected(status); i++) status = await ask()
      child.kill('SIGTERM')
      await done
      const warnings = output()
        .split('\n')
        .filter((line) => line.startsWith('registree: '))
      return { read: status.v3 !== null, notices: status.notices, warnings }
    }
    const good = { read: true, notices: [], warnings: [] }
    const { cacert, cert, key } = tls
    try {
      const today = { ETCDCTL_CACERT: cacert, ETCDCTL_CERT: cert, ETCDCTL_KEY: key }
      const v2 = { ETCDCTL_CA_FILE: cacert, ETCDCTL_CERT_FILE: cert, ETCDCTL_KEY_FILE: key }
      const blind = { ETCDCTL_INSECURE_SKIP_TLS_VERIFY: 'true', ETCDCTL_CERT: cert, ETCDCTL_KEY: key }
      const ways = [
        { ETCDCTL_ENDPOINTS: etcd.endpoint, ...today },
        { ETCDCTL_ENDPOINTS: etcd.endpoint.slice('https://'.length), ...today },
        { ETCDCTL_PEERS: etcd.endpoint, ...v2 },
        { ETCDCTL_ENDPOINTS: etcd.endpoint, ...blind },
      ]
      // Four servers and an etcd on one machine: none is given up because it is slow.
      const patient = { ETCDCTL_DIAL_TIMEOUT: '100s', ETCDCTL_COMMAND_TIMEOUT: '100s' }
      const isGood = ({ v3, notices }: Status) => v3 !== null && notices.length === 0
      expect(await Promise.all(ways.map((way) => started({ ...way, ...patient }, isGood)))).toEqual(ways.map(() => good))
      const old = await started({ ...today, ETCDCTL_ENDPOINTS: etcd.endpoint, ETCDCTL_CERT: expired.cert, ETCDCTL_KEY: expired.key })
      expect(old).toMatchObject({
        read: false,
        warnings: [expect.stringMatching(/^registree: default: ETCDCTL_CERT .*expired on 2021-01-01/)],
      })
      expect(old.notices.map(({ code }) => code)).toContain('client-certificate-expired')
      const { warnings } = await started({ ...today, ETCDCTL_DIAL_TIMEOUT: '200ms' })
      expect(warnings).toEqual([
        'registree: No endpoints are named: 127.0.0.1:2379 is asked, as by etcdctl, because ETCDCTL_CACERT is set.',
      ])
    } finally {
      await etcd.destroy()
      rmSync(folder, { recursive: true })
    }
  })

  it('refuses a request without a Host header', async () => {
    const { up } = run(['--port', '0', '--endpoints', 'http://127.0.0.1:1'])
    const { port } = new URL(await up)
    const socket: Socket = connect(Number(port), '127.0.0.1')
    socket.write('GET /api/v1/clusters HTTP/1.0\r\n\r\n')
    let reply = ''
    for await (const chunk of socket) reply += String(chunk)
    expect(reply).toMatch(/^HTTP\/1\.[01] 403 /)
  })

  it('exits with 2 and one sentence when called wrongly', async () => {
    const taken = createServer()
    await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve))
    const { port } = taken.address() as { port: number }
    const empty = mkdtempSync(`${tmpdir()}/registree-empty-`)
    for (const [args, sentence] of [
      [['--nonsense'], 'There is no flag --nonsense'],
      [['--data-dir', empty], 'is nothing that etcd wrote'],
      [['--endpoints', 'http://127.0.0.1:1', '--port', String(port)], `Port ${port} is taken`],
      [['--endpoints', 'https://a', '--cacert', '/nonexistent.pem'], '--cacert: /nonexistent.pem cannot be read'],
    ] as const) {
      const { done, output } = run([...args])
      expect([args, await done]).toEqual([args, 2])
      expect(output()).toMatch(/^registree: [^\n]+\n$/)
      expect(output()).toContain(sentence)
    }
    taken.close()
    rmSync(empty, { recursive: true })
  })
})

describe.skipIf(!built || process.platform !== 'linux')('as `npm start` starts it', () => {
  const launcher = new URL('../../../scripts/server-process.mjs', import.meta.url).href
  const start = [
    '--input-type=module',
    '--eval',
    `import(${JSON.stringify(launcher)}).then((m) => m.becomeServer(process.argv.slice(1)))`,
    '--',
  ]
  /** The server is a child of the process that was started, or the same process, by Node's version. */
  const serverOf = (pid: number | undefined): number =>
    Number(readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ')[0] || pid)
  const settings = (pid: number, of: string): string[] =>
    readFileSync(`/proc/${pid}/environ`, 'utf8')
      .split('\0')
      .filter((line) => line.startsWith(of))
      .sort()

  it('has the settings of its memory, of which the user’s win, and stops when asked', async () => {
    const { child, up, done } = run(['--port', '0'], { MALLOC_ARENA_MAX: '3', NODE_OPTIONS: '--max-semi-space-size=8' }, start)
    await up
    // V8 takes the last.
    expect(settings(serverOf(child.pid), 'NODE_OPTIONS')).toEqual(['NODE_OPTIONS=--max-semi-space-size=4 --max-semi-space-size=8'])
    expect(settings(serverOf(child.pid), 'MALLOC_')).toEqual([
      'MALLOC_ARENA_MAX=3',
      'MALLOC_MMAP_THRESHOLD_=131072',
      'MALLOC_TRIM_THRESHOLD_=131072',
    ])
    child.kill('SIGTERM')
    expect(await done).toBe(0)
    const own = run(['--port', '0'], { GLIBC_TUNABLES: 'glibc.malloc.arena_max=3' }, start)
    await own.up
    expect(settings(serverOf(own.child.pid), 'MALLOC_')).toEqual([])
    own.child.kill('SIGINT')
    expect(await own.done).toBe(0)
  })

  it('frees its port when it is killed, and ends as the server does when that cannot start', async () => {
    const { child, up, done } = run(['--port', '0'], {}, start)
    const { port } = new URL(await up)
    child.kill('SIGKILL')
    // Its output ends when the server has ended too.
    await done
    const next = run(['--port', port], {}, start)
    await next.up
    const third = run(['--port', port], {}, start)
    expect(await third.done).toBe(2)
    expect(third.output()).toContain(`Port ${port} is taken`)
  })
})
