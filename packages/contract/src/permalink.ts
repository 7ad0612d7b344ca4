// Links to every key, prefix and page, and paths of the HTTP API: converts bytes to a URL that a browser leaves unchanged, and back.
import { type BundleFormat, MOST_BUNDLED_CHARACTERS, MOST_BUNDLED_KEYS } from './bundle.ts'
import type { WireKey } from './primitives.ts'

/** The two compared revisions, as decimal text. */
export interface DiffSpan {
  from: string
  to: string
}

/** Where a link leads. `bytes` of a directory end in `/`, or are the empty root or any other prefix. `rev` is null for the newest. */
export type V3Place = {
  page: 'v3'
  cluster: string
  kind: 'key' | 'directory'
  bytes: Uint8Array
  rev: string | null
  view: string | null
  diff: DiffSpan | null
}
/** `path` begins with `/`; the root is `/`. `at` is an index, null for the newest; `diff` has indices, of which `to` is of the key `with` if there is one. */
export type V2Place = {
  page: 'v2'
  cluster: string
  path: string
  at: string | null
  view: string | null
  diff: DiffSpan | null
  with: string | null
}
export type ClusterPlace = { page: 'cluster'; cluster: string }
/** `resource` as in the URL (`pods`, `services/specs`); null for the catalogue. */
export type ResourcesPlace = { page: 'resources'; cluster: string; resource: string | null }
export type FlannelPlace = { page: 'flannel'; cluster: string }
export type FindingsPlace = { page: 'findings'; cluster: string }
export type LookupPagePlace = { page: 'lookup'; cluster: string }
export type LearnPlace = { page: 'learn'; cluster: string }
export type SearchPlace = { page: 'search'; cluster: string }
export type TimelinePlace = { page: 'timeline'; cluster: string }
export type DeletedPlace = { page: 'deleted'; cluster: string }
export type ComparePlace = { page: 'compare'; cluster: string }
/** `namespace` is null for the list of all. */
export type NamespacesPlace = { page: 'namespaces'; cluster: string; namespace: string | null }
export type Place =
  | V3Place
  | V2Place
  | ClusterPlace
  | ResourcesPlace
  | FlannelPlace
  | FindingsPlace
  | LookupPagePlace
  | LearnPlace
  | DeletedPlace
  | ComparePlace
  | SearchPlace
  | TimelinePlace
  | NamespacesPlace

/** Parameters besides the place. `hash` is without `#`. Undefined and null are omitted. */
export interface LinkExtras {
  rev?: string | null | undefined
  view?: string | null | undefined
  /** Only for a key. */
  diff?: DiffSpan | null | undefined
  hash?: string | null | undefined
}

/** Parameters of a v2 node; see {@link V2Place}. */
interface V2Extras {
  at?: string | null | undefined
  with?: string | null | undefined
}

/** Lines of a view, from 1, both ends included. */
export interface LineSpan {
  from: number
  to: number
}

/** Pages with nothing below them. */
const PLAIN_PAGES = ['findings', 'lookup', 'learn', 'search', 'timeline', 'deleted', 'compare', 'flannel'] as const

/** Parameters that determine a link's key or node. */
const NAMES_OF_KEYS = new Set(['key', 'key64', 'prefix', 'prefix64', 'path'])

const clusterName = /^[a-z0-9][a-z0-9._-]*$/
const reservedNames = new Set(['api', 'assets'])
const strictUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
const utf8 = new TextEncoder()
const base64Digits = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'

/** Whether a cluster may have this name: it is the first segment of every link, like `api` and `assets`. */
export function isClusterName(name: string): boolean {
  return clusterName.test(name) && !reservedNames.has(name)
}

/** The unique link of a key. */
export function keyLink(cluster: string, key: Uint8Array, extras: LinkExtras = {}): string {
  const text = textOf(key)
  if (text !== null && readsLikeAPath(text) && !text.endsWith('/')) return `/${cluster}/v3${encodePath(text)}${urlTail([], extras)}`
  return `/${cluster}/v3${urlTail([bytesParameter('key', key)], extras)}`
}

/** The unique link of a prefix: directories end in `/`; the root is the empty prefix. */
export function prefixLink(cluster: string, prefix: Uint8Array, extras: LinkExtras = {}): string {
  if (prefix.length === 0) return `/${cluster}/v3${urlTail([], extras)}`
  const text = textOf(prefix)
  if (text?.endsWith('/') && readsLikeAPath(text.slice(0, -1))) return `/${cluster}/v3${encodePath(text)}${urlTail([], extras)}`
  return `/${cluster}/v3${urlTail([bytesParameter('prefix', prefix)], extras)}`
}

/** The unique link of a v2 node; `path` begins with `/`. */
export function v2Link(cluster: string, path: string, extras: Omit<LinkExtras, 'rev'> & V2Extras = {}): string {
  const isPath = path === '/' || (readsLikeAPath(path) && !path.endsWith('/'))
  const named = path === '/' ? '' : isPath ? encodePath(path) : ''
  return `/${cluster}/v2${named}${urlTail(isPath ? [] : [['path', path]], extras)}`
}

/** The front page; `search` contains its parameters. */
export function clusterLink(cluster: string, search: Readonly<Record<string, string | null | undefined>> = {}): string {
  return `/${cluster}${urlTail(Object.entries(search), {})}`
}

/** The catalogue of resources, or one resource (`services/specs` keeps its `/`); `search` contains the page's parameters. */
export function resourcesLink(
  cluster: string,
  resource?: string | null,
  search: Readonly<Record<string, string | null | undefined>> = {},
): string {
  const path = resource === undefined || resource === null ? '' : encodePath(`/${resource}`)
  return `/${cluster}/resources${path}${urlTail(Object.entries(search), {})}`
}

export function flannelLink(cluster: string): string {
  return `/${cluster}/flannel`
}

/** The findings; `search` contains the page's parameters. */
export function findingsLink(cluster: string, search: Readonly<Record<string, string | null | undefined>> = {}): string {
  return `/${cluster}/findings${urlTail(Object.entries(search), {})}`
}

/** The look-up; `asked` is an address, network, port or host name, or empty. */
export function lookupLink(cluster: string, asked = ''): string {
  return `/${cluster}/lookup${urlTail([['q', asked === '' ? null : asked]], {})}`
}

/** What puzzles who looks into etcd for the first time; `term` is the id of one explanation. */
export function learnLink(cluster: string, term = ''): string {
  return `/${cluster}/learn${urlTail([], { hash: term === '' ? null : term })}`
}

/** The search; `search` holds the page's own parameters. */
export function searchLink(cluster: string, search: Readonly<Record<string, string | null | undefined>> = {}): string {
  return `/${cluster}/search${urlTail(Object.entries(search), {})}`
}

/** What was written over time; `search` holds the page's own parameters. */
export function timelineLink(cluster: string, search: Readonly<Record<string, string | null | undefined>> = {}): string {
  return `/${cluster}/timeline${urlTail(Object.entries(search), {})}`
}

/** What was deleted; `search` holds the page's own parameters. */
export function deletedLink(cluster: string, search: Readonly<Record<string, string | null | undefined>> = {}): string {
  return `/${cluster}/deleted${urlTail(Object.entries(search), {})}`
}

/** The comparison; `search` holds the parameters of `CompareQuery`. */
export function compareLink(cluster: string, search: Readonly<Record<string, string | null | undefined>> = {}): string {
  return `/${cluster}/compare${urlTail(Object.entries(search), {})}`
}

/** All namespaces, or one. */
export function namespacesLink(
  cluster: string,
  namespace?: string | null,
  search: Readonly<Record<string, string | null | undefined>> = {},
): string {
  const named = namespace !== undefined && namespace !== null && namespace !== ''
  // An invalid namespace name may be any text; it must not become a separate path.
  return `/${cluster}/namespaces${named ? `/${encodeURIComponent(namespace)}` : ''}${urlTail(Object.entries(search), {})}`
}

/**
 * Where a URL leads, or null (unknown page, no cluster name, invalid percent-encoding, or an invalid form). `pathname` is as in `location.pathname`,
 * still percent-encoded; a router's decoded path would lose `%2F` and `%25`.
 */
export function parsePermalink(location: { pathname: string; search: string }): Place | null {
  const [, cluster = '', page, rest = ''] = /^\/([^/]+)(?:\/([^/]+)(\/.*)?)?$/s.exec(location.pathname.replace(/^(\/[^/]+)\/$/, '$1')) ?? []
  if (!isClusterName(cluster)) return null
  const { parameters: decoded, undecoded } = searchParameters(location.search)
  // The key must be understood; the page reports any other part that is not.
  if (undecoded.some(({ name }) => NAMES_OF_KEYS.has(name))) return null
  const parameters = new Map([...decoded].reverse())
  const path = percentDecode(rest === '/' ? '' : rest)
  if (path === null) return null
  const view = parameters.get('view') ?? null
  const diff = parseDiff(parameters.get('diff') ?? '')
  const revisionOf = (name: string) => {
    const said = parameters.get(name) ?? ''
    return isRevision(said) ? said : null
  }
  switch (page) {
    case undefined:
      return { page: 'cluster', cluster }
    case 'v3': {
      const found = path.length > 0 ? placeOfPath(path) : placeOfParameters(parameters)
      if (found === null) return null
      return { page: 'v3', cluster, ...found, rev: revisionOf('rev'), view, diff }
    }
    case 'v2': {
      const text = path.length > 0 ? textOf(path) : (parameters.get('path') ?? '/')
      if (!text?.startsWith('/')) return null
      return { page: 'v2', cluster, path: text, at: revisionOf('at'), view, diff, with: parameters.get('with') || null }
    }
    case 'resources':
    case 'namespaces': {
      const text = textOf(path)
      if (text === null) return null
      const name = text.replace(/^\/|\/$/g, '') || null
      return page === 'resources' ? { page, cluster, resource: name } : { page, cluster, namespace: name }
    }
    default: {
      const plain = PLAIN_PAGES.find((one) => one === page)
      return plain !== undefined && path.length === 0 ? { page: plain, cluster } : null
    }
  }
}

/** `L10-L20`, or `L10` for one line: the hash of a link, without `#`. */
export function linesHash(lines: LineSpan): string {
  const [from, to] = lines.from <= lines.to ? [lines.from, lines.to] : [lines.to, lines.from]
  return from === to ? `L${from}` : `L${from}-L${to}`
}

/** The lines of `#L10-L20` (with or without `#`); null for any other hash. */
export function parseLinesHash(hash: string): LineSpan | null {
  const [, first, second] = /^#?L([1-9][0-9]{0,8})(?:-L?([1-9][0-9]{0,8}))?$/.exec(hash) ?? []
  if (first === undefined) return null
  const from = Number(first)
  const to = second === undefined ? from : Number(second)
  return { from: Math.min(from, to), to: Math.max(from, to) }
}

/** The revisions of `1227..1640`; null for anything else. */
export function parseDiff(text: string): DiffSpan | null {
  const [from = '', to = '', ...more] = text.split('..')
  return more.length === 0 && isRevision(from) && isRevision(to) ? { from, to } : null
}

/** The JSON form of a key's bytes: text if they are valid UTF-8, else base64url. */
export function toWireKey(bytes: Uint8Array): WireKey {
  const text = textOf(bytes)
  return text === null ? { key64: toBase64url(bytes) } : { key: text }
}

/** The bytes of a key from JSON; null if there is neither form, both, or invalid text. */
export function fromWireKey(wire: WireKey): Uint8Array | null {
  if (wire.key !== undefined) return wire.key64 === undefined ? bytesOf(wire.key) : null
  return wire.key64 === undefined ? null : fromBase64url(wire.key64)
}

/** `keys` of a `BundleQuery`. Null for none, for more than `MOST_BUNDLED_KEYS`, and if they are too long for a link. */
export function bundledKeysText(keys: readonly { key: Uint8Array; rev: string | null }[]): string | null {
  if (keys.length === 0 || keys.length > MOST_BUNDLED_KEYS) return null
  const list = keys.map(({ key, rev }) => toBase64url(key) + (rev === null ? '' : `.${rev}`)).join(',')
  return list.length > MOST_BUNDLED_CHARACTERS ? null : list
}

/** Paths of the HTTP API. `rev` null or undefined is the newest revision. */
export const apiPaths = {
  clusters: () => '/api/v1/clusters',
  status: (cluster: string) => `/api/v1/clusters/${cluster}/status`,
  children: (
    cluster: string,
    prefix: Uint8Array,
    options: { rev?: string | null | undefined; cursor?: string | null | undefined; limit?: number | undefined } = {},
  ) => {
    const parameters: Parameter[] = [bytesParameter('prefix', prefix), ['rev', options.rev], ['cursor', options.cursor]]
    return `/api/v1/clusters/${cluster}/v3/children${urlTail([...parameters, ['limit', options.limit?.toString()]], {})}`
  },
  count: (cluster: string, prefix: Uint8Array, rev?: string | null) =>
    `/api/v1/clusters/${cluster}/v3/count${urlTail([bytesParameter('prefix', prefix)], { rev })}`,
  /** `view` names the requested text; default: the value's first. */
  value: (cluster: string, key: Uint8Array, rev?: string | null, view?: string | null) =>
    `/api/v1/clusters/${cluster}/v3/value${urlTail([bytesParameter('key', key)], { rev, view })}`,
  allocation: (cluster: string, key: Uint8Array, rev?: string | null) =>
    `/api/v1/clusters/${cluster}/v3/allocation${urlTail([bytesParameter('key', key)], { rev })}`,
  /** The page of a key's history that begins before a revision; default: the newest. */
  history: (cluster: string, key: Uint8Array, options: { before?: string | null | undefined; limit?: number | undefined } = {}) => {
    const parameters: Parameter[] = [bytesParameter('key', key), ['before', options.before], ['limit', options.limit?.toString()]]
    return `/api/v1/clusters/${cluster}/v3/history${urlTail(parameters, {})}`
  },
  /** Every write of the kept window; the parameters of `TimelineQuery`. */
  timeline: (cluster: string, query: Readonly<Record<string, string | null | undefined>> = {}) =>
    `/api/v1/clusters/${cluster}/v3/timeline${urlTail(Object.entries(query), {})}`,
  /** The writes of the kept window that changed a field or that a manager made; the parameters of `MatchingQuery`. */
  matching: (cluster: string, query: Readonly<Record<string, string | null | undefined>> = {}) =>
    `/api/v1/clusters/${cluster}/v3/timeline/matching${urlTail(Object.entries(query), {})}`,
  /** A page of what was deleted; the parameters of `DeletedQuery`. */
  deleted: (cluster: string, query: Readonly<Record<string, string | null | undefined>> = {}) =>
    `/api/v1/clusters/${cluster}/v3/deleted${urlTail(Object.entries(query), {})}`,
  /**
   * A bundle of single keys, each at a revision; null for the newest, or for that of the whole. Null if they are more than `MOST_BUNDLED_KEYS`, or too
   * long for a link.
   */
  bundleOfKeys: (
    cluster: string,
    keys: readonly { key: Uint8Array; rev: string | null }[],
    rev?: string | null,
    format?: BundleFormat,
  ): string | null => {
    const list = bundledKeysText(keys)
    if (list === null) return null
    return `/api/v1/clusters/${cluster}/v3/bundle${urlTail(
      [
        ['keys', list],
        ['format', format],
      ],
      { rev },
    )}`
  },
  /** A bundle of a namespace or resource; the parameters of `BundleQuery`. */
  bundle: (cluster: string, query: Readonly<Record<string, string | null | undefined>>) =>
    `/api/v1/clusters/${cluster}/v3/bundle${urlTail(Object.entries(query), {})}`,
  /** The time of a revision. */
  clock: (cluster: string, rev: string) => `/api/v1/clusters/${cluster}/v3/clock${urlTail([], { rev })}`,
  /** The revision at a typed time; `zone` in minutes east of UTC. */
  clockAt: (cluster: string, at: string, zone: number) =>
    `/api/v1/clusters/${cluster}/v3/clock${urlTail(
      [
        ['at', at],
        ['zone', String(zone)],
      ],
      {},
    )}`,
  diff: (cluster: string, key: Uint8Array, { from, to }: DiffSpan) =>
    `/api/v1/clusters/${cluster}/v3/diff${urlTail([bytesParameter('key', key), ['from', from], ['to', to]], {})}`,
  raw: (cluster: string, key: Uint8Array, rev?: string | null) =>
    `/api/v1/clusters/${cluster}/v3/raw${urlTail([bytesParameter('key', key)], { rev })}`,
  related: (
    cluster: string,
    key: Uint8Array,
    options: { rev?: string | null | undefined; section?: string | null | undefined; whole?: boolean | undefined } = {},
  ) => {
    const parameters: Parameter[] = [bytesParameter('key', key), ['section', options.section], ['whole', options.whole ? '1' : null]]
    return `/api/v1/clusters/${cluster}/v3/related${urlTail(parameters, { rev: options.rev })}`
  },
  resources: (cluster: string, options: { rev?: string | null | undefined; counts?: boolean | undefined } = {}) =>
    `/api/v1/clusters/${cluster}/resources${urlTail([['counts', options.counts ? '1' : null]], { rev: options.rev })}`,
  findings: (cluster: string, options: { rev?: string | null | undefined; all?: boolean | undefined } = {}) =>
    `/api/v1/clusters/${cluster}/findings${urlTail([['all', options.all ? '1' : null]], { rev: options.rev })}`,
  lookup: (cluster: string, asked: string) => `/api/v1/clusters/${cluster}/lookup${urlTail([['q', asked]], {})}`,
  /** The parameters of `SearchQuery`. */
  search: (cluster: string, query: Readonly<Record<string, string | null | undefined>>) =>
    `/api/v1/clusters/${cluster}/search${urlTail(Object.entries(query), {})}`,
  names: (cluster: string, text: string, path?: string | null) =>
    `/api/v1/clusters/${cluster}/names${urlTail(
      [
        ['q', text],
        ['in', path],
      ],
      {},
    )}`,
  namespaces: (cluster: string, options: { rev?: string | null | undefined } = {}) =>
    `/api/v1/clusters/${cluster}/namespaces${urlTail([], { rev: options.rev })}`,
  namespaceCounts: (cluster: string, options: { rev?: string | null | undefined; all?: boolean | undefined } = {}) =>
    `/api/v1/clusters/${cluster}/namespace-counts${urlTail([['all', options.all ? '1' : null]], { rev: options.rev })}`,
  namespace: (cluster: string, name: string, options: { rev?: string | null | undefined } = {}) =>
    `/api/v1/clusters/${cluster}/namespaces/${encodeURIComponent(name)}${urlTail([], { rev: options.rev })}`,
  trouble: (cluster: string) => `/api/v1/clusters/${cluster}/trouble`,
  podTrouble: (cluster: string) => `/api/v1/clusters/${cluster}/trouble/pods`,
  sizes: (cluster: string, options: { path?: string | null | undefined; rev?: string | null | undefined; sample?: boolean } = {}) =>
    `/api/v1/clusters/${cluster}/sizes${urlTail(
      [
        ['path', options.path],
        ['sample', options.sample ? '1' : null],
      ],
      { rev: options.rev },
    )}`,
  table: (cluster: string, resource: string, options: { namespace?: string | null | undefined; rev?: string | null | undefined } = {}) =>
    `/api/v1/clusters/${cluster}/tables${encodePath(`/${resource}`)}${urlTail([['namespace', options.namespace]], { rev: options.rev })}`,
}

export type Parameter = [name: string, value: string | null | undefined]

function placeOfPath(path: Uint8Array): { kind: 'key' | 'directory'; bytes: Uint8Array } {
  return { kind: path.at(-1) === 0x2f ? 'directory' : 'key', bytes: path }
}

function placeOfParameters(parameters: ReadonlyMap<string, string>): { kind: 'key' | 'directory'; bytes: Uint8Array } | null {
  for (const [name, kind] of [
    ['key', 'key'],
    ['prefix', 'directory'],
  ] as const) {
    const text = parameters.get(name)
    const base64 = parameters.get(`${name}64`)
    const bytes = text !== undefined ? bytesOf(text) : base64 !== undefined ? fromBase64url(base64) : undefined
    if (bytes === undefined) continue
    // etcd has no empty key.
    return bytes === null || (kind === 'key' && bytes.length === 0) ? null : { kind, bytes }
  }
  return { kind: 'directory', bytes: new Uint8Array(0) }
}

/**
 * Whether the text survives as the path of a URL. A browser resolves `.` and `..` even if percent-encoded and treats `\` like `/`, proxies merge
 * `//`, and some servers reject control characters anywhere.
 */
function readsLikeAPath(text: string): boolean {
  if (!text.startsWith('/') || text.includes('\\') || /\p{Cc}/u.test(text)) return false
  return text
    .slice(1)
    .split('/')
    .every((segment) => segment !== '' && segment !== '.' && segment !== '..')
}

/** Percent-encodes everything except the characters allowed in a path (RFC 3986 `pchar`), so that no browser needs to. */
function encodePath(path: string): string {
  return encodeURIComponent(path).replace(/%(?:2F|3A|40|24|26|2B|2C|3B|3D)/g, decodeURIComponent)
}

/** The query and hash of a URL; absent parameters are left out. */
export function urlTail(parameters: readonly Parameter[], extras: LinkExtras & V2Extras): string {
  const all: Parameter[] = [
    ...parameters,
    ['rev', extras.rev],
    ['at', extras.at],
    ['with', extras.with],
    ['diff', extras.diff && `${extras.diff.from}..${extras.diff.to}`],
    ['view', extras.view],
  ]
  const search = all
    .filter((parameter): parameter is [string, string] => parameter[1] !== undefined && parameter[1] !== null)
    // A browser encodes `'` in a search itself.
    .map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value).replaceAll("'", '%27')}`)
    .join('&')
  const hash = extras.hash === undefined || extras.hash === null || extras.hash === '' ? '' : `#${encodeURIComponent(extras.hash)}`
  return (search === '' ? '' : `?${search}`) + hash
}

/** `name`, or `name64` for bytes that are not UTF-8. */
export function bytesParameter(name: 'key' | 'prefix', bytes: Uint8Array): Parameter {
  const text = textOf(bytes)
  return text === null ? [`${name}64`, toBase64url(bytes)] : [name, text]
}

/**
 * The parameters of a search in order, and those that are not percent-encoded UTF-8, with decoded names if possible. Text that cannot be decoded is
 * never replaced by other text.
 */
export function searchParameters(search: string): {
  parameters: [name: string, value: string][]
  undecoded: { name: string; value: string }[]
} {
  const parameters: [string, string][] = []
  const undecoded: { name: string; value: string }[] = []
  const decode = (text: string) => {
    const bytes = percentDecode(text.replaceAll('+', ' '))
    return bytes === null ? null : textOf(bytes)
  }
  for (const part of search.replace(/^\?/, '').split('&')) {
    if (part === '') continue
    const equals = part.indexOf('=')
    const [rawName, rawValue] = equals < 0 ? [part, ''] : [part.slice(0, equals), part.slice(equals + 1)]
    const [name, value] = [decode(rawName), decode(rawValue)]
    if (name === null || value === null) undecoded.push({ name: name ?? rawName, value: value ?? rawValue })
    else parameters.push([name, value])
  }
  return { parameters, undecoded }
}

/** Whether a text is a possible revision: a whole number from 1 that fits 63 bits. */
export function isRevision(text: string): boolean {
  return /^[0-9]{1,19}$/.test(text) && BigInt(text) >= 1n && BigInt(text) <= 0x7fff_ffff_ffff_ffffn
}

/** Decodes percent-encoded text; null if a `%` is not followed by two hex digits. */
function percentDecode(text: string): Uint8Array | null {
  const bytes = utf8.encode(text)
  const decoded = new Uint8Array(bytes.length)
  let length = 0
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i] as number
    if (byte !== 0x25) {
      decoded[length++] = byte
      continue
    }
    const hex = String.fromCharCode(bytes[i + 1] ?? 0, bytes[i + 2] ?? 0)
    if (!/^[0-9A-Fa-f]{2}$/.test(hex)) return null
    decoded[length++] = Number.parseInt(hex, 16)
    i += 2
  }
  return decoded.slice(0, length)
}

function textOf(bytes: Uint8Array): string | null {
  try {
    return strictUtf8.decode(bytes)
  } catch {
    return null
  }
}

function bytesOf(text: string): Uint8Array | null {
  const bytes = utf8.encode(text)
  // A lone surrogate would be encoded as U+FFFD: such a text has no bytes.
  return textOf(bytes) === text ? bytes : null
}

function toBase64url(bytes: Uint8Array): string {
  let text = ''
  for (let i = 0; i < bytes.length; i += 3) {
    const [a = 0, b, c] = bytes.subarray(i, i + 3)
    text += (base64Digits[a >> 2] as string) + (base64Digits[((a & 3) << 4) | ((b ?? 0) >> 4)] as string)
    if (b !== undefined) text += base64Digits[((b & 15) << 2) | ((c ?? 0) >> 6)] as string
    if (c !== undefined) text += base64Digits[c & 63] as string
  }
  return text
}

function fromBase64url(text: string): Uint8Array | null {
  const bytes: number[] = []
  let bits = 0
  let held = 0
  if (text.length % 4 === 1) return null
  for (const character of text) {
    const value = base64Digits.indexOf(character)
    if (value < 0) return null
    bits = ((bits << 6) | value) & 0xfff
    held += 6
    if (held >= 8) {
      held -= 8
      bytes.push((bits >> held) & 0xff)
    }
  }
  return (bits & ((1 << held) - 1)) === 0 ? Uint8Array.from(bytes) : null
}
