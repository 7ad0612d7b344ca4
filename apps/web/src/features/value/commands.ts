// Builds shell commands that print what a page shows: etcdctl or curl for etcd itself, curl for Registree. They run in any POSIX shell.
import { apiPaths, type DecodedWire, type EtcdConnection, keyLink, prefixLink, v2Link, v2Paths } from '@registree/contract'
import { displayText, toText } from '../../lib/bytes.ts'
import { shellWord, shellWordOf, singleQuoted } from '../../ui/code/shell-word.ts'
import { shownView, textOfView } from './views.ts'

/**
 * `etcdctl` and `etcd` (curl) ask a live etcd for the stored bytes, `bytes` asks Registree for them, `curl` asks Registree for what the page shows.
 */
type CommandId = 'etcdctl' | 'etcd' | 'bytes' | 'curl'
interface ShellCommand {
  id: CommandId
  text: string
}

/** What can be copied from a key's page. */
export interface Copies {
  key: string
  link: string
  commands: ShellCommand[]
}

/** The servers of the commands: this Registree, and the live etcd behind it (null for a file: no program can read a key from one). */
export interface Target {
  cluster: string
  /** This page's origin: behind a proxy the server does not know its own address. */
  origin: string
  connection: EtcdConnection | null
}

type ShownState = { view?: string | null | undefined; hash?: string | undefined }
type ShownValue = Pick<DecodedWire, 'encoding' | 'allocation' | 'release' | 'forms' | 'rawMasked'>

/**
 * For a v3 key at one revision; the link is pinned to it and keeps the marked lines. A clipboard holds only text: a key that is not UTF-8 is copied
 * with the displayed escapes.
 */
export function v3Copies(
  of: { key: Uint8Array; revision: string; size: number; decoded: ShownValue } & ShownState,
  { cluster, origin, connection }: Target,
): Copies {
  const { key, revision, size, decoded } = of
  const raw = decoded.rawMasked ? null : curlBytes(apiPaths.raw(cluster, key, revision), origin)
  return {
    key: toText(key) ?? displayText(key),
    link: new URL(keyLink(cluster, key, { rev: revision, view: of.view, hash: of.hash }), origin).href,
    commands: [
      ...stored(
        connection === null ? null : (etcdctlV3(connection, key, revision, sizeOf(decoded, size)) ?? gatewayV3(connection, key, revision)),
        raw,
      ),
      ...shown(of, raw, (view) => apiPaths.value(cluster, key, revision, view), apiPaths.allocation(cluster, key, revision), origin),
    ],
  }
}

/** What the server cannot list: kine before 0.14 no keys without their values, before 0.16 only whole directories. */
interface ListLimits {
  keysOnly: boolean
  ranges: boolean
}

/** For a v3 directory at one revision: etcdctl lists all keys below it, Registree its children. */
export function v3DirectoryCopies(
  { prefix, revision, limits = { keysOnly: true, ranges: true } }: { prefix: Uint8Array; revision: string; limits?: ListLimits },
  target: Target,
): Copies {
  const { cluster, origin, connection } = target
  const list = connection === null ? null : etcdctlV3Keys(connection, prefix, revision, limits)
  return {
    key: displayText(prefix),
    link: new URL(prefixLink(cluster, prefix, { rev: revision }), origin).href,
    commands: [
      ...(list === null ? [] : [{ id: 'etcdctl' as const, text: list }]),
      { id: 'curl', text: curlChildren(apiPaths.children(cluster, prefix, { rev: revision, limit: 1000 }), origin) },
    ],
  }
}

/** For a v2 node, of which etcd itself tells the newest state only. `decoded` is null for a directory. */
export function v2Copies(
  of: { path: string; at?: string | null; size: number | null; decoded: ShownValue | null } & ShownState,
  { cluster, origin, connection: etcd }: Target,
): Copies {
  const { path, at = null, size, decoded } = of
  const connection = at === null ? etcd : null
  const link = new URL(v2Link(cluster, path, { at, view: of.view, hash: of.hash }), origin).href
  const node: NodeSize = decoded === null || size === null ? 'directory' : sizeOf(decoded, size)
  const fromEtcd = connection === null ? null : (etcdctlV2(connection, path, node) ?? httpV2(connection, path, node === 'directory'))
  if (decoded === null) {
    const children = `${curl(v2Paths.node(cluster, path), origin)} | jq -r '.children[] | .path + (if .directory then "/" else "" end)'`
    return { key: path, link, commands: [...stored(fromEtcd, null), { id: 'curl', text: children }] }
  }
  const raw = decoded.rawMasked ? null : curlBytes(v2Paths.raw(cluster, path, at), origin)
  const commands = [
    ...stored(fromEtcd, raw),
    ...shown({ view: of.view, decoded }, raw, (view) => v2Paths.node(cluster, path, view, at), null, origin),
  ]
  return { key: path, link, commands }
}

// --- from etcd

/** The command for the stored bytes: from etcd itself if there is one, else from Registree. */
const stored = (fromEtcd: ShellCommand | null, raw: string | null): ShellCommand[] =>
  fromEtcd !== null ? [fromEtcd] : raw !== null ? [{ id: 'bytes', text: raw }] : []

/** The size of a value in bytes, or `rounded`: the exact size of a masked value is not known here. */
type ValueSize = number | 'rounded'
type NodeSize = ValueSize | 'directory'

const sizeOf = (decoded: ShownValue, size: number): ValueSize => (decoded.rawMasked ? 'rounded' : size)

/** The value of a key at a revision; null if the key cannot be a program argument. */
function etcdctlV3(connection: EtcdConnection, key: Uint8Array, revision: string, size: ValueSize): ShellCommand | null {
  const word = shellWord(key)
  if (word === null || key.length === 0) return null
  const get = `ETCDCTL_API=3 etcdctl ${flagsV3(connection)} get --rev=${revision}`
  const of = operand(word, key)
  const text =
    size === 'rounded'
      ? fromJson(`${get} -w json ${of}`, `jq -r '.kvs[0].value // ""' | base64 -d`, connection, 'v3')
      : exactly(`${get} --print-value-only ${of}`, size, connection, 'v3')
  return { id: 'etcdctl', text }
}

/** Every key below a prefix; the empty prefix means all keys. */
function etcdctlV3Keys(connection: EtcdConnection, prefix: Uint8Array, revision: string, { keysOnly, ranges }: ListLimits): string | null {
  const all = prefix.length === 0 && !ranges ? ROOT : prefix
  const word = shellWord(all)
  if (word === null || (!ranges && all.at(-1) !== ROOT[0])) return null
  const get = `ETCDCTL_API=3 etcdctl ${flagsV3(connection)} get --prefix`
  const rest = `--rev=${revision} ${operand(word, all)}`
  return keysOnly ? `${get} --keys-only ${rest}` : fromJson(`${get} -w json ${rest}`, `jq -r '.kvs[]?.key | @base64d'`, connection, 'v3')
}

const ROOT = Uint8Array.of(0x2f)

/** A key with a leading dash would be read as an option. */
const operand = (word: string, key: Uint8Array): string => (key[0] === 0x2d ? `-- ${word}` : word)

/** etcd's own gRPC gateway (3.4 and later) accepts any key in base64. For a user it needs a token, which no flag can request. */
function gatewayV3(connection: EtcdConnection, key: Uint8Array, revision: string): ShellCommand | null {
  const address = httpEndpoint(connection)
  if (address === null || connection.user !== null) return null
  const body = JSON.stringify({ key: btoa(String.fromCharCode(...key)), revision })
  return {
    id: 'etcd',
    text: `${curlOf(connection)} ${singleQuoted(`${address}/v3/kv/range`)} -d ${singleQuoted(body)} | jq -r '.kvs[0].value // ""' | base64 -d`,
  }
}

/** The value of a v2 node, or a directory's content; null if etcdctl cannot be given the path or the connection. */
function etcdctlV2(connection: EtcdConnection, path: string, size: NodeSize): ShellCommand | null {
  const word = shellWordOf(path)
  if (word === null || connection.insecureSkipVerify) return null
  const etcdctl = `ETCDCTL_API=2 etcdctl ${flagsV2(connection)}`
  const text =
    size === 'directory'
      ? `${etcdctl} ls --sort -p ${word}`
      : size === 'rounded'
        ? fromJson(`${etcdctl} -o json get ${word}`, `jq -j .node.value`, connection, 'v2')
        : exactly(`${etcdctl} get ${word}`, size, connection, 'v2')
  return { id: 'etcdctl', text }
}

/** The same by etcd's HTTP API; curl itself asks for a user's password. */
function httpV2(connection: EtcdConnection, path: string, directory: boolean): ShellCommand | null {
  const address = httpEndpoint(connection)
  if (address === null) return null
  const url = `${address}/v2/keys${path.split('/').map(encodeURIComponent).join('/')}`
  const user = connection.user === null ? '' : ` -u ${shellWordOf(connection.user) ?? "''"}`
  const print = directory ? `jq -r '.node.nodes // [] | .[] | .key + (if .dir then "/" else "" end)'` : 'jq -j .node.value'
  return { id: 'etcd', text: `${curlOf(connection)}${user} ${singleQuoted(url)} | ${print}` }
}

/** An endpoint for curl, which accepts one, and no Unix socket in a URL. */
const httpEndpoint = ({ endpoints }: EtcdConnection): string | null => endpoints.find((endpoint) => /^https?:/.test(endpoint)) ?? null

function flagsV3(connection: EtcdConnection): string {
  const { endpoints, cacert, cert, key, user, insecureSkipVerify } = connection
  return [
    flag('endpoints', endpoints.join(',')),
    flag('cacert', cacert),
    flag('cert', cert),
    flag('key', key),
    insecureSkipVerify ? '--insecure-skip-tls-verify' : '',
    flag('user', user),
  ]
    .filter(Boolean)
    .join(' ')
}

function flagsV2({ endpoints, cacert, cert, key, user }: EtcdConnection): string {
  return [
    // Without it etcdctl uses the members' advertised addresses, which may not be reachable from here.
    '--no-sync',
    flag('endpoints', endpoints.join(',')),
    flag('ca-file', cacert),
    flag('cert-file', cert),
    flag('key-file', key),
    flag('username', user),
  ]
    .filter(Boolean)
    .join(' ')
}

const flag = (name: string, value: string | null): string => (value === null ? '' : `--${name}=${shellWordOf(value) ?? ''}`)

/**
 * etcdctl appends a newline that is not stored. If it needs a password, it prints the prompt before the value, into the pipe instead of the terminal.
 */
function exactly(command: string, size: number, { user }: EtcdConnection, api: 'v2' | 'v3'): string {
  if (user === null) return `${command} | head -c ${size}`
  return `${asked(user, api)}; ${command} | tail -c ${size + 1} | head -c ${size}`
}

/** Extracts the value from etcdctl's JSON, after the password prompt. */
function fromJson(command: string, value: string, { user }: EtcdConnection, api: 'v2' | 'v3'): string {
  return user === null ? `${command} | ${value}` : `${asked(user, api)}; ${command} | sed 's/^[^{]*//' | ${value}`
}

/** Shows the prompt to the user. For the v3 API etcdctl does not prompt if ETCDCTL_PASSWORD is set; for the v2 API it always does. */
function asked(user: string, api: 'v2' | 'v3'): string {
  const ask = `printf 'Password of %s: ' ${shellWordOf(user) ?? ''} >&2`
  return api === 'v3' ? `[ "$ETCDCTL_PASSWORD" ] || ${ask}` : ask
}

function curlOf({ cacert, cert, key, insecureSkipVerify }: EtcdConnection): string {
  return [
    'curl -gfsS',
    insecureSkipVerify ? '-k' : '',
    ...(
      [
        ['cacert', cacert],
        ['cert', cert],
        ['key', key],
      ] as const
    ).map(([name, file]) => (file === null ? '' : `--${name} ${shellWordOf(file) ?? ''}`)),
  ]
    .filter(Boolean)
    .join(' ')
}

// --- from this Registree

/** An API URL, absolute or relative to `origin`. curl treats braces and brackets as patterns unless told otherwise. */
export function curl(address: string, origin: string): string {
  return `curl -gfsS ${singleQuoted(new URL(address, origin).href)}`
}

/** curl writes binary to a terminal only if told so. */
const curlBytes = (address: string, origin: string): string => `${curl(address, origin)} -o -`

/** What the page shows of a value; nothing if its bytes stay on the server. */
function shown(
  of: { view?: string | null | undefined; decoded: ShownValue },
  raw: string | null,
  address: (view: string | null) => string,
  allocation: string | null,
  origin: string,
): ShellCommand[] {
  const view = shownView(of.decoded, of.view ?? null)
  const form = textOfView(view)
  const text =
    form !== undefined && of.decoded.forms.includes(form)
      ? `${curl(address(form), origin)} | jq -j .decoded.shown.text`
      : view === 'raw'
        ? raw
        : view === 'allocation' && allocation !== null
          ? `${curl(allocation, origin)} | jq .`
          : `${curl(address('none'), origin)} | jq '.decoded | ${view === 'release' ? '.release' : '{problems, unknownFields, masked}'}'`
  return text === null ? [] : [{ id: 'curl', text }]
}

/** Every child of a directory, page by page: each page names the start of the next. A key that is not UTF-8 is printed as base64url. */
function curlChildren(address: string, origin: string): string {
  const page = `${curl(address, origin)}"$c"`
  const next = `jq -r 'select(.cursor) | "&cursor=" + (.cursor | @uri)'`
  return `c=; while p=$(${page}); do printf '%s\\n' "$p" | jq -r '.children[] | .key // "key64=" + .key64'; c=$(printf '%s\\n' "$p" | ${next}); [ "$c" ] || break; done`
}
