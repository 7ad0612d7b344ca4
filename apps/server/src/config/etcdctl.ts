// etcdctl's flags and variables, v2 and v3: which names are accepted, and what to do about the others.
// Source: etcd etcdctl/ctlv3/ctl.go, etcdctl/ctlv2/command/util.go, 3.4 … 3.7.
import { ConfigError } from './config-error.ts'

/** A setting's flags and variables. The first is the current etcdctl's; the first one given is used. */
export const SETTINGS = {
  endpoints: { flags: ['endpoints', 'endpoint', 'peers'], variables: ['ETCDCTL_ENDPOINTS', 'ETCDCTL_ENDPOINT', 'ETCDCTL_PEERS'] },
  cacert: { flags: ['cacert', 'ca-file'], variables: ['ETCDCTL_CACERT', 'ETCDCTL_CA_FILE'] },
  cert: { flags: ['cert', 'cert-file'], variables: ['ETCDCTL_CERT', 'ETCDCTL_CERT_FILE'] },
  key: { flags: ['key', 'key-file'], variables: ['ETCDCTL_KEY', 'ETCDCTL_KEY_FILE'] },
  user: { flags: ['user', 'username'], variables: ['ETCDCTL_USER', 'ETCDCTL_USERNAME'] },
  password: { flags: ['password'], variables: ['ETCDCTL_PASSWORD'] },
  token: { flags: ['auth-jwt-token'], variables: ['ETCDCTL_AUTH_JWT_TOKEN'] },
  insecureSkipVerify: { flags: ['insecure-skip-tls-verify'], variables: ['ETCDCTL_INSECURE_SKIP_TLS_VERIFY'] },
  insecureTransport: { flags: ['insecure-transport'], variables: ['ETCDCTL_INSECURE_TRANSPORT'] },
  commandTimeout: { flags: ['command-timeout', 'total-timeout'], variables: ['ETCDCTL_COMMAND_TIMEOUT'] },
  dialTimeout: { flags: ['dial-timeout', 'timeout'], variables: ['ETCDCTL_DIAL_TIMEOUT'] },
  keepaliveTime: { flags: ['keepalive-time'], variables: ['ETCDCTL_KEEPALIVE_TIME'] },
  keepaliveTimeout: { flags: ['keepalive-timeout'], variables: ['ETCDCTL_KEEPALIVE_TIMEOUT'] },
} as const satisfies Record<string, { flags: readonly string[]; variables: readonly string[] }>

export type EtcdctlSetting = keyof typeof SETTINGS
export const SETTING_NAMES = Object.keys(SETTINGS) as EtcdctlSetting[]

const DISCOVERY =
  'Registree does not look up SRV records: find the members with "dig +short SRV _etcd-client-ssl._tcp.DOMAIN" (or _etcd-client), and name them with --endpoints'
const PRINTING = 'it is how etcdctl prints; Registree shows every form in the browser'
const SIZES = 'Registree reads in pages, and up to 64 MiB at once'
const LOGGING = 'REGISTREE_LOG=debug makes the log of Registree say more'

/** Flags that are not accepted, and what to do instead. */
const REFUSED: Record<string, string> = {
  'discovery-srv': DISCOVERY,
  'discovery-srv-name': DISCOVERY,
  'insecure-discovery': DISCOVERY,
  d: DISCOVERY,
  D: DISCOVERY,
  'write-out': PRINTING,
  w: PRINTING,
  output: PRINTING,
  o: PRINTING,
  hex: PRINTING,
  'max-recv-bytes': SIZES,
  'max-request-bytes': SIZES,
  debug: LOGGING,
}

/** Why a flag of etcdctl is not accepted; null if etcdctl has no such flag. `flag` is as typed. */
export function whyRefused(flag: string): string | null {
  const name = flag.replace(/^-+/, '')
  return Object.hasOwn(REFUSED, name) ? `${flag} is a flag of etcdctl that Registree does not take: ${REFUSED[name]}.` : null
}

/** Variables that do not affect how etcd is reached. */
const WITHOUT_MEANING = new Set([
  'ETCDCTL_API',
  'ETCDCTL_DEBUG',
  'ETCDCTL_HEX',
  'ETCDCTL_WRITE_OUT',
  'ETCDCTL_MAX_RECV_BYTES',
  'ETCDCTL_MAX_REQUEST_BYTES',
  'ETCDCTL_WATCH_KEY',
  'ETCDCTL_WATCH_RANGE_END',
  // Only with ETCDCTL_DISCOVERY_SRV.
  'ETCDCTL_DISCOVERY_SRV_NAME',
  'ETCDCTL_INSECURE_DISCOVERY',
])

/**
 * Rejects DNS discovery: etcdctl prefers it to the given endpoints, so it would ask other members than Registree.
 * @throws ConfigError
 */
export function refuseDiscovery(env: Record<string, string | undefined>): void {
  if ((env.ETCDCTL_DISCOVERY_SRV ?? '') !== '') throw new ConfigError(`ETCDCTL_DISCOVERY_SRV is set: ${DISCOVERY}.`)
}

/** A sentence for each unknown `ETCDCTL_…`, as etcdctl itself warns about them. */
export function unknownVariables(env: Record<string, string | undefined>): string[] {
  const known = new Set<string>(SETTING_NAMES.flatMap((name) => SETTINGS[name].variables))
  return Object.keys(env)
    .filter((name) => name.startsWith('ETCDCTL_') && env[name] !== '' && !known.has(name) && !WITHOUT_MEANING.has(name))
    .filter((name) => name !== 'ETCDCTL_DISCOVERY_SRV')
    .map((name) => `${name} is ignored: it is no variable of etcdctl.${name === 'ETCDCTL_TIMEOUT' ? ' ETCDCTL_COMMAND_TIMEOUT is.' : ''}`)
}

/** Boolean flags, which may be written `--flag=false` as in etcdctl. */
export const BOOLEANS: ReadonlySet<string> = new Set(['insecure-skip-tls-verify', 'insecure-transport', 'no-sync'])

/** Removes the boolean flags from the arguments and returns them. Throws ConfigError. */
export function takeBooleans(args: readonly string[]): { rest: string[]; booleans: Map<string, boolean> } {
  const booleans = new Map<string, boolean>()
  const rest = args.filter((arg) => {
    const [, name = '', value] = /^--([a-z-]+)(?:=(.*))?$/.exec(arg) ?? []
    if (!BOOLEANS.has(name)) return true
    booleans.set(name, value === undefined ? true : readBoolean(value, `--${name}`))
    return false
  })
  return { rest, booleans }
}

/** Like Go's strconv.ParseBool. Throws ConfigError. */
export function readBoolean(text: string, where: string): boolean {
  if (/^(1|t|T|TRUE|true|True)$/.test(text)) return true
  if (/^(0|f|F|FALSE|false|False)$/.test(text)) return false
  throw new ConfigError(`${where}: "${text}" is neither true nor false.`)
}

const UNITS: Record<string, number> = { ns: 1e-6, us: 1e-3, µs: 1e-3, μs: 1e-3, ms: 1, s: 1000, m: 60_000, h: 3_600_000 }
const LONGEST_MS = 24 * 3_600_000

/** Like Go's time.ParseDuration: `5s`, `1m30s`, `500ms`. Returns 1 ms to one day, in ms. Throws ConfigError. */
export function readDuration(text: string, where: string): number {
  const wrong = new ConfigError(`${where}: "${text}" is no duration; write for example 5s, 500ms or 1m30s.`)
  if (!/^(\d+(\.\d*)?(ns|us|µs|μs|ms|s|m|h))+$/.test(text)) throw wrong
  const ms = [...text.matchAll(/(\d+(?:\.\d*)?)(ns|us|µs|μs|ms|s|m|h)/g)].reduce(
    (sum, [, n, unit]) => sum + Number(n) * (UNITS[unit as string] ?? 0),
    0,
  )
  if (ms < 1 || ms > LONGEST_MS) throw wrong
  return Math.round(ms)
}
