// The only reader of flags, configuration files and the environment: argv → what to open and where to listen.
import { readFileSync, statSync } from 'node:fs'
import path from 'node:path'
import { parseArgs } from 'node:util'
import type { Notice } from '@registree/contract'
import { isMap, isPair, isScalar, LineCounter, parseDocument } from 'yaml'
import { notice } from '../messages/notice.ts'
import type { Credentials } from '../sources/etcd/etcd-member.ts'
import type { TlsFiles } from '../sources/etcd/tls-files.ts'
import { faultInWords } from '../sources/file/file-fault.ts'
import { ConfigError } from './config-error.ts'
import { isSecure, readEndpoint } from './endpoint.ts'
import {
  BOOLEANS,
  type EtcdctlSetting,
  readBoolean,
  readDuration,
  refuseDiscovery,
  SETTING_NAMES,
  SETTINGS,
  takeBooleans,
  unknownVariables,
  whyRefused,
} from './etcdctl.ts'
import { certificateFault, pairFault, privateKeyFault } from './pem-fault.ts'

export interface EtcdClusterConfig {
  kind: 'etcd'
  name: string
  title: string
  endpoints: string[]
  tls: TlsFiles | null
  /** Absolute paths of the files that `tls` was read from. */
  tlsPaths: TlsPaths
  credentials: Credentials | null
  /** Milliseconds; an unset one uses the source's default. */
  timing: EtcdTiming
  /** Unusual settings or certificates that may cause problems. */
  notices: Notice[]
  kubernetesPrefix: string
  /** Whether it was given, and is not just the default. */
  prefixGiven: boolean
  flannelPrefix: string | null
  /** The parsed YAML of the encryption configuration; null if there is none. */
  encryptionConfig: unknown
}

interface EtcdTiming {
  deadlineMs?: number
  firstContactMs?: number
  keepalive?: { keepaliveMs?: number; keepaliveTimeoutMs?: number }
}

interface TlsPaths {
  cacert: string | null
  cert: string | null
  key: string | null
}

export interface FileClusterConfig {
  kind: 'file'
  name: string
  title: string
  /** An absolute path to a snapshot, a database, a `.snap` or a data directory. */
  path: string
  kubernetesPrefix: string
  /** Whether it was given, and is not just the default. */
  prefixGiven: boolean
  flannelPrefix: string | null
  /** The parsed YAML of the encryption configuration; null if there is none. */
  encryptionConfig: unknown
}

export type ClusterConfig = EtcdClusterConfig | FileClusterConfig

export interface Config {
  host: string
  port: number
  allowedHosts: string[]
  revealSecrets: boolean
  logLevel: LogLevel
  clusters: ClusterConfig[]
  /** Sentences for the terminal about ignored or default settings. */
  warnings: string[]
}

const DEFAULT_PORT = 7979

/** Log levels for stdout, from nothing to everything. */
export const LOG_LEVELS = ['silent', 'fatal', 'error', 'warn', 'info', 'debug', 'trace'] as const
type LogLevel = (typeof LOG_LEVELS)[number]

export const HELP = `Registree shows what a Kubernetes cluster keeps in etcd. It only reads.

Usage
  npm start                                          the demo cluster that comes with Registree
  npm start -- --endpoints https://10.0.0.1:2379 --cacert ca.pem --cert client.pem --key client-key.pem
  npm start -- --snapshot backup.db                  a file written by "etcdctl snapshot save", or a copied member/snap/db
  npm start -- --data-dir /var/lib/etcd              a member's data directory (or a copy of one), v2 keyspace included
  npm start -- --config clusters.yaml                several clusters

A live etcd (the flags and variables are etcdctl's)
  --endpoints URL[,URL…]      members to ask: http://, https:// or unix:// (without a scheme http, or https with a certificate)
                              ETCDCTL_ENDPOINTS; default 127.0.0.1:2379 where anything else below is set
  --cacert FILE               CA that signed the members' certificates (PEM)        ETCDCTL_CACERT    also --ca-file
  --cert FILE                 client certificate (PEM)                              ETCDCTL_CERT      also --cert-file
  --key FILE                  its private key (PEM)                                 ETCDCTL_KEY       also --key-file
  --user NAME[:PASSWORD]      etcd user                                             ETCDCTL_USER      also --username, -u
  --password PASSWORD         its password; the variable keeps it out of ps         ETCDCTL_PASSWORD
  --auth-jwt-token TOKEN      in place of a user: a token that etcd gave            ETCDCTL_AUTH_JWT_TOKEN
  --insecure-skip-tls-verify  take any server certificate (for tests only)          ETCDCTL_INSECURE_SKIP_TLS_VERIFY
  --insecure-transport=false  TLS although no certificate is given                  ETCDCTL_INSECURE_TRANSPORT
  --command-timeout TIME      for a read, waiting included; default 10s             ETCDCTL_COMMAND_TIMEOUT
  --dial-timeout TIME         for the first answer of a member; default 3s          ETCDCTL_DIAL_TIMEOUT
  --keepalive-time TIME       between pings of a connection, 10s at least           ETCDCTL_KEEPALIVE_TIME
  --keepalive-timeout TIME    for the answer to a ping; default 10s                 ETCDCTL_KEEPALIVE_TIMEOUT

A file
  --snapshot FILE             snapshot, bare database or .snap file
  --data-dir DIR              data directory, its member/ or its member/snap/

What to show
  --config FILE               YAML with several clusters (below)
  --name NAME                 the cluster's name in links; default: "default", or the file's name
  --kubernetes-prefix PREFIX  where the API server keeps its objects; default /registry
  --flannel-prefix PATH       flannel's directory, if it is not found by itself         FLANNEL_ETCD_PREFIX
  --encryption-config FILE    the API server's EncryptionConfiguration: opens encrypted values
  --reveal-secrets            show what is masked otherwise: Secrets, private keys, tokens and the like

Where to listen
  --host ADDRESS              default 127.0.0.1: only this machine. Registree has no sign-in: think before opening it up
  --port PORT                 default ${DEFAULT_PORT}; 0 takes any free port
  --allowed-host NAME         a further name in Host headers that is ours, e.g. behind a reverse proxy; may be repeated

  --help, --version

Log
  REGISTREE_LOG               how much the log says: ${LOG_LEVELS.join(', ')}; default warn

clusters.yaml
  clusters:
    - name: production
      endpoints: [https://10.0.0.1:2379, https://10.0.0.2:2379]
      cacert: /etc/kubernetes/pki/etcd/ca.crt
      cert: /etc/kubernetes/pki/apiserver-etcd-client.crt
      key: /etc/kubernetes/pki/apiserver-etcd-client.key
    - name: last-night
      snapshot: backups/etcd.db          # paths are relative to this file
  Other keys of a cluster: title, data-dir, kubernetes-prefix, flannel-prefix, encryption-config, and the other flags of a live etcd by
  their names (user, password, insecure-skip-tls-verify, command-timeout …). Of the variables only REGISTREE_LOG is read with --config.
`

const OPTIONS = {
  endpoints: { type: 'string', multiple: true },
  endpoint: { type: 'string' },
  peers: { type: 'string', short: 'C' },
  cacert: { type: 'string' },
  'ca-file': { type: 'string' },
  cert: { type: 'string' },
  'cert-file': { type: 'string' },
  key: { type: 'string' },
  'key-file': { type: 'string' },
  user: { type: 'string' },
  username: { type: 'string', short: 'u' },
  password: { type: 'string' },
  'auth-jwt-token': { type: 'string' },
  'command-timeout': { type: 'string' },
  'total-timeout': { type: 'string' },
  'dial-timeout': { type: 'string' },
  timeout: { type: 'string' },
  'keepalive-time': { type: 'string' },
  'keepalive-timeout': { type: 'string' },
  snapshot: { type: 'string' },
  'data-dir': { type: 'string' },
  config: { type: 'string' },
  name: { type: 'string' },
  'kubernetes-prefix': { type: 'string' },
  'flannel-prefix': { type: 'string' },
  'encryption-config': { type: 'string' },
  'reveal-secrets': { type: 'boolean' },
  host: { type: 'string' },
  port: { type: 'string' },
  'allowed-host': { type: 'string', multiple: true },
  help: { type: 'boolean', short: 'h' },
  version: { type: 'boolean' },
} as const

/** Every flag; a test compares the README with it. */
export const FLAG_NAMES: readonly string[] = [...Object.keys(OPTIONS), ...BOOLEANS]

/** Flags for the one cluster of the command line; with `--config` each cluster has its own. */
const OF_ONE_CLUSTER = ['snapshot', 'data-dir', 'name', 'kubernetes-prefix', 'flannel-prefix', 'encryption-config'] as const

type Flags = ReturnType<typeof parse>

/** The settings of one cluster; `where` names the flag or line in an error. */
interface RawCluster {
  name?: string | undefined
  title?: string | undefined
  endpoints?: string[] | undefined
  cacert?: string | undefined
  cert?: string | undefined
  key?: string | undefined
  user?: string | undefined
  password?: string | undefined
  token?: string | undefined
  insecureSkipVerify?: boolean | undefined
  insecureTransport?: boolean | undefined
  commandTimeout?: string | undefined
  dialTimeout?: string | undefined
  keepaliveTime?: string | undefined
  keepaliveTimeout?: string | undefined
  snapshot?: string | undefined
  dataDir?: string | undefined
  kubernetesPrefix?: string | undefined
  flannelPrefix?: string | undefined
  encryptionConfig?: string | undefined
  base: string
  where: (field: string) => string
}

export interface ConfigInput {
  argv: string[]
  env: Record<string, string | undefined>
  cwd: string
  /** The demo's data directory, opened by default. */
  demo: string
}

/** `help` and `version` return text instead of a server. Throws ConfigError. */
export function readConfig(input: ConfigInput): Config | 'help' | 'version' {
  const flags = parse(input.argv)
  const { values } = flags
  if (values.help) return 'help'
  if (values.version) return 'version'
  const { env } = input
  const listen = {
    host: values.host ?? '127.0.0.1',
    port: readPort(values.port),
    allowedHosts: values['allowed-host'] ?? [],
    revealSecrets: values['reveal-secrets'] ?? false,
    logLevel: readLogLevel(variableOf(env, 'REGISTREE_LOG')),
  }
  if (values.config !== undefined) {
    const clash =
      OF_ONE_CLUSTER.find((flag) => values[flag] !== undefined) ?? SETTING_NAMES.map((name) => givenFlag(flags, name)).find((flag) => flag)
    if (clash) throw new ConfigError(`--config and --${clash} exclude each other: it belongs to one cluster, in the file.`)
    return { ...listen, clusters: readClustersFile(path.resolve(input.cwd, values.config), values.config), warnings: [] }
  }
  if (values.snapshot !== undefined || values['data-dir'] !== undefined) {
    return { ...listen, clusters: [toCluster(ofFile(flags, env, input.cwd))], warnings: [] }
  }
  // Endpoints on the command line override the variable.
  if (givenFlag(flags, 'endpoints') === undefined) refuseDiscovery(env)
  const { raw, because } = ofEtcd(flags, env, input.cwd)
  if (raw.endpoints === undefined && because === null) {
    const demo = { ...ofFile(flags, {}, input.cwd), dataDir: input.demo }
    return { ...listen, clusters: [toCluster({ ...demo, name: raw.name ?? 'demo', title: 'Demo' })], warnings: unknownVariables(env) }
  }
  const chosen =
    raw.endpoints === undefined ? [`No endpoints are named: ${DEFAULT_ENDPOINT} is asked, as by etcdctl, because ${because} is set.`] : []
  return {
    ...listen,
    clusters: [toCluster({ ...raw, endpoints: raw.endpoints ?? [DEFAULT_ENDPOINT] })],
    warnings: [...chosen, ...unknownVariables(env)],
  }
}

/** etcdctl's default endpoint. */
const DEFAULT_ENDPOINT = '127.0.0.1:2379'

function parse(argv: string[]) {
  try {
    // `npm start -- -- --port 1` and `node scripts/start.mjs -- --port 1` pass npm's own `--` on.
    const { rest, booleans } = takeBooleans(argv[0] === '--' ? argv.slice(1) : argv)
    const { values } = parseArgs({ args: rest, options: OPTIONS, allowPositionals: false, strict: true })
    // A script passes this for an unset variable; an empty path would be the current directory.
    const empty = Object.entries(values).find(([flag, value]) => value === '' && flag !== 'password')
    if (empty !== undefined) throw new ConfigError(`--${empty[0]} needs a value; it was given an empty one.`)
    return { values, booleans }
  } catch (error) {
    if (error instanceof ConfigError) throw error
    const { code, message } = error as NodeJS.ErrnoException
    const flag = /'(-[^' ]*)/.exec(message)?.[1]
    if (code === 'ERR_PARSE_ARGS_UNKNOWN_OPTION')
      throw new ConfigError(whyRefused((flag ?? '').replace(/=.*/, '')) ?? `There is no flag ${flag ?? ''}; --help lists them all.`)
    if (code === 'ERR_PARSE_ARGS_UNEXPECTED_POSITIONAL') {
      const word = /'([^']*)'/.exec(message)?.[1] ?? ''
      throw new ConfigError(`"${word}" belongs to no flag; to open a file write --snapshot ${word}.`)
    }
    if (/argument missing|ambiguous/.test(message)) throw new ConfigError(`${flag ?? 'A flag'} needs a value.`)
    if (/does not take/.test(message)) throw new ConfigError(`${flag ?? 'A flag'} takes no value.`)
    throw new ConfigError(message)
  }
}

/** The name under which a setting was given on the command line. */
function givenFlag({ values, booleans }: Flags, setting: EtcdctlSetting): string | undefined {
  return SETTINGS[setting].flags.find((flag) => booleans.has(flag) || (values as Record<string, unknown>)[flag] !== undefined)
}

/** Settings common to a live etcd and a file. */
function ofOneCluster({ values }: Flags, variable: string | undefined, cwd: string) {
  const flannel = values['flannel-prefix'] ?? variable
  const sources: Record<string, string> = {}
  if (values['flannel-prefix'] === undefined && flannel !== undefined) sources['flannel-prefix'] = 'FLANNEL_ETCD_PREFIX'
  const raw: RawCluster = {
    name: values.name,
    kubernetesPrefix: values['kubernetes-prefix'],
    flannelPrefix: flannel,
    encryptionConfig: values['encryption-config'],
    base: cwd,
    where: (field) => sources[field] ?? `--${field}`,
  }
  return { raw, sources }
}

function ofFile(flags: Flags, env: ConfigInput['env'], cwd: string): RawCluster {
  const { values } = flags
  const both = [givenFlag(flags, 'endpoints'), values.snapshot && 'snapshot', values['data-dir'] && 'data-dir'].filter(Boolean)
  if (both.length > 1)
    throw new ConfigError(`${both.map((flag) => `--${flag}`).join(' and ')} exclude each other; --config opens several clusters.`)
  const stray = SETTING_NAMES.map((setting) => givenFlag(flags, setting)).find((flag) => flag !== undefined)
  if (stray !== undefined) throw new ConfigError(`--${stray} is for a live etcd, and no endpoints are named.`)
  const { raw } = ofOneCluster(flags, variableOf(env, 'FLANNEL_ETCD_PREFIX'), cwd)
  return { ...raw, snapshot: values.snapshot, dataDir: values['data-dir'] }
}

/** An empty variable counts as unset. */
const variableOf = (env: ConfigInput['env'], name: string) => (env[name] === '' ? undefined : env[name])

/** `because` names the flag or variable that requires a live etcd; null if there is none. */
function ofEtcd(flags: Flags, env: ConfigInput['env'], cwd: string): { raw: RawCluster; because: string | null } {
  const { raw, sources } = ofOneCluster(flags, variableOf(env, 'FLANNEL_ETCD_PREFIX'), cwd)
  const values = flags.values as Record<string, string | string[] | undefined>
  const given: Partial<Record<EtcdctlSetting, string | string[] | boolean>> = {}
  for (const setting of SETTING_NAMES) {
    const flag = givenFlag(flags, setting)
    const variable = SETTINGS[setting].variables.find((name) => variableOf(env, name) !== undefined)
    const value =
      flag === undefined ? (variable === undefined ? undefined : variableOf(env, variable)) : (flags.booleans.get(flag) ?? values[flag])
    if (value === undefined) continue
    given[setting] = value
    sources[SETTINGS[setting].flags[0]] = flag === undefined ? (variable as string) : `--${flag}`
  }
  const text = (setting: EtcdctlSetting) => given[setting] as string | undefined
  const boolean = (setting: EtcdctlSetting) => {
    const value = given[setting]
    return typeof value === 'string' ? readBoolean(value, raw.where(SETTINGS[setting].flags[0])) : (value as boolean | undefined)
  }
  const endpoints = given.endpoints === undefined ? undefined : [given.endpoints].flat().flatMap((entry) => String(entry).split(','))
  const [first] = SETTING_NAMES.filter((setting) => given[setting] !== undefined)
  return {
    because: first === undefined ? null : raw.where(SETTINGS[first].flags[0]),
    raw: {
      ...raw,
      // Flannel's own variable applies to the given etcd: the demo's flannel uses the default.
      ...(first === undefined ? { flannelPrefix: flags.values['flannel-prefix'] } : {}),
      endpoints: endpoints?.map((entry) => entry.trim()),
      cacert: text('cacert'),
      cert: text('cert'),
      key: text('key'),
      user: text('user'),
      password: text('password'),
      token: text('token'),
      insecureSkipVerify: boolean('insecureSkipVerify'),
      insecureTransport: boolean('insecureTransport'),
      commandTimeout: text('commandTimeout'),
      dialTimeout: text('dialTimeout'),
      keepaliveTime: text('keepaliveTime'),
      keepaliveTimeout: text('keepaliveTimeout'),
    },
  }
}

function readPort(text: string | undefined): number {
  if (text === undefined) return DEFAULT_PORT
  const port = Number(text)
  if (!/^\d+$/.test(text) || port > 65535) throw new ConfigError(`--port "${text}" is no port: a number from 0 to 65535.`)
  return port
}

function readLogLevel(text = 'warn'): LogLevel {
  const level = LOG_LEVELS.find((one) => one === text)
  if (level === undefined) throw new ConfigError(`REGISTREE_LOG "${text}" is no log level; choose one of ${LOG_LEVELS.join(', ')}.`)
  return level
}

const NAME = /^[a-z0-9][a-z0-9._-]*$/
const RESERVED = new Set(['api', 'assets'])

/** Settings for reaching a live etcd, which do not apply to a file. */
const LIVE_ONLY = SETTING_NAMES.filter((setting) => setting !== 'endpoints')

function toCluster(raw: RawCluster): ClusterConfig {
  const given = [raw.endpoints && 'endpoints', raw.snapshot && 'snapshot', raw.dataDir && 'data-dir'].filter((name) => name !== undefined)
  if (given.length !== 1) throw new ConfigError(`${raw.where('endpoints')}: a cluster has exactly one of endpoints, snapshot and data-dir.`)
  const target = raw.snapshot ?? raw.dataDir
  const name = raw.name ?? (target === undefined ? 'default' : nameOfFile(target))
  if (!NAME.test(name) || RESERVED.has(name)) {
    throw new ConfigError(
      RESERVED.has(name)
        ? `${raw.where('name')}: "${name}" is taken; choose another name.`
        : `${raw.where('name')}: "${name}" is no cluster name: small letters, digits, dot, dash and underscore.`,
    )
  }
  const kubernetesPrefix = (raw.kubernetesPrefix ?? '/registry').replace(/\/+$/, '')
  if (!kubernetesPrefix.startsWith('/'))
    throw new ConfigError(`${raw.where('kubernetes-prefix')}: "${kubernetesPrefix}" must begin with /.`)
  if (raw.flannelPrefix !== undefined && !raw.flannelPrefix.startsWith('/')) {
    throw new ConfigError(`${raw.where('flannel-prefix')}: "${raw.flannelPrefix}" must begin with /.`)
  }
  const shared = {
    name,
    title: raw.title ?? name,
    kubernetesPrefix,
    prefixGiven: raw.kubernetesPrefix !== undefined,
    flannelPrefix: raw.flannelPrefix?.replace(/(.)\/+$/, '$1') ?? null,
    encryptionConfig:
      raw.encryptionConfig === undefined ? null : readEncryption(raw.encryptionConfig, raw.base, raw.where('encryption-config')),
  }
  if (target !== undefined) {
    const stray = LIVE_ONLY.find((field) => raw[field] !== undefined && raw[field] !== false)
    if (stray !== undefined) throw new ConfigError(`${raw.where(SETTINGS[stray].flags[0])} is for a live etcd, and no endpoints are named.`)
    const absolute = path.resolve(raw.base, target)
    const flag = raw.where(raw.snapshot === undefined ? 'data-dir' : 'snapshot')
    try {
      statSync(absolute)
    } catch (error) {
      throw new ConfigError(`${flag}: ${target} cannot be opened: ${faultInWords(error)}.`)
    }
    return { kind: 'file', ...shared, path: absolute }
  }
  return { kind: 'etcd', ...shared, ...readConnection(raw) }
}

type Connection = Pick<EtcdClusterConfig, 'endpoints' | 'tls' | 'tlsPaths' | 'credentials' | 'timing' | 'notices'>

function readConnection(raw: RawCluster): Connection {
  // A setting that only works with TLS implies TLS. As in etcdctl, --insecure-skip-tls-verify alone does not.
  const secure = raw.cacert !== undefined || raw.cert !== undefined || raw.insecureSkipVerify === true || raw.insecureTransport === false
  const endpoints = (raw.endpoints ?? []).map((endpoint) => readEndpoint(endpoint, raw.where('endpoints'), secure, raw.base))
  if (endpoints.length === 0) throw new ConfigError(`${raw.where('endpoints')} names no endpoint.`)
  const { cert, key } = readClientPair(raw)
  const ca = raw.cacert === undefined ? null : readPem(raw.cacert, raw.base, raw.where('cacert'), certificateFault)
  const credentials = readCredentials(raw)
  const plain = endpoints.filter((endpoint) => !isSecure(endpoint))
  const anySecure = plain.length < endpoints.length
  const notices: Notice[] = []
  if (!anySecure && (ca !== null || cert !== null)) notices.push(uselessFiles(raw))
  if (anySecure && credentials !== null && plain.some((endpoint) => endpoint.startsWith('http:'))) notices.push(unencrypted(plain))
  return {
    endpoints,
    tls: anySecure ? { ca, cert, key, insecureSkipVerify: raw.insecureSkipVerify ?? false, names: fileNames(raw) } : null,
    tlsPaths: anySecure ? pathsOf(raw) : { cacert: null, cert: null, key: null },
    credentials,
    timing: readTiming(raw),
    notices,
  }
}

/** How messages name the files. */
const fileNames = (raw: RawCluster) => ({
  ca: `${raw.where('cacert')} ${raw.cacert ?? ''}`.trim(),
  cert: `${raw.where('cert')} ${raw.cert ?? ''}`.trim(),
})

/** As in etcdctl, http:// means no TLS, even if certificates are given. */
function uselessFiles(raw: RawCluster): Notice {
  const settings = (['cacert', 'cert'] as const).filter((setting) => raw[setting] !== undefined).map((setting) => raw.where(setting))
  return notice('warning', settings.join(', '), 'certificates-unused', { settings })
}

function unencrypted(endpoints: string[]): Notice {
  return notice('warning', endpoints.join(', '), 'password-unencrypted', { endpoints })
}

/** The minimum of Go's client; etcd closes connections that ping more often. */
const LEAST_KEEPALIVE_MS = 10_000

function readTiming(raw: RawCluster): EtcdTiming {
  const duration = (setting: 'commandTimeout' | 'dialTimeout' | 'keepaliveTime' | 'keepaliveTimeout') => {
    const text = raw[setting]
    return text === undefined ? undefined : readDuration(text, raw.where(SETTINGS[setting].flags[0]))
  }
  const [deadlineMs, firstContactMs] = [duration('commandTimeout'), duration('dialTimeout')]
  const [time, keepaliveTimeoutMs] = [duration('keepaliveTime'), duration('keepaliveTimeout')]
  const keepaliveMs = time === undefined ? undefined : Math.max(LEAST_KEEPALIVE_MS, time)
  return {
    ...(deadlineMs === undefined ? {} : { deadlineMs }),
    ...(firstContactMs === undefined ? {} : { firstContactMs }),
    ...(keepaliveMs === undefined && keepaliveTimeoutMs === undefined
      ? {}
      : {
          keepalive: {
            ...(keepaliveMs === undefined ? {} : { keepaliveMs }),
            ...(keepaliveTimeoutMs === undefined ? {} : { keepaliveTimeoutMs }),
          },
        }),
  }
}

function pathsOf(raw: RawCluster): TlsPaths {
  const absolute = (file: string | undefined) => (file === undefined ? null : path.resolve(raw.base, file))
  return { cacert: absolute(raw.cacert), cert: absolute(raw.cert), key: absolute(raw.key) }
}

function readClientPair(raw: RawCluster): Pick<TlsFiles, 'cert' | 'key'> {
  const cert = raw.cert === undefined ? null : readPem(raw.cert, raw.base, raw.where('cert'), certificateFault)
  const key = raw.key === undefined ? null : readPem(raw.key, raw.base, raw.where('key'), privateKeyFault)
  if (cert !== null && key === null)
    throw new ConfigError(`${raw.where('cert')} needs --key too: the private key of the client certificate.`)
  if (key !== null && cert === null)
    throw new ConfigError(`${raw.where('key')} needs --cert too: the client certificate of the private key.`)
  const fault = cert === null || key === null ? null : pairFault(cert, key)
  if (fault !== null) throw new ConfigError(`${raw.where('cert')} ${raw.cert} and ${raw.where('key')} ${raw.key} ${fault}.`)
  return { cert, key }
}

function readCredentials(raw: RawCluster): Credentials | null {
  if (raw.token !== undefined) {
    if (raw.user !== undefined) throw new ConfigError(`${raw.where('auth-jwt-token')} and ${raw.where('user')} exclude each other.`)
    return { token: raw.token }
  }
  if (raw.user === undefined) {
    if (raw.password !== undefined) throw new ConfigError(`${raw.where('password')} needs --user too.`)
    return null
  }
  // etcdctl also accepts NAME:PASSWORD in --user.
  const colon = raw.password === undefined ? raw.user.indexOf(':') : -1
  if (colon >= 0) return { user: raw.user.slice(0, colon), password: raw.user.slice(colon + 1) }
  if (raw.password === undefined) throw new ConfigError(`${raw.where('user')} needs a password: --password, or ETCDCTL_PASSWORD.`)
  return { user: raw.user, password: raw.password }
}

function readText(file: string, base: string, where: string): Buffer {
  try {
    return readFileSync(path.resolve(base, file))
  } catch (error) {
    throw new ConfigError(`${where}: ${file} cannot be read: ${reason(error)}.`)
  }
}

/** Its parsed YAML, which is validated when the cluster is opened. */
function readEncryption(file: string, base: string, where: string): unknown {
  const text = readText(file, base, where).toString('utf8')
  try {
    const document = parseDocument(text)
    if (document.errors.length > 0) throw document.errors[0]
    // An empty file is not a valid configuration, and differs from giving none.
    return document.toJS() ?? {}
  } catch {
    // The parser's message quotes the line, which may contain a key.
    throw new ConfigError(`${where}: ${file} is not valid YAML.`)
  }
}

function readPem(file: string, base: string, where: string, faultOf: (pem: Buffer) => string | null): Buffer {
  const bytes = readText(file, base, where)
  const fault = faultOf(bytes)
  if (fault !== null) throw new ConfigError(`${where}: ${file} ${fault}.`)
  return bytes
}

function reason(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException
  if (code === 'ENOENT') return 'there is no such file'
  if (code === 'EACCES') return 'permission denied'
  if (code === 'EISDIR') return 'it is a directory'
  return message
}

/** `Backup 2026.db` → `backup-2026`; for a data directory its name, or its parent's if it is named member or snap. */
function nameOfFile(target: string): string {
  const parts = path
    .resolve(target)
    .split(path.sep)
    .filter((part) => part !== '' && part !== 'member' && part !== 'snap' && part !== 'db')
  const base = (parts.at(-1) ?? 'file').replace(/\.(db|snap)$/i, '')
  const name = base
    .toLowerCase()
    .replace(/[^a-z0-9._-]+/g, '-')
    .replace(/^[._-]+/, '')
  return name === '' || RESERVED.has(name) ? 'file' : name
}

const CLUSTER_KEYS: Record<string, keyof RawCluster> = {
  name: 'name',
  title: 'title',
  ...Object.fromEntries(SETTING_NAMES.map((setting) => [SETTINGS[setting].flags[0], setting])),
  // As on the command line, etcdctl's v2 names are accepted.
  'ca-file': 'cacert',
  'cert-file': 'cert',
  'key-file': 'key',
  snapshot: 'snapshot',
  'data-dir': 'dataDir',
  'kubernetes-prefix': 'kubernetesPrefix',
  'flannel-prefix': 'flannelPrefix',
  'encryption-config': 'encryptionConfig',
}

/** How messages name a field: by its flag, or by its key if it has several flags. */
const primaryName = (field: keyof RawCluster): string =>
  Object.entries(CLUSTER_KEYS).find(([, candidate]) => candidate === field)?.[0] ?? field

/** The YAML of `--config`: a list `clusters`. Every error names the line. */
function readClustersFile(file: string, shown: string): ClusterConfig[] {
  const lines = new LineCounter()
  const document = parseDocument(readText(file, '.', '--config').toString('utf8'), { lineCounter: lines })
  const at = (offset: number | undefined) => `${shown}:${offset === undefined ? 1 : lines.linePos(offset).line}`
  const [broken] = document.errors
  if (broken !== undefined)
    throw new ConfigError(`${at(broken.pos[0])}: ${broken.message.split('\n')[0]?.replace(/ at line \d+, column \d+:?$/, '')}`)
  const top = document.contents
  if (!isMap(top)) throw new ConfigError(`${at(0)}: expected a list called "clusters".`)
  for (const pair of top.items) {
    if (isScalar(pair.key) && pair.key.value !== 'clusters') {
      throw new ConfigError(`${at(pair.key.range?.[0])}: there is no setting "${String(pair.key.value)}"; a config file holds "clusters".`)
    }
  }
  const list = top.get('clusters', true) as unknown as { items?: unknown[]; range?: [number, number, number] } | undefined
  if (list === undefined || !Array.isArray(list.items) || list.items.length === 0) {
    throw new ConfigError(`${at(list?.range?.[0] ?? 0)}: "clusters" must be a list with at least one cluster.`)
  }
  const clusters = list.items.map((item) => readClusterItem(item, path.dirname(file), at))
  const seen = new Set<string>()
  for (const [index, cluster] of clusters.entries()) {
    const item = list.items[index] as { range?: [number, number, number] }
    if (seen.has(cluster.name))
      throw new ConfigError(`${at(item.range?.[0])}: two clusters are called "${cluster.name}"; give one another "name".`)
    seen.add(cluster.name)
  }
  return clusters
}

function readClusterItem(item: unknown, base: string, at: (offset: number | undefined) => string): ClusterConfig {
  if (!isMap(item))
    throw new ConfigError(
      `${at((item as { range?: [number] } | null)?.range?.[0])}: a cluster is a mapping with "name" and "endpoints", "snapshot" or "data-dir".`,
    )
  const written = new Map<string, { name: string; offset: number | undefined }>()
  const values: Record<string, unknown> = {}
  for (const pair of item.items) {
    if (!isPair(pair) || !isScalar(pair.key)) continue
    const name = String(pair.key.value)
    const offset = pair.key.range?.[0]
    const field = CLUSTER_KEYS[name]
    if (field === undefined) {
      throw new ConfigError(`${at(offset)}: a cluster has no setting "${name}"; there are ${Object.keys(CLUSTER_KEYS).join(', ')}.`)
    }
    if (field in values) throw new ConfigError(`${at(offset)}: "${name}" is set already, by another of its names.`)
    written.set(primaryName(field), { name, offset })
    const value = (pair.value as { toJSON?: () => unknown } | null)?.toJSON?.()
    const isBoolean = field === 'insecureSkipVerify' || field === 'insecureTransport'
    const wanted = field === 'endpoints' ? 'a list of addresses' : isBoolean ? 'true or false' : 'text'
    // YAML parses an unquoted all-digit name or password as a number.
    const text = typeof value === 'number' && field !== 'endpoints' ? String(value) : value
    const list = field === 'endpoints' && typeof text === 'string' ? text.split(',').map((part) => part.trim()) : text
    const good =
      field === 'endpoints'
        ? Array.isArray(list) && list.every((entry) => typeof entry === 'string')
        : isBoolean
          ? typeof list === 'boolean'
          : typeof list === 'string' && (list !== '' || field === 'password')
    if (!good) throw new ConfigError(`${at(offset)}: "${name}" must be ${wanted}.`)
    values[field] = list
  }
  const start = item.range?.[0]
  const where = (field: string) => `${at(written.get(field)?.offset ?? start)}: ${written.get(field)?.name ?? field}`
  return toCluster({ ...(values as Partial<RawCluster>), base, where })
}
