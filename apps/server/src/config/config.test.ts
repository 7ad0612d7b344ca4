// Every flag, variable and configuration line: its meaning, and the one sentence about an error.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { testPair } from '../testing/certificates.ts'
import { type Config, FLAG_NAMES, HELP, LOG_LEVELS, readConfig } from './config.ts'
import { ConfigError } from './config-error.ts'
import { SETTINGS } from './etcdctl.ts'

let cwd = ''
beforeAll(() => {
  cwd = mkdtempSync(path.join(tmpdir(), 'registree-config-'))
  const { cert, key, otherKey } = testPair
  writeFileSync(path.join(cwd, 'ca.pem'), cert)
  writeFileSync(path.join(cwd, 'cert.pem'), cert)
  writeFileSync(path.join(cwd, 'key.pem'), key)
  writeFileSync(path.join(cwd, 'other-key.pem'), otherKey)
  writeFileSync(path.join(cwd, 'cut.pem'), cert.slice(0, 200))
  writeFileSync(path.join(cwd, 'junk.pem'), 'junk')
  writeFileSync(path.join(cwd, 'Backup 2026.db'), 'x')
})
afterAll(() => rmSync(cwd, { recursive: true, force: true }))

const read = (argv: string[], env: Record<string, string> = {}) => readConfig({ argv, env, cwd, demo: cwd })
const config = (argv: string[], env: Record<string, string> = {}) => read(argv, env) as Config
const cluster = (argv: string[], env: Record<string, string> = {}) => config(argv, env).clusters[0]
const complaint = (argv: string[], env: Record<string, string> = {}): string => {
  try {
    read(argv, env)
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigError)
    return (error as Error).message
  }
  throw new Error('nothing was wrong')
}

describe('flags', () => {
  it('opens the demo by default', () => {
    expect(config([])).toMatchObject({
      host: '127.0.0.1',
      port: 7979,
      revealSecrets: false,
      clusters: [{ kind: 'file', name: 'demo', path: cwd }],
    })
  })

  it('reads an encryption configuration, and never quotes an invalid one', () => {
    writeFileSync(path.join(cwd, 'encryption.yaml'), 'resources: [{ resources: [secrets] }]')
    writeFileSync(path.join(cwd, 'empty.yaml'), '# nothing')
    writeFileSync(path.join(cwd, 'broken.yaml'), 'secret: "geheim\n')
    const of = (file: string) => cluster(['--snapshot', 'Backup 2026.db', '--encryption-config', file])?.encryptionConfig
    expect(of('encryption.yaml')).toEqual({ resources: [{ resources: ['secrets'] }] })
    expect(of('empty.yaml')).toEqual({})
    const sentence = complaint(['--snapshot', 'Backup 2026.db', '--encryption-config', 'broken.yaml'])
    expect(sentence).toContain('broken.yaml is not valid YAML')
    expect(sentence).not.toContain('geheim')
  })

  it('accepts flags after a `--` passed on by npm', () => {
    expect(config(['--', '--port', '1234'])).toMatchObject({ port: 1234 })
  })

  it('accepts etcdctl’s flags, including the v2 spellings', () => {
    const wanted = {
      kind: 'etcd',
      name: 'default',
      endpoints: ['https://10.0.0.1:2379', 'https://10.0.0.2:2379'],
      tls: { insecureSkipVerify: false },
      credentials: { user: 'root', password: 'pw' },
    }
    const endpoints = ['--endpoints', 'https://10.0.0.1:2379,https://10.0.0.2:2379', '--user', 'root', '--password', 'pw']
    expect(cluster([...endpoints, '--cacert', 'ca.pem', '--cert', 'cert.pem', '--key', 'key.pem'])).toMatchObject(wanted)
    expect(cluster([...endpoints, '--ca-file', 'ca.pem', '--cert-file', 'cert.pem', '--key-file', 'key.pem'])).toMatchObject(wanted)
    expect(cluster(['--endpoints', 'a:2379', '--user', 'root:p:w'])).toMatchObject({
      credentials: { user: 'root', password: 'p:w' },
      tls: null,
    })
  })

  it('knows the paths of the connection’s files, for copied commands', () => {
    const files = ['--cacert', 'ca.pem', '--cert', 'cert.pem', '--key', 'key.pem']
    const at = (name: string) => path.join(cwd, name)
    expect(cluster(['--endpoints', 'https://a:1', ...files])).toMatchObject({
      tlsPaths: { cacert: at('ca.pem'), cert: at('cert.pem'), key: at('key.pem') },
    })
    // They are not used without TLS.
    expect(cluster(['--endpoints', 'http://a:1', ...files])).toMatchObject({ tlsPaths: { cacert: null, cert: null, key: null } })
  })

  it('accepts etcdctl’s variables; flags override them', () => {
    const env = {
      ETCDCTL_ENDPOINTS: '10.0.0.1:2379',
      ETCDCTL_CACERT: 'ca.pem',
      ETCDCTL_CERT: 'cert.pem',
      ETCDCTL_KEY: 'key.pem',
      ETCDCTL_USER: 'u',
      ETCDCTL_PASSWORD: 'p',
    }
    expect(cluster([], env)).toMatchObject({ endpoints: ['https://10.0.0.1:2379'], credentials: { user: 'u', password: 'p' } })
    expect(cluster(['--endpoints', 'http://b:1'], { ETCDCTL_ENDPOINTS: 'http://a:1' })).toMatchObject({ endpoints: ['http://b:1'] })
    expect(cluster(['--snapshot', 'Backup 2026.db'], { ETCDCTL_ENDPOINTS: 'http://a:1' })).toMatchObject({ kind: 'file' })
    expect(cluster([], { ETCDCTL_ENDPOINTS: '' })).toMatchObject({ name: 'demo' })
  })

  const pem = { ETCDCTL_CACERT: 'ca.pem', ETCDCTL_CERT: 'cert.pem', ETCDCTL_KEY: 'key.pem' }

  it('accepts the v2 names of etcdctl’s variables; current names override them', () => {
    const v2 = { ETCDCTL_CA_FILE: 'ca.pem', ETCDCTL_CERT_FILE: 'cert.pem', ETCDCTL_KEY_FILE: 'key.pem', ETCDCTL_USERNAME: 'u:p' }
    const wanted = {
      endpoints: ['https://a:2379'],
      tls: { ca: expect.anything(), cert: expect.anything() },
      credentials: { user: 'u', password: 'p' },
    }
    for (const name of ['ETCDCTL_ENDPOINTS', 'ETCDCTL_ENDPOINT', 'ETCDCTL_PEERS'])
      expect(cluster([], { ...v2, [name]: 'a' })).toMatchObject(wanted)
    for (const flag of ['--endpoint', '--peers', '-C']) expect(cluster([flag, 'a', '-u', 'u:p', '--no-sync'], v2)).toMatchObject(wanted)
    expect(cluster([], { ETCDCTL_PEERS: 'c', ETCDCTL_ENDPOINT: 'b', ETCDCTL_ENDPOINTS: 'a' })).toMatchObject({
      endpoints: ['http://a:2379'],
    })
    expect(complaint([], { ETCDCTL_ENDPOINTS: 'a', ETCDCTL_CA_FILE: 'none.pem' })).toMatch(/^ETCDCTL_CA_FILE: none.pem/)
  })

  it('accepts true and false as etcdctl does', () => {
    const skips = (argv: string[], env: Record<string, string> = {}) =>
      (cluster(['--endpoints', 'https://a', ...argv], env) as { tls: { insecureSkipVerify: boolean } }).tls.insecureSkipVerify
    const variable = (value: string) => ({ ETCDCTL_INSECURE_SKIP_TLS_VERIFY: value })
    expect([skips([]), skips([], variable('true')), skips([], variable('0')), skips(['--insecure-skip-tls-verify'])]).toEqual([
      false,
      true,
      false,
      true,
    ])
    expect(skips(['--insecure-skip-tls-verify=false'], variable('true'))).toBe(false)
    expect(complaint(['--endpoints', 'https://a'], variable('yes'))).toBe(
      'ETCDCTL_INSECURE_SKIP_TLS_VERIFY: "yes" is neither true nor false.',
    )
  })

  it('uses TLS where etcdctl does for an address without a scheme', () => {
    const address = (argv: string[], env: Record<string, string> = {}) => cluster(['--endpoints', 'a', ...argv], env)
    expect(address([])).toMatchObject({ endpoints: ['http://a:2379'], tls: null })
    expect(address(['--cacert', 'ca.pem'])).toMatchObject({ endpoints: ['https://a:2379'] })
    expect(address(['--insecure-transport'])).toMatchObject({ endpoints: ['http://a:2379'] })
    expect(address(['--insecure-transport=false'])).toMatchObject({ endpoints: ['https://a:2379'], tls: { ca: null } })
    expect(address([], { ETCDCTL_INSECURE_TRANSPORT: 'false' })).toMatchObject({ endpoints: ['https://a:2379'] })
  })

  it('uses 127.0.0.1:2379 where etcdctl would, and says so, instead of opening the demo', () => {
    const asks = (argv: string[], env: Record<string, string> = {}) => {
      const { clusters, warnings } = config(argv, env)
      return [(clusters[0] as { endpoints?: string[] }).endpoints?.join(), warnings.join()]
    }
    const because = (name: string) => `No endpoints are named: 127.0.0.1:2379 is asked, as by etcdctl, because ${name} is set.`
    expect(asks([], pem)).toEqual(['https://127.0.0.1:2379', because('ETCDCTL_CACERT')])
    expect(asks(['--cacert', 'ca.pem'])).toEqual(['https://127.0.0.1:2379', because('--cacert')])
    for (const [name, value] of Object.entries({
      ETCDCTL_USER: 'u:p',
      ETCDCTL_USERNAME: 'u:p',
      ETCDCTL_AUTH_JWT_TOKEN: 't',
      ETCDCTL_DIAL_TIMEOUT: '1s',
      ETCDCTL_COMMAND_TIMEOUT: '1s',
      ETCDCTL_KEEPALIVE_TIME: '30s',
      ETCDCTL_KEEPALIVE_TIMEOUT: '5s',
      ETCDCTL_INSECURE_TRANSPORT: 'true',
    }))
      expect(asks([], { [name]: value })).toEqual(['http://127.0.0.1:2379', because(name)])
    for (const [name, value] of Object.entries({ ETCDCTL_API: '3', ETCDCTL_WRITE_OUT: 'table', ETCDCTL_DEBUG: 'true' }))
      expect(asks([], { [name]: value })).toEqual([undefined, ''])
    expect(asks([], { ETCDCTL_TIMEOUT: '5s' })).toEqual([
      undefined,
      'ETCDCTL_TIMEOUT is ignored: it is no variable of etcdctl. ETCDCTL_COMMAND_TIMEOUT is.',
    ])
  })

  it('refuses DNS discovery, which etcdctl would prefer', () => {
    const env = { ETCDCTL_DISCOVERY_SRV: 'example.com' }
    for (const more of [{}, { ETCDCTL_ENDPOINTS: 'a' }])
      expect(complaint([], { ...env, ...more })).toMatch(/^ETCDCTL_DISCOVERY_SRV is set: .*--endpoints/)
    expect(cluster(['--endpoints', 'a'], env)).toMatchObject({ endpoints: ['http://a:2379'] })
    expect(cluster(['--snapshot', 'Backup 2026.db'], env)).toMatchObject({ kind: 'file' })
  })

  it('accepts etcdctl’s durations', () => {
    const timing = (argv: string[], env: Record<string, string> = {}) =>
      (cluster(['--endpoints', 'a', ...argv], env) as { timing: object }).timing
    expect(timing([])).toEqual({})
    expect(timing(['--command-timeout', '1m30s', '--dial-timeout', '500ms'])).toEqual({ deadlineMs: 90_000, firstContactMs: 500 })
    expect(timing(['--total-timeout', '4s', '--timeout', '1.5s'])).toEqual({ deadlineMs: 4000, firstContactMs: 1500 })
    // etcd closes connections that ping more often.
    expect(timing(['--keepalive-time', '2s', '--keepalive-timeout', '6s'])).toEqual({
      keepalive: { keepaliveMs: 10_000, keepaliveTimeoutMs: 6000 },
    })
    expect(timing([], { ETCDCTL_COMMAND_TIMEOUT: '7s' })).toEqual({ deadlineMs: 7000 })
  })

  it('accepts a token instead of a password', () => {
    expect(cluster(['--endpoints', 'a', '--auth-jwt-token', 'a.b.c'])).toMatchObject({ credentials: { token: 'a.b.c' } })
  })

  it('accepts endpoints with and without TLS together, and says which traffic is unencrypted', () => {
    const mixed = cluster(['--endpoints', 'http://a,https://b', '--user', 'u:p']) as { endpoints: string[]; notices: object[] }
    expect(mixed.endpoints).toEqual(['http://a:2379', 'https://b:2379'])
    expect(mixed.notices).toMatchObject([{ level: 'warning', code: 'password-unencrypted', params: { endpoints: ['http://a:2379'] } }])
    expect((cluster(['--endpoints', 'http://a,https://b']) as { notices: object[] }).notices).toEqual([])
  })

  it('says that certificates have no effect without TLS', () => {
    const { notices, tls } = cluster(['--endpoints', 'http://a'], pem) as { notices: object[]; tls: null }
    expect(tls).toBeNull()
    expect(notices).toMatchObject([{ code: 'certificates-unused', params: { settings: ['ETCDCTL_CACERT', 'ETCDCTL_CERT'] } }])
  })

  it('uses flannel’s variable for the given etcd, not for the demo', () => {
    const env = { FLANNEL_ETCD_PREFIX: '/kube-centos/network/' }
    expect(cluster(['--endpoints', 'http://a:1'], env)).toMatchObject({ flannelPrefix: '/kube-centos/network' })
    expect(cluster(['--endpoints', 'http://a:1', '--flannel-prefix', '/other'], env)).toMatchObject({ flannelPrefix: '/other' })
    expect(cluster([], env)).toMatchObject({ name: 'demo', flannelPrefix: null })
    expect(complaint(['--snapshot', 'a.db'], { FLANNEL_ETCD_PREFIX: 'network' })).toMatch(/^FLANNEL_ETCD_PREFIX: "network" must begin/)
  })

  it('names a cluster after its file', () => {
    expect(cluster(['--snapshot', 'Backup 2026.db'])).toMatchObject({ name: 'backup-2026', path: path.join(cwd, 'Backup 2026.db') })
    expect(cluster(['--snapshot', 'Backup 2026.db', '--name', 'last-night'])).toMatchObject({ name: 'last-night' })
  })

  it('completes an address', () => {
    expect(cluster(['--endpoints', '10.0.0.1'])).toMatchObject({ endpoints: ['http://10.0.0.1:2379'] })
    expect(cluster(['--endpoints', 'https://[::1]'])).toMatchObject({ endpoints: ['https://[::1]:2379'] })
    expect(cluster(['--endpoints', 'https://a:443,https://b:2379/'])).toMatchObject({ endpoints: ['https://a:443', 'https://b:2379'] })
    expect(cluster(['--endpoints', '::1, [::1]:23,localhost:79/'])).toMatchObject({
      endpoints: ['http://[::1]:2379', 'http://[::1]:23', 'http://localhost:79'],
    })
    expect(cluster(['--endpoints', 'unix:///run/a.sock,unixs://b.sock,unix:c'])).toMatchObject({
      endpoints: ['unix:///run/a.sock', `unixs://${cwd}/b.sock`, `unix://${cwd}/c`],
    })
  })

  it('listens where it is told', () => {
    expect(config(['--host', '0.0.0.0', '--port', '0', '--allowed-host', 'a', '--allowed-host', 'b', '--reveal-secrets'])).toMatchObject({
      host: '0.0.0.0',
      port: 0,
      allowedHosts: ['a', 'b'],
      revealSecrets: true,
    })
  })

  it('prints its help and version', () => {
    expect(read(['--help'])).toBe('help')
    expect(read(['-h'])).toBe('help')
    expect(read(['--version'])).toBe('version')
    for (const flag of [
      'endpoints',
      'cacert',
      'ca-file',
      'cert',
      'key',
      'user',
      'password',
      'snapshot',
      'data-dir',
      'config',
      'host',
      'port',
      'reveal-secrets',
      'encryption-config',
      'allowed-host',
      'name',
      'kubernetes-prefix',
      'flannel-prefix',
      'insecure-skip-tls-verify',
      'insecure-transport',
      'auth-jwt-token',
      'command-timeout',
      'dial-timeout',
      'keepalive-time',
      'keepalive-timeout',
    ]) {
      expect(HELP).toContain(`--${flag}`)
    }
  })
})

describe('the log level', () => {
  it('is warn unless REGISTREE_LOG is set, also with several clusters', () => {
    expect(config([]).logLevel).toBe('warn')
    expect(config([], { REGISTREE_LOG: '' }).logLevel).toBe('warn')
    for (const level of LOG_LEVELS) expect(config([], { REGISTREE_LOG: level }).logLevel).toBe(level)
    writeFileSync(path.join(cwd, 'one.yaml'), 'clusters: [{ endpoints: ["http://a"] }]')
    expect(config(['--config', 'one.yaml'], { REGISTREE_LOG: 'debug' }).logLevel).toBe('debug')
  })

  it('lists the levels if the variable is not one of them', () => {
    expect(complaint([], { REGISTREE_LOG: 'loud' })).toBe(
      'REGISTREE_LOG "loud" is no log level; choose one of silent, fatal, error, warn, info, debug, trace.',
    )
  })
})

describe('the README', () => {
  const readme = readFileSync(new URL('../../../../README.md', import.meta.url), 'utf8')

  it('lists every flag and every variable', () => {
    for (const flag of FLAG_NAMES) expect(readme).toContain(`--${flag}`)
    for (const level of LOG_LEVELS) expect(readme).toContain(`\`${level}\``)
    for (const { variables } of Object.values(SETTINGS)) for (const variable of variables) expect(readme).toContain(`\`${variable}\``)
  })

  it('lists no flag that does not exist', () => {
    const table = readme.slice(readme.indexOf('### Every flag'), readme.indexOf('Several clusters in one Registree'))
    const named = [...table.matchAll(/^\| .*$/gm)].flatMap(([row]) =>
      [...(row.split('|')[1]?.matchAll(/--([a-z-]+)/g) ?? [])].map(([, flag]) => flag),
    )
    expect(named.length).toBeGreaterThan(20)
    for (const flag of named) expect(FLAG_NAMES).toContain(flag)
  })
})

describe('one clear sentence', () => {
  it.each([
    [['--endpint', 'x'], 'There is no flag --endpint; --help lists them all.'],
    [['backup.db'], '"backup.db" belongs to no flag; to open a file write --snapshot backup.db.'],
    [['--port', '70000'], '--port "70000" is no port: a number from 0 to 65535.'],
    [['--port', '1e3'], '--port "1e3" is no port: a number from 0 to 65535.'],
    [['--endpoints'], '--endpoints needs a value.'],
    [['--reveal-secrets=yes'], '--reveal-secrets takes no value.'],
    [['--endpoints', 'ftp://x'], '--endpoints: "ftp://x" must begin with http://, https:// or unix://.'],
    [['--endpoints', 'http://a:1/v2'], '--endpoints: "http://a:1/v2" has a path; an endpoint is only scheme, host and port.'],
    [['--endpoints', 'https://a', '--cacert', 'none.pem'], '--cacert: none.pem cannot be read: there is no such file.'],
    [['--endpoints', 'https://a', '--ca-file', 'junk.pem'], '--ca-file: junk.pem holds no PEM certificate.'],
    [['--endpoints', 'https://a', '--cert', 'cert.pem', '--key', 'cert.pem'], '--key: cert.pem holds a certificate, and no private key.'],
    [['--endpoints', 'https://a', '--cert', 'cert.pem'], '--cert needs --key too: the private key of the client certificate.'],
    [['--endpoints', 'https://a', '--cert', '.', '--key', 'key.pem'], '--cert: . cannot be read: it is a directory.'],
    [['--endpoints', 'http://a', '--user', 'root'], '--user needs a password: --password, or ETCDCTL_PASSWORD.'],
    [['--endpoints', 'http://a', '--password', 'geheim'], '--password needs --user too.'],
    [
      ['--endpoints', 'https://a', '--cert', 'cut.pem', '--key', 'key.pem'],
      '--cert: cut.pem holds a certificate that cannot be read: it is damaged or cut short.',
    ],
    [
      ['--endpoints', 'https://a', '--cert', 'cert.pem', '--key-file', 'other-key.pem'],
      '--cert cert.pem and --key-file other-key.pem do not belong together: the key is of another certificate.',
    ],
    [['--endpoints', '/run/kine.sock'], '--endpoints: "/run/kine.sock" is a path; for a socket write unix:///run/kine.sock.'],
    [['--endpoints', 'https://a:99999'], '--endpoints: "https://a:99999" is no address; write https://10.0.0.1:2379.'],
    [['--insecure-skip-tls-verify=maybe'], '--insecure-skip-tls-verify: "maybe" is neither true nor false.'],
    [['--endpoints', 'http://a', '--command-timeout', '5'], '--command-timeout: "5" is no duration; write for example 5s, 500ms or 1m30s.'],
    [['--endpoints', 'http://a', '--dial-timeout', '0s'], '--dial-timeout: "0s" is no duration; write for example 5s, 500ms or 1m30s.'],
    [['--endpoints', 'http://a', '--user', 'u:p', '--auth-jwt-token', 't'], '--auth-jwt-token and --user exclude each other.'],
    [['--snapshot', 'Backup 2026.db', '--user', 'root'], '--user is for a live etcd, and no endpoints are named.'],
    [['--snapshot', ''], '--snapshot needs a value; it was given an empty one.'],
    [['--snapshot', 'none.db'], '--snapshot: none.db cannot be opened: there is no such file or directory.'],
    [['--snapshot', 'a', '--data-dir', 'b'], '--snapshot and --data-dir exclude each other; --config opens several clusters.'],
    [['--name', 'api'], '--name: "api" is taken; choose another name.'],
    [['--name', 'Ä'], '--name: "Ä" is no cluster name: small letters, digits, dot, dash and underscore.'],
    [['--kubernetes-prefix', 'registry'], '--kubernetes-prefix: "registry" must begin with /.'],
    [['--config', 'none.yaml'], '--config: none.yaml cannot be read: there is no such file.'],
  ])('%j', (argv, sentence) => {
    const said = complaint(argv).replace(`${cwd}/`, '')
    expect(said).toBe(sentence)
  })

  it.each([
    '--discovery-srv',
    '-d',
    '--discovery-srv-name',
    '--insecure-discovery',
    '--write-out=json',
    '-w',
    '--output',
    '--hex',
    '--debug',
    '--max-recv-bytes',
  ])('says what to do instead of etcdctl’s %s', (flag) => {
    const [name] = flag.split('=')
    expect(complaint([flag, 'x'])).toMatch(new RegExp(`^${name} is a flag of etcdctl that Registree does not take: .+\\.$`))
  })

  it('names the variable if the value came from one', () => {
    expect(complaint([], { ETCDCTL_ENDPOINTS: 'https://a', ETCDCTL_CACERT: 'none.pem' })).toBe(
      'ETCDCTL_CACERT: none.pem cannot be read: there is no such file.',
    )
    expect(complaint([], { ETCDCTL_ENDPOINTS: 'ftp://a' })).toContain('ETCDCTL_ENDPOINTS')
  })

  it('never repeats a password', () => {
    for (const address of ['https://root:geheim@a:99999', 'root:geheim@a:2379', 'ftp://root:geheim@a'])
      expect(complaint(['--endpoints', address])).not.toContain('geheim')
    expect(complaint(['--endpoints', 'https://root:geheim@a:2379'])).not.toContain('geheim')
    expect(complaint(['--endpoints', 'http://a', '--password', 'geheim'])).not.toContain('geheim')
  })
})

describe('a configuration file', () => {
  const file = (text: string) => {
    writeFileSync(path.join(cwd, 'clusters.yaml'), text)
    return ['--config', 'clusters.yaml']
  }

  it('opens several clusters, with paths relative to itself', () => {
    const { clusters } = config(
      file(`clusters:
  - name: production
    title: Production
    endpoints: [https://10.0.0.1:2379]
    cacert: ca.pem
    cert: cert.pem
    key: key.pem
    user: root
    password: 1234
    kubernetes-prefix: /kubernetes.io
  - snapshot: Backup 2026.db
`),
    )
    expect(clusters).toMatchObject([
      {
        kind: 'etcd',
        name: 'production',
        title: 'Production',
        credentials: { user: 'root', password: '1234' },
        kubernetesPrefix: '/kubernetes.io',
      },
      { kind: 'file', name: 'backup-2026' },
    ])
  })

  it('accepts the other settings of a live etcd by their flag names', () => {
    const { clusters } = config(
      file(`clusters:
  - endpoints: [a, "unix:b.sock"]
    ca-file: ca.pem
    insecure-skip-tls-verify: true
    command-timeout: 20s
    dial-timeout: 1s
    auth-jwt-token: a.b.c
`),
    )
    expect(clusters).toMatchObject([
      {
        endpoints: ['https://a:2379', `unix://${cwd}/b.sock`],
        tls: { ca: expect.anything(), insecureSkipVerify: true },
        timing: { deadlineMs: 20_000, firstContactMs: 1000 },
        credentials: { token: 'a.b.c' },
      },
    ])
  })

  it.each([
    ['clusters:\n  - name: a\n    endpoints: [a]\n    ca-file: none.pem\n', /^clusters.yaml:4: ca-file: none.pem cannot be read/],
    ['clusters:\n  - endpoints: [a]\n    cacert: ca.pem\n    ca-file: ca.pem\n', /^clusters.yaml:4: "ca-file" is set already/],
    ['clusters:\n  - endpoints: [a]\n    dial-timeout: 5\n', /^clusters.yaml:3: dial-timeout: "5" is no duration/],
    ['clusters:\n  - name: a\n    endpoint: x\n', /^clusters.yaml:3: a cluster has no setting "endpoint"/],
    ['cluster: []\n', /^clusters.yaml:1: there is no setting "cluster"/],
    ['clusters: []\n', /^clusters.yaml:1: "clusters" must be a list/],
    ['clusters:\n  - name: a\n', /^clusters.yaml:2: endpoints: a cluster has exactly one of/],
    [
      'clusters:\n  - name: a\n    snapshot: "Backup 2026.db"\n  - name: a\n    snapshot: "Backup 2026.db"\n',
      /^clusters.yaml:4: two clusters are called "a"/,
    ],
    ['clusters:\n  - name: a\n    endpoints: [https://a]\n    cacert: none.pem\n', /^clusters.yaml:4: cacert: none.pem cannot be read/],
    ['clusters:\n  - snapshot: "Backup 2026.db"\n    cacert: ca.pem\n', /^clusters.yaml:3: cacert is for a live etcd/],
    ['clusters:\n  - name: a\n    snapshot: ""\n', /^clusters.yaml:3: "snapshot" must be text/],
    ['clusters:\n  - name: a\n    endpoints: 7\n', /^clusters.yaml:3: "endpoints" must be a list of addresses/],
    ['clusters:\n  - [a\n', /^clusters.yaml:\d: /],
    ['- a\n', /^clusters.yaml:1: expected a list called "clusters"/],
    ['clusters:\n  - a\n', /^clusters.yaml:2: a cluster is a mapping/],
  ])('names the line: %j', (text, sentence) => {
    const said = complaint(file(text))
    expect(said.replaceAll(`${cwd}/`, '')).toMatch(sentence)
    expect(said.split('\n')).toHaveLength(1)
  })

  it('excludes flags that describe a single cluster', () => {
    for (const flag of ['--snapshot', '--cacert', '--ca-file', '--endpoint', '--dial-timeout', '--encryption-config']) {
      expect(complaint([...file('clusters: []'), flag, 'x'])).toBe(
        `--config and ${flag} exclude each other: it belongs to one cluster, in the file.`,
      )
    }
  })
})
