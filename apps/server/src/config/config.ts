// The only reader of flags, configuration files and the environment: argv → what to open and where to listen.
import { readFileSync, statSync } from 'node:fs'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { isMap, isPair, isScalar, LineCounter, parseDocument } from 'yaml'
import type { Credentials } from '../sources/etcd/etcd-member.ts'
import type { TlsFiles } from '../sources/etcd/tls-files.ts'
import { faultInWords } from '../sources/file/file-fault.ts'
import { ConfigError } from './config-error.ts'
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
  kubernetesPrefix: string
  flannelPrefix: string | null
  /** The encryption configuration as its YAML says it; null where there is none. */
  encryptionConfig: unknown
}

export interface TlsPaths {
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
  flannelPrefix: string | null
  /** The encryption configuration as its YAML says it; null where there is none. */
  encryptionConfig: unknown
}

export type ClusterConfig = EtcdClusterConfig | FileClusterConfig

export interface Config {
  host: string
  port: number
  allowedHosts: string[]
  revealSecrets: boolean
  clusters: ClusterConfig[]
}

const DEFAULT_PORT = 7979

export const HELP = `Registree shows what a Kubernetes cluster keeps in etcd. It only reads.

Usage
  npm start                                          the demo cluster that comes with Registree
  npm start -- --endpoints https://10.0.0.1:2379 --cacert ca.pem --cert client.pem --key client-key.pem
  npm start -- --snapshot backup.db                  a file written by "etcdctl snapshot save", or a copied member/snap/db
  npm start -- --data-dir /var/lib/etcd              a member's data directory (or a copy of one), v2 keyspace included
  npm start -- --config clusters.yaml                several clusters

A live etcd (the flags and variables are etcdctl's)
  --endpoints URL[,URL…]      members to ask, all http:// or all https://           ETCDCTL_ENDPOINTS
  --cacert FILE               CA that signed the members' certificates (PEM)        ETCDCTL_CACERT    also --ca-file
  --cert FILE                 client certificate (PEM)                              ETCDCTL_CERT      also --cert-file
  --key FILE                  its private key (PEM)                                 ETCDCTL_KEY       also --key-file
  --user NAME[:PASSWORD]      etcd user                                             ETCDCTL_USER
  --password PASSWORD         its password; the variable keeps it out of ps         ETCDCTL_PASSWORD
  --insecure-skip-tls-verify  take any server certificate (for tests only)

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

clusters.yaml
  clusters:
    - name: production
      endpoints: [https://10.0.0.1:2379, https://10.0.0.2:2379]
      cacert: /etc/kubernetes/pki/etcd/ca.crt
      cert: /etc/kubernetes/pki/apiserver-etcd-client.crt
      key: /etc/kubernetes/pki/apiserver-etcd-client.key
    - name: last-night
      snapshot: backups/etcd.db          # paths are relative to this file
  Other keys of a cluster: title, user, password, data-dir, insecure-skip-tls-verify, kubernetes-prefix, flannel-prefix, encryption-config.
`

const OPTIONS = {
  endpoints: { type: 'string', multiple: true },
  cacert: { type: 'string' },
  'ca-file': { type: 'string' },
  cert: { type: 'string' },
  'cert-file': { type: 'string' },
  key: { type: 'string' },
  'key-file': { type: 'string' },
  user: { type: 'string' },
  password: { type: 'string' },
  'insecure-skip-tls-verify': { type: 'boolean' },
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

/** Flags that describe the one cluster of the command line; the file of `--config` says the same of each of its own. */
const OF_ONE_CLUSTER = [
  'endpoints',
  'cacert',
  'ca-file',
  'cert',
  'cert-file',
  'key',
  'key-file',
  'user',
  'password',
  'insecure-skip-tls-verify',
  'snapshot',
  'data-dir',
  'name',
  'kubernetes-prefix',
  'flannel-prefix',
  'encryption-config',
] as const

type Flags = ReturnType<typeof parse>['values']

/** What one cluster was given, wherever it came from; `where` names the flag or line in an error. */
interface RawCluster {
  name?: string | undefined
  title?: string | undefined
  endpoints?: string[] | undefined
  cacert?: string | undefined
  cert?: string | undefined
  key?: string | undefined
  user?: string | undefined
  password?: string | undefined
  insecureSkipVerify?: boolean | undefined
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
  /** The demo's data directory, opened when nothing else is named. */
  demo: string
}

/** `help` and `version` ask for text instead of a server. Throws ConfigError. */
export function readConfig(input: ConfigInput): Config | 'help' | 'version' {
  const { values } = parse(input.argv)
  if (values.help) return 'help'
  if (values.version) return 'version'
  const { env } = input
  const listen = {
    host: values.host ?? '127.0.0.1',
    port: readPort(values.port),
    allowedHosts: values['allowed-host'] ?? [],
    revealSecrets: values['reveal-secrets'] ?? false,
  }
  if (values.config !== undefined) {
    const clash = OF_ONE_CLUSTER.find((flag) => values[flag] !== undefined)
    if (clash !== undefined) throw new ConfigError(`--config and --${clash} exclude each other: it belongs to one cluster, in the file.`)
    return { ...listen, clusters: readClustersFile(path.resolve(input.cwd, values.config), values.config) }
  }
  const raw = fromFlags(values, env, input.cwd)
  if (raw.endpoints === undefined && raw.snapshot === undefined && raw.dataDir === undefined) {
    return { ...listen, clusters: [toCluster({ ...raw, name: raw.name ?? 'demo', title: raw.title ?? 'Demo', dataDir: input.demo })] }
  }
  return { ...listen, clusters: [toCluster(raw)] }
}

function parse(argv: string[]) {
  try {
    // `npm start -- -- --port 1` and `node scripts/start.mjs -- --port 1` hand npm's own `--` on.
    const args = argv[0] === '--' ? argv.slice(1) : argv
    const parsed = parseArgs({ args, options: OPTIONS, allowPositionals: false, strict: true })
    // What a script makes of a variable that is not set; an empty path would be the directory one stands in.
    const empty = Object.entries(parsed.values).find(([flag, value]) => value === '' && flag !== 'password')
    if (empty !== undefined) throw new ConfigError(`--${empty[0]} needs a value; it was given an empty one.`)
    return parsed
  } catch (error) {
    if (error instanceof ConfigError) throw error
    const { code, message } = error as NodeJS.ErrnoException
    const flag = /'(-[^' ]*)/.exec(message)?.[1]
    if (code === 'ERR_PARSE_ARGS_UNKNOWN_OPTION') throw new ConfigError(`There is no flag ${flag ?? ''}; --help lists them all.`)
    if (code === 'ERR_PARSE_ARGS_UNEXPECTED_POSITIONAL') {
      const word = /'([^']*)'/.exec(message)?.[1] ?? ''
      throw new ConfigError(`"${word}" belongs to no flag; to open a file write --snapshot ${word}.`)
    }
    if (/argument missing|ambiguous/.test(message)) throw new ConfigError(`${flag ?? 'A flag'} needs a value.`)
    if (/does not take/.test(message)) throw new ConfigError(`${flag ?? 'A flag'} takes no value.`)
    throw new ConfigError(message)
  }
}

function fromFlags(values: Flags, env: Record<string, string | undefined>, cwd: string): RawCluster {
  // A variable that is set to nothing is not set.
  const variable = (name: string) => (env[name] === undefined || env[name] === '' ? undefined : env[name])
  const file = values.snapshot !== undefined || values['data-dir'] !== undefined
  const both = [values.endpoints && '--endpoints', values.snapshot && '--snapshot', values['data-dir'] && '--data-dir'].filter(Boolean)
  if (both.length > 1) throw new ConfigError(`${both.join(' and ')} exclude each other; --config opens several clusters.`)
  const endpoints = values.endpoints ?? (file ? undefined : variable('ETCDCTL_ENDPOINTS')?.split(','))
  const sources: Record<string, string> = {}
  const pick = (
    field: string,
    flags: ('cacert' | 'ca-file' | 'cert' | 'cert-file' | 'key' | 'key-file' | 'user' | 'password')[],
    name: string,
  ) => {
    for (const flag of flags) {
      if (values[flag] !== undefined) {
        sources[field] = `--${flag}`
        return values[flag]
      }
    }
    if (endpoints === undefined || variable(name) === undefined) return undefined
    sources[field] = name
    return variable(name)
  }
  // Flannel's own variable, of the etcd that is named: the demo's flannel is where it is.
  const flannelVariable = endpoints === undefined && !file ? undefined : variable('FLANNEL_ETCD_PREFIX')
  if (values['flannel-prefix'] === undefined && flannelVariable !== undefined) sources['flannel-prefix'] = 'FLANNEL_ETCD_PREFIX'
  return {
    name: values.name,
    endpoints: endpoints?.flatMap((entry) => entry.split(',')).map((entry) => entry.trim()),
    cacert: pick('cacert', ['cacert', 'ca-file'], 'ETCDCTL_CACERT'),
    cert: pick('cert', ['cert', 'cert-file'], 'ETCDCTL_CERT'),
    key: pick('key', ['key', 'key-file'], 'ETCDCTL_KEY'),
    user: pick('user', ['user'], 'ETCDCTL_USER'),
    password: pick('password', ['password'], 'ETCDCTL_PASSWORD'),
    insecureSkipVerify: values['insecure-skip-tls-verify'],
    snapshot: values.snapshot,
    dataDir: values['data-dir'],
    kubernetesPrefix: values['kubernetes-prefix'],
    flannelPrefix: values['flannel-prefix'] ?? flannelVariable,
    encryptionConfig: values['encryption-config'],
    base: cwd,
    where: (field) => sources[field] ?? (field === 'endpoints' && values.endpoints === undefined ? 'ETCDCTL_ENDPOINTS' : `--${field}`),
  }
}

function readPort(text: string | undefined): number {
  if (text === undefined) return DEFAULT_PORT
  const port = Number(text)
  if (!/^\d+$/.test(text) || port > 65535) throw new ConfigError(`--port "${text}" is no port: a number from 0 to 65535.`)
  return port
}

const NAME = /^[a-z0-9][a-z0-9._-]*$/
const RESERVED = new Set(['api', 'assets'])

/** How a live etcd is reached: settings that a file has no use for, with their names. */
const LIVE_ONLY = [
  ['cacert', 'cacert'],
  ['cert', 'cert'],
  ['key', 'key'],
  ['user', 'user'],
  ['password', 'password'],
  ['insecureSkipVerify', 'insecure-skip-tls-verify'],
] as const

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
    flannelPrefix: raw.flannelPrefix?.replace(/(.)\/+$/, '$1') ?? null,
    encryptionConfig:
      raw.encryptionConfig === undefined ? null : readEncryption(raw.encryptionConfig, raw.base, raw.where('encryption-config')),
  }
  if (target !== undefined) {
    const stray = LIVE_ONLY.find(([field]) => raw[field] !== undefined && raw[field] !== false)
    if (stray !== undefined) throw new ConfigError(`${raw.where(stray[1])} is for a live etcd, and no endpoints are named.`)
    const absolute = path.resolve(raw.base, target)
    const flag = raw.where(raw.snapshot === undefined ? 'data-dir' : 'snapshot')
    try {
      statSync(absolute)
    } catch (error) {
      throw new ConfigError(`${flag}: ${target} cannot be opened: ${faultInWords(error)}.`)
    }
    return { kind: 'file', ...shared, path: absolute }
  }
  const impliesTls = raw.cacert !== undefined || raw.cert !== undefined || raw.insecureSkipVerify === true
  const endpoints = (raw.endpoints ?? []).map((endpoint) => checkEndpoint(endpoint, raw.where('endpoints'), impliesTls))
  if (endpoints.length === 0) throw new ConfigError(`${raw.where('endpoints')} names no endpoint.`)
  const secure = endpoints.filter((endpoint) => endpoint.startsWith('https:')).length
  if (secure !== 0 && secure !== endpoints.length)
    throw new ConfigError(`${raw.where('endpoints')}: either all endpoints are https:// or none.`)
  const { cert, key } = readClientPair(raw)
  const ca = raw.cacert === undefined ? null : readPem(raw.cacert, raw.base, raw.where('cacert'), certificateFault)
  return {
    kind: 'etcd',
    ...shared,
    endpoints,
    tls: secure === 0 ? null : { ca, cert, key, insecureSkipVerify: raw.insecureSkipVerify ?? false },
    tlsPaths: secure === 0 ? { cacert: null, cert: null, key: null } : pathsOf(raw),
    credentials: readCredentials(raw),
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
  if (fault !== null) throw new ConfigError(`${raw.where('cert')} ${raw.cert} and ${raw.where('key')} ${raw.key}: ${fault}.`)
  return { cert, key }
}

function readCredentials(raw: RawCluster): Credentials | null {
  if (raw.user === undefined) {
    if (raw.password !== undefined) throw new ConfigError(`${raw.where('password')} needs --user too.`)
    return null
  }
  // etcdctl takes NAME:PASSWORD in --user as well.
  const colon = raw.password === undefined ? raw.user.indexOf(':') : -1
  if (colon >= 0) return { user: raw.user.slice(0, colon), password: raw.user.slice(colon + 1) }
  if (raw.password === undefined) throw new ConfigError(`${raw.where('user')} needs a password: --password, or ETCDCTL_PASSWORD.`)
  return { user: raw.user, password: raw.password }
}

/** etcdctl takes `host:port` as well; whatever only TLS can use means https. */
function checkEndpoint(text: string, where: string, impliesTls: boolean): string {
  const withScheme = /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `${impliesTls ? 'https' : 'http'}://${text}`
  let url: URL
  try {
    url = new URL(withScheme)
  } catch {
    throw new ConfigError(`${where}: "${text}" is no address; write https://10.0.0.1:2379.`)
  }
  if (url.protocol !== 'http:' && url.protocol !== 'https:')
    throw new ConfigError(`${where}: "${text}" must begin with http:// or https://.`)
  if (url.username !== '' || url.password !== '') throw new ConfigError(`${where}: put the user into --user, not into the address.`)
  if (url.pathname !== '/' || url.search !== '')
    throw new ConfigError(`${where}: "${text}" has a path; an endpoint is only scheme, host and port.`)
  // A client port is 2379 unless it is said; grpc and HTTP have other defaults.
  return `${url.protocol}//${url.hostname}:${url.port === '' ? (/:\d+\/?$/.exec(withScheme)?.[0].replace(/\D/g, '') ?? '2379') : url.port}`
}

function readText(file: string, base: string, where: string): Buffer {
  try {
    return readFileSync(path.resolve(base, file))
  } catch (error) {
    throw new ConfigError(`${where}: ${file} cannot be read: ${reason(error)}.`)
  }
}

/** Its YAML, which is judged when the cluster is opened. */
function readEncryption(file: string, base: string, where: string): unknown {
  const text = readText(file, base, where).toString('utf8')
  try {
    const document = parseDocument(text)
    if (document.errors.length > 0) throw document.errors[0]
    // Nothing at all is no configuration, and not the same as having named none.
    return document.toJS() ?? {}
  } catch {
    // The parser's message quotes the line, and the line may hold a key.
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

/** `Backup 2026.db` → `backup-2026`; a data directory's own name, or its parent's when it is called member or snap. */
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
  endpoints: 'endpoints',
  cacert: 'cacert',
  cert: 'cert',
  key: 'key',
  user: 'user',
  password: 'password',
  'insecure-skip-tls-verify': 'insecureSkipVerify',
  snapshot: 'snapshot',
  'data-dir': 'dataDir',
  'kubernetes-prefix': 'kubernetesPrefix',
  'flannel-prefix': 'flannelPrefix',
  'encryption-config': 'encryptionConfig',
}

/** The YAML of `--config`: a list `clusters`. Every complaint names the line. */
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
  const offsets = new Map<string, number | undefined>()
  const values: Record<string, unknown> = {}
  for (const pair of item.items) {
    if (!isPair(pair) || !isScalar(pair.key)) continue
    const name = String(pair.key.value)
    const offset = pair.key.range?.[0]
    const field = CLUSTER_KEYS[name]
    if (field === undefined) {
      throw new ConfigError(`${at(offset)}: a cluster has no setting "${name}"; there are ${Object.keys(CLUSTER_KEYS).join(', ')}.`)
    }
    offsets.set(name, offset)
    const value = (pair.value as { toJSON?: () => unknown } | null)?.toJSON?.()
    const wanted = field === 'endpoints' ? 'a list of addresses' : field === 'insecureSkipVerify' ? 'true or false' : 'text'
    // A number is what YAML makes of an unquoted all-digit name or password.
    const text = typeof value === 'number' && field !== 'endpoints' ? String(value) : value
    const list = field === 'endpoints' && typeof text === 'string' ? text.split(',').map((part) => part.trim()) : text
    const good =
      field === 'endpoints'
        ? Array.isArray(list) && list.every((entry) => typeof entry === 'string')
        : field === 'insecureSkipVerify'
          ? typeof list === 'boolean'
          : typeof list === 'string' && (list !== '' || field === 'password')
    if (!good) throw new ConfigError(`${at(offset)}: "${name}" must be ${wanted}.`)
    values[field] = list
  }
  const start = item.range?.[0]
  return toCluster({ ...(values as Partial<RawCluster>), base, where: (field) => `${at(offsets.get(field) ?? start)}: ${field}` })
}
