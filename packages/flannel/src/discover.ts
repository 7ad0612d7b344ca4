// Finds flannel's networks in a keyspace and in Kubernetes objects, over a small interface with few, limited reads.
// Sources: flannel pkg/subnet/etcd/registry.go (v2 until 0.17, v3 since 0.18), pkg/subnet/kube/{kube,annotations}.go.
import { lastOf, parseAddress, parseCidr, sizeOf } from './cidr.ts'
import { type FlannelMessage, plain } from './flannel-messages.ts'
import { type NetworkConfig, type Notice, parseNetworkConfig } from './network-config.ts'
import { type KeyRef, parseSubnetLease, type SubnetLease } from './subnet-lease.ts'

/** A stored text with the parts of its key that leases need. */
export interface StoredText {
  /** The whole key. */
  key: string
  value: string
  expires: { at: string } | 'never' | 'unknown'
  created: string
  modified: string
}

/** The keyspace interface for discovery. Paths begin with `/` and have no trailing slash; the root is the empty text. */
export interface FlannelStore {
  readonly keyspace: 'v2' | 'v3'
  /**
   * The names one level below a directory; null if there is nothing, `refused` if the reader may not list it. `cut` if there are more than the reader
   * lists.
   */
  level(path: string): Promise<{ directories: string[]; keys: string[]; cut: boolean } | null | 'refused'>
  get(path: string): Promise<StoredText | null>
  /** The keys directly below a directory with their values. */
  values(path: string): Promise<{ values: StoredText[]; cut: boolean }>
}

export interface FoundNetwork {
  /** `v2:/coreos.com/network`, or `kubernetes`. */
  id: string
  manager: 'etcd-v2' | 'etcd-v3' | 'kubernetes'
  /** The directory in etcd; null for the Kubernetes subnet manager. */
  prefix: string | null
  foundBy: 'setting' | 'default' | 'search' | 'kubernetes'
  config: NetworkConfig | null
  configSource: KeyRef | null
  /** The directory of the leases, ending in a slash in v3; null for the Kubernetes subnet manager. */
  leasesSource: KeyRef | null
  leases: SubnetLease[]
  notices: Notice[]
}

export interface Discovery {
  networks: FoundNetwork[]
  /** Where it searched, for a page with nothing to show. */
  looked: FlannelMessage[]
  /** The directories that the reader may not list; the root is the empty text. */
  refused: string[]
  notices: Notice[]
}

export const DEFAULT_PREFIX = '/coreos.com/network'
const SEARCH_DEPTH = 3
const MOST_DIRECTORIES = 200

/**
 * The networks of one keyspace: at the given prefixes, at flannel's default, and in any directory at most three levels deep with a flannel `config`;
 * `/registry` and `skip` are never entered. Errors of the store reject.
 */
export async function discover(
  store: FlannelStore,
  options: { prefixes: readonly string[]; skip?: readonly string[] },
): Promise<Discovery> {
  const networks: FoundNetwork[] = []
  const looked: FlannelMessage[] = []
  const refused: string[] = []
  const notices: Notice[] = []
  const seen = new Set<string>()
  let read = 0

  /** Counts a directory that is about to be read. True, with a notice the first time, if that is one too many. */
  function isOneTooMany(): boolean {
    if (read++ === MOST_DIRECTORIES)
      notices.push({ severity: 'info', says: { code: 'search-stopped', params: { n: MOST_DIRECTORIES, keyspace: store.keyspace } } })
    return read > MOST_DIRECTORIES
  }

  async function look(path: string, foundBy: FoundNetwork['foundBy'], depth: number): Promise<void> {
    if (seen.has(path) || isOneTooMany()) return
    seen.add(path)
    const level = await store.level(path)
    const place = `${store.keyspace} ${path}`
    const named = foundBy !== 'search'
    if (level === 'refused' || !level) {
      if (level === 'refused') refused.push(path)
      if (named) looked.push({ code: level === 'refused' ? 'looked-refused' : 'looked-nothing', params: { place } })
      return
    }
    if (level.cut) notices.push({ severity: 'info', says: { code: 'directory-cut', params: { directory: path || '/' } } })
    const config = level.keys.includes('config') ? await store.get(`${path}/config`) : null
    const subnets = level.directories.includes('subnets')
    if (named) {
      const empty = level.keys.length + level.directories.length === 0
      looked.push({ code: config || subnets ? 'looked-found' : empty ? 'looked-empty' : 'looked-without-config', params: { place } })
    }
    const isNetwork = config ? subnets || named || isFlannelConfig(config.value) : subnets && named
    if (path !== '' && isNetwork) networks.push(await readNetwork(store, path, foundBy, config, subnets))
    if (depth <= 0) return
    for (const name of level.directories) {
      const below = `${path}/${name}`
      if (name === '' || (name === 'subnets' && (config || subnets)) || skipped.has(below)) continue
      // Networks by name below a prefix (flannel 0.5 to 0.7, --networks) are found at their prefix.
      await look(below, foundBy, depth - 1)
    }
  }

  const skipped = new Set(['/registry', ...(options.skip ?? [])].map(trim))
  for (const prefix of options.prefixes) await look(trim(prefix), 'setting', 1)
  await look(DEFAULT_PREFIX, 'default', 1)
  await look('', 'search', SEARCH_DEPTH)
  looked.push(
    refused.includes('')
      ? { code: 'looked-no-search', params: { keyspace: store.keyspace } }
      : { code: 'looked-everywhere', params: { keyspace: store.keyspace, levels: SEARCH_DEPTH, skipped: [...skipped].join(', ') } },
  )
  return { networks, looked, refused, notices }
}

const trim = (path: string): string => {
  const clean = path.replace(/\/+$/, '')
  return clean === '' || clean.startsWith('/') ? clean : `/${clean}`
}

/** Whether a text is a flannel config and not another program's: it has a network. */
export function isFlannelConfig(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value !== 'object' || value === null) return false
    return Object.entries(value).some(
      ([name, content]) => /^(ipv6)?network$/i.test(name) && typeof content === 'string' && parseCidr(content) !== null,
    )
  } catch {
    return false
  }
}

async function readNetwork(
  store: FlannelStore,
  prefix: string,
  foundBy: FoundNetwork['foundBy'],
  config: StoredText | null,
  hasSubnets: boolean,
): Promise<FoundNetwork> {
  const notices: Notice[] = []
  if (!config) notices.push({ severity: 'error', says: { code: 'config-missing', params: { prefix } } })
  const directory = `${prefix}/subnets`
  const { values, cut } = hasSubnets ? await store.values(directory) : { values: [], cut: false }
  if (cut) notices.push({ severity: 'warning', says: { code: 'leases-cut', params: { n: values.length, directory } } })
  if (config && values.length === 0) notices.push({ severity: 'info', says: { code: 'leases-none', params: { directory } } })
  const { keyspace } = store
  return {
    id: `${keyspace}:${prefix}`,
    manager: keyspace === 'v2' ? 'etcd-v2' : 'etcd-v3',
    prefix,
    foundBy,
    config: config ? parseNetworkConfig(config.value) : null,
    configSource: config ? { keyspace, key: config.key } : null,
    leasesSource: hasSubnets ? { keyspace, key: keyspace === 'v3' ? `${directory}/` : directory } : null,
    leases: values.map(({ key, value, expires, created, modified }) =>
      parseSubnetLease({ source: { keyspace, key }, name: key.slice(key.lastIndexOf('/') + 1), value, expires, created, modified }),
    ),
    notices,
  }
}

/** The Kubernetes subnet manager's data: on every Node, and in a ConfigMap. */
export interface KubeManagerInputs {
  nodes: readonly {
    source: KeyRef
    name: string
    annotations: Readonly<Record<string, string>>
    podCIDRs: readonly string[]
    created: string
    modified: string
  }[]
  /** `net-conf.json` of the ConfigMap kube-flannel-cfg. */
  netConf: { source: KeyRef; text: string } | null
}

const ANNOTATION = 'flannel.alpha.coreos.com/'

/**
 * The network of the Kubernetes subnet manager, where a Node's podCIDR is its lease; null if no Node has flannel's annotations and there is no
 * ConfigMap.
 */
export function discoverKubernetes({ nodes, netConf }: KubeManagerInputs): FoundNetwork | null {
  const leases: SubnetLease[] = []
  for (const node of nodes) {
    const annotation = (name: string): string | null => node.annotations[ANNOTATION + name] ?? null
    const publicIP = annotation('public-ip')
    const publicIPv6 = annotation('public-ipv6')
    if (publicIP === null && publicIPv6 === null && annotation('kube-subnet-manager') === null) continue
    const notices: Notice[] = []
    const cidrs = node.podCIDRs.map(parseCidr)
    if (cidrs.length === 0)
      notices.push({
        severity: 'error',
        says: { code: 'node-without-pod-cidr', params: { node: node.name } },
      })
    if (publicIP === null && publicIPv6 === null)
      notices.push({
        severity: 'error',
        says: { code: 'node-without-public-ip', params: { node: node.name, annotation: `${ANNOTATION}public-ip` } },
      })
    const data = (name: string): unknown => {
      const text = annotation(name)
      if (text === null || text === '') return undefined
      try {
        return JSON.parse(text)
      } catch {
        notices.push({
          severity: 'error',
          says: { code: 'annotation-not-json', params: { annotation: `${ANNOTATION}${name}`, node: node.name } },
        })
        return undefined
      }
    }
    // Read like a lease's value, so that masking and checks are the same.
    const lease = parseSubnetLease({
      source: node.source,
      name: '0.0.0.0-0',
      value: JSON.stringify({
        PublicIP: publicIP ?? undefined,
        PublicIPv6: publicIPv6 ?? undefined,
        BackendType: annotation('backend-type') ?? undefined,
        BackendData: data('backend-data'),
        BackendV6Data: data('backend-v6-data'),
      }),
      expires: 'unknown',
      created: node.created,
      modified: node.modified,
    })
    const strip = (family: 4 | 6) => {
      const cidr = cidrs.find((one) => one?.family === family)
      return cidr ? { family: cidr.family, base: cidr.base, prefixLength: cidr.prefixLength } : null
    }
    leases.push({
      ...lease,
      v4: strip(4),
      v6: strip(6),
      notices: [...notices, ...lease.notices.filter((notice) => notice.says.code !== 'lease-without-public-ip')],
    })
  }
  if (leases.length === 0 && netConf === null) return null
  const notices: Notice[] = []
  if (netConf === null)
    notices.push({
      severity: 'info',
      says: plain('config-map-missing'),
    })
  if (leases.length === 0) notices.push({ severity: 'warning', says: plain('annotations-missing') })
  return {
    id: 'kubernetes',
    manager: 'kubernetes',
    prefix: null,
    foundBy: 'kubernetes',
    config: netConf ? managedConfig(parseNetworkConfig(netConf.text), leases) : null,
    configSource: netConf?.source ?? null,
    leasesSource: null,
    leases,
    notices,
  }
}

/**
 * Here the controller manager assigns the subnets, from the very first of the network and with its --node-cidr-mask-size: SubnetLen, SubnetMin and
 * SubnetMax of flannel's config have no effect.
 */
function managedConfig(config: NetworkConfig, leases: readonly SubnetLease[]): NetworkConfig {
  const plans = config.plans.map((plan) => {
    const held = leases.map((lease) => (plan.family === 4 ? lease.v4 : lease.v6)?.prefixLength).find((length) => length !== undefined)
    const subnetLength = held !== undefined && held >= plan.network.prefixLength ? held : plan.subnetLength
    const subnet = { family: plan.family, prefixLength: subnetLength }
    const size = sizeOf({ ...subnet, base: 0n })
    return {
      ...plan,
      subnetLength,
      min: { ...subnet, base: plan.network.base },
      max: { ...subnet, base: lastOf(plan.network) - size + 1n },
    }
  })
  const settings = config.settings.filter(({ name, origin }) => origin === 'config' || !/^(IPv6)?Subnet(Len|Min|Max)$/.test(name))
  return { ...config, plans, settings }
}

/** Whether a text is an address, for a form that checks it before asking. */
export const isAddress = (text: string): boolean => parseAddress(text.trim()) !== null
